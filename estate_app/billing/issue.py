"""Issues a checked run in chunks: each commits by itself, so that a kill loses nothing and a repetition adds nothing."""

from collections.abc import Callable, Sequence

from sqlalchemy import select, tuple_, update
from sqlmodel import col

from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.audit import record
from estate_app.access.serial import next_serial
from estate_app.billing.models import Bill, BillDraft, BillLine, BillReading, BillRun, BillStatus, RunStatus, SkipReason
from estate_app.billing.run import hold_estate, own_run
from estate_app.billing.stored import line_row
from estate_app.bulk import copy_rows, new_ids
from estate_app.db import UnitOfWork, run_in_uow
from estate_app.errors import ConflictError, InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.ids import monthly_number
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.service import Entry, Posting, post_all
from estate_app.notification.service import tell
from estate_app.property.people import accounts_of_rooms

CHUNK = 500


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
    """Issue the next bills of a run that is being issued, with numbers, lines and ledger entries; returns how many drafts were met."""
    run = uow.session.get(BillRun, run_id, with_for_update=True, populate_existing=True)
    if run is None or run.status is not RunStatus.issuing:
        return 0
    hold_estate(uow.session, run.estate_id)
    todo = (col(BillDraft.run_id) == run_id, col(BillDraft.skip).is_(None), col(BillDraft.bill_id).is_(None))
    drafts = list(uow.session.scalars(select(BillDraft).where(*todo).order_by(col(BillDraft.id)).limit(size)))
    fresh = _without_billed(uow, run, drafts)
    if fresh:
        _insert(uow, run, fresh)
        run.issued_count += len(fresh)
        for room_id in {draft.room_id for draft in fresh}:
            uow.notify(f"bill:{room_id}")
    uow.notify(f"run:{run_id}")
    return len(drafts)


def finish_issue(uow: UnitOfWork, *, run_id: int) -> BillRun:
    """End a run whose drafts are all met, and tell each resident once; a run that ended before stays as it is."""
    run = uow.session.get_one(BillRun, run_id, with_for_update=True, populate_existing=True)
    if run.status is not RunStatus.issuing:
        return run
    run.status, run.issued_at = RunStatus.issued, uow.now
    rooms = set(uow.session.scalars(select(col(Bill.room_id)).where(col(Bill.run_id) == run_id).distinct()))
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


def _without_billed(uow: UnitOfWork, run: BillRun, drafts: Sequence[BillDraft]) -> list[BillDraft]:
    """Leave out what another run has billed since the preview, and say so."""
    keys = [(draft.fee_item_id, draft.room_id) for draft in drafts]
    statement = select(col(Bill.fee_item_id), col(Bill.room_id)).where(
        col(Bill.period) == run.period,
        col(Bill.status) != BillStatus.void,
        col(Bill.run_id).is_not(None),
        tuple_(col(Bill.fee_item_id), col(Bill.room_id)).in_(keys),
    )
    billed = {(item_id, room_id) for item_id, room_id in uow.session.execute(statement)} if keys else set()
    late = [draft for draft in drafts if (draft.fee_item_id, draft.room_id) in billed]
    if late:
        for draft in late:
            draft.skip = SkipReason.already_billed
        run.bill_count -= len(late)
        run.total_fen -= sum(draft.amount_fen for draft in late)
        run.skips = run.skips | {"already_billed": run.skips.get("already_billed", 0) + len(late)}
        uow.flush()
    return [draft for draft in drafts if (draft.fee_item_id, draft.room_id) not in billed]


def _insert(uow: UnitOfWork, run: BillRun, drafts: Sequence[BillDraft]) -> None:
    first = next_serial(uow.session, f"bill:{run.period:%Y%m}", count=len(drafts))
    numbers = [monthly_number("ZD", run.period, first + index) for index in range(len(drafts))]
    ids = new_ids(uow.session, Bill, len(drafts))
    chunk = list(zip(ids, numbers, drafts, strict=True))
    copy_rows(uow.session, Bill, [_bill(uow, run, *item) for item in chunk])
    lines = [line_row(key, position, line) for key, _, draft in chunk for position, line in enumerate(draft.lines, start=1)]
    copy_rows(uow.session, BillLine, lines)
    copy_rows(uow.session, BillReading, [{"bill_id": key, **reading} for key, _, draft in chunk for reading in draft.readings])
    post_all(uow, SYSTEM, [issue_posting(run.estate_id, draft, key, number) for key, number, draft in chunk])
    statement = (
        update(BillDraft)
        .where(
            col(BillDraft.id).in_([draft.id for draft in drafts]),
            col(Bill.id).in_(ids),
            col(Bill.fee_item_id) == col(BillDraft.fee_item_id),
            col(Bill.room_id) == col(BillDraft.room_id),
        )
        .values(bill_id=col(Bill.id))
    )
    uow.session.execute(statement.execution_options(synchronize_session=False))


def _bill(uow: UnitOfWork, run: BillRun, key: int, number: str, draft: BillDraft) -> dict[str, object]:
    return {
        "id": key,
        "number": number,
        "estate_id": run.estate_id,
        "room_id": draft.room_id,
        "fee_item_id": draft.fee_item_id,
        "run_id": run.id,
        "period": run.period,
        "due_on": run.due_on,
        "status": BillStatus.unpaid,
        "amount_fen": draft.amount_fen,
        "issued_at": uow.now,
    }


def issue_posting(estate_id: int, draft: BillDraft, bill_id: int, number: str) -> Posting:
    """The ledger entry of an issued bill: the room owes, the company has earned."""
    lines = (
        Entry(LedgerAccount.receivable, draft.amount_fen, estate_id, draft.room_id),
        Entry(LedgerAccount.income, -draft.amount_fen, estate_id, draft.room_id),
    )
    return Posting(JournalKind.bill_issued, "bill", bill_id, lines, number)
