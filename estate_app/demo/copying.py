"""Writes generated rows by COPY: ids are dealt here, so that rows may refer to each other before they are written."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import BigInteger, text
from sqlmodel import Session, SQLModel

_BLOCK = 4000
NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
Row = Sequence[object]


def field(value: object) -> str:
    """Write one value in PostgreSQL's COPY text format."""
    kind = type(value)
    if value is None:
        return NULL
    if isinstance(value, str):
        return _escaped(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if kind is int or kind is bool or kind is float:
        return str(value)
    return _escaped(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _escaped(text: str) -> str:
    if "\\" in text or "\n" in text or "\t" in text or "\r" in text:
        return text.translate(_ESCAPES)
    return str(text)


def _defaults(table: type[SQLModel], given: Sequence[str]) -> dict[str, object]:
    """What the model says about columns that are not given and may not be null: COPY knows no Python default."""
    columns: Iterable[Any] = table.__table__.columns  # type: ignore[attr-defined]
    return {
        column.name: table.model_fields[column.name].get_default(call_default_factory=True)
        for column in columns
        if column.name not in given and not column.nullable
    }


def _last_ids(session: Session) -> dict[str, int]:
    """The last id of every table that deals its own; read at the start, since no query may run while rows are being copied."""
    names = [table.name for table in SQLModel.metadata.sorted_tables if "id" in table.c and isinstance(table.c.id.type, BigInteger)]
    return {name: int(session.scalar(text(f'SELECT coalesce(max(id), 0) FROM "{name}"')) or 0) for name in names}  # noqa: S608 -- our tables


class Copier:
    """Deals ids and writes rows within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last = _last_ids(session)
        self.counts: dict[str, int] = {}

    def new_id(self, table: type[SQLModel]) -> int:
        """Deal the next id of a table."""
        name = str(table.__tablename__)
        self._last[name] += 1
        return self._last[name]

    def dealer(self, table: type[SQLModel]) -> Callable[[], int]:
        """A function that deals a table's ids, for loops in which looking the table up would be felt."""
        name, last = str(table.__tablename__), self._last

        def deal() -> int:
            last[name] = dealt = last[name] + 1
            return dealt

        return deal

    def write(self, table: type[SQLModel], columns: str, rows: Iterable[Row]) -> int:
        """Copy rows into a table; `columns` are names apart by spaces. Returns how many there were."""
        return self.write_lines(table, columns, ("\t".join(map(field, row)) for row in rows))

    def write_lines(self, table: type[SQLModel], columns: str, lines: Iterable[str]) -> int:
        """Copy rows that are lines in COPY's format already, which is many times faster for the tables of money."""
        given = columns.split()
        defaults = _defaults(table, given)
        names = ", ".join(f'"{name}"' for name in (*given, *defaults))
        ending = "".join(f"\t{field(value)}" for value in defaults.values()) + "\n"
        count = 0
        with self._raw().cursor().copy(f'COPY "{table.__tablename__}" ({names}) FROM STDIN') as copy:
            source = iter(lines)
            while block := list(islice(source, _BLOCK)):
                copy.write(ending.join(block) + ending)
                count += len(block)
        name = str(table.__tablename__)
        self.counts[name] = self.counts.get(name, 0) + count
        return count

    def set_sequences(self) -> None:
        """Let the next id that the database deals follow the last one dealt here."""
        for name, last in self._last.items():
            if last:
                statement = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
                self._session.execute(statement, {"name": f'"{name}"', "last": last})

    def _raw(self) -> Any:
        return self._session.connection().connection.driver_connection
