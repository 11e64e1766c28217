"""Reads of reconciliation: a day by channel, its lines, the days before, all within the actor's estates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.models import Account
from estate_app.access.permission import Permission
from estate_app.errors import NotFoundError
from estate_app.kit.pagination import Page, PageRequest
from estate_app.payment.channel import Channel
from estate_app.payment.models import Payment, PaymentStatus
from estate_app.payment.reconciliation.adjusting import DECISIONS, off_fen
from estate_app.payment.reconciliation.models import (
    Action,
    Difference,
    ItemState,
    ReconciliationItem,
    ReconciliationRun,
    RunStatus,
    StatementFile,
)
from estate_app.payment.reconciliation.resolving import allowed
from estate_app.property.models import Building, Room
from estate_app.property.queries import in_scope, room_label

READ = (Permission.reconcile, Permission.ledger_read)
TO_DO = (ItemState.open, ItemState.carried, ItemState.proposed)
_I, _R = ReconciliationItem, ReconciliationRun


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which lines; what is None or empty does not narrow. `tab` is open (with what is carried), resolved or matched."""

    on: date | None = None
    channel: Channel | None = None
    kind: Difference | None = None
    tab: str = "open"
    text: str = ""


@dataclass(frozen=True, slots=True)
class DayOfChannel:
    """One channel on a day; amounts in fen, net of refunds. `fee_fen` is what the channel kept."""

    run_id: int
    channel: Channel
    on: date
    status: RunStatus
    problem: str
    local_count: int
    local_fen: int
    channel_count: int
    channel_fen: int
    fee_fen: int
    open: int
    resolved: int
    matched: int
    done_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    file_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line with both sides; amounts in fen, refunds negative, None where a side is missing."""

    id: int
    channel: Channel
    on: date
    kind: Difference
    state: ItemState
    is_refund: bool
    number: str
    reference: str
    local_reference: str
    place: str
    payer: str
    payment_id: int | None
    local_fen: int | None
    channel_fen: int | None
    asked_fen: int | None
    expected_fee_fen: int | None
    channel_fee_fen: int | None
    local_state: str
    channel_state: str
    local_at: datetime | None
    channel_at: datetime | None
    actions: tuple[Action, ...]
    action: Action | None
    outcome: str
    note: str
    proposed_by: str
    proposed_at: datetime | None
    resolved_by: str
    resolved_at: datetime | None

    @property
    def off_fen(self) -> int:
        """What the channel has more than our books."""
        return (self.channel_fen or 0) - (self.local_fen or 0)


def days_of_channels(session: Session, actor: Actor, *, until: date, days: int = 1) -> list[DayOfChannel]:
    """Every channel of some days up to one, the newest day first. Who sees some estates only gets the sums of their lines."""
    actor.require(*READ)
    counts = {state: func.count().filter(col(_I.state).in_(state)) for state in (TO_DO, (ItemState.resolved,), (ItemState.matched,))}
    sums = (
        *counts.values(),
        func.count(col(_I.local_fen)),
        func.coalesce(func.sum(col(_I.local_fen)), 0),
        func.count(col(_I.channel_fen)),
        func.coalesce(func.sum(col(_I.channel_fen)), 0),
        func.coalesce(func.sum(col(_I.channel_fee_fen)), 0),
    )
    first = until - timedelta(days=days - 1)
    lines = (
        select(col(_I.run_id), *sums)
        .join(_R, col(_R.id) == col(_I.run_id))
        .join(Payment, col(Payment.id) == col(_I.payment_id), isouter=True)
        .where(_visible(actor), col(_R.business_on).between(first, until))
        .group_by(col(_I.run_id))
    )
    found = {row[0]: tuple(int(value) for value in row[1:]) for row in session.execute(lines)}
    runs = session.execute(
        select(_R, col(Account.name), col(StatementFile.file_name), col(StatementFile.sha256))
        .join(Account, col(Account.id) == col(_R.closed_by), isouter=True)
        .join(StatementFile, col(StatementFile.id) == col(_R.file_id), isouter=True)
        .where(col(_R.business_on).between(first, until))
        .order_by(col(_R.business_on).desc(), col(_R.id))
    )
    return [_day(run, closer, name, sha, found.get(run.id, (0,) * 8)) for run, closer, name, sha in runs]


def latest_day(session: Session, actor: Actor) -> date | None:
    """The newest day of which there is a comparison."""
    actor.require(*READ)
    return session.scalar(select(func.max(col(_R.business_on))))


def list_items(session: Session, actor: Actor, *, filter: ItemFilter, page: PageRequest) -> Page[ItemRow]:
    """One page of lines, what is open first by size."""
    actor.require(*READ)
    where = item_where(actor, filter)
    base = select(func.count()).select_from(_I).join(_R, col(_R.id) == col(_I.run_id))
    total = session.scalar(base.join(Payment, col(Payment.id) == col(_I.payment_id), isouter=True).where(*where)) or 0
    statement = _ordered(_rows().where(*where)).offset(page.offset).limit(page.size)
    return Page(tuple(_row(actor, row) for row in session.execute(statement)), int(total), page)


def export_items(session: Session, actor: Actor, *, filter: ItemFilter) -> Iterator[ItemRow]:
    """Every line of a filter, for an export: the same filter, order and permission as the list."""
    actor.require(*READ)
    statement = _ordered(_rows().where(*item_where(actor, filter)))
    for row in session.execute(statement, execution_options={"yield_per": 1_000}):
        yield _row(actor, row)


def find_item(session: Session, actor: Actor, item_id: int) -> ItemRow:
    """One line; a stranger gets a 404."""
    actor.require(*READ)
    row = session.execute(_rows().where(col(_I.id) == item_id, _visible(actor))).one_or_none()
    if row is None:
        raise NotFoundError
    return _row(actor, row)


def open_differences(session: Session, actor: Actor) -> int:
    """How many differences wait for somebody, over all days."""
    actor.require(*READ)
    statement = select(func.count()).select_from(_I).join(Payment, col(Payment.id) == col(_I.payment_id), isouter=True)
    return int(session.scalar(statement.where(_visible(actor), col(_I.state) == ItemState.open)) or 0)


def item_where(actor: Actor, filter: ItemFilter) -> list[ColumnElement[bool]]:
    """The WHERE clauses of a filter within what the actor sees."""
    tabs = {"open": TO_DO, "resolved": (ItemState.resolved,), "matched": (ItemState.matched,)}
    clauses = [_visible(actor), col(_I.state).in_(tabs.get(filter.tab, TO_DO))]
    exact = ((col(_R.business_on), filter.on), (col(_R.channel), filter.channel), (col(_I.kind), filter.kind))
    clauses += [column == value for column, value in exact if value is not None]
    if filter.text.strip():
        wanted = filter.text.strip()
        rooms = select(col(Room.id)).where(col(Room.code).contains(wanted, autoescape=True))
        columns = (_I.number, _I.order_number, _I.reference)
        clauses.append(or_(*(col(c).icontains(wanted, autoescape=True) for c in columns), col(Payment.room_id).in_(rooms)))
    return clauses


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Lines of the actor's estates; those that belong to no payment of ours are seen by who sees everything."""
    return in_scope(actor, *READ, estate=col(Payment.estate_id))


