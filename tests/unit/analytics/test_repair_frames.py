"""Repairs, counted by hand."""

from datetime import date

import pytest

from estate_app.analytics.frames import repairs as frames
from estate_app.analytics.frames.common import Grain
from estate_app.analytics.schema import empty
from tests.unit.analytics.rows import extract, rows_of, utc


class TestVolume:
    REPAIRS = extract(
        "repairs",
        [
            {"submitted_at": utc(6, 1, 15, 59), "completed_at": utc(6, 2)},
            {"submitted_at": utc(6, 1, 16, 0)},
            {"submitted_at": utc(6, 8)},
            {"submitted_at": utc(7, 1)},
        ],
    )

    def test_by_day_with_zeros_between(self):
        found = frames.volume(self.REPAIRS, from_on=date(2026, 6, 1), to_on=date(2026, 6, 3))
        assert rows_of(found) == [(date(2026, 6, 1), 1, 1), (date(2026, 6, 2), 1, 0), (date(2026, 6, 3), 0, 0)]

    def test_by_week_and_month(self):
        by_week = frames.volume(self.REPAIRS, from_on=date(2026, 6, 1), to_on=date(2026, 6, 14), grain=Grain.week)
        assert rows_of(by_week, "start", "orders") == [(date(2026, 6, 1), 2), (date(2026, 6, 8), 1)]
        by_month = frames.volume(self.REPAIRS, from_on=date(2026, 6, 1), to_on=date(2026, 7, 31), grain=Grain.month)
        assert rows_of(by_month, "start", "orders") == [(date(2026, 6, 1), 3), (date(2026, 7, 1), 1)]

    def test_by_group(self):
        rows = extract("repairs", [{}, {}, {"category": "房屋修缮", "submitted_at": utc(7, 1)}, {"category": None}])
        found = frames.volume_by(rows, "category", from_on=date(2026, 6, 1), to_on=date(2026, 7, 31))
        assert rows_of(found) == [(date(2026, 6, 1), "水电维修", 2), (date(2026, 7, 1), "房屋修缮", 1)]

    def test_nothing_is_zeros(self):
        found = frames.volume(empty("repairs"), from_on=date(2026, 6, 1), to_on=date(2026, 6, 2))
        assert rows_of(found, "orders") == [(0,), (0,)]


class TestDistribution:
    def test_most_first_with_shares(self):
        repairs = extract("repairs", [{}, {}, {}, {"category": "房屋修缮"}])
        assert rows_of(frames.distribution(repairs)) == [("水电维修", 3, 0.75), ("房屋修缮", 1, 0.25)]

    def test_planned_work_is_no_report(self):
        repairs = extract("repairs", [{"order_id": "a"}, {"order_id": "b", "is_planned": True}, {"order_id": "c", "is_planned": None}])
        assert rows_of(frames.reported(repairs), "order_id") == [("a",), ("c",)]

    def test_the_grid_is_full(self):
        repairs = extract(
            "repairs",
            [
                {},
                {},
                {"building_id": "b2", "building": "2栋", "category": "房屋修缮"},
                {"building_id": None, "building": None},
            ],
        )
        assert rows_of(frames.building_by_category(repairs), "building", "category", "orders") == [
            ("1栋", "房屋修缮", 0),
            ("1栋", "水电维修", 2),
            ("2栋", "房屋修缮", 1),
            ("2栋", "水电维修", 0),
        ]


class TestDurations:
    def test_median_and_nearest_rank_p90(self):
        repairs = extract("repairs", [{"response_minutes": m, "completion_minutes": m * 10} for m in range(1, 11)] + [{}])
        assert rows_of(frames.durations(repairs)) == [(10, 5.5, 9.0, 10, 55.0, 90.0)]

    def test_by_category(self):
        repairs = extract("repairs", [{"response_minutes": 10}, {"category": "房屋修缮"}])
        assert rows_of(frames.durations(repairs, ["category"]), "category", "response_n", "response_median") == [
            ("房屋修缮", 0, None),
            ("水电维修", 1, 10.0),
        ]

    def test_on_time_counts_only_what_is_decided(self):
        repairs = extract(
            "repairs",
            [{"is_completion_on_time": True}] * 3 + [{"is_completion_on_time": False}, {"is_completion_on_time": None}],
        )
        assert rows_of(frames.on_time(repairs), "decided", "on_time", "rate") == [(4, 3, 0.75)]
        assert rows_of(frames.on_time(repairs, kind="response"), "decided", "rate") == [(0, None)]


