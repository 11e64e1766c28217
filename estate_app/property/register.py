"""The register as managers read it: rooms, and who belongs or belonged to them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.access.rules import masked_phone
from estate_app.errors import NotFoundError
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.models import Building, Estate, Relation, Room, RoomMember, RoomState, RoomUse
from estate_app.property.places import rooms_like
from estate_app.property.queries import in_scope, member_today, room_label

_MAX_SEARCH = 60
_READ, _EDIT = Permission.property_read, Permission.property_edit


@dataclass(frozen=True, slots=True)
class RoomFilter:
    """What the list of rooms is narrowed to; `text` is part of a code, a label or a name, or a whole phone number."""

    estate_id: int | None = None
    building_id: int | None = None
    state: RoomState | None = None
    use: RoomUse | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class RoomRow:
    """One room of the list; `owner` is the first owner's name, `people` counts whoever belongs to it today."""

    id: int
    estate: str
    building: str
    label: str
    code: str
    floor: int
    area_milli_m2: int
    use: RoomUse
    state: RoomState
    owner: str
    people: int


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One entry of a room's contact list; the phone is masked for who may not read it."""

    id: int
    name: str
    phone: str
    relation: Relation
    has_account: bool
    from_on: date
    to_on: date | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class RoomDetail:
    """A room and its contact list, those who belong to it today first."""

    room: RoomRow
    estate_id: int
    interior_milli_m2: int | None
    handover_on: date | None
    household_size: int
    members: tuple[MemberRow, ...]
    may_edit: bool
    today: date


@dataclass(frozen=True, slots=True)
class Door:
    """A room's door: how it is written and the code of its label."""

    room_id: int
    estate: str
    label: str
    label_code: str


# Codes that are numbers in text: the shorter is the smaller.
_COUNTED = (
    col(Room.estate_id),
    func.length(col(Building.code)),
    col(Building.code),
    col(Room.unit),
    func.length(col(Room.code)),
    col(Room.code),
    col(Room.id),
)


def list_rooms(session: Session, actor: Actor, *, filter: RoomFilter, page: PageRequest, on: date) -> Page[RoomRow]:
    """A page of the rooms within the actor's scope, by estate and building, as a person counts: 101 before 1001."""
    actor.require(_READ)
    clauses = [in_scope(actor, _READ, estate=col(Room.estate_id), building=col(Room.building_id)), *_where(filter, on)]
    total = session.scalar(select(func.count()).select_from(Room).where(*clauses)) or 0
    statement = (
        select(Room, Building, col(Estate.name))
        .join(Building, col(Building.id) == col(Room.building_id))
        .join(Estate, col(Estate.id) == col(Room.estate_id))
        .where(*clauses)
        .order_by(*_COUNTED)
        .offset(page.offset)
        .limit(page.size)
    )
    found = session.execute(statement).all()
    owners, people = _people(session, [room.id or 0 for room, _, _ in found], on)
    rows = tuple(_row(room, building, estate, owners, people) for room, building, estate in found)
    return Page(rows, total, page)


def doors_of(session: Session, actor: Actor, *, building_id: int | None, room_id: int | None, most: int) -> list[Door]:
    """The doors of a building, or one room's, as a person counts; a 404 outside of the actor's scope."""
    actor.require(_READ)
    chosen = col(Room.building_id) == building_id if room_id is None else col(Room.id) == room_id
    found = session.execute(
        select(Room, Building, col(Estate.name))
        .join(Building, col(Building.id) == col(Room.building_id))
        .join(Estate, col(Estate.id) == col(Room.estate_id))
        .where(chosen, in_scope(actor, _READ, estate=col(Room.estate_id), building=col(Room.building_id)))
        .order_by(*_COUNTED)
        .limit(most)
    ).all()
    if not found:
        raise NotFoundError
    return [Door(room.id, estate, room_label(building.name, room.unit, room.code), room.label_code) for room, building, estate in found]


