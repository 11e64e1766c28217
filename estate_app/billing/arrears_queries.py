"""Arrears by household: ageing, stage of the ladder and what holds it, all computed in the database.

One filter serves the list, the count, the export and the chart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import case, exists, func, literal, or_, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.arrears_models import ArrearsStep, InstalmentPlan, PaymentPromise, PromiseStatus, Stage
from estate_app.billing.filters import visible_bills
from estate_app.billing.models import OPEN_STATUSES, Bill, BillStatus, FeeItem, FeeKind
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.models import Building, Estate, Relation, Room, RoomMember
from estate_app.property.queries import member_today, room_label

LATE_STATUSES = (*OPEN_STATUSES, BillStatus.disputed)
RUNGS = tuple(Stage)
EXPORT_AT_ONCE = 500


class Band(StrEnum):
    """How old the oldest debt of a household is, in days."""

    to_30 = "0-30"
    to_60 = "31-60"
    to_90 = "61-90"
    over_90 = "90+"


class Hold(StrEnum):
    """Why the ladder waits."""

    promise = "promise"
    plan = "plan"
    dispute = "dispute"


BANDS: dict[Band, tuple[int, int | None]] = {Band.to_30: (1, 30), Band.to_60: (31, 60), Band.to_90: (61, 90), Band.over_90: (91, None)}


@dataclass(frozen=True, slots=True)
class ArrearsFilter:
    """Which households; whatever is None or empty does not narrow. `stage` "none": no step was taken yet."""

    estate_id: int | None = None
    building_id: int | None = None
    band: Band | None = None
    stage: str = ""
    hold: Hold | None = None
    least_fen: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class ArrearsRow:
    """A household that owes; `bands_fen` are what is 0–30, 31–60, 61–90 and over 90 days late."""

    room_id: int
    estate_id: int
    estate_name: str
    place: str
    owner: str
    count: int
    owed_fen: int
    bands_fen: tuple[int, int, int, int]
    late_fee_fen: int
    disputed_fen: int
    oldest_on: date
    days: int
    stage: Stage | None
    stage_on: date | None
    has_promise: bool
    has_plan: bool


@dataclass(frozen=True, slots=True)
class ArrearsTotals:
    """What a filter comes to: households, fen, and fen and households by band."""

    households: int
    owed_fen: int
    bands_fen: tuple[int, int, int, int]
    households_by_band: tuple[int, int, int, int]


SORTS = ("owed", "days", "room")


def list_arrears(session: Session, actor: Actor, *, filter: ArrearsFilter, page: PageRequest, on: date) -> Page[ArrearsRow]:
    """One page of households that owe on a day. Sort keys: `SORTS`, `-` before one descends; the largest debt first otherwise."""
    actor.require(Permission.bills_read)
    found = _households(actor, filter, on)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    rows = session.execute(_ordered(found, page.sort).offset(page.offset).limit(page.size))
    return Page(tuple(_row(row, on) for row in rows), int(total), page)


def export_arrears(session: Session, actor: Actor, *, filter: ArrearsFilter, on: date, sort: str = "") -> Iterator[ArrearsRow]:
    """Every household of a filter, for an export: the same filter, order and permission as the list."""
    actor.require(Permission.bills_read)
    for row in session.execute(_ordered(_households(actor, filter, on), sort), execution_options={"yield_per": EXPORT_AT_ONCE}):
        yield _row(row, on)


def arrears_totals(session: Session, actor: Actor, *, filter: ArrearsFilter, on: date) -> ArrearsTotals:
    """What a filter comes to; the bands sum to the whole."""
    actor.require(Permission.bills_read)
    rows = _households(actor, filter, on).subquery()
    days = literal(on) - rows.c.oldest_on
    counts = [func.count().filter(_between(days, *BANDS[band])) for band in Band]
    sums = [func.coalesce(func.sum(rows.c[f"band_{index}"]), 0) for index in range(4)]
    households, owed, *rest = session.execute(
        select(func.count(), func.coalesce(func.sum(rows.c.owed), 0), *sums, *counts).select_from(rows)
    ).one()
    first, second, third, fourth, *by_band = (int(value) for value in rest)
    return ArrearsTotals(int(households), int(owed), (first, second, third, fourth), (by_band[0], by_band[1], by_band[2], by_band[3]))


def room_arrears(session: Session, actor: Actor, *, room_id: int, on: date) -> ArrearsRow | None:
    """What one household owes; None when it owes nothing (or is not the actor's to see)."""
    actor.require(Permission.bills_read)
    row = session.execute(_households(actor, ArrearsFilter(), on, room_id=room_id)).first()
    return _row(row, on) if row is not None else None


def _between(days: Any, low: int, high: int | None) -> Any:
    return days >= low if high is None else days.between(low, high)


def _debts(actor: Actor, on: date, room_id: int | None) -> Any:
    owed = col(Bill.amount_fen) - col(Bill.paid_fen)
    days = literal(on) - col(Bill.due_on)
    bands = [func.coalesce(func.sum(owed).filter(_between(days, *BANDS[band])), 0).label(f"band_{i}") for i, band in enumerate(Band)]
    statement = (
        select(
            col(Bill.room_id),
            func.count().label("count"),
            func.sum(owed).label("owed"),
            *bands,
            func.coalesce(func.sum(owed).filter(col(FeeItem.kind) == FeeKind.late_fee), 0).label("late_fee"),
            func.coalesce(func.sum(owed).filter(col(Bill.status) == BillStatus.disputed), 0).label("disputed"),
            func.min(col(Bill.due_on)).label("oldest_on"),
        )
        .join(FeeItem, col(FeeItem.id) == col(Bill.fee_item_id))
        .where(col(Bill.status).in_(LATE_STATUSES), col(Bill.due_on) < on, visible_bills(actor, on))
        .group_by(col(Bill.room_id))
    )
    return (statement if room_id is None else statement.where(col(Bill.room_id) == room_id)).subquery("debt")


def _households(actor: Actor, filter: ArrearsFilter, on: date, *, room_id: int | None = None) -> Any:
    debt = _debts(actor, on, room_id)
    rank = case({stage.value: index for index, stage in enumerate(RUNGS)}, value=col(ArrearsStep.stage), else_=-1)
    # Steps count from the day on which the oldest open debt was due: what was paid meanwhile begins anew.
    since = (col(ArrearsStep.room_id) == debt.c.room_id, func.date(func.timezone("Asia/Shanghai", col(ArrearsStep.at))) > debt.c.oldest_on)
    stage = select(func.max(rank)).where(*since).correlate(debt).scalar_subquery()
    stage_at = select(func.max(func.date(func.timezone("Asia/Shanghai", col(ArrearsStep.at))))).where(*since).correlate(debt)
    holds = [
        exists().where(col(model.room_id) == debt.c.room_id, col(model.status) == PromiseStatus.running)
        for model in (PaymentPromise, InstalmentPlan)
    ]
    members = select(col(RoomMember.name)).where(col(RoomMember.room_id) == debt.c.room_id, *member_today(on)).correlate(debt)
    # The owner stands for the household; without one, whoever came first.
    owner = members.order_by(col(RoomMember.relation) != Relation.owner, col(RoomMember.id)).limit(1).scalar_subquery()
    statement: Any = (
        select(
            debt, col(Estate.id).label("estate_id"), col(Estate.name).label("estate"), col(Building.name).label("building"),
            col(Room.unit).label("unit"), col(Room.code).label("code"), owner.label("owner"), stage.label("stage"),
            stage_at.scalar_subquery().label("stage_on"), holds[0].label("has_promise"), holds[1].label("has_plan"),
        )
        .join(Room, col(Room.id) == debt.c.room_id)
        .join(Building, col(Building.id) == col(Room.building_id))
        .join(Estate, col(Estate.id) == col(Room.estate_id))
    )  # fmt: skip
    return statement.where(*_clauses(filter, debt, stage, holds, on))


def _clauses(filter: ArrearsFilter, debt: Any, stage: Any, holds: list[Any], on: date) -> list[Any]:
    clauses: list[Any] = []
    if filter.estate_id is not None:
        clauses.append(col(Room.estate_id) == filter.estate_id)
    if filter.building_id is not None:
        clauses.append(col(Room.building_id) == filter.building_id)
    if filter.band is not None:
        clauses.append(_between(literal(on) - debt.c.oldest_on, *BANDS[filter.band]))
    if filter.stage:
        wanted = {stage.value: index for index, stage in enumerate(RUNGS)}.get(filter.stage)
        clauses.append(stage.is_(None) if wanted is None else stage == wanted)
    if filter.hold is not None:
        clauses.append({Hold.promise: holds[0], Hold.plan: holds[1], Hold.dispute: debt.c.disputed > 0}[filter.hold])
    if filter.least_fen:
        clauses.append(debt.c.owed >= filter.least_fen)
    if text := filter.text.strip():
        people = select(col(RoomMember.room_id)).where(col(RoomMember.name).contains(text, autoescape=True), *member_today(on))
        clauses.append(or_(col(Room.code).contains(text, autoescape=True), col(Room.id).in_(people)))
    return clauses


def _ordered(statement: Any, sort: str) -> Any:
    columns = statement.selected_columns
    key = {"owed": columns.owed, "days": -(columns.oldest_on - date(2000, 1, 1)), "room": columns.code}.get(sort.removeprefix("-"))
    if key is None:
        return statement.order_by(columns.owed.desc(), columns.room_id)
    return statement.order_by(key.desc() if sort.startswith("-") else key, columns.room_id)


def _row(row: Any, on: date) -> ArrearsRow:
    return ArrearsRow(
        room_id=row.room_id,
        estate_id=row.estate_id,
        estate_name=row.estate,
        place=room_label(row.building, row.unit, row.code),
        owner=row.owner or "",
        count=int(row.count),
        owed_fen=int(row.owed),
        bands_fen=(int(row.band_0), int(row.band_1), int(row.band_2), int(row.band_3)),
        late_fee_fen=int(row.late_fee),
        disputed_fen=int(row.disputed),
        oldest_on=row.oldest_on,
        days=(on - row.oldest_on) // timedelta(days=1),
        stage=None if row.stage is None or row.stage < 0 else RUNGS[row.stage],
        stage_on=row.stage_on,
        has_promise=bool(row.has_promise),
        has_plan=bool(row.has_plan),
    )
