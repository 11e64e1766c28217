"""Finds which column holds what: by a mapping that somebody wrote, else by the names that such columns usually have."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from estate_app.errors import InvalidError
from estate_app.kit.i18n import Message, msg
from estate_app.kit.spreadsheet import Row, Sheet

_HEADER_WITHIN = 10
_NOTE = re.compile(r"[（(\[【].*$|\*|yyyy.*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One thing that a file may tell: its title, the names of its column elsewhere, how a cell is read."""

    name: str
    title: Message
    names: tuple[str, ...]
    parse: Callable[[str], Any]
    is_needed: bool = False
    """Whether the column must be there."""
    is_filled: bool = False
    """Whether each of its cells must hold something."""


@dataclass(frozen=True, slots=True)
class Columns:
    """A sheet whose columns are known: field name to column index, below which row the data begin."""

    sheet: Sheet
    header: Row
    places: Mapping[str, int]

    @property
    def titles(self) -> tuple[tuple[str, str], ...]:
        """Each field with the title of its column."""
        return tuple((name, self.header.cells[at]) for name, at in self.places.items())

    def rows(self) -> list[Row]:
        """The rows below the header in which a known column holds something: explanations beside the data are no data."""
        known = set(self.places.values())
        return [
            row
            for row in self.sheet.rows
            if row.number > self.header.number and (any(row.cells[at] for at in known) or any(at in known for at, _ in row.problems))
        ]


def read_mapping(path: Path) -> dict[str, str]:
    """Read a mapping file: a JSON object from our field names to the file's column titles."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidError(msg("The mapping file cannot be read: {reason}", reason=str(error)), field="mapping") from error
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        raise InvalidError(msg("The mapping file must be an object from field names to column titles"), field="mapping")
    return {str(name): str(value) for name, value in content.items()}


def find_columns(sheets: Sequence[Sheet], fields: Sequence[FieldPlan], mapping: Mapping[str, str] | None) -> Columns:
    """Choose the sheet and the header row that tell most.

    Raises:
        InvalidError: a needed column is missing, or the mapping names a field or a column that does not exist.
    """
    known = {field.name for field in fields}
    for name in mapping or {}:
        if name not in known:
            raise InvalidError(
                msg("The mapping names {name}, which is no field; fields are {fields}", name=name, fields=", ".join(sorted(known))),
                field="mapping",
            )
    best = best_columns(sheets, fields, mapping)
    _ensure_mapped(best, mapping or {})
    missing = [field for field in fields if field.is_needed and field.name not in best.places]
    if missing:
        titles = tuple(cell for cell in best.header.cells if cell)
        raise InvalidError(
            msg(
                "The file has no column for {title}; it may be called {names}. Found: {found}",
                title=missing[0].title,
                names="、".join(missing[0].names[:4]),
                found="、".join(titles[:30]),
            ),
            field=missing[0].name,
        )
    return best


def best_columns(sheets: Sequence[Sheet], fields: Sequence[FieldPlan], mapping: Mapping[str, str] | None) -> Columns:
    """The sheet and header row that tell most, whatever they lack.

    Raises:
        InvalidError: no row holds anything.
    """
    candidates = [
        Columns(sheet, row, _places(row, fields, mapping or {}))
        for sheet in sheets
        for row in sheet.rows[:_HEADER_WITHIN]
        if any(row.cells)
    ]
    if not candidates:
        raise InvalidError(msg("The file is empty"), field="file")
    return max(candidates, key=lambda columns: len(columns.places))


def plain(title: str) -> str:
    """A column's title without notes in brackets, asterisks and spaces."""
    return _NOTE.sub("", title).replace(" ", "").replace("_", "").lower()


def _places(header: Row, fields: Sequence[FieldPlan], mapping: Mapping[str, str]) -> dict[str, int]:
    titles = [plain(cell) for cell in header.cells]
    places: dict[str, int] = {}
    for field in fields:
        wished = mapping.get(field.name)
        names = (wished,) if wished is not None else field.names
        at = next((titles.index(plain(name)) for name in names if plain(name) in titles), None)
        if at is not None:
            places[field.name] = at
    return places


def _ensure_mapped(best: Columns, mapping: Mapping[str, str]) -> None:
    for name, title in mapping.items():
        if name not in best.places:
            found = "、".join(cell for cell in best.header.cells if cell)
            raise InvalidError(msg("The file has no column named {title}. Found: {found}", title=title, found=found), field=name)
