"""Reads of the register, each within the actor's scope; residents see the rooms they belong to today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, bindparam, false, or_, select, true
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission, Role
from estate_app.errors import NotFoundError
from estate_app.prepared import Prepared
from estate_app.property.models import Building, Estate, ParkingSpace, ParkingUse, PublicArea, Relation, Room, RoomMember


@dataclass(frozen=True, slots=True)
class OwnRoom:
    """A room of the actor's: where it is and what the actor is to it. Area in thousandths of a square metre."""

    id: int
    estate_id: int
    building_id: int
    estate_name: str
    building_name: str
    unit: str
    code: str
    label: str
    relation: Relation
    area_milli_m2: int
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class PlaceLabel:
    """How a place is written: the estate, the place in it, and the short code (`3-2-1501`)."""

    estate: str
    place: str
    code: str


def room_label(building: str, unit: str, code: str) -> str:
    """`3栋2单元1501`: the building's and the unit's names before the last part of the code."""
    door = code.rsplit("-", 1)[-1]
    return f"{building}{f'{unit}单元' if unit else ''}{door}"


def in_scope(actor: Actor, *permissions: Permission, estate: Any, building: Any = None) -> ColumnElement[bool]:
    """The WHERE clause of a manager's scope over columns that hold an estate's and a building's id."""
    scope = actor.scope(*permissions)
    if scope.is_everywhere:
        return true()
    parts: list[ColumnElement[bool]] = []
    if scope.estate_ids:
        parts.append(estate.in_(scope.estate_ids))
    if scope.building_ids and building is not None:
        parts.append(building.in_(scope.building_ids))
    return or_(*parts) if parts else false()


def member_today(on: Any) -> tuple[ColumnElement[bool], ...]:
    """The WHERE clauses of a membership that holds on a day: a departed tenant keeps nothing."""
    return (col(RoomMember.from_on) <= on, or_(col(RoomMember.to_on).is_(None), col(RoomMember.to_on) >= on))


def own_room_ids(actor: Actor, on: date, *, sees_repairs: bool = False) -> Any:
    """A subquery of the ids of the actor's rooms; with `sees_repairs`, without those that the actor only pays for."""
    return room_ids_of(actor.id, on, sees_repairs=sees_repairs)


def room_ids_of(account_id: Any, on: Any, *, sees_repairs: bool = False) -> Any:
    """That of any account; both may be parameters of a prepared statement."""
    statement = select(col(RoomMember.room_id)).where(col(RoomMember.account_id) == account_id, *member_today(on))
    return statement.where(col(RoomMember.relation) != Relation.payer) if sees_repairs else statement


def own_rooms(session: Session, actor: Actor, on: date) -> list[OwnRoom]:
    """The actor's rooms today, in the order of their estates and codes."""
    if actor.role is not Role.resident:
        return []
    rows = session.execute(
        select(Room, col(RoomMember.relation), Building, Estate)
        .join(RoomMember, col(RoomMember.room_id) == Room.id)
        .join(Building, col(Building.id) == Room.building_id)
        .join(Estate, col(Estate.id) == Room.estate_id)
        .where(col(RoomMember.account_id) == actor.id, *member_today(on))
        .order_by(col(Estate.id), col(Room.code), col(RoomMember.id))
    ).all()
    rooms = {room.id: (room, relation, building, estate) for room, relation, building, estate in reversed(rows)}
    return [_own(*rooms[key]) for key in reversed(rooms)]


def own_room(session: Session, actor: Actor, room_id: int, on: date, *, sees_repairs: bool = True) -> OwnRoom:
    """One of the actor's rooms; strangers, and payers where repairs are seen, get a 404."""
    for room in own_rooms(session, actor, on):
        if room.id == room_id and not (sees_repairs and room.relation is Relation.payer):
            return room
    raise NotFoundError


def visible_estates(session: Session, actor: Actor, *permissions: Permission) -> list[Estate]:
    """The estates in which a manager holds any of the permissions."""
    scope = actor.scope(*permissions)
    statement = select(Estate).order_by(col(Estate.id))
    if not scope.is_everywhere:
        of_buildings = select(col(Building.estate_id)).where(col(Building.id).in_(scope.building_ids))
        statement = statement.where(or_(col(Estate.id).in_(scope.estate_ids), col(Estate.id).in_(of_buildings)))
    return list(session.scalars(statement))


