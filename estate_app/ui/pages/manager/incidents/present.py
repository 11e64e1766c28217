"""Incidents as cards. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

from estate_app.kit.i18n import Message, msg, translate
from estate_app.repair.incidents import IncidentCard
from estate_app.repair.models import IncidentStatus
from estate_app.repair.queries import OrderRow
from estate_app.ui.pages.common.repair import named, place_of
from estate_app.ui.states import repair_badge
from estate_app.ui.view import Badge
from estate_app.ui.when import ago_text


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report of an incident; `role` says whether it is worked on, follows, or stands by itself."""

    id: str
    number: str
    href: str
    place: str
    words: str
    time: str
    badge: Badge
    role: str
    is_merged: bool = False
    is_lead: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One incident."""

    id: str
    title: str
    note: str
    badge: Badge
    is_proposed: bool
    may_merge: bool
    lines: list[ReportLine] = field(default_factory=list)


def card(found: IncidentCard, *, now: datetime, locale: str) -> Card:
    """One incident with its reports, the one that is worked on first."""
    is_proposed = found.status is IncidentStatus.proposed
    lines = [
        _line(found.lead, msg("Suggested to be worked on") if is_proposed else msg("Worked on for all"), now, locale, is_lead=True),
        *(_line(row, msg("Follows the one that is worked on"), now, locale, is_merged=True) for row in found.merged),
        *(_line(row, msg("By itself so far"), now, locale) for row in found.others),
    ]
    name = named(found.lead.category, found.lead.category_en, locale)
    title = translate(msg("{category}: {count} reports", category=name, count=len(lines)), locale)
    noticed = ago_text(found.proposed_at, now=now, locale=locale)
    note = translate(msg("{estate} · noticed {time}", estate=found.lead.estate, time=noticed), locale)
    word = msg("Is it one incident?") if is_proposed else msg("Repaired together")
    badge = Badge(translate(word, locale), "orange" if is_proposed else "indigo", "soft", "users")
    return Card(str(found.id), title, note, badge, is_proposed, bool(found.others), lines)


def _line(row: OrderRow, role: Message, now: datetime, locale: str, *, is_merged: bool = False, is_lead: bool = False) -> ReportLine:
    return ReportLine(
        str(row.id), row.number, f"/manage/repairs/{row.id}", place_of(row, locale), row.description,
        ago_text(row.submitted_at, now=now, locale=locale), repair_badge(row.status.value, locale=locale), translate(role, locale),
        is_merged, is_lead,
    )  # fmt: skip
