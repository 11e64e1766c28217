"""The rooms' prepaid balances (预存): topped up through any channel, spent on the room's bills, by itself where the resident wants it.

The amount is the ledger's alone. Whoever spends it first locks the room's row, after the bills, so that it is spent once.
"""

from dataclasses import dataclass
from datetime import date, datetime

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.audit import record
from estate_app.access.models import Account
from estate_app.access.permission import Permission, Role
from estate_app.billing.settlement import LockedBill, lock_bills, open_bill_ids, rooms_with_open_bills
from estate_app.db import UnitOfWork, unit_of_work
from estate_app.errors import ConflictError, EstateError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.crypto import digest
from estate_app.kit.i18n import msg
from estate_app.kit.money import format_yuan
from estate_app.kit.pagination import Page, PageRequest
from estate_app.ledger.models import LedgerAccount
from estate_app.ledger.queries import Movement, prepaid_movements, room_prepaid, rooms_with_prepaid
from estate_app.payment.allocation import Plan, plan_payment
from estate_app.payment.booking import Split, book
from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.desk_models import RoomBalance
from estate_app.payment.models import Payment
from estate_app.payment.service import ensure_payable, known_payment, new_payment, pending_bills, send_to_vendor, way_of, with_late_fees
from estate_app.property.places import room_place
from estate_app.property.queries import estate_of, own_room

log = structlog.get_logger(__name__)
MIN_TOP_UP_FEN = 100
MAX_TOP_UP_FEN = 5_000_000


@dataclass(frozen=True, slots=True)
class BalanceView:
    """What a room has paid in advance, in fen, and whether its bills are paid from it by themselves (`by_name` wants it so)."""

    room_id: int
    amount_fen: int
    is_automatic: bool
    by_name: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Spot:
    """A room of an estate."""

    estate_id: int
    room_id: int


def start_top_up(
    uow: UnitOfWork,
    actor: Actor,
    *,
    room_id: int,
    amount_fen: int,
    channel: Channel,
    method: PayWay,
    idempotency_key: str,
    openid: str | None = None,
) -> Payment:
    """Start paying money in advance for one of one's rooms; the vendor is asked after the commit, as for bills.

    Raises:
        InvalidError: less than one yuan or more than 50,000.
    """
    actor.require(Permission.own_bills)
    room = own_room(uow.session, actor, room_id, _today(uow), sees_repairs=False)
    sha = digest(f"top-up|{room_id}|{amount_fen}|{channel.value}|{method.value}")
    known = known_payment(uow, actor, idempotency_key, sha)
    if known is not None:
        return known
    check_top_up(amount_fen)
    vendor = way_of(channel, method, openid)
    if estate_of(uow.session, room.estate_id).is_collection_paused:
        raise ConflictError(msg("This estate takes no payments at the moment"))
    plan, place = Plan(prepaid_fen=amount_fen), Spot(room.estate_id, room_id)
    payment = new_payment(uow, actor, place, plan, channel=channel, method=method.value, key=idempotency_key, sha=sha)
    return send_to_vendor(uow, actor, payment, vendor, openid)


def check_top_up(amount_fen: int, *, field: str = "amount") -> None:
    """Refuse an amount that nobody pays in advance."""
    if not MIN_TOP_UP_FEN <= amount_fen <= MAX_TOP_UP_FEN:
        limits = {"least": format_yuan(MIN_TOP_UP_FEN), "most": format_yuan(MAX_TOP_UP_FEN)}
        raise InvalidError(msg("Pay in advance between ¥{least} and ¥{most}", **limits), field=field)


def set_automatic(uow: UnitOfWork, actor: Actor, *, room_id: int, is_on: bool) -> Payment | None:
    """Let the balance of one's room pay its bills by itself, or stop it; switched on, it pays at once what it can."""
    actor.require(Permission.own_bills)
    room = own_room(uow.session, actor, room_id, _today(uow), sees_repairs=False)
    _open_row(uow, room_id, room.estate_id)
    row = uow.session.get_one(RoomBalance, room_id, with_for_update=True, populate_existing=True)
    if row.is_automatic == is_on:
        return None
    row.is_automatic, row.account_id, row.changed_at = is_on, actor.id if is_on else None, uow.now
    record(uow, actor, "balance:automatic", "room", room_id, before={"is_on": not is_on}, after={"is_on": is_on})
    uow.flush()
    uow.notify(f"bill:{room_id}")
    return deduct_room(uow, room_id) if is_on else None


def hold_balance(uow: UnitOfWork, room_id: int, estate_id: int) -> int:
    """Lock a room's balance until the transaction ends and return it, in fen. Bills are locked before, balances by room."""
    _open_row(uow, room_id, estate_id)
    uow.session.execute(select(col(RoomBalance.room_id)).where(col(RoomBalance.room_id) == room_id).with_for_update())
    return room_prepaid(uow.session, room_id)


