"""Rooms with their buildings, and their owners where the file names them; the key is estate and room code."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import RowMapping, insert, select, update
from sqlmodel import Session, col

from estate_app.access.permission import Permission
from estate_app.bulk import copy_rows, new_ids
from estate_app.importing import cells
from estate_app.importing.frame import Batch, Record, estate_id_of, estates_of, refuse_doubles, room_code, with_codes
from estate_app.importing.mapping import FieldPlan
from estate_app.importing.members import Member, plan_members, write_members
from estate_app.importing.report import Counts
from estate_app.kit.i18n import msg
from estate_app.property.models import Building, Relation, Room, RoomState, RoomUse

_R, _C, _O = RoomUse.residential, RoomUse.commercial, RoomUse.office
_USES = {
    "住宅": _R,
    "公寓": _R,
    "别墅": _R,
    "residential": _R,
    "110": _R,
    "商铺": _C,
    "商业": _C,
    "门面": _C,
    "commercial": _C,
    "120": _C,
    "办公": _O,
    "写字楼": _O,
    "office": _O,
    "130": _O,
}
_IN, _OUT = RoomState.occupied, RoomState.vacant
_STATES = {
    "已入住": _IN,
    "入住": _IN,
    "自住": _IN,
    "出租": _IN,
    "已出租": _IN,
    "已交房": _IN,
    "装修中": _IN,
    "已装修": _IN,
    "occupied": _IN,
    "2001": _IN,
    "2003": _IN,
    "2005": _IN,
    "2006": _IN,
    "2009": _IN,
    "空置": _OUT,
    "空闲": _OUT,
    "未入住": _OUT,
    "未销售": _OUT,
    "未售": _OUT,
    "vacant": _OUT,
    "2002": _OUT,
    "2004": _OUT,
    "2007": _OUT,
    "2008": _OUT,
}
"""The numbers are those of java110 MicroCommunity's room template (Apache-2.0)."""
_COLUMNS = {
    "area": "area_milli_m2",
    "interior": "interior_milli_m2",
    "use": "use",
    "state": "state",
    "handover": "handover_on",
    "persons": "household_size",
    "floor": "floor",
}
"""What a file may tell of a room, and where that is kept."""
ESTATE = FieldPlan("estate", msg("Estate"), ("小区", "小区名称", "项目", "项目名称", "estate", "community"), cells.words(60))
PLACE = FieldPlan(
    "place", msg("Room"), ("房屋编号", "房屋", "房产", "房间名称", "房间编号", "room code", "room_code", "房号全称"), cells.words(30)
)
BUILDING = FieldPlan("building", msg("Building"), ("楼号", "楼栋", "楼栋号", "栋号", "幢号", "楼", "building"), cells.words(20))
UNIT = FieldPlan("unit", msg("Unit"), ("单元", "单元号", "unit"), cells.words(10))
ROOM = FieldPlan("room", msg("Room number"), ("房间", "房间号", "房号", "室", "门牌号", "room", "room number"), cells.words(20))


