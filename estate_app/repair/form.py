"""What was typed into a report, and what of it is refused in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.errors import InvalidError
from estate_app.kit.geo import Point
from estate_app.kit.i18n import msg
from estate_app.repair.categories import Kind
from estate_app.repair.models import Access, Source, Urgency
from estate_app.repair.rules import MAX_DESCRIPTION, MIN_DESCRIPTION, urgency_rank
from estate_app.settings import settings

_PLAN_AHEAD = timedelta(days=30)
_LONGEST_WINDOW = timedelta(hours=24)
_GRACE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed."""

    category_id: int
    description: str
    room_id: int | None
    public_area_id: int | None
    urgency: Urgency | None
    visit_from_at: datetime | None
    visit_to_at: datetime | None
    access: Access
    point: Point | None
    source: Source
    client_key: str | None
    has_danger: bool | None = None


def ensure_answered(category: Kind, has_danger: bool | None) -> None:  # noqa: FBT001 -- None is the third answer
    """Refuse a report whose danger questions nobody has answered, with the number to call."""
    if category.questions and has_danger is None:
        text = msg("Answer first whether anybody is in danger. If so, keep away and call {phone} now", phone=settings().support_phone)
        raise InvalidError(text, field="has_danger")


def checked_description(text: str) -> str:
    """Trim what was typed; refuse too little and too much."""
    words = text.replace("\x00", "").strip()
    if len(words) < MIN_DESCRIPTION:
        raise InvalidError(msg("Write at least {count} characters: where it is and how bad", count=MIN_DESCRIPTION), field="description")
    if len(words) > MAX_DESCRIPTION:
        raise InvalidError(msg("Write at most {count} characters", count=MAX_DESCRIPTION), field="description")
    return words


def wished_urgency(actor: Actor, category: Kind, wished: Urgency | None) -> Urgency:
    """A resident may ask for speed; an emergency is what the category or the staff call so."""
    if wished is None or urgency_rank(wished) >= urgency_rank(category.urgency):
        return category.urgency
    if wished is Urgency.emergency and not actor.can(Permission.repairs_report):
        raise InvalidError(msg("This kind of fault is no emergency; choose high, or call us"), field="urgency")
    return wished


def ensure_window(start: datetime | None, end: datetime | None, now: datetime) -> None:
    """Refuse a visit that does not lie ahead, within one day and a month from now."""
    if start is None and end is None:
        return
    if start is None or end is None or start.tzinfo is None or end.tzinfo is None or end <= start or end - start > _LONGEST_WINDOW:
        raise InvalidError(msg("Choose from when until when somebody may come, within one day"), field="visit_from_at")
    if start < now - _GRACE:
        raise InvalidError(msg("The visit must lie in the future"), field="visit_from_at")
    if start > now + _PLAN_AHEAD:
        raise InvalidError(msg("Choose a visit within the next {days} days", days=_PLAN_AHEAD.days), field="visit_from_at")
