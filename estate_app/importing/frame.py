"""What the kinds of import share: rows that were read and checked, the estate they belong to, and problems by cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from sqlalchemy import ARRAY, BigInteger, ColumnElement, String, any_, bindparam, or_, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError
from estate_app.importing.mapping import Columns, FieldPlan
from estate_app.importing.report import CellProblem, Counts
from estate_app.kit.i18n import Message, msg
from estate_app.kit.spreadsheet import Row
from estate_app.property.models import Estate, Room


@dataclass(slots=True)
class Record:
    """One row of the file as values; a blank cell is None."""

    row: Row
    values: dict[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        """A value, or the default when the column is missing or the cell is blank."""
        value = self.values.get(name)
        return default if value is None else value


@dataclass(slots=True)
class Batch:
    """The rows of a file on their way into the database."""

    uow: UnitOfWork
    actor: Actor
    columns: Columns
    records: list[Record]
    default_estate: Estate | None
    today: date
    problems: list[CellProblem] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)

    @property
    def session(self) -> Session:
        """The session of the unit of work."""
        return self.uow.session

    @property
    def good(self) -> list[Record]:
        """The rows without a problem."""
        return [record for record in self.records if record.row.number not in self.bad]

    def refuse(self, row: Row, name: str, message: Message) -> None:
        """Note a problem of a row at a field's cell."""
        at = self.columns.places.get(name, 0)
        self.problems.append(CellProblem(row.sheet, row.number, row.address(at), message))
        self.bad.add(row.number)


class Loader(Protocol):
    """One kind of import: its fields, the permission, and its two steps. `check` reads only; `write` writes the good rows."""

    fields: tuple[FieldPlan, ...]
    permission: Permission

    def check(self, batch: Batch) -> Counts:
        """Find what is wrong with the rows together, and count what would happen."""

    def write(self, batch: Batch) -> None:
        """Write the good rows set-wise."""


def read_records(batch: Batch, rows: Sequence[Row], fields: Sequence[FieldPlan]) -> None:
    """Read every cell of every row; each cell that cannot be read is one problem."""
    for row in rows:
        record = Record(row, {})
        broken = dict(row.problems)
        for plan in fields:
            at = batch.columns.places.get(plan.name)
            if at is None:
                continue
            if at in broken:
                batch.refuse(row, plan.name, broken[at])
                continue
            text = row.cells[at]
            if not text:
                if plan.is_filled:
                    batch.refuse(row, plan.name, msg("{title} is missing", title=plan.title))
                continue
            try:
                record.values[plan.name] = plan.parse(text)
            except InvalidError as error:
                batch.refuse(row, plan.name, error.message)
        batch.records.append(record)


def estates_of(batch: Batch, permission: Permission) -> dict[str, Estate]:
    """The estates that the rows name, by name and code; unknown ones and those out of the actor's scope are problems."""
    wanted = {record.get("estate") for record in batch.records} - {None}
    found = batch.session.scalars(select(Estate).where(or_(col(Estate.name).in_(wanted), col(Estate.code).in_(wanted)))) if wanted else ()
    known: dict[str, Estate] = {}
    scope = batch.actor.scope(permission)
    for estate in found:
        if scope.covers(estate_id=estate.id):
            known |= {estate.name: estate, estate.code: estate}
    for record in batch.records:
        name = record.get("estate")
        if name is None and batch.default_estate is None:
            batch.refuse(record.row, "estate", msg("The row names no estate; add a column or choose one for the whole file"))
        elif name is not None and name not in known:
            batch.refuse(record.row, "estate", msg("The estate {name} is not in the register", name=name))
    return known


def estate_id_of(batch: Batch, record: Record, known: Mapping[str, Estate]) -> int:
    """The estate of a row that has passed `estates_of`."""
    estate = known.get(record.get("estate", "")) or batch.default_estate
    if estate is None:
        raise ValueError("the row has no estate")
    return estate.id


def room_code(record: Record) -> str | None:
    """`3-2-1501` from one column or from three; a shop without a unit has 0 there."""
    place = record.get("place")
    if place:
        return str(place).replace("栋", "-").replace("单元", "-").replace("室", "").strip("-")
    parts = (record.get("building"), record.get("unit", "0"), record.get("room"))
    return "-".join(str(part) for part in parts) if parts[0] and parts[2] else None


def rooms_by_code(session: Session, keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Room]:
    """The rooms of some estates by estate and code, in one query."""
    return {(room.estate_id, room.code): room for room in session.scalars(select(Room).where(*with_codes(keys)))}


def with_codes(keys: Iterable[tuple[int, str]]) -> tuple[ColumnElement[bool], ...]:
    """The conditions for rooms of some estates with some codes; each list is one parameter, however long a file is."""
    wanted = set(keys)
    estates, codes = sorted({estate_id for estate_id, _ in wanted}), sorted({code for _, code in wanted})
    return (
        col(Room.estate_id) == any_(bindparam("estates", estates, type_=ARRAY(BigInteger))),
        col(Room.code) == any_(bindparam("codes", codes, type_=ARRAY(String))),
    )


def refuse_doubles(batch: Batch, key: Mapping[int, object], name: str) -> None:
    """The same thing twice in one file is a problem of the later row; `key` is by row number."""
    first: dict[object, int] = {}
    for record in batch.good:
        value = key.get(record.row.number)
        if value is None:
            continue
        if value in first:
            batch.refuse(record.row, name, msg("The same as row {row}; keep only one of the two", row=first[value]))
        else:
            first[value] = record.row.number
