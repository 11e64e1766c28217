"""Issues a checked run in chunks: each commits by itself, so that a kill loses nothing and a repetition adds nothing."""

from collections.abc import Callable, Sequence

from sqlalchemy import select, text
from sqlmodel import col

from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.audit import record
from estate_app.access.serial import next_serial
from estate_app.billing.models import Bill, BillRun, RunStatus
from estate_app.billing.opening import opened_in
from estate_app.billing.run import hold_estate, own_run
from estate_app.db import UnitOfWork, run_in_uow
from estate_app.errors import ConflictError, InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.ids import MONTHLY_WIDTH, monthly_prefix
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.service import post_each
from estate_app.notification.service import tell
from estate_app.prepared import Prepared, columns
from estate_app.property.people import accounts_of_rooms

CHUNK = 10_000
_PART = "run_id = :run AND id > :after AND id <= :until AND skip IS NULL"
_NEXT = Prepared(
    text(
        "SELECT count(*), max(id), min(room_id), max(room_id)"
        " FROM (SELECT id, room_id FROM bill_draft WHERE run_id = :run AND id > :after ORDER BY id LIMIT :size) AS next"
    )
)
_FRESH = Prepared(text(f"SELECT count(*) FROM bill_draft WHERE {_PART}"))  # noqa: S608 -- our own words
_ROOMS = Prepared(text(f"SELECT DISTINCT room_id FROM bill_draft WHERE {_PART}"))  # noqa: S608 -- our own words
_BILLED = Prepared(
    text(
        "SELECT fee_item_id, room_id FROM bill WHERE fee_item_id = ANY(CAST(:items AS bigint[])) AND room_id BETWEEN :first AND :last"
        " AND period = :period AND status <> 'void' AND run_id IS NOT NULL"
    )
)
"""By the rooms of the part alone: however many bills the month has, those of other rooms are never looked at."""
_LATE = Prepared(
    text(
        f"UPDATE bill_draft SET skip = 'already_billed' WHERE {_PART} AND (fee_item_id, room_id) IN"  # noqa: S608 -- our own words
        " (SELECT * FROM unnest(CAST(:items AS bigint[]), CAST(:rooms AS bigint[]))) RETURNING amount_fen"
    )
)
_ISSUE = Prepared(
    text(
        f"""
        WITH fresh AS MATERIALIZED (
            SELECT nextval(pg_get_serial_sequence('bill', 'id')) AS bill_id, lpad(place::text, greatest(:width, length(place::text)), '0')
                AS serial, room_id, fee_item_id, amount_fen, lines, readings
            FROM (SELECT *, :serial + row_number() OVER (ORDER BY id) - 1 AS place FROM bill_draft WHERE {_PART}) AS todo
            ORDER BY id
        ), bills AS (
            INSERT INTO bill (id, number, estate_id, room_id, fee_item_id, run_id, period, due_on, status, amount_fen, paid_fen,
                issued_at, void_reason)
            SELECT bill_id, CAST(:prefix AS text) || serial, :estate, room_id, fee_item_id, :run, :period, :due_on, 'unpaid', amount_fen,
                0, CAST(:at AS timestamptz), ''
            FROM fresh
        ), lines AS (
            INSERT INTO bill_line (bill_id, position, label, quantity_milli, unit, price_e4, amount_fen, inputs)
            SELECT bill_id, position, label, quantity_milli, unit, price_e4, line.amount_fen, inputs
            FROM fresh, ROWS FROM (jsonb_to_recordset(lines) AS (label text, quantity_milli bigint, unit text, price_e4 bigint,
                amount_fen bigint, inputs jsonb)) WITH ORDINALITY
                AS line(label, quantity_milli, unit, price_e4, amount_fen, inputs, position)
        ), readings AS (
            INSERT INTO bill_reading (bill_id, reading_id, from_reading_id, usage_milli)
            SELECT bill_id, reading.*
            FROM fresh, jsonb_to_recordset(readings) AS reading(reading_id bigint, from_reading_id bigint, usage_milli bigint)
        )
        SELECT min(bill_id), max(bill_id) FROM fresh
        """  # noqa: S608 -- our own words
    )
)
"""The bills of a part of a run with their lines and readings, numbered in the order of the drafts."""


def issue_run(
    actor: Actor, *, run_id: int, expected_count: int | None = None, chunk: int = CHUNK, on_progress: Callable[[int], object] | None = None
) -> BillRun:
    """Issue a run from the edge, outside any transaction; called again after a kill it goes on where it stopped.

    `expected_count` is the number of bills that a person typed to confirm. `on_progress` is told how many bills are out.
    """
    run_in_uow(start_issue, actor, run_id=run_id, expected_count=expected_count)
    while run_in_uow(issue_chunk, run_id=run_id, size=chunk):
        if on_progress:
            on_progress(run_in_uow(_count, run_id))
    return run_in_uow(finish_issue, run_id=run_id)


