"""Dashboards as their pages show them: periods of an address, figures, panels with their tables, and where bars lead."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from estate_app.analytics import dashboards
from estate_app.analytics.dashboards import Unit
from estate_app.analytics.figures import payments as draw
from estate_app.analytics.figures import repairs as draw_repairs
from estate_app.analytics.tables import BEHAVIOUR, PAYMENTS, REPAIRS
from estate_app.kit.clock import SHANGHAI
from estate_app.kit.i18n import msg
from estate_app.kit.spreadsheet_out import ColumnKind
from estate_app.ui.pages.manager.analytics import present
from estate_app.ui.pages.manager.analytics.payments_panels import BillLists
from estate_app.ui.pages.manager.analytics.period import BILLING, CUSTOM, ROLLING, Period, read_period
from estate_app.ui.pages.manager.analytics.repairs_panels import Lists
from estate_app.ui.view import Kpi

TODAY = date(2026, 11, 18)
TABLES = {table.name: table for table in (*REPAIRS, *PAYMENTS, *BEHAVIOUR)}
PROBLEMS = pl.DataFrame({"problem": ["下水堵塞", "水管漏水"], "orders": [30, 10], "share": [0.75, 0.25]})


class TestPeriod:
    @pytest.mark.parametrize(
        ("query", "choices", "key", "since", "until"),
        [
            ({}, ROLLING, "30", date(2026, 10, 19), date(2026, 11, 17)),
            ({"days": "7"}, ROLLING, "7", date(2026, 11, 11), date(2026, 11, 17)),
            ({"days": "1000"}, ROLLING, "30", date(2026, 10, 19), date(2026, 11, 17)),
            ({}, BILLING, "month", date(2026, 11, 1), date(2026, 11, 17)),
            ({"days": "quarter"}, BILLING, "quarter", date(2026, 10, 1), date(2026, 11, 17)),
            ({"days": "year"}, BILLING, "year", date(2026, 1, 1), date(2026, 11, 17)),
            ({"days": "custom", "since": "2026-09-01", "until": "2026-09-30"}, ROLLING, CUSTOM, date(2026, 9, 1), date(2026, 9, 30)),
        ],
    )
    def test_whole_days_up_to_yesterday(self, query, choices, key, since, until):
        assert read_period(query, today=TODAY, choices=choices) == Period(key, since, until)

    def test_on_the_first_the_month_is_the_one_before(self):
        assert read_period({}, today=date(2026, 12, 1), choices=BILLING) == Period("month", date(2026, 11, 1), date(2026, 11, 30))

    @pytest.mark.parametrize(
        ("since", "until", "expected"),
        [
            ("x", "y", (date(2026, 10, 19), date(2026, 11, 17))),
            ("2026-11-10", "2027-01-01", (date(2026, 11, 10), date(2026, 11, 17))),
            ("2026-11-10", "2026-11-01", (date(2026, 11, 1), date(2026, 11, 1))),
        ],
    )
    def test_an_impossible_period_is_moved_to_what_can_be_shown(self, since, until, expected):
        period = read_period({"days": CUSTOM, "since": since, "until": until}, today=TODAY, choices=ROLLING)
        assert (period.since, period.until) == expected

    def test_a_period_is_at_most_three_years(self):
        period = read_period({"days": CUSTOM, "since": "2001-01-01"}, today=TODAY, choices=ROLLING)
        assert period.until - period.since == timedelta(days=1099)


class TestKpi:
    @pytest.mark.parametrize(
        ("number", "expected"),
        [
            (
                dashboards.Kpi("orders", msg("Reports"), 1086.0, Unit.orders, 995.0),
                Kpi("报修总量", "1,086", "单", note="较上期", change="9.1%", trend="up"),
            ),
            (
                dashboards.Kpi("response", msg("Median response"), 13.4, Unit.minutes, 16.2, is_more_better=False),
                Kpi("响应时长中位数", "13.4", "分钟", note="较上期", change="2.8 分钟", trend="down", tone="green"),
            ),
            (
                dashboards.Kpi("first", msg("Fixed the first time"), 0.913, Unit.share, 0.925, is_more_better=True),
                Kpi("一次修复率", "91.3", "%", note="个百分点，较上期", change="1.2", trend="down", tone="red"),
            ),
            (
                dashboards.Kpi("overdue", msg("Overdue"), 8_641_260.0, Unit.fen, note=msg("{count} households", count=271)),
                Kpi("逾期", "¥86,412.60", note="271 户"),
            ),
            (dashboards.Kpi("stars", msg("Satisfaction"), None, Unit.stars), Kpi("满意度", "—")),
            (dashboards.Kpi("orders", msg("Reports"), 12.0, Unit.orders, 4.0), Kpi("报修总量", "12", "单", note="上期 4")),
            (dashboards.Kpi("stars", msg("Satisfaction"), 4.78, Unit.stars, 4.781), Kpi("满意度", "4.78", "/ 5", note="与上期持平")),
        ],
    )
    def test_a_figure_is_compared_where_there_is_enough_to_compare_with(self, number, expected):
        assert present.kpi(number, locale="zh") == expected

    def test_long_times_are_hours_and_days(self):
        said = [present.kpi(dashboards.Kpi("c", msg("Reports"), minutes, Unit.minutes), locale="en") for minutes in (119.0, 120.0, 2880.0)]
        assert [(kpi.value, kpi.unit) for kpi in said] == [("119", "minutes"), ("2.0", "hours"), ("2.0", "days")]


class TestPanel:
    LISTS = Lists("2026-10-19", "2026-11-17", {"下水堵塞": 7}, {"3栋": 9})

    def panel(self, **kwargs):
        return present.panel(
            TABLES["by_problem"], PROBLEMS, lambda look: draw_repairs.distribution(look, PROBLEMS, "problem"), locale="zh",
            findings={"by_problem": msg("{name} leads with {share}", name="下水堵塞", share="75%")}, **kwargs,
        )  # fmt: skip

    def test_a_chart_comes_in_both_appearances_with_its_table_and_finding(self):
        shown = self.panel(href=lambda row: self.LISTS.orders(category_id=self.LISTS.categories.get(row["problem"])))
        assert (shown.finding, shown.head, shown.is_empty) == ("下水堵塞最多，占 75%", ["问题类型", "工单数", "占比"], False)
        assert shown.rows == [
            present.TableLine(
                "0", ["下水堵塞", "30", "75%"], "/manage/repairs?from_on=2026-10-19&to_on=2026-11-17&category_id=7"
            ),
            present.TableLine("1", ["水管漏水", "10", "25%"], ""),
        ]  # fmt: skip
        assert shown.light["data"][0]["marker"]["color"][0] == "#3E63DD"
        assert shown.dark["data"][0]["marker"]["color"][0] == "#7590FF"
        assert "template" not in shown.light["layout"]

    def test_a_bar_leads_where_its_row_leads(self):
        shown = self.panel(href=lambda row: self.LISTS.orders(category_id=self.LISTS.categories.get(row["problem"])))
        assert present.drill(shown, {"x": 30, "y": "下水堵塞"}).endswith("category_id=7")
        assert [present.drill(shown, point) for point in ({"x": 10, "y": "水管漏水"}, {"x": 3, "y": "其他"}, {})] == ["", "", ""]
        assert present.drill(None, {"y": "下水堵塞"}) == ""

    def test_a_table_may_be_cut(self):
        assert [line.cells[0] for line in self.panel(most=1).rows] == ["下水堵塞"]

    def test_a_calendar_of_zeros_is_nothing_to_draw(self):
        frame = pl.DataFrame({"start": [TODAY], "orders": [0], "completed": [0]})
        shown = present.panel(TABLES["volume"], frame, None, findings={}, locale="en")
        assert (shown.is_empty, shown.rows[0].cells, shown.light) == (True, ["18 Nov 2026", "0", "0"], {})

    def test_small_groups_are_neither_drawn_nor_written(self):
        frame = pl.DataFrame(
            {
                "building_id": ["1", "2"], "building": ["1栋", "2栋"], "bills": [60, 19], "households": [20, 19], "billed_fen": [200, 100],
                "paid_fen": [100, 90], "owed_fen": [100, 10], "rate": [0.5, 0.9],
            }
        )  # fmt: skip
        table = next(one for one in PAYMENTS if one.name == "by_building")
        shown = present.panel(table, frame, lambda look: draw.collection_by_building(look, frame), findings={}, locale="zh")
        assert [line.cells for line in shown.rows] == [["1栋", "60", "20", "2.00", "1.00", "1.00", "50%"]]
        assert shown.light["data"][0]["y"] == ["1栋"]

    def test_codes_become_words(self):
        frame = pl.DataFrame({"age": ["not_due", "90+"], "households": [3, 1], "owed_fen": [12_345, 100]})
        shown = present.panel(TABLES["ageing"], frame, None, findings={}, locale="en")
        assert [line.cells for line in shown.rows] == [["Not due", "3", "123.45"], ["Over 90 days overdue", "1", "1.00"]]


@pytest.mark.parametrize(
    ("kind", "value", "zh"),
    [
        (ColumnKind.integer, 1234, "1,234"),
        (ColumnKind.percent, 0.125, "12%"),
        (ColumnKind.number, 4.5, "4.5"),
        (ColumnKind.number, 47.0, "47"),
        (ColumnKind.date, TODAY, "2026-11-18"),
        (ColumnKind.money, None, "—"),
        (ColumnKind.text, "3栋", "3栋"),
    ],
)
def test_cells(kind, value, zh):
    assert present.cell_text(kind, value, "zh") == zh


def test_lists_of_another_estate_are_not_opened():
    closed = Lists("2026-10-19", "2026-11-17", {}, {}, is_open=False)
    assert (closed.orders(technician_id="5"), BillLists("2026-11-01", "2026-11-17", is_open=False).bills(building_id=1)) == ("", "")
    assert BillLists("2026-10-01", "2026-11-17").bills(fee_item_id="4") == (
        "/manage/bills?from_period=2026-10&to_period=2026-11&fee_item_id=4"
    )


def test_head():
    period = Period("30", date(2026, 10, 19), date(2026, 11, 17))
    now = datetime(2026, 11, 18, 10, 58, tzinfo=SHANGHAI)
    assert present.context(period, "翠湖花园", today=TODAY, locale="zh") == "10-19 至 11-17 · 翠湖花园"
    assert present.context(period, "", today=TODAY, locale="en") == "19 Oct to 17 Nov · All estates"
    assert present.extracted_text(now, now=now, locale="zh") == "数据截至 11-18 10:58"
    assert present.extracted_text(None, now=now, locale="zh") == "数据正在准备，五分钟内显示"
