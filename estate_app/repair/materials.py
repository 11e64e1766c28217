"""Materials: taken from the stock at today's price, put back when booked by mistake."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.kit.money import round_half_up
from estate_app.repair.models import MaterialUse, RepairCategory, RepairOrder
from estate_app.repair.reach import lock_under_repair
from estate_app.repair.step import ENTITY, add_step, announce, key_of
from estate_app.repair.stock import book, lock_item
from estate_app.repair.stock_models import MovementKind, StockItem

MAX_QUANTITY_MILLI = 1_000_000


def amount_of(price_fen: int, quantity_milli: int) -> int:
    """The amount of a quantity in thousandths at a price, rounded half up to the fen."""
    return round_half_up(Decimal(price_fen * quantity_milli) / 1000)


def add_material(
    uow: UnitOfWork, actor: Actor, *, order_id: int, stock_item_id: int, quantity_milli: int, client_at: datetime | None = None
) -> MaterialUse:
    """Take a material from the stock at today's price; quantity in thousandths of its unit."""
    order = lock_under_repair(uow, actor, order_id)
    if not 0 < quantity_milli <= MAX_QUANTITY_MILLI:
        raise InvalidError(msg("Give a quantity above zero and at most 1,000"), field="quantity_milli")
    item = lock_item(uow, stock_item_id)
    if item is None or not item.is_active:
        raise InvalidError(msg("Choose a material from the list"), field="stock_item_id")
    book(uow, actor, item, MovementKind.issue, -quantity_milli, order_id=key_of(order))
    used = MaterialUse(
        order_id=key_of(order),
        stock_item_id=stock_item_id,
        name=item.name,
        unit=item.unit,
        quantity_milli=quantity_milli,
        price_fen=item.price_fen,
        amount_fen=amount_of(item.price_fen, quantity_milli),
        added_by=actor.id,
        at=uow.now,
    )
    uow.session.add(used)
    uow.flush()
    add_step(uow, actor, order, "material", note=item.name, client_at=client_at)
    return used


def remove_material(uow: UnitOfWork, actor: Actor, *, order_id: int, material_id: int) -> None:
    """Put a material back that was booked by mistake."""
    order = lock_under_repair(uow, actor, order_id)
    used = uow.session.get(MaterialUse, material_id)
    if used is None or used.order_id != order.id:
        raise NotFoundError
    item = uow.session.get_one(StockItem, used.stock_item_id, with_for_update=True, populate_existing=True)
    book(uow, actor, item, MovementKind.put_back, used.quantity_milli, order_id=key_of(order))
    before: dict[str, object] = {"name": used.name, "quantity_milli": used.quantity_milli, "amount_fen": used.amount_fen}
    record(uow, actor, "repair:remove_material", ENTITY, key_of(order), before=before)
    uow.session.delete(used)
    announce(uow, order)
    uow.flush()


def charge_fen(uow: UnitOfWork, order: RepairOrder) -> int:
    """What the resident owes for the material: nothing in public areas, for free categories and for rework."""
    if order.rework_of_id is not None or order.room_id is None or not uow.session.get_one(RepairCategory, order.category_id).is_paid:
        return 0
    total = select(func.coalesce(func.sum(MaterialUse.amount_fen), 0)).where(MaterialUse.order_id == order.id)
    return int(uow.session.scalar(total) or 0)


def hold_uncharged(uow: UnitOfWork, estate_ids: Collection[int], *, after_id: int = 0) -> RepairOrder | None:
    """Lock the next finished order whose signed amount stands on no bill yet; one that another process holds is passed over."""
    statement = (
        select(RepairOrder)
        .where(_is_uncharged(), col(RepairOrder.estate_id).in_(estate_ids), col(RepairOrder.id) > after_id)
        .order_by(col(RepairOrder.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return uow.session.exec(statement.execution_options(populate_existing=True)).first()


def count_uncharged(uow: UnitOfWork, estate_ids: Collection[int]) -> int:
    """How many finished orders wait to be charged outside some estates."""
    statement = select(func.count()).select_from(RepairOrder).where(_is_uncharged(), col(RepairOrder.estate_id).not_in(estate_ids))
    return uow.session.scalar(statement) or 0


def note_charged(uow: UnitOfWork, actor: Actor, order: RepairOrder, *, bill_number: str) -> None:
    """Note that the room has been billed for an order that `hold_uncharged` has locked."""
    order.charged_at = uow.now
    add_step(uow, actor, order, "charge", note=bill_number)


def _is_uncharged() -> ColumnElement[bool]:
    return and_(col(RepairOrder.charge_fen).is_not(None), col(RepairOrder.charged_at).is_(None))
