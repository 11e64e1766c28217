"""What a dispatcher does besides assigning: reject with a reason, change the urgency."""

from datetime import timedelta

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError
from estate_app.kit.i18n import msg
from estate_app.repair.calendar import add_working
from estate_app.repair.dispatch import drop_offer
from estate_app.repair.models import OfferOutcome, OrderStatus, RepairCategory, RepairOrder, Urgency
from estate_app.repair.promise import promise
from estate_app.repair.reach import lock_managed
from estate_app.repair.rules import OPEN, STATUS_NAMES, ensure_can_move
from estate_app.repair.step import add_step, checked_reason, move, tell_resident, tell_technician
from estate_app.repair.waiting import retry_after_change


def reject(uow: UnitOfWork, actor: Actor, *, order_id: int, reason: str) -> RepairOrder:
    """Refuse a report with a reason that the resident reads; not once the repair has begun."""
    order = lock_managed(uow, actor, order_id, Permission.repairs_dispatch)
    why = checked_reason(reason)
    ensure_can_move(order.status, OrderStatus.rejected)
    drop_offer(uow, order, OfferOutcome.withdrawn, "rejected")
    move(uow, actor, order, OrderStatus.rejected, "reject", reason=why)
    order.end_reason, order.queue_reason, order.closed_at = why, None, uow.now
    tell_resident(uow, order, "rejected", msg("Your report {number} was not taken", number=order.number), msg("{reason}", reason=why))
    title = msg("Order {number} was cancelled", number=order.number)
    tell_technician(uow, order, "cancelled", title, msg("The office has rejected it; nothing is left to do"))
    if order.technician_id is not None:
        retry_after_change(uow, order.technician_id)
    return order


def change_urgency(uow: UnitOfWork, actor: Actor, *, order_id: int, urgency: Urgency, reason: str) -> RepairOrder:
    """Raise or lower the urgency of an open order; its promise is made anew from the moment of the report."""
    order = lock_managed(uow, actor, order_id, Permission.repairs_dispatch)
    why = checked_reason(reason)
    if order.status not in OPEN:
        raise ConflictError(msg("The order is {state} now; this is no longer possible", state=STATUS_NAMES[order.status]))
    if order.urgency is urgency:
        return order
    category = uow.session.get_one(RepairCategory, order.category_id)
    order.urgency = urgency
    promised = promise(category, urgency, order.submitted_at, order.visit_to_at)
    order.respond_due_at = promised.respond_due_at
    order.complete_due_at = add_working(promised.complete_due_at, timedelta(seconds=order.paused_seconds), urgency=urgency)
    add_step(uow, actor, order, "urgency", reason=urgency, note=why)
    return order
