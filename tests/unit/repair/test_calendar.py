"""The clock of a promise: official workdays from 8:00 to 20:00, emergencies day and night."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estate_app.kit.clock import at_local
from estate_app.repair.calendar import add_working, clock_percent, is_workday, working_between
from estate_app.repair.models import Urgency

NORMAL, EMERGENCY = Urgency.normal, Urgency.emergency
MOMENTS = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2026, 12, 20), timezones=st.just(UTC))
SPANS = st.integers(min_value=0, max_value=20_000).map(lambda m: timedelta(minutes=m))


def at(month, day, hour, minute=0, year=2026):
    return at_local(date(year, month, day), time(hour, minute))


class TestWorkdays:
    @pytest.mark.parametrize(
        ("day", "works"),
        [
            (date(2026, 10, 1), False),
            (date(2026, 10, 7), False),
            (date(2026, 10, 8), True),
            (date(2026, 10, 10), True),
            (date(2026, 10, 11), False),
            (date(2026, 2, 14), True),
            (date(2026, 2, 16), False),
            (date(2026, 11, 18), True),
            (date(2026, 11, 21), False),
        ],
    )
    def test_holidays_rest_and_make_up_saturdays_work(self, day, works):
        assert is_workday(day) is works

    def test_a_year_that_is_not_announced_counts_monday_to_friday(self):
        assert [is_workday(date(2031, 1, d)) for d in range(6, 13)] == [True] * 5 + [False] * 2


class TestAddWorking:
    def test_half_an_hour_on_a_workday_is_half_an_hour(self):
        assert add_working(at(11, 18, 10, 58), timedelta(minutes=30), urgency=NORMAL) == at(11, 18, 11, 28)

    def test_the_national_holiday_is_skipped(self):
        assert add_working(at(9, 30, 19, 30), timedelta(minutes=60), urgency=NORMAL) == at(10, 8, 8, 30)

    def test_a_make_up_saturday_counts_and_the_sunday_after_it_does_not(self):
        assert add_working(at(10, 9, 19, 30), timedelta(minutes=60), urgency=NORMAL) == at(10, 10, 8, 30)
        assert add_working(at(10, 10, 19, 30), timedelta(minutes=60), urgency=NORMAL) == at(10, 12, 8, 30)

    def test_a_report_at_night_starts_in_the_morning(self):
        assert add_working(at(11, 18, 23), timedelta(minutes=30), urgency=NORMAL) == at(11, 19, 8, 30)

    def test_an_emergency_runs_through_the_night_and_the_holiday(self):
        assert add_working(at(9, 30, 23, 50), timedelta(minutes=15), urgency=EMERGENCY) == at(10, 1, 0, 5)

    @given(start=MOMENTS, first=SPANS, second=SPANS)
    def test_spans_add_up(self, start, first, second):
        step = add_working(add_working(start, first, urgency=NORMAL), second, urgency=NORMAL)
        assert step == add_working(start, first + second, urgency=NORMAL)

    @given(start=MOMENTS, span=SPANS, urgency=st.sampled_from(list(Urgency)))
    def test_measuring_gives_back_what_was_added(self, start, span, urgency):
        assert working_between(start, add_working(start, span, urgency=urgency), urgency=urgency) == span


class TestClockPercent:
    def test_it_counts_working_time_only(self):
        start, due = at(11, 20, 19), at(11, 23, 9)
        assert clock_percent(start, due, at(11, 22, 12), urgency=NORMAL) == 50
        assert clock_percent(start, due, at(11, 23, 10), urgency=NORMAL) == 150

    def test_a_promise_without_length_is_spent_when_it_is_due(self):
        due = at(11, 18, 10)
        assert [clock_percent(due, due, due + timedelta(minutes=m), urgency=NORMAL) for m in (-1, 0)] == [0, 100]

    def test_nothing_lies_between_an_end_and_an_earlier_start(self):
        assert working_between(at(11, 18, 12), at(11, 18, 11), urgency=NORMAL) == timedelta()
