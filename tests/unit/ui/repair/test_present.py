"""Repairs in words: exact view models in both languages."""

from datetime import UTC, datetime, timedelta

import pytest

from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.repair.performance import MonthFigures, Performance
from estate_app.repair.promise import Clock
from estate_app.repair.roster import Span
from estate_app.ui.pages.common.repair import clock_words, quantity_text, span_text
from estate_app.ui.pages.resident.report.present import days, window
from estate_app.ui.pages.technician.job import form
from estate_app.ui.pages.technician.jobs.present import today
from estate_app.ui.pages.technician.schedule.present import SpanLine, week
from estate_app.ui.pages.technician.stats.present import stats
from estate_app.ui.view import Bar

NOW = datetime(2026, 11, 18, 2, 58, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [(0, "0 分", "0 min"), (59, "59 分", "59 min"), (130, "2 时 10 分", "2 h 10 min"), (1500, "1 天 1 时", "1 d 1 h")],
)
def test_spans(minutes, zh, en):
    assert (span_text(minutes, "zh"), span_text(minutes, "en")) == (zh, en)


@pytest.mark.parametrize(("percent", "left", "tone"), [(49, 30, "gray"), (50, 30, "orange"), (120, -12, "red")])
def test_the_clock_has_the_tone_of_its_share(percent, left, tone):
    assert clock_words(Clock(NOW, percent, is_answer=False, is_stopped=False, minutes_left=left), "en")[1] == tone


@pytest.mark.parametrize(("milli", "shown"), [(1000, "1"), (1500, "1.5"), (5, "0.005"), (12_340, "12.34")])
def test_quantities(milli, shown):
    assert quantity_text(milli) == shown


@pytest.mark.parametrize("words", ["", "0", "-1", "abc", "NaN", "Infinity", "1.2345", "1001", "1e9"])
def test_a_quantity_that_cannot_be_is_refused_under_its_field(words):
    with pytest.raises(InvalidError) as refused:
        form.quantity(words)
    assert refused.value.field == "quantity_milli"


@pytest.mark.parametrize(("words", "milli"), [("1", 1000), (" 0.5 ", 500), ("1000", 1_000_000), ("0.001", 1)])
def test_a_quantity_is_read_in_thousandths(words, milli):
    assert form.quantity(words) == milli


@pytest.mark.parametrize(("words", "number"), [("12", 12), ("", 0), ("-1", 0), ("１２", 0), ("1" * 19, 0)])
def test_a_number_is_ascii_digits(words, number):
    assert form.number(words) == number


def test_the_week_cuts_spans_at_midnight():
    night = Span(1, "on_call", NOW + 9 * HOUR, NOW + 17 * HOUR)  # 19:58 to 03:58
    away = Span(2, "leave", NOW + 2 * DAY - 12 * HOUR, NOW + 3 * DAY, "病假")
    zh = week([night, away], [], now=NOW, locale="zh")
    assert [(d.weekday, d.day, d.is_today, d.is_free) for d in zh[:2]] == [("今天", "11-18", True, False), ("周四", "11-19", False, False)]
    assert (zh[0].spans[0].time, zh[0].spans[0].tone) == ("19:58–24:00", "gray")
    assert zh[1].spans[0].time == "00:00–03:58"
    assert [d.is_free for d in zh] == [False, False, False, False, True, True, True]
    en = week([away], [], now=NOW, locale="en")
    assert (en[2].weekday, en[2].day, en[2].spans) == ("Fri", "20 Nov", [SpanLine("On leave · 病假", "all day", "orange")])


@pytest.mark.parametrize(
    ("spans", "line"),
    [
        ([], "11-18 周三 · 王建国 · 不在岗"),
        ([Span(1, "duty", NOW - HOUR, NOW + HOUR)], "11-18 周三 · 王建国 · 在岗至 11:58"),
        ([Span(1, "duty", NOW + HOUR, NOW + 2 * HOUR)], "11-18 周三 · 王建国 · 不在岗"),
    ],
)
def test_the_line_of_today(spans, line):
    assert today("王建国", spans, [], now=NOW, locale="zh").line == line


def test_results_with_their_samples():
    this = MonthFigures(business_date(NOW).replace(day=1), 12, 11, 9, 1, 600, 3, 15, 14, 10)
    last = MonthFigures(this.month_on.replace(month=10), 10, 8, 8, 0, 300)
    found = stats(Performance(4856, 37, this, last), locale="en")
    assert (found.score, found.sample) == ("4.9", "from 37 ratings and ten of 4.5 as a start")
    assert [(k.label, k.value, k.note) for k in found.this_month.kpis] == [
        ("Finished orders", "12", "10 the month before"),
        ("On time", "92%", "11 of 12 · 80% the month before"),
        ("Done on the first visit", "75%", "9 of 12 · 80% the month before"),
        ("Came back", "8%", "1 of 12 · 0% the month before"),
        ("Minutes of work", "600", "50 min an order"),
    ]
    assert found.this_month.stars == [Bar("Quality", 100, "5.0"), Bar("Attitude", 94, "4.7"), Bar("Timeliness", 66, "3.3")]
    assert (found.last_month.stars, found.last_month.ratings) == ([], "0 ratings")


def test_the_days_of_a_visit_begin_today_and_late_in_the_evening_tomorrow():
    assert [o.value for o in days(NOW, locale="zh")] == ["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21"]
    assert days(NOW, locale="zh")[1].label == "周四 11-19"
    assert days(NOW + 9 * HOUR, locale="en")[0].label == "Thu 19 Nov"


def test_a_window_is_both_or_neither():
    assert window("", "") == (None, None)
    assert window("2026-11-19", "14-16") == (datetime(2026, 11, 19, 6, tzinfo=UTC), datetime(2026, 11, 19, 8, tzinfo=UTC))
    for odd in (("2026-11-19", ""), ("", "14-16"), ("2026-11-19", "14-17"), ("19.11.", "14-16")):
        with pytest.raises(InvalidError):
            window(*odd)
