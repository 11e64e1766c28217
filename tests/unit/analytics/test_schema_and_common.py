"""The extracts' contract, the shared filter, and intervals of rates."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estate_app.analytics.frames.common import Filter, Grain, apply_filter, calendar, with_rate
from estate_app.analytics.schema import EXTRACTS, conform, empty
from tests.unit.analytics.rows import extract, rows_of


@pytest.mark.parametrize("name", EXTRACTS)
def test_an_empty_extract_has_every_column(name):
    frame = empty(name).collect()
    assert (frame.height, dict(frame.schema)) == (0, dict(EXTRACTS[name]))


def test_conform_orders_casts_fills_and_drops():
    frame = conform(pl.LazyFrame({"secret": ["13800138000"], "rating_quality": [5], "order_id": ["o1"]}), "repairs").collect()
    assert dict(frame.schema) == dict(EXTRACTS["repairs"])
    assert frame.select("order_id", "rating_quality", "building_id").row(0) == ("o1", 5, None)


@pytest.mark.parametrize("name", EXTRACTS)
def test_no_extract_holds_a_name_a_phone_or_a_free_text(name):
    assert not {"name", "phone", "text", "description", "reporter", "payer"} & set(EXTRACTS[name]) - (
        {"name"} if name == "events" else set()
    )


class TestFilter:
    REPAIRS = extract(
        "repairs",
        [
            {"order_id": "a", "submitted_at": datetime(2026, 5, 31, 15, 59, tzinfo=UTC)},
            {"order_id": "b", "submitted_at": datetime(2026, 5, 31, 16, 0, tzinfo=UTC)},
            {"order_id": "c", "submitted_at": datetime(2026, 6, 2, 15, 59, tzinfo=UTC), "building_id": "b2"},
            {"order_id": "d", "submitted_at": datetime(2026, 6, 2, 16, 0, tzinfo=UTC), "category": "房屋修缮", "estate_id": "e2"},
        ],
    )

    @pytest.mark.parametrize(
        ("chosen", "kept"),
        [
            (Filter(), "abcd"),
            (Filter(from_on=date(2026, 6, 1), to_on=date(2026, 6, 2)), "bc"),
            (Filter(building_ids=("b2",)), "c"),
            (Filter(estate_ids=("e1",), categories=("水电维修",)), "abc"),
            (Filter(items=("物业费",)), "abcd"),
        ],
    )
    def test_days_are_shanghais_and_both_ends_count(self, chosen, kept):
        found = apply_filter(self.REPAIRS, chosen, at="submitted_at")
        assert "".join(row[0] for row in rows_of(found, "order_id")) == kept

    def test_a_date_column_works_too(self):
        bills = extract("bills", [{"bill_id": "a", "due_on": date(2026, 6, 1)}, {"bill_id": "b", "due_on": date(2026, 6, 2)}])
        assert rows_of(apply_filter(bills, Filter(to_on=date(2026, 6, 1)), at="due_on"), "bill_id") == [("a",)]


@pytest.mark.parametrize(
    ("grain", "starts"),
    [
        (Grain.day, [date(2026, 6, 3), date(2026, 6, 4)]),
        (Grain.week, [date(2026, 6, 1)]),
        (Grain.month, [date(2026, 6, 1)]),
    ],
)
def test_calendar_steps(grain, starts):
    assert [row[0] for row in rows_of(calendar(date(2026, 6, 3), date(2026, 6, 4), grain))] == starts


class TestRate:
    def test_wilson_interval_of_a_textbook(self):
        """8 of 10: 0.490 to 0.943 (Wilson 1927; Newcombe 1998 uses the same formula)."""
        [row] = rows_of(with_rate(pl.LazyFrame({"k": [8], "n": [10]}), "k", "n"), "rate", "rate_low", "rate_high")
        assert row == pytest.approx((0.8, 0.4902, 0.9433), abs=5e-5)

    def test_nothing_to_divide_by_gives_no_rate(self):
        assert rows_of(with_rate(pl.LazyFrame({"k": [0], "n": [0]}), "k", "n"), "rate", "rate_low") == [(None, None)]

    @given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
    def test_the_interval_holds_the_rate(self, pair):
        [(rate, low, high)] = rows_of(with_rate(pl.LazyFrame({"k": [pair[0]], "n": [pair[1]]}), "k", "n"), "rate", "rate_low", "rate_high")
        assert 0 <= low <= rate + 1e-12
        assert rate - 1e-12 <= high <= 1
