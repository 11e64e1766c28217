"""Several people and a job at the same moment: exactly one of them wins, the others read a sentence."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from estate_app import db
from estate_app.errors import ConflictError, EstateError
from estate_app.repair import work
from estate_app.repair.dispatch import assign_by_hand, dispatch_order, expire_offers, retry_queue
from estate_app.repair.dispatch_models import CategoryMode, DispatchMode
from estate_app.repair.grab import grab
from estate_app.repair.models import Leave, OrderStatus, QueueReason, RepairOrder, Technician, TechnicianZone
from estate_app.repair.technicians import add_leave, save_active
from tests.service.repair.steps import all_away, all_back, count, new_order


@pytest.fixture
def crowd(committed):
    """The cast, committed, with both technicians away."""
    cast = committed.cast()
    committed.run(all_away, cast)
    return cast


ALREADY_TAKEN = {"Somebody else has assigned this order meanwhile; look at it again"}


def wins(results):
    return [r for r in results if isinstance(r, RepairOrder) or r == 1]


def sentence(result):
    """What a person reads who was not the first."""
    assert isinstance(result, EstateError), result
    return str(result.message)


class TestTwoDispatchersAndAJob:
    def test_exactly_one_assigns_and_the_others_are_told(self, committed, crowd):
        for _ in range(4):
            order = committed.run(new_order, crowd)
            committed.run(all_back)
            key = {"order_id": order.id, "reason": "就近"}
            results = committed.at_once(
                [
                    lambda u, k=key: assign_by_hand(u, crowd.dispatcher, technician_id=crowd.worker.id, **k),
                    lambda u, k=key: assign_by_hand(u, crowd.supervisor, technician_id=crowd.mate.id, **k),
                    retry_queue,
                ]
            )
            assert len(wins(results)) == 1
            assert all(r == 0 or sentence(r) in ALREADY_TAKEN for r in results if r not in wins(results))
            assert committed.run(count, "offer", f"order_id = {order.id} AND outcome = 'open'") == 1
            assert committed.run(count, "order_step", f"order_id = {order.id} AND to_status = 'assigned'") == 1
            committed.run(all_away, crowd)

    def test_ten_dispatchers_make_one_assignment(self, committed, crowd):
        order = committed.run(new_order, crowd)
        committed.run(all_back)
        choice = {"order_id": order.id, "technician_id": crowd.mate.id, "reason": "就近"}
        results = committed.at_once([lambda u: assign_by_hand(u, crowd.dispatcher, **choice)] * 10)
        assert len(wins(results)) == 1
        assert [type(r) for r in results if not isinstance(r, RepairOrder)] == [ConflictError] * 9


class TestTwoEstatesShareATechnician:
    """The dispatch lock is each estate's own; a technician who works in both is guarded by the turn that is taken."""

    @pytest.fixture
    def shared(self, committed):
        """The worker, who works in both estates and has one hour left today, alone."""
        cast = committed.cast()

        def share(uow):
            uow.session.add(TechnicianZone(technician_id=cast.worker.id, estate_id=cast.other_estate.id))
            uow.session.get(Technician, cast.worker.id).daily_minutes = 60
            uow.session.add(Leave(technician_id=cast.mate.id, starts_at=uow.now.replace(hour=0), ends_at=uow.now.replace(hour=23)))

        committed.run(share)
        return cast

    def test_reports_of_both_estates_fill_the_last_hour_once(self, committed, shared):
        here = [lambda u: new_order(u, shared)] * 3
        there = [lambda u: new_order(u, shared, shared.stranger, room_id=shared.other_home.id)] * 3
        results = committed.at_once([*here, *there])
        assert [r for r in results if isinstance(r, Exception)] == []
        assert committed.run(count, "repair_order", f"status = 'assigned' AND technician_id = {shared.worker.id}") == 1
        assert committed.run(count, "repair_order", "status = 'submitted' AND queue_reason = 'no_capacity'") == 5
        assert committed.run(count, "offer", "outcome = 'open'") == 1

    def test_jobs_and_a_report_give_the_hour_that_comes_free_to_one_order(self, committed, shared):
        def minutes(left):
            return lambda u: setattr(u.session.get(Technician, shared.worker.id), "daily_minutes", left)

        committed.run(minutes(0))
        waiting = [
            committed.run(new_order, shared),
            committed.run(new_order, shared, shared.stranger, room_id=shared.other_home.id),
        ]
        committed.run(minutes(60))
        jobs = [lambda u, e=order.estate_id: retry_queue(u, estate_ids=[e]) for order in waiting]
        first, second, late = committed.at_once([*jobs, lambda u: new_order(u, shared)])
        assert first + second + (late.status is OrderStatus.assigned) == 1
        assert committed.run(count, "repair_order", f"technician_id = {shared.worker.id}") == 1
        assert committed.run(count, "repair_order", "queue_reason = 'no_capacity'") == 2

    def test_whoever_grabs_in_both_estates_at_once_gets_one_and_reads_why_not_the_other(self, committed, shared):
        def open_to_all(uow):
            for estate in (shared.estate, shared.other_estate):
                uow.session.add(CategoryMode(estate_id=estate.id, category_id=shared.category.id, mode=DispatchMode.grab))

        committed.run(open_to_all)
        orders = [
            committed.run(new_order, shared),
            committed.run(new_order, shared, shared.stranger, room_id=shared.other_home.id),
        ]
        assert {order.queue_reason for order in orders} == {QueueReason.open_to_all}
        results = committed.at_once([lambda u, key=order.id: grab(u, shared.worker, order_id=key) for order in orders])
        assert len(wins(results)) == 1
        assert [sentence(r) for r in results if r not in wins(results)] == ["王建国 cannot take it: 60 of 60 minutes are taken"]
        assert committed.run(count, "repair_order", f"technician_id = {shared.worker.id}") == 1

    def test_two_dispatchers_and_a_job_of_either_estate_never_hand_out_an_order_twice(self, committed, shared):
        committed.run(all_away, shared)
        here, there = committed.run(new_order, shared), committed.run(new_order, shared, shared.stranger, room_id=shared.other_home.id)
        committed.run(all_back)
        pairs = [(here, shared.dispatcher), (here, shared.supervisor), (there, shared.foreign_dispatcher)]
        by_hand = [
            lambda u, order=order, who=who: assign_by_hand(u, who, order_id=order.id, technician_id=shared.worker.id, reason="就近")
            for order, who in pairs
        ]
        *hands, job = committed.at_once([*by_hand, retry_queue])
        assert [sentence(r) for r in hands if isinstance(r, Exception) and sentence(r) not in ALREADY_TAKEN] == []
        assert len(wins(hands)) + job == 2
        for order in (here, there):
            assert committed.run(count, "offer", f"order_id = {order.id} AND outcome = 'open'") == 1
            assert committed.run(count, "order_step", f"order_id = {order.id} AND to_status = 'assigned'") == 1


