"""Compares a statement with our books and writes the lines, in one transaction. Run again it gives the same lines.

What a person has resolved or proposed stays; everything else of the day is written anew. A payment near midnight that the statement of
the neighbouring day holds is taken off the list of this day.
"""

from datetime import date, timedelta

import polars as pl
from sqlalchemy import delete, exists, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.people import managers_anywhere
from estate_app.access.permission import Permission
from estate_app.bulk import copy_csv
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError
from estate_app.kit.i18n import msg
from estate_app.kit.money import format_yuan
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.queries import balance_about
from estate_app.ledger.service import Entry, post
from estate_app.notification.service import tell
from estate_app.payment.booking import CLEARING
from estate_app.payment.channel import Channel
from estate_app.payment.gateways.contract import Statement
from estate_app.payment.receipts import channel_name
from estate_app.payment.reconciliation.books import our_lines
from estate_app.payment.reconciliation.matching import channel_frame, match
from estate_app.payment.reconciliation.models import ItemState, ReconciliationItem, ReconciliationRun, RunStatus
from estate_app.settings import settings

SUBJECT = "reconciliation"
_UNSETTLED = (ItemState.open, ItemState.carried)
_FEES = """
SELECT p.estate_id, sum(i.channel_fee_fen)
FROM reconciliation_item i JOIN payment p ON p.id = i.payment_id
WHERE i.run_id = :run AND i.channel_fee_fen IS NOT NULL
  AND (i.kind <> 'fee' OR (i.state = 'resolved' AND i.action = 'accept_fee'))
GROUP BY p.estate_id
"""
_FOUND_NEXT_DOOR = """
DELETE FROM reconciliation_item n USING reconciliation_item m, reconciliation_run r
WHERE m.run_id = :run AND m.channel_fen IS NOT NULL AND n.channel_fen IS NULL AND n.state IN ('open', 'carried')
  AND n.payment_id = m.payment_id AND n.refund_id IS NOT DISTINCT FROM m.refund_id
  AND n.run_id = r.id AND r.id <> :run AND r.channel = :channel AND r.business_on BETWEEN :before AND :after
"""


def lock_run(uow: UnitOfWork, channel: Channel, day: date) -> ReconciliationRun:
    """The row of a channel's day, locked; made when there is none."""
    new = insert(ReconciliationRun).values(channel=channel, business_on=day, tried_at=uow.now, **_BLANK)
    uow.session.execute(new.on_conflict_do_nothing(index_elements=["channel", "business_on"]))
    found = select(ReconciliationRun).where(col(ReconciliationRun.channel) == channel, col(ReconciliationRun.business_on) == day)
    return uow.session.scalars(found.with_for_update().execution_options(populate_existing=True)).one()


_BLANK: dict[str, object] = {
    "status": RunStatus.waiting, "run_count": 0, "problem": "", "channel_count": 0, "channel_paid_fen": 0, "channel_refunded_fen": 0,
    "channel_fee_fen": 0, "local_count": 0, "local_paid_fen": 0, "local_refunded_fen": 0,
}  # fmt: skip


def compare(uow: UnitOfWork, actor: Actor, statement: Statement, *, file_id: int | None = None) -> ReconciliationRun:
    """Compare a day's statement with our books; repeated, nothing is told, booked or listed twice.

    Raises:
        ConflictError: the day is closed.
    """
    actor.require(Permission.reconcile)
    run = lock_run(uow, statement.channel, statement.day)
    if run.closed_at is not None:
        raise ConflictError(msg("This day is closed; its result stays as it is"))
    theirs = channel_frame(statement.rows)
    may_carry = not _is_done(uow.session, statement.channel, statement.day + timedelta(days=1))
    ours = our_lines(uow.session, statement.channel, statement.day, run.id, theirs, may_carry=may_carry)
    lines = match(theirs, ours, fee_bp=settings().fee_bp(statement.channel.value))
    _replace(uow, run, lines)
    _sum_up(uow, run, lines)
    run.file_id = file_id if file_id is not None else run.file_id
    _settle_midnight(uow, run)
    post_fees(uow, actor, run)
    found = open_count(uow.session, run.id)
    fact: dict[str, object] = {"channel": run.channel.value, "day": run.business_on.isoformat(), "lines": lines.height, "open": found}
    record(uow, actor, "reconcile:run", SUBJECT, run.id, after=fact)
    if found:
        _warn(uow, run, found)
    uow.notify(SUBJECT)
    return run


def open_count(session: Session, run_id: int) -> int:
    """How many lines of a run still wait for a person."""
    where = (col(ReconciliationItem.run_id) == run_id, col(ReconciliationItem.state) == ItemState.open)
    return int(session.scalar(select(text("count(*)")).select_from(ReconciliationItem).where(*where)) or 0)


