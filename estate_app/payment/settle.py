"""The one function by which a vendor's word becomes money: callbacks, queries and reconciliation all end here, exactly once."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, bindparam, exists, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from estate_app.access.actor import SYSTEM
from estate_app.billing.settlement import lock_bills
from estate_app.db import UnitOfWork
from estate_app.payment.booking import CLEARING, book, split_money
from estate_app.payment.channel import Channel
from estate_app.payment.models import Payment, PaymentItem, PaymentStatus
from estate_app.payment.refunds import refund_surplus
from estate_app.payment.suspense import Claim, hold
from estate_app.prepared import Prepared

CURRENCY = "CNY"
_OTHER = aliased(Payment)
_IS_USED = exists().where(
    col(_OTHER.channel) == bindparam("channel"),
    col(_OTHER.transaction_id) == bindparam("transaction"),
    col(_OTHER.number) != bindparam("number"),
)
_LOCK = (
    select(Payment, _IS_USED)
    .where(col(Payment.number) == bindparam("number"), col(Payment.channel) == bindparam("channel"))
    .with_for_update(of=Payment)
    .execution_options(populate_existing=True)
)
"""Built once: to build it costs more than to run it."""
_ITEMS = Prepared(
    select(col(PaymentItem.bill_id), col(PaymentItem.amount_fen))
    .where(col(PaymentItem.payment_id) == bindparam("payment_id", type_=BigInteger()))
    .order_by(col(PaymentItem.bill_id))
)


class Settled(StrEnum):
    """What a vendor's word led to."""

    booked = "booked"
    already = "already"
    refunding = "refunding"
    held = "held"


def settle(  # noqa: PLR0913 -- what a vendor says of one payment
    uow: UnitOfWork,
    *,
    channel: Channel,
    number: str,
    transaction_id: str,
    amount_fen: int,
    currency: str,
    merchant: str,
    paid_at: datetime | None,
    source: str,
    message_id: int | None = None,
    is_other_app: bool = False,
) -> Settled:
    """Book that a vendor has the payer's money; repeated, it changes nothing. `source` is callback, query or statement.

    The payment is locked first, then its bills in the order of their ids. Money that comes after the payment was closed pays
    the bills if they still ask for it; what was paid twice is refunded; what belongs to a void bill becomes the room's balance.
    A claim that does not fit is held, with an alarm, and no bill changes.
    """
    claim = Claim(channel, number, transaction_id, amount_fen, currency, merchant, source, message_id)
    payment, is_used = _lock(uow, claim)
    if payment is not None and not is_other_app and _is_known(payment, claim):
        return Settled.already
    reason = _misfit(payment, claim, is_used=is_used) or ("wrong_app" if is_other_app else "")
    if payment is None or reason:
        is_money = payment is not None and currency == CURRENCY and merchant == payment.merchant_id
        hold(uow, payment, claim, reason=reason, is_money=is_money)
        return Settled.held
    return _book(uow, payment, claim, paid_at or uow.now)


def _lock(uow: UnitOfWork, claim: Claim) -> tuple[Payment | None, bool]:
    """Lock our payment, and tell whether the vendor's transaction already paid another of our payments."""
    given = {"channel": claim.channel, "number": claim.number, "transaction": claim.transaction_id}
    found = uow.session.execute(_LOCK, given).first()
    return (found[0], bool(found[1])) if found else (None, False)


def _book(uow: UnitOfWork, payment: Payment, claim: Claim, paid_at: datetime) -> Settled:
    """Book a claim that fits; what was paid twice is asked back."""
    items: dict[int, int] = dict(_ITEMS.rows(uow.session, payment_id=payment.id))
    bills = {bill.id: bill for bill in lock_bills(uow, items)}
    split = split_money(items, bills, room_id=payment.room_id, prepaid_fen=payment.prepaid_fen)
    payment.transaction_id = claim.transaction_id
    book(uow, SYSTEM, payment, split=split, bills=bills, account=CLEARING[claim.channel], paid_at=paid_at)
    if not split.refund_fen:
        return Settled.booked
    refund_surplus(uow, payment, split.surplus)
    return Settled.refunding


def _is_known(payment: Payment, claim: Claim) -> bool:
    return (
        payment.status is PaymentStatus.paid
        and payment.transaction_id == claim.transaction_id
        and payment.amount_fen == claim.amount_fen
        and payment.merchant_id == claim.merchant
        and claim.currency == CURRENCY
    )


def _misfit(payment: Payment | None, claim: Claim, *, is_used: bool) -> str:
    """Why a claim does not fit, as a short word; empty when it does."""
    if payment is None:
        return "unknown_order"
    misfits = {
        "wrong_merchant": claim.merchant != payment.merchant_id,
        "wrong_currency": claim.currency != CURRENCY,
        "wrong_amount": claim.amount_fen != payment.amount_fen,
        "no_transaction": not claim.transaction_id,
        "second_transaction": payment.status is PaymentStatus.paid,
        "transaction_used": is_used,
    }
    return next((reason for reason, is_true in misfits.items() if is_true), "")
