"""Meters of rooms; the key is estate and meter number. A meter that is there is left as it is."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from estate_app.access.permission import Permission
from estate_app.billing.models import Meter, MeterKind, Reading
from estate_app.bulk import copy_rows, new_ids
from estate_app.importing import cells
from estate_app.importing.frame import Batch, Record, estate_id_of, estates_of, refuse_doubles, room_code, rooms_by_code
from estate_app.importing.mapping import FieldPlan
from estate_app.importing.report import Counts
from estate_app.importing.rooms import BUILDING, ESTATE, PLACE, ROOM, UNIT
from estate_app.kit.i18n import msg
from estate_app.property.models import Room

_KINDS = {
    "水表": MeterKind.water,
    "水": MeterKind.water,
    "冷水表": MeterKind.water,
    "智能水表": MeterKind.water,
    "water": MeterKind.water,
    "电表": MeterKind.electricity,
    "电": MeterKind.electricity,
    "智能电表": MeterKind.electricity,
    "electricity": MeterKind.electricity,
    "燃气表": MeterKind.gas,
    "气表": MeterKind.gas,
    "煤气表": MeterKind.gas,
    "gas": MeterKind.gas,
    "热力表": MeterKind.heat,
    "热表": MeterKind.heat,
    "heat": MeterKind.heat,
}
_BANDS = {"峰": "peak", "peak": "peak", "平": "flat", "flat": "flat", "谷": "valley", "valley": "valley", "尖": "sharp", "sharp": "sharp"}
_LONG_AGO = date(2000, 1, 1)


def _band(text: str) -> str:
    return _BANDS.get(text.strip().lower(), "")


@dataclass(slots=True)
class MeterLoader:
    """Adds meters with their first reading."""

    fields: tuple[FieldPlan, ...] = (
        ESTATE,
        PLACE,
        BUILDING,
        UNIT,
        ROOM,
        FieldPlan(
            "code",
            msg("Meter"),
            ("表号", "仪表编号", "表编号", "水表号", "电表号", "meter"),
            cells.words(40),
            is_needed=True,
            is_filled=True,
        ),
        FieldPlan(
            "kind",
            msg("Kind of meter"),
            ("表类型", "仪表类型", "类型", "表种", "kind"),
            cells.one_of(_KINDS),
            is_needed=True,
            is_filled=True,
        ),
        FieldPlan("digits", msg("Digits of the dial"), ("表位数", "位数", "量程位数", "digits"), cells.whole(1, 9)),
        FieldPlan("multiplier", msg("Multiplier"), ("倍率", "变比", "multiplier"), cells.reading_milli),
        FieldPlan("band", msg("Hours that it counts"), ("时段", "峰谷", "band"), _band),
        FieldPlan("installed_on", msg("Installed on"), ("安装日期", "启用日期", "初始日期", "installed on"), cells.day),
        FieldPlan("first", msg("First reading"), ("初始读数", "起码", "底数", "起始读数", "first reading"), cells.reading_milli),
    )
    permission: Permission = Permission.meters_edit
    fresh: list[tuple[Record, int, Room]] = field(default_factory=list)

    def check(self, batch: Batch) -> Counts:
        """Match rows with the register by estate and number."""
        known = estates_of(batch, self.permission)
        keys = {r.row.number: (estate_id_of(batch, r, known), code) for r in batch.good if (code := room_code(r))}
        rooms = rooms_by_code(batch.session, keys.values())
        place = "place" if "place" in batch.columns.places else "room"
        for record in batch.good:
            key = keys.get(record.row.number)
            if key is None:
                batch.refuse(record.row, place, msg("Write a room as building-unit-room, such as 3-2-1501"))
            elif key not in rooms:
                batch.refuse(record.row, place, msg("The room {code} is not in the register", code=key[1]))
            elif record.get("installed_on", _LONG_AGO) > batch.today:
                batch.refuse(record.row, "installed_on", msg("The day lies in the future"))
            elif record.get("multiplier", 1_000) <= 0:
                batch.refuse(record.row, "multiplier", msg("The multiplier must be more than zero"))
            elif record.get("first", 0) >= 10 ** record.get("digits", 6) * 1_000:
                batch.refuse(record.row, "first", msg("The dial has only {digits} digits", digits=record.get("digits", 6)))
        refuse_doubles(batch, {r.row.number: (keys[r.row.number][0], r.get("code")) for r in batch.good}, "code")
        stored = self._stored(batch, {keys[r.row.number][0] for r in batch.good})
        unchanged = 0
        for record in batch.good:
            estate_id, _ = key = keys[record.row.number]
            room, there = rooms[key], stored.get((estate_id, record.get("code")))
            if there is None:
                self.fresh.append((record, estate_id, room))
            elif there == room.id:
                unchanged += 1
            else:
                batch.refuse(record.row, "code", msg("This meter belongs to another room; remove it there first"))
        return Counts(len(self.fresh), 0, unchanged)

    def write(self, batch: Batch) -> None:
        """Write meters, then their first readings."""
        ids = new_ids(batch.session, Meter, len(self.fresh))
        meters: list[dict[str, Any]] = []
        readings: list[dict[str, Any]] = []
        for key, (record, estate_id, room) in zip(ids, self.fresh, strict=True):
            installed = record.get("installed_on", _LONG_AGO)
            meters.append(
                {
                    "id": key,
                    "estate_id": estate_id,
                    "room_id": room.id,
                    "kind": record.get("kind"),
                    "code": record.get("code"),
                    "band": record.get("band", ""),
                    "multiplier_milli": record.get("multiplier", 1_000),
                    "digits": record.get("digits", 6),
                    "installed_on": installed,
                }
            )
            if record.get("first") is not None:
                value = record.get("first")
                readings.append(
                    {
                        "meter_id": key,
                        "read_on": installed,
                        "value_milli": value,
                        "kind": "imported",
                        "is_rollover": False,
                        "read_by": batch.actor.account_id,
                        "created_at": batch.uow.now,
                    }
                )
        copy_rows(batch.session, Meter, meters)
        if readings:
            first = new_ids(batch.session, Reading, len(readings))
            copy_rows(batch.session, Reading, [{"id": key, **row} for key, row in zip(first, readings, strict=True)])

    def _stored(self, batch: Batch, estate_ids: set[int]) -> dict[tuple[int, str], int | None]:
        rows = batch.session.execute(
            select(col(Meter.estate_id), col(Meter.code), col(Meter.room_id)).where(col(Meter.estate_id).in_(estate_ids))
        )
        return {(estate_id, code): room_id for estate_id, code, room_id in rows}
