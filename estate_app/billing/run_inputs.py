"""Loads what a bill run needs with one query for each kind of fact, a span of rooms at a time: no object of the session is made."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import bindparam, func, or_, select
from sqlmodel import Session, col

from estate_app.billing.charges import Beside, DatedPrice, HeldSpace, MeterFacts, PoolShare, RoomFacts, Standing
from estate_app.billing.discounts import discounts_of
from estate_app.billing.models import Bill, BillStatus, FeeItem, FeeKind, PriceVersion, RoomFee
from estate_app.billing.opening import opened_in
from estate_app.billing.prices import read_price
from estate_app.billing.rules.discount import DatedDiscount
from estate_app.billing.run_meters import FIRST, ITEMS, LAST, Key, Span, meter_facts
from estate_app.billing.run_shared import pool_shares, spaces_of
from estate_app.kit.clock import add_months
from estate_app.prepared import Prepared, columns
from estate_app.property.models import Room, RoomState

EVERY_ROOM: Span = (0, 2**63 - 1)
_ROOM = (
    col(Room.id),
    col(Room.area_milli_m2),
    col(Room.interior_milli_m2),
    col(Room.household_size),
    col(Room.handover_on),
    col(Room.state),
)
_ATTACHED = Prepared(
    columns(col(RoomFee.fee_item_id), col(RoomFee.starts_on), col(RoomFee.ends_on), *_ROOM)
    .join(Room, col(Room.id) == col(RoomFee.room_id))
    .where(
        col(RoomFee.fee_item_id) == func.any(ITEMS),
        col(RoomFee.room_id).between(FIRST, LAST),
        col(RoomFee.starts_on) < bindparam("until"),
        or_(col(RoomFee.ends_on).is_(None), col(RoomFee.ends_on) >= bindparam("month")),
    )
    .order_by(col(RoomFee.room_id), col(RoomFee.starts_on))
)
_ROOMS_WITH = Prepared(
    columns(col(RoomFee.room_id))
    .where(
        col(RoomFee.fee_item_id) == func.any(ITEMS),
        col(RoomFee.starts_on) < bindparam("until"),
        or_(col(RoomFee.ends_on).is_(None), col(RoomFee.ends_on) >= bindparam("month")),
    )
    .distinct()
)
_AMOUNTS = Prepared(
    columns(col(Bill.fee_item_id), col(Bill.room_id), col(Bill.period), func.sum(col(Bill.amount_fen)))
    .where(
        col(Bill.fee_item_id) == func.any(ITEMS),
        col(Bill.room_id).between(FIRST, LAST),
        col(Bill.period).in_((bindparam("month"), bindparam("before"))),
        col(Bill.status) != BillStatus.void,
        col(Bill.run_id).is_not(None),
    )
    .group_by(col(Bill.fee_item_id), col(Bill.room_id), col(Bill.period))
)


@dataclass(frozen=True, slots=True)
class RunInputs:
    """The facts of a run, by item and room."""

    rooms: dict[int, RoomFacts] = field(default_factory=dict)
    standings: dict[Key, list[Standing]] = field(default_factory=dict)
    prices: Mapping[int, list[DatedPrice]] = field(default_factory=dict)
    meters: dict[Key, MeterFacts] = field(default_factory=dict)
    billed: frozenset[Key] = frozenset()
    last_fen: dict[Key, int] = field(default_factory=dict)
    pools: Mapping[Key, PoolShare] = field(default_factory=dict)
    spaces: dict[int, tuple[HeldSpace, ...]] = field(default_factory=dict)
    discounts: dict[Key, list[DatedDiscount]] = field(default_factory=dict)

    def beside(self, key: Key) -> Beside:
        """What a shared or a parking item needs beside the room."""
        return Beside(self.pools.get(key), self.spaces.get(key[1], ()))


@dataclass(frozen=True, slots=True)
class RunFrame:
    """What all rooms of a run have in common: items, month, prices, and the shares of what is split over all of them."""

    items: Sequence[FeeItem]
    month: date
    prices: Mapping[int, list[DatedPrice]]
    pools: Mapping[Key, PoolShare]


def load_frame(session: Session, items: Sequence[FeeItem], month: date) -> RunFrame:
    """Load what is the same for every room; shared costs are split over all rooms, since a part of them cannot be split by."""
    prices = _prices(session, items)
    shared = [item for item in items if item.kind is FeeKind.shared]
    return RunFrame(items, month, prices, _pools(session, shared, prices, month) if shared else {})


def load_inputs(session: Session, frame: RunFrame, span: Span = EVERY_ROOM) -> RunInputs:
    """Load the facts of a run's items for the rooms whose ids lie within a span."""
    items, month = frame.items, frame.month
    ids = [item.id or 0 for item in items]
    rooms, standings = _attached(session, ids, month, span)
    metered = [item for item in items if item.kind is FeeKind.metered]
    parking = [item for item in items if item.kind is FeeKind.parking]
    spaces = _parked(session, parking, month, span, rooms, standings) if parking else {}
    now, before = _amounts(session, ids, month, span)
    return RunInputs(
        rooms,
        standings,
        frame.prices,
        meter_facts(session, metered, rooms, span, month) if metered else {},
        frozenset(now) | opened_in(session, ids, month, span),
        before,
        frame.pools,
        spaces,
        discounts_of(session, items, span, month),
    )