def visible_buildings(session: Session, actor: Actor, *permissions: Permission) -> list[Building]:
    """The buildings in which a manager holds any of the permissions, by estate and code."""
    reach = in_scope(actor, *permissions, estate=col(Building.estate_id), building=col(Building.id))
    return list(session.scalars(select(Building).where(reach).order_by(col(Building.estate_id), col(Building.code), col(Building.id))))


def ensure_estate(session: Session, actor: Actor, estate_id: int, *permissions: Permission) -> Estate:
    """An estate that the actor may act in as a whole; else a 404."""
    if not actor.scope(*permissions).covers(estate_id=estate_id):
        raise NotFoundError
    estate = session.get(Estate, estate_id)
    if estate is None:
        raise NotFoundError
    return estate


def place_labels(
    session: Session, room_ids: Iterable[int], area_ids: Iterable[int] = ()
) -> tuple[dict[int, PlaceLabel], dict[int, PlaceLabel]]:
    """How rooms and public areas are written, in two queries however many there are."""
    wanted_rooms, wanted_areas = list(set(room_ids)), list(set(area_ids))
    rooms = _ROOM_LABELS.rows(session, ids=wanted_rooms) if wanted_rooms else ()
    areas = _AREA_LABELS.rows(session, ids=wanted_areas) if wanted_areas else ()
    return (
        {key: PlaceLabel(estate, room_label(building, unit, code), code) for key, estate, building, unit, code in rooms},
        {key: PlaceLabel(estate, name, name) for key, estate, name in areas},
    )


_ids = bindparam("ids", type_=ARRAY(BigInteger))
_ROOM_LABELS = Prepared(
    select(col(Room.id), col(Estate.name), col(Building.name), col(Room.unit), col(Room.code))
    .join(Building, col(Building.id) == Room.building_id)
    .join(Estate, col(Estate.id) == Room.estate_id)
    .where(col(Room.id) == any_(_ids))
)
_AREA_LABELS = Prepared(
    select(col(PublicArea.id), col(Estate.name), col(PublicArea.name))
    .join(Estate, col(Estate.id) == PublicArea.estate_id)
    .where(col(PublicArea.id) == any_(_ids))
)


def _own(room: Room, relation: Relation, building: Building, estate: Estate) -> OwnRoom:
    return OwnRoom(
        id=room.id or 0,
        estate_id=room.estate_id,
        building_id=room.building_id,
        estate_name=estate.name,
        building_name=building.name,
        unit=room.unit,
        code=room.code,
        label=room_label(building.name, room.unit, room.code),
        relation=relation,
        area_milli_m2=room.area_milli_m2,
        latitude=building.latitude,
        longitude=building.longitude,
    )


def estate_of(session: Session, estate_id: int) -> Estate:
    """An estate that a service has come to by its own checked rows."""
    return session.get_one(Estate, estate_id)


def held_spaces(
    session: Session, estate_id: int, *, from_on: date, to_on: date, span: tuple[int, int] | None = None
) -> list[tuple[ParkingUse, ParkingSpace]]:
    """Who holds which parking space of an estate on any day of a period, by space and day; for services that checked the estate.

    `span` narrows it to the rooms from one id to another.
    """
    statement = (
        select(ParkingUse, ParkingSpace)
        .join(ParkingSpace, col(ParkingSpace.id) == col(ParkingUse.space_id))
        .where(
            col(ParkingSpace.estate_id) == estate_id,
            col(ParkingUse.starts_on) <= to_on,
            or_(col(ParkingUse.ends_on).is_(None), col(ParkingUse.ends_on) >= from_on),
        )
        .order_by(col(ParkingSpace.code), col(ParkingUse.starts_on))
    )
    if span is not None:
        statement = statement.where(col(ParkingUse.room_id).between(*span))
    return [(use, space) for use, space in session.execute(statement)]
