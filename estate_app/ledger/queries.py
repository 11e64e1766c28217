"""Reads of the ledger: balances, the trial balance, and the entries about one thing."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.ledger.models import Journal, JournalKind, LedgerAccount, LedgerLine
from estate_app.property.queries import ensure_estate


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One account up to a day: all that was debited, all that was credited, and the balance (debit positive)."""

    account: LedgerAccount
    debit_fen: int
    credit_fen: int

    @property
    def balance_fen(self) -> int:
        """Debit less credit."""
        return self.debit_fen - self.credit_fen


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


def trial_balance(session: Session, actor: Actor, *, estate_id: int, until: date) -> TrialBalance:
    """The trial balance of an estate until a business day, that day included."""
    actor.require(Permission.ledger_read)
    ensure_estate(session, actor, estate_id, Permission.ledger_read)
    amount = col(LedgerLine.amount_fen)
    rows = session.execute(
        select(
            col(LedgerLine.account),
            func.sum(case((amount > 0, amount), else_=0)),
            func.sum(case((amount < 0, -amount), else_=0)),
        )
        .join(Journal, col(Journal.id) == col(LedgerLine.journal_id))
        .where(col(LedgerLine.estate_id) == estate_id, col(Journal.business_on) <= until)
        .group_by(col(LedgerLine.account))
    ).all()
    known = {account: TrialRow(account, int(debit), int(credit)) for account, debit, credit in rows}
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
