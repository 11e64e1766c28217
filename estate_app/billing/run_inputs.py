"""Loads everything that a bill run needs with one query for each kind of fact, however many rooms there are."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from estate_app.billing.charges import ONE_DAY, Beside, DatedPrice, HeldSpace, MeterFacts, MeterSpan, PoolShare, RoomFacts, Standing
from estate_app.billing.discounts import discounts_of
from estate_app.billing.models import (
    Bill,
    BillAdjustment,
    BillReading,
    BillStatus,
    FeeItem,
    FeeKind,
    Meter,
    MeterKind,
    PriceVersion,
    Reading,
    RoomFee,
)
from estate_app.billing.prices import read_price
from estate_app.billing.rules.discount import DatedDiscount
from estate_app.billing.run_shared import pool_shares, spaces_of
from estate_app.kit.clock import add_months
from estate_app.property.models import Room, RoomState

HISTORY_MONTHS = 6
Key = tuple[int, int]
"""A fee item's id and a room's."""


@dataclass(frozen=True, slots=True)
class RunInputs:
    """The facts of a run, by item and room."""

    rooms: dict[int, RoomFacts] = field(default_factory=dict)
    standings: dict[Key, list[Standing]] = field(default_factory=dict)
    prices: dict[int, list[DatedPrice]] = field(default_factory=dict)
    meters: dict[Key, MeterFacts] = field(default_factory=dict)
    billed: frozenset[Key] = frozenset()
    last_fen: dict[Key, int] = field(default_factory=dict)
    pools: dict[Key, PoolShare] = field(default_factory=dict)
    spaces: dict[int, tuple[HeldSpace, ...]] = field(default_factory=dict)
    discounts: dict[Key, list[DatedDiscount]] = field(default_factory=dict)

    def beside(self, key: Key) -> Beside:
        """What a shared or a parking item needs beside the room."""
        return Beside(self.pools.get(key), self.spaces.get(key[1], ()))


def load_inputs(session: Session, items: Sequence[FeeItem], month: date, room_ids: Collection[int] | None = None) -> RunInputs:
    """Load the facts for items of one estate in a month; only for some rooms, if told so."""
    ids = [item.id or 0 for item in items]
    rooms, standings = _attached(session, ids, month, room_ids)
    metered = [item for item in items if item.kind is FeeKind.metered]
    prices = _prices(session, items)
    shared = [item for item in items if item.kind is FeeKind.shared]
    parking = [item for item in items if item.kind is FeeKind.parking]
    return RunInputs(
        rooms,
        standings,
        prices,
        _meter_facts(session, metered, rooms, month) if metered else {},
        frozenset(_amounts(session, ids, month)),
        _amounts(session, ids, add_months(month, -1)),
        _pools(session, shared, prices, month) if shared else {},
        _parked(session, parking, month, room_ids, rooms, standings) if parking else {},
        discounts_of(session, items, rooms, month),
    )


def _pools(session: Session, items: Sequence[FeeItem], prices: dict[int, list[DatedPrice]], month: date) -> dict[Key, PoolShare]:
    """The shares of every room: a part of the rooms alone cannot be split by."""
    rooms, standings = _attached(session, [item.id or 0 for item in items], month, None)
    found: dict[Key, PoolShare] = {}
    for item in items:
        mine = [room_id for item_id, room_id in standings if item_id == item.id]
        found |= pool_shares(session, item, prices.get(item.id or 0, []), rooms, mine, month)
    return found


def _parked(
    session: Session,
    items: Sequence[FeeItem],
    month: date,
    room_ids: Collection[int] | None,
    rooms: dict[int, RoomFacts],
    standings: dict[Key, list[Standing]],
) -> dict[int, tuple[HeldSpace, ...]]:
    """The spaces of each room; a parking item stands with whoever holds a space, so the rooms join the run here."""
    spaces = spaces_of(session, items[0].estate_id, month, room_ids)
    for room in session.scalars(select(Room).where(col(Room.id).in_(set(spaces) - set(rooms)))):
        rooms[room.id] = room_facts(room)
    for item in items:
        for room_id, held in spaces.items():
            standings[item.id or 0, room_id] = [space.standing for space in held]
    return spaces


def room_facts(room: Room) -> RoomFacts:
    """What a charge needs to know of a room."""
    return RoomFacts(
        room.id,
        room.area_milli_m2,
        room.interior_milli_m2,
        room.household_size,
        room.handover_on,
        is_occupied=room.state is RoomState.occupied,
    )


def _attached(
    session: Session, item_ids: Collection[int], month: date, room_ids: Collection[int] | None
) -> tuple[dict[int, RoomFacts], dict[Key, list[Standing]]]:
    statement = (
        select(RoomFee, Room)
        .join(Room, col(Room.id) == col(RoomFee.room_id))
        .where(
            col(RoomFee.fee_item_id).in_(item_ids),
            col(RoomFee.starts_on) < add_months(month, 1),
            or_(col(RoomFee.ends_on).is_(None), col(RoomFee.ends_on) >= month),
        )
        .order_by(col(Room.id), col(RoomFee.starts_on))
    )
    if room_ids is not None:
        statement = statement.where(col(Room.id).in_(room_ids))
    rooms: dict[int, RoomFacts] = {}
    standings: dict[Key, list[Standing]] = defaultdict(list)
    for fee, room in session.execute(statement):
        rooms[room.id] = room_facts(room)
        standings[fee.fee_item_id, room.id].append(Standing(fee.starts_on, fee.ends_on))
    return rooms, dict(standings)


def _prices(session: Session, items: Sequence[FeeItem]) -> dict[int, list[DatedPrice]]:
    kinds = {item.id: item.kind for item in items}
    found: dict[int, list[DatedPrice]] = defaultdict(list)
    statement = select(PriceVersion).where(col(PriceVersion.fee_item_id).in_(kinds)).order_by(col(PriceVersion.starts_on))
    for version in session.scalars(statement):
        price = read_price(kinds[version.fee_item_id], version.rule)
        found[version.fee_item_id].append(DatedPrice(version.starts_on, price))
    return dict(found)


def _amounts(session: Session, item_ids: Collection[int], month: date) -> dict[Key, int]:
    """What each room was billed for each item in a month."""
    rows = session.execute(
        select(col(Bill.fee_item_id), col(Bill.room_id), func.sum(col(Bill.amount_fen)))
        .where(
            col(Bill.fee_item_id).in_(item_ids),
            col(Bill.period) == month,
            col(Bill.status) != BillStatus.void,
            col(Bill.run_id).is_not(None),
        )
        .group_by(col(Bill.fee_item_id), col(Bill.room_id))
    )
    return {(item_id, room_id): int(total) for item_id, room_id, total in rows}


def _meter_facts(session: Session, items: Sequence[FeeItem], rooms: dict[int, RoomFacts], month: date) -> dict[Key, MeterFacts]:
    last_day = add_months(month, 1) - ONE_DAY
    meters: dict[tuple[MeterKind, int], list[Meter]] = defaultdict(list)
    wanted = select(Meter).where(
        col(Meter.room_id).in_(rooms), col(Meter.kind).in_({item.meter_kind for item in items}), col(Meter.installed_on) <= last_day
    )
    for meter in session.scalars(wanted.order_by(col(Meter.id))):
        if meter.room_id is not None:
            meters[meter.kind, meter.room_id].append(meter)
    ids = [meter.id or 0 for group in meters.values() for meter in group]
    first, newest = _end_readings(session, ids, last_day)
    rollovers = _rollovers(session, ids)
    used_up = _billed_readings(session, [item.id or 0 for item in items], ids)
    past = _past_uses(session, [item.id or 0 for item in items], month)
    facts: dict[Key, MeterFacts] = {}
    for item in items:
        for room_id in rooms:
            item_id = item.id or 0
            group = meters.get((item.meter_kind, room_id), []) if item.meter_kind else []
            starts = {meter.id or 0: used_up.get((item_id, meter.id or 0)) or first.get(meter.id or 0) for meter in group}
            facts[item_id, room_id] = _facts(group, starts, newest, rollovers, past.get((item_id, room_id), {}), month)
    return facts


def _facts(
    meters: Sequence[Meter],
    starts: dict[int, Reading | None],
    newest: dict[int, Reading],
    rollovers: dict[int, list[date]],
    past: dict[date, int],
    month: date,
) -> MeterFacts:
    spans: list[MeterSpan] = []
    is_complete = True
    for meter in meters:
        key = meter.id or 0
        begin, end = starts[key], newest.get(key)
        if begin is not None and end is not None and end.read_on > begin.read_on:
            has_rolled = any(begin.read_on < day <= end.read_on for day in rollovers.get(key, ()))
            spans.append(_span(meter, begin, end, has_rolled=has_rolled))
        elif meter.removed_on is None and meter.installed_on < month:
            is_complete = False
    prior = sum(usage for period, usage in past.items() if period.year == month.year)
    newest_first = sorted(past, reverse=True)[:HISTORY_MONTHS]
    return MeterFacts(bool(meters), is_complete, tuple(spans), prior, tuple(past[period] for period in newest_first))


def _span(meter: Meter, begin: Reading, end: Reading, *, has_rolled: bool) -> MeterSpan:
    return MeterSpan(
        meter_id=meter.id or 0,
        digits=meter.digits,
        from_reading_id=begin.id or 0,
        from_milli=begin.value_milli,
        from_on=begin.read_on,
        reading_id=end.id or 0,
        to_milli=end.value_milli,
        to_on=end.read_on,
        is_rollover=has_rolled,
        band=meter.band,
        multiplier_milli=meter.multiplier_milli,
    )


def _rollovers(session: Session, meter_ids: Collection[int]) -> dict[int, list[date]]:
    """The days on which a dial is known to have passed zero."""
    found: dict[int, list[date]] = defaultdict(list)
    statement = select(col(Reading.meter_id), col(Reading.read_on)).where(col(Reading.meter_id).in_(meter_ids), col(Reading.is_rollover))
    for meter_id, read_on in session.execute(statement):
        found[meter_id].append(read_on)
    return found


def _end_readings(session: Session, meter_ids: Collection[int], until: date) -> tuple[dict[int, Reading], dict[int, Reading]]:
    """The first reading of each meter, and the newest one until a day."""
    base = (
        select(Reading).where(col(Reading.meter_id).in_(meter_ids), col(Reading.read_on) <= until).ext(distinct_on(col(Reading.meter_id)))
    )
    first = session.scalars(base.order_by(col(Reading.meter_id), col(Reading.read_on)))
    newest = session.scalars(base.order_by(col(Reading.meter_id), col(Reading.read_on).desc()))
    return {r.meter_id: r for r in first}, {r.meter_id: r for r in newest}


def _billed_readings(session: Session, item_ids: Collection[int], meter_ids: Collection[int]) -> dict[Key, Reading]:
    """The reading up to which each item has charged each meter."""
    rows = session.execute(
        select(col(Bill.fee_item_id), Reading)
        .join(BillReading, col(BillReading.bill_id) == col(Bill.id))
        .join(Reading, col(Reading.id) == col(BillReading.reading_id))
        .where(col(Bill.fee_item_id).in_(item_ids), col(Bill.status) != BillStatus.void, col(Reading.meter_id).in_(meter_ids))
        .ext(distinct_on(col(Bill.fee_item_id), col(Reading.meter_id)))
        .order_by(col(Bill.fee_item_id), col(Reading.meter_id), col(Reading.read_on).desc())
    )
    return {(item_id, reading.meter_id): reading for item_id, reading in rows}


def corrected_uses(session: Session, item_ids: Collection[int], month: date) -> list[tuple[Key, date, int]]:
    """By how much corrections have changed what was used in the months of the last year before this one."""
    settled: Any = aliased(Bill)
    rows = session.execute(
        select(col(Bill.fee_item_id), col(Bill.room_id), col(Bill.period), func.sum(col(BillAdjustment.usage_milli)))
        .join(BillAdjustment, col(BillAdjustment.bill_id) == col(Bill.id))
        .outerjoin(settled, settled.id == col(BillAdjustment.settled_bill_id))
        .where(
            or_(settled.id.is_(None), settled.status != BillStatus.void),
            col(Bill.fee_item_id).in_(item_ids),
            col(Bill.status) != BillStatus.void,
            col(Bill.period) < month,
            col(Bill.period) >= add_months(month, -12),
        )
        .group_by(col(Bill.fee_item_id), col(Bill.room_id), col(Bill.period))
    )
    return [((item_id, room_id), period, int(change)) for item_id, room_id, period, change in rows]


def _past_uses(session: Session, item_ids: Collection[int], month: date) -> dict[Key, dict[date, int]]:
    """What each room used of each item in the months of the last year before this one."""
    rows = session.execute(
        select(col(Bill.fee_item_id), col(Bill.room_id), col(Bill.period), func.sum(col(BillReading.usage_milli)))
        .join(BillReading, col(BillReading.bill_id) == col(Bill.id))
        .where(
            col(Bill.fee_item_id).in_(item_ids),
            col(Bill.status) != BillStatus.void,
            col(Bill.period) < month,
            col(Bill.period) >= add_months(month, -12),
        )
        .group_by(col(Bill.fee_item_id), col(Bill.room_id), col(Bill.period))
    )
    found: dict[Key, dict[date, int]] = defaultdict(dict)
    for item_id, room_id, period, usage in rows:
        found[item_id, room_id][period] = int(usage)
    for key, period, change in corrected_uses(session, item_ids, month):
        if period in found[key]:
            found[key][period] += change
    return found
