"""Parking spaces: which there are, and which room holds one from when to when."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.models import Building, ParkingSpace, ParkingUse, Room, SpaceKind
from estate_app.property.queries import ensure_estate, room_label

_READ, _EDIT = Permission.property_read, Permission.property_edit
_MAX_CODE = 20


@dataclass(frozen=True, slots=True)
class SpaceRow:
    """A parking space with who holds it today, if anybody."""

    id: int
    code: str
    kind: SpaceKind
    use_id: int | None
    room_id: int | None
    room: str
    plate: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class SpaceFilter:
    """Which spaces; `is_free` keeps those that nobody holds; `text` is part of a space's or room's code or of a plate."""

    kind: SpaceKind | None = None
    is_free: bool = False
    text: str = ""


def add_space(uow: UnitOfWork, actor: Actor, *, estate_id: int, code: str, kind: str) -> ParkingSpace:
    """Put a parking space into the register."""
    actor.require(_EDIT)
    ensure_estate(uow.session, actor, estate_id, _EDIT)
    clean = code.strip()
    if not clean or len(clean) > _MAX_CODE:
        raise InvalidError(msg("Write a number of at most {count} characters", count=_MAX_CODE), field="code")
    if kind not in set(SpaceKind):
        raise InvalidError(msg("Choose where the space lies"), field="kind")
    if uow.session.scalar(select(col(ParkingSpace.id)).where(col(ParkingSpace.estate_id) == estate_id, col(ParkingSpace.code) == clean)):
        raise InvalidError(msg("This estate has a parking space {code} already", code=clean), field="code")
    space = ParkingSpace(estate_id=estate_id, code=clean, kind=SpaceKind(kind))
    uow.session.add(space)
    uow.flush()
    record(uow, actor, "parking:add", "parking_space", space.id or 0, after={"code": clean, "kind": kind})
    return space


def give_space(
    uow: UnitOfWork, actor: Actor, *, space_id: int, room_id: int, starts_on: date, ends_on: date | None = None, plate: str = ""
) -> ParkingUse:
    """Let a room hold a space from a day on.

    Raises:
        InvalidError: another room holds it in that time, or the end lies before the start.
        NotFoundError: the room is of another estate.
    """
    space = _space(uow, actor, space_id)
    room = uow.session.get(Room, room_id)
    if room is None or room.estate_id != space.estate_id:
        raise NotFoundError
    if ends_on is not None and ends_on < starts_on:
        raise InvalidError(msg("The end lies before the start"), field="ends_on")
    held = select(ParkingUse).where(
        col(ParkingUse.space_id) == space_id,
        col(ParkingUse.starts_on) <= (ends_on or date.max),
        or_(col(ParkingUse.ends_on).is_(None), col(ParkingUse.ends_on) >= starts_on),
    )
    other = uow.session.scalar(held.limit(1))
    if other is not None:
        holder = uow.session.get_one(Room, other.room_id).code
        raise InvalidError(msg("Room {room} holds this space in that time; end that first", room=holder), field="starts_on")
    use = ParkingUse(space_id=space_id, room_id=room_id, starts_on=starts_on, ends_on=ends_on, plate=plate.strip()[:20])
    uow.session.add(use)
    uow.flush()
    record(uow, actor, "parking:give", "parking_space", space_id, after={"room": room.code, "starts_on": starts_on.isoformat()})
    return use


def end_space(uow: UnitOfWork, actor: Actor, *, use_id: int, last_on: date) -> ParkingUse:
    """End a room's hold of a space with a day, that day still charged."""
    actor.require(_EDIT)
    use = uow.session.get(ParkingUse, use_id)
    if use is None:
        raise NotFoundError
    _space(uow, actor, use.space_id)
    if use.ends_on is not None and use.ends_on <= last_on:
        raise ConflictError(msg("This hold has ended already"))
    if last_on < use.starts_on:
        raise InvalidError(msg("The last day lies before the first, {day}", day=use.starts_on.isoformat()), field="last_on")
    use.ends_on = last_on
    record(uow, actor, "parking:end", "parking_space", use.space_id, after={"ends_on": last_on.isoformat()})
    return use


def list_spaces(session: Session, actor: Actor, *, estate_id: int, filter: SpaceFilter, page: PageRequest, on: date) -> Page[SpaceRow]:
    """One page of an estate's parking spaces with their holders of a day, by number."""
    actor.require(_READ)
    ensure_estate(session, actor, estate_id, _READ)
    held = (col(ParkingUse.space_id) == col(ParkingSpace.id)) & (
        or_(col(ParkingUse.ends_on).is_(None), col(ParkingUse.ends_on) >= on) & (col(ParkingUse.starts_on) <= on)
    )
    where = [col(ParkingSpace.estate_id) == estate_id]
    if filter.kind is not None:
        where.append(col(ParkingSpace.kind) == filter.kind)
    if filter.is_free:
        where.append(col(ParkingUse.id).is_(None))
    text = filter.text.strip()
    if text:
        columns = (col(ParkingSpace.code), col(Room.code), col(ParkingUse.plate))
        where.append(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    base = select(ParkingSpace, ParkingUse, Room, col(Building.name)).outerjoin(ParkingUse, held)
    base = base.outerjoin(Room, col(Room.id) == col(ParkingUse.room_id)).outerjoin(Building, col(Building.id) == col(Room.building_id))
    found = base.where(*where)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    rows = session.execute(found.order_by(col(ParkingSpace.code), col(ParkingSpace.id)).offset(page.offset).limit(page.size))
    return Page(tuple(_row(*row) for row in rows), int(total), page)


def _space(uow: UnitOfWork, actor: Actor, space_id: int) -> ParkingSpace:
    actor.require(_EDIT)
    space = uow.session.get(ParkingSpace, space_id, with_for_update=True)
    if space is None:
        raise NotFoundError
    ensure_estate(uow.session, actor, space.estate_id, _EDIT)
    return space


def _row(space: ParkingSpace, use: ParkingUse | None, room: Room | None, building: str | None) -> SpaceRow:
    return SpaceRow(
        id=space.id or 0,
        code=space.code,
        kind=space.kind,
        use_id=use.id if use else None,
        room_id=room.id if room else None,
        room=room_label(building or "", room.unit, room.code) if room else "",
        plate=use.plate if use else "",
        starts_on=use.starts_on if use else None,
        ends_on=use.ends_on if use else None,
    )
