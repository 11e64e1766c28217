"""Starts payments: idempotent, one live attempt over all channels, amounts computed from the locked bills and from nothing else."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Protocol

from sqlalchemy import select, text
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.billing.late_fees import post_late_fees
from estate_app.billing.models import BillStatus
from estate_app.billing.settlement import LockedBill, lock_payable
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.crypto import digest
from estate_app.kit.i18n import msg
from estate_app.payment.allocation import Plan, plan_payment
from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.gateway_registry import Merchant, merchant
from estate_app.payment.models import Payment, PaymentItem, PaymentStatus
from estate_app.payment.numbers import new_number
from estate_app.payment.stops import ensure_not_stopped
from estate_app.property.queries import estate_of

LIFE = timedelta(minutes=30)
FIRST_QUERY = timedelta(minutes=2)
MAX_BILLS = 100
MAX_KEY = 80


class HasRoom(Protocol):
    """What lies in a room of an estate: a bill, or the place itself."""

    @property
    def estate_id(self) -> int:
        """The estate."""

    @property
    def room_id(self) -> int:
        """The room."""


def start_payment(
    uow: UnitOfWork,
    actor: Actor,
    *,
    bill_ids: Collection[int],
    channel: Channel,
    method: PayWay,
    idempotency_key: str,
    openid: str | None = None,
    amount_fen: int | None = None,
) -> Payment:
    """Start paying some of one's bills; then, after the commit, `opening.open_payment` asks the vendor for its cashier.

    Without an amount everything is paid that they ask for; with one, as far as it goes in the estate's written order.
    The same key with the same request gives the same payment. Bills that are being paid in the same way by the same person
    give that payment; in any other way they are refused until it ends.

    Raises:
        ConflictError: the key was used for another request, or a bill is paid, void, disputed or being paid.
        InvalidError: no bill, bills of several estates, an amount beyond them, or a way of paying that the channel lacks.
        UnavailableError: the channel is not set up.
    """
    actor.require(Permission.own_bills)
    ids = wanted_bills(bill_ids)
    part = "" if amount_fen is None else f"|{amount_fen}"
    sha = digest(f"{ids}|{channel.value}|{method.value}{part}")
    known = known_payment(uow, actor, idempotency_key, sha)
    if known is not None:
        return known
    vendor = way_of(channel, method, openid)
    bills = lock_payable(uow, actor, with_late_fees(uow, actor, ids))
    ensure_payable(uow.session, bills, channel)
    plan = plan_payment(uow.session, bills, amount_fen)
    live = live_payment(uow.session, [bill.id for bill in bills])
    if live is not None:
        return _same_or_refuse(uow.session, live, actor, channel, method, plan)
    payment = new_payment(uow, actor, bills[0], plan, channel=channel, method=method.value, key=idempotency_key, sha=sha)
    return send_to_vendor(uow, actor, payment, vendor, openid)


def way_of(channel: Channel, method: PayWay, openid: str | None) -> Merchant:
    """The merchant of a channel that can be paid in this way."""
    vendor = merchant(channel)
    if method not in vendor.gateway.ways:
        raise InvalidError(msg("This channel cannot be paid in this way"), field="method")
    if method is PayWay.jsapi and not openid:
        raise InvalidError(msg("Please sign in through WeChat first"), field="openid")
    return vendor


def send_to_vendor(uow: UnitOfWork, actor: Actor, payment: Payment, vendor: Merchant, openid: str | None) -> Payment:
    """Leave a new payment for its vendor: it is opened after the commit, and asked for until its end is known."""
    payment.merchant_id, payment.openid = vendor.merchant_id, openid or ""
    payment.cashier = {"client_ip": actor.address}
    payment.next_query_at = uow.now + FIRST_QUERY
    record(uow, actor, "payment:start", "payment", payment.id or 0, after={"number": payment.number, "amount_fen": payment.amount_fen})
    uow.flush()
    return payment


def wanted_bills(bill_ids: Collection[int]) -> list[int]:
    """The bills that were asked for, once each, in the order of their ids."""
    ids = sorted(set(bill_ids))
    if not ids:
        raise InvalidError(msg("Choose at least one bill"), field="bill_ids")
    if len(ids) > MAX_BILLS:
        raise InvalidError(msg("Pay at most {count} bills at once", count=MAX_BILLS), field="bill_ids")
    return ids


def known_payment(uow: UnitOfWork, actor: Actor, key: str, sha: str) -> Payment | None:
    """The payment that this key has made; two requests with one key take turns."""
    if not key or len(key) > MAX_KEY:
        raise InvalidError(msg("The idempotency key has between 1 and {count} characters", count=MAX_KEY), field="idempotency_key")
    name = {"name": f"payment:{actor.id}:{key}"}
    uow.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), name)
    found = uow.session.scalar(select(Payment).where(col(Payment.payer_id) == actor.id, col(Payment.idempotency_key) == key))
    if found is not None and found.request_sha != sha:
        raise ConflictError(msg("This request was made before with other content"))
    return found


def with_late_fees(uow: UnitOfWork, actor: Actor, bill_ids: Collection[int], on: date | None = None) -> list[int]:
    """Bills together with their late fees up to the day on which they are paid (today when none is given), which are charged now.

    Who pays late pays both, or a part by the written order.
    """
    return sorted({*bill_ids, *post_late_fees(uow, actor, bill_ids, on or business_date(uow.now))})


def ensure_payable(session: Session, bills: Sequence[LockedBill], channel: Channel | None = None) -> None:
    """Refuse bills that do not ask for money, that belong to several estates, or that a stop of payments meets."""
    refusals = {
        BillStatus.paid: msg("A bill among these is paid already"),
        BillStatus.void: msg("A bill among these was withdrawn"),
        BillStatus.disputed: msg("A bill among these is disputed and cannot be paid until that is settled"),
    }
    for bill in bills:
        if bill.status in refusals:
            raise ConflictError(refusals[bill.status])
    estates = {bill.estate_id for bill in bills}
    if len(estates) != 1:
        raise InvalidError(msg("Pay the bills of one estate at a time"), field="bill_ids")
    if estate_of(session, estates.pop()).is_collection_paused:
        raise ConflictError(msg("This estate takes no payments at the moment"))
    ensure_not_stopped(session, bills, channel)


def live_payment(session: Session, bill_ids: Collection[int]) -> Payment | None:
    """A payment of any of these bills whose end nobody knows yet; the bills are locked by the caller."""
    return session.scalar(
        select(Payment)
        .join(PaymentItem, col(PaymentItem.payment_id) == col(Payment.id))
        .where(col(PaymentItem.bill_id).in_(bill_ids), col(Payment.status) == PaymentStatus.pending)
        .order_by(col(Payment.id))
        .limit(1)
    )


def pending_bills(session: Session, bill_ids: Collection[int]) -> set[int]:
    """Those of some bills that a payment is about to pay; the bills are locked by the caller."""
    statement = (
        select(col(PaymentItem.bill_id))
        .join(Payment, col(Payment.id) == col(PaymentItem.payment_id))
        .where(col(PaymentItem.bill_id).in_(bill_ids), col(Payment.status) == PaymentStatus.pending)
    )
    return set(session.scalars(statement))


def new_payment(uow: UnitOfWork, actor: Actor, place: HasRoom, plan: Plan, *, channel: Channel, method: str, key: str, sha: str) -> Payment:
    """Write a payment as it is planned; `place` is a bill or a room of the estate."""
    payment = Payment(
        number=new_number("ZF", uow.now),
        payer_id=actor.id,
        estate_id=place.estate_id,
        room_id=place.room_id,
        channel=channel,
        method=method,
        amount_fen=plan.amount_fen,
        prepaid_fen=plan.prepaid_fen,
        created_at=uow.now,
        expires_at=uow.now + LIFE,
        idempotency_key=key,
        request_sha=sha,
    )
    uow.session.add(payment)
    uow.flush()
    key_id = payment.id or 0
    uow.session.add_all(PaymentItem(payment_id=key_id, bill_id=bill_id, amount_fen=fen) for bill_id, fen in plan.items.items())
    uow.flush()
    return payment


def refuse_live(live: Payment) -> ConflictError:
    """The refusal of bills that another payment is about to pay."""
    return ConflictError(msg("A bill among these is being paid by payment {number}; finish or cancel that one first", number=live.number))


def _same_or_refuse(session: Session, live: Payment, actor: Actor, channel: Channel, method: PayWay, plan: Plan) -> Payment:
    items = select(col(PaymentItem.bill_id), col(PaymentItem.amount_fen)).where(col(PaymentItem.payment_id) == live.id)
    is_same = live.payer_id == actor.id and live.channel is channel and live.method == method.value
    if not is_same or dict(session.execute(items).all()) != dict(plan.items):
        raise refuse_live(live)
    return live