class TestOtherRaces:
    def test_accepting_and_timing_out_at_once_leaves_one_holder(self, committed):
        cast = committed.cast()
        order = committed.run(new_order, cast)
        later = committed.now.replace(minute=59)
        later = later.replace(hour=later.hour + 1)
        accepted, expired = committed.at_once([lambda u: work.accept(u, cast.worker, order_id=order.id), expire_offers], now=later)
        left = committed.run(lambda u: u.session.get(RepairOrder, order.id))
        if isinstance(accepted, EstateError):
            assert (expired, left.technician_id, left.status) == (1, cast.mate.id, OrderStatus.assigned)
        else:
            assert (expired, left.technician_id, left.status) == (0, cast.worker.id, OrderStatus.accepted)

    def test_two_jobs_expire_each_offer_once(self, committed):
        cast = committed.cast()
        for _ in range(4):
            committed.run(new_order, cast)
        later = committed.now.replace(hour=committed.now.hour + 1)
        results = committed.at_once([expire_offers] * 3, now=later)
        assert not [r for r in results if isinstance(r, Exception)]
        assert sum(results) == 4
        assert committed.run(count, "offer", "outcome = 'timed_out'") == 4

    def test_two_reports_never_fill_the_same_free_minutes(self, committed):
        cast = committed.cast()

        def one_hour(uow):
            for person in (cast.worker, cast.mate):
                uow.session.get(Technician, person.id).daily_minutes = 60

        committed.run(one_hour)
        results = committed.at_once([lambda u: new_order(u, cast)] * 6)
        assert not [r for r in results if isinstance(r, Exception)]
        assert committed.run(count, "repair_order", "status = 'assigned'") == 2
        assert committed.run(count, "repair_order", "status = 'submitted' AND queue_reason = 'no_capacity'") == 4
        assert committed.run(count, "(SELECT 1 FROM repair_order WHERE technician_id IS NOT NULL GROUP BY technician_id) t") == 2

    def test_one_report_sent_eight_times_is_one_order(self, committed):
        cast = committed.cast()
        results = committed.at_once([lambda u: new_order(u, cast, client_key="tap-twice")] * 8)
        assert not [r for r in results if isinstance(r, Exception)]
        assert {r.id for r in results} == {results[0].id}
        assert (committed.run(count, "repair_order"), committed.run(count, "order_step", "action = 'report'")) == (1, 1)

    def test_numbers_stay_without_gaps(self, committed):
        cast = committed.cast()
        results = committed.at_once([lambda u: new_order(u, cast)] * 8)
        assert sorted(r.number for r in results) == [f"WX20261118-{n:04d}" for n in range(1, 9)]

    @pytest.mark.parametrize("leaving", ["leave", "inactive"])
    def test_whoever_leaves_waits_for_a_decision_that_is_being_made_without_holding_it_up(self, committed, crowd, leaving):
        waiting = committed.run(new_order, crowd)
        committed.run(all_back)
        held = committed.run(new_order, crowd)
        worker_id = held.technician_id
        span = {"starts_at": committed.now, "ends_at": committed.now.replace(hour=23)}

        def leave(uow):
            if leaving == "leave":
                return add_leave(uow, crowd.supervisor, technician_id=worker_id, reason="病假", **span)
            return save_active(uow, crowd.supervisor, technician_id=worker_id, is_active=False)

        with ThreadPoolExecutor(1) as pool, db.unit_of_work(committed.now) as uow:
            order = uow.session.get_one(RepairOrder, waiting.id, with_for_update=True)
            uow.session.execute(text("SELECT pg_advisory_xact_lock_shared(hashtextextended('repair:dispatch', 0))"))
            left = pool.submit(committed.run, leave)
            while not committed.run(lambda u: u.session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))):
                assert not left.done()
            uow.session.execute(text("UPDATE technician SET daily_minutes = daily_minutes WHERE account_id = :id"), {"id": worker_id})
            dispatch_order(uow, crowd.dispatcher, order)
            uow.commit()
            freed = left.result(timeout=60)
        assert freed >= 1
        assert committed.run(count, "repair_order", f"technician_id = {worker_id}") == 0