def _rows() -> Select[*tuple[Any, ...]]:
    payer, resolver, proposer = (Account.__table__.alias(name) for name in ("payer", "resolver", "proposer"))  # type: ignore[attr-defined]
    statement: Select[*tuple[Any, ...]] = (
        select(_I, _R, Payment, col(Building.name), col(Room.unit), col(Room.code), payer.c.name, resolver.c.name, proposer.c.name)
        .join(_R, col(_R.id) == col(_I.run_id))
        .join(Payment, col(Payment.id) == col(_I.payment_id), isouter=True)
        .join(Room, col(Room.id) == col(Payment.room_id), isouter=True)
        .join(Building, col(Building.id) == col(Room.building_id), isouter=True)
        .join(payer, payer.c.id == col(Payment.payer_id), isouter=True)
        .join(resolver, resolver.c.id == col(_I.resolved_by), isouter=True)
        .join(proposer, proposer.c.id == col(_I.proposed_by), isouter=True)
    )
    return statement


def _ordered(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    off = func.abs(func.coalesce(col(_I.channel_fen), 0) - func.coalesce(col(_I.local_fen), 0))
    waits = case((and_(col(_I.state) == ItemState.carried), 1), else_=0)
    return statement.order_by(col(_R.business_on).desc(), waits, off.desc(), col(_I.id))


def _day(run: ReconciliationRun, closer: str | None, name: str | None, sha: str | None, sums: tuple[int, ...]) -> DayOfChannel:
    to_do, resolved, matched, local_count, local, channel_count, channel, fee = sums
    return DayOfChannel(
        run_id=run.id or 0,
        channel=run.channel,
        on=run.business_on,
        status=run.status,
        problem=run.problem,
        local_count=local_count,
        local_fen=local,
        channel_count=channel_count,
        channel_fen=channel,
        fee_fen=fee,
        open=to_do,
        resolved=resolved,
        matched=matched,
        done_at=run.done_at,
        closed_at=run.closed_at,
        closed_by=closer or "",
        file_name=name or "",
        sha256=sha or "",
    )


def _row(actor: Actor, found: Sequence[Any]) -> ItemRow:
    """One row of _rows."""
    item, run, payment, building, unit, code, payer, resolver, proposer = found
    return ItemRow(
        id=item.id or 0,
        channel=run.channel,
        on=run.business_on,
        kind=item.kind,
        state=item.state,
        is_refund=item.is_refund,
        number=item.number,
        reference=item.reference,
        local_reference=item.local_reference,
        place=room_label(building, unit or "", code or "") if building else "",
        payer=payer or "",
        payment_id=item.payment_id,
        local_fen=item.local_fen,
        channel_fen=item.channel_fen,
        asked_fen=payment.amount_fen if payment else None,
        expected_fee_fen=item.expected_fee_fen,
        channel_fee_fen=item.channel_fee_fen,
        local_state=item.local_state,
        channel_state=item.channel_state,
        local_at=item.local_at,
        channel_at=item.channel_at,
        actions=() if run.closed_at else _actions(actor, item, payment),
        action=item.action,
        outcome=item.outcome,
        note=item.note,
        proposed_by=proposer or "",
        proposed_at=item.proposed_at,
        resolved_by=resolver or "",
        resolved_at=item.resolved_at,
    )


def _actions(actor: Actor, item: ReconciliationItem, payment: Payment | None) -> tuple[Action, ...]:
    """What the actor may do about a line now: resolve it, or decide another's proposal."""
    if item.state is ItemState.proposed:
        return DECISIONS if actor.can(Permission.refunds_approve) and item.proposed_by != actor.account_id else ()
    if item.state is not ItemState.open or not actor.can(Permission.reconcile):
        return ()
    is_paid = payment is not None and payment.status is PaymentStatus.paid
    return allowed(item.kind, is_refund=item.is_refund, has_payment=payment is not None, is_paid=is_paid, off=off_fen(item))
