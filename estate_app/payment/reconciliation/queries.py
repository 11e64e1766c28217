"""Reads of reconciliation: a day by channel, its lines, the days before, all within the actor's estates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.models import Account
from estate_app.access.permission import Permission
from estate_app.errors import NotFoundError
from estate_app.kit.pagination import Page, PageRequest
from estate_app.payment.channel import Channel
from estate_app.payment.models import Payment
from estate_app.payment.reconciliation.models import (
    Difference,
    ItemState,
    ReconciliationItem,
    ReconciliationRun,
    StatementFile,
)
from estate_app.payment.reconciliation.rows import DayOfChannel, ItemRow, day_row, item_row
from estate_app.property.models import Building, Room
from estate_app.property.queries import in_scope

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
    return [day_row(run, closer, name, sha, found.get(run.id, (0,) * 8)) for run, closer, name, sha in runs]


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
    return Page(tuple(item_row(actor, row) for row in session.execute(statement)), int(total), page)


def export_items(session: Session, actor: Actor, *, filter: ItemFilter) -> Iterator[ItemRow]:
    """Every line of a filter, for an export: the same filter, order and permission as the list."""
    actor.require(*READ)
    statement = _ordered(_rows().where(*item_where(actor, filter)))
    for row in session.execute(statement, execution_options={"yield_per": 1_000}):
        yield item_row(actor, row)


def find_item(session: Session, actor: Actor, item_id: int) -> ItemRow:
    """One line; a stranger gets a 404."""
    actor.require(*READ)
    row = session.execute(_rows().where(col(_I.id) == item_id, _visible(actor))).one_or_none()
    if row is None:
        raise NotFoundError
    return item_row(actor, row)


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