def start_issue(uow: UnitOfWork, actor: Actor, *, run_id: int, expected_count: int | None = None) -> BillRun:
    """Close a draft to changes and begin to issue it; a run that is being issued or is issued stays as it is."""
    run = own_run(uow, actor, run_id)
    if run.status in {RunStatus.issuing, RunStatus.issued}:
        return run
    if run.status is not RunStatus.draft:
        raise ConflictError(msg("This run was discarded"))
    if run.bill_count == 0:
        raise ConflictError(msg("This run has no bills to issue"))
    if expected_count is not None and expected_count != run.bill_count:
        raise InvalidError(msg("Type the number of bills, {count}, to confirm", count=run.bill_count), field="expected_count")
    run.status = RunStatus.issuing
    fact: dict[str, object] = {"bills": run.bill_count, "total_fen": run.total_fen}
    record(uow, actor, "run:issue", "bill_run", run_id, before={"status": "draft"}, after=fact)
    uow.notify(f"run:{run_id}")
    uow.notify("runs")
    return run


def issue_chunk(uow: UnitOfWork, *, run_id: int, size: int = CHUNK) -> int:
    """Issue the next bills of a run that is being issued, with numbers, lines and ledger entries; returns how many drafts were met.

    The database writes them from the drafts itself: what was previewed is what is issued, and nothing of it passes through here.
    """
    run = uow.session.get(BillRun, run_id, with_for_update=True, populate_existing=True)
    if run is None or run.status is not RunStatus.issuing:
        return 0
    hold_estate(uow.session, run.estate_id)
    ((met, until, *rooms),) = _NEXT.rows(uow.session, run=run_id, after=run.issued_upto, size=size)
    if not met:
        return 0
    part = {"run": run_id, "after": run.issued_upto, "until": until}
    _leave_out_billed(uow, run, part, rooms)
    ((fresh,),) = _FRESH.rows(uow.session, **part)
    if fresh:
        _insert(uow, run, part, fresh)
        run.issued_count += fresh
        for (room_id,) in _ROOMS.rows(uow.session, **part):
            uow.notify(f"bill:{room_id}")
    run.issued_upto = until
    uow.notify(f"run:{run_id}")
    return int(met)


def finish_issue(uow: UnitOfWork, *, run_id: int) -> BillRun:
    """End a run whose drafts are all met, and tell each resident once; a run that ended before stays as it is."""
    run = uow.session.get_one(BillRun, run_id, with_for_update=True, populate_existing=True)
    if run.status is not RunStatus.issuing:
        return run
    run.status, run.issued_at = RunStatus.issued, uow.now
    rooms = list(uow.session.scalars(select(col(Bill.room_id)).where(col(Bill.run_id) == run_id).distinct()))
    people = {person for group in accounts_of_rooms(uow.session, rooms, business_date(uow.now)).values() for person in group}
    tell(
        uow,
        people,
        event="bill_issued",
        title=msg("Your bills for {month} are ready", month=f"{run.period:%Y-%m}"),
        body=msg("Please pay by {day}. Open a bill to see how it was computed.", day=run.due_on.isoformat()),
        link="/bills",
        dedupe=f"run:{run_id}",
    )
    for person in people:
        uow.notify(f"resident:{person}")
    record(uow, SYSTEM, "run:issued", "bill_run", run_id, after={"bills": run.issued_count, "people": len(people)})
    uow.notify(f"run:{run_id}")
    uow.notify("runs")
    return run


def _count(uow: UnitOfWork, run_id: int) -> int:
    return uow.session.scalar(select(col(BillRun.issued_count)).where(col(BillRun.id) == run_id)) or 0


def _leave_out_billed(uow: UnitOfWork, run: BillRun, part: dict[str, object], rooms: Sequence[int]) -> None:
    """Leave out what another run has billed since the preview, or imported arrears have claimed, and say so."""
    rows = _BILLED.rows(uow.session, items=run.item_ids, first=rooms[0], last=rooms[1], period=run.period)
    billed = {(item_id, room_id) for item_id, room_id in rows}
    billed |= opened_in(uow.session, run.item_ids, run.period, (rooms[0], rooms[1]))
    if not billed:
        return
    items, known = zip(*billed, strict=True)
    late = [amount for (amount,) in _LATE.rows(uow.session, **part, items=list(items), rooms=list(known))]
    if late:
        run.bill_count -= len(late)
        run.total_fen -= sum(late)
        run.skips = run.skips | {"already_billed": run.skips.get("already_billed", 0) + len(late)}


def _insert(uow: UnitOfWork, run: BillRun, part: dict[str, object], count: int) -> None:
    serial = next_serial(uow.session, f"bill:{run.period:%Y%m}", count=count)
    bills = _ISSUE.rows(
        uow.session,
        **part,
        serial=serial,
        prefix=monthly_prefix("ZD", run.period),
        width=MONTHLY_WIDTH,
        estate=run.estate_id,
        period=run.period,
        due_on=run.due_on,
        at=uow.now,
    )
    ((first, last),) = bills
    issued = columns(
        col(Bill.id).label("subject_id"), col(Bill.estate_id), col(Bill.room_id), col(Bill.amount_fen), col(Bill.number).label("memo")
    ).where(col(Bill.run_id) == run.id, col(Bill.id).between(first, last))
    # The room owes, the company has earned.
    post_each(
        uow, SYSTEM, kind=JournalKind.bill_issued, subject="bill", debit=LedgerAccount.receivable, credit=LedgerAccount.income, of=issued
    )
