"""Shifts by the week, as a form reads them: weekdays, a first and a last day, hours. Pure."""

from collections.abc import Mapping
from datetime import date, time, timedelta

from estate_app.errors import InvalidError
from estate_app.kit.i18n import Message, msg, translate
from estate_app.repair.models import ShiftKind
from estate_app.repair.shifts import WeekPattern
from estate_app.ui.view import Option

WEEKDAYS: tuple[Message, ...] = (msg("Mon"), msg("Tue"), msg("Wed"), msg("Thu"), msg("Fri"), msg("Sat"), msg("Sun"))


def weekday_options(locale: str) -> list[Option]:
    """Monday to Sunday; the value is the number of the day, 0 for Monday."""
    return [Option(str(number), translate(name, locale)) for number, name in enumerate(WEEKDAYS)]


def ticked_weekdays(form: Mapping[str, object]) -> frozenset[int]:
    """The weekdays that are ticked."""
    return frozenset(number for number in range(7) if form.get(f"weekdays.{number}"))


def read_week(form: Mapping[str, object]) -> WeekPattern:
    """The pattern of a form; without a last day it lasts four weeks.

    Raises:
        InvalidError: a day or a time cannot be read; the field is named.
    """
    first = read_date(form, "day")
    last = read_date(form, "last_on") if form.get("last_on") else first + timedelta(days=27)
    return WeekPattern(first, last, ticked_weekdays(form), read_clock(form, "starts"), read_clock(form, "ends"), read_kind(form))


def read_kind(form: Mapping[str, object]) -> ShiftKind:
    """On duty, unless the form says on call."""
    return ShiftKind.on_call if form.get("kind") == ShiftKind.on_call.value else ShiftKind.duty


def read_date(form: Mapping[str, object], name: str) -> date:
    """A day of a form; what cannot be read is refused under its field."""
    try:
        return date.fromisoformat(str(form.get(name) or ""))
    except ValueError:
        raise InvalidError(msg("Choose a day"), field=name) from None


def read_clock(form: Mapping[str, object], name: str) -> time:
    """A time of a form; what cannot be read is refused under its field."""
    try:
        return time.fromisoformat(str(form.get(name) or "")).replace(tzinfo=None)
    except ValueError:
        raise InvalidError(msg("Choose a time"), field=name) from None
