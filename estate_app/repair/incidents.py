"""Incidents: several reports of one trouble in a building, proposed by a rule, merged or declined by a manager, repaired once."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.notification.service import tell
from estate_app.property.queries import in_scope
from estate_app.repair.dispatch import dispatch_order, drop_offer, release
from estate_app.repair.incident_rules import MERGEABLE, Sighting, same_trouble, suggested_lead
from estate_app.repair.models import Incident, IncidentStatus, OfferOutcome, OrderStatus, RepairCategory, RepairOrder
from estate_app.repair.modes import leave_queue
from estate_app.repair.queries import OrderRow, load_some, rows_of
from estate_app.repair.reach import lock_managed
from estate_app.repair.rules import OPEN
from estate_app.repair.step import add_step, announce, checked_reason, key_of, tell_dispatchers
from estate_app.repair.weights import policy_of

_LIVE = (IncidentStatus.proposed, IncidentStatus.open)
_LONGEST = timedelta(days=2)
_ENTITY = "incident"


@dataclass(frozen=True, slots=True)
class IncidentCard:
    """One incident: the order that is worked on, those merged into it, and reports that came since or stay by themselves."""

    id: int
    status: IncidentStatus
    building_id: int
    proposed_at: datetime
    lead: OrderRow
    merged: tuple[OrderRow, ...]
    others: tuple[OrderRow, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: how many reports follow the lead now, and the numbers of those that stay by themselves."""

    count: int
    left_out: tuple[str, ...]


def propose_incidents(uow: UnitOfWork) -> int:
    """Propose an incident where reports look like one trouble, or put them beside the one that lives; answers how many."""
    recent = select(RepairOrder).where(
        col(RepairOrder.status).in_(OPEN),
        col(RepairOrder.incident_id).is_(None),
        col(RepairOrder.building_id).is_not(None),
        col(RepairOrder.rework_of_id).is_(None),
        RepairOrder.submitted_at > uow.now - _LONGEST,
    )
    groups: dict[tuple[int, int, int], list[RepairOrder]] = defaultdict(list)
    for order in uow.session.exec(recent.order_by(col(RepairOrder.id))):
        groups[order.estate_id, order.building_id or 0, order.category_id].append(order)
    live = {(i.building_id, i.category_id): i for i in uow.session.exec(select(Incident).where(col(Incident.status).in_(_LIVE)))}
    made = 0
    for (estate_id, building_id, category_id), orders in sorted(groups.items()):
        incident = live.get((building_id, category_id))
        if incident is not None:
            made += _join(uow, incident, [key_of(o) for o in orders])
        else:
            made += _propose(uow, estate_id, building_id, category_id, orders)
    uow.flush()
    _close_empty(uow)
    return made


def live_incidents(session: Session, actor: Actor, estate_id: int, *, now: datetime) -> list[IncidentCard]:
    """The proposed and open incidents of an estate within the manager's scope, the newest first."""
    actor.require(Permission.repairs_dispatch, Permission.repairs_read)
    reach = in_scope(
        actor, Permission.repairs_dispatch, Permission.repairs_read, estate=col(Incident.estate_id), building=col(Incident.building_id)
    )
    found = session.exec(
        select(Incident).where(reach, Incident.estate_id == estate_id, col(Incident.status).in_(_LIVE)).order_by(col(Incident.id).desc())
    ).all()
    loaded = load_some(session, [col(RepairOrder.incident_id).in_([i.id for i in found])], "submitted", 500) if found else []
    into = {key_of(order): order.merged_into_id for order, _, _ in loaded}
    by_incident: dict[int | None, list[OrderRow]] = defaultdict(list)
    kept = {key_of(order): order.incident_id for order, _, _ in loaded}
    for row in rows_of(session, actor, loaded, now):
        by_incident[kept[row.id]].append(row)
    return [_card(incident, by_incident[incident.id], into) for incident in found if by_incident[incident.id]]


