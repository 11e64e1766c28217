"""Fee items, meters with monthly readings, and the bills of every month, priced by the functions that price real bills."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random

from estate_app.billing.arrears_models import BillMoney
from estate_app.billing.charges import Charge, DatedPrice, MeterFacts, RoomFacts, Standing, charge_month
from estate_app.billing.models import (
    Bill,
    BillDraft,
    BillLine,
    BillReading,
    BillRun,
    BillStatus,
    FeeItem,
    FeeKind,
    Meter,
    MeterKind,
    PriceVersion,
    Reading,
    ReadingKind,
    RoomFee,
    RunStatus,
)  # fmt: skip
from estate_app.billing.prices import AreaPrice, FixedPrice, write_price
from estate_app.billing.rules.meter import meter_use
from estate_app.billing.rules.metered import TariffVersion, Use, price_use_over
from estate_app.billing.rules.tariff import Household, Tariff, Tier
from estate_app.billing.stored import line_row, pack_lines
from estate_app.demo.copying import NULL, Row
from estate_app.demo.copying import field as copied
from estate_app.demo.habits import Habit, Payer, deal_payer, pays_at
from estate_app.demo.world import Home, Place, World
from estate_app.kit.clock import add_months, at_local, business_date
from estate_app.kit.i18n import Message
from estate_app.kit.ids import monthly_number
from estate_app.ledger.models import Journal, JournalKind, LedgerAccount, LedgerLine
from estate_app.notification.text import pack
from estate_app.payment.channel import Channel

DUE_DAYS = 29
_WATER = Tariff("m³", (Tier(18_000, 35_000), Tier(25_000, 52_500), Tier(None, 70_000)), household=Household(5, 4_000, 4_000))
_PARKING = FixedPrice(3_000_000)
_SEASON = (0.9, 0.85, 0.95, 1.0, 1.05, 1.15, 1.3, 1.3, 1.15, 1.0, 0.95, 0.9)
_PER_PERSON_M3 = 4.6
_DIGITS = 5
_READING_COLUMNS = "id meter_id read_on value_milli kind is_rollover read_by created_at"
_STEP_MARK = "@"
_PACKED_MARK = copied(pack(Message(_STEP_MARK)))
_TAIL = ("label", "quantity_milli", "unit", "price_e4", "amount_fen", "inputs")
_LAST_YEAR_BP = 9_300
"""What the property fee was until a year ago, in hundredths of a percent of today's."""


@dataclass(slots=True)
class Item:
    """A fee item of an estate."""

    id: int
    name: str
    kind: FeeKind
    prices: list[DatedPrice]


@dataclass(slots=True)
class Due:
    """A household's bills of one month and how they are paid: `at` is None while nobody has.

    `bills` holds, for what is paid, the bill's id, the amount in fen, the item's name and the bill's number.
    """

    home: Home
    payer: Payer
    issued_at: datetime
    bills: list[tuple[int, int, str, str]]
    at: datetime | None = None
    payment_id: int = 0


@dataclass(slots=True)
class Water:
    """A room's water meter with the reading that the last bill ended with."""

    meter_id: int
    code: str
    reading_id: int
    value_m3: int
    read_on: date


@dataclass(frozen=True, slots=True)
class Priced:
    """A priced charge with its lines in COPY's format; of a metered one, the step that names the readings is put in for each bill."""

    total_fen: int
    quantity_milli: int
    lines: tuple[str, ...]
    step: Message | None = None
    readings: tuple[int, int] | None = None

    def tails(self) -> tuple[str, ...]:
        """The columns of each line after its bill and position."""
        if self.step is None:
            return self.lines
        return (self.lines[0].replace(_PACKED_MARK, copied(pack(self.step))), *self.lines[1:])


@dataclass(slots=True)
class Books:
    """What the months are written from."""

    items: dict[int, dict[str, Item]] = field(default_factory=dict)
    payers: dict[int, Payer] = field(default_factory=dict)
    water: dict[int, Water] = field(default_factory=dict)
    dues: list[Due] = field(default_factory=list)


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
        item = Item(world.copier.new_id(FeeItem), name, kind, versions if versions[0].starts_on < versions[-1].starts_on else versions[-1:])
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
        readings.append(_reading_line(world, water, at_local(read_on, time(8)).isoformat()))
    world.copier.write(Meter, "id estate_id room_id kind code digits installed_on removed_on", meters)
    world.copier.write_lines(Reading, _READING_COLUMNS, readings)


def issue_day(world: World, month: date) -> date:
    """On which day of a month its bills are issued: so that the newest ones are about `World.issue_age` old."""
    return month.replace(day=min(28, (world.today - world.issue_age).day))


def build_bills(world: World, books: Books, month: date) -> int:
    """Write a month: readings, runs, bills with lines and entries. Returns the number of bills."""
    rng = world.rng(f"bills:{month.isoformat()}")
    day = issue_day(world, month)
    issued_at = at_local(day, time(9))
    page = _Page(world, books, month, issued_at, is_newest=month == world.months[-1])
    for place in world.places:
        page.open_run()
        for home in place.homes:
            page.bill(home, rng)
        page.close_run(place)
    page.write()
    return len(page.bills)


