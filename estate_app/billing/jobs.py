"""What billing does by itself: issue the month's automatic items, and go on with runs that a kill interrupted.

Both are run by the scheduler under a lock over all processes. An item is billed by itself when `FeeItem.is_automatic` is set.
"""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from estate_app.access.actor import SYSTEM
from estate_app.billing.issue import issue_run
from estate_app.billing.models import BillRun, FeeItem, RunStatus
from estate_app.billing.prices import RUN_KINDS
from estate_app.billing.run import preview_run
from estate_app.db import UnitOfWork, run_in_uow, unit_of_work
from estate_app.kit.clock import business_date


def due_runs(now: datetime | None = None) -> int:
    """Preview and issue the automatic items of every estate that has none of this month yet; returns how many runs were issued.

    Meant for the first of the month, but a server that was down then catches up. Rooms whose reading is missing are skipped
    with their reason and billed by a later run of a person.
    """
    with unit_of_work(now) as uow:
        due = _due(uow)
    count = 0
    for estate_id, item_ids in due:
        with unit_of_work(now) as uow:
            run = preview_run(uow, SYSTEM, estate_id=estate_id, period=business_date(uow.now), item_ids=item_ids)
        if run.bill_count:
            issue_run(SYSTEM, run_id=run.id or 0)
            count += 1
    return count


def resume_runs() -> int:
    """Go on with every run that was being issued when its process ended; returns how many there were."""
    run_ids = run_in_uow(_interrupted)
    for run_id in run_ids:
        issue_run(SYSTEM, run_id=run_id)
    return len(run_ids)


def _interrupted(uow: UnitOfWork) -> list[int]:
    return [run_id for run_id in uow.session.scalars(select(col(BillRun.id)).where(col(BillRun.status) == RunStatus.issuing)) if run_id]


def _due(uow: UnitOfWork) -> list[tuple[int, list[int]]]:
    """Estates with the automatic items that no automatic run of this month has met yet."""
    month = business_date(uow.now).replace(day=1)
    done: dict[int, set[int]] = {}
    runs = select(BillRun).where(
        col(BillRun.period) == month, col(BillRun.created_by).is_(None), col(BillRun.status).in_((RunStatus.issuing, RunStatus.issued))
    )
    for run in uow.session.scalars(runs):
        done.setdefault(run.estate_id, set()).update(run.item_ids)
    items = select(FeeItem).where(col(FeeItem.is_automatic), col(FeeItem.is_active), col(FeeItem.kind).in_(RUN_KINDS))
    due: dict[int, list[int]] = {}
    for item in uow.session.scalars(items.order_by(col(FeeItem.id))):
        if item.id not in done.get(item.estate_id, set()):
            due.setdefault(item.estate_id, []).append(item.id or 0)
    return sorted(due.items())
