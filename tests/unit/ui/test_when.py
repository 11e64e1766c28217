"""Dates and times as people read them, in both languages."""

from datetime import UTC, date, datetime, timedelta

import pytest

from estate_app.ui.when import ago_text, day_text, exact_text, full_day, moment_text

NOW = datetime(2026, 11, 18, 2, 58, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "zh", "en"),
    [(date(2026, 11, 8), "11-08", "8 Nov"), (date(2025, 1, 31), "2025-01-31", "31 Jan 2025")],
)
def test_a_day_names_its_year_only_when_it_is_another(day, zh, en):
    today = date(2026, 11, 18)
    assert (day_text(day, today=today, locale="zh"), day_text(day, today=today, locale="en")) == (zh, en)


def test_a_full_day():
    assert (full_day(date(2026, 1, 2), locale="zh"), full_day(date(2026, 1, 2), locale="en")) == ("2026-01-02", "2 Jan 2026")


@pytest.mark.parametrize(
    ("before", "zh", "en"),
    [
        (timedelta(seconds=59), "刚刚", "Just now"),
        (timedelta(minutes=59), "59 分钟前", "59 min ago"),
        (timedelta(hours=10), "今天 00:58", "Today 00:58"),
        (timedelta(hours=11), "11-17 23:58", "17 Nov 23:58"),
        (timedelta(seconds=-5), "今天 10:58", "Today 10:58"),
    ],
)
def test_how_long_ago(before, zh, en):
    at = NOW - before
    assert (ago_text(at, now=NOW, locale="zh"), ago_text(at, now=NOW, locale="en")) == (zh, en)


def test_the_new_year_turns_in_shanghai():
    assert moment_text(datetime(2025, 12, 31, 16, 0, tzinfo=UTC), now=NOW, locale="zh") == "01-01 00:00"


def test_the_exact_instant():
    assert exact_text(NOW) == "2026-11-18 10:58:00"