def room_detail(session: Session, actor: Actor, *, room_id: int, on: date) -> RoomDetail:
    """One room with everybody who belongs or belonged to it; a 404 outside of the actor's scope."""
    room = room_within(session, actor, room_id, _READ)
    building, estate = session.get_one(Building, room.building_id), session.get_one(Estate, room.estate_id)
    owners, people = _people(session, [room_id], on)
    sees = actor.scope(Permission.phones_read).covers(estate_id=room.estate_id, building_id=room.building_id)
    entries = session.scalars(
        select(RoomMember).where(col(RoomMember.room_id) == room_id).order_by(col(RoomMember.from_on).desc(), col(RoomMember.id))
    )
    members = [_member(entry, sees_phone=sees, on=on) for entry in entries]
    return RoomDetail(
        room=_row(room, building, estate.name, owners, people),
        estate_id=room.estate_id,
        interior_milli_m2=room.interior_milli_m2,
        handover_on=room.handover_on,
        household_size=room.household_size,
        members=tuple(sorted(members, key=lambda member: not member.is_current)),
        may_edit=actor.can(_EDIT) and actor.scope(_EDIT).covers(estate_id=room.estate_id, building_id=room.building_id),
        today=on,
    )


def room_within(session: Session, actor: Actor, room_id: int, permission: Permission, *, lock: bool = False) -> Room:
    """A room that the actor may act in by a permission; else a 404."""
    actor.require(permission)
    statement = select(Room).where(col(Room.id) == room_id)
    room = session.scalar(statement.with_for_update() if lock else statement)
    if room is None or not actor.scope(permission).covers(estate_id=room.estate_id, building_id=room.building_id):
        raise NotFoundError
    return room


def _where(filter: RoomFilter, on: date) -> list[ColumnElement[bool]]:
    pairs = (
        (col(Room.estate_id), filter.estate_id), (col(Room.building_id), filter.building_id), (col(Room.state), filter.state),
        (col(Room.use), filter.use),
    )  # fmt: skip
    parts: list[ColumnElement[bool]] = [column == value for column, value in pairs if value is not None]
    words = filter.text.replace("\x00", "").strip()[:_MAX_SEARCH]
    if words:
        escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        known = or_(col(RoomMember.name).ilike(f"%{escaped}%"), col(RoomMember.phone) == words.replace(" ", ""))
        household = select(col(RoomMember.room_id)).where(known, *member_today(on))
        parts.append(or_(col(Room.id).in_(rooms_like(escaped)), col(Room.id).in_(household)))
    return parts


def _people(session: Session, room_ids: list[int], on: date) -> tuple[dict[int, str], dict[int, int]]:
    """The first owner's name and the number of people, by room, in one query."""
    owners: dict[int, str] = {}
    people: dict[int, int] = {}
    rows = session.execute(
        select(col(RoomMember.room_id), col(RoomMember.name), col(RoomMember.relation))
        .where(col(RoomMember.room_id).in_(room_ids), *member_today(on))
        .order_by(col(RoomMember.id))
    )
    for room_id, name, relation in rows:
        people[room_id] = people.get(room_id, 0) + 1
        if relation is Relation.owner:
            owners.setdefault(room_id, name)
    return owners, people


def _row(room: Room, building: Building, estate: str, owners: dict[int, str], people: dict[int, int]) -> RoomRow:
    key = room.id or 0
    return RoomRow(
        id=key,
        estate=estate,
        building=building.name,
        label=room_label(building.name, room.unit, room.code),
        code=room.code,
        floor=room.floor,
        area_milli_m2=room.area_milli_m2,
        use=room.use,
        state=room.state,
        owner=owners.get(key, ""),
        people=people.get(key, 0),
    )


def _member(entry: RoomMember, *, sees_phone: bool, on: date) -> MemberRow:
    return MemberRow(
        id=entry.id or 0,
        name=entry.name,
        phone=entry.phone if sees_phone else masked_phone(entry.phone),
        relation=entry.relation,
        has_account=entry.account_id is not None,
        from_on=entry.from_on,
        to_on=entry.to_on,
        is_current=entry.from_on <= on and (entry.to_on is None or entry.to_on >= on),
    )
