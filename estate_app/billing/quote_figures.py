"""Reads the figures of a quote file from text or JSON numbers, and refuses a part with figures that nobody here understands."""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from estate_app.billing.rules.values import parse_milli, parse_price
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg
from estate_app.kit.money import MAX_FEN

PERIOD = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_DECIMAL = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")
# A number that changes a price when a person writes it: 8, -0.05, 20%, ¥5.00, 3 元/月. Dates and hours are none.
_FIGURE = re.compile(r"[-−+]?\s*[¥￥]?\s*\d+([.,]\d+)*\s*(%|‰|(元|角|分|yuan|fen)(\s*/.*)?)?")
_MOST_DIGITS = 40


def number_of(text: str) -> Decimal:
    """A number of a JSON file, whole or not; one beyond all measure is infinite, which every figure refuses."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("Infinity")


def whole_of(text: str) -> int | Decimal:
    """A whole number of a JSON file."""
    return int(text) if len(text) <= _MOST_DIGITS else number_of(text)


def text_of(value: object, name: str) -> str:
    """The text of a figure given as text or as a JSON number; `name` is what the file calls it."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise InvalidError(msg("The figure {name} is missing or is not a number", name=name), field=name)
    if not isinstance(value, Decimal):
        return str(value)
    if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        raise InvalidError(msg("A figure is too large or too fine to be priced"), field=name)
    return f"{value:f}"


def decimal_of(row: Mapping[str, Any], key: str) -> Decimal:
    """A plain decimal of zero or more."""
    text = text_of(row.get(key), key).strip()
    if not _DECIMAL.fullmatch(text):
        raise InvalidError(msg("The figure {name} is missing or is not a number", name=key), field=key)
    return Decimal(text)


def milli_of(row: Mapping[str, Any], key: str) -> int:
    """A quantity in thousandths."""
    return parse_milli(text_of(row.get(key), key), field=key)


def price_of(value: object) -> int:
    """A price in ten-thousandths of a yuan."""
    return parse_price(text_of(value, "price"), field="price")


def count_of(row: Mapping[str, Any], key: str, *, most: int = MAX_FEN) -> int:
    """A whole number of zero or more."""
    value = decimal_of(row, key)
    if value != value.to_integral_value():
        raise InvalidError(msg("A whole number is needed here"), field=key)
    if value > most:
        raise InvalidError(msg("A figure is too large or too fine to be priced"), field=key)
    return int(value)


def list_of(row: Mapping[str, Any], key: str) -> Sequence[Any]:
    """A list, empty when nothing is written."""
    value = row.get(key)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise InvalidError(msg("The part {name} must be a list", name=key), field=key)
    return value


def object_of(row: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """An object, empty when nothing is written."""
    value = row.get(key)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidError(msg("The part {name} must be an object", name=key), field=key)
    return value


def objects_of(row: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    """A list of objects, empty when nothing is written."""
    found = list_of(row, key)
    if not all(isinstance(inner, Mapping) for inner in found):
        raise InvalidError(msg("The part {name} must be a list of objects", name=key), field=key)
    return found


def month_of(case: Mapping[str, Any]) -> tuple[date, date]:
    """The first and last day of a case's `period`, YYYY-MM."""
    match = PERIOD.fullmatch(str(case.get("period")))
    if match is None:
        raise InvalidError(msg("Write the period as year and month, such as 2026-07"), field="period")
    return days_of_month(match)


def days_of_month(found: re.Match[str]) -> tuple[date, date]:
    """The first and last day of a month that `PERIOD` matched."""
    year, month = int(found[1]), int(found[2])
    if year == 0:
        raise InvalidError(msg("Write the period as year and month, such as 2026-07"), field="period")
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def refuse_unknown(row: Mapping[str, Any], known: frozenset[str], field: str) -> None:
    """A part with figures (or in a case, a mark that is set) that nobody here understands changes the price: it is refused."""
    for name, value in row.items():
        if name not in known and (_has_figure(value) or (value is True and field == "case")):
            raise InvalidError(msg("The part {name} is not understood, so nothing can be priced", name=name), field=field)


def _has_figure(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_has_figure(inner) for inner in value.values())
    if isinstance(value, list):
        return any(_has_figure(inner) for inner in value)
    if isinstance(value, str):
        return _FIGURE.fullmatch(value.strip()) is not None
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
