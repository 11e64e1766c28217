"""What the meters of a run's rooms have counted: from the reading that the last bill ended with to the newest one of the month."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, bindparam, func, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from estate_app.billing.charges import ONE_DAY, MeterFacts, MeterSpan
from estate_app.billing.models import Bill, BillAdjustment, BillReading, BillStatus, FeeItem, Reading
from estate_app.kit.clock import add_months
from estate_app.prepared import Prepared, Row, columns

HISTORY_MONTHS = 6
Key = tuple[int, int]
"""A fee item's id and a room's."""
Span = tuple[int, int]
"""The ids of the first and the last room that are asked for."""
ITEMS = bindparam("items", type_=ARRAY(BigInteger))
FIRST, LAST = bindparam("first", type_=BigInteger), bindparam("last", type_=BigInteger)


class _Point(NamedTuple):
    """A reading as a meter's span needs it."""

    id: int
    value_milli: int
    read_on: date


class _Meter(NamedTuple):
    """A meter of a room, with its first reading and the newest one of the month."""

    id: int
    kind: str
    room_id: int
    band: str
    multiplier_milli: int
    digits: int
    installed_on: date
    removed_on: date | None
    first: _Point | None
    newest: _Point | None


_METERS = Prepared(
    text(
        "SELECT m.id, m.kind, m.room_id, m.band, m.multiplier_milli, m.digits, m.installed_on, m.removed_on,"
        " f.id, f.value_milli, f.read_on, n.id, n.value_milli, n.read_on"
        " FROM meter m"
        " LEFT JOIN LATERAL (SELECT id, value_milli, read_on FROM reading WHERE meter_id = m.id AND read_on <= :until"
        " ORDER BY read_on LIMIT 1) f ON true"
        " LEFT JOIN LATERAL (SELECT id, value_milli, read_on FROM reading WHERE meter_id = m.id AND read_on <= :until"
        " ORDER BY read_on DESC LIMIT 1) n ON true"
        " WHERE m.room_id BETWEEN :first AND :last AND m.kind = ANY(:kinds) AND m.installed_on <= :until ORDER BY m.id"
    )
)
_ROLLOVERS = Prepared(
    text(
        "SELECT r.meter_id, r.read_on FROM meter m JOIN reading r ON r.meter_id = m.id"
        " WHERE m.room_id BETWEEN :first AND :last AND r.is_rollover"
    )
)
_BILLED = Prepared(
    columns(col(Bill.fee_item_id), col(Reading.meter_id), col(Reading.id), col(Reading.value_milli), col(Reading.read_on))
    .select_from(Bill)
    .join(BillReading, col(BillReading.bill_id) == col(Bill.id))
    .join(Reading, col(Reading.id) == col(BillReading.reading_id))
    .where(col(Bill.fee_item_id) == func.any(ITEMS), col(Bill.room_id).between(FIRST, LAST), col(Bill.status) != BillStatus.void)
    .ext(distinct_on(col(Bill.fee_item_id), col(Reading.meter_id)))
    .order_by(col(Bill.fee_item_id), col(Reading.meter_id), col(Reading.read_on).desc())
)
_YEAR_BEFORE = and_(
    col(Bill.fee_item_id) == func.any(ITEMS),
    col(Bill.room_id).between(FIRST, LAST),
    col(Bill.status) != BillStatus.void,
    col(Bill.period) < bindparam("month"),
    col(Bill.period) >= bindparam("since"),
)
_USES = Prepared(
    columns(col(Bill.fee_item_id), col(Bill.room_id), col(Bill.period), func.sum(col(BillReading.usage_milli)))
    .join(BillReading, col(BillReading.bill_id) == col(Bill.id))
    .where(_YEAR_BEFORE)
    .group_by(col(Bill.fee_item_id), col(Bill.room_id), col(Bill.period))
)


def _corrections() -> Prepared:
    settled = aliased(Bill)
    return Prepared(
        select(col(Bill.fee_item_id), col(Bill.room_id), col(Bill.period), func.sum(col(BillAdjustment.usage_milli)))
        .join(BillAdjustment, col(BillAdjustment.bill_id) == col(Bill.id))
        .outerjoin(settled, col(settled.id) == col(BillAdjustment.settled_bill_id))
        .where(or_(col(settled.id).is_(None), col(settled.status) != BillStatus.void), _YEAR_BEFORE)
        .group_by(col(Bill.fee_item_id), col(Bill.room_id), col(Bill.period))
    )


