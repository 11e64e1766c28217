"""Reads of fee items with their prices, and of meters with their newest readings."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.models import FeeItem, FeeKind, Meter, MeterKind, PriceVersion, Reading, ReadingKind, RoomFee
from estate_app.billing.prices import Price, read_price
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.models import Building, Room
from estate_app.property.queries import ensure_estate, in_scope, room_label


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price version as the rules read it."""

    starts_on: date
    price: Price
    note: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A fee item with its prices, newest first, and how many rooms have it today."""

    id: int
    estate_id: int
    code: str
    name: str
    name_en: str
    kind: FeeKind
    meter_kind: MeterKind | None
    due_days: int
    is_active: bool
    is_automatic: bool
    room_count: int
    prices: tuple[PriceRow, ...]


@dataclass(frozen=True, slots=True)
class MeterRow:
    """A meter with its newest reading, if any."""

    id: int
    code: str
    kind: MeterKind
    digits: int
    room_id: int
    room_code: str
    place: str
    installed_on: date
    removed_on: date | None
    read_on: date | None
    value_milli: int | None
    reading_kind: ReadingKind | None


@dataclass(frozen=True, slots=True)
class MeterFilter:
    """Which meters; `unread_since` keeps those in use without a reading from that day on. `text` is part of a meter's or room's code."""

    kind: MeterKind | None = None
    building_id: int | None = None
    room_id: int | None = None
    unread_since: date | None = None
    text: str = ""


def list_items(session: Session, actor: Actor, *, estate_id: int, on: date) -> list[ItemRow]:
    """The fee items of an estate, active ones first."""
    actor.require(Permission.tariffs_read)
    ensure_estate(session, actor, estate_id, Permission.tariffs_read)
    rooms = (
        select(func.count())
        .where(
            col(RoomFee.fee_item_id) == col(FeeItem.id),
            col(RoomFee.starts_on) <= on,
            or_(col(RoomFee.ends_on).is_(None), col(RoomFee.ends_on) >= on),
        )
        .correlate(FeeItem)
        .scalar_subquery()
    )
    rows = session.execute(
        select(FeeItem, rooms).where(col(FeeItem.estate_id) == estate_id).order_by(col(FeeItem.is_active).desc(), col(FeeItem.id))
    ).all()
    versions = session.scalars(
        select(PriceVersion)
        .where(col(PriceVersion.fee_item_id).in_([item.id for item, _ in rows]))
        .order_by(col(PriceVersion.starts_on).desc())
    )
    prices: dict[int, list[PriceVersion]] = {}
    for version in versions:
        prices.setdefault(version.fee_item_id, []).append(version)
    return [_item_row(item, count, prices.get(item.id, [])) for item, count in rows]


def repair_items(session: Session, actor: Actor) -> dict[int, int]:
    """The item on which each estate charges repairs, by estate; an estate without one cannot charge them."""
    actor.require(Permission.billing_run)
    statement = (
        select(col(FeeItem.estate_id), func.min(FeeItem.id))
        .where(
            col(FeeItem.kind) == FeeKind.repair,
            col(FeeItem.is_active),
            in_scope(actor, Permission.billing_run, estate=col(FeeItem.estate_id), building=None),
        )
        .group_by(col(FeeItem.estate_id))
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def list_meters(session: Session, actor: Actor, *, estate_id: int, filter: MeterFilter, page: PageRequest) -> Page[MeterRow]:
    """One page of an estate's meters, by room."""
    actor.require(Permission.meters_edit, Permission.bills_read)
    permissions = (Permission.meters_edit, Permission.bills_read)
    where = [col(Meter.estate_id) == estate_id, in_scope(actor, *permissions, estate=col(Meter.estate_id), building=col(Room.building_id))]
    if filter.kind is not None:
        where.append(col(Meter.kind) == filter.kind)
    if filter.building_id is not None:
        where.append(col(Room.building_id) == filter.building_id)
    if filter.room_id is not None:
        where.append(col(Meter.room_id) == filter.room_id)
    if filter.unread_since is not None:
        read = select(col(Reading.meter_id)).where(col(Reading.read_on) >= filter.unread_since)
        where += [col(Meter.removed_on).is_(None), col(Meter.id).not_in(read)]
    if filter.text.strip():
        text = filter.text.strip()
        where.append(or_(col(Meter.code).icontains(text, autoescape=True), col(Room.code).contains(text, autoescape=True)))
    joined = select(func.count()).select_from(Meter).join(Room, col(Room.id) == col(Meter.room_id)).where(*where)
    total = session.scalar(joined) or 0
    newest = select(Reading).where(col(Reading.meter_id) == col(Meter.id)).order_by(col(Reading.read_on).desc()).limit(1).lateral("newest")
    rows = session.execute(
        select(Meter, col(Building.name), col(Room.unit), col(Room.code), newest.c.read_on, newest.c.value_milli, newest.c.kind)
        .join(Room, col(Room.id) == col(Meter.room_id))
        .join(Building, col(Building.id) == col(Room.building_id))
        .outerjoin(newest, col(Meter.id) == newest.c.meter_id)
        .where(*where)
        .order_by(col(Room.code), col(Meter.id))
        .offset(page.offset)
        .limit(page.size)
    )
    return Page(tuple(_meter_row(*row) for row in rows), int(total), page)


def _item_row(item: FeeItem, count: int, versions: list[PriceVersion]) -> ItemRow:
    return ItemRow(
        id=item.id or 0,
        estate_id=item.estate_id,
        code=item.code,
        name=item.name,
        name_en=item.name_en,
        kind=item.kind,
        meter_kind=item.meter_kind,
        due_days=item.due_days,
        is_active=item.is_active,
        is_automatic=item.is_automatic,
        room_count=count,
        prices=tuple(PriceRow(v.starts_on, read_price(item.kind, v.rule), v.note) for v in versions),
    )


def _meter_row(
    meter: Meter, building: str, unit: str, code: str, read_on: date | None, value_milli: int | None, kind: ReadingKind | None
) -> MeterRow:
    return MeterRow(
        id=meter.id or 0,
        code=meter.code,
        kind=meter.kind,
        digits=meter.digits,
        room_id=meter.room_id or 0,
        room_code=code,
        place=room_label(building, unit, code),
        installed_on=meter.installed_on,
        removed_on=meter.removed_on,
        read_on=read_on,
        value_milli=value_milli,
        reading_kind=kind,
    )
