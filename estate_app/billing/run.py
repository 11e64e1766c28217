"""Bill runs up to their check: preview, recompute, discard. What a preview shows is kept, and exactly that is issued."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import delete, select, text
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.access.serial import next_serial
from estate_app.billing.models import BillDraft, BillRun, FeeItem, RunStatus
from estate_app.billing.prices import RUN_KINDS
from estate_app.billing.run_inputs import load_frame, load_inputs, room_spans
from estate_app.billing.run_meters import Key
from estate_app.billing.run_pricing import COLUMNS, Pricer
from estate_app.bulk import copy_lines
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.ids import monthly_number
from estate_app.property.queries import ensure_estate

MAX_MONTHS_AHEAD = 1
SPAN = 5_000
"""So many rooms are priced and written at a time."""


def preview_run(
    uow: UnitOfWork, actor: Actor, *, estate_id: int, period: date, item_ids: Collection[int], due_on: date | None = None
) -> BillRun:
    """Compute a month's bills of some items without issuing them: bills, skips with reasons, and last month's amounts beside.

    `period` is any day of the month. A draft of the same estate, month and items is computed anew instead of doubled.
    """
    actor.require(Permission.billing_run)
    ensure_estate(uow.session, actor, estate_id, Permission.billing_run)
    month = period.replace(day=1)
    items = _items(uow.session, estate_id, item_ids)
    today = business_date(uow.now)
    _check_month(month, today)
    due = due_on or today + timedelta(days=max(item.due_days for item in items))
    if due < today:
        raise InvalidError(msg("The due date lies in the past"), field="due_on")
    hold_estate(uow.session, estate_id)
    run = _draft_of(uow, actor, estate_id, month, [item.id or 0 for item in items], due)
    _compute(uow, run, items, month)
    record(uow, actor, "run:preview", "bill_run", run.id or 0, after=_facts(run))
    uow.notify(f"run:{run.id}")
    uow.notify("runs")
    return run


def recompute_run(uow: UnitOfWork, actor: Actor, *, run_id: int) -> BillRun:
    """Compute a draft anew, after a reading was entered or a price mended."""
    run = own_run(uow, actor, run_id)
    _ensure_draft(run)
    return preview_run(uow, actor, estate_id=run.estate_id, period=run.period, item_ids=run.item_ids, due_on=run.due_on)


def discard_run(uow: UnitOfWork, actor: Actor, *, run_id: int) -> BillRun:
    """Throw a draft away; nothing of it was ever seen by a resident."""
    run = own_run(uow, actor, run_id)
    _ensure_draft(run)
    run.status = RunStatus.discarded
    uow.session.execute(delete(BillDraft).where(col(BillDraft.run_id) == run_id))
    record(uow, actor, "run:discard", "bill_run", run_id, before=_facts(run))
    uow.notify(f"run:{run_id}")
    uow.notify("runs")
    return run


def own_run(uow: UnitOfWork, actor: Actor, run_id: int) -> BillRun:
    """Lock a run within the actor's scope; a stranger gets a 404."""
    actor.require(Permission.billing_run)
    run = uow.session.get(BillRun, run_id, with_for_update=True, populate_existing=True)
    if run is None:
        raise NotFoundError
    ensure_estate(uow.session, actor, run.estate_id, Permission.billing_run)
    return run


def hold_estate(session: Session, estate_id: int) -> None:
    """Let nobody else compute or issue bills of this estate until the transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"billing:{estate_id}"})


def _items(session: Session, estate_id: int, item_ids: Collection[int]) -> list[FeeItem]:
    wanted = set(item_ids)
    if not wanted:
        raise InvalidError(msg("Choose at least one item"), field="item_ids")
    statement = select(FeeItem).where(col(FeeItem.id).in_(wanted), col(FeeItem.estate_id) == estate_id).order_by(col(FeeItem.id))
    items = list(session.scalars(statement))
    if len(items) != len(wanted):
        raise NotFoundError
    for item in items:
        if item.kind not in RUN_KINDS:
            raise InvalidError(msg("{item} is billed singly, not by a run", item=item.name), field="item_ids")
        if not item.is_active:
            raise InvalidError(msg("{item} is no longer charged", item=item.name), field="item_ids")
    return items


def _check_month(month: date, today: date) -> None:
    ahead = (month.year - today.year) * 12 + month.month - today.month
    if ahead > MAX_MONTHS_AHEAD:
        raise InvalidError(msg("Bills can be made for next month at the latest"), field="period")


def _draft_of(uow: UnitOfWork, actor: Actor, estate_id: int, month: date, item_ids: list[int], due_on: date) -> BillRun:
    run = uow.session.scalar(
        select(BillRun)
        .where(
            col(BillRun.estate_id) == estate_id,
            col(BillRun.period) == month,
            col(BillRun.status) == RunStatus.draft,
            col(BillRun.item_ids) == item_ids,
        )
        .with_for_update()
        .limit(1)
    )
    if run is None:
        run = BillRun(
            number=monthly_number("CZ", month, next_serial(uow.session, f"run:{month:%Y%m}"), width=2),
            estate_id=estate_id,
            period=month,
            item_ids=item_ids,
            due_on=due_on,
            created_by=actor.account_id,
            created_at=uow.now,
        )
        uow.session.add(run)
        uow.flush()
    else:
        uow.session.execute(delete(BillDraft).where(col(BillDraft.run_id) == run.id))
    run.due_on = due_on
    return run


def _compute(uow: UnitOfWork, run: BillRun, items: Sequence[FeeItem], month: date) -> None:
    """Price the rooms span by span, so that a run of a million lines needs no more memory than one of ten thousand."""
    frame = load_frame(uow.session, items, month)
    pricer = Pricer(run.id or 0, frame)
    skips: Counter[str] = Counter()
    run.room_count = run.bill_count = run.total_fen = 0
    for span in room_spans(uow.session, items, month, SPAN):
        inputs = load_inputs(uow.session, frame, span)
        drafts = [pricer.draft(key, inputs) for key in sorted(inputs.standings, key=_by_room)]
        copy_lines(uow.session, BillDraft, COLUMNS, (draft.line for draft in drafts))
        run.room_count += len(inputs.rooms)
        run.bill_count += sum(draft.skip is None for draft in drafts)
        run.total_fen += sum(draft.amount_fen for draft in drafts)
        skips.update(draft.skip.value for draft in drafts if draft.skip)
    run.skips = dict(skips)


def _by_room(key: Key) -> Key:
    return key[1], key[0]


def _ensure_draft(run: BillRun) -> None:
    if run.status is not RunStatus.draft:
        raise ConflictError(msg("This run is no longer a draft"))


def _facts(run: BillRun) -> dict[str, object]:
    return {"number": run.number, "bills": run.bill_count, "total_fen": run.total_fen, "skips": dict(run.skips)}
