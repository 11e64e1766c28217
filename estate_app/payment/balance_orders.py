"""What two persons do to a room's balance: bring it forward from the books before, or pay it out at the counter.

One proposes with a reason, another decides. An approved payout leaves the balance at once, so that nothing else spends it, and is
owed to the resident until a cashier hands it out.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.directory import people
from estate_app.access.people import managers_with
from estate_app.access.permission import Permission
from estate_app.access.second_factor import ensure_fresh
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import format_yuan
from estate_app.kit.pagination import Page, PageRequest
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.queries import room_prepaid
from estate_app.ledger.service import Entry, post
from estate_app.notification.service import tell
from estate_app.payment.balance import MAX_TOP_UP_FEN, hold_balance
from estate_app.payment.booking import ACCOUNTS
from estate_app.payment.channel import Means
from estate_app.payment.day_close import counter_day
from estate_app.payment.desk_models import BalanceOrder, BalanceOrderKind, OrderStatus
from estate_app.payment.numbers import new_number
from estate_app.property.people import accounts_of_rooms
from estate_app.property.places import room_place
from estate_app.property.queries import in_scope, place_labels

MAX_REASON = 200
MAX_VOUCHER = 60
_SUBJECT = "balance_order"
_PREFIX = {BalanceOrderKind.opening: "QC", BalanceOrderKind.payout: "YT"}
_READ = (Permission.payments_read,)


@dataclass(frozen=True, slots=True)
class BalanceOrderRow:
    """An order about a room's balance; `may_decide` and `may_hand_out` are what the actor may do now."""

    id: int
    number: str
    kind: BalanceOrderKind
    place: str
    amount_fen: int
    reason: str
    status: OrderStatus
    proposed_at: datetime
    proposer: str
    decider: str
    done_at: datetime | None
    voucher: str
    may_decide: bool
    may_hand_out: bool


def propose_order(uow: UnitOfWork, actor: Actor, *, room_id: int, kind: BalanceOrderKind, amount_fen: int, reason: str) -> BalanceOrder:
    """Propose to bring a room's balance forward or to pay it out; nothing moves before another manager approves it.

    Raises:
        InvalidError: no reason, or an amount of nothing, beyond every balance, or beyond what the room has.
    """
    actor.require(Permission.refunds_request)
    place = room_place(uow.session, room_id)
    scope = actor.scope(Permission.refunds_request)
    if place is None or not scope.covers(estate_id=place.estate_id, building_id=place.building_id):
        raise NotFoundError
    ensure_fresh(uow, actor)
    if not reason.strip() or len(reason) > MAX_REASON:
        raise InvalidError(msg("Give a reason of at most {count} characters", count=MAX_REASON), field="reason")
    most = room_prepaid(uow.session, room_id) if kind is BalanceOrderKind.payout else MAX_TOP_UP_FEN
    if not 0 < amount_fen <= most:
        raise InvalidError(msg("Between ¥0.01 and ¥{amount} is possible here", amount=format_yuan(max(most, 0))), field="amount")
    order = BalanceOrder(
        number=new_number(_PREFIX[kind], uow.now),
        kind=kind,
        estate_id=place.estate_id,
        room_id=room_id,
        amount_fen=amount_fen,
        reason=reason.strip(),
        proposed_at=uow.now,
        proposed_by=actor.id,
    )
    uow.session.add(order)
    uow.flush()
    fact: dict[str, object] = {"number": order.number, "kind": kind.value, "amount_fen": amount_fen, "reason": reason.strip()}
    record(uow, actor, "balance:propose", "balance_order", order.id, after=fact)
    _ask_second(uow, actor, order)
    return order


def decide_order(uow: UnitOfWork, actor: Actor, *, order_id: int, is_approved: bool) -> BalanceOrder:
    """Approve another's proposal, which moves the money off the balance or onto it, or reject it.

    Raises:
        ConflictError: it is decided already, one's own, or the balance does not hold it any more.
    """
    order = _locked(uow, actor, order_id, Permission.refunds_approve)
    ensure_fresh(uow, actor)
    if order.status is not OrderStatus.proposed:
        raise ConflictError(msg("This is decided already"))
    if order.proposed_by == actor.account_id:
        raise ConflictError(msg("Who proposes it cannot decide it"))
    order.status, order.decided_at, order.decided_by = OrderStatus.rejected, uow.now, actor.id
    if is_approved:
        _move(uow, actor, order)
    verb, after = "approve" if is_approved else "reject", {"status": order.status.value}
    record(uow, actor, f"balance:{verb}", "balance_order", order_id, before={"status": "proposed"}, after=dict(after))
    uow.notify(f"bill:{order.room_id}")
    uow.notify(f"till:{order.estate_id}")
    return order


def hand_out_balance(uow: UnitOfWork, actor: Actor, *, order_id: int, means: Means, voucher: str = "") -> BalanceOrder:
    """Hand an approved payout to the resident at the counter, on the cashier's open day.

    Raises:
        ConflictError: it does not wait at the counter.
        InvalidError: a transfer without its number.
    """
    order = _locked(uow, actor, order_id, Permission.cashier)
    if order.status is not OrderStatus.approved:
        raise ConflictError(msg("This does not wait at the counter"))
    slip = voucher.strip()
    if means is not Means.cash and not 0 < len(slip) <= MAX_VOUCHER:
        raise InvalidError(msg("Write the number of the transfer back"), field="voucher")
    order.status, order.done_at, order.done_by = OrderStatus.done, uow.now, actor.id
    order.voucher = "" if means is Means.cash else slip
    sides = (
        Entry(LedgerAccount.refund_due, order.amount_fen, order.estate_id),
        Entry(ACCOUNTS[means], -order.amount_fen, order.estate_id),
    )
    _post(uow, actor, order, JournalKind.refund, sides, on_counter=True)
    record(uow, actor, "balance:hand_out", "balance_order", order_id, before={"status": "approved"}, after={"voucher": order.voucher})
    _tell_room(uow, order, msg("¥{amount} of your room's balance was paid out at the counter.", amount=format_yuan(order.amount_fen)))
    uow.notify(f"till:{order.estate_id}")
    return order


