"""Brings an order into a state, by the same commands that people use."""

from sqlalchemy import text
from sqlmodel import select

from estate_app.repair import manage, resident, work
from estate_app.repair.autoclose import close_old
from estate_app.repair.intake import report
from estate_app.repair.models import Leave, OrderStatus, PauseReason, RepairOrder
from estate_app.repair.rules import CLOSE_AFTER
from estate_app.repair.stock_models import StockItem

TEXT = "厨房水槽下方漏水，地柜已经泡湿"


def new_order(uow, cast, actor=None, **fields) -> RepairOrder:
    place = {} if "public_area_id" in fields else {"room_id": cast.home.id}
    return report(uow, actor or cast.owner, **({"category_id": cast.category.id, "description": TEXT} | place | fields))


def all_away(uow, cast) -> None:
    """Send both technicians on leave."""
    for person in (cast.worker, cast.mate):
        uow.session.add(Leave(technician_id=person.id, starts_at=uow.now.replace(hour=0), ends_at=uow.now.replace(hour=23)))
    uow.flush()


def all_back(uow) -> None:
    uow.session.execute(text("DELETE FROM leave"))


def drive(uow, cast, status: OrderStatus) -> RepairOrder:
    """An order of the owner's in a state; whoever holds it is the worker."""
    if status is OrderStatus.submitted:
        all_away(uow, cast)
        order = new_order(uow, cast)
        all_back(uow)
        return order
    order = new_order(uow, cast)
    assert order.technician_id == cast.worker.id
    key = {"order_id": order.id}
    path = {
        OrderStatus.assigned: (),
        OrderStatus.cancelled: (lambda: resident.cancel(uow, cast.owner, **key),),
        OrderStatus.rejected: (lambda: manage.reject(uow, cast.dispatcher, reason="重复报修", **key),),
        OrderStatus.accepted: (accept := lambda: work.accept(uow, cast.worker, **key),),
        OrderStatus.on_the_way: (accept, way := lambda: work.set_out(uow, cast.worker, **key)),
        OrderStatus.working: (accept, way, begin := lambda: work.start(uow, cast.worker, **key)),
        OrderStatus.paused: (accept, begin, lambda: work.pause(uow, cast.worker, reason=PauseReason.waiting_for_parts, **key)),
        OrderStatus.completed: (accept, begin, done := lambda: work.complete(uow, cast.worker, note="已更换角阀", **key)),
        OrderStatus.closed: (accept, begin, done, lambda: _close(uow)),
    }
    for step in path[status]:
        step()
    assert order.status is status
    return order


def stock(uow, price_fen=2800, on_hand_milli=10_000) -> StockItem:
    item = StockItem(code="valve", name="角阀", name_en="Valve", unit="个", price_fen=price_fen, on_hand_milli=on_hand_milli)
    uow.session.add(item)
    uow.flush()
    return item


def count(uow, table: str, where: str = "true") -> int:
    uow.session.flush()
    return uow.session.execute(text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar_one()


def steps_of(uow, order) -> list[str]:
    return list(uow.session.execute(text("SELECT action FROM order_step WHERE order_id = :id ORDER BY id"), {"id": order.id}).scalars())


def inbox(uow, person) -> list[str]:
    statement = text("SELECT event FROM inbox_item WHERE account_id = :id ORDER BY id")
    return list(uow.session.execute(statement, {"id": person.id}).scalars())


def reload(uow, order) -> RepairOrder:
    return uow.session.exec(select(RepairOrder).where(RepairOrder.id == order.id).execution_options(populate_existing=True)).one()


def _close(uow) -> None:
    now, uow.now = uow.now, uow.now + CLOSE_AFTER
    assert close_old(uow) == 1
    uow.now = now
