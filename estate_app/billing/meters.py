"""Commands on meters and readings: each reading is checked against its neighbours and flagged before it is billed."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlalchemy import select
from sqlmodel import col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.billing.estimates import true_up
from estate_app.billing.models import Bill, BillReading, BillStatus, Meter, MeterKind, Reading, ReadingKind
from estate_app.billing.rules.meter import ReadingFlag, flag_use, meter_use
from estate_app.billing.rules.values import MILLI
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.property.models import Building, Room
from estate_app.property.queries import ensure_estate

HISTORY = 7
MAX_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Recorded:
    """A reading as it was taken: the use since the one before (None for the first) and why it is looked at."""

    reading: Reading
    usage_milli: int | None
    flag: ReadingFlag | None


def add_meter(  # noqa: PLR0913 -- a form's fields
    uow: UnitOfWork,
    actor: Actor,
    *,
    room_id: int,
    kind: MeterKind,
    code: str,
    digits: int,
    installed_on: date,
    first_milli: int = 0,
    band: str = "",
    multiplier_milli: int = MILLI,
) -> Meter:
    """Install a meter in a room; what it shows on that day is its first reading."""
    actor.require(Permission.meters_edit)
    room = uow.session.get(Room, room_id)
    if room is None:
        raise NotFoundError
    ensure_estate(uow.session, actor, room.estate_id, Permission.meters_edit)
    meter = Meter(
        estate_id=room.estate_id,
        room_id=room_id,
        kind=kind,
        code=code.strip(),
        digits=digits,
        installed_on=installed_on,
        band=band.strip(),
        multiplier_milli=multiplier_milli,
    )
    return _install(uow, actor, meter, first_milli)


def add_common_meter(  # noqa: PLR0913 -- a form's fields
    uow: UnitOfWork,
    actor: Actor,
    *,
    estate_id: int,
    building_id: int | None,
    kind: MeterKind,
    code: str,
    digits: int,
    installed_on: date,
    first_milli: int = 0,
    multiplier_milli: int = MILLI,
) -> Meter:
    """Install the common meter of a building, or of the whole estate when none is named."""
    actor.require(Permission.meters_edit)
    ensure_estate(uow.session, actor, estate_id, Permission.meters_edit)
    building = uow.session.get(Building, building_id) if building_id is not None else None
    if building_id is not None and (building is None or building.estate_id != estate_id):
        raise NotFoundError
    meter = Meter(
        estate_id=estate_id,
        building_id=building_id,
        kind=kind,
        code=code.strip(),
        digits=digits,
        installed_on=installed_on,
        multiplier_milli=multiplier_milli,
    )
    return _install(uow, actor, meter, first_milli)


def _install(uow: UnitOfWork, actor: Actor, meter: Meter, first_milli: int) -> Meter:
    if not meter.code:
        raise InvalidError(msg("This must not be empty"), field="code")
    if not 1 <= meter.digits <= MAX_DIGITS:
        raise InvalidError(msg("A dial has 1 to 9 digits"), field="digits")
    if meter.multiplier_milli <= 0:
        raise InvalidError(msg("The multiplier must be more than zero"), field="multiplier")
    _check_dial(first_milli, meter.digits)
    if meter.installed_on > business_date(uow.now):
        raise InvalidError(msg("The day lies in the future"), field="installed_on")
    if uow.session.scalar(select(col(Meter.id)).where(col(Meter.estate_id) == meter.estate_id, col(Meter.code) == meter.code)):
        raise InvalidError(msg("This estate has a meter with the number {code} already", code=meter.code), field="code")
    uow.session.add(meter)
    uow.flush()
    first = Reading(
        meter_id=meter.id or 0, read_on=meter.installed_on, value_milli=first_milli, read_by=actor.account_id, created_at=uow.now
    )
    uow.session.add(first)
    record(uow, actor, "meter:add", "meter", meter.id or 0, after={"code": meter.code, "room_id": meter.room_id})
    uow.flush()
    return meter


def replace_meter(
    uow: UnitOfWork, actor: Actor, *, meter_id: int, on: date, last_milli: int, code: str, digits: int, first_milli: int = 0
) -> Meter:
    """Take a meter out with its last reading and install another in its place; the next bill charges both."""
    meter = remove_meter(uow, actor, meter_id=meter_id, on=on, last_milli=last_milli)
    fresh = Meter(
        estate_id=meter.estate_id,
        room_id=meter.room_id,
        building_id=meter.building_id,
        kind=meter.kind,
        code=code.strip(),
        digits=digits,
        installed_on=on,
        band=meter.band,
        multiplier_milli=meter.multiplier_milli,
    )
    return _install(uow, actor, fresh, first_milli)


def remove_meter(uow: UnitOfWork, actor: Actor, *, meter_id: int, on: date, last_milli: int) -> Meter:
    """Take a meter out with its last reading; a reading of that very day with the same value is that reading."""
    meter = own_meter(uow, actor, meter_id)
    if meter.removed_on is not None:
        raise ConflictError(msg("The meter {code} is removed already", code=meter.code))
    same = uow.session.scalar(select(Reading).where(col(Reading.meter_id) == meter_id, col(Reading.read_on) == on))
    if same is None or same.value_milli != last_milli:
        record_reading(uow, actor, meter_id=meter_id, read_on=on, value_milli=last_milli)
    later = uow.session.scalar(select(col(Reading.id)).where(col(Reading.meter_id) == meter_id, col(Reading.read_on) > on).limit(1))
    if later is not None:
        raise InvalidError(msg("The meter has a reading after that day"), field="on")
    meter.removed_on = on
    record(uow, actor, "meter:remove", "meter", meter_id, after={"removed_on": on.isoformat()})
    uow.flush()
    return meter


def record_reading(
    uow: UnitOfWork,
    actor: Actor,
    *,
    meter_id: int,
    read_on: date,
    value_milli: int,
    kind: ReadingKind = ReadingKind.actual,
    is_rollover: bool = False,
    photo_id: str | None = None,
) -> Recorded:
    """Record what a meter showed on a day, in thousandths of its unit.

    Raises:
        InvalidError: the day lies in the future, outside the meter's life or before a billed reading; the value does not fit
            the dial, falls without `is_rollover`, or exceeds a later reading.
        ConflictError: the meter has a reading of that day already.
    """
    meter = own_meter(uow, actor, meter_id)
    _check_day(uow, meter, read_on)
    _check_dial(value_milli, meter.digits)
    readings = list(uow.session.scalars(select(Reading).where(col(Reading.meter_id) == meter_id).order_by(col(Reading.read_on))))
    if any(reading.read_on == read_on for reading in readings):
        raise ConflictError(msg("This meter has a reading of {day} already", day=read_on.isoformat()))
    before = [reading for reading in readings if reading.read_on < read_on]
    after = [reading for reading in readings if reading.read_on > read_on]
    if before and kind is not ReadingKind.estimated and before[-1].kind is ReadingKind.estimated and not is_rollover:
        true_up(uow, actor, meter, before, read_on=read_on, value_milli=value_milli)
    usage = _use_since(before[-1].value_milli, value_milli, meter, is_rollover=is_rollover) if before else None
    if after:
        _use_since(value_milli, after[0].value_milli, meter, is_rollover=after[0].is_rollover)
    is_over = bool(before) and value_milli < before[-1].value_milli
    reading = Reading(
        meter_id=meter_id,
        read_on=read_on,
        value_milli=value_milli,
        kind=kind,
        is_rollover=is_over,
        photo_id=photo_id,
        read_by=actor.account_id,
        created_at=uow.now,
    )
    uow.session.add(reading)
    uow.flush()
    fact: dict[str, object] = {"read_on": read_on.isoformat(), "value_milli": value_milli, "is_rollover": is_over}
    record(uow, actor, "meter:read", "meter", meter_id, after=fact)
    return Recorded(reading, usage, None if usage is None else flag_use(usage, _history(before, meter)))


def remove_reading(uow: UnitOfWork, actor: Actor, *, reading_id: int, reason: str) -> None:
    """Take back a reading that no valid bill rests on, so that it can be entered rightly."""
    reading = uow.session.get(Reading, reading_id, with_for_update=True)
    if reading is None:
        raise NotFoundError
    own_meter(uow, actor, reading.meter_id)
    if not reason.strip():
        raise InvalidError(msg("Give a reason"), field="reason")
    used = uow.session.scalar(
        select(col(BillReading.bill_id))
        .where((col(BillReading.reading_id) == reading_id) | (col(BillReading.from_reading_id) == reading_id))
        .limit(1)
    )
    if used is not None:
        raise ConflictError(msg("A bill rests on this reading; record a new one instead"))
    fact: dict[str, object] = {"read_on": reading.read_on.isoformat(), "value_milli": reading.value_milli, "reason": reason.strip()}
    record(uow, actor, "meter:unread", "meter", reading.meter_id, before=fact)
    uow.session.delete(reading)


def own_meter(uow: UnitOfWork, actor: Actor, meter_id: int) -> Meter:
    """Lock a meter within the actor's scope; a stranger gets a 404."""
    actor.require(Permission.meters_edit)
    meter = uow.session.get(Meter, meter_id, with_for_update=True)
    if meter is None:
        raise NotFoundError
    ensure_estate(uow.session, actor, meter.estate_id, Permission.meters_edit)
    return meter


