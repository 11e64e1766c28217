"""Numbers without gaps."""

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from estate_app.access.models import Serial


def next_serial(session: Session, name: str, *, count: int = 1) -> int:
    """Take the next number of a series (the first of `count`); its row stays locked until the transaction ends."""
    statement = insert(Serial).values(name=name, value=count)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_={"value": Serial.value + count})
    value = session.execute(statement.returning(Serial.value)).scalar_one()  # type: ignore[call-overload]
    return int(value) - count + 1
