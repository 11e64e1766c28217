"""The queue never stands still: it is tried again when the roster or the load changes, and brought to the next role by a clock."""

from collections.abc import Iterable
from datetime import timedelta

import structlog
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from estate_app.access.actor import SYSTEM
from estate_app.access.directory import appointed
from estate_app.access.permission import PermissionSet
from estate_app.db import UnitOfWork, run_in_uow
from estate_app.kit.i18n import msg
from estate_app.notification.service import tell
from estate_app.repair.dispatch import pass_on, retry_queue
from estate_app.repair.models import Leave, OfferOutcome, OrderStatus, QueueReason, RepairOrder, TechnicianZone, Urgency
from estate_app.repair.rules import QUEUE_NAMES, WITH_TECHNICIAN
from estate_app.repair.step import add_step
from estate_app.repair.weights import Policy, policy_of

log = structlog.get_logger(__name__)
_BATCH = 100
# Dispatchers are told when an order begins to wait; each further span brings it to the next role.
_ROLES = (PermissionSet.supervisor, PermissionSet.administrator)


def retry_after_change(uow: UnitOfWork, technician_id: int) -> None:
    """Try the queue again once a technician's roster, trades, zones or load have changed for good.

    It runs after the commit in a transaction of its own: the change holds the technician's row, and dispatch takes orders first.
    """
    estates = list(uow.session.exec(select(TechnicianZone.estate_id).where(TechnicianZone.technician_id == technician_id).distinct()))
    if estates:
        uow.after_commit(lambda: _retry(estates))


def _retry(estate_ids: Iterable[int]) -> None:
    try:
        run_in_uow(retry_queue, estate_ids=estate_ids)
    except OperationalError:
        # A lock that was not got in time: what the person did is saved, and the job tries again within the minute.
        log.warning("retry_after_change_failed", exc_info=True)


def escalate_queue(uow: UnitOfWork, *, limit: int = _BATCH) -> int:
    """Bring orders that wait too long to the supervisors, then to the administrators; answers how many."""
    waiting = (
        select(RepairOrder)
        .where(RepairOrder.status == OrderStatus.submitted, col(RepairOrder.merged_into_id).is_(None))
        .where(col(RepairOrder.queued_at).is_not(None), RepairOrder.escalated < len(_ROLES))
        .where(col(RepairOrder.queue_reason).is_distinct_from(QueueReason.open_to_all))
        .order_by(col(RepairOrder.queued_at), col(RepairOrder.id))
        .with_for_update(skip_locked=True)
    )
    policies: dict[int, Policy] = {}
    told = 0
    for order in uow.session.exec(waiting.execution_options(populate_existing=True)):
        if order.estate_id not in policies:
            policies[order.estate_id] = policy_of(uow.session, order.estate_id)
        level = due_level(order, policies[order.estate_id], uow)
        if level > order.escalated:
            _bring_to(uow, order, level)
            told += 1
        if told == limit:
            break
    uow.flush()
    return told


def due_level(order: RepairOrder, policy: Policy, uow: UnitOfWork) -> int:
    """How many roles should know by now; an emergency's clock runs three times as fast."""
    if order.queued_at is None:
        return 0
    span = timedelta(minutes=policy.escalate_minutes) / (3 if order.urgency is Urgency.emergency else 1)
    return min(len(_ROLES), int((uow.now - order.queued_at) / span))


def _bring_to(uow: UnitOfWork, order: RepairOrder, level: int) -> None:
    role = _ROLES[level - 1]
    order.escalated = level
    add_step(uow, SYSTEM, order, "escalate", reason=role)
    minutes = int((uow.now - (order.queued_at or uow.now)).total_seconds()) // 60
    why = QUEUE_NAMES[order.queue_reason] if order.queue_reason else msg("Waiting for a technician")
    title = msg("Order {number} has waited {minutes} minutes for a technician", number=order.number, minutes=minutes)
    ids = appointed(uow.session, {role}, estate_id=order.estate_id, building_id=order.building_id)
    is_urgent = order.urgency is Urgency.emergency
    tell(
        uow,
        ids,
        event="repair_escalated",
        title=title,
        body=why,
        link=f"/manage/dispatch?order={order.id}",
        sms=is_urgent,
        urgent=is_urgent,
    )


def free_absent(uow: UnitOfWork, *, limit: int = _BATCH) -> int:
    """Find others for the orders of whoever is on leave by now, also when the leave was noted in advance; answers how many."""
    away = select(Leave.technician_id).where(Leave.starts_at <= uow.now, Leave.ends_at > uow.now)
    held = (
        select(RepairOrder)
        .where(col(RepairOrder.technician_id).in_(away), col(RepairOrder.status).in_(WITH_TECHNICIAN))
        # An agreed visit after the leave stays with whoever knows the home.
        .where(~select(Leave.id).where(
            Leave.technician_id == RepairOrder.technician_id, Leave.starts_at <= uow.now, Leave.ends_at > uow.now,
            col(RepairOrder.visit_from_at) >= Leave.ends_at,
        ).exists())
        .order_by(col(RepairOrder.id))
        .limit(limit)
        .with_for_update(of=RepairOrder, skip_locked=True)
    )  # fmt: skip
    orders = uow.session.exec(held.execution_options(populate_existing=True)).all()
    for order in orders:
        pass_on(uow, SYSTEM, order, OfferOutcome.withdrawn, "release", reason="on_leave")
    return len(orders)
