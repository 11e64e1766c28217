"""Numbers without gaps."""

from sqlalchemy import text
from sqlmodel import Session

from estate_app.prepared import Prepared

_NEXT = Prepared(
    text(
        "INSERT INTO serial (name, value) VALUES (:name, :count)"
        " ON CONFLICT (name) DO UPDATE SET value = serial.value + excluded.value RETURNING value"
    )
)
_NEXT_WITH_KEY = Prepared(
    text(
        "WITH taken AS (INSERT INTO serial (name, value) VALUES (:name, 1)"
        " ON CONFLICT (name) DO UPDATE SET value = serial.value + 1 RETURNING value)"
        " SELECT value, nextval(pg_get_serial_sequence(:table, 'id')) FROM taken"
    )
)
_BACK = Prepared(text("UPDATE serial SET value = value - 1 WHERE name = :name"))


def next_serial(session: Session, name: str, *, count: int = 1) -> int:
    """Take the next number of a series (the first of `count`); its row stays locked until the transaction ends."""
    ((value,),) = _NEXT.rows(session, name=name, count=count)
    return int(value) - count + 1


def next_serial_with_key(session: Session, name: str, table: str) -> tuple[int, int]:
    """Take the next number of a series and the id of the row that is going to bear it."""
    ((value, key),) = _NEXT_WITH_KEY.rows(session, name=name, table=table)
    return int(value), int(key)


def give_back(session: Session, name: str) -> None:
    """Return the number that this transaction has just taken, unused."""
    _BACK.run(session, name=name)
