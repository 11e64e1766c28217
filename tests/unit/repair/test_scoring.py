"""Who is asked: the filters in their order, the points of each factor, the tie, and the reason of an empty list."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from estate_app.repair.models import QueueReason, Trade, Urgency
from estate_app.repair.scoring import WEIGHTS, Exclusion, Factor, Facts, Need, exclude, queue_reason, rank

NEED = Need(Trade.plumbing, 2, 60, Urgency.normal, estate_id=1, building_id=3, latitude=30.5, longitude=114.3)
EMERGENCY = replace(NEED, urgency=Urgency.emergency)
ABLE = Facts(
    technician_id=7, name="王建国", is_active=True, levels={Trade.plumbing: 4}, estate_ids=frozenset({1}), building_ids=frozenset(),
    is_on_duty=True, is_on_call=False, is_on_leave=False, daily_minutes=420, booked_minutes=0, score_milli=4500, score_count=0,
)  # fmt: skip
YESTERDAY = datetime(2026, 11, 17, tzinfo=UTC)


def points(need=NEED, **changes):
    best = rank(need, [replace(ABLE, **changes)]).best
    return {p.factor: p.points for p in best.parts}


class TestExclude:
    @pytest.mark.parametrize(
        ("need", "changes", "reason"),
        [
            (NEED, {"is_active": False}, Exclusion.inactive),
            (NEED, {"levels": {Trade.lift: 5}}, Exclusion.no_trade),
            (NEED, {"levels": {Trade.plumbing: 1}}, Exclusion.low_level),
            (NEED, {"estate_ids": frozenset({2})}, Exclusion.no_zone),
            (NEED, {"is_on_leave": True}, Exclusion.on_leave),
            (NEED, {"is_on_duty": False}, Exclusion.off_shift),
            (NEED, {"is_on_duty": False, "is_on_call": True}, Exclusion.off_shift),
            (NEED, {"booked_minutes": 361}, Exclusion.no_capacity),
            (replace(NEED, excluded_ids=frozenset({7})), {}, Exclusion.excluded),
            (EMERGENCY, {"is_on_duty": False}, Exclusion.off_shift),
            (EMERGENCY, {"is_on_leave": True, "is_on_call": True}, Exclusion.on_leave),
        ],
    )
    def test_each_missing_condition_has_its_reason(self, need, changes, reason):
        assert exclude(need, replace(ABLE, **changes)).reason is reason

    @pytest.mark.parametrize(
        ("need", "changes"),
        [
            (NEED, {}),
            (NEED, {"booked_minutes": 360}),
            (EMERGENCY, {"booked_minutes": 420}),
            (EMERGENCY, {"is_on_duty": False, "is_on_call": True}),
        ],
    )
    def test_an_emergency_ignores_the_capacity_and_takes_whoever_is_on_call(self, need, changes):
        assert exclude(need, replace(ABLE, **changes)) is None


class TestPoints:
    def test_a_plain_candidate_scores_78(self):
        ranking = rank(NEED, [ABLE])
        assert {p.factor: (p.points, p.maximum) for p in ranking.best.parts} == {
            Factor.skill: (35, 35), Factor.zone: (16, 20), Factor.load: (13, 15), Factor.travel: (5, 10), Factor.rating: (9, 10),
            Factor.familiarity: (0, 10),
        }  # fmt: skip
        assert ranking.best.total == 78

    def test_the_weights_make_a_hundred(self):
        assert sum(WEIGHTS.values()) == 100

    def test_nobody_scores_beyond_a_hundred(self):
        best = rank(
            NEED,
            [
                replace(
                    ABLE, building_ids=frozenset({3}), room_visits=9, latitude=30.5, longitude=114.3, score_milli=5000, daily_minutes=6000
                )
            ],
        ).best
        assert best.total == 100

    @pytest.mark.parametrize(("level", "expected"), [(2, 30), (3, 35), (5, 35)])
    def test_skill_one_above_the_need_is_full(self, level, expected):
        assert points(levels={Trade.plumbing: level})[Factor.skill] == expected

    @pytest.mark.parametrize(
        ("done", "words"), [(29, "29 of this kind in"), (30, "30 of this kind or more in"), (31, "30 of this kind or more in")]
    )
    def test_what_was_done_of_a_kind_is_counted_up_to_a_limit(self, done, words):
        best = rank(NEED, [replace(ABLE, same_trade_done=done)]).best
        assert words in str(next(p.fact for p in best.parts if p.factor is Factor.skill))

    @pytest.mark.parametrize(("buildings", "expected"), [({3}, 20), (set(), 16), ({9}, 10)])
    def test_zone_prefers_the_main_building_then_the_whole_estate(self, buildings, expected):
        assert points(building_ids=frozenset(buildings))[Factor.zone] == expected

    @pytest.mark.parametrize(("booked", "expected"), [(0, 13), (180, 6), (360, 0)])
    def test_load_is_what_stays_free(self, booked, expected):
        assert points(booked_minutes=booked)[Factor.load] == expected

    @pytest.mark.parametrize(("latitude", "expected"), [(30.5, 10), (30.509, 5), (30.6, 0)])
    def test_travel_falls_with_the_distance(self, latitude, expected):
        assert points(latitude=latitude, longitude=114.3)[Factor.travel] == expected

    @pytest.mark.parametrize(("score", "expected"), [(5000, 10), (3000, 5), (1000, 0)])
    def test_rating_runs_from_one_star_to_five(self, score, expected):
        assert points(score_milli=score)[Factor.rating] == expected

    @pytest.mark.parametrize(("room", "building", "expected"), [(1, 0, 10), (0, 8, 8), (0, 1, 5), (0, 0, 0)])
    def test_familiarity_knows_the_home_before_the_building(self, room, building, expected):
        assert points(room_visits=room, building_visits=building)[Factor.familiarity] == expected


class TestRank:
    def test_the_higher_total_comes_first(self):
        near = replace(ABLE, technician_id=9, building_ids=frozenset({3}))
        assert [c.technician_id for c in rank(NEED, [ABLE, near]).candidates] == [9, 7]

    def test_a_tie_goes_to_whoever_waited_longest_then_to_the_lower_id(self):
        fresh = replace(ABLE, technician_id=1, last_assigned_at=YESTERDAY)
        older = replace(ABLE, technician_id=5, last_assigned_at=YESTERDAY - timedelta(days=1))
        never = replace(ABLE, technician_id=9)
        also = replace(ABLE, technician_id=8)
        assert [c.technician_id for c in rank(NEED, [fresh, older, never, also]).candidates] == [8, 9, 5, 1]

    def test_every_technician_is_either_a_candidate_or_excluded(self):
        away = replace(ABLE, technician_id=2, is_on_leave=True)
        ranking = rank(NEED, [ABLE, away])
        assert ([c.technician_id for c in ranking.candidates], [e.technician_id for e in ranking.exclusions]) == ([7], [2])


class TestQueueReason:
    @pytest.mark.parametrize(
        ("changes", "has_passed", "expected"),
        [
            ({"levels": {}}, False, QueueReason.no_trade),
            ({"levels": {Trade.plumbing: 1}}, False, QueueReason.no_trade),
            ({"estate_ids": frozenset()}, False, QueueReason.no_zone),
            ({"is_on_duty": False}, False, QueueReason.no_shift),
            ({"is_on_leave": True}, False, QueueReason.no_shift),
            ({"booked_minutes": 420}, False, QueueReason.no_capacity),
            ({"technician_id": 4}, True, QueueReason.all_passed),
            ({"technician_id": 4}, False, QueueReason.all_excluded),
        ],
    )
    def test_it_is_the_reason_of_whoever_came_closest(self, changes, has_passed, expected):
        need = replace(NEED, excluded_ids=frozenset({4}))
        no_trade = replace(ABLE, technician_id=3, levels={})
        assert queue_reason(rank(need, [no_trade, replace(ABLE, **changes)]), has_passed=has_passed) is expected

    def test_a_company_without_technicians_lacks_the_trade(self):
        assert queue_reason(rank(NEED, []), has_passed=False) is QueueReason.no_trade
