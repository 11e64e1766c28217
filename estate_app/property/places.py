"""Where something is: a room or a public area with its building, its label and its coordinates; and who lives there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, or_
from sqlmodel import Session, col, select

from estate_app.db import UnitOfWork
from estate_app.errors import NotFoundError
from estate_app.kit.geo import Point
from estate_app.prepared import Asked, Prepared, Row, answered, columns
from estate_app.property.models import Building, Estate, PublicArea, Relation, Room, RoomMember
from estate_app.property.queries import member_today, room_ids_of, room_label


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the register, with the estate's name and the room's code; coordinates are WGS-84 and those of its building."""

    estate_id: int
    building_id: int | None
    room_id: int | None
    public_area_id: int | None
    label: str
    latitude: float | None
    longitude: float | None
    estate: str
    code: str


def room_place(session: Session, room_id: int) -> Place | None:
    """The place of a room; the caller checks the scope."""
    return _room(room_id, _ROOM.first(session, room_id=room_id))


def home_place(session: Session, account_id: int, room_id: int, on: date) -> Place | None:
    """The place of a room whose repairs somebody sees on a day; None for everybody else."""
    found = answered(session, asked_home(account_id, room_id, on))
    return _room(room_id, found[0] if found else None)


def asked_home(account_id: int, room_id: int, on: date) -> Asked:
    """What `home_place` asks."""
    return _HOME.asked(account_id=account_id, room_id=room_id, on=on)


def _room(room_id: int, row: Row | None) -> Place | None:
    if row is None:
        return None
    estate_id, building_id, unit, code, building, latitude, longitude, estate = row
    return Place(estate_id, building_id, room_id, None, room_label(building, unit, code), latitude, longitude, estate, code)


_here = (
    columns(Room.estate_id, Room.building_id, Room.unit, Room.code, Building.name, Building.latitude, Building.longitude, Estate.name)
    .select_from(Room)
    .join(Estate, col(Estate.id) == Room.estate_id)
    .join(Building, col(Building.id) == Room.building_id)
    .where(col(Room.id) == bindparam("room_id"))
)
_ROOM = Prepared(_here)
_HOME = Prepared(_here.where(col(Room.id).in_(room_ids_of(bindparam("account_id"), bindparam("on", type_=Date), sees_repairs=True))))


def area_place(session: Session, area_id: int) -> Place | None:
    """The place of a public area; without a building it lies at the estate's own point."""
    row = session.execute(
        select(PublicArea, Estate, Building)
        .join(Estate, col(Estate.id) == PublicArea.estate_id)
        .outerjoin(Building, col(Building.id) == PublicArea.building_id)
        .where(PublicArea.id == area_id)
    ).first()
    if row is None:
        return None
    area, estate, building = row
    at = building or estate
    return Place(area.estate_id, area.building_id, None, area.id, area.name, at.latitude, at.longitude, estate.name, area.name)


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands at a place: outlines as closed rings of [longitude, latitude], and points where there is no outline; WGS-84."""

    outlines: tuple[list[list[float]], ...] = ()
    points: tuple[Point, ...] = ()


def ground_of(session: Session, *, estate_id: int, building_id: int | None) -> Ground:
    """The ground of a building; without one that of the whole estate: every building of it, and its own point."""
    statement = select(Building.outline, Building.latitude, Building.longitude)
    where = col(Building.estate_id) == estate_id if building_id is None else col(Building.id) == building_id
    outlines, points = [], []
    for outline, latitude, longitude in session.execute(statement.where(where)):
        if len(outline) > _LEAST_CORNERS:
            outlines.append(outline)
        elif latitude is not None and longitude is not None:
            points.append(Point(latitude, longitude))
    estate = session.get_one(Estate, estate_id) if building_id is None else None
    if estate is not None and estate.latitude is not None and estate.longitude is not None:
        points.append(Point(estate.latitude, estate.longitude))
    return Ground(tuple(outlines), tuple(points))


_LEAST_CORNERS = 3


def room_of_label(session: Session, code: str) -> int | None:
    """The room whose door a label hangs on, if there is one of that code."""
    return session.exec(select(Room.id).where(Room.label_code == code)).first()


def handed_over_on(session: Session, room_id: int) -> date | None:
    """When a room was handed over to its first owner, where that is known; the caller checks the scope."""
    return session.scalar(select(col(Room.handover_on)).where(Room.id == room_id))


def area_ids_of(building_id: int) -> Any:
    """A subquery of the public areas in a building."""
    return select(PublicArea.id).where(PublicArea.building_id == building_id)


def areas_of(session: Session, estate_ids: set[int]) -> list[PublicArea]:
    """The public areas of some estates that can be chosen, by name."""
    statement = select(PublicArea).where(col(PublicArea.estate_id).in_(estate_ids), ~col(PublicArea.is_retired))
    return list(session.exec(statement.order_by(col(PublicArea.estate_id), col(PublicArea.name), col(PublicArea.id))))


def rooms_like(text: str) -> Any:
    """A subquery of the rooms whose code or written label contains a text, already escaped for LIKE."""
    written = Building.name + col(Room.unit).concat("单元").concat(col(Room.code).regexp_replace("^.*-", ""))
    statement = select(Room.id).join(Building, col(Building.id) == Room.building_id)
    return statement.where(or_(col(Room.code).ilike(f"%{text}%"), written.ilike(f"%{text}%")))


def areas_like(text: str) -> Any:
    """A subquery of the public areas whose name or building contains a text as it is typed."""
    statement = select(PublicArea.id).outerjoin(Building, col(Building.id) == PublicArea.building_id)
    return statement.where(or_(*(column.icontains(text, autoescape=True) for column in (col(PublicArea.name), col(Building.name)))))


def household(session: Session, room_id: int, on: date) -> list[int]:
    """The accounts that see a room's repairs on a day."""
    return [account_id for (account_id,) in answered(session, asked_household(room_id, on))]


def asked_household(room_id: int, on: date) -> Asked:
    """What `household` asks."""
    return _HOUSEHOLD.asked(room_id=room_id, on=on)


_HOUSEHOLD = Prepared(
    select(RoomMember.account_id).where(
        RoomMember.room_id == bindparam("room_id"),
        RoomMember.relation != Relation.payer,
        col(RoomMember.account_id).is_not(None),
        *member_today(bindparam("on", type_=Date)),
    ),
    is_apart=True,
)


def find_or_add_area(uow: UnitOfWork, *, estate_id: int, building_id: int | None, name: str) -> int:
    """The public area of a name in an estate, added when there is none; the caller has checked scope and name.

    Raises:
        NotFoundError: the building is not of the estate.
    """
    if building_id is not None:
        building = uow.session.get(Building, building_id)
        if building is None or building.estate_id != estate_id:
            raise NotFoundError
    found = uow.session.exec(select(PublicArea).where(PublicArea.estate_id == estate_id, PublicArea.name == name)).first()
    if found is None:
        found = PublicArea(estate_id=estate_id, building_id=building_id, name=name)
        uow.session.add(found)
        uow.flush()
    return found.id


def areas_by_id(session: Session, ids: Sequence[int]) -> list[PublicArea]:
    """Some public areas; the caller checks the scope."""
    return list(session.exec(select(PublicArea).where(col(PublicArea.id).in_(ids))))
