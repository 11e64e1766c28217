"""Finds rooms by what a caller says: the code, the written label, or a name on the contact list."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg
from estate_app.property.models import Building, Estate, Room, RoomMember
from estate_app.property.places import rooms_like
from estate_app.property.queries import in_scope, member_today, room_label

_MAX_SEARCH = 60


@dataclass(frozen=True, slots=True)
class RoomHit:
    """A room that was found."""

    id: int
    estate: str
    label: str
    code: str


def find_rooms(
    session: Session, actor: Actor, *permissions: Permission, text: str, on: date, estate_id: int | None = None, limit: int = 12
) -> list[RoomHit]:
    """The rooms within the manager's scope that match, by code; an empty text finds none. A whole phone number finds its household."""
    actor.require(*permissions)
    words = text.replace("\x00", "").strip()[:_MAX_SEARCH]
    if not words:
        return []
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    known = or_(col(RoomMember.name).ilike(f"%{escaped}%"), col(RoomMember.phone) == words.replace(" ", ""))
    household = select(col(RoomMember.room_id)).where(known, *member_today(on))
    statement = (
        select(Room, Building, col(Estate.name))
        .join(Building, col(Building.id) == col(Room.building_id))
        .join(Estate, col(Estate.id) == col(Room.estate_id))
        .where(in_scope(actor, *permissions, estate=col(Room.estate_id), building=col(Room.building_id)))
        .where(or_(col(Room.id).in_(rooms_like(escaped)), col(Room.id).in_(household)))
        .order_by(col(Room.code), col(Room.id))
        .limit(limit)
    )
    if estate_id is not None:
        statement = statement.where(col(Room.estate_id) == estate_id)
    return [
        RoomHit(room.id or 0, estate, room_label(building.name, room.unit, room.code), room.code)
        for room, building, estate in session.execute(statement)
    ]


def room_by_code(session: Session, actor: Actor, *permissions: Permission, estate_id: int, code: str) -> int:
    """The id of the room that a person typed by its code.

    Raises:
        InvalidError: the estate has no such room within the actor's scope; the field is `room`.
    """
    actor.require(*permissions)
    reach = in_scope(actor, *permissions, estate=col(Room.estate_id), building=col(Room.building_id))
    found = session.scalar(select(col(Room.id)).where(col(Room.estate_id) == estate_id, col(Room.code) == code.strip(), reach))
    if found is None:
        raise InvalidError(msg("The room {code} is not in the register", code=code.strip()[:30]), field="room")
    return int(found)
