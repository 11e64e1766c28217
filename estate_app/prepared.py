"""Statements that nearly every request runs: written with SQLAlchemy, compiled once, run by the driver itself.

Three rows of six columns cost 0.10 ms of processor time this way and 1.46 ms when the statement is put together and run through the
session each time (measured in one process beside a busy machine); reporting a repair runs two dozen of them. Rows are plain tuples:
words are text, and nothing of them is an object of the session. What the session has pending is sent first, as before any of its own
reads.
"""

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cached_property
from typing import Any

from psycopg import Connection, Cursor, RawCursor
from sqlalchemy import ClauseElement, Select, select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlmodel import Session

Row = tuple[Any, ...]
_PLACE = re.compile(r"\$(\d+)")


Asked = tuple["Prepared", Mapping[str, object]]
"""A prepared statement with its values."""
Written = tuple[bytes, Sequence[object]]
"""A statement with PostgreSQL's own parameters, and what they are."""


class Prepared:
    """One statement with its named parameters.

    `is_apart`: it has nothing to do with what a session may have waiting, so that nothing is sent before it.
    """

    def __init__(self, statement: ClauseElement, *, is_apart: bool = False) -> None:
        self._statement = statement
        self.is_apart = is_apart

    def rows(self, session: Session, **values: object) -> list[Row]:
        """Give every row: those that were read ahead, or run it."""
        kept = self._kept(session, values)
        return self._run(session, values).fetchall() if kept is None else kept

    def first(self, session: Session, **values: object) -> Row | None:
        """Run it and give the first row, if there is one."""
        return next(iter(self.rows(session, **values)), None)

    def run(self, session: Session, **values: object) -> int:
        """Run it and give the number of rows that it changed."""
        forget_ahead(session)
        return self._run(session, values).rowcount

    def asked(self, **values: object) -> "Asked":
        """It with its values, to be sent together with others."""
        return self, values

    def written(self, values: Mapping[str, object]) -> "Written":
        """It as the driver takes it."""
        sql, names, constants = self._compiled
        given = {**constants, **values} if constants else values
        return sql, [given[name] for name in names]

    def _kept(self, session: Session, values: dict[str, object]) -> list[Row] | None:
        """What was read ahead, once; what the session has pending makes it worthless and is sent first."""
        ahead: list[tuple[Prepared, Mapping[str, object], list[Row]]] | None = getattr(session, "ahead", None)
        if not ahead:
            return None
        if not self.is_apart:
            session.flush()
        for place, (statement, given, _) in enumerate(ahead):
            if statement is self and given == values:
                return ahead.pop(place)[2]
        return None

    def _run(self, session: Session, values: dict[str, object]) -> Cursor[Row]:
        if not self.is_apart:
            session.flush()
        return execute(session, *self.written(values))

    @cached_property
    def _compiled(self) -> tuple[bytes, tuple[str, ...], dict[str, object]]:
        """The statement as PostgreSQL itself reads it, the order of its parameters, and the values that never change."""
        compiled = self._statement.compile(dialect=PGDialect_psycopg(paramstyle="numeric_dollar"))  # type: ignore[no-untyped-call]
        # The lists that the statement itself holds (`status IN (…)`) are written out; what each run gives has no value yet.
        given = {name for name, bind in compiled.binds.items() if bind.required}  # type: ignore[attr-defined]
        whole = compiled.construct_expanded_state(dict.fromkeys(given))  # type: ignore[attr-defined]
        constants = {name: plain(value) for name, value in whole.parameters.items() if name not in given}
        sql, names = _written_out(whole.statement, whole.positiontup or (), constants)
        return sql.encode(), names, {name: value for name, value in constants.items() if name in names}


def answered(session: Session, asked: Asked) -> list[Row]:
    """Every row that a statement finds with its values."""
    statement, values = asked
    return statement.rows(session, **values)


def rows_together(session: Session, *asked: Asked, ahead: Sequence[Asked] = ()) -> list[list[Row]]:
    """Run several statements in one round trip and give the rows of each; they run in this order, and the first that fails ends them.

    What stands in `ahead` is kept for whoever asks the session just that, as long as nothing is changed before; who does not find it there
    runs it. So what a service needs can be read in one go without its parts knowing of each other.
    """
    every = (*asked, *ahead)
    if not all(statement.is_apart for statement, _ in every):
        session.flush()
    found = [cursor.fetchall() for cursor in piped(session, [statement.written(values) for statement, values in every])]
    kept = getattr(session, "ahead", None)
    if kept is not None:
        kept.extend((*one, rows) for one, rows in zip(ahead, found[len(asked) :], strict=True))
    return found[: len(asked)]


def piped(session: Session, statements: Sequence[Written]) -> list[Cursor[Row]]:
    """Run statements in one round trip; each has a cursor with what it answered."""
    connection = driver(session)
    cursors: list[Cursor[Row]] = []
    with connection.pipeline():
        for sql, values in statements:
            cursors.append(RawCursor(connection).execute(sql, values))
    return cursors


def forget_ahead(session: Session) -> None:
    """Drop what was read ahead: something changes."""
    if kept := getattr(session, "ahead", None):
        kept.clear()


def _written_out(sql: str, names: Sequence[str], constants: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
    """Put words, numbers and truths that never change into the statement itself, and count the other parameters anew.

    PostgreSQL plans a statement once for good when its plan does not hang on what is given; a state that it cannot see looks as if it did.
    """
    kept: list[str] = []

    def place(found: re.Match[str]) -> str:
        name = names[int(found[1]) - 1]
        value = constants.get(name)
        if isinstance(value, bool | int | str):
            return _literal(value)
        if name not in kept:
            kept.append(name)
        return f"${kept.index(name) + 1}"

    return _PLACE.sub(place, sql), tuple(kept)


def _literal(value: bool | int | str) -> str:  # noqa: FBT001 -- one of three kinds of constant
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value).lower()


def execute(session: Session, sql: bytes, values: Sequence[object]) -> Cursor[Row]:
    """Run a statement with PostgreSQL's own parameters, $1 and so on, which the driver need not look for.

    What it found must be fetched before the next one runs.
    """
    return cursor_of(session).execute(sql, values)


def cursor_of(session: Session) -> Cursor[Row]:
    """The driver's cursor in the session's transaction; the product's own sessions keep one."""
    kept = getattr(session, "cursor", None)
    return kept() if kept is not None else RawCursor(driver(session))


def columns(*parts: Any) -> Select[Any]:
    """A SELECT of any number of columns; its rows are plain tuples."""
    return select(*parts)


def driver(session: Session) -> Connection[Row]:
    """The driver's connection in the session's transaction."""
    connection = session.connection().connection.driver_connection
    if connection is None:
        raise RuntimeError("the session has no connection")
    return connection  # type: ignore[no-any-return]


def plain(value: object) -> object:
    """What the driver takes for a value."""
    return value.value if isinstance(value, Enum) else value
