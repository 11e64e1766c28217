"""Fee items with their prices, what they are attached to, and the meters with the readings between the bills."""

from datetime import date, time, timedelta

from estate_app.billing.charges import DatedPrice
from estate_app.billing.models import FeeItem, FeeKind, Meter, MeterKind, PriceVersion, Reading, ReadingKind, RoomFee
from estate_app.billing.prices import AreaPrice, FixedPrice, write_price
from estate_app.billing.rules.tariff import Household, Tariff, Tier
from estate_app.demo.books import Books, Item, Water
from estate_app.demo.copying import Row
from estate_app.demo.habits import Habit, Payer, deal_payer
from estate_app.demo.world import Place, World
from estate_app.kit.clock import add_months, at_local
from estate_app.payment.channel import Channel

DUE_DAYS = 29
PER_PERSON_M3 = 4.6
"""What a person uses in a month."""
READING_COLUMNS = "id meter_id read_on value_milli kind is_rollover read_by created_at"
_WATER = Tariff("m³", (Tier(18_000, 35_000), Tier(25_000, 52_500), Tier(None, 70_000)), household=Household(5, 4_000, 4_000))
_PARKING = FixedPrice(3_000_000)
_LAST_YEAR_BP = 9_300
"""What the property fee was until a year ago, in hundredths of a percent of today's."""


def build_items(world: World) -> Books:
    """Write fee items, prices, what they are attached to, and the meters with their first reading."""
    rng = world.rng("payers")
    books = Books()
    first = world.months[0]
    items: list[Row] = []
    prices: list[Row] = []
    for place in world.places:
        books.items[place.id] = _items_of(world, place, items, prices)
    for home in world.homes:
        books.payers[home.id] = deal_payer(rng, has_account=bool(home.owner_id or home.resident_ids))
    books.payers[world.home.id] = Payer(Habit.regular, Channel.wechat)
    world.copier.write(FeeItem, "id estate_id code name name_en kind meter_kind due_days is_active is_automatic", items)
    world.copier.write(PriceVersion, "id fee_item_id starts_on rule note", prices)
    attached = [
        (world.copier.new_id(RoomFee), item.id, home.id, first, None)
        for home in world.homes
        for code, item in books.items[home.estate.id].items()
        if code != "parking" or home.has_parking
    ]
    world.copier.write(RoomFee, "id fee_item_id room_id starts_on ends_on", attached)
    _meters(world, books)
    return books


def _items_of(world: World, place: Place, items: list[Row], prices: list[Row]) -> dict[str, Item]:
    first, raised = world.months[0], max(world.months[0], add_months(world.months[-1], -11))
    now_e4 = place.plan.property_price_e4
    plans: tuple[tuple[str, str, str, FeeKind, MeterKind | None, list[DatedPrice]], ...] = (
        ("property", "物业费", "Property fee", FeeKind.area, None,
         [DatedPrice(first, AreaPrice(now_e4 * _LAST_YEAR_BP // 10_000)), DatedPrice(raised, AreaPrice(now_e4))]),
        ("water", "水费", "Water", FeeKind.metered, MeterKind.water, [DatedPrice(first - timedelta(days=40), _WATER)]),
        ("parking", "停车费", "Parking", FeeKind.fixed, None, [DatedPrice(first, _PARKING)]),
    )  # fmt: skip
    made = {}
    for code, name, name_en, kind, meter, versions in plans:
        standing = versions if versions[0].starts_on < versions[-1].starts_on else versions[-1:]
        item = Item(world.copier.new_id(FeeItem), name, kind, tuple(standing))
        made[code] = item
        items.append((item.id, place.id, code, name, name_en, kind, meter, DUE_DAYS, True, False))
        prices += [(world.copier.new_id(PriceVersion), item.id, v.starts_on, write_price(kind, v.price), "") for v in item.prices]
    repair_id = world.copier.new_id(FeeItem)
    repair = (repair_id, place.id, "repair", "维修材料费", "Repair material", FeeKind.repair, None, DUE_DAYS, True, False)
    items.append(repair)
    return made


def _meters(world: World, books: Books) -> None:
    rng = world.rng("meters")
    meters, readings = [], []
    read_on = issue_day(world, add_months(world.months[0], -1))
    for home in world.homes:
        code = f"S{home.estate.plan.code}-{home.code}"
        water = Water(world.copier.new_id(Meter), code, world.copier.new_id(Reading), rng.randrange(200, 900), read_on)
        books.water[home.id] = water
        meters.append((water.meter_id, home.estate.id, home.id, MeterKind.water, code, 5, date(2018, 6, 1), None))
        readings.append(reading_line(world, water, at_local(read_on, time(8)).isoformat()))
    world.copier.write(Meter, "id estate_id room_id kind code digits installed_on removed_on", meters)
    world.copier.write_lines(Reading, READING_COLUMNS, readings)


def issue_day(world: World, month: date) -> date:
    """On which day of a month its bills are issued: so that the newest ones are about `World.issue_age` old."""
    return month.replace(day=min(28, (world.today - world.issue_age).day))


def build_next_readings(world: World, books: Books) -> None:
    """Read the meters for the month that is to be billed next, if it has begun: one in a hundred is missing, two leap."""
    month = add_months(world.months[-1], 1)
    if world.today < month:
        return
    rng = world.rng("next readings")
    rows = []
    for number, home in enumerate(world.homes):
        if number % 100 == 57:
            continue
        water = books.water[home.id]
        amount = 0 if home.is_vacant else max(0, round(rng.gauss(home.household * PER_PERSON_M3 * 0.6, 2)))
        water.value_m3 += amount * 9 if number % 1000 == 310 else amount
        water.reading_id, water.read_on = world.copier.new_id(Reading), world.today
        rows.append(reading_line(world, water, min(at_local(world.today, time(8)), world.now).isoformat()))
    world.copier.write_lines(Reading, READING_COLUMNS, rows)


def reading_line(world: World, water: Water, at: str) -> str:
    """Write a meter's newest reading in COPY's format; `at` is the instant at which it was written down."""
    value, who = water.value_m3 * 1000, world.accounts["finance"]
    return f"{water.reading_id}\t{water.meter_id}\t{water.read_on}\t{value}\t{ReadingKind.actual.value}\tf\t{who}\t{at}"
