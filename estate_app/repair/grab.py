"""Orders that are open to all: who sees them, who takes one first, and what happens when nobody does."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete
from sqlmodel import Session, col, select

from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.repair.dispatch import dispatch_order, hand_over
from estate_app.repair.dispatch_models import GrabOffer
from estate_app.repair.models import OrderStatus, QueueReason, RepairOrder
from estate_app.repair.queries import OrderRow, load_some, rows_of
from estate_app.repair.work import accept

_BATCH = 50
_MOST = 50


@dataclass(frozen=True, slots=True)
class GrabCard:
    """An order that the technician may take, and until when."""

    order: OrderRow
    expires_at: datetime


def open_orders(session: Session, actor: Actor, *, now: datetime) -> list[GrabCard]:
    """What is open to a technician now, the most urgent promise first; names and phones stay hidden until it is theirs."""
    actor.require(Permission.work_orders)
    until = dict(
        session.execute(
            select(GrabOffer.order_id, GrabOffer.expires_at).where(GrabOffer.technician_id == actor.id, GrabOffer.expires_at > now)
        ).all()
    )
    if not until:
        return []
    clauses: list[ColumnElement[bool]] = [col(RepairOrder.id).in_(until), *_is_open()]
    rows = rows_of(session, actor, load_some(session, clauses, "due", _MOST), now)
    return [GrabCard(replace(row, contact_name="", contact_phone=""), until[row.id]) for row in rows]


def grab(uow: UnitOfWork, actor: Actor, *, order_id: int) -> RepairOrder:
    """Take an open order and accept it in one step; exactly one wins, the others read a sentence.

    Raises:
        NotFoundError: it was never open to this technician.
        ConflictError: somebody was faster, the time is over, or the technician no longer qualifies.
    """
    actor.require(Permission.work_orders)
    mine = select(GrabOffer.order_id).where(GrabOffer.technician_id == actor.id)
    statement = select(RepairOrder).where(RepairOrder.id == order_id, col(RepairOrder.id).in_(mine)).with_for_update(of=RepairOrder)
    order = uow.session.exec(statement.execution_options(populate_existing=True)).first()
    if order is None:
        raise NotFoundError
    if order.status is not OrderStatus.submitted or order.queue_reason is not QueueReason.open_to_all:
        raise ConflictError(msg("Somebody else was faster: {number} is taken", number=order.number))
    ends = uow.session.exec(select(GrabOffer.expires_at).where(GrabOffer.order_id == order_id, GrabOffer.technician_id == actor.id)).one()
    if ends <= uow.now:
        raise ConflictError(msg("The time to take {number} is over; it is offered to one technician now", number=order.number))
    hand_over(uow, actor, order, actor.id, "", mode="grab", tolerated=frozenset())
    for who in uow.session.exec(select(GrabOffer.technician_id).where(GrabOffer.order_id == order_id)):
        uow.notify(f"tech:{who}")
    return accept(uow, actor, order_id=order_id)


def expire_grabs(uow: UnitOfWork, *, limit: int = _BATCH) -> int:
    """Ask the best for every order that nobody took in time; answers how many."""
    over = select(GrabOffer.order_id).where(GrabOffer.expires_at <= uow.now)
    due = (
        select(RepairOrder)
        .where(col(RepairOrder.id).in_(over), *_is_open())
        .order_by(col(RepairOrder.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    orders = uow.session.exec(due.execution_options(populate_existing=True)).all()
    for order in orders:
        dispatch_order(uow, SYSTEM, order)
    # What was taken meanwhile keeps its rows until now, so that whoever came second got a sentence instead of a 404.
    uow.session.execute(delete(GrabOffer).where(col(GrabOffer.expires_at) <= uow.now))
    return len(orders)


def _is_open() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(RepairOrder.status) == OrderStatus.submitted, col(RepairOrder.queue_reason) == QueueReason.open_to_all
