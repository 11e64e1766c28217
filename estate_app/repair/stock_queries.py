"""Reads of the stock: the list with what is low, and the history of one material."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, or_, select

from estate_app.access.actor import Actor
from estate_app.access.directory import people
from estate_app.access.permission import Permission
from estate_app.errors import NotFoundError
from estate_app.kit.clock import at_local
from estate_app.kit.pagination import Page, PageRequest
from estate_app.repair.models import RepairOrder
from estate_app.repair.reach import managed
from estate_app.repair.stock_models import MovementKind, StockItem, StockMovement

READ = (Permission.repairs_read, Permission.stock_edit)
USED_IN = timedelta(days=30)
_SLICE = 2_000


@dataclass(frozen=True, slots=True)
class StockFilter:
    """What the list is narrowed to; `show` is low, off, or empty for what technicians may take."""

    q: str = ""
    show: str = ""


@dataclass(frozen=True, slots=True)
class MoveFilter:
    """Which moves are taken away: of one material or of all, from one day to another, both included."""

    item_id: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class StockLine:
    """One material with what went to orders in the last 30 days, in thousandths."""

    item: StockItem
    used_milli: int

    @property
    def is_low(self) -> bool:
        """Whether it should be ordered again."""
        return is_low(self.item)


@dataclass(frozen=True, slots=True)
class StockTotals:
    """How many materials are on the list, how many of them are low, and what is on hand at today's prices."""

    items: int
    low: int
    value_fen: int


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One move; the order's number is told only to who may read the order."""

    id: int
    kind: MovementKind
    quantity_milli: int
    balance_milli: int
    order_id: int | None
    order_number: str
    reason: str
    reference: str
    actor: str
    at: datetime


def is_low(item: StockItem) -> bool:
    """Whether a material has sunk to where it should be ordered again, or is used up."""
    return item.on_hand_milli <= item.low_milli


def list_stock(session: Session, actor: Actor, *, filter: StockFilter, page: PageRequest, now: datetime) -> Page[StockLine]:
    """One page of the materials; what is low comes first unless a column says otherwise."""
    actor.require(*READ)
    where = _clauses(filter)
    total = session.scalar(select(func.count()).select_from(StockItem).where(*where)) or 0
    found = session.exec(select(StockItem).where(*where).order_by(*_order(page.sort)).offset(page.offset).limit(page.size)).all()
    used = _used(session, [item.id for item in found], now)
    return Page(tuple(StockLine(item, used.get(item.id, 0)) for item in found), int(total), page)


def export_stock(session: Session, actor: Actor, *, filter: StockFilter, sort: str, now: datetime) -> list[StockLine]:
    """Every material of the list, in its order."""
    actor.require(*READ)
    found = session.exec(select(StockItem).where(*_clauses(filter)).order_by(*_order(sort))).all()
    used = _used(session, [item.id for item in found], now)
    return [StockLine(item, used.get(item.id, 0)) for item in found]


def export_moves(session: Session, actor: Actor, *, filter: MoveFilter) -> Iterator[tuple[StockItem, MovementRow]]:
    """Every move with its material, the newest first, read in slices."""
    actor.require(*READ)
    below = None
    while True:
        found = session.exec(select(StockMovement).where(*_moves(filter, below)).order_by(col(StockMovement.id).desc()).limit(_SLICE)).all()
        wanted = {move.stock_item_id for move in found}
        items = {item.id: item for item in session.exec(select(StockItem).where(col(StockItem.id).in_(wanted)))}
        for move, row in zip(found, _rows(session, actor, found), strict=True):
            yield items[move.stock_item_id], row
        if len(found) < _SLICE:
            return
        below = found[-1].id


def totals(session: Session, actor: Actor) -> StockTotals:
    """The figures over the list."""
    actor.require(*READ)
    low = col(StockItem.on_hand_milli) <= col(StockItem.low_milli)
    value = func.coalesce(func.sum(func.div(StockItem.price_fen * StockItem.on_hand_milli + 500, 1000)), 0)
    row = session.execute(select(func.count(), func.count().filter(low), value).where(StockItem.is_active)).one()
    return StockTotals(int(row[0]), int(row[1]), int(row[2]))


