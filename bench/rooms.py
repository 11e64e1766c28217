"""A large estate for the measures of billing: rooms with area, household, meters and readings, and people who are told."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text

from estate_app import db
from estate_app.access.actor import SYSTEM
from estate_app.billing.models import FeeItem, FeeKind, MeterKind
from estate_app.billing.tariffs import add_item, add_price
from estate_app.db import UnitOfWork
from estate_app.property.models import Estate

_SINCE = date(2020, 1, 1)
_WATER: dict[str, object] = {
    "unit": "m³",
    "tiers": [
        {"upto_milli": 18_000, "price_e4": 35_000},
        {"upto_milli": 25_000, "price_e4": 52_500},
        {"upto_milli": None, "price_e4": 80_000},
    ],
    "household": {"from_persons": 5, "first_plus_each_milli": 4_000, "higher_plus_each_milli": [4_000]},
}
_ELECTRICITY: dict[str, object] = {
    "unit": "kWh",
    "tiers": [
        {"upto_milli": 230_000, "price_e4": 5_380},
        {"upto_milli": 400_000, "price_e4": 5_880},
        {"upto_milli": None, "price_e4": 8_380},
    ],
}
_ITEMS: tuple[tuple[str, str, FeeKind, MeterKind | None, dict[str, object]], ...] = (
    ("property", "物业费", FeeKind.area, None, {"price_e4": 28_000}),
    ("waste", "垃圾清运费", FeeKind.fixed, None, {"price_e4": 60_000}),
    ("water", "水费", FeeKind.metered, MeterKind.water, _WATER),
    ("electricity", "电费", FeeKind.metered, MeterKind.electricity, _ELECTRICITY),
)
LINES_PER_ROOM = 5.07
"""Property, waste, one to three tiers of water, one to three of electricity."""
_FILL = (
    (
        "INSERT INTO building (estate_id, code, name, floors, outline)"
        " SELECT :estate, n, n || '号楼', 33, '[]' FROM generate_series(1, 1 + :rooms / 400) n"
    ),
    (
        "INSERT INTO room (estate_id, building_id, unit, code, floor, area_milli_m2, use, state, household_size)"
        " SELECT :estate, b.id, '1', b.code || '-1-' || n, 1 + n % 33, 60000 + (n % 240) * 330, 'residential', 'occupied', 1 + n % 6"
        " FROM generate_series(1, :rooms) n JOIN building b ON b.estate_id = :estate AND b.code = (1 + n / 400)::text ORDER BY n"
    ),
    (
        "INSERT INTO room_fee (fee_item_id, room_id, starts_on)"
        " SELECT f.id, r.id, :since FROM room r JOIN fee_item f USING (estate_id) WHERE r.estate_id = :estate ORDER BY r.id, f.id"
    ),
    (
        "INSERT INTO meter (estate_id, room_id, kind, code, band, multiplier_milli, digits, installed_on)"
        " SELECT :estate, r.id, k.kind, upper(left(k.kind, 1)) || r.code, '', 1000, 6, :since"
        " FROM room r, (VALUES ('water'), ('electricity')) k(kind) WHERE r.estate_id = :estate ORDER BY r.id, k.kind"
    ),
    (
        "INSERT INTO reading (meter_id, read_on, value_milli, kind, is_rollover, created_at)"
        " SELECT m.id, d.day, 1000000 + d.part * 1000 *"
        " CASE m.kind WHEN 'water' THEN 4 + m.id * 7919 % 25 ELSE 60 + m.id * 7919 % 480 END,"
        " 'actual', false, now() FROM meter m, (VALUES (CAST(:before AS date), 0), (CAST(:now AS date), 1)) d(day, part)"
        " WHERE m.estate_id = :estate ORDER BY m.id, d.day"
    ),
    (
        "WITH people AS (INSERT INTO account (name, role, is_active, is_elder, allows_behaviour, failed_logins, created_at, phone)"
        " SELECT '住户', 'resident', true, false, true, 0, now(), '9' || lpad(r.id::text, 10, '0')"
        " FROM room r WHERE r.estate_id = :estate AND r.id % 10 = 0 RETURNING id, phone)"
        " INSERT INTO room_member (room_id, account_id, name, phone, relation, from_on)"
        " SELECT CAST(substr(phone, 2) AS bigint), id, '住户', phone, 'owner', :since FROM people"
    ),
    "ANALYZE",
)


@dataclass(frozen=True, slots=True)
class Rooms:
    """An estate with its fee items."""

    estate_id: int
    item_ids: list[int]
    rooms: int


def fill(lines: int, *, month: date) -> Rooms:
    """Make an estate whose bills of a month have about so many lines."""
    rooms = round(lines / LINES_PER_ROOM)
    estate_id, item_ids = db.run_in_uow(_items, lines)
    values = {"estate": estate_id, "rooms": rooms, "since": _SINCE, "before": month - timedelta(days=1), "now": month}
    with db.engine().begin() as connection:
        for statement in _FILL:
            connection.execute(text(statement), {name: value for name, value in values.items() if f":{name}" in statement})
    return Rooms(estate_id, item_ids, rooms)


def _items(uow: UnitOfWork, lines: int) -> tuple[int, list[int]]:
    estate = Estate(code=f"bench-{lines}", name=f"{lines} 行")
    uow.session.add(estate)
    uow.flush()
    return estate.id, [_item(uow, estate.id, *item) for item in _ITEMS]


def _item(uow: UnitOfWork, estate_id: int, code: str, name: str, kind: FeeKind, meter: MeterKind | None, rule: dict[str, object]) -> int:
    item: FeeItem = add_item(uow, SYSTEM, estate_id=estate_id, code=code, name=name, name_en=code, kind=kind, meter_kind=meter)
    add_price(uow, SYSTEM, item_id=item.id, starts_on=_SINCE, rule=rule)
    return item.id