class TestSatisfaction:
    def test_means_with_their_intervals(self):
        """Scores 3 and 5: mean 4, deviation √2, half-width 1.96 × √2 / √2 = 1.96, cut at 5."""
        repairs = extract(
            "repairs",
            [
                {"rating_quality": 5, "rating_attitude": 4, "rating_timeliness": 2},
                {"rating_quality": 3, "rating_attitude": 4},
                {},
            ],
        )
        found = rows_of(frames.satisfaction(repairs))
        assert [row[:3] for row in found] == [("attitude", 2, 4.0), ("quality", 2, 4.0), ("timeliness", 1, 2.0)]
        assert found[1][3:] == pytest.approx((2.04, 5.0), abs=0.001)
        assert found[0][3:] == (4.0, 4.0)
        assert found[2][3:] == (None, None)

    def test_by_building(self):
        repairs = extract("repairs", [{"rating_quality": 5}, {"rating_quality": 1, "building": "2栋"}])
        assert rows_of(frames.satisfaction(repairs, ["building"]), "building", "dimension", "mean") == [
            ("1栋", "quality", 5.0),
            ("2栋", "quality", 1.0),
        ]


def test_technician_load():
    repairs = extract(
        "repairs",
        [
            {
                "order_id": "a",
                "technician_id": "t1",
                "technician": "王建国",
                "completed_at": utc(6, 2),
                "completion_minutes": 60,
                "labour_minutes": 30,
                "rating_quality": 5,
                "rating_attitude": 4,
                "rating_timeliness": 3,
            },
            {"order_id": "b", "technician_id": "t1", "technician": "王建国", "is_open": True, "labour_minutes": 5, "rework_of_id": "a"},
            {"order_id": "c", "technician_id": "t2", "technician": "李明", "is_open": True},
            {"order_id": "d", "technician_id": "t2", "technician": "李明", "is_open": True},
            {"order_id": "e", "is_open": True},
        ],
    )
    assert rows_of(frames.technician_load(repairs)) == [
        ("t2", "李明", 2, 0, 0, None, None, 0, 0),
        ("t1", "王建国", 1, 1, 35, 60.0, 4.0, 1, 1),
    ]


def test_backlog_age_puts_the_bound_into_the_older_class():
    repairs = extract(
        "repairs",
        [
            {"is_open": True, "submitted_at": utc(6, 15, 2)},
            {"is_open": True, "submitted_at": utc(6, 15, 1)},
            {"is_open": True, "submitted_at": utc(6, 1, 1)},
            {"is_open": False, "submitted_at": utc(6, 1, 1)},
        ],
    )
    found = frames.backlog_age(repairs, now=utc(6, 16, 1))
    assert rows_of(found) == [("0-1", 1), ("1-3", 1), ("3-7", 0), ("7-15", 0), ("15+", 1)]


class TestRework:
    def test_it_counts_for_the_order_that_is_redone_and_once(self):
        repairs = extract(
            "repairs",
            [
                {"order_id": "a", "completed_at": utc(6, 2)},
                {"order_id": "b", "completed_at": utc(6, 2), "category": "房屋修缮"},
                {"order_id": "c", "rework_of_id": "a", "category": "房屋修缮"},
                {"order_id": "d", "rework_of_id": "a", "category": "房屋修缮"},
            ],
        )
        assert rows_of(frames.rework(repairs, ["category"]), "category", "completed", "redone", "rate") == [
            ("房屋修缮", 1, 0, 0.0),
            ("水电维修", 1, 1, 1.0),
        ]
        assert rows_of(frames.rework(repairs), "completed", "redone", "rate") == [(2, 1, 0.5)]
