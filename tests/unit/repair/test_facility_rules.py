"""When a plan is due again, how long something stood still, and what a label's code means."""

from datetime import UTC, date, datetime, timedelta

import pytest

from estate_app.repair.facility_models import CountsFrom, PlanUnit
from estate_app.repair.facility_rules import (
    Pace,
    aimed_day,
    area_code,
    area_of_code,
    is_due,
    new_label_code,
    next_date,
    next_value,
    stood_still,
)

D, P = CountsFrom.done, CountsFrom.planned
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("unit", "every", "counts_from", "due", "done", "expected"),
    [
        (PlanUnit.day, 15, P, date(2026, 11, 1), date(2026, 11, 3), date(2026, 11, 16)),
        (PlanUnit.day, 15, D, date(2026, 11, 1), date(2026, 11, 3), date(2026, 11, 18)),
        (PlanUnit.day, 15, P, date(2026, 11, 1), date(2026, 12, 20), date(2026, 12, 31)),
        (PlanUnit.day, 15, P, date(2026, 11, 1), date(2026, 11, 16), date(2026, 12, 1)),
        (PlanUnit.day, 15, P, date(2026, 11, 1), date(2026, 10, 28), date(2026, 11, 16)),
        (PlanUnit.month, 1, P, date(2026, 1, 31), date(2026, 1, 31), date(2026, 2, 28)),
        (PlanUnit.month, 3, D, date(2026, 1, 1), date(2026, 11, 30), date(2027, 2, 28)),
        (PlanUnit.month, 12, P, date(2024, 2, 29), date(2024, 3, 1), date(2025, 2, 28)),
    ],
)
def test_the_next_day_counts_from_the_plan_or_from_the_work(unit, every, counts_from, due, done, expected):
    assert next_date(Pace(unit, every, counts_from), due, done) == expected


def dues(pace, due_on, *, times, late=0):
    """The due days that follow a first one when each is done `late` days after its due."""
    found, aim = [], due_on.day
    for _ in range(times):
        done_on = due_on + timedelta(days=late)
        due_on = next_date(pace, due_on, done_on, due_day=aim)
        aim = aimed_day(pace, done_on, aim)
        found.append(f"{due_on:%m-%d}")
    return found


@pytest.mark.parametrize(
    ("first", "every", "expected"),
    [
        (date(2026, 12, 31), 1, ["01-31", "02-28", "03-31", "04-30", "05-31", "06-30", "07-31"]),
        (date(2027, 12, 30), 1, ["01-30", "02-29", "03-30", "04-30", "05-30", "06-30", "07-30"]),
        (date(2026, 11, 30), 3, ["02-28", "05-30", "08-30", "11-30", "02-29", "05-30", "08-30"]),
        (date(2024, 2, 29), 12, ["02-28", "02-28", "02-28", "02-29", "02-28", "02-28", "02-28"]),
    ],
)
def test_a_planned_day_of_the_month_comes_back_after_a_short_month(first, every, expected):
    assert dues(Pace(PlanUnit.month, every, P), first, times=7) == expected
    assert dues(Pace(PlanUnit.month, every, P), first, times=7, late=2) == expected


def test_counted_from_the_work_the_day_is_that_of_the_work():
    assert dues(Pace(PlanUnit.month, 1, D), date(2026, 12, 31), times=4) == ["01-31", "02-28", "03-28", "04-28"]
    assert dues(Pace(PlanUnit.month, 1, D), date(2026, 12, 31), times=3, late=2) == ["02-02", "03-04", "04-06"]


def test_what_counts_by_days_aims_at_no_day_of_the_month():
    assert aimed_day(Pace(PlanUnit.day, 15, P), NOON.date(), 31) is None


@pytest.mark.parametrize(
    ("counts_from", "due", "done", "expected"),
    [(P, 1000, 1040, 1500), (P, 1000, 2100, 2500), (P, 1000, 1500, 2000), (P, 1000, 900, 1500), (D, 1000, 1040, 1540)],
)
def test_the_next_value_of_a_counter_follows_the_same_rule(counts_from, due, done, expected):
    assert next_value(Pace(PlanUnit.meter, 500, counts_from), due, done) == expected


def test_an_order_is_due_a_lead_before_its_day_or_value():
    day = {"due_on": date(2026, 11, 20), "due_value": None, "lead": 3, "value": None}
    assert (is_due(today=date(2026, 11, 16), **day), is_due(today=date(2026, 11, 17), **day)) == (False, True)
    counter = {"due_on": None, "due_value": 1000, "lead": 50, "today": date(2026, 11, 16)}
    assert [is_due(value=v, **counter) for v in (None, 949, 950)] == [False, False, True]


def test_standstills_that_overlap_count_once_and_only_within_the_span():
    def at(hours):
        return NOON + timedelta(hours=hours)

    spans = [(at(3), at(5)), (at(-2), at(1)), (at(4), at(6)), (at(4), at(4.5)), (at(9), at(30))]
    assert stood_still(spans, at(0), at(10)) == timedelta(hours=1 + 3 + 1)
    assert stood_still([], at(0), at(1)) == timedelta()


def test_a_labels_code_is_an_areas_or_a_facilitys():
    assert (area_code(12), area_of_code("A-12")) == ("A-12", 12)
    assert [area_of_code(code) for code in ("A-", "A-x", "12", "A-١", new_label_code())] == [None] * 5
