"""The bills of every month with their readings and entries, priced by the functions that price real bills."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random

from estate_app.billing.arrears_models import BillMoney
from estate_app.billing.charges import Charge, MeterFacts, RoomFacts, Standing, charge_month
from estate_app.billing.models import (
    Bill,
    BillDraft,
    BillLine,
    BillReading,
    BillRun,
    BillStatus,
    Reading,
    RunStatus,
)  # fmt: skip
from estate_app.billing.rules.meter import meter_use
from estate_app.billing.rules.metered import TariffVersion, Use, price_use_over
from estate_app.billing.rules.tariff import Tariff
from estate_app.billing.stored import line_row, pack_lines
from estate_app.demo.books import Books, Due, Item
from estate_app.demo.copying import NULL, Row
from estate_app.demo.copying import field as copied
from estate_app.demo.fees import DUE_DAYS, PER_PERSON_M3, READING_COLUMNS, issue_day, reading_line
from estate_app.demo.habits import Habit, Payer, pays_at
from estate_app.demo.world import Home, Place, World
from estate_app.kit.clock import at_local, business_date
from estate_app.kit.i18n import Message
from estate_app.kit.ids import MONTHLY_WIDTH, monthly_number, monthly_prefix
from estate_app.ledger.models import Journal, JournalKind, LedgerAccount, LedgerLine
from estate_app.notification.text import pack

WRITTEN_BY_BILLS = (Bill, BillLine, BillReading, BillMoney, BillDraft, BillRun, Reading)
"""The tables that are complete once the last month is written."""
_SEASON = (0.9, 0.85, 0.95, 1.0, 1.05, 1.15, 1.3, 1.3, 1.15, 1.0, 0.95, 0.9)
_DIGITS = 5
_STEP_MARK = "@"
_PACKED_MARK = copied(pack(Message(_STEP_MARK)))
_TAIL = ("label", "quantity_milli", "unit", "price_e4", "amount_fen", "inputs")
_PAID, _PARTLY, _UNPAID = BillStatus.paid.value, BillStatus.partly_paid.value, BillStatus.unpaid.value
_ISSUED = JournalKind.bill_issued.value
_RECEIVABLE, _INCOME = LedgerAccount.receivable.value, LedgerAccount.income.value


@dataclass(frozen=True, slots=True)
class Priced:
    """A priced charge; each of its lines in COPY's format is what follows the bill and the position."""

    total_fen: int
    quantity_milli: int
    lines: tuple[str, ...]


def build_bills(world: World, books: Books, month: date) -> int:
    """Write a month: readings, runs, bills with lines and entries. Returns the number of bills."""
    rng = world.rng(f"bills:{month.isoformat()}")
    issued_at = at_local(issue_day(world, month), time(9))
    page = _Page(world, books, month, issued_at, is_newest=month == world.months[-1])
    for place in world.places:
        page.open_run()
        for home in place.homes:
            page.bill(home, rng)
        page.close_run(place)
    page.write()
    return len(page.bills)


