"""Attaching a fee item to many rooms at once, ending it there, and which rooms have it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select, update
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.billing.models import FeeItem, RoomFee
from estate_app.billing.tariffs import attach, own_item
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.models import Building, Room
from estate_app.property.queries import ensure_estate, room_label

MAX_CODES = 2_000
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class RoomChoice:
    """Which rooms: those of a building, those whose codes are typed, or all of the estate when neither is given."""

    building_id: int | None = None
    codes: str = ""


@dataclass(frozen=True, slots=True)
class AttachedRow:
    """A room that has the item, had it or will have it."""

    id: int
    room_id: int
    room: str
    starts_on: date
    ends_on: date | None


def attach_rooms(uow: UnitOfWork, actor: Actor, *, item_id: int, choice: RoomChoice, starts_on: date, ends_on: date | None = None) -> int:
    """Attach an item to the chosen rooms; those that have it in that time stay as they are. Returns how many are new."""
    item = own_item(uow, actor, item_id)
    return attach(uow, actor, item_id=item_id, room_ids=_rooms(uow, item, choice), starts_on=starts_on, ends_on=ends_on)


def detach_rooms(uow: UnitOfWork, actor: Actor, *, item_id: int, choice: RoomChoice, ends_on: date) -> int:
    """End an item in the chosen rooms with a day, that day still charged. Returns how many have ended."""
    item = own_item(uow, actor, item_id)
    changed = uow.session.scalars(
        update(RoomFee)
        .where(
            col(RoomFee.fee_item_id) == item_id,
            col(RoomFee.room_id).in_(_rooms(uow, item, choice)),
            col(RoomFee.starts_on) <= ends_on + timedelta(days=1),
            or_(col(RoomFee.ends_on).is_(None), col(RoomFee.ends_on) > ends_on),
        )
        .values(ends_on=ends_on)
        .returning(col(RoomFee.id))
        .execution_options(synchronize_session=False)
    ).all()
    if changed:
        uow.session.expire_all()
        record(uow, actor, "fee:detach", "fee_item", item_id, after={"rooms": len(changed), "ends_on": ends_on.isoformat()})
    return len(changed)


def list_attached(session: Session, actor: Actor, *, item_id: int, text: str, page: PageRequest) -> Page[AttachedRow]:
    """One page of an item's rooms, by code; `text` is part of a code."""
    actor.require(Permission.tariffs_read)
    item = session.get(FeeItem, item_id)
    if item is None:
        raise NotFoundError
    ensure_estate(session, actor, item.estate_id, Permission.tariffs_read)
    where = [col(RoomFee.fee_item_id) == item_id]
    if text.strip():
        where.append(col(Room.code).contains(text.strip(), autoescape=True))
    total = session.scalar(select(func.count()).select_from(RoomFee).join(Room, col(Room.id) == col(RoomFee.room_id)).where(*where))
    rows = session.execute(
        select(RoomFee, Room, col(Building.name))
        .join(Room, col(Room.id) == col(RoomFee.room_id))
        .join(Building, col(Building.id) == col(Room.building_id))
        .where(*where)
        .order_by(col(Room.code), col(RoomFee.starts_on))
        .offset(page.offset)
        .limit(page.size)
    )
    found = tuple(
        AttachedRow(fee.id or 0, room.id or 0, room_label(building, room.unit, room.code), fee.starts_on, fee.ends_on)
        for fee, room, building in rows
    )
    return Page(found, int(total or 0), page)


def _rooms(uow: UnitOfWork, item: FeeItem, choice: RoomChoice) -> set[int]:
    statement = select(col(Room.code), col(Room.id)).where(col(Room.estate_id) == item.estate_id)
    codes = {code for code in re.split(r"[\s,，、;；]+", choice.codes) if code}
    if choice.building_id is not None:
        statement = statement.where(col(Room.building_id) == choice.building_id)
    if codes:
        if len(codes) > MAX_CODES:
            raise InvalidError(msg("Name at most {count} rooms at once", count=MAX_CODES), field="codes")
        statement = statement.where(col(Room.code).in_(codes))
    found = dict(uow.session.execute(statement).all())
    unknown = sorted(codes - set(found))
    if unknown:
        raise InvalidError(msg("These rooms are not in the register: {codes}", codes="、".join(unknown[:_SHOWN])), field="codes")
    if not found:
        raise InvalidError(msg("No room is chosen"), field="codes")
    return set(found.values())
