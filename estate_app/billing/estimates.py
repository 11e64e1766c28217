"""Estimated readings give way to the first actual one: what was used is spread over their days, and bills on them are corrected."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlmodel import col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.billing.adjustments import adjust_bills
from estate_app.billing.models import Meter, Reading, ReadingKind
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg, translate


def estimate_milli(readings: Sequence[Reading], on: date) -> int:
    """What a meter probably shows on a day: its daily use between its first and last actual reading goes on.

    Raises:
        InvalidError: there are no two actual readings to go by.
    """
    actual = [reading for reading in readings if reading.kind is not ReadingKind.estimated and reading.read_on < on]
    if len(actual) < 2 or actual[-1].value_milli < actual[0].value_milli or not readings:
        raise InvalidError(msg("There are too few readings to estimate by; read the meter"), field="value")
    first, last = actual[max(0, len(actual) - 7)], actual[-1]
    days = max(1, (last.read_on - first.read_on).days)
    newest = readings[-1]
    # Whole units only: nobody reads a dial closer than that.
    used = (last.value_milli - first.value_milli) * (on - newest.read_on).days // days // 1_000 * 1_000
    return newest.value_milli + max(0, used)


def true_up(uow: UnitOfWork, actor: Actor, meter: Meter, before: Sequence[Reading], *, read_on: date, value_milli: int) -> None:
    """Spread what an actual reading shows by days over the estimated readings just before it, and correct the bills on them.

    Raises:
        InvalidError: the actual reading is below the last actual one.
    """
    real = next((index for index in range(len(before) - 1, -1, -1) if before[index].kind is not ReadingKind.estimated), None)
    if real is None:
        return
    base, guessed = before[real], before[real + 1 :]
    if value_milli < base.value_milli:
        raise InvalidError(msg("The reading is below the last one that was read, of {day}", day=base.read_on.isoformat()), field="value")
    days = (read_on - base.read_on).days
    for reading in guessed:
        right = base.value_milli + (value_milli - base.value_milli) * (reading.read_on - base.read_on).days // days
        _change(uow, actor, meter, reading, right)
    uow.flush()
    reason = translate(msg("The meter was read on {day}; the estimate before it is settled", day=read_on.isoformat()), "zh")
    for reading in guessed:
        adjust_bills(uow, actor, reading_id=reading.id or 0, reason=reason)


def _change(uow: UnitOfWork, actor: Actor, meter: Meter, reading: Reading, right: int) -> None:
    fact: dict[str, object] = {"read_on": reading.read_on.isoformat(), "value_milli": reading.value_milli}
    reading.value_milli = right
    record(uow, actor, "meter:true_up", "meter", meter.id or 0, before=fact, after={"value_milli": right})


def readings_of(uow: UnitOfWork, meter_id: int) -> list[Reading]:
    """A meter's readings, oldest first."""
    return list(uow.session.scalars(select(Reading).where(col(Reading.meter_id) == meter_id).order_by(col(Reading.read_on))))
