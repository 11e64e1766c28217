"""Writes generated rows by COPY: ids are dealt here, so that rows may refer to each other before they are written."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from json import JSONEncoder
from typing import Any

from sqlalchemy import BigInteger, text
from sqlmodel import Session, SQLModel

_BLOCK = 4000
_WAITING = 24
"""So many writes may wait for the database (some months of bills) before the generator waits for it."""
NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_json = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
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
    return _escaped(_json(value))


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
        self._helper: ThreadPoolExecutor | None = None
        self._waiting: deque[Future[None]] = deque()
        self.counts: dict[str, int] = {}

    @contextmanager
    def in_background(self) -> Iterator[None]:
        """Write in a thread of its own, in the same order, while the next rows are generated; at the end all is written.

        The database works on the machine's other core. The connection is the thread's until then: only this copier may use it.
        """
        self._helper = ThreadPoolExecutor(max_workers=1, thread_name_prefix="demo")
        try:
            yield
            self._wait_for_all_but(0)
        finally:
            self._helper.shutdown(cancel_futures=True)
            self._helper = None
            self._waiting.clear()

    def then(self, work: Callable[..., None], *args: object) -> None:
        """Do some work on the connection after all that was written so far."""
        if self._helper is None:
            work(*args)
            return
        self._wait_for_all_but(_WAITING)
        self._waiting.append(self._helper.submit(work, *args))

    def _wait_for_all_but(self, count: int) -> None:
        """Wait until so few writes are left, and raise what went wrong with one."""
        while len(self._waiting) > count:
            self._waiting.popleft().result()

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
        blocks, count, source = list[str](), 0, iter(lines)
        while block := list(islice(source, _BLOCK)):
            blocks.append(ending.join(block) + ending)
            count += len(block)
        name = str(table.__tablename__)
        self.then(self._copy, f'COPY "{name}" ({names}) FROM STDIN', blocks)
        self.counts[name] = self.counts.get(name, 0) + count
        return count

    def _copy(self, statement: str, blocks: list[str]) -> None:
        with self._raw().cursor().copy(statement) as copy:
            for block in blocks:
                copy.write(block)

    def set_sequences(self) -> None:
        """Let the next id that the database deals follow the last one dealt here."""
        for name, last in self._last.items():
            if last:
                statement = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
                self._session.execute(statement, {"name": f'"{name}"', "last": last})

    def _raw(self) -> Any:
        return self._session.connection().connection.driver_connection
