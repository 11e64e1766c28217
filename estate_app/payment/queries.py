"""Reads of payments: the list, one payment for its page, and what is held or on its way back."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.models import Account
from estate_app.access.permission import Permission
from estate_app.billing.queries import BillRow, bills_of
from estate_app.errors import NotFoundError
from estate_app.kit.pagination import Page, PageRequest
from estate_app.payment.channel import Channel
from estate_app.payment.filters import PaymentFilter, payment_where, visible_payments
from estate_app.payment.models import Payment, PaymentItem, PaymentStatus, Receipt, Refund, RefundStatus, Suspense
from estate_app.payment.refund_sources import DEAD
from estate_app.property.models import Building, Estate, Room
from estate_app.property.queries import in_scope, room_label


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment in a list; amounts in fen. `prepaid_fen` of it is for the room's balance, `refunded_fen` has gone back or will."""

    id: int
    number: str
    estate_id: int
    estate_name: str
    room_id: int
    place: str
    payer: str
    channel: Channel
    method: str
    status: PaymentStatus
    amount_fen: int
    prepaid_fen: int
    refunded_fen: int
    created_at: datetime
    paid_at: datetime | None
    transaction_id: str
    receipt_id: int | None
    receipt_number: str


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment for its page. `is_held`: finance looks into it. `jsapi` and `form_fields` reach the vendor's cashier."""

    row: PaymentRow
    is_own: bool
    expires_at: datetime
    is_opened: bool
    is_held: bool
    code_url: str
    redirect_url: str
    jsapi: dict[str, str]
    form_fields: dict[str, str]
    fail_reason: str
    tendered_fen: int | None
    items: tuple[tuple[BillRow, int], ...]
    refunds: tuple["RefundRow", ...]


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A refund; `proposer` is empty for an automatic one."""

    id: int
    number: str
    payment_id: int
    payment_number: str
    channel: Channel
    amount_fen: int
    status: RefundStatus
    reason: str
    is_automatic: bool
    proposer: str
    proposed_by: int | None
    created_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class SuspenseRow:
    """A claim of money that is held."""

    id: int
    source: str
    order_number: str
    transaction_id: str
    amount_fen: int
    is_booked: bool
    reason: str
    at: datetime
    payment_id: int | None
    resolved_at: datetime | None
    resolution: str


def list_payments(session: Session, actor: Actor, *, filter: PaymentFilter, page: PageRequest, on: date) -> Page[PaymentRow]:
    """One page of the payments that the actor sees, newest first; `on` is today. Sort keys: created, amount, paid."""
    _require(actor)
    where = payment_where(actor, filter, on)
    total = session.scalar(select(func.count()).select_from(Payment).where(*where)) or 0
    statement = _ordered(_rows().where(*where), page.sort).offset(page.offset).limit(page.size)
    return Page(tuple(_row(*row) for row in session.execute(statement)), int(total), page)


def export_payments(session: Session, actor: Actor, *, filter: PaymentFilter, on: date, sort: str = "") -> Iterator[PaymentRow]:
    """Every payment of a filter, for an export: the same filter, order and permission as the list."""
    _require(actor)
    statement = _ordered(_rows().where(*payment_where(actor, filter, on)), sort)
    for row in session.execute(statement, execution_options={"yield_per": 1_000}):
        yield _row(*row)


def payment_view(session: Session, actor: Actor, *, payment_id: int, on: date) -> PaymentView:
    """One payment with its bills and refunds; a stranger gets a 404."""
    _require(actor)
    statement = _rows().where(col(Payment.id) == payment_id, visible_payments(actor, on))
    found = session.execute(statement).one_or_none()
    if found is None:
        raise NotFoundError
    payment, row = found[0], _row(*found)
    shares = dict(
        session.execute(
            select(col(PaymentItem.bill_id), col(PaymentItem.amount_fen)).where(col(PaymentItem.payment_id) == payment_id)
        ).all()
    )
    is_own = payment.payer_id == actor.account_id
    return PaymentView(
        row=row,
        is_own=is_own,
        expires_at=payment.expires_at,
        is_opened=payment.opened_at is not None,
        is_held=payment.status is PaymentStatus.pending and payment.next_query_at is None,
        # Only who started a payment is given the way to the vendor's cashier.
        code_url=payment.code_url if is_own else "",
        redirect_url=str(payment.cashier.get("redirect_url") or "") if is_own else "",
        jsapi=_texts(payment.cashier.get("jsapi")) if is_own else {},
        form_fields=_texts(payment.cashier.get("form_fields")) if is_own else {},
        fail_reason=payment.fail_reason,
        tendered_fen=payment.tendered_fen,
        items=tuple((bill, shares[bill.id]) for bill in bills_of(session, tuple(shares), on=on)),
        refunds=tuple(_refunds(session, col(Refund.payment_id) == payment_id)),
    )


def being_paid(session: Session, actor: Actor, bill_ids: Collection[int], *, on: date) -> dict[int, int]:
    """Which of these bills a payment is paying whose end nobody knows yet, as far as the actor sees it: bill id → payment id."""
    _require(actor)
    statement = (
        select(col(PaymentItem.bill_id), col(Payment.id))
        .join(Payment, col(Payment.id) == col(PaymentItem.payment_id))
        .where(col(PaymentItem.bill_id).in_(bill_ids), col(Payment.status) == PaymentStatus.pending, visible_payments(actor, on))
    )
    return dict(session.execute(statement).all())


def list_refunds(session: Session, actor: Actor, *, page: PageRequest, status: RefundStatus | None = None) -> Page[RefundRow]:
    """One page of the refunds of the actor's estates, newest first."""
    actor.require(Permission.payments_read)
    where = [in_scope(actor, Permission.payments_read, estate=col(Payment.estate_id))]
    if status is not None:
        where.append(col(Refund.status) == status)
    joined = select(func.count()).select_from(Refund).join(Payment, col(Payment.id) == col(Refund.payment_id)).where(*where)
    total = session.scalar(joined) or 0
    return Page(tuple(_refunds(session, *where, page=page)), int(total), page)


