"""Preventive plans of facilities: written by managers, turned into orders ahead of their due, moved on by what becomes of those."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select

from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.audit import record
from estate_app.access.directory import Person, appointed, people, sets_with
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError, NotFoundError
from estate_app.kit.clock import business_date, day_bounds
from estate_app.kit.i18n import msg
from estate_app.property.places import area_place
from estate_app.repair.dispatch import dispatch_order
from estate_app.repair.facilities import checked_leaf, lock_facility, newest_values
from estate_app.repair.facility_models import CountsFrom, Facility, FacilityPlan, FacilityReading, FacilityVisit, PlanUnit
from estate_app.repair.facility_rules import Pace, aimed_day, next_date, next_value
from estate_app.repair.intake import new_number
from estate_app.repair.models import Access, OrderStatus, RepairCategory, RepairOrder, Source, Urgency
from estate_app.repair.promise import promise
from estate_app.repair.step import add_step, key_of

_ENTITY = "facility_plan"
_AT_ONCE = 50
_MOST = {PlanUnit.day: 3650, PlanUnit.month: 240, PlanUnit.meter: 1_000_000}
_ENDS = frozenset({OrderStatus.completed, OrderStatus.cancelled, OrderStatus.rejected})


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What a plan says; `due_on` is the first day of one that counts days or months, `due_value` the first value of a counter."""

    name: str
    category_id: int | None
    unit: str
    every: int
    lead: int = 0
    counts_from: str = CountsFrom.planned
    due_on: date | None = None
    due_value: int | None = None


def add_plan(uow: UnitOfWork, actor: Actor, *, facility_id: int, facts: PlanFacts) -> FacilityPlan:
    """Let something be done to a facility again and again.

    Raises:
        InvalidError: a field is wrong, such as an interval of zero; it is named.
    """
    facility = lock_facility(uow, actor, facility_id)
    plan = FacilityPlan(facility_id=facility.id, **_checked(uow, facility, facts))
    uow.session.add(plan)
    uow.flush()
    record(uow, actor, "facility_plan:add", _ENTITY, plan.id, after=plan.model_dump(mode="json", exclude={"id"}))
    return plan


def edit_plan(uow: UnitOfWork, actor: Actor, *, plan_id: int, facts: PlanFacts) -> FacilityPlan:
    """Change a plan; an order that it has made already stays as it is."""
    plan, facility = _lock(uow, actor, plan_id)
    before = plan.model_dump(mode="json", exclude={"id"})
    wanted = _checked(uow, facility, facts)
    if wanted["unit"] is plan.unit and wanted["due_on"] == plan.due_on:
        wanted["due_day"] = plan.due_day  # the form shows the shortened day of February; what the plan aims at stays
    for name, value in wanted.items():
        setattr(plan, name, value)
    uow.flush()
    record(uow, actor, "facility_plan:edit", _ENTITY, plan.id, before=before, after=plan.model_dump(mode="json", exclude={"id"}))
    return plan


def switch_plan(uow: UnitOfWork, actor: Actor, *, plan_id: int, is_active: bool) -> FacilityPlan:
    """Let a plan rest, or go on."""
    plan, _ = _lock(uow, actor, plan_id)
    before: dict[str, object] = {"is_active": plan.is_active}
    plan.is_active = is_active
    record(uow, actor, "facility_plan:active", _ENTITY, plan.id, before=before, after={"is_active": is_active})
    uow.flush()
    return plan


def make_due_orders(uow: UnitOfWork) -> int:
    """Make the orders of the plans that are due or soon will be, one for each due; answers how many."""
    today = business_date(uow.now)
    found = uow.session.execute(
        select(FacilityPlan, Facility)
        .join(Facility, col(Facility.id) == FacilityPlan.facility_id)
        .where(FacilityPlan.is_active, Facility.is_active, _is_due(today), ~_has_open())
        .order_by(col(FacilityPlan.id))
        .limit(_AT_ONCE)
        .with_for_update(of=FacilityPlan, skip_locked=True)
    ).all()
    made = 0
    for plan, facility in found:
        made += _make_order(uow, plan, facility)
    return made


def follow_order(uow: UnitOfWork, order: RepairOrder) -> None:
    """Move a plan on when the order that it made is done, or was called off and is left out this time."""
    if order.status not in _ENDS:
        return
    visit = uow.session.exec(
        select(FacilityVisit).where(FacilityVisit.order_id == key_of(order), col(FacilityVisit.ended_at).is_(None))
    ).first()
    if visit is None:
        return
    plan = uow.session.get_one(FacilityPlan, visit.plan_id, with_for_update=True)
    visit.ended_at, visit.is_done = uow.now, order.status is OrderStatus.completed
    pace = Pace(plan.unit, plan.every, plan.counts_from if visit.is_done else CountsFrom.planned)
    if plan.due_on is not None:
        # A phone without a network tells of the work later; what counts is when it was done.
        done_on = business_date(order.completed_at or uow.now) if visit.is_done else plan.due_on
        plan.due_on = next_date(pace, plan.due_on, done_on, due_day=plan.due_day)
        plan.due_day = aimed_day(pace, done_on, plan.due_day)
    elif plan.due_value is not None:
        value = newest_values(uow, [plan.facility_id]).get(plan.facility_id, plan.due_value)
        plan.due_value = next_value(pace, plan.due_value, value if visit.is_done else plan.due_value)
    uow.flush()


