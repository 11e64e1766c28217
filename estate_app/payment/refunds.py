"""Refunds: automatic ones of what was paid twice, and those that one manager proposes and another approves."""

from sqlalchemy import func, select
from sqlmodel import Session, col

from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.audit import record
from estate_app.access.people import managers_with
from estate_app.access.permission import Permission
from estate_app.billing.models import BillStatus
from estate_app.billing.settlement import lock_bills, take_money
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.kit.money import format_yuan
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.service import Entry, post
from estate_app.notification.service import tell
from estate_app.payment.booking import CLEARING
from estate_app.payment.gateways.contract import ChannelRefund, RefundState
from estate_app.payment.models import Payment, PaymentItem, PaymentStatus, Refund, RefundStatus
from estate_app.payment.numbers import new_number

DEAD = (RefundStatus.failed, RefundStatus.rejected)
MAX_REASON = 200


def refund_surplus(uow: UnitOfWork, payment: Payment, amount_fen: int) -> Refund:
    """Ask the vendor to give back what was paid twice; the caller has locked the payment and posted what is due."""
    refund = _new(uow, payment, amount_fen, "paid twice", RefundStatus.requested)
    refund.is_automatic, refund.requested_at, refund.next_try_at = True, uow.now, uow.now
    uow.flush()
    record(uow, SYSTEM, "refund:automatic", "refund", refund.id or 0, after={"payment": payment.number, "amount_fen": amount_fen})
    tell(
        uow,
        [payment.payer_id],
        event="refunding",
        title=msg("Paid twice: ¥{amount} comes back", amount=format_yuan(amount_fen)),
        body=msg("These bills were paid already. The amount goes back to where it came from."),
        link=f"/pay/{payment.id}/result",
        dedupe=f"refunding:{refund.id}",
    )
    return refund


def propose_refund(uow: UnitOfWork, actor: Actor, *, payment_id: int, amount_fen: int, reason: str) -> Refund:
    """Propose to give back a part or all of an online payment; another manager must approve it.

    Raises:
        ConflictError: the payment has no money to give back.
        InvalidError: the amount is not above zero, exceeds what is left, or the reason is missing.
    """
    actor.require(Permission.refunds_request)
    payment = _payment(uow, actor, payment_id, Permission.refunds_request)
    if payment.status is not PaymentStatus.paid or not payment.channel.is_online:
        raise ConflictError(msg("Only an online payment that has come in can be refunded"))
    if not reason.strip() or len(reason) > MAX_REASON:
        raise InvalidError(msg("Give a reason of at most {count} characters", count=MAX_REASON), field="reason")
    left = payment.amount_fen - refunded_fen(uow.session, payment_id)
    if not 0 < amount_fen <= left:
        raise InvalidError(msg("Between ¥0.01 and ¥{amount} can be refunded", amount=format_yuan(left)), field="amount")
    refund = _new(uow, payment, amount_fen, reason.strip(), RefundStatus.proposed)
    refund.proposed_by = actor.account_id
    uow.flush()
    fact: dict[str, object] = {"payment": payment.number, "amount_fen": amount_fen, "reason": reason.strip()}
    record(uow, actor, "refund:propose", "refund", refund.id or 0, after=fact)
    return refund


def approve_refund(uow: UnitOfWork, actor: Actor, *, refund_id: int) -> Refund:
    """Approve another's proposal: the money leaves the bills, latest first, and the vendor is asked to give it back."""
    payment, refund = _proposal(uow, actor, refund_id)
    if refund.proposed_by == actor.account_id:
        raise ConflictError(msg("Who proposes a refund cannot approve it"))
    ids = list(uow.session.scalars(select(col(PaymentItem.bill_id)).where(col(PaymentItem.payment_id) == payment.id)))
    bills = {bill.id: bill for bill in lock_bills(uow, ids)}
    items = uow.session.scalars(
        select(PaymentItem).where(col(PaymentItem.payment_id) == payment.id).order_by(col(PaymentItem.bill_id).desc())
    )
    left = refund.amount_fen
    taken: dict[int, int] = {}
    for item in items:
        bill = bills[item.bill_id]
        share = 0 if bill.status is BillStatus.void else min(left, item.amount_fen, bill.paid_fen)
        if share:
            taken[bill.id] = share
            left -= share
    if left:
        raise ConflictError(
            msg("The bills no longer hold this money; refund at most ¥{amount}", amount=format_yuan(refund.amount_fen - left))
        )
    take_money(uow, actor, taken, cause=refund.number)
    lines = [Entry(LedgerAccount.receivable, fen, payment.estate_id, bills[bill_id].room_id) for bill_id, fen in taken.items()]
    lines.append(Entry(LedgerAccount.refund_due, -refund.amount_fen, payment.estate_id))
    post(uow, actor, kind=JournalKind.refund, subject="refund", subject_id=refund_id, lines=lines, memo=refund.number)
    refund.status, refund.decided_by = RefundStatus.requested, actor.account_id
    refund.requested_at, refund.next_try_at = uow.now, uow.now
    record(uow, actor, "refund:approve", "refund", refund_id, before={"status": "proposed"}, after={"status": "requested"})
    uow.notify(f"payment:{payment.id}")
    return refund


