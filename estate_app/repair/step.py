"""One step of an order: the move, its row, its audit entry, and who is told. Every command goes through here."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.directory import appointed, sets_with
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.notification.service import tell
from estate_app.property.places import household
from estate_app.repair.models import OrderFollower, OrderStatus, OrderStep, RepairOrder
from estate_app.repair.rules import ensure_can_move, trusted_client_time

MAX_REASON = 200
MAX_NOTE = 1000
ENTITY = "repair_order"


def key_of(order: RepairOrder) -> int:
    """The id of a stored order."""
    if order.id is None:
        raise ValueError("the order is not stored yet")
    return order.id


def move(
    uow: UnitOfWork,
    actor: Actor,
    order: RepairOrder,
    target: OrderStatus,
    action: str,
    *,
    reason: str = "",
    note: str = "",
    client_at: datetime | None = None,
) -> None:
    """Move an order to another state, or raise `ConflictError` and change nothing."""
    ensure_can_move(order.status, target)
    add_step(uow, actor, order, action, target=target, reason=reason, note=note, client_at=client_at)


def add_step(
    uow: UnitOfWork,
    actor: Actor,
    order: RepairOrder,
    action: str,
    *,
    target: OrderStatus | None = None,
    reason: str = "",
    note: str = "",
    client_at: datetime | None = None,
) -> None:
    """Write a step and its audit entry, and say on the live topics that the order has changed."""
    before, after = order.status, target or order.status
    trusted = trusted_client_time(client_at, uow.now)
    order.status, order.changed_at = after, uow.now
    step = {
        "order_id": key_of(order),
        "actor_id": actor.account_id,
        "actor_name": actor.name,
        "action": action,
        "from_status": before,
        "to_status": after,
        "reason": reason,
        "note": note,
        "at": uow.now,
        "client_at": trusted,
    }
    uow.append(OrderStep, step)
    facts: dict[str, object] = {"status": after, "technician_id": order.technician_id}
    if reason:
        facts["reason"] = reason
    if client_at is not None and trusted is None:
        facts["client_at_ignored"] = client_at.isoformat()
    record(uow, actor, f"repair:{action}", ENTITY, key_of(order), before={"status": before}, after=facts)
    announce(uow, order)
    if after is not before and order.incident_id is not None:
        from estate_app.repair import mirror  # it writes steps itself

        if mirror.leads(order):
            mirror.follow_lead(uow, order)
    if after is not before and order.facility_id is not None:
        from estate_app.repair import upkeep  # it makes orders, which write steps

        upkeep.follow_order(uow, order)


def happened_at(uow: UnitOfWork, actor: Actor, order: RepairOrder, client_at: datetime | None) -> datetime:
    """When a step happened: the phone's time where it is believed, never before the assignment or the actor's last step; else now."""
    trusted = trusted_client_time(client_at, uow.now)
    if trusted is None:
        return uow.now
    last = select(func.max(func.coalesce(OrderStep.client_at, OrderStep.at)))
    mine = uow.session.scalar(last.where(OrderStep.order_id == order.id, OrderStep.actor_id == actor.account_id))
    return min(uow.now, max(at for at in (trusted, order.assigned_at, mine) if at is not None))


def announce(uow: UnitOfWork, order: RepairOrder) -> None:
    """Refresh every screen that shows the order."""
    if order.technician_id is not None:
        uow.notify(f"tech:{order.technician_id}")
    if not uow.notify(f"order:{order.id}"):
        return
    uow.notify(f"orders:{order.estate_id}")
    people = {order.reporter_id}
    if order.room_id is not None:
        people.update(household(uow.session, order.room_id, business_date(uow.now)))
    for account_id in people:
        uow.notify(f"resident:{account_id}")


def tell_resident(uow: UnitOfWork, order: RepairOrder, event: str, title: Message, body: Message, *, with_followers: bool = False) -> None:
    """Tell the reporter, and the neighbours who follow the order where the news is theirs too."""
    ids = [order.reporter_id]
    if with_followers:
        ids += uow.session.exec(select(OrderFollower.account_id).where(col(OrderFollower.order_id) == order.id))
    tell(uow, ids, event=f"repair_{event}", title=title, body=body, link=f"/repairs/{order.id}")
    if order.incident_id is not None:
        from estate_app.repair import mirror

        if mirror.leads(order) and event in mirror.SHARED_NEWS:
            mirror.tell_members(uow, order, event, title, body)


def tell_technician(uow: UnitOfWork, order: RepairOrder, event: str, title: Message, body: Message, *, urgent: bool = False) -> None:
    """Tell the technician who holds the order; an emergency also as an SMS."""
    if order.technician_id is not None:
        link = f"/tech/jobs/{order.id}"
        tell(uow, [order.technician_id], event=f"repair_{event}", title=title, body=body, link=link, sms=urgent, urgent=urgent)


def tell_dispatchers(uow: UnitOfWork, order: RepairOrder, event: str, title: Message, body: Message, *, dedupe: str = "") -> None:
    """Tell everybody who may dispatch at the place of the order."""
    ids = appointed(
        uow.session, sets_with(Permission.repairs_dispatch), estate_id=order.estate_id, building_id=order.building_id
    )  # fmt: skip
    tell(uow, ids, event=f"repair_{event}", title=title, body=body, link=f"/manage/repairs/{order.id}", dedupe=dedupe)


def checked_reason(text: str, *, is_required: bool = True) -> str:
    """Trim a reason; refuse none where one is needed, and an endless one."""
    return _checked(text, MAX_REASON, "reason", msg("Give a reason; it is logged") if is_required else None)


def checked_note(text: str, *, missing: Message | None = None) -> str:
    """Trim a note; refuse an endless one, and none where `missing` says that one is needed."""
    return _checked(text, MAX_NOTE, "note", missing)


def _checked(text: str, limit: int, field: str, missing: Message | None) -> str:
    clean = text.replace("\x00", "").strip()
    if missing is not None and not clean:
        raise InvalidError(missing, field=field)
    if len(clean) > limit:
        raise InvalidError(msg("Write at most {count} characters", count=limit), field=field)
    return clean
