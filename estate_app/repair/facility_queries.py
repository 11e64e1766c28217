"""Facilities as managers read them: a list, and one with its history, cost, standstill and plans."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.errors import NotFoundError
from estate_app.kit.pagination import Page, PageRequest
from estate_app.prepared import columns
from estate_app.property.places import area_place, areas_like
from estate_app.property.queries import in_scope, place_labels
from estate_app.repair.facility_models import Facility, FacilityKind, FacilityPlan, FacilityReading, FacilityVisit
from estate_app.repair.facility_rules import stood_still
from estate_app.repair.models import MaterialUse, OrderStatus, RepairCategory, RepairOrder
from estate_app.repair.rules import ENDED_EARLY, OPEN

_READ = (Permission.technicians_read, Permission.technicians_edit)
YEAR = timedelta(days=365)
_MAX_SEARCH = 60
_HISTORY = 50
_READINGS = 12


@dataclass(frozen=True, slots=True)
class FacilityFilter:
    """Which facilities; `is_ended` keeps those whose warranty is over, `text` is part of number, name, place or maker."""

    kind: FacilityKind | None = None
    is_ended: bool = False
    is_active: bool = True
    text: str = ""


@dataclass(frozen=True, slots=True)
class FacilityRow:
    """One facility of the list; `repairs` are those of the last 365 days, `due_on` the next planned day."""

    facility: Facility
    estate: str
    place: str
    open_count: int
    repairs: int
    due_on: date | None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan with the order that it has made and that is still open."""

    plan: FacilityPlan
    category: str
    category_en: str
    open_number: str
    open_id: int | None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One order of a facility; `material_fen` is the material used on it."""

    id: int
    number: str
    category: str
    category_en: str
    status: OrderStatus
    submitted_at: datetime
    completed_at: datetime | None
    is_planned: bool
    is_out_of_service: bool
    labour_minutes: int
    material_fen: int


@dataclass(frozen=True, slots=True)
class FacilityDetail:
    """A facility with what it has cost and how long it stood still in the last 365 days, and its plans."""

    row: FacilityRow
    building_id: int | None
    category: tuple[str, str] | None
    plans: tuple[PlanRow, ...]
    readings: tuple[FacilityReading, ...]
    history: tuple[HistoryRow, ...]
    material_fen: int
    labour_minutes: int
    standstill: timedelta
    faults: int
    may_edit: bool


def list_facilities(
    session: Session, actor: Actor, *, estate_id: int | None, filter: FacilityFilter, page: PageRequest, now: datetime, today: date
) -> Page[FacilityRow]:
    """One page of the facilities in the manager's scope, by number."""
    actor.require(*_READ)
    where = _clauses(actor, estate_id, filter, today)
    total = session.scalar(select(func.count()).select_from(Facility).where(*where)) or 0
    found = session.exec(select(Facility).where(*where).order_by(*_order(page.sort)).offset(page.offset).limit(page.size))
    return Page(tuple(_rows(session, list(found), now)), int(total), page)


def facility_detail(session: Session, actor: Actor, *, facility_id: int, now: datetime) -> FacilityDetail:
    """One facility within the manager's scope; else a 404."""
    actor.require(*_READ)
    reach = in_scope(actor, *_READ, estate=col(Facility.estate_id))
    facility = session.exec(select(Facility).where(Facility.id == facility_id, reach)).first()
    if facility is None:
        raise NotFoundError
    place = area_place(session, facility.public_area_id)
    category = session.get(RepairCategory, facility.category_id) if facility.category_id else None
    history = _history(session, facility_id)
    material, labour, faults = _sums(session, facility_id, now)
    readings = session.exec(
        select(FacilityReading).where(FacilityReading.facility_id == facility_id).order_by(col(FacilityReading.id).desc()).limit(_READINGS)
    )
    return FacilityDetail(
        row=_rows(session, [facility], now)[0],
        building_id=place.building_id if place else None,
        category=(category.name, category.name_en) if category else None,
        plans=_plans(session, facility_id),
        readings=tuple(readings),
        history=history,
        material_fen=material,
        labour_minutes=labour,
        standstill=_standstill(session, facility_id, now),
        faults=faults,
        may_edit=actor.scope(Permission.technicians_edit).covers(estate_id=facility.estate_id),
    )


def _clauses(actor: Actor, estate_id: int | None, filter: FacilityFilter, today: date) -> list[ColumnElement[bool]]:
    where = [in_scope(actor, *_READ, estate=col(Facility.estate_id)), col(Facility.is_active) == filter.is_active]
    if estate_id is not None:
        where.append(col(Facility.estate_id) == estate_id)
    if filter.kind is not None:
        where.append(col(Facility.kind) == filter.kind)
    if filter.is_ended:
        where.append(col(Facility.warranty_ends_on) < today)
    if text := filter.text.replace("\x00", "").strip()[:_MAX_SEARCH]:
        columns = (col(Facility.number), col(Facility.name), col(Facility.maker), col(Facility.model))
        like = [column.icontains(text, autoescape=True) for column in columns]
        where.append(or_(*like, col(Facility.public_area_id).in_(areas_like(text))))
    return where