def reject_refund(uow: UnitOfWork, actor: Actor, *, refund_id: int) -> Refund:
    """Reject a proposal; nothing moves."""
    _, refund = _proposal(uow, actor, refund_id)
    refund.status, refund.decided_by = RefundStatus.rejected, actor.account_id
    record(uow, actor, "refund:reject", "refund", refund_id, before={"status": "proposed"}, after={"status": "rejected"})
    return refund


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
        _finish(uow, payment, refund)
    elif answer.state is RefundState.processing:
        refund.status = RefundStatus.processing
    return refund


def refunded_fen(session: Session, payment_id: int) -> int:
    """What is given back of a payment or on its way, in fen; failed and rejected refunds do not count."""
    total = session.scalar(
        select(func.coalesce(func.sum(col(Refund.amount_fen)), 0)).where(
            col(Refund.payment_id) == payment_id, col(Refund.status).not_in(DEAD)
        )
    )
    return int(total or 0)


def _new(uow: UnitOfWork, payment: Payment, amount_fen: int, reason: str, status: RefundStatus) -> Refund:
    if refunded_fen(uow.session, payment.id or 0) + amount_fen > payment.amount_fen:
        raise ValueError(f"refunds of payment {payment.number} would exceed what was paid")
    refund = Refund(
        number=new_number("TK", uow.now),
        payment_id=payment.id or 0,
        amount_fen=amount_fen,
        status=status,
        reason=reason,
        created_at=uow.now,
    )
    uow.session.add(refund)
    return refund


def _payment(uow: UnitOfWork, actor: Actor, payment_id: int, permission: Permission) -> Payment:
    payment = uow.session.get(Payment, payment_id, with_for_update=True, populate_existing=True)
    if payment is None or not actor.scope(permission).covers(estate_id=payment.estate_id):
        raise NotFoundError
    return payment


def _proposal(uow: UnitOfWork, actor: Actor, refund_id: int) -> tuple[Payment, Refund]:
    actor.require(Permission.refunds_approve)
    payment_id = uow.session.scalar(select(col(Refund.payment_id)).where(col(Refund.id) == refund_id))
    if payment_id is None:
        raise NotFoundError
    payment = _payment(uow, actor, payment_id, Permission.refunds_approve)
    refund = uow.session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
    if refund.status is not RefundStatus.proposed:
        raise ConflictError(msg("This refund is decided already"))
    return payment, refund


def _finish(uow: UnitOfWork, payment: Payment, refund: Refund) -> None:
    lines = (
        Entry(LedgerAccount.refund_due, refund.amount_fen, payment.estate_id),
        Entry(CLEARING[payment.channel], -refund.amount_fen, payment.estate_id),
    )
    post(uow, SYSTEM, kind=JournalKind.refund, subject="refund", subject_id=refund.id or 0, lines=lines, memo=refund.number)
    refund.status, refund.done_at, refund.next_try_at = RefundStatus.done, uow.now, None
    record(uow, SYSTEM, "refund:done", "refund", refund.id or 0, after={"refund_id": refund.refund_id})
    tell(
        uow,
        [payment.payer_id],
        event="refunded",
        title=msg("¥{amount} was refunded", amount=format_yuan(refund.amount_fen)),
        body=msg("It went back to where the payment {number} came from.", number=payment.number),
        link=f"/pay/{payment.id}/result",
        dedupe=f"refunded:{refund.id}",
    )
    uow.notify(f"payment:{payment.id}")


def _fail(uow: UnitOfWork, payment: Payment, refund: Refund, reason: str) -> None:
    """A refund that the vendor cannot make stays owed to the payer; finance must act."""
    refund.status, refund.next_try_at = RefundStatus.failed, None
    record(uow, SYSTEM, "refund:failed", "refund", refund.id or 0, after={"reason": reason})
    tell(
        uow,
        managers_with(uow.session, Permission.refunds_approve, estate_id=payment.estate_id),
        event="refund_failed",
        title=msg("A refund failed"),
        body=msg("¥{amount} of payment {number}: {reason}", amount=format_yuan(refund.amount_fen), number=payment.number, reason=reason),
        link="/manage/reconciliation",
        urgent=True,
        dedupe=f"refund_failed:{refund.id}",
    )
    uow.notify(f"payment:{payment.id}")
