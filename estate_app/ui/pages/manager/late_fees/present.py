"""Late fee policies and ladders as managers read them. Pure."""

from dataclasses import dataclass, field
from datetime import date

from estate_app.billing.arrears_models import Stage
from estate_app.billing.arrears_schedule import LadderRow
from estate_app.billing.late_fee_policies import PolicyRow
from estate_app.billing.late_fee_text import rate_percent
from estate_app.billing.rules.values import format_milli
from estate_app.kit.i18n import msg, translate
from estate_app.ui.pages.common.repair import named
from estate_app.ui.view import Badge
from estate_app.ui.when import full_day

USUAL = (3, 10, 30, 0)
"""The days by rung that an estate is offered at first."""


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A version of a policy."""

    id: int
    estate: str
    item: str
    since: str
    rate: str
    grace: str
    cap: str
    plans: str
    note: str
    badge: Badge


@dataclass(frozen=True, slots=True)
class LadderLine:
    """An estate's ladder; the days are the form's values, too."""

    estate_id: int = 0
    estate: str = ""
    days: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def policy_line(row: PolicyRow, *, on: date, locale: str) -> PolicyLine:
    """One version."""
    current = Badge(translate(msg("In force"), locale), "green", "soft", "check")
    later = Badge(translate(msg("To come"), locale), "indigo", "soft", "clock")
    past = Badge(translate(msg("Replaced"), locale), "gray", "surface", "history")
    return PolicyLine(
        id=row.id,
        estate=row.estate_name,
        item=named(row.item_name, row.item_name_en, locale) if row.fee_item_id else translate(msg("All items"), locale),
        since=full_day(row.starts_on, locale=locale),
        rate=f"{rate_percent(row.rate_ppb)}%" if row.rate_ppb else translate(msg("No late fee"), locale),
        grace=translate(msg("{count} days", count=row.grace_days), locale),
        cap=f"{format_milli(row.cap_bp * 10)}%" if row.cap_bp is not None else "—",
        plans=translate(msg("Paused") if row.pauses_for_plans else msg("Goes on"), locale),
        note=row.note,
        badge=current if row.is_current else later if row.starts_on > on else past,
    )


def ladder_line(row: LadderRow, *, locale: str) -> LadderLine:
    """One estate's ladder; an estate without one begins with the usual days."""
    days = row.days or dict(zip(Stage, USUAL, strict=True))
    said = [
        translate(msg("After {count} days", count=days[stage]) if row.days and days[stage] else msg("By hand"), locale) for stage in Stage
    ]
    return LadderLine(row.estate_id, row.estate_name, [str(days[stage]) for stage in Stage], said)
