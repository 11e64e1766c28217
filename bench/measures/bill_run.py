"""Bill lines per second through preview and issue, beside a raw COPY of the very rows that the run wrote into the same tables."""

import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import func, text
from sqlmodel import col, select

from bench.plan import BILL_LINES, ratio, say
from bench.process import forget_peak, peak_mb
from bench.rooms import Rooms, fill
from bench.world import World, world
from estate_app import db
from estate_app.access.actor import Actor
from estate_app.billing.issue import issue_run
from estate_app.billing.models import Bill, BillLine, BillRun
from estate_app.billing.run import preview_run
from estate_app.billing.run_queries import list_drafts, run_detail
from estate_app.db import UnitOfWork
from estate_app.kit.clock import business_date, month_start, utc_now
from estate_app.kit.pagination import PageRequest
from estate_app.ledger.models import Journal, JournalKind, LedgerAccount, LedgerLine

_OF_BILLS = "subject = 'bill' AND subject_id IN (SELECT id FROM bill WHERE run_id = {run})"
_WRITTEN = {
    "bill_draft": "run_id = {run}",
    "bill": "run_id = {run}",
    "bill_line": "bill_id IN (SELECT id FROM bill WHERE run_id = {run})",
    "bill_reading": "bill_id IN (SELECT id FROM bill WHERE run_id = {run})",
    "journal": _OF_BILLS,
    "ledger_line": f"journal_id IN (SELECT id FROM journal WHERE {_OF_BILLS})",  # noqa: S608 -- our own words
}
_BLOCK = 1 << 20
_RULES = """
SELECT format('ALTER TABLE %%I ADD %%s', CAST(%(twin)s AS text), pg_get_constraintdef(oid)) FROM pg_constraint
WHERE conrelid = CAST(%(table)s AS regclass) AND contype = 'f'
UNION ALL SELECT replace(pg_get_triggerdef(oid), ' ON public.' || CAST(%(table)s AS text) || ' ',
    ' ON ' || CAST(%(twin)s AS text) || ' ') FROM pg_trigger
WHERE tgrelid = CAST(%(table)s AS regclass) AND NOT tgisinternal
"""


def measure() -> dict[str, object]:
    """Bill the current month of estates of three sizes, the largest last."""
    with world() as site:
        actor = site.actor("finance")
        runs = [_run(site, actor, lines) for lines in BILL_LINES]
        before, last = runs[-2:]
        return {
            "runs": runs,
            "cost_per_line": ratio(last["us_per_line"], before["us_per_line"]),
            "ratio": last["ratio"],
            "peak_mb": last["peak_mb"],
            **site.durability,
        }


def _run(site: World, actor: Actor, lines: int) -> dict[str, Any]:
    today = business_date(utc_now())
    say(f"  filling an estate for {lines:,} lines")
    rooms = fill(lines, month=month_start(today))
    say("  billing")
    forget_peak()
    started = time.perf_counter()
    run = db.run_in_uow(preview_run, actor, estate_id=rooms.estate_id, period=today, item_ids=rooms.item_ids)
    previewed = time.perf_counter()
    db.run_in_uow(_compare, actor, run.id or 0)
    compared = time.perf_counter()
    issued = issue_run(actor, run_id=run.id or 0)
    ended = time.perf_counter()
    peak = peak_mb()
    server = _server_peak()
    seconds = previewed - started + ended - compared
    say("  copying the same rows")
    counts, raw = _copy(site, run.id or 0)
    made = counts["bill_line"]
    db.run_in_uow(_check, run.id or 0, issued.total_fen)
    return {
        **_size(rooms, issued, counts),
        "preview_s": round(previewed - started, 2),
        "compare_s": round(compared - previewed, 3),
        "issue_s": round(ended - compared, 2),
        "us_per_line": round(seconds / made * 1e6, 2),
        "lines_per_second": round(made / seconds),
        "bare_copy_s": round(raw, 2),
        "bare_lines_per_second": round(made / raw),
        "bare_rows_per_second": round(sum(counts.values()) / raw),
        "ratio": ratio(made / seconds, made / raw),
        "peak_mb": peak,
        "server_peak_mb": server,
    }


def _size(rooms: Rooms, run: BillRun, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "rooms": rooms.rooms,
        "bills": run.issued_count,
        "lines": counts["bill_line"],
        "skips": run.skips,
        "rows_written": sum(counts.values()),
    }


def _compare(uow: UnitOfWork, actor: Actor, run_id: int) -> None:
    """What the wizard asks before the issue: the totals against last month, and the first page ranked by change."""
    run_detail(uow.session, actor, run_id=run_id)
    list_drafts(uow.session, actor, run_id=run_id, page=PageRequest(sort="-change"))


def _check(uow: UnitOfWork, run_id: int, total_fen: int) -> None:
    """The run's total is the sum of its lines and of its entries."""
    of_run = select(Bill.id).where(Bill.run_id == run_id)
    lines = uow.session.scalar(select(func.sum(BillLine.amount_fen)).where(col(BillLine.bill_id).in_(of_run)))
    entries = uow.session.scalar(
        select(func.sum(LedgerLine.amount_fen))
        .join(Journal, col(Journal.id) == col(LedgerLine.journal_id))
        .where(
            LedgerLine.account == LedgerAccount.receivable,
            Journal.kind == JournalKind.bill_issued,
            col(Journal.subject_id).in_(of_run),
        )
    )
    if not lines == entries == total_fen:
        raise ValueError(f"the run says {total_fen} fen, its lines {lines}, its entries {entries}")


def _server_peak() -> int:
    """The most that the run's own PostgreSQL backend has held at once, shared buffers that it touched included."""
    with db.engine().connect() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
    return peak_mb(pid)


def _copy(site: World, run_id: int) -> tuple[dict[str, int], float]:
    """COPY every row that the run wrote into twins of its tables: keys, indexes, references and triggers included, in one commit."""
    counts: dict[str, int] = {}
    with (
        tempfile.TemporaryDirectory(prefix="estate-rows-") as folder,
        psycopg.connect(site.environment["ESTATE_DATABASE_URL"]) as connection,
    ):
        for table, condition in _WRITTEN.items():
            query = f"COPY (SELECT * FROM {table} WHERE {condition.format(run=run_id)}) TO STDOUT"  # noqa: S608 -- our own words
            with (Path(folder) / table).open("wb") as file, connection.cursor() as cursor, cursor.copy(query.encode()) as out:
                for part in out:
                    file.write(part)
                counts[table] = 0
            _twin(connection, table)
        connection.commit()
        started = time.perf_counter()
        for table in _WRITTEN:
            statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(f"bench_{table}"))
            with (Path(folder) / table).open("rb") as file, connection.cursor() as cursor:
                with cursor.copy(statement) as into:
                    while part := file.read(_BLOCK):
                        into.write(part)
                counts[table] = cursor.rowcount
        connection.commit()
        return counts, time.perf_counter() - started


def _twin(connection: "psycopg.Connection[Any]", table: str) -> None:
    twin = f"bench_{table}"
    connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(twin)))
    connection.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(sql.Identifier(twin), sql.Identifier(table)))
    for (statement,) in connection.execute(_RULES, {"table": table, "twin": twin}).fetchall():
        connection.execute(statement)
