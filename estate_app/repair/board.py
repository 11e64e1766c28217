"""The dispatcher's board and the manager's morning figures, each in a constant number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, cast, func, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date, day_bounds
from estate_app.property.queries import visible_buildings
from estate_app.repair.board_filter import READ, BoardFilter, ensure_board, order_clauses, shown_technicians
from estate_app.repair.facts import booked_minutes
from estate_app.repair.filters import Family, OrderFilter, is_overdue, where
from estate_app.repair.models import OrderStatus, RepairOrder, Trade, Urgency
from estate_app.repair.queries import OrderRow, load_some, rows_of
from estate_app.repair.reach import managed
from estate_app.repair.roster import Presence, roster
from estate_app.repair.rules import DONE, OPEN, UNDER_REPAIR, WITH_TECHNICIAN

_QUEUE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Block:
    """One order on a lane; planned times follow each other by the estimates where no visit was agreed."""

    order_id: int
    number: str
    code: str
    status: OrderStatus
    urgency: Urgency
    starts_at: datetime
    ends_at: datetime
    is_done: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """One technician's day in minutes: taken of the capacity, when on shift, and the orders."""

    technician_id: int
    name: str
    trades: tuple[tuple[Trade, int], ...]
    main_buildings: tuple[int, ...]
    booked_minutes: int
    daily_minutes: int
    is_on_duty: bool
    is_on_call: bool
    is_on_leave: bool
    shift_starts_at: datetime | None
    shift_ends_at: datetime | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """Since when an order waits in the queue, and how many roles beyond the dispatchers know of it."""

    since: datetime
    escalated: int


@dataclass(frozen=True, slots=True)
class Board:
    """What waits, most urgent and latest first, and who does what; `shown` are the technicians that the filter leaves."""

    queue: tuple[OrderRow, ...]
    lanes: tuple[Lane, ...]
    on_duty_count: int
    shown: frozenset[int] = frozenset()
    waits: Mapping[int, Wait] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Morning:
    """Figures of today so far against the same time a week ago; minutes are None where there is nothing to average."""

    new_today: int
    new_before: int
    waiting: int
    unassigned: int
    in_repair: int
    overdue: int
    completed_today: int
    response_minutes: int | None
    response_minutes_before: int | None


_ALL = BoardFilter()


def board(session: Session, actor: Actor, estate_id: int, *, now: datetime, filter: BoardFilter = _ALL) -> Board:
    """The queue and the lanes of one estate within the manager's scope; another estate is a 404.

    The filter narrows the queue; every lane stays, so that whoever is suggested is known, and `shown` says which ones fit.
    """
    actor.require(*READ)
    ensure_board(session, actor, estate_id)
    waiting = [
        *order_clauses(actor, estate_id, filter),
        col(RepairOrder.status) == OrderStatus.submitted,
        col(RepairOrder.merged_into_id).is_(None),
    ]
    loaded = load_some(session, waiting, "urgency", _QUEUE_SIZE)
    waits = {order.id or 0: Wait(order.queued_at, order.escalated) for order, _, _ in loaded if order.queued_at is not None}
    queue = rows_of(session, actor, loaded, now)
    queue.sort(key=lambda r: (_rank(r.urgency), r.clock.due_at, r.id))
    present = roster(session, estate_id, now)
    ids = [p.technician_id for p in present]
    start, end = day_bounds(business_date(now))
    visit = col(RepairOrder.visit_from_at)
    held = and_(col(RepairOrder.status).in_(WITH_TECHNICIAN), or_(visit.is_(None), visit < end))
    done = and_(col(RepairOrder.status).in_(DONE), col(RepairOrder.changed_at) >= start, col(RepairOrder.completed_at) >= start)
    today = load_some(session, [col(RepairOrder.technician_id).in_(ids), or_(held, done)], "", 500)
    codes = {row.id: row.code for row in rows_of(session, actor, today, now)}
    booked = booked_minutes(session, ids, now, now)
    orders: dict[int, list[RepairOrder]] = {}
    for order, _, _ in today:
        orders.setdefault(order.technician_id or 0, []).append(order)
    lanes = tuple(_lane(p, orders.get(p.technician_id, []), codes, booked.get(p.technician_id, 0), now) for p in present)
    buildings = {b.id for b in visible_buildings(session, actor, *READ) if b.estate_id == estate_id} if filter.building_id else set()
    shown = frozenset(p.technician_id for p in shown_technicians(present, filter, buildings))
    return Board(tuple(queue), lanes, sum(lane.is_on_duty and not lane.is_on_leave for lane in lanes), shown, waits)


def order_on_board(session: Session, actor: Actor, order_id: int, *, now: datetime) -> OrderRow:
    """One order that waits or stands on a lane, for the side panel; a stranger gets a 404."""
    actor.require(*READ)
    found = load_some(session, [col(RepairOrder.id) == order_id, managed(actor, *READ)], "", 1)
    if not found:
        raise NotFoundError
    return rows_of(session, actor, found, now)[0]