def _make_order(uow: UnitOfWork, plan: FacilityPlan, facility: Facility) -> int:
    office = _office(uow, facility.estate_id)
    place, category = area_place(uow.session, facility.public_area_id), uow.session.get_one(RepairCategory, plan.category_id)
    due = plan.due_on.isoformat() if plan.due_on else str(plan.due_value)
    known = select(FacilityVisit.id).where(FacilityVisit.plan_id == plan.id, FacilityVisit.due == due)
    if office is None or place is None or uow.session.scalar(known) is not None:
        return 0
    promised = promise(category, Urgency.normal, uow.now, None)
    order = RepairOrder(
        number=new_number(uow),
        estate_id=facility.estate_id,
        building_id=place.building_id,
        public_area_id=facility.public_area_id,
        facility_id=facility.id,
        category_id=plan.category_id,
        description=f"{facility.name}（{facility.number}）：{plan.name}",
        urgency=Urgency.normal,
        source=Source.plan,
        reporter_id=office.id,
        contact_name=office.name,
        contact_phone=office.phone,
        access=Access.may_enter,
        latitude=place.latitude,
        longitude=place.longitude,
        estimate_minutes=category.minutes,
        submitted_at=uow.now,
        changed_at=uow.now,
        respond_due_at=promised.respond_due_at,
        complete_due_at=max(promised.complete_due_at, day_bounds(plan.due_on)[1]) if plan.due_on else promised.complete_due_at,
    )
    uow.session.add(order)
    uow.flush()
    uow.session.add(FacilityVisit(plan_id=plan.id, order_id=key_of(order), due=due, made_at=uow.now))
    add_step(uow, SYSTEM, order, "report")
    dispatch_order(uow, SYSTEM, order)
    return 1


def _office(uow: UnitOfWork, estate_id: int) -> Person | None:
    """Who stands for the office on orders that nobody has reported: the first who may dispatch at the estate."""
    ids = appointed(uow.session, sets_with(Permission.repairs_dispatch), estate_id=estate_id)
    return people(uow.session, ids[:1]).get(ids[0]) if ids else None


def _is_due(today: date) -> ColumnElement[bool]:
    newest = (
        select(FacilityReading.value)
        .where(FacilityReading.facility_id == FacilityPlan.facility_id)
        .order_by(col(FacilityReading.id).desc())
        .limit(1)
        .correlate(FacilityPlan)
        .scalar_subquery()
    )
    by_day = and_(col(FacilityPlan.due_on).is_not(None), col(FacilityPlan.due_on) - col(FacilityPlan.lead) <= today)
    return or_(by_day, and_(col(FacilityPlan.due_value).is_not(None), newest + col(FacilityPlan.lead) >= col(FacilityPlan.due_value)))


def _has_open() -> ColumnElement[bool]:
    return select(FacilityVisit.id).where(FacilityVisit.plan_id == FacilityPlan.id, col(FacilityVisit.ended_at).is_(None)).exists()


def _lock(uow: UnitOfWork, actor: Actor, plan_id: int) -> tuple[FacilityPlan, Facility]:
    actor.require(Permission.technicians_edit)
    plan = uow.session.get(FacilityPlan, plan_id, with_for_update=True)
    if plan is None:
        raise NotFoundError
    return plan, lock_facility(uow, actor, plan.facility_id)


def _checked(uow: UnitOfWork, facility: Facility, facts: PlanFacts) -> dict[str, Any]:
    name = facts.name.replace("\x00", "").strip()
    if not 1 <= len(name) <= 60:
        raise InvalidError(msg("Name what is to be done, in at most {count} characters", count=60), field="name")
    if facts.unit not in set(PlanUnit) or facts.counts_from not in set(CountsFrom):
        raise InvalidError(msg("Choose by what the plan counts"), field="unit")
    unit = PlanUnit(facts.unit)
    if not 1 <= facts.every <= _MOST[unit]:
        raise InvalidError(msg("Give an interval from 1 to {count}", count=_MOST[unit]), field="every")
    if not 0 <= facts.lead < (facts.every if unit is not PlanUnit.month else facts.every * 28):
        raise InvalidError(msg("The order must be made within one interval before it is due"), field="lead")
    is_meter = unit is PlanUnit.meter
    if is_meter and not facility.counter_unit:
        raise InvalidError(msg("This facility has no counter; give it a unit first"), field="unit")
    if not is_meter and facts.due_on is None:
        raise InvalidError(msg("Choose the day on which it is due first"), field="due_on")
    if is_meter and (facts.due_value is None or facts.due_value <= 0):
        raise InvalidError(msg("Give the value of the counter at which it is due first"), field="due_value")
    category_id = checked_leaf(uow, facts.category_id)
    if category_id is None:
        raise InvalidError(msg("Choose a kind of fault from the list"), field="category_id")
    checked = replace(facts, due_on=None if is_meter else facts.due_on, due_value=facts.due_value if is_meter else None)
    return {
        "name": name, "category_id": category_id, "unit": unit, "every": checked.every, "lead": checked.lead,
        "counts_from": CountsFrom(checked.counts_from), "due_on": checked.due_on, "due_value": checked.due_value,
        "due_day": checked.due_on.day if checked.due_on and unit is PlanUnit.month else None,
    }  # fmt: skip
