"""Adding somebody to a room's contact list, and ending it."""

from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.directory import Person, find_by_phone
from estate_app.access.permission import Permission
from estate_app.access.rules import masked_phone, normal_phone
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.property.models import Relation, Room, RoomMember
from estate_app.property.register import room_within

_MAX_NAME = 40
_YEAR = 366
_EDIT = Permission.property_edit


def add_member(uow: UnitOfWork, actor: Actor, *, room_id: int, name: str, phone: str, relation: Relation, from_on: date) -> RoomMember:
    """Put somebody on a room's contact list; a phone that has an account sees the room at once.

    Raises:
        NotFoundError: the room is out of scope.
        InvalidError: no name, a phone that is none, or a first day more than a year ahead.
        ConflictError: the phone is on the list already on that day.
    """
    actor.require(_EDIT)
    room = room_within(uow.session, actor, room_id, _EDIT, lock=True)
    return list_person(uow, actor, room, name=name, phone=phone, relation=relation, from_on=from_on)


def list_person(
    uow: UnitOfWork, actor: Actor, room: Room, *, name: str, phone: str, relation: Relation, from_on: date, to_on: date | None = None
) -> RoomMember:
    """Write somebody onto the list of a locked room; the caller has checked that the actor may."""
    clean = " ".join(name.split())
    if not clean or len(clean) > _MAX_NAME:
        raise InvalidError(msg("Write a name of at most {count} characters", count=_MAX_NAME), field="name")
    if (from_on - business_date(uow.now)).days > _YEAR:
        raise InvalidError(msg("The first day lies more than a year ahead"), field="from_on")
    number = normal_phone(phone)
    _ensure_new(uow.session, room.id, number, from_on)
    person = find_by_phone(uow.session, number)
    account_id = person.id if person else None
    member = RoomMember(room_id=room.id, account_id=account_id, name=clean, phone=number, relation=relation, from_on=from_on, to_on=to_on)
    uow.session.add(member)
    uow.flush()
    after: dict[str, object] = {
        "room": room.code,
        "name": clean,
        "phone": masked_phone(number),
        "relation": relation.value,
        "from_on": from_on.isoformat(),
    }
    record(uow, actor, "property:add_member", "room_member", member.id or 0, after=after)
    tell_member(uow, member)
    return member


def add_self(
    uow: UnitOfWork, actor: Actor, person: Person, *, room_id: int, relation: Relation, from_on: date, to_on: date | None
) -> RoomMember:
    """Put a person with an account on a room's contact list; the caller has checked that the room may be had."""
    if not person.phone:
        raise InvalidError(msg("Add a phone number to your account first"), field="phone")
    _ensure_new(uow.session, room_id, person.phone, from_on)
    member = RoomMember(
        room_id=room_id, account_id=person.id, name=person.name, phone=person.phone, relation=relation, from_on=from_on, to_on=to_on
    )
    uow.session.add(member)
    uow.flush()
    after: dict[str, object] = {"room_id": room_id, "relation": relation.value, "from_on": from_on.isoformat()}
    record(uow, actor, "property:add_member", "room_member", member.id or 0, after=after)
    tell_member(uow, member)
    return member


def end_member(uow: UnitOfWork, actor: Actor, *, member_id: int, last_on: date) -> RoomMember:
    """End a membership after a last day; the person sees nothing of the room from the next day on.

    Raises:
        NotFoundError: the entry is out of scope.
        InvalidError: the last day lies before the first.
        ConflictError: it has ended already.
    """
    actor.require(_EDIT)
    member = uow.session.scalar(select(RoomMember).where(col(RoomMember.id) == member_id).with_for_update())
    if member is None:
        raise NotFoundError
    room = room_within(uow.session, actor, member.room_id, _EDIT)
    if member.to_on is not None and member.to_on < business_date(uow.now):
        raise ConflictError(msg("{name} has left this room already", name=member.name))
    if last_on < member.from_on:
        raise InvalidError(msg("The last day lies before the first, {day}", day=f"{member.from_on:%Y-%m-%d}"), field="last_on")
    before: dict[str, object] = {"room": room.code, "name": member.name, "to_on": member.to_on.isoformat() if member.to_on else None}
    member.to_on = last_on
    record(uow, actor, "property:end_member", "room_member", member_id, before=before, after={"to_on": last_on.isoformat()})
    tell_member(uow, member)
    return member


def tell_member(uow: UnitOfWork, member: RoomMember) -> None:
    """Let the pages of the room and of its person refresh."""
    uow.notify(f"room:{member.room_id}")
    if member.account_id is not None:
        uow.notify(f"resident:{member.account_id}")


def _ensure_new(session: Session, room_id: int, phone: str, from_on: date) -> None:
    same = select(RoomMember).where(col(RoomMember.room_id) == room_id, col(RoomMember.phone) == phone)
    overlaps = or_(col(RoomMember.to_on).is_(None), col(RoomMember.to_on) >= from_on)
    known = session.scalars(same.where(or_(overlaps, col(RoomMember.from_on) == from_on)).limit(1)).first()
    if known is not None:
        raise ConflictError(msg("This phone is on the room's list already, as {name}", name=known.name), field="phone")
