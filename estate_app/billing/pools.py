"""The month's amounts of shared costs, as somebody enters them from a supplier's bill."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.billing.models import Bill, BillStatus, FeeItem, FeeKind, SharedPool
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.kit.money import MAX_FEN
from estate_app.property.queries import ensure_estate

PAST = 12


@dataclass(frozen=True, slots=True)
class PoolRow:
    """The amount of a month."""

    period: date
    amount_fen: int
    note: str


def set_pool(uow: UnitOfWork, actor: Actor, *, item_id: int, period: date, amount_fen: int, note: str = "") -> SharedPool:
    """Enter or change what a shared item cost in a month.

    Raises:
        InvalidError: no amount above zero.
        ConflictError: the month's bills are out.
    """
    actor.require(Permission.billing_run)
    item = uow.session.get(FeeItem, item_id, with_for_update=True)
    if item is None or item.kind is not FeeKind.shared:
        raise NotFoundError
    ensure_estate(uow.session, actor, item.estate_id, Permission.billing_run)
    if not 0 < amount_fen <= MAX_FEN:
        raise InvalidError(msg("Write an amount above zero"), field="amount")
    month = period.replace(day=1)
    billed = select(col(Bill.id)).where(
        col(Bill.fee_item_id) == item_id, col(Bill.period) == month, col(Bill.status) != BillStatus.void, col(Bill.run_id).is_not(None)
    )
    if uow.session.scalar(billed.limit(1)) is not None:
        raise ConflictError(msg("The bills of {month} are out; their cost cannot change", month=f"{month:%Y-%m}"))
    pool = uow.session.scalar(select(SharedPool).where(col(SharedPool.fee_item_id) == item_id, col(SharedPool.period) == month))
    before: dict[str, object] | None = {"amount_fen": pool.amount_fen} if pool else None
    if pool is None:
        pool = SharedPool(fee_item_id=item_id, period=month, amount_fen=amount_fen)
        uow.session.add(pool)
    pool.amount_fen, pool.note = amount_fen, note.strip()[:200]
    uow.flush()
    after: dict[str, object] = {"period": month.isoformat(), "amount_fen": amount_fen}
    record(uow, actor, "fee:pool", "fee_item", item_id, before=before, after=after)
    return pool


def list_pools(session: Session, actor: Actor, *, item_id: int) -> list[PoolRow]:
    """The newest months' amounts of a shared item."""
    actor.require(Permission.tariffs_read)
    item = session.get(FeeItem, item_id)
    if item is None:
        raise NotFoundError
    ensure_estate(session, actor, item.estate_id, Permission.tariffs_read)
    rows = session.scalars(
        select(SharedPool).where(col(SharedPool.fee_item_id) == item_id).order_by(col(SharedPool.period).desc()).limit(PAST)
    )
    return [PoolRow(row.period, row.amount_fen, row.note) for row in rows]