def get_item(session: Session, actor: Actor, stock_item_id: int, *, now: datetime) -> StockLine:
    """One material; else a 404."""
    actor.require(*READ)
    item = session.get(StockItem, stock_item_id)
    if item is None:
        raise NotFoundError
    return StockLine(item, _used(session, [stock_item_id], now).get(stock_item_id, 0))


def history(session: Session, actor: Actor, *, stock_item_id: int, page: PageRequest) -> Page[MovementRow]:
    """One page of the moves of a material, the newest first."""
    actor.require(*READ)
    where = StockMovement.stock_item_id == stock_item_id
    total = session.scalar(select(func.count()).select_from(StockMovement).where(where)) or 0
    found = session.exec(select(StockMovement).where(where).order_by(col(StockMovement.id).desc()).offset(page.offset).limit(page.size))
    return Page(tuple(_rows(session, actor, list(found))), int(total), page)


def _rows(session: Session, actor: Actor, moves: Sequence[StockMovement]) -> list[MovementRow]:
    names = people(session, [move.actor_id for move in moves])
    orders: dict[int, str] = {}
    if actor.can(Permission.repairs_read):
        wanted = [move.order_id for move in moves if move.order_id is not None]
        known = select(RepairOrder.id, RepairOrder.number).where(col(RepairOrder.id).in_(wanted), managed(actor, Permission.repairs_read))
        orders = {row[0]: row[1] for row in session.execute(known)}
    return [
        MovementRow(
            id=move.id,
            kind=move.kind,
            quantity_milli=move.quantity_milli,
            balance_milli=move.balance_milli,
            order_id=move.order_id if move.order_id in orders else None,
            order_number=orders.get(move.order_id or 0, ""),
            reason=move.reason,
            reference=move.reference,
            actor=names[move.actor_id].name if move.actor_id is not None else "",
            at=move.at,
        )
        for move in moves
    ]


def _used(session: Session, ids: Sequence[int], now: datetime) -> dict[int, int]:
    went = select(StockMovement.stock_item_id, -func.sum(StockMovement.quantity_milli)).where(
        col(StockMovement.stock_item_id).in_(ids),
        col(StockMovement.kind).in_((MovementKind.issue, MovementKind.put_back)),
        StockMovement.at > now - USED_IN,
    )
    return {row[0]: int(row[1]) for row in session.execute(went.group_by(col(StockMovement.stock_item_id)))}


def _moves(filter: MoveFilter, below: int | None) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = []
    if filter.item_id is not None:
        clauses.append(col(StockMovement.stock_item_id) == filter.item_id)
    if filter.since is not None:
        clauses.append(col(StockMovement.at) >= at_local(filter.since))
    if filter.until is not None:
        clauses.append(col(StockMovement.at) < at_local(filter.until + timedelta(days=1)))
    if below is not None:
        clauses.append(col(StockMovement.id) < below)
    return clauses


def _clauses(filter: StockFilter) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = [col(StockItem.is_active).is_(filter.show != "off")]
    if filter.show == "low":
        clauses.append(col(StockItem.on_hand_milli) <= col(StockItem.low_milli))
    if text := filter.q.replace("\x00", "").strip():
        columns = (col(StockItem.name), col(StockItem.name_en), col(StockItem.code))
        clauses.append(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    return clauses


def _order(sort: str) -> list[ColumnElement[Any]]:
    columns = {
        "name": col(StockItem.name),
        "code": col(StockItem.code),
        "price": col(StockItem.price_fen),
        "left": col(StockItem.on_hand_milli),
    }
    column = columns.get(sort.removeprefix("-"))
    if column is None:
        return [(col(StockItem.on_hand_milli) <= col(StockItem.low_milli)).desc(), col(StockItem.name).asc(), col(StockItem.id).asc()]
    return [column.desc() if sort.startswith("-") else column.asc(), col(StockItem.id).asc()]
