"""Working time: the clock of a promise runs on workdays from 8:00 to 20:00, emergencies run day and night. Pure.

Holidays and make-up workdays are the State Council's yearly notice as the package `chinesecalendar` holds it; a year that is
not announced yet counts Monday to Friday.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import chinese_calendar

from estate_app.kit.clock import at_local, business_date
from estate_app.repair.models import Urgency

OPENS = time(8)
CLOSES = time(20)
_FRIDAY = 4


@lru_cache(maxsize=4096)
def is_workday(day: date) -> bool:
    """Whether people work on a date, by the official calendar where it is known."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() <= _FRIDAY


@lru_cache(maxsize=4096)
def _hours(day: date) -> tuple[datetime, datetime]:
    return at_local(day, OPENS), at_local(day, CLOSES)


def add_working(start: datetime, span: timedelta, *, urgency: Urgency) -> datetime:
    """Find the instant at which a span of working time, begun at an instant, is used up."""
    if urgency is Urgency.emergency:
        return start + span
    day, left, at = business_date(start), span, start
    while True:
        if is_workday(day):
            opens, closes = _hours(day)
            begin = max(at, opens)
            room = closes - begin
            if left <= room:
                return begin + left
            left -= max(room, timedelta())
        day += timedelta(days=1)
        at = at_local(day)


def working_between(start: datetime, end: datetime, *, urgency: Urgency) -> timedelta:
    """Measure the working time between two instants; zero when the end comes first."""
    if end <= start:
        return timedelta()
    if urgency is Urgency.emergency:
        return end - start
    total, day, last = timedelta(), business_date(start), business_date(end)
    while day <= last:
        if is_workday(day):
            opens, closes = _hours(day)
            total += max(min(end, closes) - max(start, opens), timedelta())
        day += timedelta(days=1)
    return total


def clock_percent(start: datetime, due: datetime, at: datetime, *, urgency: Urgency) -> int:
    """Say how much of a promise is spent, in percent of its working time; past 100 it is late."""
    whole = working_between(start, due, urgency=urgency)
    if not whole:
        return 0 if at < due else 100
    return int(working_between(start, at, urgency=urgency) * 100 / whole)
