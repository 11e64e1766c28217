"""One meter with its readings, newest first."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.models import BillReading, Meter, MeterKind, Reading, ReadingKind
from estate_app.errors import NotFoundError
from estate_app.kit.pagination import Page, PageRequest
from estate_app.media.models import MediaFile
from estate_app.media.queries import MediaRow, row_of
from estate_app.property.models import Building, Room
from estate_app.property.queries import room_label

_RIGHTS = (Permission.meters_edit, Permission.bills_read)


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """One reading; `is_billed` tells whether bills rest on it."""

    id: int
    read_on: date
    value_milli: int
    usage_milli: int | None
    kind: ReadingKind
    is_rollover: bool
    is_billed: bool
    photo: MediaRow | None


@dataclass(frozen=True, slots=True)
class MeterDetail:
    """A meter and where it stands."""

    id: int
    estate_id: int
    code: str
    kind: MeterKind
    band: str
    multiplier_milli: int
    digits: int
    place: str
    room_id: int | None
    installed_on: date
    removed_on: date | None
    readings: Page[ReadingLine]


def meter_detail(session: Session, actor: Actor, *, meter_id: int, page: PageRequest, now: datetime) -> MeterDetail:
    """One meter within the actor's scope with a page of its readings."""
    actor.require(*_RIGHTS)
    meter = session.get(Meter, meter_id)
    room = session.get(Room, meter.room_id) if meter and meter.room_id else None
    if meter is None or not actor.scope(*_RIGHTS).covers(estate_id=meter.estate_id, building_id=room.building_id if room else None):
        raise NotFoundError
    building = session.get(Building, room.building_id if room else meter.building_id) if room or meter.building_id else None
    name = building.name if building else ""
    before = func.lag(col(Reading.value_milli)).over(order_by=col(Reading.read_on))
    rests = select(col(BillReading.bill_id)).where(
        or_(col(BillReading.reading_id) == col(Reading.id), col(BillReading.from_reading_id) == col(Reading.id))
    )
    total = session.scalar(select(func.count()).select_from(Reading).where(col(Reading.meter_id) == meter_id)) or 0
    found = select(Reading, before, rests.exists(), MediaFile).outerjoin(MediaFile, col(MediaFile.id) == col(Reading.photo_id))
    rows = session.execute(
        found.where(col(Reading.meter_id) == meter_id).order_by(col(Reading.read_on).desc()).offset(page.offset).limit(page.size)
    )
    lines = tuple(_line(meter, reading, last, photo, is_billed=used, now=now) for reading, last, used, photo in rows)
    return MeterDetail(
        id=meter.id or 0,
        estate_id=meter.estate_id,
        code=meter.code,
        kind=meter.kind,
        band=meter.band,
        multiplier_milli=meter.multiplier_milli,
        digits=meter.digits,
        place=room_label(name, room.unit, room.code) if room else name,
        room_id=meter.room_id,
        installed_on=meter.installed_on,
        removed_on=meter.removed_on,
        readings=Page(lines, int(total), page),
    )


def _line(meter: Meter, reading: Reading, before: int | None, photo: MediaFile | None, *, is_billed: bool, now: datetime) -> ReadingLine:
    usage = None
    if before is not None:
        turned = 10**meter.digits * 1_000 if reading.is_rollover else 0
        usage = (reading.value_milli - before + turned) * meter.multiplier_milli // 1_000
    return ReadingLine(
        id=reading.id or 0,
        read_on=reading.read_on,
        value_milli=reading.value_milli,
        usage_milli=usage,
        kind=reading.kind,
        is_rollover=reading.is_rollover,
        is_billed=is_billed,
        photo=row_of(photo, now) if photo else None,
    )
