"""Reads of the ledger: balances, the trial balance, and the entries about one thing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.kit.pagination import Page, PageRequest
from estate_app.ledger.models import Journal, JournalKind, LedgerAccount, LedgerLine
from estate_app.property.queries import ensure_estate


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One account over a period: its balance before, all that was debited and credited, and the balance after (debit positive)."""

    account: LedgerAccount
    debit_fen: int
    credit_fen: int
    opening_fen: int = 0

    @property
    def balance_fen(self) -> int:
        """The balance after the period."""
        return self.opening_fen + self.debit_fen - self.credit_fen


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The accounts of an estate that have moved; both totals are the same or the ledger is broken."""

    rows: tuple[TrialRow, ...]

    @property
    def debit_fen(self) -> int:
        """The sum of all debits."""
        return sum(row.debit_fen for row in self.rows)

    @property
    def credit_fen(self) -> int:
        """The sum of all credits."""
        return sum(row.credit_fen for row in self.rows)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One line of an entry, as it stands in the ledger."""

    journal_id: int
    kind: JournalKind
    account: LedgerAccount
    room_id: int | None
    amount_fen: int
    memo: str


@dataclass(frozen=True, slots=True)
class Movement:
    """What came onto a room's prepaid balance (positive) or left it, and what is on it afterwards, in fen."""

    id: int
    kind: JournalKind
    subject: str
    subject_id: int
    memo: str
    at: datetime
    amount_fen: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class TillLine:
    """Money that one person took (positive) or gave at the counter on a business day."""

    account: LedgerAccount
    subject: str
    subject_id: int
    memo: str
    at: datetime
    amount_fen: int


def balance(
    session: Session, account: LedgerAccount, *, estate_id: int | None = None, room_id: int | None = None, until: date | None = None
) -> int:
    """The balance of an account in fen, debit positive, until a business day (that day included)."""
    statement = select(func.coalesce(func.sum(col(LedgerLine.amount_fen)), 0)).where(col(LedgerLine.account) == account)
    if estate_id is not None:
        statement = statement.where(col(LedgerLine.estate_id) == estate_id)
    if room_id is not None:
        statement = statement.where(col(LedgerLine.room_id) == room_id)
    if until is not None:
        statement = statement.join(Journal, col(Journal.id) == col(LedgerLine.journal_id)).where(col(Journal.business_on) <= until)
    return int(session.scalar(statement) or 0)


def room_prepaid(session: Session, room_id: int) -> int:
    """What a room has paid in advance, in fen. The caller has checked that the actor may see the room."""
    return -balance(session, LedgerAccount.prepaid, room_id=room_id)


def rooms_with_prepaid(session: Session, room_ids: Collection[int]) -> list[int]:
    """Those of some rooms that have something on their balance, by id."""
    statement = (
        select(col(LedgerLine.room_id))
        .where(col(LedgerLine.account) == LedgerAccount.prepaid, col(LedgerLine.room_id).in_(room_ids))
        .group_by(col(LedgerLine.room_id))
        .having(func.sum(col(LedgerLine.amount_fen)) < 0)
        .order_by(col(LedgerLine.room_id))
    )
    return [room_id for room_id in session.scalars(statement) if room_id is not None]


def prepaid_movements(session: Session, room_id: int, page: PageRequest) -> Page[Movement]:
    """One page of a room's prepaid balance, newest first. The caller has checked that the actor may see the room."""
    where = (col(LedgerLine.account) == LedgerAccount.prepaid, col(LedgerLine.room_id) == room_id)
    total = session.scalar(select(func.count()).select_from(LedgerLine).where(*where)) or 0
    running = (-func.sum(col(LedgerLine.amount_fen)).over(order_by=col(LedgerLine.id))).label("running")
    rows = session.execute(
        select(Journal, col(LedgerLine.id), col(LedgerLine.amount_fen), running)
        .join(LedgerLine, col(LedgerLine.journal_id) == col(Journal.id))
        .where(*where)
        .order_by(col(LedgerLine.id).desc())
        .offset(page.offset)
        .limit(page.size)
    )
    found = [Movement(line, j.kind, j.subject, j.subject_id, j.memo, j.at, -int(fen), int(after)) for j, line, fen, after in rows]
    return Page(tuple(found), int(total), page)


