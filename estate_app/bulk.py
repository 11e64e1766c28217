"""Writes rows without making objects of them: many with COPY, a few with one INSERT; constraints and triggers hold as ever."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TypeVar

from psycopg import sql
from psycopg.types.json import Jsonb
from pydantic_core import PydanticUndefined
from sqlalchemy import Column, Table, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm.instrumentation import manager_of_class
from sqlmodel import Session, SQLModel

from estate_app.prepared import Asked, Prepared, Written, answered, driver, execute, plain

_IDS = Prepared(text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, CAST(:count AS integer))"))
Made = TypeVar("Made", bound=SQLModel)
_FEW = 8
"""So many rows cost less in one INSERT than the round trips of a COPY."""
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
NULL = "\\N"
"""A null in COPY's text format."""


def new_ids(session: Session, model: type[SQLModel], count: int) -> list[int]:
    """Take ids of a table before its rows are written, so that other rows can refer to them."""
    return [key for (key,) in answered(session, asked_ids(model, count))]


def asked_ids(model: type[SQLModel], count: int) -> Asked:
    """What `new_ids` asks."""
    return _IDS.asked(name=_table(model).name, count=count)


def copy_rows(session: Session, model: type[SQLModel], rows: Sequence[Mapping[str, object]]) -> None:
    """Append rows to a table within the session's transaction; a column that the first row lacks takes the model's default."""
    if len(rows) <= _FEW:
        insert_rows(session, model, rows)
        return
    columns = [column for column in _table(model).columns if column.name in rows[0] or _has_default(column)]
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(_table(model).name), names)
    with driver(session).cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([_plain(column, row) for column in columns])


def made(model: type[Made], **values: object) -> Made:
    """Make an object with its values as if it had been read: nothing is checked or followed; for `append_object` of a session.

    It costs a twentieth of what calling the class does, on paths that are run for every request.
    """
    one: Made = manager_of_class(model).new_instance()
    vars(one).update(_defaults(model), **values)
    return one


@cache
def _defaults(model: type[SQLModel]) -> dict[str, object]:
    fields = model.model_fields.items()
    return {name: None if field.default is PydanticUndefined else field.default for name, field in fields}


def insert_rows(session: Session, model: type[SQLModel], rows: Sequence[Mapping[str, object]]) -> None:
    """Append a few rows with one INSERT; all have the columns of the first, and those that it lacks take the model's defaults.

    It costs a fifth of what adding objects does, on paths that are run for every request.
    """
    if not rows:
        return
    statement, columns = _insert(model, frozenset(rows[0]), len(rows))
    execute(session, statement.encode(), [_plain(column, row) for row in rows for column in columns])


def insert_together(session: Session, rows: Sequence[tuple[type[SQLModel], Mapping[str, object]]]) -> None:
    """Append rows of several tables with one statement, each table's in their order; no table may refer to a row of another."""
    execute(session, *written_together(rows))


def written_together(rows: Sequence[tuple[type[SQLModel], Mapping[str, object]]]) -> Written:
    """The statement of `insert_together` with its values."""
    groups: dict[tuple[type[SQLModel], frozenset[str]], list[Mapping[str, object]]] = {}
    for model, row in rows:
        groups.setdefault((model, frozenset(row)), []).append(row)
    values: list[object] = []
    for (model, given), some in groups.items():
        columns = _insert(model, given, len(some))[1]
        values += [_plain(column, row) for row in some for column in columns]
    return _together(tuple((model, given, len(some)) for (model, given), some in groups.items())), values


@cache
def _together(groups: tuple[tuple[type[SQLModel], frozenset[str], int], ...]) -> bytes:
    parts, before = [], 0
    for model, given, count in groups:
        statement, columns = _insert(model, given, count, before)
        parts.append(statement)
        before += count * len(columns)
    *others, last = parts
    return (f"WITH {', '.join(f't{n} AS ({one})' for n, one in enumerate(others))} {last}" if others else last).encode()


@cache
def _insert(model: type[SQLModel], given: frozenset[str], count: int, before: int = 0) -> tuple[str, tuple[Column[object], ...]]:
    """The statement for so many rows, its parameters counted on from those before it, and the columns of a row."""
    columns = tuple(column for column in _table(model).columns if column.name in given or _has_default(column))
    names = ", ".join(f'"{column.name}"' for column in columns)
    places = [f"${before + n}" for n in range(1, count * len(columns) + 1)]
    rows = [places[n : n + len(columns)] for n in range(0, len(places), len(columns))]
    values = ", ".join(f"({', '.join(row)})" for row in rows)
    return f'INSERT INTO "{_table(model).name}" ({names}) VALUES {values}', columns  # noqa: S608 -- names of our own models


def copy_csv(session: Session, model: type[SQLModel], columns: Sequence[str], content: bytes) -> None:
    """Append rows that are CSV already, texts in quotes and a null as nothing: for a frame of a hundred thousand rows."""
    names = sql.SQL(", ").join(sql.Identifier(name) for name in columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(sql.Identifier(_table(model).name), names)
    with driver(session).cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(content)


def copy_lines(session: Session, model: type[SQLModel], columns: Sequence[str], lines: Iterable[str]) -> None:
    """Append rows that are lines in COPY's text format already (`escaped` texts, tabs between), for the tables of money."""
    names = sql.SQL(", ").join(sql.Identifier(name) for name in columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(_table(model).name), names)
    with driver(session).cursor() as cursor, cursor.copy(statement) as copy:
        copy.write("".join(f"{line}\n" for line in lines))


def escaped(text: str) -> str:
    """Write a text for COPY's text format."""
    if "\\" in text or "\n" in text or "\t" in text or "\r" in text:
        return text.translate(_ESCAPES)
    return text


def _table(model: type[SQLModel]) -> Table:
    return model.metadata.tables[str(model.__tablename__)]


def _has_default(column: Column[object]) -> bool:
    return column.default is not None and column.default.is_scalar


def _plain(column: Column[object], row: Mapping[str, object]) -> object:
    value = row[column.name] if column.name in row else getattr(column.default, "arg", None)
    if isinstance(column.type, JSONB):
        return Jsonb(value)
    return plain(value)
