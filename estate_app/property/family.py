"""What an owner does with the own room's contact list: invite family, a tenant or somebody who only pays, and end that again."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.access.rules import masked_phone
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.property.members import list_person, tell_member
from estate_app.property.models import Relation, Room, RoomMember
from estate_app.property.queries import OwnRoom, member_today, own_room

_OWN = Permission.own_account
INVITED = (Relation.family, Relation.tenant, Relation.payer)
"""Whom an owner may invite; another owner is the office's to enter, who has seen the deed."""
MAX_PEOPLE = 20


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody on the list of an own room, now or from a coming day on; the phone is masked."""

    id: int
    name: str
    phone: str
    relation: Relation
    from_on: date
    to_on: date | None
    has_account: bool
    is_self: bool
    can_end: bool


@dataclass(frozen=True, slots=True)
class OwnHousehold:
    """An own room with its people; `may_invite` is the owner's."""

    room: OwnRoom
    people: tuple[Resident, ...]
    may_invite: bool
    today: date


def own_household(session: Session, actor: Actor, *, room_id: int, on: date) -> OwnHousehold:
    """Who belongs to an own room, owners first; strangers and who only pays get a 404."""
    actor.require(_OWN)
    room = own_room(session, actor, room_id, on)
    is_owner = _is_owner(session, actor, room_id, on)
    rows = session.scalars(
        select(RoomMember)
        .where(col(RoomMember.room_id) == room_id, or_(col(RoomMember.to_on).is_(None), col(RoomMember.to_on) >= on))
        .order_by(col(RoomMember.from_on), col(RoomMember.id))
    )
    people = [_resident(row, actor, is_owner=is_owner) for row in rows]
    return OwnHousehold(room, tuple(sorted(people, key=lambda one: list(Relation).index(one.relation))), is_owner, on)


def invite(
    uow: UnitOfWork, actor: Actor, *, room_id: int, name: str, phone: str, relation: Relation, from_on: date, to_on: date | None = None
) -> RoomMember:
    """Put somebody on the own room's list; who has an account sees the room from the first day on, anybody else on registering.

    Raises:
        NotFoundError: the actor does not own the room today.
        InvalidError: a relation that the office enters, a tenant without a last day, days that contradict, or a bad name or phone.
        ConflictError: the phone is on the list already, or the list is full.
    """
    actor.require(_OWN)
    today = business_date(uow.now)
    room = _own(uow, actor, room_id, today)
    if relation not in INVITED:
        raise InvalidError(msg("Another owner is entered by the estate, which has seen the deed"), field="relation")
    if from_on < today:
        raise InvalidError(msg("The first day is today at the earliest"), field="from_on")
    if relation is Relation.tenant and to_on is None:
        raise InvalidError(msg("Write the tenancy's last day; from the day after the tenant sees nothing"), field="to_on")
    if to_on is not None and to_on < from_on:
        raise InvalidError(msg("The last day lies before the first, {day}", day=f"{from_on:%Y-%m-%d}"), field="to_on")
    count = select(func.count()).select_from(RoomMember).where(col(RoomMember.room_id) == room_id, *member_today(today))
    if (uow.session.scalar(count) or 0) >= MAX_PEOPLE:
        raise ConflictError(msg("A room has at most {count} people; end somebody's membership first", count=MAX_PEOPLE))
    return list_person(uow, actor, room, name=name, phone=phone, relation=relation, from_on=from_on, to_on=to_on)


def end_invited(uow: UnitOfWork, actor: Actor, *, member_id: int, last_on: date) -> RoomMember:
    """End the membership of family, a tenant or a payer of the own room; from the day after, that person sees nothing of it.

    Raises:
        NotFoundError: the entry is not of a room that the actor owns.
        InvalidError: the last day lies before the first, or before yesterday.
        ConflictError: it is an owner's, or has ended.
    """
    actor.require(_OWN)
    member = uow.session.scalar(select(RoomMember).where(col(RoomMember.id) == member_id).with_for_update())
    today = business_date(uow.now)
    if member is None:
        raise NotFoundError
    room = _own(uow, actor, member.room_id, today)
    if member.relation not in INVITED:
        raise ConflictError(msg("An owner is taken off the list by the estate"))
    if member.to_on is not None and member.to_on < today:
        raise ConflictError(msg("{name} has left this room already", name=member.name))
    if last_on < member.from_on:
        raise InvalidError(msg("The last day lies before the first, {day}", day=f"{member.from_on:%Y-%m-%d}"), field="last_on")
    if last_on < today:
        raise InvalidError(msg("The last day is today at the earliest"), field="last_on")
    before: dict[str, object] = {"room": room.code, "name": member.name, "to_on": member.to_on.isoformat() if member.to_on else None}
    member.to_on = last_on
    record(uow, actor, "property:end_member", "room_member", member_id, before=before, after={"to_on": last_on.isoformat()})
    tell_member(uow, member)
    return member


def _own(uow: UnitOfWork, actor: Actor, room_id: int, on: date) -> Room:
    """The room, locked, if the actor owns it today; anybody else gets a 404."""
    room = uow.session.get(Room, room_id, with_for_update=True)
    if room is None or not _is_owner(uow.session, actor, room_id, on):
        raise NotFoundError
    return room


def _is_owner(session: Session, actor: Actor, room_id: int, on: date) -> bool:
    statement = select(col(RoomMember.id)).where(
        col(RoomMember.room_id) == room_id,
        col(RoomMember.account_id) == actor.id,
        col(RoomMember.relation) == Relation.owner,
        *member_today(on),
    )
    return session.scalar(statement.limit(1)) is not None


def _resident(row: RoomMember, actor: Actor, *, is_owner: bool) -> Resident:
    return Resident(
        id=row.id or 0,
        name=row.name,
        phone=masked_phone(row.phone),
        relation=row.relation,
        from_on=row.from_on,
        to_on=row.to_on,
        has_account=row.account_id is not None,
        is_self=row.account_id == actor.id,
        can_end=is_owner and row.relation in INVITED,
    )