class _Page:
    """Collects the rows of one month as lines in COPY's format, then writes them table by table."""

    def __init__(self, world: World, books: Books, month: date, issued_at: datetime, *, is_newest: bool) -> None:
        self.world, self.books, self.month, self.issued_at, self.is_newest = world, books, month, issued_at, is_newest
        self.day = business_date(issued_at)
        self.due_on = self.day + timedelta(days=DUE_DAYS)
        self.runs = list[Row]()
        self.readings, self.bills, self.lines, self.used = list[str](), list[str](), list[str](), list[str]()
        self.drafts, self.journals, self.entries, self.money = list[str](), list[str](), list[str](), list[str]()
        copier = world.copier
        self._bill_id, self._line_id, self._reading_id = copier.dealer(Bill), copier.dealer(BillLine), copier.dealer(Reading)
        self._journal_id, self._entry_id, self._draft_id = copier.dealer(Journal), copier.dealer(LedgerLine), copier.dealer(BillDraft)
        self._money_id = copier.dealer(BillMoney)
        self._issued = issued_at.isoformat()
        self._run_id = self._count = self._total = self._skipped = 0

    def open_run(self) -> None:
        self._run_id, self._count, self._total, self._skipped = self.world.copier.new_id(BillRun), 0, 0, 0

    def close_run(self, place: Place) -> None:
        number = monthly_number("CZ", self.month, self.world.next_serial(f"run:{self.month:%Y%m}"), width=2)
        items = [item.id for item in self.books.items[place.id].values()]
        skips = {"nothing_used": self._skipped} if self._skipped else {}
        self.runs.append(
            (
                self._run_id, number, place.id, self.month, items, RunStatus.issued, self.due_on, self.world.accounts["finance"],
                self.issued_at,                 self.issued_at, len(place.homes), self._count, self._total, self._count, skips,
            )
        )  # fmt: skip

    def bill(self, home: Home, rng: Random) -> None:
        items = self.books.items[home.estate.id]
        due = Due(home, self.books.payers[home.id], self.issued_at, [])
        due.at = self._payment_instant(home, due.payer, rng)
        is_part = due.at is not None and due.payer.habit in {Habit.late, Habit.chronic} and rng.random() < 0.02
        is_kept_open = home is self.world.home and self.month == self.world.months[-2]
        share = 0 if is_kept_open else 5_000 if is_part else 10_000
        self._add(home, items["property"], _periodic(home.area_milli, self.month, items["property"]), due, rng, share_bp=share)
        water = self._read_water(home, items["water"], rng)
        if water:
            self._add(home, items["water"], water, due, rng)
        else:
            self._skipped += 1
        if home.has_parking:
            self._add(home, items["parking"], _periodic(0, self.month, items["parking"]), due, rng)
        self.books.dues.append(due)

    def _payment_instant(self, home: Home, payer: Payer, rng: Random) -> datetime | None:
        at = pays_at(rng, payer, self.issued_at)
        if home is self.world.home:
            return None if self.is_newest else self.issued_at + timedelta(days=24, hours=11)
        return at if at is not None and at < self.world.now else None

    def _read_water(self, home: Home, item: Item, rng: Random) -> "Priced | None":
        water = self.books.water[home.id]
        amount = 0
        if not home.is_vacant:
            amount = max(0, round(rng.gauss(home.household * _PER_PERSON_M3 * _SEASON[self.month.month - 1], 2.2)))
        before_id, before, since = water.reading_id, water.value_m3, water.read_on
        water.reading_id, water.value_m3, water.read_on = self._reading_id(), before + amount, self.day
        self.readings.append(_reading_line(self.world, water, self._issued))
        if amount == 0:
            return None
        use = meter_use(previous_milli=before * 1000, current_milli=water.value_m3 * 1000, digits=_DIGITS)
        priced = _water(tuple(item.prices), use.usage_milli, home.household, since + timedelta(days=1), self.day)
        return replace(priced, step=use.step, readings=(before_id, water.reading_id))

    def _add(self, home: Home, item: Item, priced: "Priced", due: Due, rng: Random, *, share_bp: int = 10_000) -> None:
        bill_id, amount = self._bill_id(), priced.total_fen
        number = monthly_number("ZD", self.month, self.world.next_serial(f"bill:{self.month:%Y%m}"))
        paid = amount * share_bp // 10_000 if due.at else 0
        status = BillStatus.paid if paid == amount else BillStatus.partly_paid if paid else BillStatus.unpaid
        paid_at = due.at.isoformat() if due.at and paid == amount else NULL
        estate_id, room_id = home.estate.id, home.id
        self.bills.append(
            f"{bill_id}\t{number}\t{estate_id}\t{room_id}\t{item.id}\t{self._run_id}\t{self.month}\t{self.due_on}\t{status.value}\t{amount}\t{paid}"
            f"\t{self._issued}\t{paid_at}\t{self._first_seen(home, due.at, rng)}"
        )
        for position, tail in enumerate(priced.tails(), start=1):
            self.lines.append(f"{self._line_id()}\t{bill_id}\t{position}\t{tail}")
        if priced.readings:
            self.used.append(f"{bill_id}\t{priced.readings[0]}\t{priced.readings[1]}\t{priced.quantity_milli}")
        if self.is_newest:
            self.drafts.append(f"{self._draft_id()}\t{self._run_id}\t{item.id}\t{room_id}\t{amount}\t{priced.quantity_milli}\t[]\t[]")
        journal = self._journal_id()
        self.journals.append(f"{journal}\t{JournalKind.bill_issued.value}\tbill\t{bill_id}\t{self._issued}\t{self.day}\t{NULL}\t{number}")
        self.entries.append(f"{self._entry_id()}\t{journal}\t{LedgerAccount.receivable.value}\t{estate_id}\t{room_id}\t{amount}")
        self.entries.append(f"{self._entry_id()}\t{journal}\t{LedgerAccount.income.value}\t{estate_id}\t{room_id}\t{-amount}")
        if due.at and paid:
            due.bills.append((bill_id, paid, item.name, number))
            self.money.append(f"{self._money_id()}\t{bill_id}\t{business_date(due.at)}\t{paid}\t")
        self._count += 1
        self._total += amount

    def _first_seen(self, home: Home, paid_at: datetime | None, rng: Random) -> str:
        if not home.resident_ids or (paid_at is None and rng.random() < 0.45):
            return NULL
        latest = (paid_at or self.world.now) - timedelta(minutes=4)
        return min(latest, self.issued_at + timedelta(hours=rng.expovariate(1 / 40))).isoformat()

    def write(self) -> None:
        copier = self.world.copier
        copier.write_lines(Reading, _READING_COLUMNS, self.readings)
        copier.write(
            BillRun,
            "id number estate_id period item_ids status due_on created_by created_at issued_at room_count bill_count total_fen "
            "issued_count skips",
            self.runs,
        )
        copier.write_lines(
            Bill,
            "id number estate_id room_id fee_item_id run_id period due_on status amount_fen paid_fen issued_at paid_at first_seen_at",
            self.bills,
        )
        copier.write_lines(BillMoney, "id bill_id paid_on amount_fen cause", self.money)
        copier.write_lines(BillLine, f"id bill_id position {' '.join(_TAIL)}", self.lines)
        copier.write_lines(BillReading, "bill_id from_reading_id reading_id usage_milli", self.used)
        copier.write_lines(BillDraft, "id run_id fee_item_id room_id amount_fen quantity_milli lines readings", self.drafts)
        copier.write_lines(Journal, "id kind subject subject_id at business_on actor_id memo", self.journals)
        copier.write_lines(LedgerLine, "id journal_id account estate_id room_id amount_fen", self.entries)


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
        amount = 0 if home.is_vacant else max(0, round(rng.gauss(home.household * _PER_PERSON_M3 * 0.6, 2)))
        water.value_m3 += amount * 9 if number % 1000 == 310 else amount
        water.reading_id, water.read_on = world.copier.new_id(Reading), world.today
        rows.append(_reading_line(world, water, min(at_local(world.today, time(8)), world.now).isoformat()))
    world.copier.write_lines(Reading, _READING_COLUMNS, rows)


