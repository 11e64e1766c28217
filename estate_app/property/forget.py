"""Takes a person out of the register: the memberships end and lose their names, the rooms keep their history."""

from datetime import timedelta
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.models import AuditEntry
from estate_app.access.permission import Permission
from estate_app.blotting import Forgotten, blot
from estate_app.db import UnitOfWork
from estate_app.kit.clock import business_date
from estate_app.property.models import Room, RoomClaim, RoomMember
from estate_app.property.queries import in_scope


def rooms_ever(session: Session, who: Forgotten) -> list[int]:
    """Every room on whose contact list the person ever stood, by id."""
    return sorted(set(session.exec(select(RoomMember.room_id).where(_is(who)))))


def member_words(session: Session, who: Forgotten) -> Forgotten:
    """The same person with every name under which he stands on a contact list."""
    rows = session.exec(select(RoomMember.name, RoomMember.phone).where(RoomMember.account_id == who.account_id)).all()
    names = dict.fromkeys([*who.names, *(name for name, _ in rows)])
    numbers = dict.fromkeys([*who.numbers, *(phone for _, phone in rows)])
    return Forgotten(who.account_id, who.alias, tuple(names), tuple(numbers))


def accounts_within(actor: Actor, permission: Permission) -> Any:
    """A subquery of the accounts that stand, or stood, on a contact list within a manager's scope."""
    seen = in_scope(actor, permission, estate=col(Room.estate_id), building=col(Room.building_id))
    return select(RoomMember.account_id).join(Room, col(Room.id) == col(RoomMember.room_id)).where(seen)


def forget(uow: UnitOfWork, who: Forgotten) -> None:
    """End and unname the memberships; withdraw what the person asked for."""
    yesterday = business_date(uow.now) - timedelta(days=1)
    members = uow.session.exec(select(RoomMember).where(_is(who)).order_by(col(RoomMember.id)).with_for_update()).all()
    for member in members:
        member.name, member.phone = who.alias, f"-{member.id}"
        if member.to_on is None or member.to_on > yesterday:
            member.to_on = max(yesterday, member.from_on)
    uow.flush()
    ids = [member.id for member in members]
    about = (col(AuditEntry.entity) == "room_member") & col(AuditEntry.entity_id).in_(ids)
    blot(uow.session, AuditEntry, ("before", "after"), who.words, about)
    blot(uow.session, RoomClaim, ("note", "reason"), who.words, col(RoomClaim.account_id) == who.account_id)
    for member in members:
        uow.notify(f"room:{member.room_id}")


def _is(who: Forgotten) -> Any:
    return or_(col(RoomMember.account_id) == who.account_id, col(RoomMember.phone).in_(who.numbers))
