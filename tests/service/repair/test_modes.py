"""The rules of an estate: weights, modes, orders open to all, the queue's clock and its retries, leave that begins."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.repair import grab, technicians, waiting, weights, work
from estate_app.repair.decisions import candidates_for, decisions_of
from estate_app.repair.dispatch import expire_offers, retry_queue
from estate_app.repair.dispatch_models import DispatchMode, GrabOffer
from estate_app.repair.models import Leave, OrderStatus, QueueReason, ShiftKind, TechnicianZone, Urgency
from estate_app.repair.scoring import Factor
from estate_app.repair.weights import Policy
from tests.fixtures import make
from tests.service.repair.steps import all_away, all_back, count, drive, inbox, new_order, reload, steps_of

_ZONE_ONLY = dict.fromkeys(Factor, 0) | {Factor.zone: 90, Factor.load: 10}


def rules(uow, cast, **changes) -> None:
    weights.save_rules(uow, cast.dispatcher, estate_id=cast.estate.id, policy=replace(Policy(), **changes))


def mode(uow, cast, mode: DispatchMode) -> None:
    weights.save_mode(uow, cast.dispatcher, estate_id=cast.estate.id, category_id=cast.category.id, mode=mode)


class TestWeights:
    def test_an_estates_own_weights_decide_and_are_stored_with_the_decision(self, uow, cast):
        rules(uow, cast, weights=_ZONE_ONLY)
        uow.session.add(TechnicianZone(technician_id=cast.mate.id, estate_id=cast.estate.id, building_id=cast.building.id))
        order = new_order(uow, cast)
        best, other = decisions_of(uow.session, order.id)[0].ranking.candidates
        assert (best.name, best.total, [p.maximum for p in best.parts]) == ("李志强", 99, [0, 90, 10, 0, 0, 0])
        assert (other.name, other.total) == ("王建国", 81)
        now = candidates_for(uow.session, cast.dispatcher, order.id, now=uow.now)
        assert [p.maximum for p in now.candidates[0].parts] == [0, 90, 10, 0, 0, 0]

    def test_weights_that_do_not_add_up_and_numbers_out_of_range_are_refused_and_change_nothing(self, uow, cast):
        with pytest.raises(InvalidError, match="add up"):
            rules(uow, cast, weights=_ZONE_ONLY | {Factor.load: 9})
        with pytest.raises(InvalidError) as refused:
            rules(uow, cast, offer_minutes=1)
        assert refused.value.field == "offer_minutes"
        assert count(uow, "dispatch_rule") == 0

    def test_the_offer_waits_as_long_as_the_estate_says(self, uow, cast):
        rules(uow, cast, offer_minutes=40)
        order = new_order(uow, cast)
        uow.now += timedelta(minutes=39)
        assert expire_offers(uow) == 0
        uow.now += timedelta(minutes=1)
        assert expire_offers(uow) == 1
        assert reload(uow, order).technician_id == cast.mate.id

    def test_strangers_and_readers_change_nothing(self, uow, cast):
        for call in (
            lambda who: weights.save_rules(uow, who, estate_id=cast.estate.id, policy=Policy()),
            lambda who: weights.save_mode(uow, who, estate_id=cast.estate.id, category_id=cast.category.id, mode=DispatchMode.grab),
            lambda who: weights.read_rules(uow.session, who, cast.estate.id),
        ):
            with pytest.raises(NotFoundError):
                call(cast.foreign_dispatcher)
            with pytest.raises(ForbiddenError):
                call(cast.auditor)
        assert (count(uow, "dispatch_rule"), count(uow, "category_mode")) == (0, 0)


class TestByHand:
    def test_with_the_switch_off_an_order_waits_for_the_dispatcher_but_an_emergency_does_not(self, uow, cast):
        weights.switch_auto(uow, cast.dispatcher, estate_id=cast.estate.id, is_auto=False)
        order = new_order(uow, cast)
        assert (order.status, order.queue_reason) == (OrderStatus.submitted, QueueReason.by_hand)
        burst = make.category(uow, "pipe_burst", urgency=Urgency.emergency)
        assert new_order(uow, cast, category_id=burst.id).technician_id == cast.worker.id

    def test_below_the_least_points_it_waits_too(self, uow, cast):
        rules(uow, cast, auto_points=79)
        assert new_order(uow, cast).queue_reason is QueueReason.by_hand
        rules(uow, cast, auto_points=78)
        assert retry_queue(uow) == 1


class TestRoundRobin:
    def test_the_next_in_turn_gets_it_whatever_the_score(self, uow, cast):
        mode(uow, cast, DispatchMode.round_robin)
        uow.session.add(TechnicianZone(technician_id=cast.mate.id, estate_id=cast.estate.id, building_id=cast.building.id))
        got = []
        for _ in range(3):
            uow.now += timedelta(minutes=1)
            got.append(new_order(uow, cast).technician_id)
        assert got == [cast.worker.id, cast.mate.id, cast.worker.id]


class TestGrab:
    def test_it_is_open_to_everybody_who_qualifies_and_the_first_has_it_accepted(self, uow, cast):
        mode(uow, cast, DispatchMode.grab)
        order = new_order(uow, cast)
        assert (order.status, order.queue_reason) == (OrderStatus.submitted, QueueReason.open_to_all)
        for who in (cast.worker, cast.mate):
            assert [c.order.id for c in grab.open_orders(uow.session, who, now=uow.now)] == [order.id]
            assert inbox(uow, who) == ["repair_grab"]
        assert grab.open_orders(uow.session, cast.worker, now=uow.now)[0].order.contact_phone == ""
        assert retry_queue(uow) == 0
        taken = grab.grab(uow, cast.mate, order_id=order.id)
        assert (taken.status, taken.technician_id, taken.queue_reason) == (OrderStatus.accepted, cast.mate.id, None)
        assert steps_of(uow, order) == ["report", "open", "grab", "accept"]
        assert [d.mode for d in decisions_of(uow.session, order.id)] == ["grab", "grab"]
        with pytest.raises(ConflictError, match="faster"):
            grab.grab(uow, cast.worker, order_id=order.id)
        assert reload(uow, order).technician_id == cast.mate.id

    def test_when_nobody_takes_it_in_time_the_best_is_asked(self, uow, cast):
        mode(uow, cast, DispatchMode.grab)
        order = new_order(uow, cast)
        uow.now += timedelta(minutes=20)
        with pytest.raises(ConflictError, match="over"):
            grab.grab(uow, cast.worker, order_id=order.id)
        assert grab.expire_grabs(uow) == 1
        assert (reload(uow, order).status, order.technician_id, count(uow, "grab_offer")) == (OrderStatus.assigned, cast.worker.id, 0)
        work.decline(uow, cast.worker, order_id=order.id, reason="busy")
        assert (reload(uow, order).status, order.technician_id) == (OrderStatus.assigned, cast.mate.id)

    def test_whoever_does_not_qualify_any_more_cannot_take_it_and_strangers_find_nothing(self, uow, cast):
        mode(uow, cast, DispatchMode.grab)
        order = new_order(uow, cast)
        uow.session.add(Leave(technician_id=cast.worker.id, starts_at=uow.now, ends_at=uow.now + timedelta(hours=1)))
        uow.flush()
        with pytest.raises(InvalidError):
            grab.grab(uow, cast.worker, order_id=order.id)
        assert reload(uow, order).status is OrderStatus.submitted
        other = make.account(uow, "外人", "13800000019", cast_role())
        make.technician(uow, other, cast.other_estate)
        with pytest.raises(NotFoundError):
            grab.grab(uow, make.actor(other), order_id=order.id)

    def test_ten_technicians_at_once_one_wins(self, committed):
        cast = committed.cast()
        people = [cast.worker, cast.mate, *committed.run(_crew, cast)]
        committed.run(mode, cast, DispatchMode.grab)
        order = committed.run(new_order, cast)
        results = committed.at_once([lambda u, who=who: grab.grab(u, who, order_id=order.id) for who in people])
        assert len([r for r in results if not isinstance(r, Exception)]) == 1
        assert {type(r) for r in results if isinstance(r, Exception)} == {ConflictError}
        assert committed.run(count, "offer", f"order_id = {order.id} AND outcome = 'accepted'") == 1


def cast_role():
    from estate_app.access.permission import Role

    return Role.technician


def _crew(uow, cast):
    crew = []
    for number in range(8):
        person = make.account(uow, f"师傅{number}", f"1380000100{number}", cast_role())
        make.technician(uow, person, cast.estate)
        crew.append(make.actor(person))
    return crew


class TestQueue:
    def test_the_clock_brings_a_waiting_order_to_supervisors_and_then_administrators(self, uow, cast):
        all_away(uow, cast)
        order = new_order(uow, cast)
        assert (order.queued_at, waiting.escalate_queue(uow)) == (uow.now, 0)
        uow.now += timedelta(minutes=30)
        assert waiting.escalate_queue(uow) == 1
        assert (inbox(uow, cast.supervisor)[-1], inbox(uow, cast.admin)) == ("repair_escalated", [])
        assert waiting.escalate_queue(uow) == 0
        uow.now += timedelta(minutes=30)
        assert waiting.escalate_queue(uow) == 1
        assert inbox(uow, cast.admin) == ["repair_escalated"]
        all_back(uow)
        assert retry_queue(uow) == 1
        assert (reload(uow, order).queued_at, order.escalated, order.queue_reason) == (None, 0, None)

    def test_an_emergencys_clock_runs_three_times_as_fast(self, uow, cast):
        all_away(uow, cast)
        burst = make.category(uow, "pipe_burst", urgency=Urgency.emergency)
        new_order(uow, cast, category_id=burst.id)
        uow.now += timedelta(minutes=10)
        assert waiting.escalate_queue(uow) == 1

    def test_a_new_shift_tries_the_queue_again_at_once(self, committed):
        cast = committed.cast()
        committed.run(_off_duty)
        order = committed.run(new_order, cast)
        assert order.queue_reason is QueueReason.no_shift
        span = {"starts_at": committed.now - timedelta(hours=1), "ends_at": committed.now + timedelta(hours=6)}
        from estate_app.db import unit_of_work

        with pytest.MonkeyPatch.context() as patch, unit_of_work(committed.now) as uow:
            patch.setattr("estate_app.db.utc_now", lambda: committed.now)
            technicians.add_shift(uow, cast.supervisor, technician_id=cast.mate.id, kind=ShiftKind.duty, **span)
            uow.commit()
            uow.run_hooks()
        assert committed.run(lambda u: reload(u, order).technician_id) == cast.mate.id

    def test_orders_of_somebody_whose_leave_begins_go_to_others_but_a_visit_after_it_stays(self, uow, cast):
        order = drive(uow, cast, OrderStatus.accepted)
        begins = uow.now + timedelta(hours=1)
        assert technicians.add_leave(
            uow, cast.supervisor, technician_id=cast.worker.id, starts_at=begins, ends_at=begins + timedelta(hours=2), reason="发烧"
        ) == 0  # fmt: skip
        later = reload(uow, order)
        later.visit_from_at, later.visit_to_at = begins + timedelta(hours=3), begins + timedelta(hours=4)
        uow.now = begins
        uow.flush()
        assert waiting.free_absent(uow) == 0
        later.visit_from_at = later.visit_to_at = None
        uow.flush()
        assert waiting.free_absent(uow) == 1
        assert (reload(uow, order).technician_id, order.status) == (cast.mate.id, OrderStatus.assigned)


def _off_duty(uow):
    from sqlalchemy import text

    uow.session.execute(text("DELETE FROM shift"))


def test_expired_rows_of_a_taken_order_are_swept(uow, cast):
    mode(uow, cast, DispatchMode.grab)
    order = new_order(uow, cast)
    grab.grab(uow, cast.worker, order_id=order.id)
    uow.now += timedelta(minutes=20)
    assert grab.expire_grabs(uow) == 0
    assert uow.session.exec(select(GrabOffer)).all() == []
