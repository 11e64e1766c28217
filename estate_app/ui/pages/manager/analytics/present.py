"""Dashboards as their pages show them: figures, charts in both appearances with their tables, and where a bar leads. Pure."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import plotly.graph_objects as go
import polars as pl

from estate_app.analytics import dashboards
from estate_app.analytics.dashboards import Unit
from estate_app.analytics.figures.base import Look
from estate_app.analytics.finding import MIN_GROUP, percent
from estate_app.analytics.tables import PanelTable
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.kit.spreadsheet_out import ColumnKind, Value
from estate_app.ui.pages.manager.analytics.period import Period
from estate_app.ui.view import Kpi
from estate_app.ui.when import day_text, full_day, moment_text

_HOUR, _DAY = 60, 24 * 60
_UNITS: Mapping[Unit, Message] = {
    Unit.orders: msg("orders"),
    Unit.minutes: msg("minutes"),
    Unit.share: msg("%"),
    Unit.stars: msg("of 5"),
    Unit.days: msg("days"),
    Unit.people: msg("people"),
    Unit.times: msg("times"),
}
Draw = Callable[[Look], go.Figure]
Href = Callable[[dict[str, Any]], str]


@dataclass(frozen=True, slots=True)
class TableLine:
    """One row of a panel's table; `href` leads to the list that it counts."""

    key: str
    cells: list[str]
    href: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart in both appearances, the sentence beside it, and its data as a table."""

    light: dict[str, Any] = field(default_factory=dict)
    dark: dict[str, Any] = field(default_factory=dict)
    finding: str = ""
    head: list[str] = field(default_factory=list)
    rows: list[TableLine] = field(default_factory=list)
    is_empty: bool = True


@dataclass(frozen=True, slots=True)
class Head:
    """What is in view, as the address says it; `export` is the query of this page's exports."""

    context: str = ""
    extracted: str = ""
    days: str = ""
    since: str = ""
    until: str = ""
    latest: str = ""
    estate: str = ""
    category: str = ""
    export: str = ""
    is_hidden: bool = False


def panel(
    table: PanelTable,
    frame: pl.DataFrame,
    draw: Draw | None,
    *,
    findings: Mapping[str, Message],
    locale: str,
    finding: str = "",
    href: Href | None = None,
    most: int | None = None,
) -> Panel:
    """Draw a frame for light and dark and write its table; `most` cuts the table, `draw` is None where there is only a table."""
    shown = table.shown(frame)
    sentence = findings.get(finding or table.name)
    pairs = zip(table.rows(shown), shown.iter_rows(named=True), strict=True)
    lines = [
        TableLine(str(index), _cells(table, cells, locale), href(row) if href else "")
        for index, (cells, row) in enumerate(pairs)
        if most is None or index < most
    ]
    return Panel(
        light=_json(draw(Look(locale))) if draw else {},
        dark=_json(draw(Look(locale, is_dark=True))) if draw else {},
        finding=translate(sentence, locale) if sentence else "",
        head=[translate(column.title, locale) for column in table.columns],
        rows=lines,
        is_empty=_is_empty(table, shown),
    )


def _cells(table: PanelTable, cells: tuple[Value | Message, ...], locale: str) -> list[str]:
    return [cell_text(column.kind, value, locale) for column, value in zip(table.columns, cells, strict=True)]


def _is_empty(table: PanelTable, frame: pl.DataFrame) -> bool:
    """Whether no row counts anything: a calendar full of zeros is nothing to draw."""
    counts = [c.name for c in table.columns if c.kind in (ColumnKind.integer, ColumnKind.money) and c.name not in {"hour", "day", "times"}]
    return frame.is_empty() or not any(frame[name].fill_null(0).sum() for name in counts)


def _json(figure: go.Figure) -> dict[str, Any]:
    """The figure for the browser, without the library's own template."""
    plain: dict[str, Any] = json.loads(str(figure.to_json()))
    plain["layout"].pop("template", None)
    return plain


