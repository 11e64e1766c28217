"""Money, or a claim of it, that does not fit: held with an alarm to finance until a person resolves it. Bills are never touched."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.audit import record
from estate_app.access.people import managers_anywhere, managers_with
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import format_yuan
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.service import Entry, post
from estate_app.notification.service import tell
from estate_app.payment.booking import CLEARING
from estate_app.payment.channel import Channel
from estate_app.payment.models import Payment, PaymentStatus, Suspense

MAX_NOTE = 200
REASONS: Mapping[str, Message] = {
    "unknown_order": msg("no such payment"),
    "wrong_merchant": msg("another merchant"),
    "wrong_app": msg("another app of ours"),
    "wrong_currency": msg("another currency"),
    "wrong_amount": msg("another amount"),
    "no_transaction": msg("no transaction number"),
    "second_transaction": msg("a second transaction for a paid payment"),
    "transaction_used": msg("a transaction that paid another payment"),
    "from_statement": msg("found in the channel's statement"),
}
"""Why a claim does not fit, by the short word that is kept."""


class Resolution(StrEnum):
    """What becomes of held money: the room's balance, given back at the vendor's own desk, or nothing to book."""

    prepaid = "prepaid"
    returned = "returned"
    noted = "noted"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a vendor says has been paid; `source` is callback, query or statement."""

    channel: Channel
    number: str
    transaction_id: str
    amount_fen: int
    currency: str
    merchant: str
    source: str
    message_id: int | None = None


def hold(uow: UnitOfWork, payment: Payment | None, claim: Claim, *, reason: str, is_money: bool) -> None:
    """Hold a claim once, however often it is told. `is_money`: it is ours and has come, so the ledger shows it as owed to somebody."""
    is_booked = is_money and payment is not None and claim.amount_fen > 0
    held = _keep(uow, payment, claim, reason, is_booked=is_booked)
    if payment is not None and payment.status is PaymentStatus.pending:
        payment.next_query_at = None  # a person decides now; asking again would bring the same answer
    if held is None:
        return
    if payment is not None and is_booked:
        lines = (
            Entry(CLEARING[payment.channel], claim.amount_fen, payment.estate_id),
            Entry(LedgerAccount.suspense, -claim.amount_fen, payment.estate_id, payment.room_id),
        )
        post(uow, SYSTEM, kind=JournalKind.suspense, subject="suspense", subject_id=held, lines=lines, memo=reason)
    fact: dict[str, object] = {
        "order": claim.number,
        "transaction": claim.transaction_id,
        "amount_fen": claim.amount_fen,
        "reason": reason,
    }
    record(uow, SYSTEM, "payment:hold", "suspense", held, after=fact)
    amount = format_yuan(claim.amount_fen)
    # Money of an order that nobody knows may be any estate's: everybody who reconciles is told.
    told = managers_with(uow.session, Permission.reconcile, estate_id=payment.estate_id) if payment else None
    tell(
        uow,
        managers_anywhere(uow.session, Permission.reconcile) if told is None else told,
        event="suspense",
        title=msg("Money that does not fit"),
        body=msg("¥{amount} for {number}: {reason}", amount=amount, number=claim.number, reason=REASONS[reason]),
        link="/manage/reconciliation",
        urgent=True,
        dedupe=f"suspense:{held}",
    )


def _keep(uow: UnitOfWork, payment: Payment | None, claim: Claim, reason: str, *, is_booked: bool) -> int | None:
    """Write a held claim; None when it is held already."""
    statement = insert(Suspense).values(
        source=claim.source,
        message_id=claim.message_id,
        payment_id=payment.id if payment else None,
        order_number=claim.number[:40],
        transaction_id=claim.transaction_id[:64],
        amount_fen=claim.amount_fen,
        is_booked=is_booked,
        reason=reason,
        at=uow.now,
        resolution="",
    )
    return uow.session.scalar(statement.on_conflict_do_nothing().returning(col(Suspense.id)))


def resolve(uow: UnitOfWork, actor: Actor, *, suspense_id: int, resolution: Resolution, note: str) -> Suspense:
    """Decide what becomes of a held claim, with a reason; its payment ends, so that the bills can be paid again.

    Raises:
        ConflictError: it is resolved already.
        InvalidError: money was booked and cannot only be noted, or none was booked and none can be moved.
    """
    actor.require(Permission.reconcile)
    held = uow.session.get(Suspense, suspense_id, with_for_update=True, populate_existing=True)
    if held is None:
        raise NotFoundError
    payment = uow.session.get(Payment, held.payment_id, with_for_update=True) if held.payment_id else None
    if not actor.scope(Permission.reconcile).covers(estate_id=payment.estate_id if payment else None):
        raise NotFoundError
    if held.resolved_at is not None:
        raise ConflictError(msg("This is resolved already"))
    if not note.strip() or len(note) > MAX_NOTE:
        raise InvalidError(msg("Give a reason of at most {count} characters", count=MAX_NOTE), field="note")
    if held.is_booked != (resolution is not Resolution.noted):
        raise InvalidError(msg("Booked money goes to the room or back; a mere claim is only noted"), field="resolution")
    if payment is not None and held.is_booked:
        into = LedgerAccount.prepaid if resolution is Resolution.prepaid else CLEARING[payment.channel]
        lines = (
            Entry(LedgerAccount.suspense, held.amount_fen, payment.estate_id, payment.room_id),
            Entry(into, -held.amount_fen, payment.estate_id, payment.room_id if into is LedgerAccount.prepaid else None),
        )
        post(uow, actor, kind=JournalKind.suspense, subject="suspense", subject_id=suspense_id, lines=lines, memo=note.strip())
    if payment is not None and payment.status is PaymentStatus.pending:
        payment.status, payment.closed_at, payment.fail_reason = PaymentStatus.closed, uow.now, held.reason
        uow.notify(f"payment:{payment.id}")
    held.resolved_at, held.resolved_by, held.resolution = uow.now, actor.account_id, f"{resolution.value}: {note.strip()}"[:200]
    record(uow, actor, "suspense:resolve", "suspense", suspense_id, after={"resolution": resolution.value, "note": note.strip()})
    return held
