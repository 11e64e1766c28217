"""Which orders an actor reaches: residents by their rooms, technicians by their jobs, managers by their scope. A stranger gets a 404."""

from datetime import date
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Boolean, ColumnElement, Date, and_, any_, bindparam, or_, true
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor, Scope
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.prepared import Prepared
from estate_app.property.queries import in_scope, room_ids_of
from estate_app.repair.models import OrderFollower, RepairOrder
from estate_app.repair.rules import STATUS_NAMES, UNDER_REPAIR

READERS = (Permission.own_repairs, Permission.work_orders, Permission.repairs_read)


def own_orders(actor: Actor, on: date) -> ColumnElement[bool]:
    """The orders of a resident's household, and the reporter's own in public areas."""
    return owned_by(actor.id, on)


def owned_by(account_id: Any, on: Any) -> ColumnElement[bool]:
    """The orders of somebody's household on a day; both may be parameters of a prepared statement."""
    rooms = room_ids_of(account_id, on, sees_repairs=True)
    in_public = and_(col(RepairOrder.room_id).is_(None), col(RepairOrder.reporter_id) == account_id)
    return or_(col(RepairOrder.room_id).in_(rooms), in_public)


def followed_orders(actor: Actor) -> ColumnElement[bool]:
    """The orders that a resident follows."""
    return followed_by(actor.id)


def followed_by(account_id: Any) -> ColumnElement[bool]:
    """The orders that somebody follows; the id may be a parameter of a prepared statement."""
    return col(RepairOrder.id).in_(select(OrderFollower.order_id).where(OrderFollower.account_id == account_id))


def reachable(actor: Actor, on: date) -> ColumnElement[bool]:
    """The WHERE clause of every order that the actor may read."""
    if actor.is_system:
        return true()
    parts: list[ColumnElement[bool]] = []
    if actor.can(Permission.own_repairs):
        parts += [own_orders(actor, on), followed_orders(actor)]
    if actor.can(Permission.work_orders):
        parts.append(col(RepairOrder.technician_id) == actor.id)
    if actor.can(Permission.repairs_read):
        parts.append(managed(actor, Permission.repairs_read))
    return or_(*parts)


def managed(actor: Actor, *permissions: Permission) -> ColumnElement[bool]:
    """The WHERE clause of the orders within a manager's scope."""
    return in_scope(actor, *permissions, estate=col(RepairOrder.estate_id), building=col(RepairOrder.building_id))


def read_order(session: Session, actor: Actor, order_id: int, on: date) -> RepairOrder:
    """One order that the actor may read; else a 404."""
    actor.require(*READERS)
    if not _REACHES.rows(session, order_id=order_id, **reach_values(actor, on)):
        raise NotFoundError
    return session.get_one(RepairOrder, order_id)


def reach_values(actor: Actor, on: date) -> dict[str, object]:
    """The parameters of `REACHED` for an actor."""
    scope = actor.scope(Permission.repairs_read) if actor.can(Permission.repairs_read) else Scope()
    return {
        "me": actor.account_id,
        "on": on,
        "lives": actor.can(Permission.own_repairs),
        "works": actor.can(Permission.work_orders),
        "is_everywhere": scope.is_everywhere,
        "estates": list(scope.estate_ids),
        "buildings": list(scope.building_ids),
    }


_me = bindparam("me", type_=BigInteger)
REACHED = or_(
    and_(bindparam("lives", type_=Boolean), or_(owned_by(_me, bindparam("on", type_=Date)), followed_by(_me))),
    and_(bindparam("works", type_=Boolean), col(RepairOrder.technician_id) == _me),
    bindparam("is_everywhere", type_=Boolean),
    col(RepairOrder.estate_id) == any_(bindparam("estates", type_=ARRAY(BigInteger))),
    col(RepairOrder.building_id) == any_(bindparam("buildings", type_=ARRAY(BigInteger))),
)
"""`reachable` for prepared statements about one order, the same for every actor; the id of the order stands beside it."""
_REACHES = Prepared(select(RepairOrder.id).where(RepairOrder.id == bindparam("order_id"), REACHED))


def lock_own(uow: UnitOfWork, actor: Actor, order_id: int) -> RepairOrder:
    """One order of the resident's household, locked for change."""
    actor.require(Permission.own_repairs)
    return _lock(uow, order_id, own_orders(actor, business_date(uow.now)))


def lock_job(uow: UnitOfWork, actor: Actor, order_id: int) -> RepairOrder:
    """One order that the technician holds, locked for change."""
    actor.require(Permission.work_orders)
    return _lock(uow, order_id, col(RepairOrder.technician_id) == actor.id)


def lock_under_repair(uow: UnitOfWork, actor: Actor, order_id: int) -> RepairOrder:
    """One order that the technician has accepted and not finished, locked for change."""
    order = lock_job(uow, actor, order_id)
    if order.status not in UNDER_REPAIR:
        raise ConflictError(msg("The order is {state} now; this is no longer possible", state=STATUS_NAMES[order.status]))
    return order


def lock_managed(uow: UnitOfWork, actor: Actor, order_id: int, *permissions: Permission) -> RepairOrder:
    """One order within the manager's scope, locked for change."""
    actor.require(*permissions)
    return _lock(uow, order_id, managed(actor, *permissions))


def _lock(uow: UnitOfWork, order_id: int, where: ColumnElement[bool]) -> RepairOrder:
    """Lock by id first: PostgreSQL checks the rest again on the newest version of the row."""
    statement = select(RepairOrder).where(RepairOrder.id == order_id, where).with_for_update(of=RepairOrder)
    return _found(uow.session.exec(statement.execution_options(populate_existing=True)).first())


def _found(order: RepairOrder | None) -> RepairOrder:
    if order is None:
        raise NotFoundError
    return order
