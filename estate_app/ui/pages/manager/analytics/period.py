"""Which days a dashboard shows: whole days up to yesterday, as the address says. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from estate_app.analytics.queries import MAX_DAYS
from estate_app.kit.clock import add_months, month_start

CUSTOM = "custom"
ROLLING = ("30", "7", "90", CUSTOM)
BILLING = ("month", "quarter", "year", CUSTOM)
"""The choices of a page; the first is the one without an address."""


@dataclass(frozen=True, slots=True)
class Period:
    """The chosen word and the days that it means; both count."""

    key: str
    since: date
    until: date


def read_period(query: Mapping[str, str], *, today: date, choices: Sequence[str]) -> Period:
    """Read the period of an address; what is odd, in the future or too long is moved to the nearest that can be shown."""
    key = query.get("days", "")
    key = key if key in choices else choices[0]
    latest = today - timedelta(days=1)
    if key == CUSTOM:
        until = min(_day(query.get("until", ""), latest), latest)
        since = min(_day(query.get("since", ""), until - timedelta(days=29)), until)
        return Period(key, max(since, until - timedelta(days=MAX_DAYS - 1)), until)
    return Period(key, _start(key, latest), latest)


def _start(key: str, latest: date) -> date:
    if key == "month":
        return month_start(latest)
    if key == "quarter":
        return add_months(month_start(latest), -((latest.month - 1) % 3))
    if key == "year":
        return latest.replace(month=1, day=1)
    return latest - timedelta(days=int(key) - 1)


def _day(text: str, default: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return default
