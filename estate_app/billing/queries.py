"""Reads of bills: the list, the export, what is due, and how far collection is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.filters import BillFilter, bill_where, is_overdue, require_bills, visible_bills
from estate_app.billing.models import OPEN_STATUSES, Bill, BillStatus, FeeItem, FeeKind
from estate_app.kit.clock import business_date
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.models import Building, Estate, Room
from estate_app.property.queries import ensure_estate, room_label

EXPORT_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class BillRow:
    """A bill in a list; amounts in fen, `owed_fen` is what it still asks for."""

    id: int
    number: str
    estate_id: int
    estate_name: str
    room_id: int
    room_code: str
    place: str
    item_id: int
    item_name: str
    item_name_en: str
    kind: FeeKind
    period: date
    due_on: date
    status: BillStatus
    is_overdue: bool
    amount_fen: int
    paid_fen: int
    owed_fen: int
    issued_on: date
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class ItemDue:
    """What is due of one fee item."""

    item_id: int
    item_name: str
    item_name_en: str
    kind: FeeKind
    amount_fen: int
    count: int


@dataclass(frozen=True, slots=True)
class AmountDue:
    """What the actor owes over all rooms (or one): in all, overdue, by item, and when the next is due."""

    total_fen: int
    overdue_fen: int
    count: int
    overdue_count: int
    next_due_on: date | None
    items: tuple[ItemDue, ...]
    bill_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the collection of a month is, for an estate or one building of it."""

    label: str
    billed_fen: int
    paid_fen: int
    bill_count: int
    paid_count: int

    @property
    def rate_bp(self) -> int:
        """What is paid of what was billed, in basis points."""
        return self.paid_fen * 10_000 // self.billed_fen if self.billed_fen else 0


@dataclass(frozen=True, slots=True)
class CollectionProgress:
    """A month's collection: the month, the whole, and by building."""

    period: date
    whole: Progress
    buildings: tuple[Progress, ...]


SORTS: dict[str, Any] = {
    "number": col(Bill.number),
    "period": col(Bill.period),
    "due_on": col(Bill.due_on),
    "amount": col(Bill.amount_fen),
    "owed": col(Bill.amount_fen) - col(Bill.paid_fen),
    "room": col(Room.code),
    "issued": col(Bill.issued_at),
}


def list_bills(session: Session, actor: Actor, *, filter: BillFilter, page: PageRequest, on: date) -> Page[BillRow]:
    """One page of the bills that the actor sees; `on` is today. Sort keys: those of `SORTS`, `-` before one descends."""
    require_bills(actor)
    where = bill_where(actor, filter, on)
    total = session.scalar(select(func.count()).select_from(Bill).where(*where)) or 0
    rows = session.execute(_ordered(_rows(on).where(*where), page.sort).offset(page.offset).limit(page.size))
    return Page(tuple(_row(*row) for row in rows), int(total), page)


def count_bills(session: Session, actor: Actor, *, filter: BillFilter, on: date) -> tuple[int, int, int]:
    """How many bills a filter finds, what they amount to and what they still ask for, in fen."""
    require_bills(actor)
    owed = case((col(Bill.status) == BillStatus.void, 0), else_=col(Bill.amount_fen) - col(Bill.paid_fen))
    count, amount, open_fen = session.execute(
        select(func.count(), func.coalesce(func.sum(col(Bill.amount_fen)), 0), func.coalesce(func.sum(owed), 0))
        .select_from(Bill)
        .where(*bill_where(actor, filter, on))
    ).one()
    return int(count), int(amount), int(open_fen)


def export_bills(session: Session, actor: Actor, *, filter: BillFilter, on: date, sort: str = "") -> Iterator[BillRow]:
    """Every bill of a filter, for an export: the same filter, order and permission as the list, read in portions."""
    require_bills(actor)
    statement = _ordered(_rows(on).where(*bill_where(actor, filter, on)), sort)
    for row in session.execute(statement, execution_options={"yield_per": EXPORT_AT_ONCE}):
        yield _row(*row)


def amount_due(session: Session, actor: Actor, *, on: date, room_id: int | None = None) -> AmountDue:
    """What the actor's rooms (or one of them) owe today, for the home page."""
    actor.require(Permission.own_bills)
    filter = BillFilter(room_id=room_id)
    owed = col(Bill.amount_fen) - col(Bill.paid_fen)
    rows = session.execute(
        select(col(Bill.id), col(Bill.due_on), owed, is_overdue(on), FeeItem)
        .join(FeeItem, col(FeeItem.id) == col(Bill.fee_item_id))
        .where(*bill_where(actor, filter, on), col(Bill.status).in_(OPEN_STATUSES))
        .order_by(col(Bill.due_on), col(Bill.id))
    ).all()
    items: dict[int, ItemDue] = {}
    for _, _, fen, _, item in rows:
        so_far = items.get(item.id, ItemDue(item.id, item.name, item.name_en, item.kind, 0, 0))
        items[item.id] = ItemDue(item.id, item.name, item.name_en, item.kind, so_far.amount_fen + fen, so_far.count + 1)
    overdue = [fen for _, _, fen, is_late, _ in rows if is_late]
    return AmountDue(
        total_fen=sum(fen for _, _, fen, _, _ in rows),
        overdue_fen=sum(overdue),
        count=len(rows),
        overdue_count=len(overdue),
        next_due_on=next((due_on for _, due_on, _, is_late, _ in rows if not is_late), None),
        items=tuple(items.values()),
        bill_ids=tuple(bill_id for bill_id, *_ in rows),
    )


