"""What the meters of a room count, beside what is usual there; for other domains, which have checked that the actor may know."""

from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import func, select
from sqlmodel import Session, col

from estate_app.billing.models import Meter, Reading, ReadingKind

_PERIODS = 6
_LEAST = 3
_FRESH = timedelta(days=75)


def use_of_room(session: Session, room_id: int, *, on: date) -> list[tuple[str, int, int, date]]:
    """For each meter: its kind, the use of the newest period, the mean of up to six before, in thousandths, and the newest day.

    Left out: a newest reading that is estimated or old, and a meter of which fewer than three earlier periods are known. Periods are
    taken as equally long, as the monthly reading is.
    """
    newest_first = func.row_number().over(partition_by=col(Reading.meter_id), order_by=col(Reading.read_on).desc()).label("place")
    ranked = (
        select(
            col(Meter.kind), col(Reading.meter_id), col(Reading.value_milli), col(Reading.read_on), col(Reading.kind).label("how"),
            col(Meter.multiplier_milli), newest_first,
        )
        .join(Meter, col(Meter.id) == col(Reading.meter_id))
        .where(col(Meter.room_id) == room_id, col(Meter.removed_on).is_(None), col(Reading.read_on) <= on)
        .subquery()
    )  # fmt: skip
    rows = session.execute(select(ranked).where(ranked.c.place <= _PERIODS + 2).order_by(ranked.c.meter_id, ranked.c.place)).all()
    found = []
    for meter_id in dict.fromkeys(row.meter_id for row in rows):
        own = [row for row in rows if row.meter_id == meter_id]
        uses = [(new.value_milli - old.value_milli) * new.multiplier_milli // 1000 for new, old in pairwise(own)]
        first = own[0]
        if len(uses) <= _LEAST or min(uses) < 0 or first.how == ReadingKind.estimated or first.read_on < on - _FRESH:
            continue
        found.append((first.kind.value, uses[0], sum(uses[1:]) // len(uses[1:]), first.read_on))
    return found
