"""Numbers without gaps."""

from sqlalchemy import text
from sqlmodel import Session

from estate_app.prepared import Asked, Prepared, answered

_NEXT = Prepared(
    text(
        "INSERT INTO serial (name, value) VALUES (:name, :count)"
        " ON CONFLICT (name) DO UPDATE SET value = serial.value + excluded.value RETURNING value"
    )
)
_BACK = Prepared(text("UPDATE serial SET value = value - 1 WHERE name = :name"))


def next_serial(session: Session, name: str, *, count: int = 1) -> int:
    """Take the next number of a series (the first of `count`); its row stays locked until the transaction ends."""
    ((value,),) = answered(session, asked_serial(name, count=count))
    return int(value) - count + 1


def asked_serial(name: str, *, count: int = 1) -> Asked:
    """What `next_serial` asks; its one value is the last number taken."""
    return _NEXT.asked(name=name, count=count)


def give_back(session: Session, name: str) -> None:
    """Return the number that this transaction has just taken, unused."""
    _BACK.run(session, name=name)
