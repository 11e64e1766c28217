"""Bill lines per second through preview and issue, beside a raw COPY of the very rows that the run wrote."""

import time

import psycopg
from psycopg import sql
from sqlmodel import select

from bench.plan import IS_QUICK, ratio, say
from bench.world import World, small, world
from estate_app import db
from estate_app.access.actor import Actor
from estate_app.billing.issue import issue_run
from estate_app.billing.models import FeeItem
from estate_app.billing.prices import RUN_KINDS
from estate_app.billing.run import preview_run
from estate_app.db import UnitOfWork
from estate_app.kit.clock import at_local, business_date, month_start, utc_now

_OF_BILLS = "subject = 'bill' AND subject_id IN (SELECT id FROM bill WHERE run_id = {run})"
_WRITTEN = {
    "bill_draft": "run_id = {run}",
    "bill": "run_id = {run}",
    "bill_line": "bill_id IN (SELECT id FROM bill WHERE run_id = {run})",
    "bill_reading": "bill_id IN (SELECT id FROM bill WHERE run_id = {run})",
    "journal": _OF_BILLS,
    "ledger_line": f"journal_id IN (SELECT id FROM journal WHERE {_OF_BILLS})",  # noqa: S608 -- our own words
}


def measure() -> dict[str, object]:
    """Bill the current month of one whole estate; the demo ends with that month's first day, so that its meters are read."""
    now = utc_now()
    scale = small() if IS_QUICK else small(buildings=16, floors=26, technicians=12)
    with world(scale, now=at_local(month_start(business_date(now)))) as site:
        actor = site.actor("finance")
        estate_id, items = db.run_in_uow(_items)
        say("  billing")
        started = time.perf_counter()
        run = db.run_in_uow(preview_run, actor, estate_id=estate_id, period=business_date(now), item_ids=items)
        previewed = time.perf_counter()
        issued = _issue(actor, run.id or 0)
        ended = time.perf_counter()
        counts, raw = _copy(site, run.id or 0)
        lines = counts["bill_line"]
        return {
            "rooms": run.room_count,
            "bills": issued,
            "lines": lines,
            "skips": run.skips,
            "rows_written": sum(counts.values()),
            "preview_s": round(previewed - started, 3),
            "issue_s": round(ended - previewed, 3),
            "lines_per_second": round(lines / (ended - started)),
            "bare_copy_s": round(raw, 3),
            "bare_lines_per_second": round(lines / raw),
            "ratio": ratio(lines / (ended - started), lines / raw),
            **site.durability,
        }


def _items(uow: UnitOfWork) -> tuple[int, list[int]]:
    items = [item for item in uow.session.exec(select(FeeItem)) if item.kind in RUN_KINDS and item.is_active]
    return items[0].estate_id, [item.id or 0 for item in items]


def _issue(actor: Actor, run_id: int) -> int:
    return issue_run(actor, run_id=run_id).issued_count


def _copy(site: World, run_id: int) -> tuple[dict[str, int], float]:
    """COPY every row that the run wrote into twins of its tables, indexes included, in one commit."""
    with psycopg.connect(site.environment["ESTATE_DATABASE_URL"]) as connection:
        rows: dict[str, bytes] = {}
        for table, condition in _WRITTEN.items():
            query = f"COPY (SELECT * FROM {table} WHERE {condition.format(run=run_id)}) TO STDOUT"  # noqa: S608 -- our own words
            with connection.cursor().copy(query.encode()) as out:
                rows[table] = b"".join(bytes(part) for part in out)
            connection.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(_twin(table), sql.Identifier(table)))
        connection.commit()
        started = time.perf_counter()
        for table, content in rows.items():
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(_twin(table))) as into:
                into.write(content)
        connection.commit()
        return {table: content.count(b"\n") for table, content in rows.items()}, time.perf_counter() - started


def _twin(table: str) -> sql.Identifier:
    return sql.Identifier(f"bench_{table}")