def post_fees(uow: UnitOfWork, actor: Actor, run: ReconciliationRun) -> None:
    """Bring the ledger's fees of a locked run to what the statement says, disputed ones left out; each fen is posted once."""
    uow.flush()
    wanted = {estate: int(fen) for estate, fen in uow.session.execute(text(_FEES), {"run": run.id})}
    posted = balance_about(uow.session, SUBJECT, run.id, LedgerAccount.channel_fee)
    due = {estate: wanted.get(estate, 0) - posted.get(estate, 0) for estate in sorted({*wanted, *posted})}
    lines = [line for estate, fen in due.items() if fen for line in _fee_lines(run.channel, estate, fen)]
    if lines:
        memo = f"{run.channel.value} {run.business_on.isoformat()}"
        post(uow, actor, kind=JournalKind.settlement_fee, subject=SUBJECT, subject_id=run.id, lines=lines, memo=memo)


def _fee_lines(channel: Channel, estate: int, fen: int) -> tuple[Entry, Entry]:
    return Entry(LedgerAccount.channel_fee, fen, estate), Entry(CLEARING[channel], -fen, estate)


def _replace(uow: UnitOfWork, run: ReconciliationRun, lines: pl.DataFrame) -> None:
    item = ReconciliationItem
    decided = (ItemState.proposed, ItemState.resolved)
    uow.session.execute(delete(item).where(col(item.run_id) == run.id, col(item.state).not_in(decided)))
    kept = list(uow.session.scalars(select(col(item.item_key)).where(col(item.run_id) == run.id)))
    fresh = lines.filter(~pl.col("item_key").is_in(kept)) if kept else lines
    rows = fresh.with_columns(run_id=pl.lit(run.id), outcome=pl.lit(""), note=pl.lit(""))
    content = rows.write_csv(include_header=False, quote_style="non_numeric", datetime_format="%Y-%m-%d %H:%M:%S%.6f+00")
    copy_csv(uow.session, item, rows.columns, content.encode())


def _sum_up(uow: UnitOfWork, run: ReconciliationRun, lines: pl.DataFrame) -> None:
    refund = pl.col("is_refund")
    ours, theirs = lines.filter(pl.col("local_fen").is_not_null()), lines.filter(pl.col("channel_fen").is_not_null())
    run.status, run.done_at, run.tried_at, run.problem = RunStatus.done, uow.now, uow.now, ""
    run.run_count += 1
    run.channel_count, run.local_count = theirs.height, ours.height
    run.channel_paid_fen = int(theirs.filter(~refund)["channel_fen"].sum())
    run.channel_refunded_fen = -int(theirs.filter(refund)["channel_fen"].sum())
    run.channel_fee_fen = int(theirs["channel_fee_fen"].sum())
    run.local_paid_fen = int(ours.filter(~refund)["local_fen"].sum())
    run.local_refunded_fen = -int(ours.filter(refund)["local_fen"].sum())


def _settle_midnight(uow: UnitOfWork, run: ReconciliationRun) -> None:
    """Take off the neighbouring days what this statement holds; what still misses the day before is a difference now."""
    day = timedelta(days=1)
    given = {"run": run.id, "channel": run.channel.value, "before": run.business_on - day, "after": run.business_on + day}
    uow.session.execute(text(_FOUND_NEXT_DOOR), given)
    before = select(col(ReconciliationRun.id)).where(
        col(ReconciliationRun.channel) == run.channel, col(ReconciliationRun.business_on) == run.business_on - day
    )
    waiting = (col(ReconciliationItem.run_id).in_(before), col(ReconciliationItem.state) == ItemState.carried)
    uow.session.execute(update(ReconciliationItem).where(*waiting).values(state=ItemState.open))


def _is_done(session: Session, channel: Channel, day: date) -> bool:
    run = ReconciliationRun
    where = (col(run.channel) == channel, col(run.business_on) == day, col(run.status) == RunStatus.done)
    return bool(session.scalar(select(exists().where(*where))))


def _warn(uow: UnitOfWork, run: ReconciliationRun, found: int) -> None:
    off = run.channel_paid_fen - run.channel_refunded_fen - run.local_paid_fen + run.local_refunded_fen
    tell(
        uow,
        managers_anywhere(uow.session, Permission.reconcile),
        event="reconciliation",
        title=msg("Reconciliation of {channel} found {count} differences", channel=channel_name(run.channel.value), count=found),
        body=msg("{day}: the channel has ¥{amount} more than our books", day=run.business_on.isoformat(), amount=format_yuan(off)),
        link=f"/manage/reconciliation?on={run.business_on.isoformat()}&channel={run.channel.value}",
        urgent=True,
        dedupe=f"reconciliation:{run.id}:{found}",
    )
