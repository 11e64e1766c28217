"""What is owed, as the hero of the home page. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime

from estate_app.billing.queries import AmountDue
from estate_app.kit.clock import local
from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan
from estate_app.ui.pages.common.repair import named
from estate_app.ui.view import Fact

_ITEMS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Due:
    """The amount due: text without the sign, when, how much of it is late, by item."""

    total: str = "0.00"
    when: str = ""
    overdue: str = ""
    parts: list[Fact] = field(default_factory=list)
    is_nothing: bool = True
    count: int = 0


def greeting(name: str, *, now: datetime, locale: str) -> str:
    """`上午好，林晓雯`."""
    hour = local(now).hour
    day = "morning" if 5 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    said = {
        "morning": msg("Good morning, {name}", name=name),
        "afternoon": msg("Good afternoon, {name}", name=name),
        "evening": msg("Good evening, {name}", name=name),
    }
    return translate(said[day], locale)


def due(found: AmountDue, *, on: date, locale: str) -> Due:
    """What is owed in all."""
    parts = [Fact(named(i.item_name, i.item_name_en, locale), format_yuan(i.amount_fen)) for i in found.items[:_ITEMS_SHOWN]]
    late = translate(msg("{amount} overdue", amount=format_yuan(found.overdue_fen, sign=True)), locale) if found.overdue_fen else ""
    return Due(format_yuan(found.total_fen), _when(found, on, locale), late, parts, found.total_fen == 0, found.count)


def _when(found: AmountDue, on: date, locale: str) -> str:
    if found.next_due_on is None:
        return ""
    days = (found.next_due_on - on).days
    day = f"{found.next_due_on.month}月{found.next_due_on.day}日" if locale == "zh" else f"{found.next_due_on:%d %b}".lstrip("0")
    return translate(msg("Due {day} · {days} days", day=day, days=days), locale)