def _check_dial(value_milli: int, digits: int) -> None:
    if value_milli < 0:
        raise InvalidError(msg("A reading cannot be negative"), field="value")
    if value_milli >= 10**digits * MILLI:
        raise InvalidError(msg("The reading has more digits than the dial's {digits}", digits=digits), field="value")


def _check_day(uow: UnitOfWork, meter: Meter, read_on: date) -> None:
    if read_on > business_date(uow.now):
        raise InvalidError(msg("The day lies in the future"), field="read_on")
    if read_on < meter.installed_on or (meter.removed_on is not None and read_on > meter.removed_on):
        raise InvalidError(msg("The meter was not installed on that day"), field="read_on")
    billed = uow.session.scalar(
        select(col(Reading.read_on))
        .join(BillReading, col(BillReading.reading_id) == col(Reading.id))
        .join(Bill, col(Bill.id) == col(BillReading.bill_id))
        .where(col(Reading.meter_id) == meter.id, col(Bill.status) != BillStatus.void)
        .order_by(col(Reading.read_on).desc())
        .limit(1)
    )
    if billed is not None and read_on < billed:
        raise InvalidError(msg("The use up to {day} is billed; give a later day", day=billed.isoformat()), field="read_on")


def _use_since(previous_milli: int, value_milli: int, meter: Meter, *, is_rollover: bool) -> int:
    try:
        return meter_use(
            previous_milli=previous_milli, current_milli=value_milli, digits=meter.digits, is_rollover_confirmed=is_rollover
        ).usage_milli
    except InvalidError as error:
        raise InvalidError(error.message, field="value") from error


def _history(readings: list[Reading], meter: Meter) -> list[int]:
    """The uses between the newest readings; a fall that nobody confirmed tells nothing."""
    uses = []
    for before, after in pairwise(readings[-HISTORY:]):
        if after.value_milli >= before.value_milli or after.is_rollover:
            uses.append(_use_since(before.value_milli, after.value_milli, meter, is_rollover=after.is_rollover))
    return uses