@dataclass(slots=True)
class RoomLoader:
    """Adds rooms and changes those that differ; nothing is ever deleted."""

    fields: tuple[FieldPlan, ...] = (
        ESTATE,
        PLACE,
        BUILDING,
        UNIT,
        ROOM,
        FieldPlan("floor", msg("Floor"), ("楼层", "所在楼层", "floor"), cells.whole(-9, 200)),
        FieldPlan("floors", msg("Floors in all"), ("总层数", "总楼层", "floors"), cells.whole(1, 200)),
        FieldPlan(
            "area",
            msg("Gross area"),
            ("建筑面积", "面积", "产权面积", "计费面积", "area", "gross area", "area m2"),
            cells.area_milli,
            is_needed=True,
            is_filled=True,
        ),
        FieldPlan("interior", msg("Interior area"), ("室内面积", "套内面积", "使用面积", "interior area"), cells.area_milli),
        FieldPlan("use", msg("Use"), ("房屋类型", "房屋用途", "用途", "use"), cells.one_of(_USES)),
        FieldPlan("state", msg("State"), ("房屋状态", "入住状态", "状态", "state"), cells.one_of(_STATES)),
        FieldPlan("handover", msg("Handover"), ("交房日期", "交付日期", "交房时间", "handover"), cells.day),
        FieldPlan("persons", msg("Persons"), ("人口数", "家庭人口", "常住人数", "persons"), cells.whole(1, 30)),
        FieldPlan("owner", msg("Owner"), ("业主名称", "业主姓名", "业主", "owner"), cells.words(40)),
        FieldPlan("phone", msg("Phone"), ("手机号", "联系电话", "电话", "手机", "phone"), cells.phone),
    )
    permission: Permission = Permission.property_edit
    keys: dict[int, tuple[int, str]] = field(default_factory=dict)
    rooms: dict[tuple[int, str], RowMapping] = field(default_factory=dict)
    changed: list[dict[str, object]] = field(default_factory=list)
    fresh: list[Record] = field(default_factory=list)

    def check(self, batch: Batch) -> Counts:
        """Match rows with the register by estate and code."""
        known = estates_of(batch, self.permission)
        for record in batch.good:
            code = room_code(record)
            if code is None or len(code.split("-")) != 3:
                batch.refuse(
                    record.row,
                    "place" if "place" in batch.columns.places else "room",
                    msg("Write a room as building-unit-room, such as 3-2-1501"),
                )
                continue
            self.keys[record.row.number] = (estate_id_of(batch, record, known), code)
        refuse_doubles(batch, self.keys, "room" if "room" in batch.columns.places else "place")
        for record in batch.good:
            interior, area = record.get("interior"), record.get("area")
            if interior and interior > area:
                batch.refuse(record.row, "interior", msg("The interior area is larger than the gross area"))
        self.rooms = _register(batch.session, self.keys.values())
        good = batch.good
        for record in good:
            room = self.rooms.get(self.keys[record.row.number])
            if room is None:
                self.fresh.append(record)
            elif news := {name: value for name, value in _facts(record).items() if room[name] != value}:
                self.changed.append({"id": room["id"], **news})
        return Counts(len(self.fresh), len(self.changed), len(good) - len(self.fresh) - len(self.changed))

    def write(self, batch: Batch) -> None:
        """Write buildings, then rooms, then owners."""
        ids = {key: int(room["id"]) for key, room in self.rooms.items()} | self._add(batch)
        if self.changed:
            batch.session.execute(update(Room), self.changed)
            batch.session.expire_all()
        owners = [
            Member(ids[self.keys[r.row.number]], r.get("owner"), r.get("phone"), Relation.owner, None, None)
            for r in batch.good
            if r.get("owner") and r.get("phone")
        ]
        write_members(batch, plan_members(batch.session, owners))

    def _add(self, batch: Batch) -> dict[tuple[int, str], int]:
        """Write the rooms that are new; returns their ids by estate and code."""
        buildings = self._buildings(batch)
        ids: dict[tuple[int, str], int] = {}
        rows = []
        for room_id, record in zip(new_ids(batch.session, Room, len(self.fresh)), self.fresh, strict=True):
            estate_id, code = self.keys[record.row.number]
            building, unit, _ = code.split("-")
            ids[estate_id, code] = room_id
            rows.append({"id": room_id, **_row(record, estate_id, buildings[estate_id, building], unit, code)})
        copy_rows(batch.session, Room, rows)
        return ids

    def _buildings(self, batch: Batch) -> dict[tuple[int, str], int]:
        """The buildings of the rows by estate and code; new ones are added, and made as tall as the file says."""
        floors: dict[tuple[int, str], int] = {}
        for record in batch.good:
            estate_id, code = self.keys[record.row.number]
            key = (estate_id, code.split("-")[0])
            floors[key] = max(floors.get(key, 1), record.get("floors", 1), record.get("floor", 1))
        known = {
            (b.estate_id, b.code): b
            for b in batch.session.scalars(select(Building).where(col(Building.estate_id).in_({e for e, _ in floors})))
        }
        new = [
            {"estate_id": e, "code": c, "name": c if c.endswith("栋") else f"{c}栋", "floors": n, "outline": []}
            for (e, c), n in floors.items()
            if (e, c) not in known
        ]
        if new:
            batch.session.execute(insert(Building), new)
        rows = batch.session.execute(
            select(col(Building.estate_id), col(Building.code), col(Building.id)).where(col(Building.estate_id).in_({e for e, _ in floors}))
        )
        return {(estate_id, code): building_id for estate_id, code, building_id in rows}


def _register(session: Session, keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], RowMapping]:
    """What the register says of rooms, by estate and code: plain columns, for there may be fifty thousand."""
    wanted = (getattr(Room, name) for name in ("id", "estate_id", "code", *_COLUMNS.values()))
    rows = session.execute(select(*wanted).where(*with_codes(keys))).mappings()
    return {(row["estate_id"], row["code"]): row for row in rows}


def _facts(record: Record) -> dict[str, object]:
    """What a row says of a room; what it does not say stays as it is."""
    return {column: value for name, column in _COLUMNS.items() if (value := record.get(name)) is not None}


def _row(record: Record, estate_id: int, building_id: int, unit: str, code: str) -> dict[str, object]:
    defaults: dict[str, object] = {
        "floor": 1,
        "interior_milli_m2": None,
        "use": RoomUse.residential,
        "state": RoomState.occupied,
        "handover_on": None,
        "household_size": 3,
    }
    return (
        defaults | {"estate_id": estate_id, "building_id": building_id, "unit": "" if unit == "0" else unit, "code": code} | _facts(record)
    )
