"""Metered prices. Published tariffs and bills are retyped with their source; the arithmetic stands beside each."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estate_app.billing.rules.metered import TariffVersion, Use, correction_lines, price_use, price_use_over
from estate_app.billing.rules.tariff import Component, Cycle, Household, Season, Surcharge, Tariff, Tier, TimeOfUse
from estate_app.errors import InvalidError


def tiers(*pairs: tuple[int | None, int]) -> tuple[Tier, ...]:
    return tuple(Tier(None if upto is None else upto * 1000, price) for upto, price in pairs)


# 粤发改价格〔2017〕498号, seasonal tiers; families of five or more: the first tier grows by 100 kWh a month.
GUANGZHOU = Tariff(
    unit="kWh",
    seasons=(
        Season(frozenset({5, 6, 7, 8, 9, 10}), tiers((260, 5890), (600, 6390), (None, 8890))),
        Season(frozenset({1, 2, 3, 4, 11, 12}), tiers((200, 5890), (400, 6390), (None, 8890))),
    ),
    household=Household(5, first_plus_milli=100_000),
)
# 京发改〔2020〕1708号.
BEIJING_POWER = Tariff(unit="kWh", tiers=tiers((240, 4883), (400, 5383), (None, 7883)))
# 北京市居民用水阶梯水价表 (2014-05-01): three components.
BEIJING_WATER = Tariff(
    unit="m³",
    cycle=Cycle.year,
    tiers=tiers((180, 50_000), (260, 70_000), (None, 90_000)),
    components=(
        Component("水费", (20_700, 40_700, 60_700)),
        Component("水资源费", (15_700, 15_700, 15_700)),
        Component("污水处理费", (13_600, 13_600, 13_600)),
    ),
)
# 浙价资〔2012〕169号: peak, valley, and the surcharge of each higher tier.
ZHEJIANG = Tariff(
    unit="kWh",
    cycle=Cycle.year,
    tiers=tiers((2760, 5380), (4800, 5880), (None, 8380)),
    time_of_use=TimeOfUse((("peak", 5680), ("valley", 2880)), (0, 500, 3000)),
)
# 武汉 2013: families of five or more count by person; sewage fee beside.
WUHAN_WATER = Tariff(
    unit="m³",
    tiers=tiers((25, 15_200), (33, 22_800), (None, 30_400)),
    household=Household(5, per_person_milli=(6_250, 8_250)),
    surcharges=(Surcharge("污水处理费", 8_000),),
)
# 穗发改〔2015〕454号: above four persons the first tier grows by 70 m³ a year for each.
GUANGZHOU_GAS = Tariff(
    unit="m³",
    cycle=Cycle.year,
    tiers=tiers((320, 34_500), (400, 41_400), (None, 51_800)),
    household=Household(5, first_plus_each_milli=70_000),
)


def amounts(explanation) -> list[tuple[int, int, int]]:
    return [(line.quantity_milli, line.price_e4, line.amount_fen) for line in explanation.lines]


class TestPublishedCases:
    def test_guangzhou_in_summer_costs_what_the_city_publishes(self):
        """gz.gov.cn 2026-05-14: 600 kWh in summer cost 370.4 yuan."""
        result = price_use(GUANGZHOU, Use(600_000), month=7)
        assert amounts(result) == [(260_000, 5890, 15_314), (340_000, 6390, 21_726)]
        assert result.total_fen == 37_040

    def test_guangzhou_in_winter_costs_what_the_city_publishes(self):
        """The same source: 423.4 yuan in winter."""
        assert price_use(GUANGZHOU, Use(600_000), month=1).total_fen == 42_340

    def test_a_large_family_has_a_wider_first_tier(self):
        result = price_use(GUANGZHOU, Use(460_000, persons=6), month=8)
        assert amounts(result) == [(360_000, 5890, 21_204), (100_000, 6390, 6_390)]

    def test_four_persons_are_not_a_large_family(self):
        assert price_use(GUANGZHOU, Use(360_000, persons=4), month=8).lines[0].quantity_milli == 260_000

    @pytest.mark.parametrize(("kwh", "fen"), [(240, 11_719), (246, 12_042), (401, 20_411)])
    def test_beijing_rounds_each_line_half_up(self, kwh, fen):
        """240 × 0.4883 = 117.192; 246 is 240 + 6 (OpenJudge's text of the tariff); 401 reaches the third tier by one."""
        assert price_use(BEIJING_POWER, Use(kwh * 1000), month=3).total_fen == fen

    def test_beijing_water_shows_components_and_crosses_a_yearly_tier(self):
        """10 × 5 + 20 × 7 = 190 yuan."""
        result = price_use(BEIJING_WATER, Use(30_000, prior_milli=170_000), month=9)
        assert amounts(result) == [
            (10_000, 20_700, 2_070),
            (20_000, 40_700, 8_140),
            (30_000, 15_700, 4_710),
            (30_000, 13_600, 4_080),
        ]
        assert result.total_fen == 19_000

    def test_a_real_state_grid_bill_by_the_hour(self):
        """ARC-MX/sgcc_electricity_new issue 82, February 2024: 415 + 143 kWh, 276.90 yuan."""
        use = Use(558_000, prior_milli=419_000, bands_milli=(("peak", 415_000), ("valley", 143_000)))
        assert amounts(price_use(ZHEJIANG, use, month=2)) == [(415_000, 5680, 23_572), (143_000, 2880, 4_118)]

    def test_bands_pay_the_surcharge_of_the_higher_tier_whatever_the_hour(self):
        """180 × 0.568 + 120 × 0.288 + 240 × 0.05 = 148.80."""
        use = Use(300_000, prior_milli=2_700_000, bands_milli=(("peak", 180_000), ("valley", 120_000)))
        result = price_use(ZHEJIANG, use, month=8)
        assert amounts(result) == [(180_000, 5680, 10_224), (120_000, 2880, 3_456), (240_000, 500, 1_200)]
        assert result.total_fen == 14_880

    def test_without_bands_the_plain_tiers_hold(self):
        assert price_use(ZHEJIANG, Use(300_000, prior_milli=2_700_000), month=8).total_fen == 17_340

    @pytest.mark.parametrize(("persons", "fen"), [(6, 13_356), (4, 15_560)])
    def test_wuhan_counts_tiers_by_person_and_adds_sewage(self, persons, fen):
        assert price_use(WUHAN_WATER, Use(52_000, persons=persons), month=5).total_fen == fen

    def test_guangzhou_gas_grows_for_each_further_person(self):
        """First bound 390 for five persons: 10 × 3.45 + 5 × 4.14."""
        result = price_use(GUANGZHOU_GAS, Use(15_000, prior_milli=380_000, persons=5), month=11)
        assert amounts(result) == [(10_000, 34_500, 3_450), (5_000, 41_400, 2_070)]

    def test_fractional_readings(self):
        """杭发改价格〔2020〕450号: 0.37 × 3.10 = 1.147; 12.46 × 3.72 = 46.3512."""
        gas = Tariff(unit="m³", cycle=Cycle.year, tiers=tiers((276, 31_000), (1280, 37_200), (None, 46_500)))
        result = price_use(gas, Use(12_830, prior_milli=275_630), month=9)
        assert amounts(result) == [(370, 31_000, 115), (12_460, 37_200, 4_635)]

    def test_four_tiers_are_crossed_in_one_period(self):
        """云发改价格〔2024〕237号."""
        power = Tariff(unit="kWh", cycle=Cycle.year, tiers=tiers((1560, 3600), (3600, 4500), (4680, 5000), (None, 8000)))
        result = price_use(power, Use(3_300_000, prior_milli=1_500_000), month=12)
        assert [line.amount_fen for line in result.lines] == [2_160, 91_800, 54_000, 9_600]


class TestBounds:
    def test_a_bound_belongs_to_the_lower_tier(self):
        assert [line.tier for line in price_use(BEIJING_POWER, Use(400_000), month=3).lines] == [1, 2]

    def test_no_use_gives_no_line(self):
        assert price_use(WUHAN_WATER, Use(0), month=5).lines == ()

    def test_use_above_a_closed_last_tier_is_refused(self):
        closed = Tariff(unit="m³", tiers=tiers((10, 10_000)))
        with pytest.raises(InvalidError) as refusal:
            price_use(closed, Use(10_001), month=1)
        assert str(refusal.value.message) == "The tariff has no price above 10"
        assert price_use(closed, Use(10_000), month=1).total_fen == 1_000

    @pytest.mark.parametrize(
        ("use", "field"),
        [
            (Use(-1), "usage"),
            (Use(1, prior_milli=-1), "usage"),
            (Use(1, persons=0), "persons"),
            (Use(2, bands_milli=(("peak", 1),)), "usage"),
            (Use(1, bands_milli=(("noon", 1),)), "time_of_use"),
        ],
    )
    def test_impossible_use_is_refused_by_name_of_the_field(self, use, field):
        with pytest.raises(InvalidError) as refusal:
            price_use(ZHEJIANG, use, month=1)
        assert refusal.value.field == field

    def test_a_minimum_charge_tops_up(self):
        result = price_use(Tariff(unit="m³", tiers=tiers((None, 10_000)), minimum_fen=500), Use(3_000), month=1)
        assert [line.amount_fen for line in result.lines] == [300, 200]

    def test_a_grown_first_tier_never_passes_below_the_second(self):
        """Nine persons push the first bound (670) past the second (400): the second tier is empty, the third follows."""
        result = price_use(GUANGZHOU_GAS, Use(700_000, persons=9), month=1)
        assert [(line.tier, line.quantity_milli) for line in result.lines] == [(1, 670_000), (3, 30_000)]


class TestPriceChange:
    OLD = TariffVersion(date(2025, 1, 1), Tariff(unit="m³", tiers=tiers((10, 10_000), (None, 20_000))))
    NEW = TariffVersion(date(2026, 6, 11), Tariff(unit="m³", tiers=tiers((10, 15_000), (None, 30_000))))

    def test_use_splits_by_days_and_tiers_go_on_counting(self):
        """30 m³ over 30 days: 10 days old price (10 in tier 1), 20 days new price, all in tier 2 from there."""
        result = price_use_over([self.NEW, self.OLD], Use(30_000), from_on=date(2026, 6, 1), to_on=date(2026, 6, 30))
        assert amounts(result) == [(10_000, 10_000, 1_000), (20_000, 30_000, 6_000)]
        assert [(line.from_on, line.to_on) for line in result.lines] == [
            (date(2026, 6, 1), date(2026, 6, 10)),
            (date(2026, 6, 11), date(2026, 6, 30)),
        ]

    def test_a_change_on_the_first_day_needs_no_split(self):
        result = price_use_over([self.OLD, self.NEW], Use(1_000), from_on=date(2026, 6, 11), to_on=date(2026, 6, 30))
        assert amounts(result) == [(1_000, 15_000, 150)]

    def test_a_period_before_all_versions_is_refused(self):
        with pytest.raises(InvalidError) as refusal:
            price_use_over([self.OLD], Use(1_000), from_on=date(2024, 12, 31), to_on=date(2025, 1, 30))
        assert refusal.value.field == "tariff"

    def test_bands_split_too(self):
        change = TariffVersion(date(2026, 6, 16), ZHEJIANG)
        start = TariffVersion(date(2020, 1, 1), ZHEJIANG)
        use = Use(101, bands_milli=(("peak", 1), ("valley", 100)))
        result = price_use_over([start, change], use, from_on=date(2026, 6, 1), to_on=date(2026, 6, 30))
        assert sum(line.quantity_milli for line in result.lines) == 101

    @given(
        total=st.integers(0, 10**7),
        prior=st.integers(0, 10**6),
        day=st.integers(2, 30),
    )
    def test_the_same_tariff_in_two_versions_charges_all_use_once(self, total, prior, day):
        again = TariffVersion(date(2026, 6, day), BEIJING_POWER)
        first = TariffVersion(date(2020, 1, 1), BEIJING_POWER)
        split = price_use_over([first, again], Use(total, prior), from_on=date(2026, 6, 1), to_on=date(2026, 6, 30))
        whole = price_use(BEIJING_POWER, Use(total, prior), month=6)
        assert sum(line.quantity_milli for line in split.lines) == total
        # Only the rounding of further lines may differ: less than a fen for each.
        assert abs(split.total_fen - whole.total_fen) <= len(split.lines)


class TestProperties:
    @given(st.integers(0, 10**8), st.integers(0, 10**8))
    def test_lines_hold_all_use_exactly(self, total, prior):
        result = price_use(BEIJING_POWER, Use(total, prior), month=6)
        assert sum(line.quantity_milli for line in result.lines) == total

    @given(st.integers(0, 10**7), st.integers(1, 10**6))
    def test_more_use_never_costs_less(self, total, more):
        dear = price_use(BEIJING_POWER, Use(total + more), month=6).total_fen
        # Two more lines may each round by half a fen.
        assert dear >= price_use(BEIJING_POWER, Use(total), month=6).total_fen - 1

    @given(st.integers(0, 10**7), st.integers(0, 10**7))
    def test_correction_lines_sum_to_the_difference(self, charged, right):
        old, new = price_use(WUHAN_WATER, Use(charged), month=5), price_use(WUHAN_WATER, Use(right), month=5)
        change = correction_lines(old.lines, new.lines)
        assert sum(line.amount_fen for line in change) == new.total_fen - old.total_fen
        assert all(line.is_adjustment for line in change)


def test_the_steps_say_use_prior_tiers_and_family():
    steps = price_use(GUANGZHOU_GAS, Use(15_000, prior_milli=380_000, persons=5), month=11).steps
    assert [step.id for step in steps] == [
        "Used {quantity} {unit}",
        "Counted this year before: {quantity} {unit}",
        "Tiers widened for {persons} persons",
        "Tier {tier}: ¥{price} up to {bound}",
        "Tier {tier}: ¥{price} up to {bound}",
        "Tier {tier}: ¥{price} without upper end",
    ]
    assert dict(steps[3].params) == {"tier": 1, "price": "3.45", "bound": "390"}
