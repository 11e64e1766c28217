"""People on rooms' contact lists; a person is the same while the phone is, and a membership that holds is never doubled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ARRAY, BigInteger, String, any_, bindparam, select
from sqlmodel import Session, col

from estate_app.access.models import Account
from estate_app.bulk import copy_rows
from estate_app.importing.frame import Batch
from estate_app.property.models import Relation, RoomMember

_LONG_AGO = date(2000, 1, 1)
"""From when somebody belongs to a room when the file does not say."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a room, as a file says."""

    room_id: int
    name: str
    phone: str
    relation: Relation
    from_on: date | None
    to_on: date | None


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """What is to be done: who is new, and which memberships change and how."""

    fresh: tuple[Member, ...]
    changed: tuple[tuple[RoomMember, Member], ...]
    unchanged: int


def plan_members(session: Session, members: Iterable[Member]) -> MemberPlan:
    """Compare with the contact lists: the same room and phone is the same membership unless that one ended before."""
    wanted = list(members)
    rooms = bindparam("rooms", sorted({member.room_id for member in wanted}), type_=ARRAY(BigInteger))
    rows = session.scalars(select(RoomMember).where(col(RoomMember.room_id) == any_(rooms))) if wanted else ()
    known: dict[tuple[int, str], list[RoomMember]] = {}
    for row in rows:
        known.setdefault((row.room_id, row.phone), []).append(row)
    fresh, changed, unchanged = [], [], 0
    for member in wanted:
        match = next((row for row in known.get((member.room_id, member.phone), ()) if _is_same(row, member)), None)
        if match is None:
            fresh.append(member)
        elif (match.name, match.relation, match.to_on) != (member.name, member.relation, member.to_on):
            changed.append((match, member))
        else:
            unchanged += 1
    return MemberPlan(tuple(fresh), tuple(changed), unchanged)


def write_members(batch: Batch, plan: MemberPlan) -> None:
    """Write a plan; a phone that has an account is linked to it at once."""
    for row, member in plan.changed:
        row.name, row.relation, row.to_on = member.name, member.relation, member.to_on
    if plan.fresh:
        phones = bindparam("phones", sorted({member.phone for member in plan.fresh}), type_=ARRAY(String))
        found = batch.session.execute(select(col(Account.phone), col(Account.id)).where(col(Account.phone) == any_(phones)))
        accounts = {row[0]: row[1] for row in found}
        copy_rows(
            batch.session,
            RoomMember,
            [
                {
                    "room_id": m.room_id,
                    "account_id": accounts.get(m.phone),
                    "name": m.name,
                    "phone": m.phone,
                    "relation": m.relation,
                    "from_on": m.from_on or _LONG_AGO,
                    "to_on": m.to_on,
                }
                for m in plan.fresh
            ],
        )
    batch.uow.flush()


def _is_same(row: RoomMember, member: Member) -> bool:
    if member.from_on is not None:
        return row.from_on == member.from_on
    return row.to_on is None or row.to_on == member.to_on