def list_orders(session: Session, actor: Actor, *, page: PageRequest, status: OrderStatus | None = None) -> Page[BalanceOrderRow]:
    """One page of the orders in the actor's estates, newest first."""
    actor.require(*_READ)
    where = [in_scope(actor, *_READ, estate=col(BalanceOrder.estate_id))]
    if status is not None:
        where.append(col(BalanceOrder.status) == status)
    total = session.scalar(select(func.count()).select_from(BalanceOrder).where(*where)) or 0
    statement = select(BalanceOrder).where(*where).order_by(col(BalanceOrder.id).desc())
    found = list(session.scalars(statement.offset(page.offset).limit(page.size)))
    names = people(session, [person for order in found for person in (order.proposed_by, order.decided_by)])
    labels, _ = place_labels(session, {order.room_id for order in found})
    return Page(tuple(_row(actor, order, {key: one.name for key, one in names.items()}, labels[order.room_id].place) for order in found),
                int(total), page)  # fmt: skip


def _locked(uow: UnitOfWork, actor: Actor, order_id: int, permission: Permission) -> BalanceOrder:
    actor.require(permission)
    order = uow.session.get(BalanceOrder, order_id, with_for_update=True, populate_existing=True)
    if order is None or not actor.scope(permission).covers(estate_id=order.estate_id):
        raise NotFoundError
    return order


def _move(uow: UnitOfWork, actor: Actor, order: BalanceOrder) -> None:
    """Let an approved order move the balance, which is locked meanwhile."""
    held, amount = hold_balance(uow, order.room_id, order.estate_id), format_yuan(order.amount_fen)
    if order.kind is BalanceOrderKind.opening:
        order.status, order.done_at, order.done_by = OrderStatus.done, uow.now, actor.id
        sides = (
            Entry(LedgerAccount.opening, order.amount_fen, order.estate_id, order.room_id),
            Entry(LedgerAccount.prepaid, -order.amount_fen, order.estate_id, order.room_id),
        )
        _post(uow, actor, order, JournalKind.opening, sides)
        _tell_room(uow, order, msg("¥{amount} was brought forward to your room's balance.", amount=amount))
        return
    if held < order.amount_fen:
        raise ConflictError(msg("The room's balance of ¥{balance} does not hold this any more", balance=format_yuan(held)))
    order.status = OrderStatus.approved
    sides = (
        Entry(LedgerAccount.prepaid, order.amount_fen, order.estate_id, order.room_id),
        Entry(LedgerAccount.refund_due, -order.amount_fen, order.estate_id),
    )
    _post(uow, actor, order, JournalKind.refund, sides)
    _tell_room(uow, order, msg("¥{amount} of your room's balance is ready for you at the counter.", amount=amount))


def _post(
    uow: UnitOfWork, actor: Actor, order: BalanceOrder, kind: JournalKind, sides: tuple[Entry, Entry], *, on_counter: bool = False
) -> None:
    day = counter_day(uow, actor.id, order.estate_id) if on_counter else None
    post(uow, actor, kind=kind, subject=_SUBJECT, subject_id=order.id, lines=sides, memo=order.number, business_on=day)


def _tell_room(uow: UnitOfWork, order: BalanceOrder, body: Message) -> None:
    told = accounts_of_rooms(uow.session, [order.room_id], business_date(uow.now)).get(order.room_id, [])
    title, dedupe = msg("Your room's balance"), f"balance_order:{order.id}:{order.status.value}"
    tell(uow, told, event="balance", title=title, body=body, link="/balance", dedupe=dedupe)
    for person in told:
        uow.notify(f"resident:{person}")


def _ask_second(uow: UnitOfWork, actor: Actor, order: BalanceOrder) -> None:
    others = managers_with(uow.session, Permission.refunds_approve, estate_id=order.estate_id)
    tell(
        uow,
        [person for person in others if person != actor.account_id],
        event="balance_order",
        title=msg("A room's balance waits for your decision"),
        body=msg("{name} proposes ¥{amount}: {reason}", name=actor.name, amount=format_yuan(order.amount_fen), reason=order.reason),
        link="/manage/balances",
        dedupe=f"balance_order:{order.id}",
    )


def _row(actor: Actor, order: BalanceOrder, names: dict[int, str], place: str) -> BalanceOrderRow:
    is_other = order.proposed_by != actor.account_id
    return BalanceOrderRow(
        id=order.id,
        number=order.number,
        kind=order.kind,
        place=place,
        amount_fen=order.amount_fen,
        reason=order.reason,
        status=order.status,
        proposed_at=order.proposed_at,
        proposer=names.get(order.proposed_by, ""),
        decider=names.get(order.decided_by or 0, ""),
        done_at=order.done_at,
        voucher=order.voucher,
        may_decide=order.status is OrderStatus.proposed and is_other and actor.can(Permission.refunds_approve),
        may_hand_out=order.status is OrderStatus.approved and actor.can(Permission.cashier),
    )
