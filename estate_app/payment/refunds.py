"""Refunds: automatic ones of what was paid twice, and those that one manager proposes and another approves.

What a refund gives back is written down by bill, so that a second one never takes what another payment has brought. Money that
came through a vendor goes back through it, money of the counter is handed out there, money of a balance returns to it.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlmodel import col

from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.access.second_factor import ensure_fresh
from estate_app.billing.settlement import lock_bills, take_money
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.kit.money import format_yuan
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.service import Entry, post
from estate_app.notification.service import tell
from estate_app.payment.booking import ACCOUNTS, CLEARING
from estate_app.payment.channel import Channel, Means
from estate_app.payment.day_close import counter_day
from estate_app.payment.models import Payment, PaymentStatus, Refund, RefundItem, RefundStatus
from estate_app.payment.numbers import new_number
from estate_app.payment.refund_outcome import finish_refund
from estate_app.payment.refund_sources import find_source, refunded_fen

MAX_REASON = 200
MAX_VOUCHER = 60


def refund_surplus(uow: UnitOfWork, payment: Payment, surplus: Mapping[int, int]) -> Refund:
    """Ask the vendor to give back what was paid twice, by bill; the caller has locked the payment and posted what is due."""
    amount_fen = sum(surplus.values())
    refund = _new(uow, payment, amount_fen, "paid twice", RefundStatus.requested)
    refund.is_automatic, refund.requested_at, refund.next_try_at = True, uow.now, uow.now
    uow.flush()
    _keep_items(uow, refund, surplus)
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
    """Propose to give back a part or all of a payment; another manager must approve it.

    Raises:
        ConflictError: the payment has no money to give back.
        InvalidError: the amount is not above zero, exceeds what is left, or the reason is missing.
    """
    actor.require(Permission.refunds_request)
    payment = _payment(uow, actor, payment_id, Permission.refunds_request)
    ensure_fresh(uow, actor)
    if payment.status is not PaymentStatus.paid:
        raise ConflictError(msg("Only a payment that has come in can be refunded"))
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
    """Approve another's proposal: the money leaves the balance that the payment filled and its bills, latest first.

    Then the vendor is asked to give it back, or the counter hands it out; what a balance paid is on that balance again at once.
    """
    payment, refund = _proposal(uow, actor, refund_id)
    ensure_fresh(uow, actor)
    if refund.proposed_by == actor.account_id:
        raise ConflictError(msg("Who proposes a refund cannot approve it"))
    _take_back(uow, actor, payment, refund)
    refund.status, refund.decided_by, refund.requested_at = RefundStatus.requested, actor.account_id, uow.now
    refund.next_try_at = uow.now if payment.channel.is_online else None
    record(uow, actor, "refund:approve", "refund", refund_id, before={"status": "proposed"}, after={"status": "requested"})
    if payment.channel is Channel.balance:
        finish_refund(uow, actor, payment, refund, LedgerAccount.prepaid, room_id=payment.room_id)
    uow.notify(f"payment:{payment.id}")
    uow.notify(f"bill:{payment.room_id}")
    uow.notify(f"till:{payment.estate_id}")
    return refund


def reverse_payment(uow: UnitOfWork, actor: Actor, payment: Payment, *, amount_fen: int, reason: str, proposed_by: int | None) -> Refund:
    """Book that the channel does not hold a part or all of a locked payment: its bills ask for it again, its receipt is reversed.

    Two persons have decided it, in reconciliation. It counts as a refund that no vendor is asked for.

    Raises:
        ConflictError: the payment or its bills no longer hold this money.
    """
    left = payment.amount_fen - refunded_fen(uow.session, payment.id or 0)
    if payment.status is not PaymentStatus.paid or not 0 < amount_fen <= left:
        raise ConflictError(msg("The payment no longer holds this money; look at its refunds"))
    refund = _new(uow, payment, amount_fen, reason, RefundStatus.requested)
    refund.is_outside, refund.proposed_by, refund.decided_by, refund.requested_at = True, proposed_by, actor.account_id, uow.now
    uow.flush()
    _take_back(uow, actor, payment, refund)
    finish_refund(uow, actor, payment, refund, CLEARING[payment.channel])
    uow.notify(f"bill:{payment.room_id}")
    return refund


def hand_out(uow: UnitOfWork, actor: Actor, *, refund_id: int, means: Means, voucher: str = "") -> Refund:
    """Hand an approved refund out at the counter: one of the counter's own payments, or one that a vendor could not make.

    Raises:
        ConflictError: it is not approved, is out already, or its vendor is still at it.
        InvalidError: a transfer without its number.
    """
    actor.require(Permission.cashier)
    payment_id = uow.session.scalar(select(col(Refund.payment_id)).where(col(Refund.id) == refund_id))
    if payment_id is None:
        raise NotFoundError
    payment = _payment(uow, actor, payment_id, Permission.cashier)
    refund = uow.session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
    waits = RefundStatus.failed if payment.channel.is_online else RefundStatus.requested
    if refund.status is not waits:
        raise ConflictError(msg("This refund does not wait at the counter"))
    slip = voucher.strip()
    if means is not Means.cash and not 0 < len(slip) <= MAX_VOUCHER:
        raise InvalidError(msg("Write the number of the transfer back"), field="voucher")
    refund.voucher, refund.is_outside = "" if means is Means.cash else slip, payment.channel.is_online
    day = counter_day(uow, actor.id, payment.estate_id)
    finish_refund(uow, actor, payment, refund, ACCOUNTS[means], business_on=day)
    uow.notify(f"till:{payment.estate_id}")
    return refund


def reject_refund(uow: UnitOfWork, actor: Actor, *, refund_id: int) -> Refund:
    """Reject a proposal; nothing moves."""
    _, refund = _proposal(uow, actor, refund_id)
    refund.status, refund.decided_by = RefundStatus.rejected, actor.account_id
    record(uow, actor, "refund:reject", "refund", refund_id, before={"status": "proposed"}, after={"status": "rejected"})
    return refund


def _take_back(uow: UnitOfWork, actor: Actor, payment: Payment, refund: Refund) -> None:
    """Take a refund's money off the balance that its payment filled and off its bills, latest first, and owe it to the payer."""
    source = find_source(uow, payment, refund.amount_fen)
    if source.left:
        free = format_yuan(refund.amount_fen - source.left)
        raise ConflictError(msg("The bills no longer hold this money; refund at most ¥{amount}", amount=free))
    _keep_items(uow, refund, source.bills | source.voided)
    refund.prepaid_fen = source.prepaid_fen
    bills = {bill.id: bill for bill in lock_bills(uow, source.bills)}
    take_money(uow, actor, source.bills, cause=refund.number)
    lines = [Entry(LedgerAccount.receivable, fen, payment.estate_id, bills[bill_id].room_id) for bill_id, fen in source.bills.items()]
    lines += [Entry(LedgerAccount.prepaid, fen, payment.estate_id, room_id) for room_id, fen in source.rooms.items()]
    lines.append(Entry(LedgerAccount.refund_due, -refund.amount_fen, payment.estate_id))
    post(uow, actor, kind=JournalKind.refund, subject="refund", subject_id=refund.id or 0, lines=lines, memo=refund.number)


def _keep_items(uow: UnitOfWork, refund: Refund, shares: Mapping[int, int]) -> None:
    uow.session.add_all(RefundItem(refund_id=refund.id or 0, bill_id=bill_id, amount_fen=fen) for bill_id, fen in shares.items())
    uow.flush()


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
