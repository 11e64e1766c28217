"""What becomes of a refund: a vendor's word about it, the money that is back with the payer, and one that cannot be made."""

from datetime import date

from sqlalchemy import select
from sqlmodel import col

from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.audit import record
from estate_app.access.people import managers_with
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import format_yuan
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.service import Entry, post
from estate_app.notification.service import tell
from estate_app.payment.booking import ACCOUNTS, CLEARING
from estate_app.payment.channel import Channel
from estate_app.payment.gateways.contract import ChannelRefund, RefundState
from estate_app.payment.invoices import redden
from estate_app.payment.models import Payment, Refund, RefundStatus
from estate_app.payment.receipts import reverse_receipt
from estate_app.property.people import accounts_of_rooms


def apply_refund(uow: UnitOfWork, *, answer: ChannelRefund) -> Refund | None:
    """Take a vendor's word about a refund, from its answer or its callback; repeated, it changes nothing. None: not ours."""
    payment_id = uow.session.scalar(select(col(Refund.payment_id)).where(col(Refund.number) == answer.refund_no))
    if payment_id is None:
        return None
    payment = uow.session.get_one(Payment, payment_id, with_for_update=True, populate_existing=True)
    refund = uow.session.scalars(
        select(Refund).where(col(Refund.number) == answer.refund_no).with_for_update().execution_options(populate_existing=True)
    ).one()
    if refund.status not in {RefundStatus.requested, RefundStatus.processing}:
        return refund
    if answer.refund_id:
        refund.refund_id = answer.refund_id
    is_wrong = answer.amount_fen is not None and answer.amount_fen != refund.amount_fen
    if is_wrong or answer.state in {RefundState.abnormal, RefundState.closed}:
        _fail(uow, payment, refund, "wrong_amount" if is_wrong else answer.detail or answer.state.value)
    elif answer.state is RefundState.success:
        finish_refund(uow, SYSTEM, payment, refund, CLEARING[payment.channel])
    elif answer.state is RefundState.processing:
        refund.status = RefundStatus.processing
    return refund


def finish_refund(
    uow: UnitOfWork,
    actor: Actor,
    payment: Payment,
    refund: Refund,
    account: LedgerAccount,
    *,
    room_id: int | None = None,
    business_on: date | None = None,
) -> None:
    """The money is back with the payer: it leaves the account, the receipt is reversed and an invoice gets its red letter."""
    lines = (
        Entry(LedgerAccount.refund_due, refund.amount_fen, payment.estate_id),
        Entry(account, -refund.amount_fen, payment.estate_id, room_id),
    )
    post(
        uow,
        actor,
        kind=JournalKind.refund,
        subject="refund",
        subject_id=refund.id or 0,
        lines=lines,
        memo=refund.number,
        business_on=business_on,
    )
    refund.status, refund.done_at, refund.next_try_at = RefundStatus.done, uow.now, None
    uow.flush()
    reverse_receipt(uow, payment, refund, issuer=actor)
    redden(uow, payment, refund)
    record(uow, actor, "refund:done", "refund", refund.id or 0, after={"refund_id": refund.refund_id, "voucher": refund.voucher})
    people = [payment.payer_id]
    if payment.channel is Channel.counter:
        people = accounts_of_rooms(uow.session, [payment.room_id], business_date(uow.now)).get(payment.room_id, [])
    tell(
        uow,
        people,
        event="refunded",
        title=_title(refund, account),
        body=_back_to(payment, refund, account),
        link=f"/pay/{payment.id}/result",
        dedupe=f"refunded:{refund.id}",
    )
    uow.notify(f"payment:{payment.id}")


def _title(refund: Refund, account: LedgerAccount) -> Message:
    amount = format_yuan(refund.amount_fen)
    if refund.is_outside and account in CLEARING.values():
        return msg("¥{amount} did not reach us", amount=amount)
    return msg("¥{amount} was refunded", amount=amount)


def _back_to(payment: Payment, refund: Refund, account: LedgerAccount) -> Message:
    if refund.is_outside and account in CLEARING.values():
        return msg("The payment company did not pass it on from payment {number}; the bills ask for it again.", number=payment.number)
    if account is LedgerAccount.prepaid:
        return msg("It is on your room's balance again, from payment {number}.", number=payment.number)
    if account in ACCOUNTS.values():
        return msg("It was handed out at the counter, from payment {number}.", number=payment.number)
    return msg("It went back to where the payment {number} came from.", number=payment.number)


def _fail(uow: UnitOfWork, payment: Payment, refund: Refund, reason: str) -> None:
    """A refund that the vendor cannot make stays owed to the payer: the counter hands it out."""
    refund.status, refund.next_try_at = RefundStatus.failed, None
    record(uow, SYSTEM, "refund:failed", "refund", refund.id or 0, after={"reason": reason})
    tell(
        uow,
        managers_with(uow.session, Permission.refunds_approve, estate_id=payment.estate_id),
        event="refund_failed",
        title=msg("A refund failed"),
        body=msg("¥{amount} of payment {number}: {reason}", amount=format_yuan(refund.amount_fen), number=payment.number, reason=reason),
        link="/manage/refunds",
        urgent=True,
        dedupe=f"refund_failed:{refund.id}",
    )
    uow.notify(f"payment:{payment.id}")
