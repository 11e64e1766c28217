"""Writes tables for Excel: XLSX, and CSV with a BOM; text that looks like a formula stays text."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import xlsxwriter

from estate_app.kit.clock import local

Value = str | int | float | date | datetime | None
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_MAX_CELL = 32_767
_NAME_MAX = 31


class ColumnKind(StrEnum):
    """How a column's values are written; money is fen, instants are shown in Shanghai's time."""

    text = "text"
    integer = "integer"
    number = "number"
    money = "money"
    date = "date"
    instant = "instant"
    percent = "percent"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title in the reader's language, its kind, and its width in characters."""

    title: str
    kind: ColumnKind = ColumnKind.text
    width: int = 16


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet to write."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]


_FORMATS = {
    ColumnKind.integer: "0",
    ColumnKind.number: "General",
    ColumnKind.money: "#,##0.00",
    ColumnKind.date: "yyyy-mm-dd",
    ColumnKind.instant: "yyyy-mm-dd hh:mm",
    ColumnKind.percent: "0.0%",
}


def write_xlsx(tables: Sequence[Table], *, made_at: datetime = _EPOCH) -> bytes:
    """Write sheets with a frozen, filterable head row; the same input and `made_at` give the same bytes."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": made_at})
        head = book.add_format({"bold": True, "bg_color": "#F0F0F3", "border": 1, "border_color": "#D9D9E0"})
        formats = {kind: book.add_format({"num_format": code}) for kind, code in _FORMATS.items()}
        for index, table in enumerate(tables, start=1):
            sheet = book.add_worksheet(_sheet_name(table.name) or f"Sheet{index}")
            last = 0
            for at, column in enumerate(table.columns):
                sheet.set_column(at, at, column.width)
                sheet.write_string(0, at, column.title, head)
            for last, row in enumerate(table.rows, start=1):
                for at, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                    _write_cell(sheet, last, at, column.kind, value, formats)
            sheet.freeze_panes(1, 0)
            if table.columns:
                sheet.autofilter(0, 0, last, len(table.columns) - 1)
    return out.getvalue()


def _sheet_name(name: str) -> str:
    return "".join(" " if char in "[]:*?/\\" else char for char in name).strip(" '")[:_NAME_MAX]


def _write_cell(sheet: Any, row: int, at: int, kind: ColumnKind, value: Value, formats: dict[ColumnKind, Any]) -> None:
    if value is None:
        return
    match kind:
        case ColumnKind.text:
            sheet.write_string(row, at, str(value)[:_MAX_CELL])
        case ColumnKind.money:
            sheet.write_number(row, at, int(_number(value)) / 100, formats[kind])
        case ColumnKind.date | ColumnKind.instant:
            sheet.write_datetime(row, at, _excel_time(value), formats[kind])
        case _:
            sheet.write_number(row, at, _number(value), formats[kind])


def _number(value: Value) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is not a number")
    return value


def _excel_time(value: Value) -> date:
    """Excel knows no zones: an instant is written as Shanghai's wall clock."""
    if isinstance(value, datetime):
        return local(value).replace(tzinfo=None)
    if isinstance(value, date):
        return value
    raise TypeError(f"{value!r} is not a date")


def write_csv(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> bytes:
    """Write a CSV that Excel opens as UTF-8; a text beginning like a formula gets an apostrophe."""
    return "".join(csv_chunks(columns, rows)).encode("utf-8")


def csv_chunks(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """The same line by line, for exports too long to hold; the first piece begins with the BOM."""
    yield "\ufeff" + _csv_line([_harmless(column.title) for column in columns])
    for row in rows:
        yield _csv_line([_csv_text(column.kind, value) for column, value in zip(columns, row, strict=True)])


def _csv_line(values: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(values)
    return out.getvalue()


def _csv_text(kind: ColumnKind, value: Value) -> str:  # noqa: PLR0911  one return per kind of column
    if value is None:
        return ""
    match kind:
        case ColumnKind.text:
            return _harmless(str(value))
        case ColumnKind.money:
            fen = int(_number(value))
            return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
        case ColumnKind.percent:
            return f"{_number(value) * 100:.1f}%"
        case ColumnKind.instant:
            return f"{_excel_time(value):%Y-%m-%d %H:%M}"
        case ColumnKind.date:
            return f"{_excel_time(value):%Y-%m-%d}"
        case _:
            return str(_number(value))


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_DANGEROUS) else text
