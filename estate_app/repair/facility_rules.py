"""When a plan is due again, how long a facility stood still, and what a label's code means. Pure."""

import calendar
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from estate_app.kit.i18n import Message, msg
from estate_app.repair.facility_models import CountsFrom, FacilityKind, PlanUnit

KIND_NAMES: Mapping[FacilityKind, Message] = {
    FacilityKind.lift: msg("Passenger lift"),
    FacilityKind.pump: msg("Water pump"),
    FacilityKind.fire: msg("Fire equipment"),
    FacilityKind.lighting: msg("Lighting equipment"),
    FacilityKind.gate: msg("Gate or door control"),
    FacilityKind.power: msg("Power distribution"),
    FacilityKind.ventilation: msg("Ventilation equipment"),
    FacilityKind.other: msg("Other equipment"),
}
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_AREA = "A-"
DOOR = "R-"
"""How the code of a room's label begins."""
MAX_CODE = 16


@dataclass(frozen=True, slots=True)
class Pace:
    """How a plan repeats: every so many units, counted from the planned date or from when it was done."""

    unit: PlanUnit
    every: int
    counts_from: CountsFrom


def new_label_code() -> str:
    """Make the code of a facility's label: ten signs that nobody mixes up, without a meaning that could change."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))


def area_code(area_id: int) -> str:
    """The code of a public area's label."""
    return f"{_AREA}{area_id}"


def area_of_code(code: str) -> int | None:
    """The public area that a label's code names, if it names one."""
    number = code.removeprefix(_AREA)
    is_area = code.startswith(_AREA) and number.isascii() and number.isdigit() and len(number) < 19
    return int(number) if is_area else None


def next_date(pace: Pace, due_on: date, done_on: date, *, due_day: int | None = None) -> date:
    """The next due day; planned days that passed meanwhile are left out, so that nothing is made up for twice.

    `due_day` is the day of the month that the plan aims at: a month that is too short ends it early, and the next one does not.
    """
    if pace.counts_from is CountsFrom.done:
        return _later(pace, done_on, 1, done_on.day)
    times = 1
    while (found := _later(pace, due_on, times, due_day or due_on.day)) <= done_on:
        times += 1
    return found


def aimed_day(pace: Pace, done_on: date, due_day: int | None) -> int | None:
    """The day of the month that a plan aims at after a visit: the planned one stays, else it is the day of the work; None by days."""
    if pace.unit is not PlanUnit.month:
        return None
    return done_on.day if pace.counts_from is CountsFrom.done else due_day


def next_value(pace: Pace, due_value: int, done_value: int) -> int:
    """The next due value of a counter, by the same rule."""
    if pace.counts_from is CountsFrom.done:
        return done_value + pace.every
    passed = max(0, done_value - due_value) // pace.every
    return due_value + (passed + 1) * pace.every


def is_due(*, due_on: date | None, due_value: int | None, lead: int, today: date, value: int | None) -> bool:
    """Whether the order of a plan must be made by now."""
    if due_on is not None:
        return due_on - timedelta(days=lead) <= today
    return due_value is not None and value is not None and value + lead >= due_value


def stood_still(spans: Iterable[tuple[datetime, datetime]], since: datetime, until: datetime) -> timedelta:
    """How long a facility was out of service between two instants; faults that overlap count once."""
    total, reached = timedelta(), since
    for start, end in sorted(spans):
        begin, stop = max(start, reached), min(end, until)
        if stop > begin:
            total += stop - begin
            reached = stop
    return total


def _later(pace: Pace, day: date, times: int, aim: int) -> date:
    if pace.unit is PlanUnit.day:
        return day + timedelta(days=pace.every * times)
    index = day.year * 12 + day.month - 1 + pace.every * times
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(aim, calendar.monthrange(year, month)[1]))