def merge(uow: UnitOfWork, actor: Actor, *, incident_id: int, lead_id: int | None = None) -> Merged:
    """Make one repair of an incident's reports: one order is worked on, the others follow it, every reporter is told.

    Raises:
        ConflictError: the incident is over, or fewer than two reports are left to merge.
        InvalidError: the chosen lead is none of its orders.
    """
    incident = _lock(uow, actor, incident_id)
    orders = _lock_orders(uow, incident)
    open_orders = [o for o in orders if o.status in OPEN]
    if len(open_orders) < 2:
        raise ConflictError(msg("There are no longer two open reports to merge"))
    lead = _lead(incident, open_orders, lead_id)
    followers = [o for o in open_orders if o is not lead and o.merged_into_id is None]
    joining = [o for o in followers if o.status in MERGEABLE]
    for order in joining:
        _merge_into(uow, actor, order, lead)
    left_out = tuple(o.number for o in followers if o.status not in MERGEABLE and o.merged_into_id is None)
    before: dict[str, object] = {"status": incident.status}
    incident.status, incident.lead_id = IncidentStatus.open, lead.id
    incident.decided_at, incident.decided_by = uow.now, actor.account_id
    uow.flush()
    record(uow, actor, "incident:merge", _ENTITY, incident_id, before=before, after={"lead": lead.number, "merged": len(joining)})
    _tell_together(uow, lead, joining)
    uow.notify(f"orders:{incident.estate_id}")
    return Merged(len(joining), left_out)


def decline(uow: UnitOfWork, actor: Actor, *, incident_id: int, reason: str) -> Incident:
    """Say that a proposal is several faults after all; its reports are not proposed again."""
    incident = _lock(uow, actor, incident_id)
    why = checked_reason(reason)
    if incident.status is not IncidentStatus.proposed:
        raise ConflictError(msg("This incident has been merged already; take single reports out of it instead"))
    incident.status, incident.reason = IncidentStatus.declined, why
    incident.decided_at, incident.decided_by, incident.closed_at = uow.now, actor.account_id, uow.now
    record(uow, actor, "incident:decline", _ENTITY, incident_id, before={"status": "proposed"}, after={"reason": why})
    uow.notify(f"orders:{incident.estate_id}")
    uow.flush()
    return incident


def split(uow: UnitOfWork, actor: Actor, *, order_id: int, reason: str) -> RepairOrder:
    """Take a report out of its incident again: another fault after all, dispatched by itself."""
    order = lock_managed(uow, actor, order_id, Permission.repairs_dispatch)
    why = checked_reason(reason)
    if order.merged_into_id is None or order.status not in OPEN:
        raise ConflictError(msg("This report does not follow an incident"))
    order.merged_into_id = None
    order.estimate_minutes = uow.session.get_one(RepairCategory, order.category_id).minutes
    release(order, uow.now)
    add_step(uow, actor, order, "split", target=OrderStatus.submitted, reason=why)
    dispatch_order(uow, actor, order)
    return order


def _close_empty(uow: UnitOfWork) -> None:
    """A proposal of which fewer than two reports are still open has settled itself."""
    left = select(func.count()).where(col(RepairOrder.incident_id) == Incident.id, col(RepairOrder.status).in_(OPEN)).scalar_subquery()
    gone = update(Incident).where(col(Incident.status) == IncidentStatus.proposed, left < 2)
    uow.session.execute(gone.values(status=IncidentStatus.closed, closed_at=uow.now).execution_options(synchronize_session=False))


def _join(uow: UnitOfWork, incident: Incident, order_ids: list[int]) -> int:
    """Put new reports beside a living incident; a manager decides whether they follow it too."""
    statement = update(RepairOrder).where(col(RepairOrder.id).in_(order_ids), col(RepairOrder.incident_id).is_(None))
    uow.session.execute(statement.values(incident_id=incident.id))
    uow.notify(f"orders:{incident.estate_id}")
    return len(order_ids)


