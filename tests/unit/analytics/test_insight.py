"""Findings: the tests they rest on, by hand, and when they keep silent."""

import math
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estate_app.analytics import finding
from estate_app.analytics.frames.repairs import building_by_category
from estate_app.analytics.insight import benjamini_hochberg, forecast, hot_spots
from estate_app.kit.i18n import msg
from tests.unit.analytics.rows import extract


def grid(counts: dict[tuple[str, str], int]) -> pl.LazyFrame:
    rows = [
        {"building_id": building, "building": building, "category": category}
        for (building, category), orders in counts.items()
        for _ in range(orders)
    ]
    return building_by_category(extract("repairs", rows))


class TestHotSpots:
    def test_one_cell_stands_out_with_its_exact_level(self):
        """30 lift orders of building 3: row 60, column 34, total 124, so 16.45 expected; P(X ≥ 30) added up term by term."""
        counts = {(f"{b}栋", "水电维修"): 30 for b in (1, 2, 3)} | {("1栋", "电梯"): 2, ("2栋", "电梯"): 2, ("3栋", "电梯"): 30}
        [spot] = hot_spots(grid(counts))
        expected = 60 * 34 / 124
        p = 1 - sum(math.exp(-expected) * expected**k / math.factorial(k) for k in range(30))
        assert (spot.building, spot.category, spot.orders) == ("3栋", "电梯", 30)
        assert spot.expected == pytest.approx(expected)
        assert spot.p == pytest.approx(p)
        assert spot.q == pytest.approx(p * 6)
        assert str(spot.sentence) == "3栋: 30 orders of 电梯, 1.8 times the expected number (Poisson test, q = 0.010)"

    def test_a_tiny_level_is_not_printed_as_zero(self):
        counts = {(f"{b}栋", "水电维修"): 90 for b in (1, 2, 3)} | {("3栋", "电梯"): 90}
        assert hot_spots(grid(counts))[0].level_text == "q < 0.001"

    def test_an_even_estate_has_none(self):
        assert hot_spots(grid({(f"{b}栋", c): 8 for b in range(5) for c in ("水电维修", "电梯", "房屋修缮")})) == ()

    def test_few_orders_are_never_a_hot_spot(self):
        counts = {(f"{b}栋", "水电维修"): 400 for b in range(40)} | {("9栋", "电梯"): 2}
        assert hot_spots(grid(counts)) == ()

    def test_no_orders_at_all(self):
        assert hot_spots(building_by_category(extract("repairs", []))) == ()


class TestBenjaminiHochberg:
    def test_the_example_of_the_paper(self):
        """Benjamini and Hochberg 1995, 15 p-values: at 0.05 exactly the first four are rejected."""
        levels = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
            0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
        ]  # fmt: skip
        adjusted = benjamini_hochberg(levels)
        assert [q <= 0.05 for q in adjusted] == [True] * 4 + [False] * 11
        assert adjusted[3] == pytest.approx(0.0095 * 15 / 4)

    @given(st.lists(st.floats(0, 1), max_size=30))
    def test_never_smaller_than_before_and_in_the_same_order(self, levels):
        adjusted = benjamini_hochberg(levels)
        assert all(p <= q + 1e-12 and q <= 1 for p, q in zip(levels, adjusted, strict=True))
        pairs = sorted(zip(levels, adjusted, strict=True))
        assert all(a[1] <= b[1] for a, b in pairwise(pairs))


