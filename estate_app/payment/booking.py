"""Books money that has come: bills, ledger, receipt, audit, notices. Every way of paying ends here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from estate_app.access.activity import note
from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.models import ActivityKind
from estate_app.access.permission import Role
from estate_app.billing.models import BillStatus
from estate_app.billing.settlement import LockedBill, put_money
from estate_app.db import UnitOfWork
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.money import format_yuan
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.service import Entry, post
from estate_app.notification.service import tell
from estate_app.payment.channel import Channel, Means
from estate_app.payment.models import Payment, PaymentStatus
from estate_app.payment.receipts import issue_receipt
from estate_app.property.people import accounts_of_rooms

CLEARING: Mapping[Channel, LedgerAccount] = {
    Channel.wechat: LedgerAccount.clearing_wechat,
    Channel.alipay: LedgerAccount.clearing_alipay,
    Channel.unionpay: LedgerAccount.clearing_unionpay,
}
"""Where the money of an online channel lies until the vendor settles it to the bank."""
ACCOUNTS: Mapping[Means, LedgerAccount] = {
    Means.cash: LedgerAccount.cash,
    Means.transfer: LedgerAccount.bank,
    Means.card: LedgerAccount.bank,
}
"""Where the money of the counter lies."""


@dataclass(frozen=True, slots=True)
class Split:
    """Where a payment's money goes: onto bills, to rooms' prepaid balances, and back to the payer what of a bill was paid twice."""

    bills: Mapping[int, int] = field(default_factory=dict)
    prepaid: Mapping[int, int] = field(default_factory=dict)
    surplus: Mapping[int, int] = field(default_factory=dict)

    @property
    def kept_fen(self) -> int:
        """What stays with the company."""
        return sum(self.bills.values()) + sum(self.prepaid.values())

    @property
    def refund_fen(self) -> int:
        """What goes back to the payer."""
        return sum(self.surplus.values())


def split_money(items: Mapping[int, int], bills: Mapping[int, LockedBill], *, room_id: int = 0, prepaid_fen: int = 0) -> Split:
    """Split what a payment was planned to pay, by bill, over its locked bills: what they still ask for is paid, the room's share kept.

    What is left over a bill that was paid in another way meanwhile was paid twice and goes back; what is left over a void
    bill is the room's money.
    """
    paid: dict[int, int] = {}
    prepaid: dict[int, int] = {room_id: prepaid_fen} if prepaid_fen else {}
    surplus: dict[int, int] = {}
    for bill_id, planned in items.items():
        bill = bills[bill_id]
        taken = min(planned, bill.owed_fen)
        rest = planned - taken
        if taken:
            paid[bill.id] = taken
        if rest and bill.status is BillStatus.void:
            prepaid[bill.room_id] = prepaid.get(bill.room_id, 0) + rest
        elif rest:
            surplus[bill.id] = rest
    return Split(paid, prepaid, surplus)


def book(
    uow: UnitOfWork,
    actor: Actor,
    payment: Payment,
    *,
    split: Split,
    bills: Mapping[int, LockedBill],
    account: LedgerAccount,
    paid_at: datetime,
    payer_name: str = "",
    business_on: date | None = None,
) -> None:
    """Book a locked payment as paid. `account` is debited with the whole amount, on today unless a closed day moves it on.

    `paid_at` is when the payer paid, which a late callback or the bank's list tells of later: late fees end with that day.

    Raises:
        ValueError: the split does not sum to the payment's amount.
    """
    if split.kept_fen + split.refund_fen != payment.amount_fen:
        raise ValueError(f"the split of payment {payment.number} does not sum to its amount")
    before: dict[str, object] = {"status": payment.status.value}
    payment.status, payment.paid_at, payment.next_query_at = PaymentStatus.paid, paid_at, None
    put_money(uow, actor, split.bills, cause=payment.number, paid_on=business_date(paid_at))
    _post(uow, actor, payment, split, bills, account, business_on)
    after: dict[str, object] = {
        "status": "paid",
        "transaction_id": payment.transaction_id,
        "bills": {bills[bill_id].number: fen for bill_id, fen in split.bills.items()},
        "prepaid_fen": sum(split.prepaid.values()),
        "refund_fen": split.refund_fen,
    }
    record(uow, actor, "payment:paid", "payment", payment.id or 0, before=before, after=after)
    _announce(uow, payment, split)
    if split.kept_fen:
        # Last of all: the counter of receipts is locked until the commit, and every other payment waits for it.
        issue_receipt(uow, payment, split=split.bills, prepaid=split.prepaid, bills=bills, issuer=actor, payer_name=payer_name)


def _post(
    uow: UnitOfWork,
    actor: Actor,
    payment: Payment,
    split: Split,
    bills: Mapping[int, LockedBill],
    account: LedgerAccount,
    business_on: date | None,
) -> None:
    estate = payment.estate_id
    # What is taken from a room's balance leaves that room's account; money from outside belongs to no room until it is applied.
    from_room = payment.room_id if account is LedgerAccount.prepaid else None
    lines = [Entry(account, payment.amount_fen, estate, from_room)]
    lines += [Entry(LedgerAccount.receivable, -fen, estate, bills[bill_id].room_id) for bill_id, fen in split.bills.items()]
    lines += [Entry(LedgerAccount.prepaid, -fen, estate, room_id) for room_id, fen in split.prepaid.items()]
    lines.append(Entry(LedgerAccount.refund_due, -split.refund_fen, estate))
    post(
        uow,
        actor,
        kind=JournalKind.payment,
        subject="payment",
        subject_id=payment.id or 0,
        lines=lines,
        memo=payment.number,
        business_on=business_on,
    )


def _announce(uow: UnitOfWork, payment: Payment, split: Split) -> None:
    people = set(accounts_of_rooms(uow.session, [payment.room_id], business_date(uow.now)).get(payment.room_id, []))
    told = {payment.payer_id} if payment.channel.is_online else people
    amount = format_yuan(payment.amount_fen)
    if split.kept_fen:
        body = msg("¥{amount} was received. The receipt is ready.", amount=amount)
        if payment.channel is Channel.balance:
            body = msg("¥{amount} was taken from your room's balance for its bills.", amount=amount)
        elif split.prepaid and not split.bills:
            body = msg("¥{amount} was received and kept as your room's balance.", amount=amount)
        elif split.prepaid:
            kept = format_yuan(sum(split.prepaid.values()))
            body = msg("¥{amount} was received, ¥{kept} of it as your room's balance. The receipt is ready.", amount=amount, kept=kept)
        tell(
            uow,
            told,
            event="paid",
            title=msg("Payment received"),
            body=body,
            link=f"/pay/{payment.id}/result",
            dedupe=f"paid:{payment.id}",
        )
    if payment.channel.is_online:
        payer = Actor(payment.payer_id, "", Role.resident)
        note(uow, payer, ActivityKind.paid, estate_id=payment.estate_id, subject_id=payment.id)
    uow.notify(f"payment:{payment.id}")
    uow.notify(f"takings:{payment.estate_id}")
    for person in people | told:
        uow.notify(f"resident:{person}")