def collection_progress(session: Session, actor: Actor, *, estate_id: int, period: date) -> CollectionProgress:
    """How much of a month's bills of an estate is paid, and by building.

    `period` is any day of the month; before the run of that month, the last month that has one: a late fee or a single
    charge of the first days is not what the month is about.
    """
    actor.require(Permission.bills_read)
    ensure_estate(session, actor, estate_id, Permission.bills_read)
    is_bill = (col(Bill.estate_id) == estate_id, col(Bill.status) != BillStatus.void)
    month = period.replace(day=1)
    of_runs = select(func.max(col(Bill.period))).where(*is_bill, col(Bill.period) <= month, col(Bill.run_id).is_not(None))
    billed_month = session.scalar(of_runs) or month
    rows = session.execute(
        select(
            col(Building.name),
            func.sum(col(Bill.amount_fen)),
            func.sum(col(Bill.paid_fen)),
            func.count(),
            func.count().filter(col(Bill.status) == BillStatus.paid),
        )
        .join(Room, col(Room.id) == col(Bill.room_id))
        .join(Building, col(Building.id) == col(Room.building_id))
        .where(*is_bill, col(Bill.period) == billed_month)
        .group_by(col(Building.id), col(Building.name))
        .order_by(col(Building.id))
    ).all()
    parts = tuple(Progress(name, int(billed), int(paid), bills, paid_bills) for name, billed, paid, bills, paid_bills in rows)
    whole = Progress(
        "",
        sum(part.billed_fen for part in parts),
        sum(part.paid_fen for part in parts),
        sum(part.bill_count for part in parts),
        sum(part.paid_count for part in parts),
    )
    return CollectionProgress(billed_month, whole, parts)


def bill_rows(session: Session, actor: Actor, bill_ids: tuple[int, ...], *, on: date) -> list[BillRow]:
    """These bills, as far as the actor sees them, in the order of their ids."""
    require_bills(actor)
    statement = _rows(on).where(col(Bill.id).in_(bill_ids), visible_bills(actor, on)).order_by(col(Bill.id))
    return [_row(*row) for row in session.execute(statement)]


def bills_of(session: Session, bill_ids: tuple[int, ...], *, on: date) -> list[BillRow]:
    """The bills of something that the caller may see as a whole, such as a payment, in the order of their ids."""
    return [_row(*row) for row in session.execute(_rows(on).where(col(Bill.id).in_(bill_ids)).order_by(col(Bill.id)))]


def _rows(on: date) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = (
        select(Bill, col(Estate.name), col(Building.name), col(Room.unit), col(Room.code), FeeItem, is_overdue(on))
        .join(Room, col(Room.id) == col(Bill.room_id))
        .join(Building, col(Building.id) == col(Room.building_id))
        .join(Estate, col(Estate.id) == col(Bill.estate_id))
        .join(FeeItem, col(FeeItem.id) == col(Bill.fee_item_id))
    )
    return statement


def _ordered(statement: Select[*tuple[Any, ...]], sort: str) -> Select[*tuple[Any, ...]]:
    """Order by a known key; anything else gives the newest month first."""
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return statement.order_by(col(Bill.period).desc(), col(Bill.id).desc())
    return statement.order_by(key.desc() if sort.startswith("-") else key, col(Bill.id))


def _row(bill: Bill, estate: str, building: str, unit: str, code: str, item: FeeItem, is_late: bool) -> BillRow:  # noqa: FBT001
    return BillRow(
        id=bill.id or 0,
        number=bill.number,
        estate_id=bill.estate_id,
        estate_name=estate,
        room_id=bill.room_id,
        room_code=code,
        place=room_label(building, unit, code),
        item_id=bill.fee_item_id,
        item_name=item.name,
        item_name_en=item.name_en,
        kind=item.kind,
        period=bill.period,
        due_on=bill.due_on,
        status=bill.status,
        is_overdue=is_late,
        amount_fen=bill.amount_fen,
        paid_fen=bill.paid_fen,
        owed_fen=0 if bill.status is BillStatus.void else bill.amount_fen - bill.paid_fen,
        issued_on=business_date(bill.issued_at),
        paid_on=business_date(bill.paid_at) if bill.paid_at else None,
    )
