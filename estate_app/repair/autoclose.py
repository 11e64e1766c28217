"""What happens by the clock: completed orders close after a week, and late ones are brought to the next role."""

from datetime import datetime

from sqlmodel import col, select

from estate_app.access.actor import SYSTEM
from estate_app.access.directory import appointed, sets_with
from estate_app.access.permission import Permission, PermissionSet
from estate_app.db import UnitOfWork
from estate_app.kit.i18n import msg
from estate_app.notification.service import tell
from estate_app.repair.models import OrderStatus, RepairOrder
from estate_app.repair.promise import clock_of
from estate_app.repair.rules import CLOSE_AFTER, OPEN, WARN_PERCENTS
from estate_app.repair.step import move

_BATCH = 200


def close_old(uow: UnitOfWork, *, limit: int = _BATCH) -> int:
    """Close what was completed seven days ago and not rated; answers how many."""
    old = (
        select(RepairOrder)
        .where(RepairOrder.status == OrderStatus.completed, col(RepairOrder.completed_at) <= uow.now - CLOSE_AFTER)
        .order_by(col(RepairOrder.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    orders = uow.session.exec(old.execution_options(populate_existing=True)).all()
    for order in orders:
        move(uow, SYSTEM, order, OrderStatus.closed, "close", reason="auto")
        order.closed_at = uow.now
    uow.flush()
    return len(orders)


def warn_late(uow: UnitOfWork, *, limit: int = _BATCH) -> int:
    """Warn at 50, 80, 100 and 150 % of a promise: the technician, the dispatchers, then the supervisors; answers how many.

    A warning belongs to one clock: when the answer's clock gives way to the repair's, the count begins anew.
    """
    statement = select(RepairOrder).where(
        col(RepairOrder.status).in_(OPEN), col(RepairOrder.paused_at).is_(None), col(RepairOrder.merged_into_id).is_(None)
    )  # fmt: skip
    statement = statement.order_by(col(RepairOrder.complete_due_at), col(RepairOrder.id)).with_for_update(skip_locked=True)
    warned = 0
    for order in uow.session.exec(statement.execution_options(populate_existing=True)):
        percent = _new_warning(order, uow.now)
        if percent is None:
            continue
        _warn(uow, order, percent)
        warned += 1
        if warned == limit:
            break
    uow.flush()
    return warned


def _new_warning(order: RepairOrder, now: datetime) -> int | None:
    """The highest step that the clock has reached and nobody was told of; answers count below 1000, repairs above."""
    clock = clock_of(order, now)
    reached = max((p for p in WARN_PERCENTS if clock.percent >= p), default=0)
    code = reached if clock.is_answer else 1000 + reached
    if not reached or order.warned_percent >= code:
        return None
    order.warned_percent = code
    return reached


def _warn(uow: UnitOfWork, order: RepairOrder, percent: int) -> None:
    if percent < 80 and order.technician_id is not None:
        ids, link = [order.technician_id], f"/tech/jobs/{order.id}"
    else:
        sets = {PermissionSet.supervisor} if percent > 100 else sets_with(Permission.repairs_dispatch)
        ids = appointed(uow.session, sets, estate_id=order.estate_id, building_id=order.building_id)
        link = f"/manage/repairs/{order.id}"
    title = msg("Order {number}: {percent} % of the promised time is spent", number=order.number, percent=percent)
    body = msg("Overdue, please act now") if percent >= 100 else msg("Please see that it is done in time")
    tell(uow, ids, event="repair_clock", title=title, body=body, link=link)
    uow.notify(f"orders:{order.estate_id}")
