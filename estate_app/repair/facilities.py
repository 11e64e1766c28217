"""The register of facilities: added, edited, switched off, their counters read."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.property.places import find_or_add_area
from estate_app.property.queries import ensure_estate
from estate_app.repair.facility_models import Facility, FacilityKind, FacilityReading
from estate_app.repair.facility_rules import new_label_code
from estate_app.repair.models import RepairCategory

_EDIT = Permission.technicians_edit
_ENTITY = "facility"
_MAX_LIFE = 100
_MAX_READING = 1_000_000_000


@dataclass(frozen=True, slots=True)
class FacilityFacts:
    """What is written down of a facility; `place` is a public area's name, added where the estate has none of it."""

    number: str
    name: str
    kind: str
    place: str
    building_id: int | None = None
    category_id: int | None = None
    maker: str = ""
    model: str = ""
    installed_on: date | None = None
    warranty_ends_on: date | None = None
    life_years: int | None = None
    cost_fen: int | None = None
    counter_unit: str = ""
    note: str = ""


def add_facility(uow: UnitOfWork, actor: Actor, *, estate_id: int, facts: FacilityFacts) -> Facility:
    """Put a facility into the register, with a code of its own for the label.

    Raises:
        InvalidError: a field is wrong; it is named.
        NotFoundError: the estate lies outside the actor's scope.
    """
    actor.require(_EDIT)
    ensure_estate(uow.session, actor, estate_id, _EDIT)
    facility = Facility(estate_id=estate_id, code=new_label_code(), **_checked(uow, estate_id, facts, None))
    uow.session.add(facility)
    uow.flush()
    record(uow, actor, "facility:add", _ENTITY, facility.id, after={"number": facility.number, "name": facility.name})
    return facility


def edit_facility(uow: UnitOfWork, actor: Actor, *, facility_id: int, facts: FacilityFacts) -> Facility:
    """Change what is written down; the label's code stays."""
    facility = lock_facility(uow, actor, facility_id)
    before = _written(facility)
    for name, value in _checked(uow, facility.estate_id, facts, facility.id).items():
        setattr(facility, name, value)
    uow.flush()
    record(uow, actor, "facility:edit", _ENTITY, facility.id, before=before, after=_written(facility))
    return facility


def switch_facility(uow: UnitOfWork, actor: Actor, *, facility_id: int, is_active: bool) -> Facility:
    """Take a facility out of use or back into it; without use its plans rest and its label says so."""
    facility = lock_facility(uow, actor, facility_id)
    before: dict[str, object] = {"is_active": facility.is_active}
    facility.is_active = is_active
    record(uow, actor, "facility:active", _ENTITY, facility.id, before=before, after={"is_active": is_active})
    uow.flush()
    return facility


def add_reading(uow: UnitOfWork, actor: Actor, *, facility_id: int, value: int) -> FacilityReading:
    """Write down what the counter shows; it never runs backwards."""
    facility = lock_facility(uow, actor, facility_id)
    if not facility.counter_unit:
        raise InvalidError(msg("This facility has no counter; give it a unit first"), field="value")
    if not 0 <= value <= _MAX_READING:
        raise InvalidError(msg("Give the whole number that the counter shows"), field="value")
    last = newest_values(uow, [facility.id]).get(facility.id)
    if last is not None and value < last:
        raise InvalidError(msg("The counter showed {value} before; it does not run backwards", value=last), field="value")
    reading = FacilityReading(facility_id=facility.id, value=value, at=uow.now, read_by=actor.account_id)
    uow.session.add(reading)
    uow.flush()
    record(uow, actor, "facility:reading", _ENTITY, facility.id, before={"value": last}, after={"value": value})
    return reading


def newest_values(uow: UnitOfWork, facility_ids: list[int]) -> dict[int, int]:
    """What the counters of some facilities showed last."""
    newest = (
        select(FacilityReading.facility_id, FacilityReading.value)
        .ext(distinct_on(col(FacilityReading.facility_id)))
        .where(col(FacilityReading.facility_id).in_(facility_ids))
        .order_by(col(FacilityReading.facility_id), col(FacilityReading.id).desc())
    )
    return {row[0]: row[1] for row in uow.session.execute(newest)}


def lock_facility(uow: UnitOfWork, actor: Actor, facility_id: int) -> Facility:
    """A facility within the scope of editing, locked; else a 404."""
    actor.require(_EDIT)
    facility = uow.session.get(Facility, facility_id, with_for_update=True)
    if facility is None or not actor.scope(_EDIT).covers(estate_id=facility.estate_id):
        raise NotFoundError
    return facility


def _checked(uow: UnitOfWork, estate_id: int, facts: FacilityFacts, own_id: int | None) -> dict[str, Any]:
    number, name = _text(facts.number, 30, "number", needed=True), _text(facts.name, 60, "name", needed=True)
    if facts.kind not in set(FacilityKind):
        raise InvalidError(msg("Choose what kind of facility it is"), field="kind")
    twin = uow.session.scalar(select(Facility.id).where(Facility.estate_id == estate_id, Facility.number == number))
    if twin is not None and twin != own_id:
        raise InvalidError(msg("This estate has a facility {number} already", number=number), field="number")
    if facts.life_years is not None and not 1 <= facts.life_years <= _MAX_LIFE:
        raise InvalidError(msg("Give the life in years, from 1 to {count}", count=_MAX_LIFE), field="life_years")
    if facts.cost_fen is not None and facts.cost_fen < 0:
        raise InvalidError(msg("The price may not be negative"), field="cost")
    if facts.installed_on and facts.warranty_ends_on and facts.warranty_ends_on < facts.installed_on:
        raise InvalidError(msg("The warranty ends before the facility was installed"), field="warranty_ends_on")
    place = _text(facts.place, 60, "place", needed=True)
    return {
        "number": number,
        "name": name,
        "kind": FacilityKind(facts.kind),
        "category_id": checked_leaf(uow, facts.category_id),
        "maker": _text(facts.maker, 60, "maker"),
        "model": _text(facts.model, 60, "model"),
        "installed_on": facts.installed_on,
        "warranty_ends_on": facts.warranty_ends_on,
        "life_years": facts.life_years,
        "cost_fen": facts.cost_fen,
        "counter_unit": _text(facts.counter_unit, 20, "counter_unit"),
        "note": _text(facts.note, 500, "note"),
        "public_area_id": find_or_add_area(uow, estate_id=estate_id, building_id=facts.building_id, name=place),
    }


def checked_leaf(uow: UnitOfWork, category_id: int | None) -> int | None:
    """A kind of fault that may be reported; None stays None."""
    if category_id is None:
        return None
    category = uow.session.get(RepairCategory, category_id)
    below = uow.session.scalar(select(RepairCategory.id).where(RepairCategory.parent_id == category_id).limit(1))
    if category is None or not category.is_active or below is not None:
        raise InvalidError(msg("Choose a kind of fault from the list"), field="category_id")
    return category_id


def _text(value: str, limit: int, field: str, *, needed: bool = False) -> str:
    clean = value.replace("\x00", "").strip()
    if needed and not clean:
        raise InvalidError(msg("Fill in this field"), field=field)
    if len(clean) > limit:
        raise InvalidError(msg("Write at most {count} characters", count=limit), field=field)
    return clean


def _written(facility: Facility) -> dict[str, object]:
    return facility.model_dump(mode="json", exclude={"id", "estate_id", "code", "is_active"})