class _Page:
    """Collects the rows of one month as lines in COPY's format, then writes them table by table.

    What is the same in every row of a month is written down here, once.
    """

    def __init__(self, world: World, books: Books, month: date, issued_at: datetime, *, is_newest: bool) -> None:
        self.world, self.books, self.month, self.issued_at, self.is_newest = world, books, month, issued_at, is_newest
        self.day = business_date(issued_at)
        self.due_on = self.day + timedelta(days=DUE_DAYS)
        self.runs = list[Row]()
        self.readings, self.bills, self.lines, self.used = list[str](), list[str](), list[str](), list[str]()
        self.drafts, self.journals, self.entries, self.money = list[str](), list[str](), list[str](), list[str]()
        self._deal_ids()
        self._periodic, self._water = cache(_periodic), cache(_water)
        self._issued = issued_at.isoformat()
        self._month_and_due, self._booked = f"{month}\t{self.due_on}", f"{self._issued}\t{self.day}\t{NULL}"
        self._prefix, self._series = monthly_prefix("ZD", month), f"bill:{month:%Y%m}"
        self._run_id = self._count = self._total = self._skipped = 0

    def _deal_ids(self) -> None:
        copier = self.world.copier
        self._bill_id, self._line_id, self._reading_id = copier.dealer(Bill), copier.dealer(BillLine), copier.dealer(Reading)
        self._journal_id, self._entry_id, self._draft_id = copier.dealer(Journal), copier.dealer(LedgerLine), copier.dealer(BillDraft)
        self._money_id = copier.dealer(BillMoney)

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
        items, payer = self.books.items[home.estate.id], self.books.payers[home.id]
        due = Due(home, payer, self.issued_at, self._payment_instant(home, payer, rng))
        is_part = due.at is not None and payer.habit in {Habit.late, Habit.chronic} and rng.random() < 0.02
        is_kept_open = home is self.world.home and self.month == self.world.months[-2]
        share = 0 if is_kept_open else 5_000 if is_part else 10_000
        property_fee = self._periodic(items["property"], home.area_milli, self.month)
        self._add(items["property"], property_fee, property_fee.lines, due, rng, share_bp=share)
        self._bill_water(items["water"], due, rng)
        if home.has_parking:
            parking = self._periodic(items["parking"], 0, self.month)
            self._add(items["parking"], parking, parking.lines, due, rng)
        self.books.dues.append(due)

    def _payment_instant(self, home: Home, payer: Payer, rng: Random) -> datetime | None:
        at = pays_at(rng, payer, self.issued_at)
        if home is self.world.home:
            return None if self.is_newest else self.issued_at + timedelta(days=24, hours=11)
        return at if at is not None and at < self.world.now else None

    def _bill_water(self, item: Item, due: Due, rng: Random) -> None:
        """Read the meter and bill what was used; the first line's step names the two readings."""
        home, water = due.home, self.books.water[due.home.id]
        amount = 0
        if not home.is_vacant:
            amount = max(0, round(rng.gauss(home.household * PER_PERSON_M3 * _SEASON[self.month.month - 1], 2.2)))
        before_id, before, since = water.reading_id, water.value_m3, water.read_on
        water.reading_id, water.value_m3, water.read_on = self._reading_id(), before + amount, self.day
        self.readings.append(reading_line(self.world, water, self._issued))
        if amount == 0:
            self._skipped += 1
            return
        use = meter_use(previous_milli=before * 1000, current_milli=water.value_m3 * 1000, digits=_DIGITS)
        priced = self._water(item, use.usage_milli, home.household, since + timedelta(days=1), self.day)
        first, *others = priced.lines
        bill_id = self._add(item, priced, (first.replace(_PACKED_MARK, copied(pack(use.step))), *others), due, rng)
        self.used.append(f"{bill_id}\t{before_id}\t{water.reading_id}\t{use.usage_milli}")

    def _add(self, item: Item, priced: Priced, lines: tuple[str, ...], due: Due, rng: Random, *, share_bp: int = 10_000) -> int:
        bill_id, journal, amount = self._bill_id(), self._journal_id(), priced.total_fen
        number = f"{self._prefix}{self.world.next_serial(self._series):0{MONTHLY_WIDTH}d}"
        paid = amount * share_bp // 10_000 if due.at else 0
        status = _PAID if paid == amount else _PARTLY if paid else _UNPAID
        place = f"{due.home.estate.id}\t{due.home.id}"
        self.bills.append(
            f"{bill_id}\t{number}\t{place}\t{item.id}\t{self._run_id}\t{self._month_and_due}\t{status}\t{amount}\t{paid}"
            f"\t{self._issued}\t{due.paid_at if paid == amount else NULL}\t{self._first_seen(due, rng)}"
        )
        self.lines += [f"{self._line_id()}\t{bill_id}\t{position}\t{line}" for position, line in enumerate(lines, start=1)]
        if self.is_newest:
            draft = f"{self._draft_id()}\t{self._run_id}\t{item.id}\t{due.home.id}\t{amount}\t{priced.quantity_milli}\t[]\t[]"
            self.drafts.append(draft)
        self.journals.append(f"{journal}\t{_ISSUED}\tbill\t{bill_id}\t{self._booked}\t{number}")
        self.entries.append(f"{self._entry_id()}\t{journal}\t{_RECEIVABLE}\t{place}\t{amount}")
        self.entries.append(f"{self._entry_id()}\t{journal}\t{_INCOME}\t{place}\t{-amount}")
        if paid:
            due.bills.append((bill_id, paid, item.name, number))
            self.money.append(f"{self._money_id()}\t{bill_id}\t{due.paid_on}\t{paid}\t")
        self._count += 1
        self._total += amount
        return bill_id

    def _first_seen(self, due: Due, rng: Random) -> str:
        if not due.home.resident_ids or (due.at is None and rng.random() < 0.45):
            return NULL
        latest = (due.at or self.world.now) - timedelta(minutes=4)
        return min(latest, self.issued_at + timedelta(hours=rng.expovariate(1 / 40))).isoformat()

    def write(self) -> None:
        copier = self.world.copier
        copier.write_lines(Reading, READING_COLUMNS, self.readings)
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


def _periodic(item: Item, area_milli: int, month: date) -> Priced:
    """Price an area or fixed item; rooms of one size share the answer."""
    charge = charge_month(item.name, item.prices, (Standing(item.prices[0].starts_on),), RoomFacts(0, area_milli), MeterFacts(), month)
    if not isinstance(charge, Charge):
        raise TypeError(f"the demo's {item.name} cannot be priced: {charge}")
    return _priced(charge)


def _water(item: Item, usage_milli: int, persons: int, from_on: date, to_on: date) -> Priced:
    """Price water as a bill run does; households that used the same share the answer, with a mark for the step that differs."""
    versions = [TariffVersion(dated.starts_on, dated.price) for dated in item.prices if isinstance(dated.price, Tariff)]
    explained = price_use_over(versions, Use(usage_milli, persons=persons), from_on=from_on, to_on=to_on)
    steps = (Message(_STEP_MARK), *explained.steps)
    return _priced(Charge(explained.lines, steps, versions[-1].tariff.unit, usage_milli))


def _priced(charge: Charge) -> Priced:
    rows = [line_row(0, position, packed) for position, packed in enumerate(pack_lines(charge), start=1)]
    return Priced(charge.total_fen, charge.quantity_milli, tuple("\t".join(copied(row[name]) for name in _TAIL) for row in rows))
