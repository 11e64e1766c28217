"""One filter of payments for the list, the count and the export; and whose payments an actor sees."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, false, or_, select
from sqlmodel import col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission, Role
from estate_app.kit.clock import day_bounds
from estate_app.payment.channel import Channel
from estate_app.payment.models import Payment, PaymentItem, PaymentStatus
from estate_app.property.models import Room
from estate_app.property.queries import in_scope, own_room_ids


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """Which payments; whatever is None or empty does not narrow. Days are business days, both ends count.

    `text` is part of our number, of the vendor's transaction or of a room's code.
    """

    estate_id: int | None = None
    room_id: int | None = None
    bill_id: int | None = None
    channel: Channel | None = None
    status: PaymentStatus | None = None
    from_on: date | None = None
    to_on: date | None = None
    text: str = ""


def visible_payments(actor: Actor, on: date) -> ColumnElement[bool]:
    """The WHERE clause of whose payments an actor sees: one's own and one's rooms', or those of a manager's scope."""
    if actor.role is Role.resident and actor.can(Permission.own_bills):
        return or_(col(Payment.payer_id) == actor.id, col(Payment.room_id).in_(own_room_ids(actor, on)))
    if not actor.can(Permission.payments_read):
        return false()
    building = select(col(Room.building_id)).where(col(Room.id) == col(Payment.room_id)).correlate(Payment).scalar_subquery()
    return in_scope(actor, Permission.payments_read, estate=col(Payment.estate_id), building=building)


def payment_where(actor: Actor, filter: PaymentFilter, on: date) -> list[ColumnElement[bool]]:
    """The WHERE clauses of a filter within what the actor sees."""
    clauses = [visible_payments(actor, on)]
    exact = (
        (col(Payment.estate_id), filter.estate_id),
        (col(Payment.room_id), filter.room_id),
        (col(Payment.channel), filter.channel),
        (col(Payment.status), filter.status),
    )
    clauses += [column == value for column, value in exact if value is not None]
    if filter.bill_id is not None:
        of_bill = select(col(PaymentItem.payment_id)).where(col(PaymentItem.bill_id) == filter.bill_id)
        clauses.append(col(Payment.id).in_(of_bill))
    if filter.from_on:
        clauses.append(col(Payment.created_at) >= day_bounds(filter.from_on)[0])
    if filter.to_on:
        clauses.append(col(Payment.created_at) < day_bounds(filter.to_on)[1])
    if filter.text.strip():
        text = filter.text.strip()
        rooms = select(col(Room.id)).where(col(Room.code).contains(text, autoescape=True))
        clauses.append(
            or_(
                col(Payment.number).icontains(text, autoescape=True),
                col(Payment.transaction_id).icontains(text, autoescape=True),
                col(Payment.room_id).in_(rooms),
            )
        )
    return clauses
