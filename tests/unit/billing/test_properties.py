"""What holds for every figure: shares sum to their cost, a split period loses nothing, more use never costs less."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from estate_app.billing.rules.metered import TariffVersion, Use, correction_lines, price_use, price_use_over
from estate_app.billing.rules.periodic import area_fee, share_of_month
from estate_app.billing.rules.shared import ShareBy, Sharer, share_cost
from estate_app.billing.rules.tariff import Cycle, Tariff, Tier

MILLI = st.integers(0, 5_000_000)


@st.composite
def tariffs(draw):
    """Up to four rising tiers with rising prices, the last one open."""
    bounds = sorted(draw(st.sets(st.integers(1, 5_000), max_size=3)))
    prices = sorted(draw(st.lists(st.integers(0, 100_000), min_size=len(bounds) + 1, max_size=len(bounds) + 1)))
    ends = [*(bound * 1_000 for bound in bounds), None]
    return Tariff("kWh", tuple(Tier(end, price) for end, price in zip(ends, prices, strict=True)), Cycle.year)


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**7), min_size=1, max_size=60), st.sampled_from(list(ShareBy)))
def test_shares_sum_to_the_cost_and_nobody_is_off_by_more_than_a_fen(total, areas, by):
    shares = share_cost(total, [Sharer(str(number), area) for number, area in enumerate(areas)], by)
    whole = sum(share.weight for share in shares)
    assert sum(share.amount_fen for share in shares) == total
    assert all(abs(share.amount_fen * whole - total * share.weight) < whole for share in shares)


@given(tariffs(), MILLI, MILLI, MILLI)
def test_more_use_never_costs_less_by_more_than_the_rounding_of_its_lines(tariff, prior, use, more):
    small = price_use(tariff, Use(use, prior), month=1)
    large = price_use(tariff, Use(use + more, prior), month=1)
    assert large.total_fen >= small.total_fen - len(small.lines)


@given(tariffs(), MILLI, MILLI, st.integers(2, 29))
def test_a_period_split_by_a_price_that_stays_the_same_charges_the_same_use(tariff, prior, use, day):
    whole = price_use(tariff, Use(use, prior), month=6)
    versions = [TariffVersion(date(2020, 1, 1), tariff), TariffVersion(date(2026, 6, day), tariff)]
    split = price_use_over(versions, Use(use, prior), from_on=date(2026, 6, 1), to_on=date(2026, 6, 30))
    assert sum(line.quantity_milli for line in split.lines) == sum(line.quantity_milli for line in whole.lines) == use
    assert abs(split.total_fen - whole.total_fen) <= len(split.lines)


@given(tariffs(), MILLI, MILLI, MILLI)
def test_a_correction_sums_to_the_difference_and_one_back_again_takes_it_away(tariff, prior, before, after):
    charged, right = (price_use(tariff, Use(use, prior), month=1) for use in (before, after))
    change = correction_lines(charged.lines, right.lines)
    assert sum(line.amount_fen for line in change) == right.total_fen - charged.total_fen
    assert correction_lines((*charged.lines, *change), right.lines) == ()


@given(st.integers(1, 10**6), st.integers(1, 100_000), st.integers(1, 29))
def test_the_days_of_two_parts_of_a_month_are_the_month_and_their_sum_is_off_by_a_fen_at_most(area, price, day):
    month = date(2026, 11, 1)
    first = share_of_month(month, ends_on=date(2026, 11, day))
    second = share_of_month(month, starts_on=date(2026, 11, day + 1))
    assert first.days + second.days == 30
    parts = sum(area_fee(area_milli_m2=area, price_e4=price, share=share).total_fen for share in (first, second))
    assert abs(parts - area_fee(area_milli_m2=area, price_e4=price).total_fen) <= 1
