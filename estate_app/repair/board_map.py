"""The dispatch board's map: where orders wait and run, and in which building each technician was last known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.kit.clock import business_date, day_bounds
from estate_app.property.models import Building
from estate_app.property.queries import visible_buildings
from estate_app.repair.board_filter import READ, BoardFilter, ensure_board, order_clauses, shown_technicians
from estate_app.repair.models import OrderStatus, RepairOrder, Urgency
from estate_app.repair.roster import roster
from estate_app.repair.rules import DONE, UNDER_REPAIR, WITH_TECHNICIAN


@dataclass(frozen=True, slots=True)
class BuildingLoad:
    """One building with its orders: waiting for a technician, with one, and whether an emergency is among them."""

    building: Building
    waiting: int
    held: int
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class LastSeen:
    """Where a technician was last known today: on the way to or at work in a building, or finished there."""

    technician_id: int
    name: str
    building_id: int
    since: datetime
    is_working: bool


@dataclass(frozen=True, slots=True)
class BoardMap:
    """The buildings in scope with their load, the technicians who have been somewhere today, and what lies outside all buildings."""

    buildings: tuple[BuildingLoad, ...]
    technicians: tuple[LastSeen, ...]
    outside: int


def board_map(session: Session, actor: Actor, estate_id: int, *, now: datetime, filter: BoardFilter) -> BoardMap:
    """The map of one estate within the manager's scope, in a constant number of queries; another estate is a 404."""
    actor.require(*READ)
    ensure_board(session, actor, estate_id)
    open_here = [*order_clauses(actor, estate_id, filter), col(RepairOrder.merged_into_id).is_(None)]
    waits, held = col(RepairOrder.status) == OrderStatus.submitted, col(RepairOrder.status).in_(WITH_TECHNICIAN)
    urgent = and_(or_(waits, held), col(RepairOrder.urgency) == Urgency.emergency)
    counted = session.execute(
        select(col(RepairOrder.building_id), func.count().filter(waits), func.count().filter(held), func.count().filter(urgent))
        .where(*open_here, or_(waits, held))
        .group_by(col(RepairOrder.building_id))
    )
    loads = {row[0]: (row[1], row[2], row[3]) for row in counted}
    none = (0, 0, 0)
    known = [b for b in visible_buildings(session, actor, *READ) if b.estate_id == estate_id]
    buildings = tuple(BuildingLoad(b, *loads.get(b.id, none)[:2], bool(loads.get(b.id, none)[2])) for b in known)
    return BoardMap(buildings, _last_seen(session, estate_id, filter, known, now), sum(loads.get(None, none)[:2]))


def _last_seen(session: Session, estate_id: int, filter: BoardFilter, buildings: Sequence[Building], now: datetime) -> tuple[LastSeen, ...]:
    present = [p for p in roster(session, estate_id, now) if not p.is_on_leave]
    names = {p.technician_id: p.name for p in shown_technicians(present, filter, {b.id for b in buildings})}
    ids = [b.id for b in buildings]
    found = session.execute(
        select(RepairOrder.technician_id, RepairOrder.building_id, _moved_at(), col(RepairOrder.status).in_(UNDER_REPAIR))
        .ext(distinct_on(col(RepairOrder.technician_id)))
        .where(col(RepairOrder.technician_id).in_(names), col(RepairOrder.building_id).in_(ids), _was_there(now))
        .order_by(col(RepairOrder.technician_id), col(RepairOrder.status).in_(UNDER_REPAIR).desc(), _moved_at().desc())
    )
    return tuple(LastSeen(row[0], names[row[0]], row[1], row[2], bool(row[3])) for row in found)


def _was_there(now: datetime) -> ColumnElement[bool]:
    """Orders that brought somebody to their building: set out for, begun, or finished today."""
    start, _ = day_bounds(business_date(now))
    status = col(RepairOrder.status)
    under_way = status.in_((OrderStatus.on_the_way, OrderStatus.working, OrderStatus.paused))
    return or_(under_way, and_(status.in_(DONE), col(RepairOrder.completed_at) >= start))


def _moved_at() -> ColumnElement[datetime]:
    return func.coalesce(col(RepairOrder.completed_at), col(RepairOrder.started_at), col(RepairOrder.changed_at))