def pay_from(
    uow: UnitOfWork, actor: Actor, payer: Actor, bills: list[LockedBill], *, amount_fen: int | None, method: str, key: str, sha: str
) -> Payment:
    """Pay locked bills of one room from its balance, which is locked here; `payer` is in whose name.

    Raises:
        ConflictError: the balance does not hold the amount.
    """
    first = bills[0]
    plan = plan_payment(uow.session, bills, amount_fen)
    balance = hold_balance(uow, first.room_id, first.estate_id)
    if balance < plan.amount_fen:
        told = {"balance": format_yuan(balance), "total": format_yuan(plan.amount_fen)}
        raise ConflictError(msg("The balance of ¥{balance} does not cover ¥{total}", **told))
    payment = new_payment(uow, payer, first, plan, channel=Channel.balance, method=method, key=key, sha=sha)
    by_id = {bill.id: bill for bill in bills}
    book(uow, actor, payment, split=Split(plan.items), bills=by_id, account=LedgerAccount.prepaid, paid_at=uow.now)
    return payment


def deduct_room(uow: UnitOfWork, room_id: int) -> Payment | None:
    """Pay a room's open bills from its balance as far as it goes, the oldest first, if a resident wants that; None: nothing to do.

    A bill that is being paid online is left to that payment. Two callers take turns at the bills' rows, so that nothing is
    paid twice.
    """
    row = uow.session.get(RoomBalance, room_id, populate_existing=True)
    if row is None or not row.is_automatic or row.account_id is None or room_prepaid(uow.session, room_id) <= 0:
        return None
    ids = with_late_fees(uow, SYSTEM, open_bill_ids(uow.session, room_id))
    bills = [bill for bill in lock_bills(uow, ids) if bill.status.is_open and bill.owed_fen]
    busy = pending_bills(uow.session, [bill.id for bill in bills])
    bills = [bill for bill in bills if bill.id not in busy]
    balance = hold_balance(uow, room_id, row.estate_id) if bills else 0
    if balance <= 0:
        return None
    ensure_payable(uow.session, bills)
    account = uow.session.get_one(Account, row.account_id)
    payer = Actor(row.account_id, account.name, Role.resident)
    amount = min(balance, sum(bill.owed_fen for bill in bills))
    key = f"auto:{room_id}:{min(bill.id for bill in bills)}:{uow.now.timestamp():.6f}"
    return pay_from(uow, SYSTEM, payer, bills, amount_fen=amount, method="automatic", key=key, sha=digest(key))


def deduct_due(now: datetime | None = None) -> int:
    """Pay from the balances of all rooms that want it and have open bills; returns how many payments were made.

    Each room is a transaction of its own: what is refused there (an estate that takes no payments) holds up no other.
    """
    with unit_of_work(now) as uow:
        wanted = list(uow.session.scalars(select(col(RoomBalance.room_id)).where(col(RoomBalance.is_automatic))))
        rooms = rooms_with_open_bills(uow.session, rooms_with_prepaid(uow.session, wanted))
    made = 0
    for room_id in rooms:
        try:
            with unit_of_work(now) as uow:
                made += deduct_room(uow, room_id) is not None
        except EstateError as error:
            log.warning("not_deducted", room_id=room_id, reason=str(error.message))
    return made


def balance_view(session: Session, actor: Actor, *, room_id: int, on: date) -> BalanceView:
    """The balance of a room, for its people and for managers of its place; a stranger gets a 404."""
    _ensure_visible(session, actor, room_id, on)
    row = session.get(RoomBalance, room_id)
    person = session.get(Account, row.account_id) if row and row.account_id else None
    return BalanceView(
        room_id=room_id,
        amount_fen=room_prepaid(session, room_id),
        is_automatic=row is not None and row.is_automatic,
        by_name=person.name if person else "",
        since=row.changed_at if row else None,
    )


def balance_movements(session: Session, actor: Actor, *, room_id: int, on: date, page: PageRequest) -> Page[Movement]:
    """One page of what came onto a room's balance and left it, newest first; a stranger gets a 404."""
    _ensure_visible(session, actor, room_id, on)
    return prepaid_movements(session, room_id, page)


def _ensure_visible(session: Session, actor: Actor, room_id: int, on: date) -> None:
    actor.require(Permission.own_bills, Permission.payments_read)
    if actor.role is Role.resident:
        own_room(session, actor, room_id, on, sees_repairs=False)
        return
    place = room_place(session, room_id)
    scope = actor.scope(Permission.payments_read)
    if place is None or not scope.covers(estate_id=place.estate_id, building_id=place.building_id):
        raise NotFoundError


def _open_row(uow: UnitOfWork, room_id: int, estate_id: int) -> None:
    uow.session.execute(insert(RoomBalance).values(room_id=room_id, estate_id=estate_id, is_automatic=False).on_conflict_do_nothing())


def _today(uow: UnitOfWork) -> date:
    return business_date(uow.now)
