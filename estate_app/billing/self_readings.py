"""Residents read their own meters in a window of each month, with a photo; somebody of the staff approves."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.models import Account
from estate_app.access.permission import Permission
from estate_app.billing.meters import record_reading
from estate_app.billing.models import Meter, MeterKind, Reading, ReadingKind, SelfReading, SelfReadingStatus
from estate_app.billing.rules.meter import ReadingFlag, flag_use
from estate_app.billing.rules.values import MILLI
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.media.models import MediaUse
from estate_app.media.queries import MediaRow, files_of
from estate_app.media.service import attach
from estate_app.notification.service import tell
from estate_app.property.models import Building, Estate, Room
from estate_app.property.queries import ensure_estate, in_scope, own_rooms, room_label

ENTITY = "self_reading"
MAX_REASON = 200
MAX_DAY = 31


@dataclass(frozen=True, slots=True)
class OwnMeter:
    """A meter of an own room, its newest reading, and what was sent last. `opens` says when readings may be sent."""

    id: int
    room: str
    code: str
    kind: MeterKind
    digits: int
    read_on: date | None
    value_milli: int | None
    sent_on: date | None
    sent_milli: int | None
    sent_status: SelfReadingStatus | None
    sent_reason: str
    is_open: bool
    opens: Message


@dataclass(frozen=True, slots=True)
class SentRow:
    """A reading that waits for the staff, beside the newest known one."""

    id: int
    room: str
    code: str
    kind: MeterKind
    sender: str
    read_on: date
    value_milli: int
    last_on: date | None
    last_milli: int | None
    flag: ReadingFlag | None
    status: SelfReadingStatus
    photo: MediaRow | None


def set_window(uow: UnitOfWork, actor: Actor, *, estate_id: int, from_day: int | None, to_day: int | None) -> None:
    """Let the residents of an estate send readings from a day of the month to a day, or not at all when both are None."""
    actor.require(Permission.meters_edit)
    estate = ensure_estate(uow.session, actor, estate_id, Permission.meters_edit)
    if (from_day is None) != (to_day is None):
        raise InvalidError(msg("Write both days, or none"), field="to_day")
    if from_day is not None and to_day is not None and not 1 <= from_day <= to_day <= MAX_DAY:
        raise InvalidError(msg("Write days from 1 to 31, the first not after the last"), field="from_day")
    before: dict[str, object] = {"from": estate.self_reading_from_day, "to": estate.self_reading_to_day}
    estate.self_reading_from_day, estate.self_reading_to_day = from_day, to_day
    record(uow, actor, "meter:window", "estate", estate_id, before=before, after={"from": from_day, "to": to_day})


def is_open(estate: Estate, on: date) -> bool:
    """Whether residents may send readings on a day."""
    first, last = estate.self_reading_from_day, estate.self_reading_to_day
    return first is not None and last is not None and first <= on.day <= last


def send_reading(uow: UnitOfWork, actor: Actor, *, meter_id: int, value_milli: int, photo_id: str) -> SelfReading:
    """Send what an own meter shows today, with a photo of its dial.

    Raises:
        NotFoundError: the meter is none of the actor's rooms'.
        ConflictError: the window is closed, or one is waiting already.
        InvalidError: no photo, or a value that does not fit the dial or is below the last reading.
    """
    actor.require(Permission.own_bills)
    today = business_date(uow.now)
    meter = uow.session.get(Meter, meter_id, with_for_update=True)
    rooms = {room.id for room in own_rooms(uow.session, actor, today)}
    if meter is None or meter.room_id not in rooms or meter.removed_on is not None:
        raise NotFoundError
    estate = uow.session.get_one(Estate, meter.estate_id)
    if not is_open(estate, today):
        raise ConflictError(window_text(estate))
    if not 0 <= value_milli < 10**meter.digits * MILLI:
        raise InvalidError(msg("The reading has more digits than the dial's {digits}", digits=meter.digits), field="value")
    waiting = select(col(SelfReading.id)).where(col(SelfReading.meter_id) == meter_id, col(SelfReading.status) == SelfReadingStatus.waiting)
    if uow.session.scalar(waiting) is not None:
        raise ConflictError(msg("A reading of this meter is being checked already"))
    last = _newest(uow.session, meter_id)
    if last is not None and value_milli < last.value_milli and last.value_milli - value_milli < 10**meter.digits * MILLI // 2:
        raise InvalidError(msg("The reading is below that of {day}; look at the dial again", day=last.read_on.isoformat()), field="value")
    if not photo_id.strip():
        raise InvalidError(msg("Add a photo of the dial"), field="photo_ids")
    sent = SelfReading(
        meter_id=meter_id, account_id=actor.id, read_on=today, value_milli=value_milli, photo_id=photo_id, created_at=uow.now
    )
    uow.session.add(sent)
    uow.flush()
    attach(uow, actor, file_ids=[photo_id], to=ENTITY, to_id=sent.id or 0, use=MediaUse.meter, max_photos=1, max_videos=0)
    record(uow, actor, "meter:send", "meter", meter_id, after={"value_milli": value_milli})
    uow.notify(f"sent:{meter.estate_id}")
    return sent


def decide_reading(uow: UnitOfWork, actor: Actor, *, sent_id: int, approve: bool, reason: str = "") -> SelfReading:
    """Take a sent reading over, or send it back with a reason; the resident is told."""
    actor.require(Permission.meters_edit)
    sent = uow.session.get(SelfReading, sent_id, with_for_update=True)
    if sent is None:
        raise NotFoundError
    meter = uow.session.get_one(Meter, sent.meter_id)
    ensure_estate(uow.session, actor, meter.estate_id, Permission.meters_edit)
    if sent.status is not SelfReadingStatus.waiting:
        raise ConflictError(msg("This reading is decided already"))
    why = reason.strip()
    if not approve and (not why or len(why) > MAX_REASON):
        raise InvalidError(msg("Give a reason of at most {count} characters", count=MAX_REASON), field="reason")
    if approve:
        last = _newest(uow.session, meter.id or 0)
        has_rolled = last is not None and sent.value_milli < last.value_milli
        record_reading(
            uow,
            actor,
            meter_id=meter.id or 0,
            read_on=sent.read_on,
            value_milli=sent.value_milli,
            kind=ReadingKind.resident,
            is_rollover=has_rolled,
            photo_id=sent.photo_id,
        )
    sent.status = SelfReadingStatus.approved if approve else SelfReadingStatus.rejected
    sent.reason, sent.decided_by = why, actor.account_id
    after: dict[str, object] = {"status": sent.status.value, "reason": why}
    record(uow, actor, "meter:decide", "meter", meter.id or 0, after=after)
    title = msg("Your reading of meter {code} is taken over", code=meter.code)
    body = msg("It counts for the next bill")
    if not approve:
        title, body = msg("Please read meter {code} again", code=meter.code), msg("{name}", name=why)
    tell(uow, [sent.account_id], event="reading_decided", title=title, body=body, link="/meters")
    uow.notify(f"resident:{sent.account_id}")
    uow.notify(f"sent:{meter.estate_id}")
    return sent


def own_meters(session: Session, actor: Actor, *, on: date) -> list[OwnMeter]:
    """The meters of the actor's rooms, by room."""
    actor.require(Permission.own_bills)
    rooms = {room.id: room for room in own_rooms(session, actor, on)}
    meters = session.scalars(
        select(Meter).where(col(Meter.room_id).in_(rooms), col(Meter.removed_on).is_(None)).order_by(col(Meter.room_id), col(Meter.id))
    ).all()
    ids = [meter.id or 0 for meter in meters]
    newest = _newest_of(session, ids)
    statement = select(SelfReading).where(col(SelfReading.meter_id).in_(ids), col(SelfReading.account_id) == actor.id)
    sent = {row.meter_id: row for row in session.scalars(statement.order_by(col(SelfReading.id)))}
    estates = {e.id: e for e in session.scalars(select(Estate).where(col(Estate.id).in_({m.estate_id for m in meters})))}
    found = []
    for meter in meters:
        last, own = newest.get(meter.id or 0), sent.get(meter.id or 0)
        found.append(
            OwnMeter(
                id=meter.id or 0,
                room=rooms[meter.room_id or 0].label,
                code=meter.code,
                kind=meter.kind,
                digits=meter.digits,
                read_on=last.read_on if last else None,
                value_milli=last.value_milli if last else None,
                sent_on=own.read_on if own else None,
                sent_milli=own.value_milli if own else None,
                sent_status=own.status if own else None,
                sent_reason=own.reason if own else "",
                is_open=is_open(estates[meter.estate_id], on),
                opens=window_text(estates[meter.estate_id]),
            )
        )
    return found


