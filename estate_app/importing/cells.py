"""Reads single cells as what they mean; a refusal is a sentence with the remedy. Pure."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from estate_app.errors import InvalidError
from estate_app.kit.clock import SHANGHAI
from estate_app.kit.i18n import msg

MAX_AREA_MILLI = 1_000_000_000
_UNITS = ("平方米", "㎡", "m²", "m2", "平米", "元", "吨", "m³", "度")
_DAY = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})日?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 -- a calendar day, no instant
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}")
_W = TypeVar("_W", bound=StrEnum)


def words(limit: int) -> Callable[[str], str]:
    """A text of at most so many characters."""

    def parse(text: str) -> str:
        if len(text) > limit:
            raise InvalidError(msg("Write at most {count} characters", count=limit))
        return text

    return parse


def trimmed(limit: int) -> Callable[[str], str]:
    """A text that is cut to so many characters: histories are longer than anybody types today."""
    return lambda text: text[:limit]


def number(text: str) -> Decimal:
    """A plain number; thousands commas and a unit behind it are allowed."""
    plain = text.replace(",", "").replace("，", "").strip()
    if not plain.replace(".", "", 1).isdigit():
        for unit in _UNITS:
            plain = plain.removesuffix(unit).strip()
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise InvalidError(msg("{text} is not a number", text=text)) from None
    if not value.is_finite():
        raise InvalidError(msg("{text} is not a number", text=text))
    return value


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number between two bounds."""

    def parse(text: str) -> int:
        value = number(text)
        if value != value.to_integral_value() or not low <= value <= high:
            raise InvalidError(msg("Write a whole number from {low} to {high}", low=low, high=high))
        return int(value)

    return parse


def area_milli(text: str) -> int:
    """An area in m², above zero, as thousandths."""
    milli = number(text) * 1000
    if milli <= 0:
        raise InvalidError(msg("An area must be above zero"))
    if milli != milli.to_integral_value() or milli > MAX_AREA_MILLI:
        raise InvalidError(msg("Write an area in m² with at most three decimals, such as 89.60"))
    return int(milli)


def reading_milli(text: str) -> int:
    """What a meter shows, zero or more, as thousandths."""
    milli = number(text) * 1000
    if milli < 0 or milli != milli.to_integral_value() or milli >= 10**12:
        raise InvalidError(msg("Write a quantity of zero or more with at most three decimals, such as 41.161"))
    return int(milli)


def yuan_fen(text: str) -> int:
    """An amount in yuan, zero or more, as fen."""
    fen = number(text.removeprefix("¥").removeprefix("￥")) * 100
    if fen < 0 or fen != fen.to_integral_value() or fen >= 10**13:
        raise InvalidError(msg("Write an amount in yuan of zero or more with at most two decimals, such as 249.20"))
    return int(fen)


def degrees(text: str) -> float:
    """A coordinate."""
    value = float(number(text))
    if not -180 <= value <= 180:
        raise InvalidError(msg("A coordinate lies between -180 and 180"))
    return value


def day(text: str) -> date:
    """A date: 2026-2-3, 2026/2/3, 2026年2月3日, with or without a time, or Excel's number of a day."""
    if _SERIAL.fullmatch(text):
        return (_EXCEL_EPOCH + timedelta(days=float(text))).date()
    found = _DAY.match(text)
    if not found:
        raise InvalidError(msg("{text} is not a date; write it like 2026-11-18", text=text))
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        raise InvalidError(msg("The date {text} does not exist; correct the day or the month", text=text)) from None


def instant(text: str) -> datetime:
    """A date with its time; without a zone it is Shanghai's."""
    if _SERIAL.fullmatch(text):
        moment = _EXCEL_EPOCH + timedelta(days=float(text))
        return moment.replace(tzinfo=SHANGHAI, microsecond=0).astimezone(UTC)
    on = day(text)
    found = _CLOCK.search(text)
    if not found:
        return datetime.combine(on, time(), SHANGHAI).astimezone(UTC)
    hour, minute, second, zone = found.groups()
    try:
        clock = time(int(hour), int(minute), int(second or 0))
    except ValueError:
        raise InvalidError(msg("The time {text} does not exist", text=text)) from None
    offset = datetime.fromisoformat(f"2000-01-01T00:00:00{zone}").tzinfo if zone else SHANGHAI
    return datetime.combine(on, clock, offset).astimezone(UTC)


def phone(text: str) -> str:
    """A mobile or landline number; spaces, hyphens and +86 are allowed."""
    plain = re.sub(r"[\s\-()（）]", "", text).removeprefix("+86")
    if not _PHONE.fullmatch(plain):
        raise InvalidError(msg("{text} is not a phone number", text=text))
    return plain


def one_of(meanings: dict[str, _W]) -> Callable[[str], _W]:
    """A word of an enumeration, by any of the names that other systems give it."""

    def parse(text: str) -> _W:
        found = meanings.get(text.strip().lower())
        if found is None:
            choices = "、".join(sorted({name for name in meanings if not name.isdigit()}))
            raise InvalidError(msg("{text} is unknown here; use one of {choices}", text=text, choices=choices))
        return found

    return parse