def free_at(lane: Lane, minutes: int, now: datetime, visit_from_at: datetime | None = None) -> datetime:
    """The first moment at which a technician has a gap for an order, on the shift and not before the agreed visit."""
    cursor = max(now, visit_from_at or now)
    if not lane.is_on_duty and lane.shift_starts_at is not None:
        cursor = max(cursor, lane.shift_starts_at)
    for block in lane.blocks:
        if block.is_done or block.ends_at <= cursor:
            continue
        if block.starts_at - cursor >= timedelta(minutes=minutes):
            break
        cursor = block.ends_at
    return cursor


def morning(session: Session, actor: Actor, *, now: datetime, estate_id: int | None = None) -> Morning:
    """Today's figures of an estate, or of the whole scope, in one query."""
    actor.require(*READ)
    start, _ = day_bounds(business_date(now))
    before, before_end = start - timedelta(days=7), now - timedelta(days=7)
    submitted, accepted, status = col(RepairOrder.submitted_at), col(RepairOrder.accepted_at), col(RepairOrder.status)
    minutes = cast(func.extract("epoch", accepted - submitted) / 60, Float)
    clauses = [managed(actor, *READ), *where(OrderFilter(estate_id=estate_id), now)]
    figures: list[ColumnElement[Any]] = [
        func.count().filter(submitted >= start),
        func.count().filter(submitted >= before, submitted < before_end),
        func.count().filter(status.in_((OrderStatus.submitted, OrderStatus.assigned))),
        func.count().filter(status == OrderStatus.submitted),
        func.count().filter(status.in_(UNDER_REPAIR)),
        func.count().filter(is_overdue(now)),
        func.count().filter(col(RepairOrder.completed_at) >= start),
        func.avg(minutes).filter(accepted >= start),
        func.avg(minutes).filter(accepted >= before, accepted < before_end),
    ]
    recent = or_(status.in_(OPEN), submitted >= before, accepted >= before, col(RepairOrder.completed_at) >= start)
    row = session.execute(sa_select(*figures).where(*clauses, recent)).one()
    *counts, average, average_before = row
    return Morning(*(int(c) for c in counts), *(None if a is None else round(a) for a in (average, average_before)))


def risks(session: Session, actor: Actor, *, now: datetime, estate_id: int | None = None, size: int = 10) -> list[OrderRow]:
    """The open orders whose promise is closest or broken, for the morning page."""
    actor.require(*READ)
    clauses = [managed(actor, *READ), *where(OrderFilter(family=Family.open, estate_id=estate_id), now)]
    return rows_of(session, actor, load_some(session, clauses, "due", size), now)


def _rank(urgency: Urgency) -> int:
    return (Urgency.emergency, Urgency.high, Urgency.normal).index(urgency)


def _lane(who: Presence, orders: Sequence[RepairOrder], codes: dict[int, str], booked: int, now: datetime) -> Lane:
    return Lane(
        technician_id=who.technician_id,
        name=who.name,
        trades=who.trades,
        main_buildings=who.building_ids,
        booked_minutes=booked,
        daily_minutes=who.daily_minutes,
        is_on_duty=who.is_on_duty,
        is_on_call=who.is_on_call,
        is_on_leave=who.is_on_leave,
        shift_starts_at=who.shift_starts_at,
        shift_ends_at=who.shift_ends_at,
        blocks=tuple(plan(orders, codes, now)),
    )


def plan(orders: Sequence[RepairOrder], codes: dict[int, str], now: datetime) -> list[Block]:
    """Lay a technician's orders on a line: the finished and the running where they were, the rest one after the other."""
    blocks, free_from = [], now
    running = [o for o in orders if o.status not in DONE and o.started_at is not None]
    for order in [o for o in orders if o.status in DONE] + running:
        starts = order.started_at or order.accepted_at or order.submitted_at
        is_done = order.status in DONE
        ends = order.completed_at if is_done and order.completed_at else max(now, starts + timedelta(minutes=order.estimate_minutes))
        blocks.append(_block(order, codes, starts, ends))
        free_from = max(free_from, ends) if not is_done else free_from
    planned = [o for o in orders if o.status not in DONE and o.started_at is None]
    planned.sort(key=lambda o: (o.visit_from_at or free_from, o.complete_due_at, o.id or 0))
    for order in planned:
        starts = max(free_from, order.visit_from_at or free_from)
        free_from = starts + timedelta(minutes=order.estimate_minutes)
        blocks.append(_block(order, codes, starts, free_from))
    return sorted(blocks, key=lambda b: (b.starts_at, b.order_id))


def _block(order: RepairOrder, codes: dict[int, str], starts: datetime, ends: datetime) -> Block:
    key = order.id or 0
    return Block(key, order.number, codes.get(key, ""), order.status, order.urgency, starts, ends, order.status in DONE)
