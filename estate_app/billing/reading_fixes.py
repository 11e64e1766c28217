"""Correcting a reading that was entered wrongly, and estimating one that could not be taken."""

from datetime import date

from sqlalchemy import select
from sqlmodel import col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.billing.adjustments import adjust_bills
from estate_app.billing.estimates import estimate_milli, readings_of
from estate_app.billing.meters import Recorded, own_meter, record_reading
from estate_app.billing.models import BillAdjustment, BillReading, Reading, ReadingKind
from estate_app.billing.rules.meter import meter_use
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError, NotFoundError
from estate_app.kit.i18n import msg

MAX_REASON = 200


def correct_reading(uow: UnitOfWork, actor: Actor, *, reading_id: int, value_milli: int, reason: str) -> list[BillAdjustment]:
    """Put a reading right; bills that rest on it are tiered anew by adjustment lines. Returns the corrections of bills.

    Raises:
        InvalidError: no reason, or a value that does not fit between the readings beside it.
    """
    actor.require(Permission.meters_edit)
    reading = uow.session.get(Reading, reading_id)
    if reading is None:
        raise NotFoundError
    meter = own_meter(uow, actor, reading.meter_id)
    why = reason.strip()
    if not why or len(why) > MAX_REASON:
        raise InvalidError(msg("Give a reason of at most {count} characters", count=MAX_REASON), field="reason")
    is_billed = uow.session.scalar(
        select(col(BillReading.bill_id))
        .where((col(BillReading.reading_id) == reading_id) | (col(BillReading.from_reading_id) == reading_id))
        .limit(1)
    )
    if is_billed is not None:
        actor.require(Permission.bills_void)
    readings = readings_of(uow, reading.meter_id)
    index = next(i for i, other in enumerate(readings) if other.id == reading_id)
    pairs = []
    if index:
        pairs.append((readings[index - 1].value_milli, value_milli, reading.is_rollover))
    if index + 1 < len(readings):
        pairs.append((value_milli, readings[index + 1].value_milli, readings[index + 1].is_rollover))
    for previous, current, is_rollover in pairs:
        try:
            meter_use(previous_milli=previous, current_milli=current, digits=meter.digits, is_rollover_confirmed=is_rollover)
        except InvalidError as error:
            raise InvalidError(error.message, field="value") from error
    before: dict[str, object] = {"read_on": reading.read_on.isoformat(), "value_milli": reading.value_milli, "kind": reading.kind.value}
    reading.value_milli, reading.kind = value_milli, ReadingKind.corrected
    record(uow, actor, "meter:correct", "meter", reading.meter_id, before=before, after={"value_milli": value_milli, "reason": why})
    uow.flush()
    return adjust_bills(uow, actor, reading_id=reading_id, reason=why)


def estimate_reading(uow: UnitOfWork, actor: Actor, *, meter_id: int, read_on: date) -> Recorded:
    """Record what a meter probably shows where nobody could read it; the next actual reading settles the difference."""
    own_meter(uow, actor, meter_id)
    value = estimate_milli([r for r in readings_of(uow, meter_id) if r.read_on < read_on], read_on)
    return record_reading(uow, actor, meter_id=meter_id, read_on=read_on, value_milli=value, kind=ReadingKind.estimated)
