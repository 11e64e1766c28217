"""What is owed, as the hero of the home page. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime

from estate_app.billing.queries import AmountDue
from estate_app.kit.clock import business_date, local
from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan
from estate_app.repair.queries import OrderRow
from estate_app.ui.pages.common.repair import named
from estate_app.ui.pages.resident.repairs.present import RepairCard, repair_card
from estate_app.ui.view import Fact
from estate_app.ui.when import clock_text, moment_text

_ITEMS_SHOWN = 4
_NO_CARD = RepairCard()


@dataclass(frozen=True, slots=True)
class Due:
    """The amount due: text without the sign, when, how much of it is late, by item."""

    total: str = "0.00"
    when: str = ""
    overdue: str = ""
    parts: list[Fact] = field(default_factory=list)
    is_nothing: bool = True
    count: int = 0
    plain: str = ""


@dataclass(frozen=True, slots=True)
class Live:
    """The repair that is going on, with the technician's phone while the job is on."""

    card: RepairCard = _NO_CARD
    phone: str = ""
    note: str = ""


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
    plain = _plain(found, on, locale)
    return Due(format_yuan(found.total_fen), _when(found, on, locale), late, parts, found.total_fen == 0, found.count, plain)


def live(row: OrderRow, phone: str, *, now: datetime, locale: str) -> Live:
    """The repair on which somebody is at work."""
    due = row.clock.due_at
    at = clock_text(due) if business_date(due) == business_date(now) else moment_text(due, now=now, locale=locale)
    return Live(repair_card(row, now=now, locale=locale), phone, translate(msg("promised by {time}", time=at), locale))


def _when(found: AmountDue, on: date, locale: str) -> str:
    if found.next_due_on is None:
        return ""
    return translate(msg("Due {day} · {days} days", day=_day(found.next_due_on, locale), days=(found.next_due_on - on).days), locale)


def _plain(found: AmountDue, on: date, locale: str) -> str:
    """The same in a whole sentence, for large type; what is overdue comes first."""
    if found.overdue_fen:
        return translate(msg("{amount} of it is overdue", amount=format_yuan(found.overdue_fen, sign=True)), locale)
    if found.next_due_on is None:
        return ""
    text = msg("To be paid by {day}, {days} days left", day=_day(found.next_due_on, locale), days=(found.next_due_on - on).days)
    return translate(text, locale)


def _day(on: date, locale: str) -> str:
    return f"{on.month}月{on.day}日" if locale == "zh" else f"{on:%d %b}".lstrip("0")
