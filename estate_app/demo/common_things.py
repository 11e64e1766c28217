"""Common meters, shared costs, parking spaces and a reading that a resident sent: one of each kind in the first estate."""

from datetime import date, timedelta

from sqlmodel import col, select

from estate_app.access.actor import SYSTEM
from estate_app.billing.meters import add_common_meter, record_reading
from estate_app.billing.models import FeeItem, FeeKind, MeterKind
from estate_app.billing.pools import set_pool
from estate_app.billing.tariffs import add_item, add_price, attach
from estate_app.db import UnitOfWork
from estate_app.demo.world import World
from estate_app.kit.clock import add_months, month_start
from estate_app.property.models import Building, Estate, ParkingSpace, ParkingUse, Room, SpaceKind

_SPACES = 24
_MULTIPLE = 1_000


def build_common(uow: UnitOfWork, world: World) -> None:
    """Add what the months of bills do not need: it is there to be billed next."""
    place = world.places[0]
    month = month_start(world.today)
    building = uow.session.scalars(select(Building).where(col(Building.estate_id) == place.id).order_by(col(Building.id)).limit(1)).one()
    rooms = list(uow.session.scalars(select(Room).where(col(Room.building_id) == building.id).order_by(col(Room.id))))
    _window(uow, place.id, world.today)
    _lift(uow, place.id, building, rooms, month, world.today)
    _spaces(uow, place.id, rooms, month)


def _window(uow: UnitOfWork, estate_id: int, today: date) -> None:
    estate = uow.session.get_one(Estate, estate_id)
    estate.self_reading_from_day, estate.self_reading_to_day = max(1, today.day - 3), min(31, today.day + 6)


def _lift(uow: UnitOfWork, estate_id: int, building: Building, rooms: list[Room], month: date, today: date) -> None:
    """Electricity of lifts and stairs: read on a meter of the building, and shared by area."""
    began = add_months(month, -2)
    main = add_common_meter(
        uow, SYSTEM, estate_id=estate_id, building_id=building.id, kind=MeterKind.electricity, code=f"GD-{building.code}", digits=6,
        installed_on=began, first_milli=12_400 * _MULTIPLE,
    )  # fmt: skip
    for read_on, value in ((month - timedelta(days=1), 13_652), (today, 14_310)):
        if read_on > began and read_on <= today:
            record_reading(uow, SYSTEM, meter_id=main.id, read_on=read_on, value_milli=value * _MULTIPLE)
    item = add_item(
        uow, SYSTEM, estate_id=estate_id, code="lift", name="电梯公摊电费", name_en="Lift power, shared", kind=FeeKind.shared, due_days=20
    )
    add_price(uow, SYSTEM, item_id=item.id, starts_on=began, rule={"by": "area", "meter_id": main.id, "price_e4": 5_880})
    attach(uow, SYSTEM, item_id=item.id, room_ids=[room.id or 0 for room in rooms], starts_on=began)
    cleaning = add_item(
        uow,
        SYSTEM,
        estate_id=estate_id,
        code="tank",
        name="水箱清洗公摊",
        name_en="Tank cleaning, shared",
        kind=FeeKind.shared,
        due_days=20,
    )
    add_price(uow, SYSTEM, item_id=cleaning.id, starts_on=began, rule={"by": "household"})
    attach(uow, SYSTEM, item_id=cleaning.id, room_ids=[room.id or 0 for room in rooms], starts_on=began)
    set_pool(uow, SYSTEM, item_id=cleaning.id, period=month, amount_fen=186_000, note="水箱清洗，发票 No. 20260914")


def _spaces(uow: UnitOfWork, estate_id: int, rooms: list[Room], month: date) -> None:
    """Spaces below and above ground, two in three held."""
    spaces = [
        ParkingSpace(
            estate_id=estate_id,
            code=f"B1-{number:03d}" if number <= _SPACES * 3 // 4 else f"G-{number:03d}",
            kind=SpaceKind.underground if number <= _SPACES * 3 // 4 else SpaceKind.ground,
        )
        for number in range(1, _SPACES + 1)
    ]
    uow.session.add_all(spaces)
    uow.flush()
    held = [space for number, space in enumerate(spaces) if number % 3]
    uow.session.add_all(
        ParkingUse(space_id=space.id or 0, room_id=room.id or 0, plate=f"鄂A{70_000 + index * 137}", starts_on=add_months(month, -6))
        for index, (space, room) in enumerate(zip(held, rooms, strict=False))
    )
    item = uow.session.scalar(select(FeeItem).where(col(FeeItem.estate_id) == estate_id, col(FeeItem.code) == "space"))
    if item is None:
        item = add_item(
            uow, SYSTEM, estate_id=estate_id, code="space", name="车位管理费", name_en="Parking space", kind=FeeKind.parking, due_days=20
        )
        add_price(uow, SYSTEM, item_id=item.id, starts_on=add_months(month, -6), rule={"price_e4": 800_000, "spaces": "underground"})
    uow.flush()
