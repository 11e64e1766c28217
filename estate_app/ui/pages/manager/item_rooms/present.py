"""The rooms of a fee item, and the month's amounts of a shared one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from estate_app.billing.attaching import AttachedRow, RoomChoice
from estate_app.billing.pools import PoolRow
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan
from estate_app.ui.view import Badge
from estate_app.ui.when import full_day, month_text


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room that has the item."""

    id: str
    room: str
    href: str
    starts: str
    ends: str
    badge: Badge


@dataclass(frozen=True, slots=True)
class PoolLine:
    """The amount of a month."""

    id: str
    month: str
    amount: str
    note: str


@dataclass(frozen=True, slots=True)
class ItemHead:
    """The item in view."""

    name: str = ""
    is_shared: bool = False
    is_parking: bool = False
    month: str = ""


def room_line(row: AttachedRow, *, on: date, locale: str) -> RoomLine:
    """One room, told whether the item is charged there today."""
    badge = Badge(translate(msg("Charged now"), locale), "green", "soft", "check")
    if row.starts_on > on:
        badge = Badge(translate(msg("To come"), locale), "indigo", "soft", "clock")
    elif row.ends_on is not None and row.ends_on < on:
        badge = Badge(translate(msg("Ended"), locale), "gray", "surface", "archive")
    ends = full_day(row.ends_on, locale=locale) if row.ends_on else "—"
    return RoomLine(str(row.id), row.room, f"/manage/property/{row.room_id}", full_day(row.starts_on, locale=locale), ends, badge)


def pool_lines(rows: Iterable[PoolRow], *, locale: str) -> list[PoolLine]:
    """The months' amounts, newest first."""
    return [PoolLine(row.period.isoformat(), month_text(row.period, locale=locale), format_yuan(row.amount_fen), row.note) for row in rows]


def read_choice(form: dict[str, str]) -> RoomChoice:
    """Which rooms a form names."""
    building = form.get("building", "")
    return RoomChoice(int(building) if building.isascii() and building.isdigit() else None, form.get("codes", ""))


def read_day(text: str, field: str) -> date:
    """A day of a form."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidError(msg("Choose a day"), field=field) from None


def read_month(text: str, field: str) -> date:
    """A month of a form, `2026-11`."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise InvalidError(msg("Choose a month"), field=field) from None
