"""Technicians as they are shown, and what the forms of their page mean."""

from datetime import UTC, datetime, timedelta

import pytest

from estate_app.errors import InvalidError
from estate_app.repair.models import ShiftKind, Trade
from estate_app.repair.roster import Presence, Span, TechnicianRow
from estate_app.ui.pages.manager.technician import present as one
from estate_app.ui.pages.manager.technicians import present
from estate_app.ui.view import Badge

NOW = datetime(2026, 11, 18, 2, 58, tzinfo=UTC)


def who(**changes) -> Presence:
    facts = {
        "technician_id": 7, "name": "王建国", "phone": "138 **** 0011", "is_active": True, "trades": ((Trade.plumbing, 4), (Trade.general, 2)),
        "estate_ids": (1,), "building_ids": (3,), "daily_minutes": 420, "score_milli": 4_760, "score_count": 36, "is_on_duty": True,
        "is_on_call": False, "is_on_leave": False, "shift_starts_at": None, "shift_ends_at": None,
    }  # fmt: skip
    return Presence(**(facts | changes))


@pytest.mark.parametrize(
    ("changes", "badge"),
    [
        ({}, Badge("On duty", "green", "soft", "check")),
        ({"is_on_leave": True}, Badge("On leave", "orange", "soft", "calendar-days")),
        ({"is_active": False}, Badge("Off the list", "gray", "surface", "ban")),
        ({"is_on_duty": False, "is_on_call": True}, Badge("On call", "indigo", "soft", "phone")),
        ({"is_on_duty": False, "shift_starts_at": NOW + timedelta(hours=3)}, Badge("On duty from 13:58", "gray", "soft", "clock")),
        ({"is_on_duty": False}, Badge("Off duty", "gray", "surface", "clock")),
    ],
)
def test_presence(changes, badge):
    assert present.presence_badge(who(**changes), locale="en") == badge


def test_a_line():
    line = present.technician_line(TechnicianRow(who(), 300, 2), locale="en")
    assert line == present.TechnicianLine(
        "7", "/manage/technicians/7", "王建国", "138 **** 0011", "Plumbing 4 · General repairs 2", Badge("On duty", "green", "soft", "check"),
        "300/420", 71, "orange", "2", "4.8 · 36 ratings",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("booked", "daily", "tone"), [(0, 420, "green"), (293, 420, "green"), (294, 420, "orange"), (420, 420, "red"), (1, 0, "red")]
)
def test_the_tone_of_a_load(booked, daily, tone):
    assert present.load_tone(booked, daily) == tone


def test_figures_count_those_who_are_there():
    rows = [TechnicianRow(who(), 210, 1), TechnicianRow(who(is_on_leave=True), 420, 3), TechnicianRow(who(is_on_duty=False), 0, 0)]
    assert [(k.label, k.value, k.note) for k in present.kpis(rows, locale="en")] == [
        ("On duty", "1", "of 3, 1 on leave"),
        ("Load of those on duty", "50", "210 of 420 minutes"),
        ("Open orders held", "4", ""),
    ]


def test_nobody_has_rated():
    assert (present.score_text(4_500, 0, "en"), present.score_text(4_500, 0, "zh")) == ("not rated yet", "暂无评价")


class TestForms:
    def test_a_shift_in_the_day_and_over_midnight(self):
        day = {"day": "2026-11-19", "starts": "08:30", "ends": "17:30", "kind": "duty"}
        assert one.read_shift(day) == (datetime(2026, 11, 19, 0, 30, tzinfo=UTC), datetime(2026, 11, 19, 9, 30, tzinfo=UTC), ShiftKind.duty)
        night = day | {"starts": "20:00", "ends": "08:00", "kind": "on_call"}
        assert one.read_shift(night) == (datetime(2026, 11, 19, 12, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC), ShiftKind.on_call)

    def test_a_leave_of_whole_days_and_of_hours(self):
        days = {"from_day": "2026-11-19", "to_day": "2026-11-20"}
        assert one.read_leave(days) == (datetime(2026, 11, 18, 16, tzinfo=UTC), datetime(2026, 11, 20, 16, tzinfo=UTC))
        hours = {"from_day": "2026-11-19", "from_time": "13:00", "to_day": "2026-11-19", "to_time": "15:00"}
        assert one.read_leave(hours) == (datetime(2026, 11, 19, 5, tzinfo=UTC), datetime(2026, 11, 19, 7, tzinfo=UTC))

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({}, "from_day"),
            ({"from_day": "2026-11-19"}, "to_day"),
            ({"from_day": "2026-11-19", "to_day": "2026-11-19", "to_time": "noon"}, "to_time"),
        ],
    )
    def test_a_leave_that_cannot_be_read(self, form, field):
        with pytest.raises(InvalidError) as caught:
            one.read_leave(form)
        assert caught.value.field == field

    def test_levels(self):
        assert one.read_levels({"trade-plumbing": "5", "trade-lift": "0", "trade-hvac": "9", "trade-king": "3"}) == {Trade.plumbing: 5}
        assert [o.label for o in one.level_options("en")] == ["none", "level 1", "level 2", "level 3", "level 4", "level 5"]

    def test_only_offered_buildings(self):
        offered = [one.ZoneBox("3", "3栋", False), one.ZoneBox("4", "4栋", True)]
        assert one.read_buildings({"zone-3": True, "zone-4": "", "zone-9": True}, offered) == [3]


def test_a_leave_over_three_days_stands_on_each():
    span = Span(9, "leave", NOW, NOW + timedelta(days=2), "病假")
    days = one.day_lines([span], now=NOW, locale="en")
    assert [[(s.key, s.kind, s.text) for s in day.spans] for day in days[:4]] == [
        [("leave-9", "On leave", "10:58–20 Nov 10:58 · 病假")],
        [("leave-9", "On leave", "18 Nov 10:58–20 Nov 10:58 · 病假")],
        [("leave-9", "On leave", "18 Nov 10:58–10:58 · 病假")],
        [],
    ]
    assert (days[0].label, len(days)) == ("18 Nov Wed", 14)


def test_a_shift_to_midnight_does_not_reach_into_the_next_day():
    span = Span(1, "duty", datetime(2026, 11, 18, 8, tzinfo=UTC), datetime(2026, 11, 18, 16, tzinfo=UTC))
    assert [len(day.spans) for day in one.day_lines([span], now=NOW, locale="zh")[:2]] == [1, 0]
