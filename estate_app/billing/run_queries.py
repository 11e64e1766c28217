"""Reads of bill runs: the list, one run with its items, skips and odd amounts, and its drafts ranked by change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.models import Account
from estate_app.access.permission import Permission
from estate_app.billing.models import Bill, BillDraft, BillRun, FeeItem, FeeKind, RunStatus, SkipReason
from estate_app.errors import NotFoundError
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.models import Building, Estate, Room
from estate_app.property.queries import in_scope, room_label


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in a list. `item_ids` are the fee items; amounts in fen."""

    id: int
    number: str
    estate_id: int
    estate_name: str
    period: date
    status: RunStatus
    due_on: date
    creator: str
    created_at: datetime
    issued_at: datetime | None
    room_count: int
    bill_count: int
    issued_count: int
    total_fen: int
    skip_count: int
    item_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RunItem:
    """One fee item of a run: bills, charged quantity, amount, and last month's amount of the same rooms (None: there was none)."""

    item_id: int
    name: str
    name_en: str
    kind: FeeKind
    count: int
    quantity_milli: int
    amount_fen: int
    last_fen: int | None


@dataclass(frozen=True, slots=True)
class RunDetail:
    """A run for its check: skips by reason, flagged drafts by flag, and what last month's amounts were."""

    run: RunRow
    items: tuple[RunItem, ...]
    skips: tuple[tuple[SkipReason, int], ...]
    flags: tuple[tuple[str, int], ...]
    last_fen: int


class DraftKind(StrEnum):
    """Which drafts of a run are shown."""

    all = "all"
    skipped = "skipped"
    flagged = "flagged"
    billed = "billed"


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One room and item of a run; `flag` is a word of `rules.meter.ReadingFlag`, `change_fen` is against last month."""

    id: int
    room_id: int
    room_code: str
    place: str
    item_id: int
    item_name: str
    item_name_en: str
    skip: SkipReason | None
    flag: str
    quantity_milli: int
    amount_fen: int
    last_fen: int | None
    change_fen: int | None
    bill_id: int | None


def list_runs(
    session: Session, actor: Actor, *, page: PageRequest, estate_id: int | None = None, with_discarded: bool = False
) -> Page[RunRow]:
    """One page of the runs of the actor's estates, newest first."""
    actor.require(Permission.billing_read)
    where = _where(actor)
    if estate_id is not None:
        where.append(col(BillRun.estate_id) == estate_id)
    if not with_discarded:
        where.append(col(BillRun.status) != RunStatus.discarded)
    total = session.scalar(select(func.count()).select_from(BillRun).where(*where)) or 0
    statement = _runs().where(*where).order_by(col(BillRun.id).desc()).offset(page.offset).limit(page.size)
    return Page(tuple(_run_row(*row) for row in session.execute(statement)), int(total), page)


def run_detail(session: Session, actor: Actor, *, run_id: int) -> RunDetail:
    """One run of the actor's estates; a stranger gets a 404."""
    actor.require(Permission.billing_read)
    found = session.execute(_runs().where(col(BillRun.id) == run_id, *_where(actor))).one_or_none()
    if found is None:
        raise NotFoundError
    run = _run_row(*found)
    of_run = col(BillDraft.run_id) == run_id
    flags = session.execute(
        select(col(BillDraft.flag), func.count()).where(of_run, col(BillDraft.flag) != "").group_by(col(BillDraft.flag))
    ).all()
    skips = session.execute(
        select(col(BillDraft.skip), func.count()).where(of_run, col(BillDraft.skip).is_not(None)).group_by(col(BillDraft.skip))
    ).all()
    items = _items(session, run_id)
    return RunDetail(
        run=run,
        items=items,
        skips=tuple(sorted((reason, int(count)) for reason, count in skips if reason is not None)),
        flags=tuple(sorted((flag, int(count)) for flag, count in flags)),
        last_fen=sum(item.last_fen or 0 for item in items),
    )


def list_drafts(
    session: Session,
    actor: Actor,
    *,
    run_id: int,
    page: PageRequest,
    kind: DraftKind = DraftKind.all,
    skip: SkipReason | None = None,
) -> Page[DraftRow]:
    """One page of a run's rooms; sorted by `room`, `amount` or `change`, which is the default: the greatest change first."""
    where = _draft_where(session, actor, run_id, kind, skip)
    total = session.scalar(select(func.count()).select_from(BillDraft).where(*where)) or 0
    statement = _drafts().where(*where).order_by(*_draft_order(page.sort)).offset(page.offset).limit(page.size)
    return Page(tuple(_draft_row(*row) for row in session.execute(statement)), int(total), page)


def export_drafts(session: Session, actor: Actor, *, run_id: int, kind: DraftKind = DraftKind.all) -> Iterator[DraftRow]:
    """Every room of a run, for an export."""
    where = _draft_where(session, actor, run_id, kind, None)
    for row in session.execute(_drafts().where(*where).order_by(*_draft_order("room")), execution_options={"yield_per": 1_000}):
        yield _draft_row(*row)