def refunds_at_counter(session: Session, actor: Actor, *, estate_id: int) -> list[RefundRow]:
    """What waits to be handed out at an estate's counter, oldest first: its own refunds, and those that a vendor could not make."""
    actor.require(Permission.cashier)
    is_online = col(Payment.channel).in_([channel for channel in Channel if channel.is_online])
    waits = or_(
        and_(col(Refund.status) == RefundStatus.requested, col(Payment.channel) == Channel.counter),
        and_(col(Refund.status) == RefundStatus.failed, is_online),
    )
    scope = in_scope(actor, Permission.cashier, estate=col(Payment.estate_id))
    return _refunds(session, waits, scope, col(Payment.estate_id) == estate_id)[::-1]


def list_suspense(session: Session, actor: Actor, *, page: PageRequest, is_open: bool = True) -> Page[SuspenseRow]:
    """One page of held claims, newest first; those without a payment are shown to who reconciles everywhere."""
    actor.require(Permission.reconcile)
    scope = actor.scope(Permission.reconcile)
    where = [col(Suspense.resolved_at).is_(None) if is_open else col(Suspense.resolved_at).is_not(None)]
    if not scope.is_everywhere:
        of_scope = select(col(Payment.id)).where(col(Payment.estate_id).in_(scope.estate_ids))
        where.append(col(Suspense.payment_id).in_(of_scope))
    total = session.scalar(select(func.count()).select_from(Suspense).where(*where)) or 0
    statement = select(Suspense).where(*where).order_by(col(Suspense.id).desc()).offset(page.offset).limit(page.size)
    return Page(tuple(_held(row) for row in session.scalars(statement)), int(total), page)


def _require(actor: Actor) -> None:
    actor.require(Permission.own_bills, Permission.payments_read)


