"""One filter of bills for the list, the count, the export and the charts; and whose bills an actor sees."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, false, or_, select
from sqlmodel import col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission, Role
from estate_app.billing.models import OPEN_STATUSES, Bill, BillStatus, FeeItem
from estate_app.property.models import Room
from estate_app.property.queries import in_scope, own_room_ids


class BillState(StrEnum):
    """What a person calls a bill's state; overdue is told by the due date."""

    open = "open"
    overdue = "overdue"
    paid = "paid"
    disputed = "disputed"
    void = "void"


@dataclass(frozen=True, slots=True)
class BillFilter:
    """Which bills; whatever is None or empty does not narrow. `text` is part of a bill's number or of a room's code."""

    estate_id: int | None = None
    building_id: int | None = None
    room_id: int | None = None
    fee_item_id: int | None = None
    run_id: int | None = None
    period: date | None = None
    from_period: date | None = None
    to_period: date | None = None
    state: BillState | None = None
    text: str = ""
    ids: tuple[int, ...] = ()


def visible_bills(actor: Actor, on: date, *permissions: Permission) -> ColumnElement[bool]:
    """The WHERE clause of whose bills an actor sees: residents their rooms', managers those of their scope."""
    if actor.role is Role.resident:
        return col(Bill.room_id).in_(own_room_ids(actor, on)) if actor.can(Permission.own_bills) else false()
    wanted = permissions or (Permission.bills_read,)
    if not any(actor.can(permission) for permission in wanted):
        return false()
    building = select(col(Room.building_id)).where(col(Room.id) == col(Bill.room_id)).correlate(Bill).scalar_subquery()
    return in_scope(actor, *wanted, estate=col(Bill.estate_id), building=building)


def require_bills(actor: Actor) -> None:
    """Refuse whoever has nothing to do with bills."""
    actor.require(Permission.own_bills, Permission.bills_read)


def is_overdue(on: date) -> ColumnElement[bool]:
    """Whether a bill asks for money and its due date is past."""
    return col(Bill.status).in_(OPEN_STATUSES) & (col(Bill.due_on) < on)


def bill_where(actor: Actor, filter: BillFilter, on: date) -> list[ColumnElement[bool]]:
    """The WHERE clauses of a filter within what the actor sees; `on` is today, for what is overdue."""
    clauses = [visible_bills(actor, on)]
    exact = (
        (col(Bill.estate_id), filter.estate_id),
        (col(Bill.room_id), filter.room_id),
        (col(Bill.fee_item_id), filter.fee_item_id),
        (col(Bill.run_id), filter.run_id),
        (col(Bill.period), filter.period.replace(day=1) if filter.period else None),
    )
    clauses += [column == value for column, value in exact if value is not None]
    if filter.from_period:
        clauses.append(col(Bill.period) >= filter.from_period)
    if filter.to_period:
        clauses.append(col(Bill.period) <= filter.to_period)
    if filter.building_id is not None:
        clauses.append(col(Bill.room_id).in_(select(col(Room.id)).where(col(Room.building_id) == filter.building_id)))
    if filter.ids:
        clauses.append(col(Bill.id).in_(filter.ids))
    if filter.state is not None:
        clauses.append(_state(filter.state, on))
    elif actor.role is Role.resident:
        # What was voided was replaced or withdrawn; it does not concern a resident unless asked for.
        clauses.append(col(Bill.status) != BillStatus.void)
    if filter.text.strip():
        clauses.append(_matches(filter.text.strip()))
    return clauses


def _state(state: BillState, on: date) -> ColumnElement[bool]:
    match state:
        case BillState.open:
            return col(Bill.status).in_(OPEN_STATUSES)
        case BillState.overdue:
            return is_overdue(on)
        case _:
            return col(Bill.status) == BillStatus(state.value)


def _matches(text: str) -> ColumnElement[bool]:
    rooms = select(col(Room.id)).where(col(Room.code).contains(text, autoescape=True))
    items = select(col(FeeItem.id)).where(col(FeeItem.name).contains(text, autoescape=True))
    return or_(col(Bill.number).icontains(text, autoescape=True), col(Bill.room_id).in_(rooms), col(Bill.fee_item_id).in_(items))
