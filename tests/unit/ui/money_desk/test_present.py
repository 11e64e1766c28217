"""Money pages' view models in both languages, without a database."""

from datetime import UTC, date, datetime

import pytest

from estate_app.access.audit_queries import AuditRow
from estate_app.billing.meters import Recorded
from estate_app.billing.models import FeeKind, MeterKind, Reading, ReadingKind
from estate_app.billing.prices import AreaBasis, AreaPrice, FixedPrice
from estate_app.billing.rules.meter import ReadingFlag, meter_use
from estate_app.billing.rules.tariff import Component, Cycle, Household, Surcharge, Tariff, Tier
from estate_app.billing.sample import Sample, sample_charge
from estate_app.billing.tariff_queries import MeterRow
from estate_app.errors import InvalidError
from estate_app.ledger import names
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.queries import TrialBalance, TrialRow
from estate_app.payment.suspense import Resolution
from estate_app.ui.pages.common import money
from estate_app.ui.pages.manager.cashier import present as cashier
from estate_app.ui.pages.manager.ledger import present as ledger
from estate_app.ui.pages.manager.meters import present as meters
from estate_app.ui.pages.manager.meters.state import _FALLS
from estate_app.ui.pages.manager.tariffs import present as tariffs
from estate_app.ui.pages.manager.tariffs.pricing import MAX_TIERS, draft_of, is_plain, read_draft

NOW = datetime(2026, 11, 18, 2, 58, tzinfo=UTC)
TODAY = date(2026, 11, 18)
WATER = Tariff(
    "m³", (Tier(18_000, 35_000), Tier(None, 52_500)), household=Household(5, 4_000, 4_000), surcharges=(Surcharge("排污费", 5_000),)
)


def test_every_account_entry_and_resolution_has_a_word():
    assert set(names.ACCOUNTS) == set(LedgerAccount)
    assert set(names.JOURNALS) == set(JournalKind)
    assert set(ledger.RESOLUTIONS) == set(Resolution)
    assert set(tariffs.KINDS) == set(FeeKind)
    assert set(meters.FLAGS) == set(ReadingFlag)


def test_months_to_choose_from_hold_the_chosen_one():
    options = money.month_options(TODAY, chosen="2019-02", locale="zh")
    assert [o.value for o in options[:3]] == ["2026-12", "2026-11", "2026-10"]
    assert (options[-1].value, options[-1].label, len(options)) == ("2019-02", "2019年2月", 16)
    assert money.month_options(TODAY, chosen="", locale="en")[0].label == "2026-12"


def test_the_trail_is_one_sentence():
    row = AuditRow(1, NOW, None, "", "bill:void", "bill", 7, "", {}, {"reason": "重复"})
    assert money.audit_lines([row], now=NOW, locale="zh") == [money.AuditLine("1", "11-18 10:58 · 系统 · 作废 · 重复")]
    assert money.audit_lines([row], now=NOW, locale="en") == [money.AuditLine("1", "18 Nov 10:58 · System · voided · 重复")]


def test_a_broken_ledger_is_told():
    trial = TrialBalance((TrialRow(LedgerAccount.cash, 500, 0), TrialRow(LedgerAccount.income, 0, 499)))
    sums = ledger.totals(trial)
    assert (sums.is_balanced, sums.difference, sums.debit, sums.credit) == (False, "¥0.01", "5.00", "4.99")


def test_what_can_become_of_a_claim():
    assert [o.value for o in ledger.resolutions(is_booked=False, locale="zh")] == ["noted"]
    assert [o.label for o in ledger.resolutions(is_booked=True, locale="en")] == [
        "It becomes the room's balance",
        "It was given back at the channel's own desk",
    ]


@pytest.mark.parametrize(
    ("typed", "text", "tone"),
    [
        ("100", "Change: ¥0.50", "green"),
        ("99.50", "Change: ¥0.00", "green"),
        ("99", "¥0.50 are missing", "red"),
        ("", "", "gray"),
        ("9x", "", "gray"),
    ],
)
def test_the_change(typed, text, tone):
    assert cashier.change_of(typed, 9_950, locale="en") == cashier.Change(text, tone)


def test_the_balance_covers_exactly_or_not():
    def summed(prepaid_fen, typed=""):
        return cashier.sum_of({"1": 300, "2": 200}, ["1", "2"], prepaid_fen, typed, "the oldest first", locale="en")

    assert summed(500) == cashier.Sum(500, "5.00", 2, is_covered=True, taken_fen=500, taken="5.00")
    assert summed(499).is_covered is False
    assert (summed(499, "4.99").is_covered, summed(499, "4.99").note) == (True, "the oldest first")
    assert (summed(9_999, "6").is_covered, summed(9_999, "6").note) == (False, "¥1.00 of it goes to the room's balance")
    assert summed(9_999, "6x").taken_fen == 500
    assert cashier.sum_of({}, [], 499, "", "", locale="en").is_covered is False


@pytest.mark.parametrize(
    ("price", "zh", "en"),
    [
        (AreaPrice(28_000), "每平方米每月 ¥2.80，建筑面积", "¥2.80 per m² and month, gross area"),
        (AreaPrice(28_000, AreaBasis.interior), "每平方米每月 ¥2.80，套内面积", "¥2.80 per m² and month, interior area"),
        (FixedPrice(800_000), "每月 ¥80.00", "¥80.00 a month"),
        (WATER, "≤18: ¥3.50 · >18: ¥5.25（m³，按月累计）", "≤18: ¥3.50 · >18: ¥5.25 (m³, counted by the month)"),
        (Tariff("kWh", (Tier(None, 5_469),), cycle=Cycle.year), "¥0.5469（kWh，按年累计）", "¥0.5469 (kWh, counted by the year)"),
    ],
)
def test_a_price_in_one_line(price, zh, en):
    assert (tariffs.price_text(price, locale="zh"), tariffs.price_text(price, locale="en")) == (zh, en)


