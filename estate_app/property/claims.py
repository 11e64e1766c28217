"""A resident asks for a room: a manager approves or refuses; a code from the room's bill needs nobody (`billing.room_code`)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.directory import people
from estate_app.access.models import Account
from estate_app.access.people import managers_with
from estate_app.access.permission import Permission
from estate_app.access.rules import masked_phone
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.notification.service import tell
from estate_app.property.members import add_self
from estate_app.property.models import Building, ClaimStatus, Estate, Relation, Room, RoomClaim
from estate_app.property.queries import in_scope, own_rooms, room_label
from estate_app.property.register import room_within

MAX_NOTE = 200
MAX_WAITING = 5
_EDIT = Permission.property_edit


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A request as managers, or its maker, read it."""

    id: int
    room: str
    estate: str
    name: str
    phone: str
    relation: Relation
    from_on: date
    to_on: date | None
    note: str
    status: ClaimStatus
    reason: str


def request_room(
    uow: UnitOfWork,
    actor: Actor,
    *,
    estate_id: int,
    code: str,
    relation: Relation,
    from_on: date,
    to_on: date | None = None,
    note: str = "",
) -> RoomClaim:
    """Ask for a room by its code; the estate's managers are told.

    Raises:
        InvalidError: no such room, a tenant without a last day, or an end before the start.
        ConflictError: the room is one's own already, or a request for it waits.
    """
    actor.require(Permission.own_account)
    room = uow.session.scalar(select(Room).where(col(Room.estate_id) == estate_id, col(Room.code) == code.strip()))
    if room is None:
        raise InvalidError(msg("The room {code} is not in the register", code=code.strip()[:30]), field="room")
    ensure_claim(uow, actor, room_id=room.id or 0, relation=relation, from_on=from_on, to_on=to_on)
    mine = (col(RoomClaim.account_id) == actor.id, col(RoomClaim.status) == ClaimStatus.waiting)
    waiting = list(uow.session.scalars(select(col(RoomClaim.room_id)).where(*mine)))
    if room.id in waiting or len(waiting) >= MAX_WAITING:
        raise ConflictError(msg("Your request is being looked at already"))
    claim = RoomClaim(
        account_id=actor.id,
        room_id=room.id or 0,
        relation=relation,
        from_on=from_on,
        to_on=to_on,
        note=note.strip()[:MAX_NOTE],
        created_at=uow.now,
    )
    uow.session.add(claim)
    uow.flush()
    record(uow, actor, "property:claim", "room", room.id or 0, after={"relation": relation.value, "from_on": from_on.isoformat()})
    managers = managers_with(uow.session, _EDIT, estate_id=estate_id)
    title = msg("{name} asks for room {room}", name=actor.name, room=room.code)
    tell(uow, managers, event="room_claimed", title=title, body=msg("Look at the request and decide"), link="/manage/claims")
    uow.notify("claims")
    return claim


def ensure_claim(uow: UnitOfWork, actor: Actor, *, room_id: int, relation: Relation, from_on: date, to_on: date | None) -> None:
    """Refuse what nobody could approve: a room that one has, a tenancy without an end, days in the wrong order."""
    today = business_date(uow.now)
    if any(room.id == room_id for room in own_rooms(uow.session, actor, today)):
        raise ConflictError(msg("This room is yours already"))
    if relation is Relation.tenant and to_on is None:
        raise InvalidError(msg("Write the last day of the tenancy"), field="to_on")
    if to_on is not None and to_on < max(from_on, today):
        raise InvalidError(msg("The last day lies before the first, or in the past"), field="to_on")


def decide_claim(uow: UnitOfWork, actor: Actor, *, claim_id: int, approve: bool, reason: str = "") -> RoomClaim:
    """Give the room to who asked for it, or refuse with a reason; the person is told."""
    actor.require(_EDIT)
    claim = uow.session.get(RoomClaim, claim_id, with_for_update=True)
    if claim is None:
        raise NotFoundError
    room = room_within(uow.session, actor, claim.room_id, _EDIT, lock=True)
    if claim.status is not ClaimStatus.waiting:
        raise ConflictError(msg("This request is decided already"))
    why = reason.strip()
    if not approve and (not why or len(why) > MAX_NOTE):
        raise InvalidError(msg("Give a reason of at most {count} characters", count=MAX_NOTE), field="reason")
    if approve:
        add_self(
            uow,
            actor,
            people(uow.session, [claim.account_id])[claim.account_id],
            room_id=claim.room_id,
            relation=claim.relation,
            from_on=claim.from_on,
            to_on=claim.to_on,
        )
    claim.status = ClaimStatus.approved if approve else ClaimStatus.rejected
    claim.reason, claim.decided_by = why, actor.account_id
    record(uow, actor, "property:decide", "room", claim.room_id, after={"status": claim.status.value, "reason": why})
    title = msg("Room {room} is yours now", room=room.code) if approve else msg("Your request for room {room} was refused", room=room.code)
    body = msg("Its bills and repairs stand under your rooms") if approve else msg("{name}", name=why)
    tell(uow, [claim.account_id], event="room_decided", title=title, body=body, link="/me/rooms")
    uow.notify(f"resident:{claim.account_id}")
    uow.notify("claims")
    return claim


def list_claims(session: Session, actor: Actor, *, status: ClaimStatus, page: PageRequest) -> Page[ClaimRow]:
    """One page of requests within the actor's scope, the oldest first."""
    actor.require(_EDIT)
    reach = in_scope(actor, _EDIT, estate=col(Room.estate_id), building=col(Room.building_id))
    found = _rows().where(col(RoomClaim.status) == status, reach)
    total = session.scalar(select(func.count()).select_from(found.with_only_columns(col(RoomClaim.id)).subquery())) or 0
    rows = session.execute(found.order_by(col(RoomClaim.id)).offset(page.offset).limit(page.size))
    sees = actor.can(Permission.phones_read)
    return Page(tuple(_row(*row, sees_phone=sees) for row in rows), int(total), page)


def own_claims(session: Session, actor: Actor) -> list[ClaimRow]:
    """The actor's own newest requests."""
    actor.require(Permission.own_account)
    rows = session.execute(_rows().where(col(RoomClaim.account_id) == actor.id).order_by(col(RoomClaim.id).desc()).limit(MAX_WAITING))
    return [_row(*row, sees_phone=False) for row in rows]


def all_estates(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The company's estates by name, for somebody who asks for a room in one."""
    actor.require(Permission.own_account)
    return [(key, name) for key, name in session.execute(select(col(Estate.id), col(Estate.name)).order_by(col(Estate.id)))]


def _rows() -> Any:
    joined = select(RoomClaim, Room, col(Building.name), col(Estate.name), Account).join(Room, col(Room.id) == col(RoomClaim.room_id))
    joined = joined.join(Building, col(Building.id) == col(Room.building_id)).join(Estate, col(Estate.id) == col(Room.estate_id))
    return joined.join(Account, col(Account.id) == col(RoomClaim.account_id))


def _row(claim: RoomClaim, room: Room, building: str, estate: str, account: Account, *, sees_phone: bool) -> ClaimRow:
    phone = account.phone or ""
    return ClaimRow(
        id=claim.id or 0,
        room=room_label(building, room.unit, room.code),
        estate=estate,
        name=account.name,
        phone=phone if sees_phone else masked_phone(phone),
        relation=claim.relation,
        from_on=claim.from_on,
        to_on=claim.to_on,
        note=claim.note,
        status=claim.status,
        reason=claim.reason,
    )