def _order(sort: str) -> tuple[ColumnElement[object], ...]:
    columns = {"number": col(Facility.number), "name": col(Facility.name), "warranty": col(Facility.warranty_ends_on)}
    column = columns.get(sort.removeprefix("-"), columns["number"])
    return ((column.desc() if sort.startswith("-") else column.asc()).nulls_last(), col(Facility.id).asc())  # type: ignore[return-value]


def _rows(session: Session, found: list[Facility], now: datetime) -> list[FacilityRow]:
    ids = [facility.id for facility in found]
    places = place_labels(session, (), [facility.public_area_id for facility in found])[1]
    counted = session.execute(
        select(
            RepairOrder.facility_id,
            func.count().filter(col(RepairOrder.status).in_(OPEN)),
            func.count().filter(col(RepairOrder.submitted_at) > now - YEAR, col(RepairOrder.status).not_in(ENDED_EARLY)),
        )
        .where(col(RepairOrder.facility_id).in_(ids))
        .group_by(col(RepairOrder.facility_id))
    )
    counts = {facility: (opened, year) for facility, opened, year in counted}
    planned = session.execute(
        select(FacilityPlan.facility_id, func.min(FacilityPlan.due_on))
        .where(col(FacilityPlan.facility_id).in_(ids), FacilityPlan.is_active)
        .group_by(col(FacilityPlan.facility_id))
    )
    due = {row[0]: row[1] for row in planned}
    rows = []
    for facility in found:
        place = places[facility.public_area_id]
        rows.append(FacilityRow(facility, place.estate, place.place, *counts.get(facility.id, (0, 0)), due.get(facility.id)))
    return rows


def _plans(session: Session, facility_id: int) -> tuple[PlanRow, ...]:
    found = session.execute(
        columns(FacilityPlan, RepairCategory.name, RepairCategory.name_en, RepairOrder.number, RepairOrder.id)
        .join(RepairCategory, col(RepairCategory.id) == FacilityPlan.category_id)
        .outerjoin(FacilityVisit, (col(FacilityVisit.plan_id) == FacilityPlan.id) & col(FacilityVisit.ended_at).is_(None))
        .outerjoin(RepairOrder, col(RepairOrder.id) == FacilityVisit.order_id)
        .where(col(FacilityPlan.facility_id) == facility_id)
        .order_by(col(FacilityPlan.is_active).desc(), col(FacilityPlan.due_on).nulls_last(), col(FacilityPlan.id))
    )
    return tuple(PlanRow(plan, name, name_en, number or "", order_id) for plan, name, name_en, number, order_id in found)


def _history(session: Session, facility_id: int) -> tuple[HistoryRow, ...]:
    used = select(func.coalesce(func.sum(MaterialUse.amount_fen), 0)).where(MaterialUse.order_id == RepairOrder.id).scalar_subquery()
    planned = select(FacilityVisit.id).where(FacilityVisit.order_id == RepairOrder.id).exists()
    found = session.execute(
        columns(
            RepairOrder.id, RepairOrder.number, RepairCategory.name, RepairCategory.name_en, RepairOrder.status,
            RepairOrder.submitted_at, RepairOrder.completed_at, planned, RepairOrder.is_out_of_service, RepairOrder.labour_minutes, used,
        )
        .join(RepairCategory, col(RepairCategory.id) == RepairOrder.category_id)
        .where(col(RepairOrder.facility_id) == facility_id)
        .order_by(col(RepairOrder.submitted_at).desc(), col(RepairOrder.id).desc())
        .limit(_HISTORY)
    )  # fmt: skip
    # PostgreSQL's sums are decimals.
    return tuple(HistoryRow(*(*row[:-1], int(row[-1]))) for row in found)


def _sums(session: Session, facility_id: int, now: datetime) -> tuple[int, int, int]:
    """Material in fen, minutes of work, and how many faults of the last 365 days."""
    here = (col(RepairOrder.facility_id) == facility_id, col(RepairOrder.submitted_at) > now - YEAR)
    material = session.scalar(
        select(func.sum(MaterialUse.amount_fen)).join(RepairOrder, col(RepairOrder.id) == MaterialUse.order_id).where(*here)
    )
    planned = select(FacilityVisit.id).where(FacilityVisit.order_id == RepairOrder.id).exists()
    is_fault = ~planned & col(RepairOrder.status).not_in(ENDED_EARLY)
    labour, faults = session.execute(select(func.sum(RepairOrder.labour_minutes), func.count().filter(is_fault)).where(*here)).one()
    return int(material or 0), int(labour or 0), int(faults)


def _standstill(session: Session, facility_id: int, now: datetime) -> timedelta:
    since = now - YEAR
    ended = func.coalesce(RepairOrder.completed_at, now)
    spans = session.execute(
        select(RepairOrder.submitted_at, ended).where(
            RepairOrder.facility_id == facility_id,
            col(RepairOrder.is_out_of_service),
            col(RepairOrder.status).not_in(ENDED_EARLY),
            ended > since,
        )
    )
    return stood_still([(start, end) for start, end in spans], since, now)
