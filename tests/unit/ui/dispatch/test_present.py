"""The dispatch board as it is shown: the queue, the lanes on their line, the reasons."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estate_app.kit.i18n import msg
from estate_app.repair.board import Block, Board, Lane
from estate_app.repair.models import OrderStatus, QueueReason, Source, Trade, Urgency
from estate_app.repair.promise import Clock
from estate_app.repair.queries import OrderRow
from estate_app.repair.scoring import Candidate, Excluded, Exclusion, Factor, Part, Ranking
from estate_app.ui.pages.manager.dispatch import present
from estate_app.ui.view import Badge, Option

NOW = datetime(2026, 11, 18, 2, 58, tzinfo=UTC)


def order(**changes) -> OrderRow:
    facts = {
        "id": 5, "number": "WX20261118-0030", "description": "客厅跳闸，全屋断电", "category": "电路照明", "category_en": "Circuit", "icon": "zap",
        "estate_id": 1, "building_id": 1, "room_id": 2, "estate": "翠湖花园", "place": "1栋1单元1602", "code": "1-1-1602",
        "status": OrderStatus.submitted, "stage": 0, "urgency": Urgency.high, "source": Source.web, "queue_reason": QueueReason.no_shift,
        "pause_reason": None, "contact_name": "许文杰", "contact_phone": "13800000001", "technician_id": None, "technician": "",
        "submitted_at": NOW - timedelta(minutes=18), "visit_from_at": None, "visit_to_at": None, "completed_at": None, "changed_at": NOW,
        "clock": Clock(NOW + timedelta(minutes=12), 60, True, False, 12), "estimate_minutes": 60, "is_rated": False, "stars_tenths": 0,
        "photo_count": 2, "thumbnail_url": "", "end_reason": "", "rework_of_id": None,
    }  # fmt: skip
    return OrderRow(**(facts | changes))


def lane(*blocks, **changes) -> Lane:
    facts = {
        "technician_id": 7, "name": "王建国", "trades": ((Trade.plumbing, 4), (Trade.general, 2)), "main_buildings": (), "booked_minutes": 180,
        "daily_minutes": 420, "is_on_duty": True, "is_on_call": False, "is_on_leave": False, "shift_starts_at": None, "shift_ends_at": None,
        "blocks": blocks,
    }  # fmt: skip
    return Lane(**(facts | changes))


def block(start_minutes, minutes, status=OrderStatus.accepted, is_done=False) -> Block:
    starts = NOW + timedelta(minutes=start_minutes)
    return Block(5, "WX-5", "03-2-1501", status, Urgency.normal, starts, starts + timedelta(minutes=minutes), is_done)


class TestQueue:
    def test_a_waiting_order_in_both_languages(self):
        assert present.queue_card(order(), locale="zh") == present.QueueCard(
            "5", "客厅跳闸，全屋断电", "电路照明", "1栋1单元1602", Badge("高", "orange"), "12 分", "orange", "该工种的师傅都不在岗", 2
        )
        english = present.queue_card(order(queue_reason=None), locale="en")
        assert (english.category, english.place, english.clock, english.reason) == ("Circuit", "1-1-1602", "12 min", "")

    def test_one_that_is_late(self):
        late = present.queue_card(order(clock=Clock(NOW, 140, True, False, -72)), locale="en")
        assert (late.clock, late.tone) == ("Overdue by 1 h 12 min", "red")


class TestLanes:
    def test_the_line_begins_two_hours_back_on_the_hour(self):
        line, start = present.axis(NOW)
        assert start == datetime(2026, 11, 18, 0, 0, tzinfo=UTC)
        assert (line.now, line.now_text) == (33, "10:58")
        assert line.hours == [
            Option("0", "08:00"),
            Option("22", "10:00"),
            Option("44", "12:00"),
            Option("66", "14:00"),
            Option("88", "16:00"),
        ]

    @pytest.mark.parametrize(
        ("made", "box"),
        [
            (block(2, 72), (33, 14, "planned")),
            (block(-58, 70, OrderStatus.working), (22, 13, "running")),
            (block(-178, 90, OrderStatus.completed, is_done=True), (0, 17, "done")),
            (block(-300, 200, OrderStatus.completed, is_done=True), (0, 14, "done")),
            (block(280, 600), (85, 15, "planned")),
            # Ten minutes are as wide as a finger, and at the end of the line stand within it.
            (block(2, 10), (33, 12, "planned")),
            (block(350, 600), (88, 12, "planned")),
        ],
    )
    def test_blocks_are_cut_at_the_ends_of_the_line(self, made, box):
        row = present.board_lanes(Board((), (lane(made),), 1), NOW, locale="zh")[1][0]
        assert [(b.left, b.width, b.look) for b in row.blocks] == [box]

    @given(st.lists(st.tuples(st.integers(-200, 420), st.integers(1, 120)), max_size=12))
    def test_no_block_covers_another(self, spans):
        row = present.board_lanes(Board((), (lane(*(block(*span) for span in spans)),), 1), NOW, locale="zh")[1][0]
        assert all(box.left >= 0 and box.left + box.width <= 100 and box.width >= 12 for box in row.blocks)
        rows = {}
        for box in row.blocks:
            rows.setdefault(box.middle, []).append(box)
        assert len(rows) <= row.rows
        assert all(left.left + left.width <= right.left for boxes in rows.values() for left, right in itertools.pairwise(boxes))

    def test_two_at_once_stand_below_each_other(self):
        row = present.board_lanes(Board((), (lane(block(2, 20), block(12, 20)),), 1), NOW, locale="zh")[1][0]
        assert (row.rows, [box.middle for box in row.blocks]) == (2, [25, 75])

    def test_blocks_outside_the_line_are_left_out(self):
        outside = (block(-600, 60, is_done=True), block(400, 60))
        assert present.board_lanes(Board((), (lane(*outside),), 1), NOW, locale="zh")[1][0].blocks == []

    @pytest.mark.parametrize(
        ("changes", "note", "tone"),
        [
            ({}, "", "green"),
            ({"booked_minutes": 294}, "", "orange"),
            ({"booked_minutes": 450}, "", "red"),
            ({"is_on_leave": True}, "On leave", "green"),
            ({"is_on_duty": False, "is_on_call": True}, "On call", "green"),
            ({"is_on_duty": False, "shift_starts_at": NOW + timedelta(hours=3)}, "On duty from 13:58", "green"),
            ({"is_on_duty": False}, "Off duty", "green"),
        ],
    )
    def test_presence_and_load(self, changes, note, tone):
        row = present.lane_row(lane(**changes), NOW, locale="en")
        assert (row.note, row.tone, row.trades) == (note, tone, "Plumbing · General repairs")
        assert row.percent <= 100


def candidate(points=30) -> Candidate:
    parts = (Part(Factor.skill, points, 35, msg("Main zone")), Part(Factor.rating, 9, 10, msg("Main zone")))
    return Candidate(7, "王建国", points + 9, parts)


class TestReasons:
    def test_bars_and_the_weakest_factor(self):
        card = present.candidate_card(candidate(), locale="en")
        assert [(p.label, p.points, p.percent) for p in card.parts] == [("Skill", "30/35", 85), ("Rating", "9/10", 90)]
        assert (card.total, card.fact) == ("39", "Main zone")

    def test_the_best_five(self):
        assert len(present.ranking_cards(Ranking((candidate(),) * 7, ()), locale="zh")) == 5

    def test_exclusions(self):
        out = (Excluded(9, "李志强", Exclusion.on_leave, msg("On leave")),)
        assert present.exclusion_options(out, locale="zh") == [Option("9", "李志强", "请假")]

    def test_every_factor_has_its_word(self):
        assert set(present.FACTORS) == set(Factor)
