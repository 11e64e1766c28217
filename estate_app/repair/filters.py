"""One filter for list, count, export and chart drill-down of orders."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlmodel import col, select

from estate_app.kit.clock import day_bounds
from estate_app.property.places import rooms_like
from estate_app.repair.models import OrderStatus, Rating, RepairCategory, RepairOrder, Source, Urgency
from estate_app.repair.rules import DONE, ENDED_EARLY, OPEN, UNDER_REPAIR

_MAX_SEARCH = 60


class Family(StrEnum):
    """A group of states that people ask for by one word."""

    all = "all"
    open = "open"
    waiting = "waiting"
    in_repair = "in_repair"
    overdue = "overdue"
    done = "done"
    to_rate = "to_rate"
    ended = "ended"


_STATES: Mapping[Family, frozenset[OrderStatus]] = {
    Family.open: OPEN,
    Family.waiting: frozenset({OrderStatus.submitted, OrderStatus.assigned}),
    Family.in_repair: UNDER_REPAIR,
    Family.done: DONE,
    Family.ended: ENDED_EARLY,
}


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a list of orders is narrowed to; the empty filter narrows nothing. Days are Shanghai's, both included."""

    family: Family = Family.all
    statuses: tuple[OrderStatus, ...] = ()
    urgencies: tuple[Urgency, ...] = ()
    estate_id: int | None = None
    building_id: int | None = None
    room_id: int | None = None
    public_area_id: int | None = None
    category_id: int | None = None
    technician_id: int | None = None
    is_unassigned: bool = False
    source: Source | None = None
    from_on: date | None = None
    to_on: date | None = None
    text: str = ""


def where(filter: OrderFilter, now: datetime) -> list[ColumnElement[bool]]:
    """Turn a filter into WHERE clauses."""
    parts: list[ColumnElement[bool]] = []
    if filter.family is not Family.all:
        parts.append(_family(filter.family, now))
    if filter.statuses:
        parts.append(col(RepairOrder.status).in_(filter.statuses))
    if filter.urgencies:
        parts.append(col(RepairOrder.urgency).in_(filter.urgencies))
    if filter.is_unassigned:
        parts.append(col(RepairOrder.technician_id).is_(None))
    if filter.category_id is not None:
        parts.append(_in_category(filter.category_id))
    if words := filter.text.replace("\x00", "").strip()[:_MAX_SEARCH]:
        parts.append(_search(words))
    return parts + _equal(filter) + _between(filter)


def _equal(filter: OrderFilter) -> list[ColumnElement[bool]]:
    pairs: tuple[tuple[Any, object], ...] = (
        (RepairOrder.estate_id, filter.estate_id),
        (RepairOrder.building_id, filter.building_id),
        (RepairOrder.room_id, filter.room_id),
        (RepairOrder.public_area_id, filter.public_area_id),
        (RepairOrder.technician_id, filter.technician_id),
        (RepairOrder.source, filter.source),
    )
    return [col(column) == value for column, value in pairs if value is not None]


def _between(filter: OrderFilter) -> list[ColumnElement[bool]]:
    parts = []
    if filter.from_on is not None:
        parts.append(col(RepairOrder.submitted_at) >= day_bounds(filter.from_on)[0])
    if filter.to_on is not None:
        parts.append(col(RepairOrder.submitted_at) < day_bounds(filter.to_on)[1])
    return parts


def _in_category(category_id: int) -> ColumnElement[bool]:
    group = select(RepairCategory.id).where(RepairCategory.parent_id == category_id)
    return or_(col(RepairOrder.category_id) == category_id, col(RepairOrder.category_id).in_(group))


def current_due() -> ColumnElement[datetime]:
    """The due time that matters now: of the answer while nobody has accepted, else of the repair."""
    unanswered = col(RepairOrder.status).in_((OrderStatus.submitted, OrderStatus.assigned))
    return case((unanswered, col(RepairOrder.respond_due_at)), else_=col(RepairOrder.complete_due_at))


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Open, past its due time, and not paused."""
    return and_(col(RepairOrder.status).in_(OPEN), col(RepairOrder.paused_at).is_(None), current_due() < now)


def sorting(sort: str) -> list[ColumnElement[Any]]:
    """The ORDER BY of a column name (`-` descends); an unknown or empty one puts the unfinished first, by their due time."""
    columns: dict[str, Any] = {
        "number": col(RepairOrder.number),
        "submitted": col(RepairOrder.submitted_at),
        "due": current_due(),
        "status": col(RepairOrder.status),
        "urgency": case({Urgency.emergency: 0, Urgency.high: 1}, value=col(RepairOrder.urgency), else_=2),
        "changed": col(RepairOrder.changed_at),
    }
    column = columns.get(sort.removeprefix("-"))
    if column is not None:
        return [column.desc() if sort.startswith("-") else column.asc(), col(RepairOrder.id).desc()]
    is_open = col(RepairOrder.status).in_(OPEN)
    return [is_open.desc(), case((is_open, current_due())), col(RepairOrder.submitted_at).desc(), col(RepairOrder.id).desc()]


def _family(family: Family, now: datetime) -> ColumnElement[bool]:
    if family is Family.overdue:
        return is_overdue(now)
    if family is Family.to_rate:
        return and_(col(RepairOrder.status) == OrderStatus.completed, col(RepairOrder.id).not_in(select(Rating.order_id)))
    return col(RepairOrder.status).in_(_STATES[family])


def _search(words: str) -> ColumnElement[bool]:
    """Find by number, place, name, words of the report, or a whole phone number: a part of one would let people guess."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    like = f"%{escaped}%"
    return or_(
        col(RepairOrder.number).ilike(like),
        col(RepairOrder.contact_name).ilike(like),
        col(RepairOrder.description).ilike(like),
        func.replace(col(RepairOrder.contact_phone), " ", "") == words.replace(" ", ""),
        col(RepairOrder.room_id).in_(rooms_like(escaped)),
    )
