"""Parking spaces and which room holds each; the key is estate and the space's number."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import insert, or_, select
from sqlmodel import col

from estate_app.access.permission import Permission
from estate_app.importing import cells
from estate_app.importing.frame import Batch, Record, estate_id_of, estates_of, refuse_doubles, room_code, rooms_by_code
from estate_app.importing.mapping import FieldPlan
from estate_app.importing.report import Counts
from estate_app.importing.rooms import BUILDING, ESTATE, PLACE, ROOM, UNIT
from estate_app.kit.i18n import msg
from estate_app.property.models import ParkingSpace, ParkingUse, SpaceKind

_KINDS = {
    "地下": SpaceKind.underground,
    "地库": SpaceKind.underground,
    "地下车位": SpaceKind.underground,
    "underground": SpaceKind.underground,
    "地面": SpaceKind.ground,
    "地上": SpaceKind.ground,
    "地面车位": SpaceKind.ground,
    "ground": SpaceKind.ground,
}
_LONG_AGO = date(2000, 1, 1)
Key = tuple[int, str]


@dataclass(slots=True)
class ParkingLoader:
    """Adds spaces, and lets a room hold those that nobody holds."""

    fields: tuple[FieldPlan, ...] = (
        ESTATE,
        PLACE,
        BUILDING,
        UNIT,
        ROOM,
        FieldPlan(
            "code", msg("Parking space"), ("车位号", "车位编号", "车位", "泊位号", "space"), cells.words(20), is_needed=True, is_filled=True
        ),
        FieldPlan("kind", msg("Where it lies"), ("车位类型", "类型", "位置", "kind"), cells.one_of(_KINDS)),
        FieldPlan("plate", msg("Number plate"), ("车牌号", "车牌", "plate"), cells.words(20)),
        FieldPlan("from_on", msg("From"), ("起租日期", "开始日期", "起始时间", "开始时间", "from"), cells.day),
        FieldPlan("to_on", msg("To"), ("到期日期", "结束日期", "结束时间", "to"), cells.day),
    )
    permission: Permission = Permission.property_edit
    keys: dict[int, Key] = field(default_factory=dict)
    rooms: dict[int, int] = field(default_factory=dict)
    fresh: list[Record] = field(default_factory=list)
    given: list[Record] = field(default_factory=list)

    def check(self, batch: Batch) -> Counts:
        """Match spaces by number, rooms by code, and holds by who has the space in that time."""
        known = estates_of(batch, self.permission)
        self.keys = {r.row.number: (estate_id_of(batch, r, known), r.get("code")) for r in batch.good}
        codes = {r.row.number: (self.keys[r.row.number][0], code) for r in batch.good if (code := room_code(r))}
        found = rooms_by_code(batch.session, codes.values())
        place = "place" if "place" in batch.columns.places else "room"
        for record in batch.good:
            key = codes.get(record.row.number)
            if key is not None and key not in found:
                batch.refuse(
                    record.row,
                    place if place in batch.columns.places else "code",
                    msg("The room {code} is not in the register", code=key[1]),
                )
            elif record.get("to_on") and record.get("to_on") < record.get("from_on", _LONG_AGO):
                batch.refuse(record.row, "to_on", msg("The period ends before it begins"))
            elif key is not None:
                self.rooms[record.row.number] = found[key].id or 0
        refuse_doubles(batch, self.keys, "code")
        spaces, holds = self._stored(batch)
        for record in batch.good:
            key = self.keys[record.row.number]
            room_id = self.rooms.get(record.row.number)
            begins, ends = record.get("from_on", _LONG_AGO), record.get("to_on", date.max)
            held = [use for use in holds.get(key, ()) if use.starts_on <= ends and (use.ends_on or date.max) >= begins]
            if room_id is not None and any(use.room_id != room_id for use in held):
                batch.refuse(record.row, "code", msg("Another room holds this space in that time; end that first"))
                continue
            if key not in spaces:
                self.fresh.append(record)
            if room_id is not None and not held:
                self.given.append(record)
        changed = len({id(r) for r in self.given} - {id(r) for r in self.fresh})
        return Counts(len(self.fresh), changed, len(batch.good) - len(self.fresh) - changed)

    def write(self, batch: Batch) -> None:
        """Write spaces, then holds."""
        new = [
            {"estate_id": self.keys[r.row.number][0], "code": r.get("code"), "kind": r.get("kind", SpaceKind.underground)}
            for r in self.fresh
        ]
        if new:
            batch.session.execute(insert(ParkingSpace), new)
        spaces, _ = self._stored(batch)
        holds = [
            {
                "space_id": spaces[self.keys[r.row.number]],
                "room_id": self.rooms[r.row.number],
                "plate": r.get("plate", ""),
                "starts_on": r.get("from_on", _LONG_AGO),
                "ends_on": r.get("to_on"),
            }
            for r in self.given
        ]
        if holds:
            batch.session.execute(insert(ParkingUse), holds)

    def _stored(self, batch: Batch) -> tuple[dict[Key, int], dict[Key, list[ParkingUse]]]:
        estates = {estate_id for estate_id, _ in self.keys.values()}
        rows = batch.session.execute(
            select(ParkingSpace, ParkingUse)
            .outerjoin(
                ParkingUse,
                (col(ParkingUse.space_id) == col(ParkingSpace.id))
                & or_(col(ParkingUse.ends_on).is_(None), col(ParkingUse.ends_on) >= _LONG_AGO),
            )
            .where(col(ParkingSpace.estate_id).in_(estates))
        )
        spaces: dict[Key, int] = {}
        holds: dict[Key, list[ParkingUse]] = {}
        for space, use in rows:
            key = (space.estate_id, space.code)
            spaces[key] = space.id
            if use is not None:
                holds.setdefault(key, []).append(use)
        return spaces, holds