def _rows() -> Select[*tuple[Any, ...]]:
    refunded = (
        select(func.coalesce(func.sum(col(Refund.amount_fen)), 0))
        .where(col(Refund.payment_id) == col(Payment.id), col(Refund.status).not_in((*DEAD, RefundStatus.proposed)))
        .correlate(Payment)
        .scalar_subquery()
    )
    statement: Select[*tuple[Any, ...]] = (
        select(
            Payment,
            col(Estate.name),
            col(Building.name),
            col(Room.unit),
            col(Room.code),
            col(Account.name),
            refunded,
            col(Receipt.id),
            col(Receipt.number),
        )
        .join(Room, col(Room.id) == col(Payment.room_id))
        .join(Building, col(Building.id) == col(Room.building_id))
        .join(Estate, col(Estate.id) == col(Payment.estate_id))
        .join(Account, col(Account.id) == col(Payment.payer_id))
        .join(Receipt, and_(col(Receipt.payment_id) == col(Payment.id), col(Receipt.reverses_id).is_(None)), isouter=True)
    )
    return statement


def _ordered(statement: Select[*tuple[Any, ...]], sort: str) -> Select[*tuple[Any, ...]]:
    keys: dict[str, Any] = {"created": col(Payment.created_at), "amount": col(Payment.amount_fen), "paid": col(Payment.paid_at)}
    key = keys.get(sort.removeprefix("-"))
    if key is None:
        return statement.order_by(col(Payment.id).desc())
    return statement.order_by(key.desc() if sort.startswith("-") else key, col(Payment.id))


def _row(
    payment: Payment,
    estate: str,
    building: str,
    unit: str,
    code: str,
    payer: str,
    refunded: int,
    receipt_id: int | None,
    receipt_number: str | None,
) -> PaymentRow:
    return PaymentRow(
        id=payment.id or 0,
        number=payment.number,
        estate_id=payment.estate_id,
        estate_name=estate,
        room_id=payment.room_id,
        place=room_label(building, unit, code),
        payer=payer,
        channel=payment.channel,
        method=payment.method,
        status=payment.status,
        amount_fen=payment.amount_fen,
        prepaid_fen=payment.prepaid_fen,
        refunded_fen=int(refunded),
        created_at=payment.created_at,
        paid_at=payment.paid_at,
        transaction_id=payment.transaction_id or "",
        receipt_id=receipt_id,
        receipt_number=receipt_number or "",
    )


def _refunds(session: Session, *where: ColumnElement[bool], page: PageRequest | None = None) -> list[RefundRow]:
    statement = (
        select(Refund, col(Payment.number), col(Payment.channel), col(Account.name))
        .join(Payment, col(Payment.id) == col(Refund.payment_id))
        .join(Account, col(Account.id) == col(Refund.proposed_by), isouter=True)
        .where(*where)
        .order_by(col(Refund.id).desc())
    )
    if page is not None:
        statement = statement.offset(page.offset).limit(page.size)
    return [
        RefundRow(
            id=refund.id or 0,
            number=refund.number,
            payment_id=refund.payment_id,
            payment_number=number,
            channel=channel,
            amount_fen=refund.amount_fen,
            status=refund.status,
            reason=refund.reason,
            is_automatic=refund.is_automatic,
            proposer=proposer or "",
            proposed_by=refund.proposed_by,
            created_at=refund.created_at,
            done_at=refund.done_at,
        )
        for refund, number, channel, proposer in session.execute(statement)
    ]


def _held(row: Suspense) -> SuspenseRow:
    return SuspenseRow(
        id=row.id or 0,
        source=row.source,
        order_number=row.order_number,
        transaction_id=row.transaction_id,
        amount_fen=row.amount_fen,
        is_booked=row.is_booked,
        reason=row.reason,
        at=row.at,
        payment_id=row.payment_id,
        resolved_at=row.resolved_at,
        resolution=row.resolution,
    )


def _texts(stored: object) -> dict[str, str]:
    return {str(name): str(value) for name, value in stored.items()} if isinstance(stored, dict) else {}
