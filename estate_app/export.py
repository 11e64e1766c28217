"""Exports of lists: the same filter, order and permission as the page, as CSV or XLSX in the reader's language."""

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import EnumType
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError, NotFoundError, NotSignedInError
from estate_app.kit.clock import at_local, local
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.spreadsheet_out import Column, ColumnKind, Table, Value, write_csv, write_xlsx

MAX_ROWS = 50_000
_MOST = 2**63 - 1
F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Named:
    """A name that managers keep in both languages."""

    zh: str
    en: str


Cell = Value | Message | Named
Rows = Callable[[UnitOfWork, Actor, Mapping[str, str]], Iterable[Sequence[Cell]]]


@dataclass(frozen=True, slots=True)
class Export:
    """A list that can be taken away: its name in the address, its title, its columns, and how its rows are read."""

    name: str
    title: Message
    columns: tuple[tuple[Message, ColumnKind], ...]
    rows: Rows


_exports: dict[str, Export] = {}


def register(export: Export) -> None:
    """Offer a list as `/export/{name}.csv` and `.xlsx`, and to the command line."""
    _exports[export.name] = export


def find_export(name: str) -> Export:
    """An export by its name; 404 for a name that there is not."""
    from estate_app import export_analytics, export_lists, export_stock  # noqa: F401 -- registers the lists

    if name not in _exports:
        raise NotFoundError
    return _exports[name]


def export_names() -> tuple[str, ...]:
    """The names of all exports."""
    from estate_app import export_analytics, export_lists, export_stock  # noqa: F401 -- registers the lists

    return tuple(sorted(_exports))


def export_file(uow: UnitOfWork, actor: Actor, export: Export, query: Mapping[str, str], *, kind: str, locale: str) -> tuple[str, bytes]:
    """Write a list; returns the file's name without its ending, and its bytes.

    Raises:
        InvalidError: a filter that cannot be read, or more than 50,000 rows.
    """
    if actor.account_id is None and not actor.is_system:
        raise NotSignedInError
    columns = [Column(translate(title, locale), column) for title, column in export.columns]
    rows = [[_said(cell, locale) for cell in row] for row in _capped(export.rows(uow, actor, query))]
    title = translate(export.title, locale)
    name = f"{title} {local(uow.now):%Y-%m-%d %H%M}"
    if kind == "csv":
        return name, write_csv(columns, rows)
    return name, write_xlsx([Table(title, columns, rows)], made_at=uow.now)


def read_filter(kind: type[F], query: Mapping[str, str]) -> F:
    """Read a filter's fields from an address; what is not a field of it (page, sort) is left alone.

    Raises:
        InvalidError: a value that its field cannot take; the field is named.
    """
    hints = get_type_hints(kind)
    fields = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]  # every filter is a dataclass
    return kind(**{name: _value(hints[name], query[name], name) for name in fields if query.get(name)})


def _value(hint: Any, text: str, field: str) -> Any:
    if get_origin(hint) is UnionType:
        hint = next(one for one in get_args(hint) if one is not type(None))
    try:
        if get_origin(hint) is tuple:
            return tuple(_one(get_args(hint)[0], part) for part in text.split(","))
        return _one(hint, text)
    except ValueError as error:
        raise InvalidError(msg("The filter {field} cannot be read", field=field), field=field) from error


def _one(hint: Any, text: str) -> Any:
    if isinstance(hint, EnumType):
        return hint(text)
    if hint is bool:
        return text in {"1", "true"}
    if hint is int:
        if not (text.isascii() and text.isdigit() and int(text) <= _MOST):
            raise ValueError(text)
        return int(text)
    if hint is datetime:
        return at_local(date.fromisoformat(text))
    if hint is date:
        # A month stands for its first day.
        return date.fromisoformat(text if text.count("-") > 1 else f"{text}-01")
    if "\x00" in text:
        raise ValueError(text)
    return text


def _capped(rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    for number, row in enumerate(rows):
        if number >= MAX_ROWS:
            raise InvalidError(msg("There are more than {count} rows. Narrow the filter", count=MAX_ROWS))
        yield row


def _said(cell: Cell, locale: str) -> Value:
    if isinstance(cell, Named):
        return cell.en if locale == "en" and cell.en else cell.zh
    return translate(cell, locale) if isinstance(cell, Message) else cell


def compact(facts: Mapping[str, object]) -> str:
    """Write facts such as an audit entry's in one cell."""
    return json.dumps(facts, ensure_ascii=False, default=str) if facts else ""
