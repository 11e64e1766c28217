"""Where buildings stand and which public areas an estate has: coordinates, outlines, and the names people report by."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.geo import Point
from estate_app.kit.i18n import msg
from estate_app.property.models import Building, Estate, PublicArea, Room
from estate_app.property.outline import centre_of, check_reach, from_ring, to_ring

_READ, _EDIT = Permission.property_read, Permission.property_edit
_MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class BuildingRow:
    """A building with what is known of where it stands; points are WGS-84."""

    id: int
    estate_id: int
    name: str
    code: str
    floors: int
    rooms: int
    centre: Point | None
    corners: tuple[Point, ...]
    may_edit: bool


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A public area; without a building it belongs to the whole estate."""

    id: int
    name: str
    building_id: int | None
    building: str
    is_retired: bool


def list_buildings(session: Session, actor: Actor, *, estate_id: int) -> list[BuildingRow]:
    """The buildings of an estate within the actor's scope, as a person counts."""
    actor.require(_READ)
    counts = select(col(Room.building_id), func.count().label("rooms")).group_by(col(Room.building_id)).subquery()
    statement = (
        select(Building, func.coalesce(counts.c.rooms, 0))
        .outerjoin(counts, counts.c.building_id == col(Building.id))
        .where(col(Building.estate_id) == estate_id)
        .order_by(func.length(col(Building.code)), col(Building.code))
    )
    seen, edited = actor.scope(_READ), actor.scope(_EDIT)
    return [
        _row(building, rooms, may_edit=actor.can(_EDIT) and edited.covers(estate_id=estate_id, building_id=building.id))
        for building, rooms in session.execute(statement)
        if seen.covers(estate_id=estate_id, building_id=building.id)
    ]


def list_areas(session: Session, actor: Actor, *, estate_id: int) -> list[AreaRow]:
    """The public areas of an estate, retired ones last."""
    actor.require(_READ)
    _estate(session, actor, estate_id, _READ)
    statement = (
        select(PublicArea, col(Building.name))
        .outerjoin(Building, col(Building.id) == col(PublicArea.building_id))
        .where(col(PublicArea.estate_id) == estate_id)
        .order_by(col(PublicArea.is_retired), col(PublicArea.name), col(PublicArea.id))
    )
    return [AreaRow(area.id, area.name, area.building_id, building or "", area.is_retired) for area, building in session.execute(statement)]


def set_ground(uow: UnitOfWork, actor: Actor, *, building_id: int, centre: Point | None, corners: Sequence[Point]) -> Building:
    """Say where a building stands; without a centre that of the outline is taken.

    Raises:
        NotFoundError: the building is out of scope.
        InvalidError: a corner too far from the centre.
    """
    actor.require(_EDIT)
    building = uow.session.get(Building, building_id, with_for_update=True, populate_existing=True)
    if building is None or not actor.scope(_EDIT).covers(estate_id=building.estate_id, building_id=building_id):
        raise NotFoundError
    middle = centre or (centre_of(corners) if corners else None)
    if middle is not None:
        check_reach(middle, corners)
    before = _facts(building)
    building.latitude = middle.latitude if middle else None
    building.longitude = middle.longitude if middle else None
    building.outline = to_ring(corners)
    record(uow, actor, "property:set_ground", "building", building_id, before=before, after=_facts(building))
    return building


def add_area(uow: UnitOfWork, actor: Actor, *, estate_id: int, building_id: int | None, name: str) -> PublicArea:
    """Add a public area of an estate, or of one of its buildings."""
    actor.require(_EDIT)
    _estate(uow.session, actor, estate_id, _EDIT)
    if building_id is not None and uow.session.get_one(Building, building_id).estate_id != estate_id:
        raise NotFoundError
    clean = _name(uow.session, estate_id, name)
    area = PublicArea(estate_id=estate_id, building_id=building_id, name=clean)
    uow.session.add(area)
    uow.flush()
    record(uow, actor, "property:add_area", "public_area", area.id or 0, after={"name": clean})
    return area


def rename_area(uow: UnitOfWork, actor: Actor, *, area_id: int, name: str) -> PublicArea:
    """Give a public area another name; orders and facilities follow."""
    area = _area(uow, actor, area_id)
    before: dict[str, object] = {"name": area.name}
    area.name = _name(uow.session, area.estate_id, name, but=area_id)
    record(uow, actor, "property:rename_area", "public_area", area_id, before=before, after={"name": area.name})
    return area


def retire_area(uow: UnitOfWork, actor: Actor, *, area_id: int, is_retired: bool) -> PublicArea:
    """Offer a public area no longer (or again) to who reports; what happened there keeps its place."""
    area = _area(uow, actor, area_id)
    if area.is_retired is is_retired:
        return area
    area.is_retired = is_retired
    if is_retired:
        record(uow, actor, "property:retire_area", "public_area", area_id, after={"name": area.name})
    else:
        record(uow, actor, "property:restore_area", "public_area", area_id, after={"name": area.name})
    return area


def _area(uow: UnitOfWork, actor: Actor, area_id: int) -> PublicArea:
    actor.require(_EDIT)
    area = uow.session.get(PublicArea, area_id, with_for_update=True, populate_existing=True)
    if area is None:
        raise NotFoundError
    _estate(uow.session, actor, area.estate_id, _EDIT)
    return area


def _estate(session: Session, actor: Actor, estate_id: int, permission: Permission) -> None:
    if session.get(Estate, estate_id) is None or not actor.scope(permission).covers(estate_id=estate_id):
        raise NotFoundError


def _name(session: Session, estate_id: int, name: str, *, but: int | None = None) -> str:
    clean = " ".join(name.split())
    if not clean or len(clean) > _MAX_NAME:
        raise InvalidError(msg("Write a name of at most {count} characters", count=_MAX_NAME), field="name")
    same = select(col(PublicArea.id)).where(col(PublicArea.estate_id) == estate_id, func.lower(col(PublicArea.name)) == clean.lower())
    if session.scalar(same if but is None else same.where(col(PublicArea.id) != but)) is not None:
        raise ConflictError(msg("{name} is a public area of this estate already", name=clean), field="name")
    return clean


def _row(building: Building, rooms: int, *, may_edit: bool) -> BuildingRow:
    latitude, longitude = building.latitude, building.longitude
    return BuildingRow(
        id=building.id,
        estate_id=building.estate_id,
        name=building.name,
        code=building.code,
        floors=building.floors,
        rooms=rooms,
        centre=Point(latitude, longitude) if latitude is not None and longitude is not None else None,
        corners=from_ring(building.outline),
        may_edit=may_edit,
    )


def _facts(building: Building) -> dict[str, object]:
    return {"latitude": building.latitude, "longitude": building.longitude, "corners": max(0, len(building.outline) - 1)}
