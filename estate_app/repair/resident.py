"""What a resident does with an order after reporting it: cancel, urge, reopen, follow."""

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, NotFoundError, TooManyError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.repair.dispatch import drop_offer
from estate_app.repair.intake import finish_intake, new_number
from estate_app.repair.models import OfferOutcome, OrderFollower, OrderStatus, OrderStep, RepairCategory, RepairOrder
from estate_app.repair.place import is_neighbour
from estate_app.repair.promise import promise
from estate_app.repair.reach import lock_own
from estate_app.repair.rules import OPEN, REOPEN_WITHIN, STATUS_NAMES, URGE_EVERY, ensure_can_move
from estate_app.repair.step import add_step, checked_reason, key_of, move, tell_dispatchers, tell_technician
from estate_app.repair.waiting import retry_after_change


def cancel(uow: UnitOfWork, actor: Actor, *, order_id: int, reason: str = "") -> RepairOrder:
    """Withdraw a report as long as nobody has set out."""
    order = lock_own(uow, actor, order_id)
    why = checked_reason(reason, is_required=False)
    ensure_can_move(order.status, OrderStatus.cancelled)
    drop_offer(uow, order, OfferOutcome.withdrawn, "cancelled")
    move(uow, actor, order, OrderStatus.cancelled, "cancel", reason=why)
    order.end_reason, order.queue_reason, order.closed_at = why, None, uow.now
    title = msg("Order {number} was cancelled", number=order.number)
    tell_technician(uow, order, "cancelled", title, msg("The resident has withdrawn it; nothing is left to do"))
    if order.technician_id is not None:
        retry_after_change(uow, order.technician_id)
    return order


def urge(uow: UnitOfWork, actor: Actor, *, order_id: int) -> RepairOrder:
    """Ask for speed, at most once in two hours; the technician and the dispatchers are told."""
    order = lock_own(uow, actor, order_id)
    if order.status not in OPEN:
        raise ConflictError(msg("The order is {state} now; this is no longer possible", state=STATUS_NAMES[order.status]))
    last = select(OrderStep.at).where(OrderStep.order_id == order.id, OrderStep.action == "urge").order_by(col(OrderStep.id).desc())
    before = uow.session.exec(last).first()
    if before is not None and uow.now - before < URGE_EVERY:
        left = before + URGE_EVERY - uow.now
        minutes = -(-int(left.total_seconds()) // 60)
        text = msg("We have passed it on. You may ask again in {minutes} minutes", minutes=minutes)
        raise TooManyError(text, retry_after=max(1, int(left.total_seconds())))
    add_step(uow, actor, order, "urge")
    title = msg("The resident asks for speed: {number}", number=order.number)
    body = msg("Please answer or say when you can come")
    tell_technician(uow, order, "urged", title, body)
    tell_dispatchers(uow, order, "urged", title, body)
    return order


def reopen(uow: UnitOfWork, actor: Actor, *, order_id: int, reason: str) -> RepairOrder:
    """Ask for rework within 15 days of completion: a new, linked, free order that is dispatched at once.

    Raises:
        ConflictError: it is not completed, too old, or its rework is still going on.
    """
    order = lock_own(uow, actor, order_id)
    why = checked_reason(reason)
    if order.completed_at is None or order.status not in {OrderStatus.completed, OrderStatus.closed}:
        raise ConflictError(msg("The order is {state} now; this is no longer possible", state=STATUS_NAMES[order.status]))
    if uow.now - order.completed_at > REOPEN_WITHIN:
        raise ConflictError(msg("An order can be reopened within {days} days; please report it anew", days=REOPEN_WITHIN.days))
    running = select(RepairOrder.number).where(RepairOrder.rework_of_id == order.id, col(RepairOrder.status).in_(OPEN))
    if (number := uow.session.exec(running).first()) is not None:
        raise ConflictError(msg("The rework {number} is on its way already", number=number))
    if order.status is OrderStatus.completed:
        move(uow, actor, order, OrderStatus.closed, "reopen", reason=why)
        order.closed_at, order.end_reason = uow.now, "rework"
    else:
        add_step(uow, actor, order, "reopen", reason=why)
    again = _rework(uow, order, why)
    finish_intake(uow, actor, again)
    return again


def follow(uow: UnitOfWork, actor: Actor, *, order_id: int) -> RepairOrder:
    """Follow a neighbour's open order instead of reporting the same trouble again."""
    actor.require(Permission.own_repairs)
    order = uow.session.get(RepairOrder, order_id)
    if order is None or not is_neighbour(uow.session, actor, order, business_date(uow.now)):
        raise NotFoundError
    if order.status not in OPEN:
        raise ConflictError(msg("The order is {state} now; this is no longer possible", state=STATUS_NAMES[order.status]))
    row = insert(OrderFollower).values(order_id=order_id, account_id=actor.id, at=uow.now)
    uow.session.execute(row.on_conflict_do_nothing())
    uow.notify(f"resident:{actor.id}")
    return order


def _rework(uow: UnitOfWork, order: RepairOrder, why: str) -> RepairOrder:
    category = uow.session.get_one(RepairCategory, order.category_id)
    promised = promise(category, order.urgency, uow.now, None)
    again = RepairOrder(
        number=new_number(uow),
        estate_id=order.estate_id,
        building_id=order.building_id,
        room_id=order.room_id,
        public_area_id=order.public_area_id,
        facility_id=order.facility_id,
        category_id=order.category_id,
        description=why,
        urgency=order.urgency,
        source=order.source,
        reporter_id=order.reporter_id,
        contact_name=order.contact_name,
        contact_phone=order.contact_phone,
        access=order.access,
        latitude=order.latitude,
        longitude=order.longitude,
        estimate_minutes=order.estimate_minutes,
        rework_of_id=key_of(order),
        submitted_at=uow.now,
        changed_at=uow.now,
        respond_due_at=promised.respond_due_at,
        complete_due_at=promised.complete_due_at,
    )
    uow.session.add(again)
    uow.flush()
    return again
