"""The session of a unit of work: SQLModel's, with a queue of rows that are only ever appended.

A change writes a step, an audit entry, an offer, a decision. They wait until the session next speaks to the database and go out
with one statement, after the objects to which they refer.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from psycopg import RawCursor
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, make_transient_to_detached
from sqlmodel import Session, SQLModel

from estate_app.bulk import insert_together, written_together
from estate_app.prepared import Asked, Prepared, Row, driver, piped

Then = Callable[[list[Row]], None]


class EstateSession(Session):
    """A session that keeps appended rows back until they are needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._appended: list[tuple[type[SQLModel], Mapping[str, object]]] = []
        self._made: list[SQLModel] = []
        self._waiting: list[tuple[Asked, Then | None]] = []
        self._cursor: RawCursor[Row] | None = None
        self.ahead: list[tuple[Prepared, Mapping[str, object], list[Row]]] = []
        """What `rows_together` has read for whoever is going to ask."""

    def cursor(self) -> RawCursor[Row]:
        """The driver's cursor of the transaction, or savepoint, in which the session is; looked up once in each."""
        if self._cursor is None:
            self._cursor = RawCursor(driver(self))
        return self._cursor

    def append(self, model: type[SQLModel], row: Mapping[str, object]) -> None:
        """Add a row to a table with the next flush; a column that it lacks takes the model's default."""
        self._appended.append((model, row))

    def append_object(self, made: SQLModel) -> None:
        """Add a new object that has its id already: it is sent with the rows, as it stands then, and is the session's from there on."""
        self._made.append(made)

    def append_statement(self, asked: Asked, then: Then | None = None) -> None:
        """Run a statement with the next flush, after the rows that wait, and do something with the rows that it answers."""
        self._waiting.append((asked, then))

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Send the objects that wait, then the rows and the statements in one round trip."""
        if self.ahead and not (self._is_clean() and not self.has_appended):
            self.ahead.clear()
        super().flush(objects)
        while self.has_appended:
            self._send()

    def _send(self) -> None:
        made, self._made, rows, self._appended, waiting, self._waiting = self._made, [], self._appended, [], self._waiting, []
        every = [*((type(one), vars(one)) for one in made), *rows]
        answers: list[list[Row]] = []
        if waiting:
            answers = self._answers(every, waiting)
        else:
            insert_together(self, every)
        for one in made:
            make_transient_to_detached(one)
            self.add(one)
        for (_, then), found in zip(waiting, answers, strict=True):
            if then is not None:
                then(found)

    def _answers(
        self, rows: Sequence[tuple[type[SQLModel], Mapping[str, object]]], waiting: Sequence[tuple[Asked, Then | None]]
    ) -> list[list[Row]]:
        statements = [statement.written(values) for (statement, values), _ in waiting]
        first = [written_together(rows)] if rows else []
        return [cursor.fetchall() if cursor.description else [] for cursor in piped(self, [*first, *statements])[len(first) :]]

    def commit(self) -> None:
        """Send what waits and commit."""
        self.flush()
        super().commit()

    @property
    def has_appended(self) -> bool:
        """Whether rows wait."""
        return bool(self._appended or self._made or self._waiting)

    def forget_cursor(self) -> None:
        """Look the cursor up anew: a transaction has begun or ended."""
        self._cursor = None

    def forget_appended(self) -> None:
        """Drop the rows that wait: what they told of has been rolled back."""
        self._appended.clear()
        self._made.clear()
        self._waiting.clear()
        self.ahead.clear()


@event.listens_for(EstateSession, "do_orm_execute")
def _send_first(state: ORMExecuteState) -> None:
    """Let every statement see the rows, those in plain SQL too."""
    session = state.session
    if isinstance(session, EstateSession):
        if session.has_appended:
            session.flush()
        if not state.is_select:
            session.ahead.clear()


@event.listens_for(EstateSession, "after_transaction_create")
@event.listens_for(EstateSession, "after_transaction_end")
def _turn(session: Session, _: object) -> None:
    if isinstance(session, EstateSession):
        session.forget_cursor()


@event.listens_for(EstateSession, "after_soft_rollback")
def _forget(session: Session, _: object) -> None:
    """A savepoint begins with a flush, so that what waits at its end was appended within it."""
    if isinstance(session, EstateSession):
        session.forget_appended()
