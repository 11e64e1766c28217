"""Reads from when to when a tariff of a quote file holds. Pure."""

import re
from datetime import date

from estate_app.billing.quote_figures import PERIOD, days_of_month
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def first_day(value: object) -> date | None:
    """The first day on which a tariff holds, from a date or a month."""
    if value in (None, ""):
        return None
    span = _days(value)
    if span is None:
        raise InvalidError(msg("Write effective_from as a date, such as 2026-07-01"), field="effective_from")
    return span[0]


def last_day(value: object) -> date | None:
    """The last day on which a tariff holds; a remark such as `superseded (2017)` gives the last day of the year it names."""
    if value in (None, ""):
        return None
    span = _days(value)
    if span is not None:
        return span[1]
    if not isinstance(value, str) or value[:1].isdigit():
        raise InvalidError(msg("Write effective_to as a date, such as 2026-07-01"), field="effective_to")
    years = [int(year) for year in _YEAR.findall(value)]
    return date(max(years), 12, 31) if years else None


def _days(value: object) -> tuple[date, date] | None:
    if not isinstance(value, str):
        return None
    month = PERIOD.fullmatch(value.strip())
    try:
        return days_of_month(month) if month else (date.fromisoformat(value.strip()),) * 2
    except ValueError:
        return None
