"""Looks into an XLSX before a parser does: refuses what would exhaust the machine, and finds cells that hold an error.

The parser allocates the whole rectangle between the outermost cells, copies a shared text into every cell that names it, and
gives error cells (`#DIV/0!`) as blanks; all three are therefore read here from the XML itself.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET

from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg

_CHUNK = 1 << 20
# A start tag longer than this is no cell.
_OVERLAP = 4_096
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*)>(?:<(?:\w+:)?v>(\d{1,9})<)?")
_ADDRESS = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_ERROR = re.compile(rb'\bt="e"')
_SHARED = re.compile(rb'\bt="s"')
_SHARED_END = re.compile(rb"</(?:\w+:)?si>")
_SHARED_PART = "xl/sharedstrings.xml"
_SHEET_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a spreadsheet may at most be; the defaults hold an estate of fifty thousand rooms."""

    file_bytes: int = 20 * 1024 * 1024
    unpacked_bytes: int = 200 * 1024 * 1024
    cells: int = 3_000_000
    sheets: int = 50


@dataclass(frozen=True, slots=True)
class _Part:
    """What one worksheet's XML holds."""

    errors: frozenset[tuple[int, int]]


def column_name(index: int) -> str:
    """Letters of a column counted from 0: 0 → A, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


@cache
def column_index(letters: str) -> int:
    """Index of a column's letters, from 0."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def inspect_xlsx(content: bytes, limits: Limits) -> dict[str, frozenset[tuple[int, int]]]:
    """Check size and shape; return, by sheet name, the (row, column) of cells that hold an error, both from 0.

    Raises:
        InvalidError: not a workbook, damaged, or larger than the limits allow.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_size(archive, limits)
            texts = _shared_sizes(archive)
            return {name: _scan(archive, part, limits, texts).errors for name, part in _parts(archive, limits)}
    except (zipfile.BadZipFile, KeyError, ET.ParseError, NotImplementedError, EOFError, RuntimeError, OSError) as error:
        raise InvalidError(msg("The file is damaged or is not an Excel workbook; save it again as XLSX"), field="file") from error


def _check_size(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Unpack every part once and count: what the directory claims of the sizes may be a lie, which only the parser would find out."""
    if sum(member.file_size for member in archive.infolist()) > limits.unpacked_bytes:
        raise _too_much(limits)
    total = 0
    for member in archive.infolist():
        size = 0
        for chunk in _unpacked(archive, member, limits):
            size += len(chunk)
            if total + size > limits.unpacked_bytes:
                raise _too_much(limits)
        if size != member.file_size:
            raise zipfile.BadZipFile("a part is not as long as the directory says")
        total += size


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits) -> Iterator[bytes]:
    """A part to its true end, not only as far as the directory says."""
    honest = copy(member)
    honest.file_size = limits.unpacked_bytes + 1
    honest.CRC = None  # type: ignore[assignment]  # of the length that is claimed; the parser checks it again
    with archive.open(honest) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _too_much(limits: Limits) -> InvalidError:
    return InvalidError(
        msg("The file unpacks to more than {limit} MB and was not opened", limit=limits.unpacked_bytes // 1024 // 1024), field="file"
    )


def _shared_sizes(archive: zipfile.ZipFile) -> list[int]:
    """How long each text is that cells refer to by its number, its tags included."""
    part = next((member for member in archive.infolist() if member.filename.lower() == _SHARED_PART), None)
    return [len(text) for text in _SHARED_END.split(archive.read(part))] if part else []


def _parts(archive: zipfile.ZipFile, limits: Limits) -> Iterator[tuple[str, str]]:
    """Sheet names with the path of their XML."""
    targets = {relation.get("Id"): relation.get("Target", "") for relation in _xml(archive, "xl/_rels/workbook.xml.rels").iter()}
    sheets = list(_xml(archive, "xl/workbook.xml").iter(f"{_SHEET_NS}sheet"))
    if len(sheets) > limits.sheets:
        raise InvalidError(msg("The file has more than {limit} sheets", limit=limits.sheets), field="file")
    for sheet in sheets:
        target = targets[sheet.get(_REL)]
        path = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        yield sheet.get("name", ""), path


def _xml(archive: zipfile.ZipFile, path: str) -> ET.Element:
    text = archive.read(path)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise zipfile.BadZipFile("a workbook declares no entities")
    return ET.fromstring(text)  # noqa: S314  entities, the danger, were refused above


def _scan(archive: zipfile.ZipFile, path: str, limits: Limits, texts: Sequence[int]) -> _Part:
    """Walk a sheet's cells in pieces of a megabyte, never holding the whole; `texts` are the sizes of the shared texts."""
    errors: set[tuple[int, int]] = set()
    bottom = right = -1
    length = 0
    longest = max(texts, default=0)
    for tag, value in _cell_tags(archive, path):
        if _SHARED.search(tag):
            # What does not name its text where one is expected counts as the longest.
            length += texts[int(value)] if value and int(value) < len(texts) else longest
            if length > limits.unpacked_bytes:
                raise _too_much(limits)
        address = _ADDRESS.search(tag)
        if address is None:
            continue
        row, column = int(address[2]) - 1, column_index(address[1].decode())
        if row > bottom or column > right:
            bottom, right = max(bottom, row), max(right, column)
            if (bottom + 1) * (right + 1) > limits.cells:
                raise InvalidError(
                    msg("The sheet reaches to cell {cell}, too far out; delete what is outside the table", cell=address[0][3:-1].decode()),
                    field="file",
                )
        if _ERROR.search(tag):
            errors.add((row, column))
    return _Part(frozenset(errors))


def _cell_tags(archive: zipfile.ZipFile, path: str) -> Iterator[tuple[bytes, bytes | None]]:
    """The attributes of each cell, and the number of its text where that stands right behind them."""
    rest = b""
    with archive.open(path) as stream:
        while chunk := stream.read(_CHUNK):
            text = rest + chunk
            end = 0
            for match in _CELL.finditer(text):
                yield match[1], match[2]
                end = match.end()
            rest = text[max(end, len(text) - _OVERLAP) :]