class TestForecast:
    WEEK = (9, 7, 5, 5, 6, 12, 14)

    def test_a_perfect_week_repeats_without_error(self):
        found = forecast(self.WEEK * 8)
        assert found is not None
        assert ([step.value for step in found.steps], found.past_error, found.backtests) == (list(self.WEEK), 0, 6)
        assert all(step.low == step.high == step.value for step in found.steps)

    def test_the_better_method_is_chosen_and_its_error_is_told(self):
        """Every second week is doubled: the mean of four weeks misses by a third, the last week by two thirds."""
        history = [day * (2 if week % 2 else 1) for week in range(10) for day in self.WEEK]
        found = forecast(history)
        assert found is not None
        assert found.method != "last_season"
        assert 0.2 < found.past_error < 0.5
        assert all(0 <= step.low <= step.value <= step.high for step in found.steps)

    def test_the_band_would_have_held_four_fifths(self):
        """Six weeks of zeros but one day: misses are known, the band is their 80th percentile."""
        history = [10.0, 10.0] * 10 + [10.0, 20.0]
        found = forecast(history, season=1, horizon=1)
        assert found is not None
        assert found.steps[0].high - found.steps[0].value <= 10

    @pytest.mark.parametrize("history", [[], [1.0] * 20, [0.0] * 70])
    def test_too_short_or_empty_a_past_gives_none(self, history):
        assert forecast(history) is None

    def test_the_sentence(self):
        found = forecast(self.WEEK * 8)
        assert found is not None
        assert str(found.sentence) == "About 58 orders expected; earlier forecasts were off by 0%"


class TestSentences:
    @pytest.mark.parametrize(
        ("share", "text"), [(0.5, "50%"), (0.999, "99.9%"), (0.001, "0.1%"), (1.0, "100%"), (0.0, "0%"), (0.346, "35%")]
    )
    def test_a_share_never_says_all_or_nothing_falsely(self, share, text):
        assert finding.percent(share) == text

    @pytest.mark.parametrize(
        ("now", "before", "text"),
        [
            (30, 20, "50% more than the period before"),
            (10, 20, "50% less than the period before"),
            (1_001, 1_000, "About the same as the period before"),
            (5, 19, "None"),
        ],
    )
    def test_change(self, now, before, text):
        assert str(finding.change(now, before)) == text

    def test_peak_hours_may_run_over_midnight(self):
        hours = [10] + [1] * 21 + [10, 10]
        assert str(finding.peak_hours(hours)) == "22:00 to 1:00 holds 59%"
        assert finding.peak_hours([0] * 24) is None

    def test_rankings_rates_and_money(self):
        assert str(finding.largest(pl.DataFrame({"category": ["电梯"], "share": [0.4]}), "category")) == "电梯 leads with 40%"
        rate = pl.DataFrame({"rate": [0.8], "rate_low": [0.49], "rate_high": [0.943], "decided": [10]})
        assert str(finding.rate(rate, "decided")) == "80% (95% interval 49% to 94%, n = 10)"
        money = pl.DataFrame({"billed_fen": [100, 300], "paid_fen": [100, 200], "owed_fen": [0, 100]})
        assert str(finding.collected(money)) == "75% collected, ¥1.00 still open"
        assert str(finding.paid_within(pl.DataFrame({"day": [29, 30], "share": [0.1, 0.625]}))) == "62% of bills are paid within 30 days"
        ages = pl.DataFrame({"age": ["0-1", "7-15", "15+"], "orders": [1, 2, 3]})
        assert str(finding.backlog(ages)) == "5 open orders are older than 7 days"

    def test_the_largest_drop(self):
        frame = pl.DataFrame({"stage": ["a", "b", "c"], "subjects": [100, 80, 20], "step": [None, 0.8, 0.25]})
        names = {stage: msg("{name}", name=stage.upper()) for stage in "abc"}
        assert str(finding.largest_drop(frame, names)) == "Most are lost before “C”: 25% go on"

    def test_nothing_to_say_is_not_said(self):
        nothing = pl.DataFrame({"category": [], "share": []}, schema={"category": pl.String, "share": pl.Float64})
        assert finding.largest(nothing, "category") is None
        assert finding.rate(pl.DataFrame({"rate": [None], "rate_low": [None], "rate_high": [None], "n": [0]}), "n") is None
        assert finding.collected(pl.DataFrame({"billed_fen": [0], "paid_fen": [0], "owed_fen": [0]})) is None
        assert finding.paid_within(pl.DataFrame({"day": [30], "share": [None]})) is None
        assert finding.backlog(pl.DataFrame({"age": ["0-1"], "orders": [0]})) is None
        few = pl.DataFrame({"stage": ["a", "b"], "subjects": [3, 1], "step": [None, 0.3]})
        assert finding.largest_drop(few, {}) is None