def _where(actor: Actor) -> list[ColumnElement[bool]]:
    return [in_scope(actor, Permission.billing_read, estate=col(BillRun.estate_id))]


def _runs() -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = (
        select(BillRun, col(Estate.name), col(Account.name))
        .join(Estate, col(Estate.id) == col(BillRun.estate_id))
        .join(Account, col(Account.id) == col(BillRun.created_by), isouter=True)
    )
    return statement


def _run_row(run: BillRun, estate: str, creator: str | None) -> RunRow:
    return RunRow(
        id=run.id or 0,
        number=run.number,
        estate_id=run.estate_id,
        estate_name=estate,
        period=run.period,
        status=run.status,
        due_on=run.due_on,
        creator=creator or "",
        created_at=run.created_at,
        issued_at=run.issued_at,
        room_count=run.room_count,
        bill_count=run.bill_count,
        issued_count=run.issued_count,
        total_fen=run.total_fen,
        skip_count=sum(run.skips.values()),
        item_ids=tuple(run.item_ids),
    )


def _items(session: Session, run_id: int) -> tuple[RunItem, ...]:
    rows = session.execute(
        select(
            FeeItem,
            func.count(),
            func.sum(col(BillDraft.quantity_milli)),
            func.sum(col(BillDraft.amount_fen)),
            func.sum(col(BillDraft.last_fen)),
        )
        .join(FeeItem, col(FeeItem.id) == col(BillDraft.fee_item_id))
        .where(col(BillDraft.run_id) == run_id, col(BillDraft.skip).is_(None))
        .group_by(col(FeeItem.id))
        .order_by(col(FeeItem.id))
    )
    return tuple(
        RunItem(item.id or 0, item.name, item.name_en, item.kind, count, int(quantity), int(amount), None if last is None else int(last))
        for item, count, quantity, amount, last in rows
    )


def _draft_where(session: Session, actor: Actor, run_id: int, kind: DraftKind, skip: SkipReason | None) -> list[ColumnElement[bool]]:
    actor.require(Permission.billing_read)
    if session.scalar(select(col(BillRun.id)).where(col(BillRun.id) == run_id, *_where(actor))) is None:
        raise NotFoundError
    kinds: dict[DraftKind, ColumnElement[bool]] = {
        DraftKind.all: true(),
        DraftKind.skipped: col(BillDraft.skip).is_not(None),
        DraftKind.flagged: col(BillDraft.flag) != "",
        DraftKind.billed: col(BillDraft.skip).is_(None),
    }
    where = [col(BillDraft.run_id) == run_id, kinds[kind]]
    if skip is not None:
        where.append(col(BillDraft.skip) == skip)
    return where


def _drafts() -> Select[*tuple[Any, ...]]:
    # Of a bill that was replaced it is the newest.
    bill_id = (
        select(func.max(col(Bill.id)))
        .where(
            col(Bill.room_id) == col(BillDraft.room_id),
            col(Bill.run_id) == col(BillDraft.run_id),
            col(Bill.fee_item_id) == col(BillDraft.fee_item_id),
        )
        .scalar_subquery()
    )
    statement: Select[*tuple[Any, ...]] = (
        select(BillDraft, col(Building.name), col(Room.unit), col(Room.code), FeeItem, bill_id)
        .join(Room, col(Room.id) == col(BillDraft.room_id))
        .join(Building, col(Building.id) == col(Room.building_id))
        .join(FeeItem, col(FeeItem.id) == col(BillDraft.fee_item_id))
    )
    return statement


def _draft_order(sort: str) -> tuple[Any, ...]:
    change = func.abs(col(BillDraft.amount_fen) - func.coalesce(col(BillDraft.last_fen), 0))
    keys: dict[str, Any] = {"room": col(Room.code), "amount": col(BillDraft.amount_fen), "change": change}
    key = keys.get(sort.removeprefix("-"))
    if key is None:
        return (change.desc(), col(BillDraft.id))
    return (key.desc() if sort.startswith("-") else key, col(BillDraft.id))


def _draft_row(draft: BillDraft, building: str, unit: str, code: str, item: FeeItem, bill_id: int | None) -> DraftRow:
    return DraftRow(
        id=draft.id or 0,
        room_id=draft.room_id,
        room_code=code,
        place=room_label(building, unit, code),
        item_id=draft.fee_item_id,
        item_name=item.name,
        item_name_en=item.name_en,
        skip=draft.skip,
        flag=draft.flag,
        quantity_milli=draft.quantity_milli,
        amount_fen=draft.amount_fen,
        last_fen=draft.last_fen,
        change_fen=None if draft.last_fen is None or draft.skip else draft.amount_fen - draft.last_fen,
        bill_id=bill_id,
    )
