"""Where the money of a payment lies, when some of it shall go back: on the balance that it filled, on bills, or given back already."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlmodel import Session, col

from estate_app.billing.models import BillStatus
from estate_app.billing.settlement import LockedBill, lock_bills
from estate_app.db import UnitOfWork
from estate_app.payment.balance import hold_balance
from estate_app.payment.models import Payment, PaymentItem, Refund, RefundItem, RefundStatus

DEAD = (RefundStatus.rejected,)
"""What is proposed counts against the payment until it is rejected; what a vendor could not do is still owed to the payer."""


@dataclass(slots=True)
class Source:
    """Where an approved refund takes its money from: bills, balances of rooms, and the payment's own share of a balance."""

    left: int
    bills: dict[int, int] = field(default_factory=dict)
    voided: dict[int, int] = field(default_factory=dict)
    rooms: dict[int, int] = field(default_factory=dict)
    prepaid_fen: int = 0

    def draw(self, room_id: int, fen: int) -> None:
        """Take from a room's balance."""
        self.rooms[room_id] = self.rooms.get(room_id, 0) + fen
        self.left -= fen


def refunded_fen(session: Session, payment_id: int) -> int:
    """What is given back of a payment, on its way or proposed, in fen; rejected refunds do not count."""
    total = session.scalar(
        select(func.coalesce(func.sum(col(Refund.amount_fen)), 0)).where(
            col(Refund.payment_id) == payment_id, col(Refund.status).not_in(DEAD)
        )
    )
    return int(total or 0)


def find_source(uow: UnitOfWork, payment: Payment, amount_fen: int) -> Source:
    """Where the money of a payment lies now, locked: first what it put on the balance, then its bills, latest first."""
    items = list(
        uow.session.scalars(select(PaymentItem).where(col(PaymentItem.payment_id) == payment.id).order_by(col(PaymentItem.bill_id).desc()))
    )
    bills = {bill.id: bill for bill in lock_bills(uow, [item.bill_id for item in items])}
    given, prepaid_given = _given(uow.session, payment.id or 0)
    rooms = sorted({payment.room_id, *(bill.room_id for bill in bills.values() if bill.status is BillStatus.void)})
    has_balance = payment.prepaid_fen or any(bill.status is BillStatus.void for bill in bills.values())
    balances = {room_id: hold_balance(uow, room_id, payment.estate_id) for room_id in rooms} if has_balance else {}
    source = Source(amount_fen)
    source.prepaid_fen = max(0, min(amount_fen, payment.prepaid_fen - prepaid_given, balances.get(payment.room_id, 0)))
    if source.prepaid_fen:
        source.draw(payment.room_id, source.prepaid_fen)
    for item in items:
        _draw_bill(source, bills[item.bill_id], item.amount_fen - given.get(item.bill_id, 0), balances)
    return source


def _draw_bill(source: Source, bill: LockedBill, share_fen: int, balances: Mapping[int, int]) -> None:
    """Take from one bill what this payment has on it; what was paid on a void bill lies on its room's balance."""
    if bill.status is BillStatus.void:
        taken = min(source.left, share_fen, balances.get(bill.room_id, 0) - source.rooms.get(bill.room_id, 0))
        if taken > 0:
            source.voided[bill.id] = taken
            source.draw(bill.room_id, taken)
        return
    taken = min(source.left, share_fen, bill.paid_fen)
    if taken > 0:
        source.bills[bill.id] = taken
        source.left -= taken


def _given(session: Session, payment_id: int) -> tuple[dict[int, int], int]:
    """What refunds have taken of a payment so far: by bill, and from the share that went to the balance."""
    rows = session.execute(
        select(col(RefundItem.bill_id), func.sum(col(RefundItem.amount_fen)))
        .join(Refund, col(Refund.id) == col(RefundItem.refund_id))
        .where(col(Refund.payment_id) == payment_id)
        .group_by(col(RefundItem.bill_id))
    ).all()
    prepaid = session.scalar(select(func.coalesce(func.sum(col(Refund.prepaid_fen)), 0)).where(col(Refund.payment_id) == payment_id))
    return {bill_id: int(fen) for bill_id, fen in rows}, int(prepaid or 0)
