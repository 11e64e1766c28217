"""The clock: instants are UTC, business dates are Asia/Shanghai's."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def utc_now() -> datetime:
    """Read the clock; only the edge calls it, everything else is given `now`."""
    return datetime.now(UTC)


def local(at: datetime) -> datetime:
    """Turn an instant into Shanghai's wall clock."""
    return at.astimezone(SHANGHAI)


def business_date(at: datetime) -> date:
    """The date in Shanghai at an instant."""
    return local(at).date()


def at_local(day: date, clock: time = time()) -> datetime:
    """The instant of a wall-clock time in Shanghai."""
    return datetime.combine(day, clock, SHANGHAI).astimezone(UTC)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The instants at which a Shanghai day begins and ends (exclusive)."""
    return at_local(day), at_local(day + timedelta(days=1))


def month_start(day: date) -> date:
    """The first day of the month of a date."""
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    """Move the first of a month by whole months."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