def room_spans(session: Session, items: Sequence[FeeItem], month: date, size: int) -> Iterator[Span]:
    """The rooms that the items may charge in a month, as spans of at most so many, by id."""
    values = {"items": [item.id or 0 for item in items], "month": month, "until": add_months(month, 1)}
    found = {room_id for (room_id,) in _ROOMS_WITH.rows(session, **values)}
    if any(item.kind is FeeKind.parking for item in items):
        found.update(spaces_of(session, items[0].estate_id, month, EVERY_ROOM))
    rooms = sorted(found)
    for start in range(0, len(rooms), size):
        block = rooms[start : start + size]
        yield block[0], block[-1]


def room_facts(room: Room) -> RoomFacts:
    """What a charge needs to know of a room."""
    return _room(room.id, room.area_milli_m2, room.interior_milli_m2, room.household_size, room.handover_on, room.state)


def _room(room_id: int, area: int, interior: int | None, persons: int, handover_on: date | None, state: str) -> RoomFacts:
    return RoomFacts(room_id, area, interior, persons, handover_on, is_occupied=state == RoomState.occupied)


def _pools(session: Session, items: Sequence[FeeItem], prices: Mapping[int, list[DatedPrice]], month: date) -> dict[Key, PoolShare]:
    rooms, standings = _attached(session, [item.id or 0 for item in items], month, EVERY_ROOM)
    found: dict[Key, PoolShare] = {}
    for item in items:
        mine = [room_id for item_id, room_id in standings if item_id == item.id]
        found |= pool_shares(session, item, prices.get(item.id or 0, []), rooms, mine, month)
    return found


def _parked(
    session: Session,
    items: Sequence[FeeItem],
    month: date,
    span: Span,
    rooms: dict[int, RoomFacts],
    standings: dict[Key, list[Standing]],
) -> dict[int, tuple[HeldSpace, ...]]:
    """The spaces of each room; a parking item stands with whoever holds a space, so the rooms join the run here."""
    spaces = spaces_of(session, items[0].estate_id, month, span)
    for row in session.execute(select(*_ROOM).where(col(Room.id).in_(set(spaces) - set(rooms)))):
        rooms[row[0]] = _room(*row)
    for item in items:
        for room_id, held in spaces.items():
            standings[item.id or 0, room_id] = [space.standing for space in held]
    return spaces


def _attached(session: Session, item_ids: list[int], month: date, span: Span) -> tuple[dict[int, RoomFacts], dict[Key, list[Standing]]]:
    values = {"items": item_ids, "first": span[0], "last": span[1], "month": month, "until": add_months(month, 1)}
    rooms: dict[int, RoomFacts] = {}
    standings: dict[Key, list[Standing]] = defaultdict(list)
    for item_id, starts_on, ends_on, *room in _ATTACHED.rows(session, **values):
        if room[0] not in rooms:
            rooms[room[0]] = _room(*room)
        standings[item_id, room[0]].append(Standing(starts_on, ends_on))
    return rooms, dict(standings)


def _prices(session: Session, items: Sequence[FeeItem]) -> dict[int, list[DatedPrice]]:
    kinds = {item.id: item.kind for item in items}
    found: dict[int, list[DatedPrice]] = defaultdict(list)
    statement = select(PriceVersion).where(col(PriceVersion.fee_item_id).in_(kinds)).order_by(col(PriceVersion.starts_on))
    for version in session.scalars(statement):
        price = read_price(kinds[version.fee_item_id], version.rule)
        found[version.fee_item_id].append(DatedPrice(version.starts_on, price))
    return dict(found)


def _amounts(session: Session, item_ids: list[int], month: date, span: Span) -> tuple[dict[Key, int], dict[Key, int]]:
    """What each room was billed for each item in the month, and in the one before."""
    values = {"items": item_ids, "first": span[0], "last": span[1], "month": month, "before": add_months(month, -1)}
    now: dict[Key, int] = {}
    before: dict[Key, int] = {}
    for item_id, room_id, period, total in _AMOUNTS.rows(session, **values):
        (now if period == month else before)[item_id, room_id] = int(total)
    return now, before
