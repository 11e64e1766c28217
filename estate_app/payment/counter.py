"""Payments that no vendor decides: at the counter, and from a room's prepaid balance. They are booked at once."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from sqlalchemy import select, text
from sqlmodel import col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.settlement import LockedBill, lock_payable
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError
from estate_app.kit.crypto import digest
from estate_app.kit.i18n import msg
from estate_app.kit.money import format_yuan
from estate_app.ledger.models import LedgerAccount
from estate_app.ledger.queries import room_prepaid
from estate_app.payment.booking import Split, book
from estate_app.payment.channel import Channel
from estate_app.payment.models import Payment
from estate_app.payment.service import ensure_payable, known_payment, live_payment, new_payment, refuse_live, wanted_bills

MAX_VOUCHER = 60
MAX_TENDERED_FEN = 10**9


class Means(StrEnum):
    """How money is handed over at the counter."""

    cash = "cash"
    transfer = "transfer"
    card = "card"


ACCOUNTS: Mapping[Means, LedgerAccount] = {
    Means.cash: LedgerAccount.cash,
    Means.transfer: LedgerAccount.bank,
    Means.card: LedgerAccount.bank,
}


def collect_at_counter(
    uow: UnitOfWork,
    actor: Actor,
    *,
    bill_ids: Collection[int],
    means: Means,
    idempotency_key: str,
    tendered_fen: int | None = None,
    voucher: str = "",
    payer_name: str = "",
) -> Payment:
    """Take money for bills at the counter: cash with change (`tendered_fen` less the amount), or a transfer or card with its voucher.

    Raises:
        ConflictError: the voucher was used, a bill asks for no money, or somebody is paying it online.
        InvalidError: too little cash, or no voucher number.
    """
    actor.require(Permission.cashier)
    ids = wanted_bills(bill_ids)
    slip = voucher.strip()
    known = known_payment(uow, actor, idempotency_key, digest(f"{ids}|counter|{means.value}|{slip}"))
    if known is not None:
        return known
    _check_voucher(uow, means, slip)
    bills = _lock(uow, actor, ids, Permission.cashier)
    total = sum(bill.owed_fen for bill in bills)
    if means is Means.cash:
        _check_cash(tendered_fen, total)
    payment = new_payment(
        uow,
        actor,
        bills,
        channel=Channel.counter,
        method=means.value,
        key=idempotency_key,
        sha=digest(f"{ids}|counter|{means.value}|{slip}"),
    )
    payment.transaction_id = slip or None
    payment.tendered_fen = tendered_fen if means is Means.cash else None
    _book(uow, actor, payment, bills, ACCOUNTS[means], payer_name.strip())
    return payment


def change_fen(payment: Payment) -> int:
    """What the cashier gives back of the cash that was handed over."""
    return payment.tendered_fen - payment.amount_fen if payment.tendered_fen is not None else 0


def pay_from_balance(uow: UnitOfWork, actor: Actor, *, bill_ids: Collection[int], idempotency_key: str) -> Payment:
    """Pay bills of one room from that room's prepaid balance, which must cover them.

    Raises:
        ConflictError: the balance is too small, a bill asks for no money, or somebody is paying it.
        InvalidError: bills of several rooms.
    """
    actor.require(Permission.own_bills, Permission.cashier)
    ids = wanted_bills(bill_ids)
    sha = digest(f"{ids}|balance")
    known = known_payment(uow, actor, idempotency_key, sha)
    if known is not None:
        return known
    bills = _lock(uow, actor, ids, Permission.cashier)
    rooms = {bill.room_id for bill in bills}
    if len(rooms) != 1:
        raise InvalidError(msg("A room's balance pays that room's bills only"), field="bill_ids")
    room_id = rooms.pop()
    uow.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"prepaid:{room_id}"})
    balance, total = room_prepaid(uow.session, room_id), sum(bill.owed_fen for bill in bills)
    if balance < total:
        raise ConflictError(
            msg("The balance of ¥{balance} does not cover ¥{total}", balance=format_yuan(balance), total=format_yuan(total))
        )
    payment = new_payment(uow, actor, bills, channel=Channel.balance, method="balance", key=idempotency_key, sha=sha)
    _book(uow, actor, payment, bills, LedgerAccount.prepaid, "")
    return payment


def _lock(uow: UnitOfWork, actor: Actor, ids: list[int], permission: Permission) -> list[LockedBill]:
    bills = lock_payable(uow, actor, ids, permission)
    ensure_payable(uow.session, bills)
    live = live_payment(uow.session, ids)
    if live is not None:
        raise refuse_live(live)
    return bills


def _book(uow: UnitOfWork, actor: Actor, payment: Payment, bills: list[LockedBill], account: LedgerAccount, payer_name: str) -> None:
    split = Split({bill.id: bill.owed_fen for bill in bills})
    book(
        uow,
        actor,
        payment,
        split=split,
        bills={bill.id: bill for bill in bills},
        account=account,
        paid_at=uow.now,
        payer_name=payer_name,
    )


def _check_cash(tendered_fen: int | None, total: int) -> None:
    if tendered_fen is None or tendered_fen < total:
        raise InvalidError(msg("The cash must be at least ¥{total}", total=format_yuan(total)), field="tendered")
    if tendered_fen > MAX_TENDERED_FEN:
        raise InvalidError(msg("This is more cash than anybody carries; check the amount"), field="tendered")


def _check_voucher(uow: UnitOfWork, means: Means, slip: str) -> None:
    if means is Means.cash:
        if slip:
            raise InvalidError(msg("Cash has no voucher number"), field="voucher")
        return
    if not slip or len(slip) > MAX_VOUCHER:
        raise InvalidError(msg("Write the voucher number of the transfer or card slip"), field="voucher")
    uow.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"voucher:{slip}"})
    used = select(col(Payment.number)).where(col(Payment.channel) == Channel.counter, col(Payment.transaction_id) == slip)
    number = uow.session.scalar(used)
    if number is not None:
        raise ConflictError(msg("The voucher {voucher} was used for payment {number}", voucher=slip, number=number))