def cell_text(kind: ColumnKind, value: Value | Message, locale: str) -> str:  # noqa: PLR0911 -- one return per kind of column
    """Write a cell as the page says it; a dash where nothing is known."""
    if value is None:
        return "—"
    if isinstance(value, Message):
        return translate(value, locale)
    match kind:
        case ColumnKind.integer if isinstance(value, int):
            return f"{value:,}"
        case ColumnKind.percent if isinstance(value, float | int):
            return percent(value)
        case ColumnKind.money if isinstance(value, int):
            return format_yuan(value)
        case ColumnKind.number if isinstance(value, float | int):
            return f"{value:.2f}".rstrip("0").rstrip(".")
        case ColumnKind.date if isinstance(value, date):
            return full_day(value, locale=locale)
        case _:
            return str(value)


def drill(panel: Panel | None, point: Mapping[str, Any]) -> str:
    """Where a clicked point leads: to the link of the first row that bears all of the point's names; empty for nowhere."""
    names = {str(point[axis]) for axis in ("x", "y") if isinstance(point.get(axis), str)}
    if panel is None or not names:
        return ""
    return next((line.href for line in panel.rows if line.href and names <= set(line.cells)), "")


def kpi(number: dashboards.Kpi, *, locale: str) -> Kpi:
    """One figure, with its comparison where there was enough to compare with."""
    value, unit = _value(number.value, number.unit, locale)
    change, trend, tone, against = _change(number, locale)
    notes = [against, translate(number.note, locale) if number.note else ""]
    return Kpi(
        label=translate(number.title, locale),
        value=value,
        unit=unit,
        change=change,
        trend=trend,
        tone=tone,
        note=" · ".join(note for note in notes if note),
    )


def _value(value: float | None, unit: Unit, locale: str) -> tuple[str, str]:  # noqa: PLR0911 -- one return per unit
    if value is None:
        return "—", ""
    if unit is Unit.fen:
        return format_yuan(round(value), sign=True), ""
    if unit is Unit.minutes and value >= 2 * _HOUR:
        hours = value < 2 * _DAY
        return f"{value / (_HOUR if hours else _DAY):.1f}", translate(msg("hours") if hours else msg("days"), locale)
    said = translate(_UNITS[unit], locale)
    match unit:
        case Unit.share:
            return f"{value * 100:.1f}", said
        case Unit.stars:
            return f"{value:.2f}", said
        case Unit.minutes if not value.is_integer():
            return f"{value:.1f}", said
        case _:
            return f"{value:,.0f}", said


def _change(number: dashboards.Kpi, locale: str) -> tuple[str, str, str, str]:
    """The size of the change, its direction and tone, and against what."""
    now, before = number.value, number.before
    if now is None or before is None:
        return "", "", "gray", ""
    by = now - before
    against = msg("against the period before")
    match number.unit:
        case Unit.share:
            text, against = f"{abs(by) * 100:.1f}", msg("points against the period before")
        case Unit.stars:
            text = f"{abs(by):.2f}"
        case Unit.minutes | Unit.days:
            text = " ".join(_value(abs(by), number.unit, locale))
        case _ if before < MIN_GROUP:
            return "", "", "gray", translate(msg("{count} in the period before", count=f"{before:,.0f}"), locale)
        case _:
            text = f"{abs(by) / before * 100:.1f}%"
    if not any(digit in text for digit in "123456789"):
        return "", "", "gray", translate(msg("as in the period before"), locale)
    tone = "gray" if number.is_more_better is None else "green" if (by > 0) is number.is_more_better else "red"
    return text, "up" if by > 0 else "down", tone, translate(against, locale)


def context(period: Period, estate: str, *, today: date, locale: str) -> str:
    """`10-19 至 11-17 · 翠湖花园`."""
    since, until = (day_text(day, today=today, locale=locale) for day in (period.since, period.until))
    return translate(msg("{since} to {until} · {place}", since=since, until=until, place=estate or msg("All estates")), locale)


def extracted_text(at: datetime | None, *, now: datetime, locale: str) -> str:
    """When the figures were taken from the books."""
    if at is None:
        return translate(msg("The figures are being prepared; they appear within five minutes"), locale)
    return translate(msg("Figures as of {time}", time=moment_text(at, now=now, locale=locale)), locale)