@pytest.mark.parametrize(
    ("price", "sample", "fen"),
    [
        (AreaPrice(28_000), Sample(89_000), 24_920),
        (FixedPrice(800_000), Sample(3_000), 24_000),
        (WATER, Sample(20_000), 6_300 + 1_050 + 1_000),
        (WATER, Sample(20_000, persons=5), 7_000 + 1_000),
        (Tariff("kWh", (Tier(10_000, 10_000), Tier(None, 20_000)), cycle=Cycle.year), Sample(4_000, prior_milli=8_000), 600),
    ],
)
def test_a_sample_is_charged_as_a_bill(price, sample, fen):
    assert sample_charge(price, sample).total_fen == fen


def test_a_part_of_a_month_is_no_sample():
    with pytest.raises(InvalidError, match="whole number of months"):
        sample_charge(FixedPrice(800_000), Sample(1_500))


class TestPriceForm:
    def form(self, **change):
        return {
            "unit": "m³",
            "cycle": "month",
            "tiers.1.upto": "18",
            "tiers.1.price": "4",
            "tiers.2.upto": "",
            "tiers.2.price": "6",
        } | change

    def test_what_the_form_does_not_show_is_kept(self):
        price = read_draft(FeeKind.metered, self.form(minimum="5"), tier_count=2, base=WATER)
        assert price == Tariff(
            "m³", (Tier(18_000, 40_000), Tier(None, 60_000)), household=WATER.household, surcharges=WATER.surcharges, minimum_fen=500
        )

    def test_it_begins_with_the_newest_price(self):
        draft, count = draft_of(FeeKind.metered, WATER)
        assert (count, draft.tiers[0].upto, draft.tiers[1].price, len(draft.tiers), draft.rule) == (2, "18", "5.25", MAX_TIERS, "")
        assert draft_of(FeeKind.area, None)[0].price == ""

    def test_a_price_with_parts_is_typed_as_its_rule(self):
        parts = Tariff("m³", (Tier(None, 35_000),), components=(Component("水费", (25_000,)), Component("污水处理费", (10_000,))))
        assert is_plain(parts) is False
        draft, _ = draft_of(FeeKind.metered, parts)
        assert read_draft(FeeKind.metered, {"rule": draft.rule}, tier_count=1, base=parts) == parts
        for wrong in ("", "[]", "{", '{"unit": "m³", "tiers": []}'):
            with pytest.raises(InvalidError):
                read_draft(FeeKind.metered, {"rule": wrong}, tier_count=1, base=parts)

    @pytest.mark.parametrize(
        ("kind", "form", "field"),
        [
            (FeeKind.area, {"price": "0"}, "price"),
            (FeeKind.fixed, {"price": "1.23456"}, "price"),
            (FeeKind.metered, {"unit": " "}, "unit"),
            (FeeKind.metered, {"unit": "m³", "tiers.1.upto": "9", "tiers.1.price": "1"}, "tiers.1.upto"),
        ],
    )
    def test_what_is_wrong_names_its_field(self, kind, form, field):
        with pytest.raises(InvalidError) as caught:
            read_draft(kind, form, tier_count=1, base=None)
        assert caught.value.field == field


class TestMeterSheet:
    ROW = MeterRow(
        5, "W-1", MeterKind.water, 5, 9, "3-2-1501", "3栋2单元1501", date(2020, 1, 1), None, date(2026, 10, 1), 100_500,
        ReadingKind.estimated,
    )  # fmt: skip

    def test_a_row_in_both_languages(self):
        zh, en = (meters.meter_line(self.ROW, None, today=TODAY, locale=locale) for locale in ("zh", "en"))
        assert (zh.place, zh.kind, zh.last, zh.last_day) == ("3栋2单元1501", "水", "100.5", "10-01 估抄")
        assert (en.place, en.kind, en.last, en.last_day) == ("3-2-1501", "Water", "100.5", "1 Oct estimated")

    def test_a_saved_row_keeps_the_reading_that_it_was_compared_with(self):
        line = meters.meter_line(self.ROW, None, today=TODAY, locale="en")
        reading = Reading(id=3, meter_id=5, read_on=TODAY, value_milli=180_000, created_at=NOW)
        done = meters.saved(line, "180", Recorded(reading, 79_500, ReadingFlag.spike), locale="en")
        assert (done.state, done.note, done.tone, done.reading_id) == ("saved", "used 79.5 m³ · Use jumped", "orange", 3)
        again = meters.meter_line(self.ROW, done, today=TODAY, locale="en")
        assert (again.last, again.typed, again.reading_id) == ("100.5", "180", 3)
        assert meters.progress_text([done, line], locale="en") == "1 of 2 on this page entered"

    def test_the_refusal_after_which_a_rollover_may_be_confirmed(self):
        with pytest.raises(InvalidError) as caught:
            meter_use(previous_milli=2_000, current_milli=1_000, digits=5)
        assert caught.value.message.id == _FALLS
