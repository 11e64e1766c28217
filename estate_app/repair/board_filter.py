"""What the dispatch board is narrowed to: one building with whoever looks after it, and one trade."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.errors import NotFoundError
from estate_app.repair.models import RepairCategory, RepairOrder, Trade
from estate_app.repair.reach import managed
from estate_app.repair.roster import Presence

READ = (Permission.repairs_dispatch, Permission.repairs_read)


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What the board is narrowed to: one building with whoever looks after it, and one trade."""

    building_id: int | None = None
    trade: Trade | None = None


def order_clauses(actor: Actor, estate_id: int, filter: BoardFilter) -> list[ColumnElement[bool]]:
    """The WHERE clauses of a board's orders: in scope, of the estate, and what the filter leaves."""
    clauses = [managed(actor, *READ), col(RepairOrder.estate_id) == estate_id]
    if filter.building_id is not None:
        clauses.append(col(RepairOrder.building_id) == filter.building_id)
    if filter.trade is not None:
        clauses.append(col(RepairOrder.category_id).in_(select(RepairCategory.id).where(RepairCategory.trade == filter.trade)))
    return clauses


def shown_technicians(present: Iterable[Presence], filter: BoardFilter, buildings: Collection[int]) -> list[Presence]:
    """Whom the filter leaves: those with the trade who look after the building, or after the whole estate; `buildings` are its own."""
    return [
        p
        for p in present
        if (filter.trade is None or any(trade is filter.trade for trade, _ in p.trades))
        and (filter.building_id is None or filter.building_id in p.building_ids or not set(p.building_ids) & set(buildings))
    ]


def ensure_board(session: Session, actor: Actor, estate_id: int) -> None:
    """Refuse with a 404 an estate of which the manager reaches nothing."""
    scope = actor.scope(*READ)
    if scope.covers(estate_id=estate_id):
        return
    inside = select(RepairOrder.id).where(RepairOrder.estate_id == estate_id, managed(actor, *READ)).limit(1)
    if not scope.building_ids or session.exec(inside).first() is None:
        raise NotFoundError
