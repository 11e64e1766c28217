"""Pages of orders as plain lines: what a list shows of them, not the objects behind it.

A resident's own list is asked for most. Each shape of its filter is one prepared statement, which spares putting it together anew.
"""

from collections import namedtuple
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, DateTime, Integer, String, bindparam, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.kit.clock import business_date
from estate_app.prepared import Prepared
from estate_app.repair.filters import Family, OrderFilter, sorting, where
from estate_app.repair.models import (
    OrderStatus,
    PauseReason,
    QueueReason,
    Rating,
    RepairCategory,
    RepairOrder,
    Source,
    Urgency,
)  # fmt: skip
from estate_app.repair.reach import owned_by

Line = namedtuple(  # noqa: PYI024 -- its columns have their types in the tables
    "Line",
    "id number description estate_id building_id room_id public_area_id status urgency source queue_reason pause_reason reporter_id"
    " contact_name contact_phone technician_id submitted_at visit_from_at visit_to_at completed_at closed_at changed_at respond_due_at"
    " complete_due_at paused_at estimate_minutes end_reason rework_of_id name name_en icon quality attitude timeliness",
)
"""What a list shows of one order, then the names of its category and its three stars."""
_SHOWN = Line._fields[: Line._fields.index("name")]
_WORDS = {"status": OrderStatus, "urgency": Urgency, "source": Source, "queue_reason": QueueReason, "pause_reason": PauseReason}
_AT = [(_SHOWN.index(name), kind) for name, kind in _WORDS.items()]
_COLUMNS = (
    *(getattr(RepairOrder, name) for name in _SHOWN),
    *(RepairCategory.name, RepairCategory.name_en, RepairCategory.icon),
    *(Rating.quality, Rating.attitude, Rating.timeliness),
)
# What of a filter is compared with a value; the rest shapes the statement.
_EQUAL = {"estate_id": BigInteger, "building_id": BigInteger, "room_id": BigInteger, "public_area_id": BigInteger, "source": String}
_LINES = (
    select(*_COLUMNS)
    .select_from(RepairOrder)
    .join(RepairCategory, col(RepairCategory.id) == RepairOrder.category_id)
    .outerjoin(Rating, col(Rating.order_id) == RepairOrder.id)
)


def read_lines(session: Session, clauses: Sequence[ColumnElement[bool]], sort: str, offset: int, size: int) -> list[Any]:
    """The lines that some clauses find, as rows that are read like a `Line`; the caller has put the reach among the clauses."""
    return list(session.execute(_LINES.where(*clauses).order_by(*sorting(sort)).offset(offset).limit(size)))


def own_lines(session: Session, actor: Actor, filter: OrderFilter, now: datetime, *, sort: str, offset: int, size: int) -> list[Any] | None:
    """The same for the household's own orders; None for a filter that is not among the usual ones."""
    if filter.text or filter.category_id or filter.technician_id or filter.is_unassigned or filter.from_on or filter.to_on:
        return None
    names = tuple(name for name in _EQUAL if getattr(filter, name) is not None)
    statement = _statement(filter.family, filter.statuses, filter.urgencies, names, sort)
    values = {name: getattr(filter, name) for name in names}
    given = {"me": actor.id, "on": business_date(now), "now": now, "offset": offset, "size": size}
    return [_line(row) for row in statement.rows(session, **given, **values)]


@lru_cache(maxsize=128)
def _statement(
    family: Family, statuses: tuple[OrderStatus, ...], urgencies: tuple[Urgency, ...], names: tuple[str, ...], sort: str
) -> Prepared:
    values: dict[str, Any] = {name: bindparam(name, type_=_EQUAL[name]) for name in names}
    now: Any = bindparam("now", type_=DateTime(timezone=True))
    clauses = where(OrderFilter(family=family, statuses=statuses, urgencies=urgencies, **values), now)
    own = owned_by(bindparam("me", type_=BigInteger), bindparam("on", type_=Date))
    found = _LINES.where(own, *clauses).order_by(*sorting(sort))
    return Prepared(found.offset(bindparam("offset", type_=Integer)).limit(bindparam("size", type_=Integer)))


def _line(row: tuple[Any, ...]) -> Line:
    values = list(row)
    for place, kind in _AT:
        if values[place] is not None:
            values[place] = kind(values[place])
    return Line._make(values)
