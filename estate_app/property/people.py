"""Finds the people of rooms: for notices about money, and for those who live there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ARRAY, BigInteger, Date, any_, bindparam, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.access.rules import masked_phone
from estate_app.prepared import Prepared
from estate_app.property.models import Relation, Room, RoomMember
from estate_app.property.queries import member_today, own_room


@dataclass(frozen=True, slots=True)
class Housemate:
    """Somebody on the contact list of an own room; the phone is masked, nobody needs the others' numbers to know who they are."""

    id: int
    name: str
    phone: str
    relation: Relation
    is_self: bool


def household(session: Session, actor: Actor, room_id: int, on: date) -> list[Housemate]:
    """Who is on the contact list of an own room today, owners first; strangers and payers get a 404."""
    actor.require(Permission.own_account)
    own_room(session, actor, room_id, on)
    rows = session.scalars(
        select(RoomMember)
        .where(col(RoomMember.room_id) == room_id, *member_today(on))
        .order_by(col(RoomMember.from_on), col(RoomMember.id))
    )
    found = [Housemate(row.id, row.name, masked_phone(row.phone), row.relation, is_self=row.account_id == actor.account_id) for row in rows]
    return sorted(found, key=lambda one: list(Relation).index(one.relation))


def accounts_of_rooms(session: Session, room_ids: Collection[int], on: date) -> dict[int, list[int]]:
    """The accounts of everybody who belongs to these rooms on a day, payers included, by room."""
    found: dict[int, list[int]] = {}
    if not room_ids:
        return found
    for room_id, account_id in _ACCOUNTS.rows(session, ids=list(room_ids), on=on):
        found.setdefault(room_id, []).append(account_id)
    return found


_ACCOUNTS = Prepared(
    select(col(RoomMember.room_id), col(RoomMember.account_id))
    .where(
        col(RoomMember.room_id) == any_(bindparam("ids", type_=ARRAY(BigInteger))),
        col(RoomMember.account_id).is_not(None),
        *member_today(bindparam("on", type_=Date())),
    )
    .order_by(col(RoomMember.room_id), col(RoomMember.account_id))
    .distinct()
)


def accounts_of_estate(session: Session, estate_id: int | None, on: date) -> list[int]:
    """The accounts of everybody who lives in an estate on a day (None: in any); who only pays for a room is left out."""
    statement = (
        select(col(RoomMember.account_id))
        .join(Room, col(Room.id) == col(RoomMember.room_id))
        .where(col(RoomMember.account_id).is_not(None), col(RoomMember.relation) != Relation.payer, *member_today(on))
        .distinct()
        .order_by(col(RoomMember.account_id))
    )
    return list(session.scalars(statement if estate_id is None else statement.where(col(Room.estate_id) == estate_id)))


def names_of_rooms(session: Session, room_ids: Collection[int], on: date) -> dict[int, list[str]]:
    """The names of everybody on these rooms' contact lists on a day, by room."""
    found: dict[int, list[str]] = {}
    if not room_ids:
        return found
    rows = session.execute(
        select(col(RoomMember.room_id), col(RoomMember.name))
        .where(col(RoomMember.room_id).in_(room_ids), *member_today(on))
        .order_by(col(RoomMember.room_id), col(RoomMember.id))
    )
    for room_id, name in rows:
        found.setdefault(room_id, []).append(name)
    return found