def _reading_line(world: World, water: Water, at: str) -> str:
    value, who = water.value_m3 * 1000, world.accounts["finance"]
    return f"{water.reading_id}\t{water.meter_id}\t{water.read_on}\t{value}\t{ReadingKind.actual.value}\tf\t{who}\t{at}"


def _periodic(area_milli: int, month: date, item: Item) -> Priced:
    """Price an area or fixed item; rooms of one size share the answer."""
    return _periodic_of(tuple(item.prices), area_milli, month, item.name)


@cache
def _periodic_of(prices: tuple[DatedPrice, ...], area_milli: int, month: date, name: str) -> Priced:
    charge = charge_month(name, prices, (Standing(prices[0].starts_on),), RoomFacts(0, area_milli), MeterFacts(), month)
    if not isinstance(charge, Charge):
        raise TypeError(f"the demo's {name} cannot be priced: {charge}")
    return _priced(charge)


@cache
def _water(prices: tuple[DatedPrice, ...], usage_milli: int, persons: int, from_on: date, to_on: date) -> Priced:
    """Price water as a bill run does; households that used the same share the answer."""
    versions = [TariffVersion(dated.starts_on, dated.price) for dated in prices if isinstance(dated.price, Tariff)]
    explained = price_use_over(versions, Use(usage_milli, persons=persons), from_on=from_on, to_on=to_on)
    steps = (Message(_STEP_MARK), *explained.steps)
    return _priced(Charge(explained.lines, steps, versions[-1].tariff.unit, usage_milli))


def _priced(charge: Charge) -> Priced:
    rows = [line_row(0, position, packed) for position, packed in enumerate(pack_lines(charge), start=1)]
    return Priced(charge.total_fen, charge.quantity_milli, tuple("\t".join(copied(row[name]) for name in _TAIL) for row in rows))
