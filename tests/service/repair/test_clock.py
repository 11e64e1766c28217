"""What happens by the clock: closing after a week, warnings to the next role."""

from datetime import timedelta

import pytest

from estate_app.repair import work
from estate_app.repair.autoclose import close_old, warn_late
from estate_app.repair.manage import change_urgency
from estate_app.repair.models import OrderStatus, Urgency
from tests.service.repair.steps import count, drive, inbox, new_order, steps_of


class TestCloseOld:
    def test_seven_days_after_completion_it_closes_and_not_before(self, uow, cast):
        order = drive(uow, cast, OrderStatus.completed)
        uow.now += timedelta(days=7) - timedelta(seconds=1)
        assert (close_old(uow), order.status) == (0, OrderStatus.completed)
        uow.now += timedelta(seconds=1)
        assert (close_old(uow), order.status, order.closed_at) == (1, OrderStatus.closed, uow.now)
        assert (close_old(uow), steps_of(uow, order)[-1]) == (0, "close")


class TestWarnLate:
    def test_each_step_goes_once_to_the_next_role(self, uow, cast):
        order = new_order(uow, cast)
        whole = order.respond_due_at - order.submitted_at
        told = []
        for share in (0.4, 0.5, 0.6, 0.8, 1.0, 1.2, 1.5, 3):
            uow.now = order.submitted_at + whole * share
            warn_late(uow)
            told.append(tuple(inbox(uow, who).count("repair_clock") for who in (cast.worker, cast.dispatcher, cast.supervisor)))
        assert told == [(0, 0, 0), (1, 0, 0), (1, 0, 0), (1, 1, 1), (1, 2, 2), (1, 2, 2), (1, 2, 3), (1, 2, 3)]

    def test_another_estates_dispatcher_hears_nothing(self, uow, cast):
        order = new_order(uow, cast)
        uow.now = order.respond_due_at
        assert warn_late(uow) == 1
        assert inbox(uow, cast.foreign_dispatcher) == []

    def test_a_paused_order_is_not_warned_of_and_the_repairs_clock_counts_anew(self, uow, cast):
        order = new_order(uow, cast)
        uow.now = order.respond_due_at
        warn_late(uow)
        work.accept(uow, cast.worker, order_id=order.id)
        work.start(uow, cast.worker, order_id=order.id)
        assert warn_late(uow) == 0
        uow.now = order.complete_due_at
        work.pause(uow, cast.worker, order_id=order.id, reason="bad_weather")
        assert warn_late(uow) == 0
        work.resume(uow, cast.worker, order_id=order.id)
        assert warn_late(uow) == 1


class TestChangeUrgency:
    @pytest.mark.parametrize(("urgency", "minutes"), [(Urgency.high, 30), (Urgency.emergency, 15)])
    def test_the_promise_is_made_anew_from_the_report(self, uow, cast, urgency, minutes):
        cast.category.respond_minutes = 120
        order = new_order(uow, cast)
        change_urgency(uow, cast.dispatcher, order_id=order.id, urgency=urgency, reason="有老人")
        assert order.respond_due_at - order.submitted_at == timedelta(minutes=minutes)
        assert count(uow, "audit_entry", "action = 'repair:urgency'") == 1
