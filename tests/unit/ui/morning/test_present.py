"""The morning's figures in words, in both languages, at their edges."""

from datetime import UTC, date, datetime, timedelta

import pytest

from estate_app.billing.queries import CollectionProgress, Progress
from estate_app.payment.channel import Channel
from estate_app.payment.takings import ChannelTakings, Takings
from estate_app.repair.board import Morning
from estate_app.repair.days import DayCount
from estate_app.ui.pages.manager.overview import present

NOW = datetime(2026, 11, 18, 2, 58, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)


def morning(**changes) -> Morning:
    facts = {
        "new_today": 24, "new_before": 21, "waiting": 9, "unassigned": 7, "in_repair": 10, "overdue": 1, "completed_today": 15,
        "response_minutes": 14, "response_minutes_before": 17,
    }  # fmt: skip
    return Morning(**(facts | changes))


DAYS = [DayCount(date(2026, 11, 5) + timedelta(days=n), n, n // 2) for n in range(14)]


class TestHead:
    def test_when_it_was_read(self):
        assert present.updated_text(NOW, locale="zh") == "11-18 周三 · 10:58 更新"
        assert present.updated_text(NOW, locale="en") == "18 Nov Wednesday · updated 10:58"

    @pytest.mark.parametrize(
        ("age", "is_ok", "said"),
        [
            (8, True, ("Backup in order 18 Nov 02:58", "green")),
            (36, True, ("Backup in order 16 Nov 22:58", "green")),
            (37, True, ("Last backup 16 Nov 21:58", "red")),
            (1, False, ("Backup failed 18 Nov 09:58", "red")),
        ],
    )
    def test_backups(self, age, is_ok, said):
        assert present.backup_text(NOW - timedelta(hours=age), is_ok, now=NOW, locale="en") == said

    def test_no_backup_is_an_alarm(self):
        assert present.backup_text(None, False, now=NOW, locale="zh") == ("尚无备份", "red")


class TestKpis:
    def test_against_last_week(self):
        reports, waiting, response = present.repair_kpis(morning(), DAYS, near=2, locale="zh")
        assert (reports.value, reports.change, reports.trend, reports.note) == ("24", "14.2%", "up", "上周同时段 21 单")
        assert (waiting.value, waiting.change, waiting.tone) == ("7", "1 单超时 · 2 单临近", "red")
        assert (response.value, response.unit, response.change, response.trend, response.tone) == ("14", "分钟", "3 分", "down", "green")
        assert len(reports.spark.split()) == 7

    def test_nothing_to_compare_with(self):
        found = morning(new_before=0, overdue=0, response_minutes=None)
        reports, waiting, response = present.repair_kpis(found, DAYS, near=0, locale="en")
        assert (reports.change, reports.trend) == ("", "")
        assert (waiting.change, waiting.note, waiting.tone) == ("", "none over time", "gray")
        assert (response.value, response.note) == ("—", "nobody has accepted an order today")

    @pytest.mark.parametrize(
        ("before", "change", "trend", "tone"), [(14, "", "", "green"), (9, "5 min", "up", "red"), (None, "", "", "gray")]
    )
    def test_response(self, before, change, trend, tone):
        kpi = present.repair_kpis(morning(response_minutes_before=before), DAYS, near=0, locale="en")[2]
        assert (kpi.change, kpi.trend, kpi.tone) == (change, trend, tone)

    def test_no_bills_yet(self):
        kpi = present.rate_kpi(CollectionProgress(NOVEMBER, Progress("", 0, 0, 0, 0), ()), today=NOVEMBER, locale="en")
        assert (kpi.value, kpi.unit, kpi.note) == ("—", "", "no bills this month yet")


class TestCollection:
    def test_the_best_building_first_and_the_far_behind_orange(self):
        found = CollectionProgress(
            NOVEMBER,
            Progress("", 300_000, 215_400, 30, 20),
            (
                Progress("1栋", 100_000, 76_200, 10, 8),
                Progress("5栋", 100_000, 64_700, 10, 5),
                Progress("9栋", 0, 0, 0, 0),
                Progress("2栋", 100_000, 74_500, 10, 7),
            ),
        )
        made = present.collection(found, locale="en")
        assert (made.title, made.rate, made.percent, made.billed, made.paid) == (
            "Collection of the bills of Nov 2026",
            "71.8%",
            71,
            "¥3,000.00",
            "¥2,154.00",
        )
        assert [(b.label, b.percent, b.value, b.tone) for b in made.buildings] == [
            ("1栋", 76, "76.2%", "indigo"),
            ("2栋", 74, "74.5%", "indigo"),
            ("5栋", 64, "64.7%", "orange"),
        ]


class TestChart:
    def test_points_ticks_and_the_sentence(self):
        chart = present.days_chart(DAYS, locale="en")
        assert [tick.label for tick in chart.ticks] == ["0", "4", "8", "12", "16"]
        assert (chart.new_points.split()[0], chart.new_points.split()[-1]) == ("0.0,100.0", "100.0,18.8")
        assert [day.label for day in chart.days] == ["5 Nov", "9 Nov", "13 Nov", "Today"]
        assert chart.said == "The last 14 days: 91 new and 42 done; today 13 new and 6 done"

    @pytest.mark.parametrize(("new", "done"), [(0, 0), (4, 4), (4, 3), (3, 4)])
    def test_labels_keep_apart_and_inside(self, new, done):
        chart = present.days_chart([*DAYS[:-1], DayCount(date(2026, 11, 18), new, done)], locale="zh")
        new_y, done_y = float(chart.new_y), float(chart.done_y)
        assert abs(new_y - done_y) >= 11.9
        assert (new_y <= done_y) == (new >= done)
        assert all(0 <= y <= 100 for y in (new_y, done_y))

    def test_fourteen_empty_days(self):
        chart = present.days_chart([DayCount(day.day, 0, 0) for day in DAYS], locale="en")
        assert ([tick.label for tick in chart.ticks], {p.split(",")[1] for p in chart.new_points.split()}) == (
            ["0", "1", "2", "3", "4"],
            {"100.0"},
        )


def test_every_channel_has_its_line_but_credit():
    parts = tuple(ChannelTakings(channel, 100, 1) for channel in Channel if channel is not Channel.balance)
    made = present.channels(Takings(400, 4, parts), locale="en")
    assert [(line.name, line.share, line.series) for line in made.lines] == [
        ("WeChat Pay", "25.0%", "1"),
        ("Alipay", "25.0%", "5"),
        ("UnionPay", "25.0%", "3"),
        ("Cash and POS", "25.0%", "muted"),
    ]
    assert present.channels(Takings(0, 0, ()), locale="en") == present.Channels("¥0.00", [])