def till_lines(session: Session, *, actor_id: int, estate_id: int, on: date) -> list[TillLine]:
    """What a person took and gave at the counter of an estate on a business day, in order. The caller checks the permission."""
    rows = session.execute(
        select(Journal, LedgerLine)
        .join(LedgerLine, col(LedgerLine.journal_id) == col(Journal.id))
        .where(*_at_till(actor_id, estate_id), col(Journal.business_on) == on)
        .order_by(col(LedgerLine.id))
    )
    return [TillLine(line.account, j.subject, j.subject_id, j.memo, j.at, line.amount_fen) for j, line in rows]


def till_days(session: Session, *, actor_id: int, estate_id: int, since: date) -> list[date]:
    """The business days from one on on which a person took or gave money at the counter of an estate, oldest first."""
    statement = (
        select(col(Journal.business_on))
        .join(LedgerLine, col(LedgerLine.journal_id) == col(Journal.id))
        .where(*_at_till(actor_id, estate_id), col(Journal.business_on) >= since)
    )
    return list(session.scalars(statement.distinct().order_by(col(Journal.business_on))))


def _at_till(actor_id: int, estate_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Journal.actor_id) == actor_id,
        col(Journal.kind).in_((JournalKind.payment, JournalKind.refund)),
        col(LedgerLine.estate_id) == estate_id,
        col(LedgerLine.account).in_((LedgerAccount.cash, LedgerAccount.bank)),
    )


def trial_balance(session: Session, actor: Actor, *, estate_id: int, until: date, since: date | None = None) -> TrialBalance:
    """The trial balance of an estate until a business day, from its beginning or from another day on; both days count."""
    actor.require(Permission.ledger_read)
    ensure_estate(session, actor, estate_id, Permission.ledger_read)
    amount, is_before = col(LedgerLine.amount_fen), col(Journal.business_on) < (since or date.min)
    rows = session.execute(
        select(
            col(LedgerLine.account),
            func.sum(case((~is_before & (amount > 0), amount), else_=0)),
            func.sum(case((~is_before & (amount < 0), -amount), else_=0)),
            func.sum(case((is_before, amount), else_=0)),
        )
        .join(Journal, col(Journal.id) == col(LedgerLine.journal_id))
        .where(col(LedgerLine.estate_id) == estate_id, col(Journal.business_on) <= until)
        .group_by(col(LedgerLine.account))
    ).all()
    known = {account: TrialRow(account, int(debit), int(credit), int(opening)) for account, debit, credit, opening in rows}
    return TrialBalance(tuple(known[account] for account in LedgerAccount if account in known))


def entries_about(session: Session, subject: str, subject_id: int) -> list[EntryRow]:
    """Every line about one thing, oldest first. The caller has checked that the actor may see the thing."""
    rows = session.execute(
        select(Journal, LedgerLine)
        .join(LedgerLine, col(LedgerLine.journal_id) == col(Journal.id))
        .where(col(Journal.subject) == subject, col(Journal.subject_id) == subject_id)
        .order_by(col(LedgerLine.id))
    ).all()
    return [EntryRow(j.id or 0, j.kind, line.account, line.room_id, line.amount_fen, j.memo) for j, line in rows]


def balance_about(session: Session, subject: str, subject_id: int, account: LedgerAccount) -> dict[int, int]:
    """What the entries about one thing have moved on an account, by estate, in fen. The caller has checked who may see it."""
    rows = session.execute(
        select(col(LedgerLine.estate_id), func.sum(col(LedgerLine.amount_fen)))
        .join(Journal, col(Journal.id) == col(LedgerLine.journal_id))
        .where(col(Journal.subject) == subject, col(Journal.subject_id) == subject_id, col(LedgerLine.account) == account)
        .group_by(col(LedgerLine.estate_id))
    )
    return {estate_id: int(fen) for estate_id, fen in rows}


def credited_at_first(session: Session, subject: str, subject_id: int) -> LedgerAccount | None:
    """The account that the first entry about a thing credited: where its money came from, and goes back to when it is undone."""
    return session.scalar(
        select(col(LedgerLine.account))
        .join(Journal, col(Journal.id) == col(LedgerLine.journal_id))
        .where(col(Journal.subject) == subject, col(Journal.subject_id) == subject_id, col(LedgerLine.amount_fen) < 0)
        .order_by(col(Journal.id), col(LedgerLine.id))
        .limit(1)
    )
