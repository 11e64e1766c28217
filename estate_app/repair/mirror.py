"""What the reports of an incident go through together: each follows the order that is worked on, and each reporter is told."""

from datetime import datetime

from sqlmodel import col, select

from estate_app.access.actor import SYSTEM
from estate_app.db import UnitOfWork
from estate_app.kit.i18n import Message
from estate_app.notification.service import tell
from estate_app.repair import step
from estate_app.repair.models import Incident, IncidentStatus, OrderStatus, RepairCategory, RepairOrder
from estate_app.repair.rules import ENDED_EARLY, OPEN

SHARED_NEWS = frozenset({"accepted", "on_the_way", "paused", "completed"})
_TOGETHER = OPEN | {OrderStatus.completed}


def leads(order: RepairOrder) -> bool:
    """Whether an order may have others that follow it."""
    return order.incident_id is not None and order.merged_into_id is None


def follow_lead(uow: UnitOfWork, lead: RepairOrder) -> None:
    """Move the merged reports to where the order that is worked on has come; when that ends early, the next takes its place."""
    if lead.status in ENDED_EARLY:
        _next_lead(uow, lead)
    elif lead.status in _TOGETHER:
        members = _members(uow, lead)
        for member in members:
            _settle(member, lead, uow.now)
            step.add_step(uow, SYSTEM, member, "follow", target=lead.status)
        if lead.status is OrderStatus.completed:
            _close(uow, lead)


def tell_members(uow: UnitOfWork, lead: RepairOrder, event: str, title: Message, body: Message) -> None:
    """Tell every reporter of the incident the same news under their own number."""
    statement = select(RepairOrder).where(RepairOrder.merged_into_id == lead.id, col(RepairOrder.status).not_in(ENDED_EARLY))
    for member in uow.session.exec(statement.order_by(col(RepairOrder.id))):
        own = {"number": member.number}
        texts = [Message(m.id, tuple((k, own.get(k, v)) for k, v in m.params)) for m in (title, body)]
        tell(uow, [member.reporter_id], event=f"repair_{event}", title=texts[0], body=texts[1], link=f"/repairs/{member.id}")


def _members(uow: UnitOfWork, lead: RepairOrder) -> list[RepairOrder]:
    statement = (
        select(RepairOrder)
        .where(RepairOrder.merged_into_id == lead.id, col(RepairOrder.status).in_(OPEN))
        .order_by(col(RepairOrder.id))
        .with_for_update()
    )
    return list(uow.session.exec(statement.execution_options(populate_existing=True)))


def _settle(member: RepairOrder, lead: RepairOrder, now: datetime) -> None:
    """Keep the instants of the shared repair; its minutes count on the lead alone, its technician is rated by each."""
    match lead.status:
        case OrderStatus.assigned:
            member.assigned_at = now
        case OrderStatus.accepted:
            member.accepted_at = now
        case OrderStatus.working:
            member.started_at = member.started_at or now
        case OrderStatus.submitted:
            member.assigned_at = member.accepted_at = None
        case OrderStatus.completed:
            member.technician_id, member.completed_at = lead.technician_id, now
            member.accepted_at, member.started_at = member.accepted_at or lead.accepted_at, member.started_at or lead.started_at
        case _:
            return


def _next_lead(uow: UnitOfWork, ended: RepairOrder) -> None:
    members = _members(uow, ended)
    incident = uow.session.get(Incident, ended.incident_id, with_for_update=True)
    if incident is None or not members:
        return
    first, *others = members
    incident.lead_id = first.id
    first.merged_into_id = None
    first.estimate_minutes = uow.session.get_one(RepairCategory, first.category_id).minutes
    first.queued_at = uow.now
    for member in members:
        member.assigned_at = member.accepted_at = member.started_at = None
    uow.flush()
    for other in others:
        other.merged_into_id = first.id
    for member in members:
        step.add_step(uow, SYSTEM, member, "follow", target=OrderStatus.submitted)


def _close(uow: UnitOfWork, lead: RepairOrder) -> None:
    incident = uow.session.get(Incident, lead.incident_id, with_for_update=True)
    if incident is not None and incident.status is IncidentStatus.open and incident.lead_id == lead.id:
        incident.status, incident.closed_at = IncidentStatus.closed, uow.now
