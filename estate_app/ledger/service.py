"""Posts entries to the ledger. Corrections are new entries; a trigger refuses any change and any entry that does not balance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, DateTime, Select, String, column, func, insert, literal, select, text, true, values

from estate_app.access.actor import Actor
from estate_app.bulk import copy_rows, new_ids
from estate_app.db import UnitOfWork
from estate_app.kit.clock import business_date
from estate_app.ledger.models import Journal, JournalKind, LedgerAccount, LedgerLine
from estate_app.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of a posting: debit is positive, credit negative, in fen."""

    account: LedgerAccount
    amount_fen: int
    estate_id: int
    room_id: int | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """An entry to be posted: what it records, about which thing, and its sides; without `business_on` it falls on today."""

    kind: JournalKind
    subject: str
    subject_id: int
    lines: Sequence[Entry]
    memo: str = ""
    business_on: date | None = None


_POST = Prepared(
    text(
        "WITH entry AS (INSERT INTO journal (kind, subject, subject_id, at, business_on, actor_id, memo)"
        " VALUES (:kind, :subject, :subject_id, :at, :business_on, CAST(:actor_id AS bigint), :memo) RETURNING id)"
        " INSERT INTO ledger_line (journal_id, account, estate_id, room_id, amount_fen)"
        " SELECT entry.id, side.account, side.estate_id, side.room_id, side.amount_fen FROM entry, unnest(CAST(:accounts AS text[]),"
        " CAST(:estates AS bigint[]), CAST(:rooms AS bigint[]), CAST(:fens AS bigint[]))"
        " WITH ORDINALITY AS side(account, estate_id, room_id, amount_fen, place) ORDER BY side.place RETURNING journal_id"
    ),
    is_apart=True,
)
"""One entry with its sides in one statement; many at once go through COPY."""


def post(
    uow: UnitOfWork,
    actor: Actor,
    *,
    kind: JournalKind,
    subject: str,
    subject_id: int,
    lines: Sequence[Entry],
    memo: str = "",
    business_on: date | None = None,
) -> int:
    """Post one entry and return its journal's id; sides of zero fen are left out.

    Raises:
        ValueError: the sides do not sum to zero, or none is left.
    """
    posting = Posting(kind, subject, subject_id, lines, memo, business_on)
    _check(posting)
    sides = [entry for entry in lines if entry.amount_fen]
    rows = _POST.rows(
        uow.session,
        **_journal(uow, actor, posting),
        accounts=[entry.account.value for entry in sides],
        estates=[entry.estate_id for entry in sides],
        rooms=[entry.room_id for entry in sides],
        fens=[entry.amount_fen for entry in sides],
    )
    return int(rows[0][0])


def post_all(uow: UnitOfWork, actor: Actor, postings: Sequence[Posting]) -> list[int]:
    """Post many entries at once, and return the journals' ids in the same order."""
    if not postings:
        return []
    for posting in postings:
        _check(posting)
    ids = new_ids(uow.session, Journal, len(postings))
    pairs = list(zip(ids, postings, strict=True))
    copy_rows(uow.session, Journal, [{"id": journal_id, **_journal(uow, actor, posting)} for journal_id, posting in pairs])
    copy_rows(
        uow.session,
        LedgerLine,
        [_line(journal_id, entry) for journal_id, posting in pairs for entry in posting.lines if entry.amount_fen],
    )
    return ids


def post_each(
    uow: UnitOfWork, actor: Actor, *, kind: JournalKind, subject: str, debit: LedgerAccount, credit: LedgerAccount, of: Select[Any]
) -> int:
    """Post one entry of two sides for each row that a statement of the caller finds, all within the database; returns how many.

    The statement's columns are `subject_id`, `estate_id`, `room_id`, `amount_fen` (never zero) and `memo`.
    """
    found = of.subquery("found")
    # The ids are dealt here: to find each entry again by what it is about would be a join that the planner knows nothing of.
    dealt = func.nextval(func.pg_get_serial_sequence("journal", "id")).label("journal_id")
    source = select(dealt, found).order_by(found.c.subject_id).cte("source")
    names = ("id", "kind", "subject", "subject_id", "at", "business_on", "actor_id", "memo")
    at = (literal(uow.now, DateTime(timezone=True)), literal(business_date(uow.now), Date()), literal(actor.account_id, BigInteger()))
    rows = select(source.c.journal_id, literal(kind.value), literal(subject), source.c.subject_id, *at, source.c.memo)
    entry = insert(Journal).from_select(names, rows, include_defaults=False).cte("entry")
    side = values(column("account", String), column("sign", BigInteger), name="side").data([(debit.value, 1), (credit.value, -1)])
    amount = source.c.amount_fen * side.c.sign
    lines = select(source.c.journal_id, side.c.account, source.c.estate_id, source.c.room_id, amount).join_from(source, side, true())
    into = ("journal_id", "account", "estate_id", "room_id", "amount_fen")
    uow.flush()
    statement = insert(LedgerLine).from_select(into, lines, include_defaults=False).add_cte(entry)
    return uow.session.connection().execute(statement).rowcount // 2


def _check(posting: Posting) -> None:
    if sum(entry.amount_fen for entry in posting.lines) != 0:
        raise ValueError(f"the entry for {posting.subject} {posting.subject_id} does not balance")
    if not any(entry.amount_fen for entry in posting.lines):
        raise ValueError(f"the entry for {posting.subject} {posting.subject_id} moves nothing")


def _journal(uow: UnitOfWork, actor: Actor, posting: Posting) -> dict[str, object]:
    return {
        "kind": posting.kind.value,
        "subject": posting.subject,
        "subject_id": posting.subject_id,
        "at": uow.now,
        "business_on": posting.business_on or business_date(uow.now),
        "actor_id": actor.account_id,
        "memo": posting.memo[:200],
    }


def _line(journal_id: int, entry: Entry) -> dict[str, object]:
    return {
        "journal_id": journal_id,
        "account": entry.account,
        "estate_id": entry.estate_id,
        "room_id": entry.room_id,
        "amount_fen": entry.amount_fen,
    }
