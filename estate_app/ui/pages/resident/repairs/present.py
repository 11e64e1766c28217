"""A resident's repairs as cards. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

from estate_app.kit.i18n import msg, translate
from estate_app.repair.models import OrderStatus
from estate_app.repair.queries import OrderRow
from estate_app.repair.rules import STAGE_NAMES
from estate_app.ui.states import repair_badge
from estate_app.ui.view import Badge, Step
from estate_app.ui.when import ago_text, moment_text

NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class RepairCard:
    """One repair: what, where it stands, who is on it, and the promise."""

    id: str = ""
    href: str = ""
    number: str = ""
    title: str = ""
    icon: str = "wrench"
    badge: Badge = NO_BADGE
    bars: list[Step] = field(default_factory=list)
    who: str = ""
    says: str = ""
    note: str = ""
    is_over: bool = False
    asks_rating: bool = False


def repair_card(row: OrderRow, *, now: datetime, locale: str) -> RepairCard:
    """One repair."""
    status = "rated" if row.is_rated and row.status is OrderStatus.completed else row.status.value
    over = row.stage < 0 or row.stage >= 3
    return RepairCard(
        id=str(row.id),
        href=f"/repairs/{row.id}",
        number=row.number,
        title=row.description,
        icon=row.icon,
        badge=repair_badge(status, locale=locale, for_resident=True),
        bars=[Step(translate(name, locale), "done" if i < row.stage else "current" if i == row.stage else "todo", fill=50) for i, name in
              enumerate(STAGE_NAMES)],
        who=row.technician,
        says=_says(row, locale),
        note=_note(row, now, locale),
        is_over=over,
        asks_rating=row.status is OrderStatus.completed and not row.is_rated,
    )  # fmt: skip


def _says(row: OrderRow, locale: str) -> str:
    says = {
        OrderStatus.submitted: msg("We are looking for a technician"),
        OrderStatus.assigned: msg("{name} has been asked and will answer soon", name=row.technician),
        OrderStatus.accepted: msg("{name} has accepted and will come", name=row.technician),
        OrderStatus.on_the_way: msg("{name} is on the way to you", name=row.technician),
        OrderStatus.working: msg("{name} is on it", name=row.technician),
        OrderStatus.paused: msg("{name} had to pause", name=row.technician),
    }.get(row.status)
    return translate(says, locale) if says else ""


def _note(row: OrderRow, now: datetime, locale: str) -> str:
    changed = ago_text(row.changed_at, now=now, locale=locale)
    if row.completed_at or row.stage < 0:
        return changed
    promise = moment_text(row.clock.due_at, now=now, locale=locale)
    return translate(msg("promised by {promise} · updated {changed}", promise=promise, changed=changed), locale)
