"""What payment may do to bills: lock them, put money on them, take it off. Payment calls this and never touches the tables."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.orm.util import identity_key
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
from estate_app.prepared import Prepared, Row


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


_LOCK = Prepared(
    text(
        "SELECT b.id, b.number, b.estate_id, b.room_id, b.fee_item_id, f.name, b.period, b.due_on, b.status, b.amount_fen, b.paid_fen,"
        " b.for_bill_id FROM bill b JOIN fee_item f ON f.id = b.fee_item_id"
        " WHERE b.id = ANY(CAST(:ids AS bigint[])) ORDER BY b.id FOR UPDATE OF b"
    )
)
_PUT = Prepared(
    text(
        "WITH put AS (SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:fens AS bigint[])) AS t(id, fen)), moved AS ("
        " UPDATE bill b SET paid_fen = b.paid_fen + put.fen,"
        " paid_at = CASE WHEN b.paid_fen + put.fen = b.amount_fen THEN CAST(:at AS timestamptz) ELSE b.paid_at END,"
        " status = CASE WHEN b.paid_fen + put.fen = b.amount_fen THEN 'paid' WHEN b.status = 'disputed' THEN b.status"
        " ELSE 'partly_paid' END"
        " FROM put, bill was"
        " WHERE b.id = put.id AND was.id = b.id AND put.fen > 0 AND b.status <> 'void' AND b.paid_fen + put.fen <= b.amount_fen"
        " RETURNING b.id, b.room_id, was.status AS was, b.status, b.paid_fen, put.fen), kept AS ("
        " INSERT INTO bill_money (bill_id, paid_on, amount_fen, cause) SELECT id, CAST(:on AS date), fen, CAST(:cause AS text) FROM moved)"
        " SELECT id, room_id, was, status, paid_fen, fen FROM moved ORDER BY id"
    )
)
"""Every payment runs these two, so that they are one statement each and make no objects of the session."""


def lock_bills(uow: UnitOfWork, bill_ids: Collection[int]) -> list[LockedBill]:
    """Lock bills in the order of their ids, so that two payments never wait for each other in a circle."""
    if not bill_ids:
        return []
    rows = _LOCK.rows(uow.session, ids=sorted(set(bill_ids)))
    _read_again(uow.session, bill_ids)
    return [_locked(row) for row in rows]


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
    if not amounts:
        return
    given = {"ids": list(amounts), "fens": list(amounts.values()), "at": uow.now, "on": paid_on or business_date(uow.now)}
    moved = _PUT.rows(uow.session, cause=cause[:60], **given)
    if len(moved) != len(amounts):
        refused = sorted(set(amounts) - {row[0] for row in moved})
        raise ValueError(f"bills {refused} cannot take what {cause} puts on them")
    _read_again(uow.session, amounts)
    for bill_id, room_id, was, status, paid_fen, fen in moved:
        _tell(uow, actor, bill_id, room_id, before=(was, paid_fen - fen), after=(status, paid_fen), cause=cause)


def take_money(uow: UnitOfWork, actor: Actor, amounts: Mapping[int, int], *, cause: str) -> None:
    """Take money off locked bills again, for a refund; they ask for it anew. The caller posts the ledger."""
    for bill_id, amount in amounts.items():
        bill = uow.session.get_one(Bill, bill_id)
        before = (bill.status.value, bill.paid_fen)
        if amount <= 0 or amount > bill.paid_fen or bill.status is BillStatus.void:
            raise ValueError(f"bill {bill.number} cannot give {amount} fen")
        bill.paid_fen -= amount
        bill.paid_at = None
        if bill.status is not BillStatus.disputed:
            bill.status = BillStatus.partly_paid if bill.paid_fen else BillStatus.unpaid
        uow.session.add(BillMoney(bill_id=bill_id, paid_on=business_date(uow.now), amount_fen=-amount, cause=cause[:60]))
        _tell(uow, actor, bill_id, bill.room_id, before=before, after=(bill.status.value, bill.paid_fen), cause=cause)


def _tell(
    uow: UnitOfWork, actor: Actor, bill_id: int, room_id: int, *, before: tuple[str, int], after: tuple[str, int], cause: str
) -> None:
    was: dict[str, object] = {"status": before[0], "paid_fen": before[1]}
    now: dict[str, object] = {"status": after[0], "paid_fen": after[1], "cause": cause}
    record(uow, actor, "bill:money", "bill", bill_id, before=was, after=now)
    uow.notify(f"bill:{room_id}")


def _read_again(session: Session, bill_ids: Collection[int]) -> None:
    """Bring what the session holds of these bills to what the database holds; as a rule it holds none."""
    for bill_id in bill_ids:
        held = session.identity_map.get(identity_key(Bill, bill_id))
        if held is not None:
            session.refresh(held)


def _locked(row: Row) -> LockedBill:
    """One row of _LOCK."""
    bill = LockedBill(*row)
    return replace(bill, status=BillStatus(bill.status))