def list_sent(uow: UnitOfWork, actor: Actor, *, estate_id: int, status: SelfReadingStatus, page: PageRequest) -> Page[SentRow]:
    """One page of what residents of an estate sent, the oldest first; with the photo of the dial."""
    actor.require(Permission.meters_edit)
    session = uow.session
    where = [
        col(Meter.estate_id) == estate_id,
        col(SelfReading.status) == status,
        in_scope(actor, Permission.meters_edit, estate=col(Meter.estate_id), building=col(Room.building_id)),
    ]
    base = select(SelfReading, Meter, Room, col(Building.name), col(Account.name))
    base = base.join(Meter, col(Meter.id) == col(SelfReading.meter_id)).join(Room, col(Room.id) == col(Meter.room_id))
    base = base.join(Building, col(Building.id) == col(Room.building_id)).join(Account, col(Account.id) == col(SelfReading.account_id))
    found = base.where(*where)
    total = session.scalar(select(func.count()).select_from(found.with_only_columns(col(SelfReading.id)).subquery())) or 0
    rows = session.execute(found.order_by(col(SelfReading.id)).offset(page.offset).limit(page.size)).all()
    newest = _newest_of(session, [meter.id or 0 for _, meter, _, _, _ in rows])
    photos = files_of(session, ENTITY, [sent.id or 0 for sent, *_ in rows], now=uow.now)
    result = []
    for sent, meter, room, building, sender in rows:
        last = newest.get(meter.id or 0)
        usage = sent.value_milli - last.value_milli if last else None
        result.append(
            SentRow(
                id=sent.id or 0,
                room=room_label(building, room.unit, room.code),
                code=meter.code,
                kind=meter.kind,
                sender=sender,
                read_on=sent.read_on,
                value_milli=sent.value_milli,
                last_on=last.read_on if last else None,
                last_milli=last.value_milli if last else None,
                flag=flag_use(usage, ()) if usage is not None else None,
                status=sent.status,
                photo=next(iter(photos.get(sent.id or 0, ())), None),
            )
        )
    return Page(tuple(result), int(total), page)


def window_text(estate: Estate) -> Message:
    """When residents of an estate may send readings, as a sentence."""
    if estate.self_reading_from_day is None:
        return msg("The staff of this estate reads the meters; nothing needs to be sent")
    return msg(
        "Readings can be sent from day {first} to day {last} of each month",
        first=estate.self_reading_from_day,
        last=estate.self_reading_to_day,
    )


def _newest(session: Session, meter_id: int) -> Reading | None:
    return _newest_of(session, [meter_id]).get(meter_id)


def _newest_of(session: Session, meter_ids: list[int]) -> dict[int, Reading]:
    statement = select(Reading).where(col(Reading.meter_id).in_(meter_ids)).order_by(col(Reading.read_on))
    return {reading.meter_id: reading for reading in session.scalars(statement)}
