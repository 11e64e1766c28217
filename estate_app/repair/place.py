"""Where the fault is: the actor's own room, a public area of an own estate, or whatever a manager may report for."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission, Role
from estate_app.errors import InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.geo import Point, gcj02_to_wgs84, nearest
from estate_app.kit.i18n import msg
from estate_app.media.queries import files_of
from estate_app.property.models import Relation
from estate_app.property.places import Place, area_place, areas_of, home_place, room_place
from estate_app.property.queries import OwnRoom, own_rooms, place_labels
from estate_app.repair.models import OrderStatus, RepairCategory, RepairOrder
from estate_app.repair.rules import OPEN, SIMILAR_WITHIN
from estate_app.repair.step import ENTITY

_AT_HOME_M = 1500.0
_MAX_SIMILAR = 5


class CoordinateSystem(StrEnum):
    """In which system a phone gives a point: GPS, or that of Chinese maps and the mini-program."""

    wgs84 = "wgs84"
    gcj02 = "gcj02"


@dataclass(frozen=True, slots=True)
class PlaceHint:
    """The own home nearest to where somebody stands; always only a suggestion."""

    room: OwnRoom
    metres: int


@dataclass(frozen=True, slots=True)
class AreaChoice:
    """A public area that may be reported."""

    id: int
    estate_id: int
    building_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class SimilarOrder:
    """An open order of the same kind nearby; a neighbour's photo stays with the neighbour."""

    id: int
    number: str
    category: str
    category_en: str
    place: str
    status: OrderStatus
    submitted_at: datetime
    thumbnail_url: str
    is_own: bool


def checked_point(latitude: float | None, longitude: float | None, system: CoordinateSystem) -> Point | None:
    """Turn what a phone says into WGS-84; an absent place is no error, an impossible one is."""
    if latitude is None or longitude is None:
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise InvalidError(msg("This place does not exist; choose the address instead"), field="latitude")
    point = Point(latitude, longitude)
    return gcj02_to_wgs84(point) if system is CoordinateSystem.gcj02 else point


def reported_place(session: Session, actor: Actor, room_id: int | None, public_area_id: int | None, on: date) -> Place:
    """The place of a report, or a 404 when it is not the actor's."""
    if (room_id is None) == (public_area_id is None):
        raise InvalidError(msg("Choose one room or one public area"), field="room_id")
    if room_id is not None and actor.role is Role.resident:
        place = home_place(session, actor.id, room_id, on)
    else:
        place = room_place(session, room_id) if room_id is not None else area_place(session, public_area_id or 0)
        place = place if place is not None and _may_report(session, actor, place, on) else None
    if place is None:
        raise NotFoundError
    return place


def suggest_place(
    session: Session, actor: Actor, *, latitude: float, longitude: float, system: CoordinateSystem = CoordinateSystem.wgs84, now: datetime
) -> PlaceHint | None:
    """Find the own home nearest to a point, within 1.5 km; None leaves the choice to the person."""
    actor.require(Permission.own_repairs)
    point = checked_point(latitude, longitude, system)
    if point is None:
        return None
    found = nearest(point, own_homes(session, actor, business_date(now)), _point_of, within_m=_AT_HOME_M)
    return PlaceHint(found[0], round(found[1])) if found else None


def own_homes(session: Session, actor: Actor, on: date) -> list[OwnRoom]:
    """The rooms whose repairs the actor sees and reports."""
    return [room for room in own_rooms(session, actor, on) if room.relation is not Relation.payer]


def area_choices(session: Session, actor: Actor, *, now: datetime, estate_id: int | None = None) -> list[AreaChoice]:
    """The public areas that the actor may report: of the own estates, or of one estate of a manager."""
    actor.require(Permission.own_repairs, Permission.repairs_report)
    if actor.can(Permission.own_repairs):
        estates = {room.estate_id for room in own_homes(session, actor, business_date(now))}
    else:
        estates = {estate_id} if estate_id is not None and actor.scope(Permission.repairs_report).covers(estate_id=estate_id) else set()
    return [AreaChoice(a.id or 0, a.estate_id, a.building_id, a.name) for a in areas_of(session, estates)] if estates else []


def similar_open_orders(
    session: Session, actor: Actor, *, category_id: int, now: datetime, room_id: int | None = None, public_area_id: int | None = None
) -> list[SimilarOrder]:
    """Open orders of the same kind in the same building or public area within two weeks, newest first."""
    actor.require(Permission.own_repairs, Permission.repairs_report)
    on = business_date(now)
    place = reported_place(session, actor, room_id, public_area_id, on)
    mine = {room.id for room in own_homes(session, actor, on)}
    category = session.get(RepairCategory, category_id)
    if category is None:
        return []
    group = func.coalesce(RepairCategory.parent_id, RepairCategory.id)
    if place.public_area_id is not None:
        here = col(RepairOrder.public_area_id) == place.public_area_id
    else:
        here = (col(RepairOrder.building_id) == place.building_id) & col(RepairOrder.room_id).is_not(None)
    rows = session.execute(
        select(RepairOrder, RepairCategory)
        .join(RepairCategory, col(RepairCategory.id) == RepairOrder.category_id)
        .where(here, group == (category.parent_id or category.id), col(RepairOrder.status).in_(OPEN))
        .where(col(RepairOrder.submitted_at) > now - SIMILAR_WITHIN)
        .order_by(col(RepairOrder.submitted_at).desc(), col(RepairOrder.id).desc())
        .limit(_MAX_SIMILAR)
    ).all()
    orders = [order for order, _ in rows]
    rooms, areas = place_labels(session, {o.room_id for o in orders if o.room_id}, {o.public_area_id for o in orders if o.public_area_id})
    labels = {("room", k): v.place for k, v in rooms.items()} | {("area", k): v.place for k, v in areas.items()}
    open_ids = [o.id or 0 for o in orders if o.room_id is None or o.room_id in mine]
    files = files_of(session, ENTITY, open_ids, now=now)
    return [
        SimilarOrder(
            id=order.id or 0,
            number=order.number,
            category=kind.name,
            category_en=kind.name_en,
            place=labels.get(("room", order.room_id) if order.room_id else ("area", order.public_area_id), ""),
            status=order.status,
            submitted_at=order.submitted_at,
            thumbnail_url=next((f.thumbnail_url for f in files.get(order.id or 0, ()) if f.thumbnail_url), ""),
            is_own=order.room_id in mine,
        )
        for order, kind in rows
    ]


def is_neighbour(session: Session, actor: Actor, order: RepairOrder, on: date) -> bool:
    """Whether somebody lives where an order's trouble may be theirs too: its building, or its estate for a public area."""
    for room in own_homes(session, actor, on):
        if room.building_id == order.building_id or (order.room_id is None and room.estate_id == order.estate_id):
            return True
    return False


def _may_report(session: Session, actor: Actor, place: Place, on: date) -> bool:
    if actor.can(Permission.repairs_report):
        return actor.scope(Permission.repairs_report).covers(estate_id=place.estate_id, building_id=place.building_id)
    return place.room_id is None and any(room.estate_id == place.estate_id for room in own_homes(session, actor, on))


def _point_of(room: OwnRoom) -> Point | None:
    return Point(room.latitude, room.longitude) if room.latitude is not None and room.longitude is not None else None