def _propose(uow: UnitOfWork, estate_id: int, building_id: int, category_id: int, orders: list[RepairOrder]) -> int:
    policy = policy_of(uow.session, estate_id)
    seen = [_sighting(o) for o in orders]
    ids = same_trouble(seen, needed=policy.incident_reports, within=timedelta(minutes=policy.incident_minutes))
    if not ids:
        return 0
    lead = suggested_lead([s for s in seen if s.order_id in ids])
    incident = Incident(estate_id=estate_id, building_id=building_id, category_id=category_id, lead_id=lead, proposed_at=uow.now)
    uow.session.add(incident)
    uow.flush()
    _join(uow, incident, list(ids))
    first = next(o for o in orders if o.id == lead)
    title = msg("{count} reports of the same trouble in one building", count=len(ids))
    body = msg("Look whether it is one incident: {description}", description=first.description[:60])
    tell_dispatchers(uow, first, "incident", title, body, dedupe=f"incident:{incident.id}")
    return 1


def _sighting(order: RepairOrder) -> Sighting:
    household = f"room:{order.room_id}" if order.room_id is not None else f"reporter:{order.reporter_id}"
    return Sighting(key_of(order), household, order.submitted_at, order.status)


def _card(incident: Incident, rows: list[OrderRow], into: dict[int, int | None]) -> IncidentCard:
    lead = next((r for r in rows if r.id == incident.lead_id), rows[0])
    merged = tuple(r for r in rows if into[r.id] == lead.id)
    others = tuple(r for r in rows if r is not lead and r not in merged)
    return IncidentCard(incident.id or 0, incident.status, incident.building_id, incident.proposed_at, lead, merged, others)


def _lock(uow: UnitOfWork, actor: Actor, incident_id: int) -> Incident:
    actor.require(Permission.repairs_dispatch)
    reach = in_scope(actor, Permission.repairs_dispatch, estate=col(Incident.estate_id), building=col(Incident.building_id))
    incident = uow.session.exec(select(Incident).where(Incident.id == incident_id, reach)).first()
    if incident is None:
        raise NotFoundError
    if incident.status not in _LIVE:
        raise ConflictError(msg("This incident has been decided already"))
    return incident


def _lock_orders(uow: UnitOfWork, incident: Incident) -> list[RepairOrder]:
    """Orders before the incident, as everywhere; then its state is read again under the lock."""
    statement = select(RepairOrder).where(RepairOrder.incident_id == incident.id).order_by(col(RepairOrder.id)).with_for_update()
    orders = list(uow.session.exec(statement.execution_options(populate_existing=True)))
    uow.session.refresh(incident, with_for_update=True)
    if incident.status not in _LIVE:
        raise ConflictError(msg("This incident has been decided already"))
    return orders


def _lead(incident: Incident, orders: list[RepairOrder], lead_id: int | None) -> RepairOrder:
    if lead_id is not None and incident.status is IncidentStatus.proposed:
        chosen = next((o for o in orders if o.id == lead_id), None)
        if chosen is None:
            raise InvalidError(msg("Choose one of the incident's open orders"), field="lead_id")
        return chosen
    kept = next((o for o in orders if o.id == incident.lead_id and o.merged_into_id is None), None)
    if incident.status is IncidentStatus.open and kept is not None:
        return kept
    key = suggested_lead([_sighting(o) for o in orders if o.merged_into_id is None])
    return next(o for o in orders if o.id == key)


def _merge_into(uow: UnitOfWork, actor: Actor, order: RepairOrder, lead: RepairOrder) -> None:
    if order.technician_id is not None:
        uow.notify(f"tech:{order.technician_id}")
    drop_offer(uow, order, OfferOutcome.withdrawn, "incident")
    release(order, uow.now)
    leave_queue(order)
    order.merged_into_id, order.estimate_minutes = key_of(lead), 0
    order.assigned_at, order.accepted_at = lead.assigned_at, lead.accepted_at
    add_step(uow, actor, order, "merge", target=lead.status, note=lead.number)


def _tell_together(uow: UnitOfWork, lead: RepairOrder, joining: list[RepairOrder]) -> None:
    total = len(list(uow.session.exec(select(RepairOrder.id).where(RepairOrder.merged_into_id == lead.id)))) + 1
    for order in [lead, *joining]:
        title = msg("Your report {number} belongs to an incident of the building", number=order.number)
        body = msg("{count} reports of the same trouble are repaired together; you are told of every step", count=total)
        tell(uow, [order.reporter_id], event="repair_incident", title=title, body=body, link=f"/repairs/{order.id}")
        announce(uow, order)
