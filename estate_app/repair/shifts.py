"""Shifts on the roster: one by one or by the week, never two at a time; and which leaves would stand twice.

The caller has locked the technician's row, so that of two managers at once the second sees what the first has written.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select

from estate_app.errors import ConflictError, InvalidError
from estate_app.kit.clock import at_local, local
from estate_app.kit.i18n import msg
from estate_app.repair.models import Leave, Shift, ShiftKind

LONGEST_SHIFT = timedelta(hours=24)
MOST_WEEKS = 13
_WEEKDAYS = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class WeekPattern:
    """The same hours on some weekdays (0 is Monday) from a day to a day; one that ends before it begins ends on the next day."""

    first_on: date
    last_on: date
    weekdays: frozenset[int]
    starts: time
    ends: time
    kind: ShiftKind = ShiftKind.duty


def span_text(starts_at: datetime, ends_at: datetime) -> str:
    """`2026-11-20 22:00–11-21 08:00` by Shanghai's clock; whole days without their midnights, the last one included."""
    begins, ends = local(starts_at), local(ends_at)
    if begins.time() == ends.time() == time():
        last = ends - timedelta(days=1)
        return f"{begins:%Y-%m-%d}" + (f"–{last:%m-%d}" if last.date() != begins.date() else "")
    return f"{begins:%Y-%m-%d %H:%M}–{ends:{'%H:%M' if ends.date() == begins.date() else '%m-%d %H:%M'}}"


def spans_of(pattern: WeekPattern) -> list[tuple[datetime, datetime]]:
    """The shifts of a pattern, the first day first.

    Raises:
        InvalidError: no weekday, a last day before the first or too far away, or none of the weekdays between them.
    """
    if not pattern.weekdays or not pattern.weekdays <= _WEEKDAYS:
        raise InvalidError(msg("Choose at least one weekday"), field="weekdays")
    if not pattern.first_on <= pattern.last_on <= pattern.first_on + timedelta(weeks=MOST_WEEKS):
        raise InvalidError(msg("The last day must come after the first, within {weeks} weeks", weeks=MOST_WEEKS), field="last_on")
    over_midnight = timedelta(days=pattern.ends <= pattern.starts)
    days = (pattern.first_on + timedelta(days=n) for n in range((pattern.last_on - pattern.first_on).days + 1))
    spans = [(at_local(d, pattern.starts), at_local(d + over_midnight, pattern.ends)) for d in days if d.weekday() in pattern.weekdays]
    if not spans:
        raise InvalidError(msg("None of these weekdays lies between the two days"), field="weekdays")
    return spans


def ensure_free(session: Session, technician_id: int, spans: Collection[tuple[datetime, datetime]], *, field: str = "ends_at") -> None:
    """Refuse a shift that overlaps one on the roster, duty or on call; the sentence names the one that is there."""
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    there = session.exec(
        select(Shift)
        .where(Shift.technician_id == technician_id, Shift.starts_at < last, Shift.ends_at > first)
        .order_by(col(Shift.starts_at), col(Shift.id))
    ).all()
    for shift in there:
        if any(shift.starts_at < end and shift.ends_at > start for start, end in spans):
            known = span_text(shift.starts_at, shift.ends_at)
            on_duty, on_call = (
                msg("This overlaps the shift {span}. Take that one off the roster first, or choose other hours", span=known),
                msg("This overlaps the time on call {span}. Take that one off the roster first, or choose other hours", span=known),
            )
            raise ConflictError(on_duty if shift.kind is ShiftKind.duty else on_call, field=field)


def ensure_not_away(session: Session, technician_id: int, starts_at: datetime, ends_at: datetime) -> None:
    """Refuse a leave that overlaps one that is noted."""
    overlapping = select(Leave).where(Leave.technician_id == technician_id, Leave.starts_at < ends_at, Leave.ends_at > starts_at)
    there = session.exec(overlapping.order_by(col(Leave.starts_at), col(Leave.id))).first()
    if there is not None:
        known = span_text(there.starts_at, there.ends_at)
        raise ConflictError(
            msg("A leave is noted for {span} already. Take that one off first, or choose other days", span=known), field="ends_at"
        )
