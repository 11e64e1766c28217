"""Finds the people of rooms and estates, for notices and for whoever must be named."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ARRAY, BigInteger, Date, any_, bindparam, select
from sqlmodel import Session, col

from estate_app.prepared import Prepared
from estate_app.property.models import Relation, Room, RoomMember
from estate_app.property.queries import member_today


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
