"""Payments that no vendor decides: at the counter, and from a room's prepaid balance. They are booked at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, text
from sqlmodel import col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.settlement import LockedBill, lock_payable
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.crypto import digest
from estate_app.kit.i18n import msg
from estate_app.kit.money import format_yuan
from estate_app.payment.allocation import Plan, plan_payment
from estate_app.payment.balance import MIN_TOP_UP_FEN, Spot, check_top_up, pay_from
from estate_app.payment.booking import ACCOUNTS, Split, book
from estate_app.payment.channel import Channel, Means
from estate_app.payment.day_close import counter_day
from estate_app.payment.models import Payment
from estate_app.payment.service import (
    HasRoom,
    ensure_payable,
    known_payment,
    live_payment,
    new_payment,
    refuse_live,
    wanted_bills,
    with_late_fees,
)
from estate_app.property.places import room_place

MAX_VOUCHER = 60
MAX_TENDERED_FEN = 10**9


@dataclass(frozen=True, slots=True)
class Handover:
    """How money is handed over: cash with what was given, or a transfer or card with its voucher; and the name for the receipt."""

    means: Means
    tendered_fen: int | None = None
    voucher: str = ""
    payer_name: str = ""


def collect_at_counter(  # noqa: PLR0913 -- what is taken over the counter, and by whose right
    uow: UnitOfWork,
    actor: Actor,
    *,
    bill_ids: Collection[int],
    means: Means,
    idempotency_key: str,
    tendered_fen: int | None = None,
    voucher: str = "",
    payer_name: str = "",
    amount_fen: int | None = None,
    permission: Permission = Permission.cashier,
    paid_at: datetime | None = None,
) -> Payment:
    """Take money for bills at the counter: cash with change (`tendered_fen` less the amount), or a transfer or card with its voucher.

    Without an amount everything is paid that the bills ask for. Less is put on them in the estate's written order; what is
    beyond them goes to the room's balance. Finance takes transfers that have arrived at the bank with its own `permission`, and
    `paid_at` is when they arrived: late fees end with that day.

    Raises:
        ConflictError: the voucher was used, a bill asks for no money, or somebody is paying it online.
        InvalidError: too little cash, no voucher number, or more than is owed for bills of several rooms.
    """
    actor.require(permission)
    ids = wanted_bills(bill_ids)
    paid = Handover(means, tendered_fen, voucher.strip(), payer_name.strip())
    part = "" if amount_fen is None else f"|{amount_fen}"
    sha = digest(f"{ids}|counter|{means.value}|{paid.voucher}{part}")
    known = known_payment(uow, actor, idempotency_key, sha)
    if known is not None:
        return known
    _check_voucher(uow, means, paid.voucher)
    came_at = min(paid_at or uow.now, uow.now)
    bills = _lock(uow, actor, ids, permission, on=business_date(came_at))
    plan = plan_payment(uow.session, bills, amount_fen, may_exceed=True)
    if plan.prepaid_fen:
        if len({bill.room_id for bill in bills}) > 1:
            raise InvalidError(msg("What is beyond the bills goes to one room's balance; take one room's bills at a time"), field="amount")
        check_top_up(max(plan.prepaid_fen, MIN_TOP_UP_FEN))  # small change may stay with the room
    return _take(uow, actor, bills[0], plan, bills, paid, key=idempotency_key, sha=sha, paid_at=came_at)


def top_up_at_counter(uow: UnitOfWork, actor: Actor, *, room_id: int, amount_fen: int, paid: Handover, idempotency_key: str) -> Payment:
    """Take money in advance for a room at the counter; it becomes the room's balance."""
    actor.require(Permission.cashier)
    place = room_place(uow.session, room_id)
    if place is None or not actor.scope(Permission.cashier).covers(estate_id=place.estate_id, building_id=place.building_id):
        raise NotFoundError
    sha = digest(f"top-up|{room_id}|{amount_fen}|counter|{paid.means.value}|{paid.voucher}")
    known = known_payment(uow, actor, idempotency_key, sha)
    if known is not None:
        return known
    check_top_up(amount_fen)
    _check_voucher(uow, paid.means, paid.voucher)
    return _take(uow, actor, Spot(place.estate_id, room_id), Plan(prepaid_fen=amount_fen), [], paid, key=idempotency_key, sha=sha)


def change_fen(payment: Payment) -> int:
    """What the cashier gives back of the cash that was handed over."""
    return payment.tendered_fen - payment.amount_fen if payment.tendered_fen is not None else 0


def pay_from_balance(
    uow: UnitOfWork, actor: Actor, *, bill_ids: Collection[int], idempotency_key: str, amount_fen: int | None = None
) -> Payment:
    """Pay bills of one room from that room's prepaid balance, which must cover them or the amount.

    Raises:
        ConflictError: the balance is too small, a bill asks for no money, or somebody is paying it.
        InvalidError: bills of several rooms.
    """
    actor.require(Permission.own_bills, Permission.cashier)
    ids = wanted_bills(bill_ids)
    part = "" if amount_fen is None else f"|{amount_fen}"
    sha = digest(f"{ids}|balance{part}")
    known = known_payment(uow, actor, idempotency_key, sha)
    if known is not None:
        return known
    bills = _lock(uow, actor, ids)
    if len({bill.room_id for bill in bills}) != 1:
        raise InvalidError(msg("A room's balance pays that room's bills only"), field="bill_ids")
    return pay_from(uow, actor, actor, bills, amount_fen=amount_fen, method="balance", key=idempotency_key, sha=sha)


def _lock(
    uow: UnitOfWork, actor: Actor, ids: list[int], permission: Permission = Permission.cashier, *, on: date | None = None
) -> list[LockedBill]:
    bills = lock_payable(uow, actor, with_late_fees(uow, actor, ids, on), permission)
    ensure_payable(uow.session, bills)
    live = live_payment(uow.session, [bill.id for bill in bills])
    if live is not None:
        raise refuse_live(live)
    return bills


def _take(
    uow: UnitOfWork,
    actor: Actor,
    place: HasRoom,
    plan: Plan,
    bills: list[LockedBill],
    paid: Handover,
    *,
    key: str,
    sha: str,
    paid_at: datetime | None = None,
) -> Payment:
    """Write and book what was handed over, on the business day that is open at this cashier's counter."""
    if paid.means is Means.cash:
        _check_cash(paid.tendered_fen, plan.amount_fen)
    payment = new_payment(uow, actor, place, plan, channel=Channel.counter, method=paid.means.value, key=key, sha=sha)
    payment.transaction_id = paid.voucher or None
    payment.tendered_fen = paid.tendered_fen if paid.means is Means.cash else None
    book(
        uow,
        actor,
        payment,
        split=Split(plan.items, {place.room_id: plan.prepaid_fen} if plan.prepaid_fen else {}),
        bills={bill.id: bill for bill in bills},
        account=ACCOUNTS[paid.means],
        paid_at=paid_at or uow.now,
        payer_name=paid.payer_name,
        business_on=counter_day(uow, actor.id, place.estate_id),
    )
    return payment


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
