"""What payment may do to bills: lock them, put money on them, take it off. Payment calls this and never touches the tables."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.billing.arrears_models import BillMoney
from estate_app.billing.filters import visible_bills
from estate_app.billing.models import OPEN_STATUSES, Bill, BillStatus, FeeItem
from estate_app.db import UnitOfWork
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date


@dataclass(frozen=True, slots=True)
class LockedBill:
    """A bill whose row is locked until the transaction ends; `for_bill_id` is the late bill of which it is the late fee."""

    id: int
    number: str
    estate_id: int
    room_id: int
    fee_item_id: int
    item_name: str
    period: date
    due_on: date
    status: BillStatus
    amount_fen: int
    paid_fen: int
    for_bill_id: int | None = None

    @property
    def owed_fen(self) -> int:
        """What it still asks for; a void bill asks for nothing."""
        return 0 if self.status is BillStatus.void else self.amount_fen - self.paid_fen


def lock_bills(uow: UnitOfWork, bill_ids: Collection[int]) -> list[LockedBill]:
    """Lock bills in the order of their ids, so that two payments never wait for each other in a circle."""
    statement = (
        select(Bill)
        .where(col(Bill.id).in_(set(bill_ids)))
        .order_by(col(Bill.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    bills = list(uow.session.scalars(statement))
    items = select(col(FeeItem.id), col(FeeItem.name)).where(col(FeeItem.id).in_({bill.fee_item_id for bill in bills}))
    names = dict(uow.session.execute(items).all()) if bills else {}
    return [_locked(bill, names[bill.fee_item_id]) for bill in bills]


def lock_payable(uow: UnitOfWork, actor: Actor, bill_ids: Collection[int], *permissions: Permission) -> list[LockedBill]:
    """Lock the bills that the actor may pay; one that is not the actor's (or, for managers, outside the permissions) gives a 404."""
    wanted = set(bill_ids)
    statement = select(col(Bill.id)).where(col(Bill.id).in_(wanted), visible_bills(actor, business_date(uow.now), *permissions))
    if not wanted or set(uow.session.scalars(statement)) != wanted:
        raise NotFoundError
    return lock_bills(uow, wanted)


def open_bill_ids(session: Session, room_id: int) -> list[int]:
    """The bills of a room that ask to be paid, by id; the caller has checked that the actor may see the room."""
    statement = select(col(Bill.id)).where(col(Bill.room_id) == room_id, col(Bill.status).in_(OPEN_STATUSES))
    return [bill_id for bill_id in session.scalars(statement.order_by(col(Bill.id))) if bill_id]


def open_late_fees(session: Session, bill_ids: Collection[int]) -> list[int]:
    """The late fees of some bills that ask to be paid, by id; the caller has checked that the actor may see the bills."""
    statement = select(col(Bill.id)).where(col(Bill.for_bill_id).in_(bill_ids), col(Bill.status).in_(OPEN_STATUSES))
    return [bill_id for bill_id in session.scalars(statement.order_by(col(Bill.id))) if bill_id]


def rooms_with_open_bills(session: Session, room_ids: Collection[int]) -> list[int]:
    """Those of some rooms that have bills which ask to be paid, by id."""
    statement = select(col(Bill.room_id)).where(col(Bill.room_id).in_(room_ids), col(Bill.status).in_(OPEN_STATUSES))
    return list(session.scalars(statement.distinct().order_by(col(Bill.room_id))))


def bill_numbers(session: Session, bill_ids: Collection[int]) -> dict[int, str]:
    """The numbers of bills, for what is written about them."""
    return dict(session.execute(select(col(Bill.id), col(Bill.number)).where(col(Bill.id).in_(bill_ids))).all())


def bill_labels(session: Session, bill_ids: Collection[int]) -> dict[int, str]:
    """What bills are for, item and month, as an invoice says it."""
    rows = session.execute(
        select(col(Bill.id), col(FeeItem.name), col(Bill.period))
        .join(FeeItem, col(FeeItem.id) == col(Bill.fee_item_id))
        .where(col(Bill.id).in_(bill_ids))
    )
    return {bill_id: f"{name} {period:%Y-%m}" for bill_id, name, period in rows}


def put_money(uow: UnitOfWork, actor: Actor, amounts: Mapping[int, int], *, cause: str, paid_on: date | None = None) -> None:
    """Put money on locked bills, by id, in fen; a bill that is covered becomes paid. The caller posts the ledger.

    `paid_on` is the day on which the payer paid, today when it is not given: late fees end with it.

    Raises:
        ValueError: an amount exceeds what the bill still asks for.
    """
    for bill_id, amount in amounts.items():
        bill = uow.session.get_one(Bill, bill_id)
        before = {"status": bill.status.value, "paid_fen": bill.paid_fen}
        if amount <= 0 or bill.status is BillStatus.void or bill.paid_fen + amount > bill.amount_fen:
            raise ValueError(f"bill {bill.number} cannot take {amount} fen")
        bill.paid_fen += amount
        if bill.paid_fen == bill.amount_fen:
            bill.status, bill.paid_at = BillStatus.paid, uow.now
        elif bill.status is not BillStatus.disputed:
            bill.status = BillStatus.partly_paid
        uow.session.add(BillMoney(bill_id=bill_id, paid_on=paid_on or business_date(uow.now), amount_fen=amount, cause=cause[:60]))
        _tell(uow, actor, bill, before, cause)


def take_money(uow: UnitOfWork, actor: Actor, amounts: Mapping[int, int], *, cause: str) -> None:
    """Take money off locked bills again, for a refund; they ask for it anew. The caller posts the ledger."""
    for bill_id, amount in amounts.items():
        bill = uow.session.get_one(Bill, bill_id)
        before = {"status": bill.status.value, "paid_fen": bill.paid_fen}
        if amount <= 0 or amount > bill.paid_fen or bill.status is BillStatus.void:
            raise ValueError(f"bill {bill.number} cannot give {amount} fen")
        bill.paid_fen -= amount
        bill.paid_at = None
        if bill.status is not BillStatus.disputed:
            bill.status = BillStatus.partly_paid if bill.paid_fen else BillStatus.unpaid
        uow.session.add(BillMoney(bill_id=bill_id, paid_on=business_date(uow.now), amount_fen=-amount, cause=cause[:60]))
        _tell(uow, actor, bill, before, cause)


def _tell(uow: UnitOfWork, actor: Actor, bill: Bill, before: Mapping[str, object], cause: str) -> None:
    after: dict[str, object] = {"status": bill.status.value, "paid_fen": bill.paid_fen, "cause": cause}
    record(uow, actor, "bill:money", "bill", bill.id or 0, before=dict(before), after=after)
    uow.notify(f"bill:{bill.room_id}")


def _locked(bill: Bill, item_name: str) -> LockedBill:
    return LockedBill(
        id=bill.id or 0,
        number=bill.number,
        estate_id=bill.estate_id,
        room_id=bill.room_id,
        fee_item_id=bill.fee_item_id,
        item_name=item_name,
        period=bill.period,
        due_on=bill.due_on,
        status=bill.status,
        amount_fen=bill.amount_fen,
        paid_fen=bill.paid_fen,
        for_bill_id=bill.for_bill_id,
    )