_CORRECTED = _corrections()


def meter_facts(session: Session, items: Sequence[FeeItem], room_ids: Collection[int], span: Span, month: date) -> dict[Key, MeterFacts]:
    """The facts of the metered items for some rooms, all of whose ids lie within the span."""
    last_day = add_months(month, 1) - ONE_DAY
    first, last = span
    kinds = sorted({item.meter_kind.value for item in items if item.meter_kind})
    item_ids = [item.id or 0 for item in items]
    meters: dict[tuple[str, int], list[_Meter]] = defaultdict(list)
    for row in _METERS.rows(session, first=first, last=last, kinds=kinds, until=last_day):
        meters[row[1], row[2]].append(_meter(*row))
    rollovers: dict[int, list[date]] = defaultdict(list)
    for meter_id, read_on in _ROLLOVERS.rows(session, first=first, last=last):
        rollovers[meter_id].append(read_on)
    used_up = {(row[0], row[1]): _Point(*row[2:]) for row in _BILLED.rows(session, items=item_ids, first=first, last=last)}
    past = _past_uses(session, item_ids, span, month)
    facts: dict[Key, MeterFacts] = {}
    for item in items:
        item_id, kind = item.id or 0, item.meter_kind
        for room_id in room_ids:
            group = meters.get((kind.value, room_id), ()) if kind else ()
            starts = [used_up.get((item_id, meter.id), meter.first) for meter in group]
            facts[item_id, room_id] = _facts(group, starts, rollovers, past.get((item_id, room_id), {}), month)
    return facts


def _past_uses(session: Session, item_ids: Sequence[int], span: Span, month: date) -> dict[Key, dict[date, int]]:
    """What each room used of each item in the months of the last year before this one, corrections included."""
    asked = {"items": item_ids, "first": span[0], "last": span[1], "month": month, "since": add_months(month, -12)}
    found: dict[Key, dict[date, int]] = defaultdict(dict)
    for item_id, room_id, period, usage in _USES.rows(session, **asked):
        found[item_id, room_id][period] = int(usage)
    for item_id, room_id, period, change in _CORRECTED.rows(session, **asked):
        if period in found[item_id, room_id]:
            found[item_id, room_id][period] += int(change)
    return found


def _facts(
    meters: Sequence[_Meter], starts: Sequence[_Point | None], rollovers: dict[int, list[date]], past: dict[date, int], month: date
) -> MeterFacts:
    spans: list[MeterSpan] = []
    is_complete = True
    for meter, begin in zip(meters, starts, strict=True):
        end = meter.newest
        if begin is not None and end is not None and end.read_on > begin.read_on:
            has_rolled = any(begin.read_on < day <= end.read_on for day in rollovers.get(meter.id, ()))
            spans.append(_span(meter, begin, end, has_rolled=has_rolled))
        elif meter.removed_on is None and meter.installed_on < month:
            is_complete = False
    prior = sum(usage for period, usage in past.items() if period.year == month.year)
    newest_first = sorted(past, reverse=True)[:HISTORY_MONTHS]
    return MeterFacts(bool(meters), is_complete, tuple(spans), prior, tuple(past[period] for period in newest_first))


def _span(meter: _Meter, begin: _Point, end: _Point, *, has_rolled: bool) -> MeterSpan:
    return MeterSpan(
        meter_id=meter.id,
        digits=meter.digits,
        from_reading_id=begin.id,
        from_milli=begin.value_milli,
        from_on=begin.read_on,
        reading_id=end.id,
        to_milli=end.value_milli,
        to_on=end.read_on,
        is_rollover=has_rolled,
        band=meter.band,
        multiplier_milli=meter.multiplier_milli,
    )


def _meter(*row: Any) -> _Meter:
    kind, first, newest = row[:8], row[8:11], row[11:14]
    return _Meter._make((*kind, _point(first), _point(newest)))


def _point(row: Row) -> _Point | None:
    return None if row[0] is None else _Point._make(row)
