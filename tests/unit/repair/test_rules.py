"""The states: what follows what, which family each belongs to, what the resident reads."""

from datetime import UTC, datetime, timedelta

import pytest

from estate_app.errors import ConflictError
from estate_app.repair.models import OfferOutcome, OrderStatus, PauseReason, QueueReason, Trade, Urgency
from estate_app.repair.ratings import adjusted_score
from estate_app.repair.rules import (
    ACTION_NAMES,
    DECLINE_NAMES,
    DECLINE_REASONS,
    DONE,
    ENDED_EARLY,
    LOW_NAMES,
    LOW_REASONS,
    MOVES,
    OPEN,
    PAUSE_NAMES,
    QUEUE_NAMES,
    RESPOND_MINUTES,
    STATUS_NAMES,
    TRADE_NAMES,
    ensure_can_move,
    is_done,
    is_open,
    is_with_technician,
    pass_forgotten_after,
    resident_stage,
    trusted_client_time,
)  # fmt: skip
from estate_app.repair.step import MAX_REASON

NOW = datetime(2026, 11, 18, 3, tzinfo=UTC)


class TestMoves:
    def test_every_state_has_its_moves_and_its_name(self):
        assert set(MOVES) == set(STATUS_NAMES) == set(OrderStatus)

    def test_the_families_part_all_states(self):
        assert sorted([*OPEN, *DONE, *ENDED_EARLY]) == sorted(OrderStatus)
        assert {s for s in OrderStatus if is_open(s)} == OPEN
        assert {s for s in OrderStatus if is_done(s)} == DONE
        assert {s for s in OPEN if not is_with_technician(s)} == {OrderStatus.submitted}

    @pytest.mark.parametrize("status", [OrderStatus.closed, OrderStatus.cancelled, OrderStatus.rejected])
    def test_what_is_over_stays_over(self, status):
        for target in OrderStatus:
            with pytest.raises(ConflictError):
                ensure_can_move(status, target)

    def test_every_state_is_reached_from_a_report(self):
        reached, fresh = set(), {OrderStatus.submitted}
        while fresh:
            reached |= fresh
            fresh = {t for s in fresh for t in MOVES[s]} - reached
        assert reached == set(OrderStatus)

    def test_the_words_of_every_listed_reason_exist(self):
        assert set(DECLINE_NAMES) == set(DECLINE_REASONS)
        assert set(LOW_NAMES) == set(LOW_REASONS)
        assert (set(PAUSE_NAMES), set(QUEUE_NAMES), set(TRADE_NAMES)) == (set(PauseReason), set(QueueReason), set(Trade))
        assert set(RESPOND_MINUTES) == set(Urgency)
        assert "report" in ACTION_NAMES
        assert MAX_REASON == 200


class TestResidentStage:
    @pytest.mark.parametrize(
        ("status", "is_rated", "stage"),
        [
            ("submitted", False, 0), ("assigned", False, 1), ("accepted", False, 2), ("on_the_way", False, 2), ("working", False, 2),
            ("paused", False, 2), ("completed", False, 3), ("closed", False, 3), ("completed", True, 4), ("closed", True, 4),
            ("cancelled", False, -1), ("rejected", False, -1),
        ],
    )  # fmt: skip
    def test_the_five_words(self, status, is_rated, stage):
        assert resident_stage(OrderStatus(status), is_rated=is_rated) == stage


class TestTrustedClientTime:
    def test_a_phone_an_hour_behind_is_believed(self):
        assert trusted_client_time(NOW - timedelta(hours=1), NOW) == NOW - timedelta(hours=1)

    @pytest.mark.parametrize("off", [timedelta(days=-1, minutes=-1), timedelta(days=1, minutes=1), timedelta(minutes=6)])
    def test_one_that_is_a_day_off_or_ahead_is_not(self, off):
        assert trusted_client_time(NOW + off, NOW) is None

    def test_one_a_little_ahead_is_set_to_now(self):
        assert trusted_client_time(NOW + timedelta(minutes=3), NOW) == NOW

    def test_one_without_a_zone_is_not_believed(self):
        assert trusted_client_time(datetime(2026, 11, 18, 3), NOW) is None


class TestPassForgotten:
    def test_silence_is_forgiven_sooner_than_a_refusal(self):
        assert pass_forgotten_after(OfferOutcome.timed_out) < pass_forgotten_after(OfferOutcome.declined)
        assert pass_forgotten_after(OfferOutcome.declined) < pass_forgotten_after(OfferOutcome.withdrawn)


class TestAdjustedScore:
    def test_without_ratings_the_prior_stands(self):
        assert adjusted_score([], NOW) == 4500

    def test_ten_fresh_ones_count_as_much_as_the_prior(self):
        assert adjusted_score([(9, NOW)] * 10, NOW) == 3750

    def test_one_bad_star_moves_it_a_little(self):
        assert adjusted_score([(3, NOW)], NOW) == 4182

    def test_after_180_days_a_rating_counts_half(self):
        assert adjusted_score([(9, NOW - timedelta(days=180))] * 20, NOW) == 3750

    def test_a_rating_from_the_future_counts_once(self):
        assert adjusted_score([(9, NOW + timedelta(days=1))] * 10, NOW) == 3750
