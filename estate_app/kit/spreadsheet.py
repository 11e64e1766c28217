"""Reads XLSX and CSV as rows of clean text with cell addresses, and writes both for Excel.

Numbers come as the shortest decimal text (a phone number typed as a number keeps all its digits), dates as ISO text.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import python_calamine

from estate_app.errors import InvalidError
from estate_app.kit.i18n import Message, msg
from estate_app.kit.spreadsheet_guard import Limits, column_name, inspect_xlsx

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DEFAULT_LIMITS = Limits()
_FULL_WIDTH = {ord("　"): " ", ord("\xa0"): " ", 0x200B: None, 0xFEFF: None} | {
    code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_FULL_WIDTH_MARKS = str.maketrans("．－／＃：", ".-/#:")
_CODE = re.compile(r"[0-9A-Za-z.\-/#:]+")
_DELIMITERS = (",", "\t", ";")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `number` counts from 1 as on screen; `problems` holds a sentence by column for cells without a value."""

    sheet: str
    number: int
    cells: tuple[str, ...]
    problems: tuple[tuple[int, Message], ...] = ()

    def address(self, column: int) -> str:
        """The cell's address, `B5`."""
        return f"{column_name(column)}{self.number}"

    def is_blank(self) -> bool:
        """Whether nothing stands in the row."""
        return not any(self.cells) and not self.problems


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's rows from the first to the last that holds anything."""

    name: str
    rows: tuple[Row, ...]


def clean(text: str) -> str:
    """Normalise full-width digits and letters, odd spaces and the ends; punctuation changes only inside pure codes."""
    if text.isascii():
        return text.strip()
    plain = text.translate(_FULL_WIDTH).strip()
    code = plain.translate(_FULL_WIDTH_MARKS)
    return code if _CODE.fullmatch(code) else plain


def read_spreadsheet(content: bytes, *, limits: Limits = _DEFAULT_LIMITS) -> tuple[Sheet, ...]:
    """Read a file by what it is, not by its name.

    Raises:
        InvalidError: empty, too large, protected, damaged, an old XLS, or text in no known encoding.
    """
    if not content.strip():
        raise InvalidError(msg("The file is empty"), field="file")
    if len(content) > limits.file_bytes:
        raise InvalidError(msg("The file is larger than {limit} MB", limit=limits.file_bytes // 1024 // 1024), field="file")
    if content.startswith(_OLE):
        raise InvalidError(msg("This is an old or protected Excel file; save it as XLSX without a password"), field="file")
    sheets = _read_xlsx(content, limits) if content.startswith(_ZIP) else (_read_csv(content, limits),)
    if not any(sheet.rows for sheet in sheets):
        raise InvalidError(msg("The file is empty"), field="file")
    return sheets


def _read_xlsx(content: bytes, limits: Limits) -> tuple[Sheet, ...]:
    errors = inspect_xlsx(content, limits)
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(content))
        return tuple(
            _sheet_of(workbook.get_sheet_by_name(meta.name), errors.get(meta.name, frozenset()))
            for meta in workbook.sheets_metadata
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet and meta.visible == python_calamine.SheetVisibleEnum.Visible
        )
    except python_calamine.CalamineError as error:
        raise InvalidError(msg("The file is damaged or is not an Excel workbook; save it again as XLSX"), field="file") from error


def _sheet_of(sheet: python_calamine.CalamineSheet, errors: frozenset[tuple[int, int]]) -> Sheet:
    grid = [[_text_of(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    _fill_merged(grid, sheet.merged_cell_ranges or ())
    problem = msg("The formula in this cell gives an error; correct it or type the value")
    broken: dict[int, list[tuple[int, Message]]] = {}
    for row, column in sorted(errors):
        broken.setdefault(row, []).append((column, problem))
    rows = [Row(sheet.name, index + 1, tuple(cells), tuple(broken.get(index, ()))) for index, cells in enumerate(grid)]
    return Sheet(sheet.name, _trimmed(rows))


def _fill_merged(grid: list[list[str]], ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Give every cell of a merged range the value that is seen over all of it; ranges that lie over each other no program writes."""
    left_over = sum(map(len, grid))
    for (top, left), (bottom, right) in ranges:
        if top >= len(grid) or left >= len(grid[top]):
            continue
        value = grid[top][left]
        for row in grid[top : bottom + 1]:
            end = min(right + 1, len(row))
            row[left:end] = [value] * (end - left)
            left_over -= max(end - left, 0)
        if left_over < 0:
            raise InvalidError(msg("The file is damaged or is not an Excel workbook; save it again as XLSX"), field="file")


def _text_of(value: object) -> str:  # noqa: PLR0911  one return per kind of cell
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float() | int():
            return format(Decimal(repr(value)).normalize(), "f")
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds") if value.time() != time() else value.date().isoformat()
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec="minutes")
        case timedelta():
            minutes = int(value.total_seconds()) // 60
            return f"{minutes // 60:02d}:{minutes % 60:02d}"
        case _:
            return clean(str(value))


def _trimmed(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Drop blank rows at the end and blank columns at the right; those between stay, so that numbers stay true."""
    filled = [row for row in rows if not row.is_blank()]
    if not filled:
        return ()
    width = max(max([i + 1 for i, cell in enumerate(row.cells) if cell] + [column + 1 for column, _ in row.problems]) for row in filled)
    return tuple(Row(row.sheet, row.number, (row.cells + ("",) * width)[:width], row.problems) for row in rows[: filled[-1].number])


def _read_csv(content: bytes, limits: Limits) -> Sheet:
    text = _decode(content)
    head = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    rows: list[Row] = []
    cells = 0
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1):
            cells += len(record)
            if cells > limits.cells:
                raise InvalidError(msg("The file has more than {limit} cells", limit=limits.cells), field="file")
            rows.append(Row("", number, tuple(clean(cell) for cell in record)))
    except csv.Error as error:
        raise InvalidError(
            msg("Row {row} of the CSV file cannot be read; check its quotation marks", row=len(rows) + 1), field="file"
        ) from error
    return Sheet("", _trimmed(rows))


def _decode(content: bytes) -> str:
    """Decode UTF-8 with or without BOM, UTF-16 with BOM, else GBK (read as its superset GB 18030)."""
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InvalidError(msg("The file is neither XLSX nor CSV text in UTF-8 or GBK"), field="file")


def data_rows(sheet: Sheet) -> Iterator[Row]:
    """The rows below the first filled one, blank ones left out."""
    filled = [row for row in sheet.rows if not row.is_blank()]
    yield from filled[1:]
