"""Monthly fees, their proration, and shared cost."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estate_app.billing.rules.periodic import area_fee, fixed_fee, share_of_month, space_fee
from estate_app.billing.rules.shared import ShareBy, Sharer, share_cost
from estate_app.billing.rules.values import amount_fen, format_milli, format_price, parse_milli, parse_price
from estate_app.errors import InvalidError


class TestPeriodic:
    def test_a_quarter_of_property_fee_is_rounded_once(self):
        """94.56 m² × 3 months × 1.30 = 368.784; rounding each month (122.928 → 122.93) would give 368.79."""
        charge = area_fee(area_milli_m2=94_560, price_e4=13_000, months=3)
        assert (charge.lines[0].quantity_milli, charge.total_fen) == (283_680, 36_878)

    def test_days_and_discount_are_in_the_same_rounding(self):
        """94.56 × 1.30 × 15/31 × 80% = 47.5851…"""
        share = share_of_month(date(2026, 1, 1), starts_on=date(2026, 1, 17))
        charge = area_fee(area_milli_m2=94_560, price_e4=13_000, share=share, discount_bp=2_000)
        assert charge.total_fen == 4_759
        assert charge.lines[0].formula == "94.56 × 1.30 × 15/31 × 80%"
        assert [dict(step.params) for step in charge.steps] == [
            {"days": 15, "of_days": 31, "from_on": "2026-01-17", "to_on": "2026-01-31"},
            {"percent": "20"},
        ]

    @pytest.mark.parametrize(
        ("starts", "ends", "days"),
        [
            (None, None, 29),
            (date(2024, 2, 29), None, 1),
            (None, date(2024, 2, 1), 1),
            (date(2024, 2, 10), date(2024, 2, 19), 10),
            (date(2023, 1, 1), date(2025, 1, 1), 29),
        ],
    )
    def test_both_ends_of_a_standard_are_charged(self, starts, ends, days):
        share = share_of_month(date(2024, 2, 1), starts_on=starts, ends_on=ends)
        assert share is not None
        assert (share.days, share.of_days) == (days, 29)

    def test_a_month_outside_the_standard_is_not_charged(self):
        assert share_of_month(date(2024, 2, 1), ends_on=date(2024, 1, 31)) is None
        assert share_of_month(date(2024, 2, 1), starts_on=date(2024, 3, 1)) is None

    def test_fixed_and_space_fees(self):
        assert fixed_fee(price_e4=97_000, months=3).total_fen == 2_910
        assert space_fee(spaces=2, price_e4=1_500_000).total_fen == 30_000

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"area_milli_m2": 0}, "quantity"),
            ({"price_e4": -1}, "price"),
            ({"months": 0}, "months"),
            ({"discount_bp": 10_001}, "discount"),
            ({"months": 2, "share": share_of_month(date(2026, 1, 1))}, "months"),
        ],
    )
    def test_impossible_input_is_refused(self, change, field):
        with pytest.raises(InvalidError) as refusal:
            area_fee(**({"area_milli_m2": 1_000, "price_e4": 1} | change))
        assert refusal.value.field == field


class TestAmounts:
    @pytest.mark.parametrize(("quantity", "price", "fen"), [(23_870, 35_000, 8_355), (1, 49_999, 0), (1, 50_000, 1), (-1, 50_000, -1)])
    def test_half_a_fen_is_rounded_away_from_zero(self, quantity, price, fen):
        """23.87 × 3.5 = 83.545, of a real statement (gist tylerlong/7b2d2fc6…, Shenzhen)."""
        assert amount_fen(quantity, price) == fen

    @given(st.integers(0, 10**12))
    def test_quantities_survive_text(self, milli):
        assert parse_milli(format_milli(milli % 10**12)) == milli % 10**12

    @given(st.integers(0, 10**12))
    def test_prices_survive_text(self, price):
        assert parse_price(format_price(price)) == price

    def test_prices_keep_two_decimals(self):
        assert [format_price(p) for p in (13_000, 4_883, 21_960, 0, -500)] == ["1.30", "0.4883", "2.196", "0.00", "-0.05"]


class TestSharedCost:
    AREAS = (Sharer("1", 94_560), Sharer("2", 88_200, is_occupied=False), Sharer("3", 120_350))

    def test_by_area_each_share_is_within_a_fen_and_the_sum_is_exact(self):
        """1000.00 over 94.56, 88.20 and 120.35 m²: 311.965953, 290.983471, 397.050576 (Civil Code art. 283)."""
        shares = share_cost(100_000, self.AREAS)
        assert [share.amount_fen for share in shares] == [31_197, 29_098, 39_705]

    def test_by_household_vacant_rooms_pay_nothing(self):
        assert [s.amount_fen for s in share_cost(101, self.AREAS, ShareBy.household)] == [51, 0, 50]

    def test_equally_the_odd_fen_go_to_the_first(self):
        assert [s.amount_fen for s in share_cost(101, self.AREAS, ShareBy.equal)] == [34, 34, 33]

    def test_nobody_to_share_is_refused(self):
        with pytest.raises(InvalidError):
            share_cost(100, [])
        with pytest.raises(InvalidError):
            share_cost(100, [Sharer("1", 1, is_occupied=False)], ShareBy.household)

    @given(st.integers(0, 10**9), st.lists(st.integers(1, 10**6), min_size=1, max_size=60))
    def test_shares_always_sum_to_the_whole(self, total, areas):
        shares = share_cost(total, [Sharer(str(i), area) for i, area in enumerate(areas)])
        assert sum(share.amount_fen for share in shares) == total
        assert all(abs(s.amount_fen - total * s.weight / s.whole_weight) < 1.001 for s in shares)
