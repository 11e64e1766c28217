"""Steps that a phone replays: each once, in order, with the phone's time; what is refused changes nothing."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from estate_app.errors import ConflictError, EstateError, ForbiddenError, InvalidError, NotFoundError
from estate_app.repair import dispatch, work
from estate_app.repair.calendar import add_working
from estate_app.repair.field import STEPS, Outcome, Step, Written, replay
from estate_app.repair.models import MaterialUse, OrderStatus, OrderStep, RepairCategory
from estate_app.repair.step import trusted_client_time
from tests.service.repair.steps import count, drive, new_order, reload, steps_of, stock
from tests.service.repair.test_illegal import picture

S = OrderStatus


def step(uow, order, action, number=1, ago=0, is_kept=False, **written) -> Step:
    at = uow.now - timedelta(minutes=ago)
    return Step(f"phone-step-{number:04d}", order.id, action, at, Written(**written), is_kept)


def refused(uow, actor, one, kind) -> EstateError:
    """Replay inside a savepoint, as the edge does in a transaction; nothing may be left of it."""
    before, keys = picture(uow), count(uow, "field_step")
    savepoint = uow.session.begin_nested()
    with pytest.raises(kind) as refusal:
        replay(uow, actor, one)
    savepoint.rollback()
    uow.session.expire_all()
    assert (picture(uow), count(uow, "field_step")) == (before, keys)
    return refusal.value


class TestReplay:
    def test_a_whole_repair_taken_offline_keeps_the_phones_times(self, uow, cast):
        order, thing = new_order(uow, cast), stock(uow)
        order.assigned_at -= timedelta(hours=3)
        due = order.complete_due_at
        done = [
            replay(uow, cast.worker, step(uow, order, action, number, ago, **written))
            for number, (action, ago, written) in enumerate(
                [
                    ("accept", 120, {}),
                    ("set_out", 115, {}),
                    ("start", 100, {}),
                    ("pause", 80, {"reason": "waiting_for_parts"}),
                    ("resume", 50, {}),
                    ("note", 40, {"note": "阀芯开裂"}),
                    ("material", 30, {"stock_item_id": thing.id, "quantity_milli": 1000}),
                    ("complete", 10, {"note": "已更换角阀", "labour_minutes": 60}),
                ]
            )
        ]
        assert done == [Outcome.done] * 8
        order = reload(uow, order)
        assert (order.status, order.paused_seconds, order.labour_minutes) == (S.completed, 30 * 60, 60)
        ago = {name: (uow.now - getattr(order, name)) // timedelta(minutes=1) for name in ("accepted_at", "started_at", "completed_at")}
        assert ago == {"accepted_at": 120, "started_at": 100, "completed_at": 10}
        assert order.complete_due_at == add_working(due, timedelta(minutes=30), urgency=order.urgency)
        kept = uow.session.exec(select(OrderStep.client_at).where(col(OrderStep.client_at).is_not(None)).order_by(col(OrderStep.id))).all()
        assert [(uow.now - at) // timedelta(minutes=1) for at in kept] == [120, 115, 100, 80, 50, 40, 30, 10]

    def test_a_second_replay_changes_nothing(self, uow, cast):
        order = drive(uow, cast, S.accepted)
        thing = stock(uow)
        one = step(uow, order, "material", stock_item_id=thing.id, quantity_milli=2000)
        assert replay(uow, cast.worker, one) is Outcome.done
        before = picture(uow)
        uow.now += timedelta(minutes=5)
        assert replay(uow, cast.worker, one) is Outcome.already_done
        assert picture(uow) == before
        assert len(uow.session.exec(select(MaterialUse)).all()) == 1

    @pytest.mark.parametrize(
        ("status", "action"),
        [(S.accepted, "accept"), (S.working, "accept"), (S.on_the_way, "set_out"), (S.working, "start"), (S.paused, "start"),
         (S.paused, "pause"), (S.working, "resume"), (S.completed, "complete"), (S.closed, "complete")],
    )  # fmt: skip
    def test_what_another_device_has_done_is_done_already(self, uow, cast, status, action):
        order = drive(uow, cast, status)
        before = picture(uow)
        assert replay(uow, cast.worker, step(uow, order, action, note="好了", reason="bad_weather")) is Outcome.already_done
        assert picture(uow) == before

    @pytest.mark.parametrize("status", list(S))
    def test_out_of_order_or_against_the_state_it_is_a_conflict_and_nothing_changes(self, uow, cast, status):
        order, thing = drive(uow, cast, status), stock(uow)
        legal = {
            S.assigned: {"accept", "decline"},
            S.accepted: {"set_out", "arrive", "start", "note", "material"},
            S.on_the_way: {"arrive", "start", "note", "material"},
            S.working: {"arrive", "pause", "complete", "note", "material", "check", "uncheck"},
            S.paused: {"arrive", "resume", "note", "material", "check", "uncheck"},
        }.get(status, set())
        done = {
            S.accepted: {"accept"}, S.on_the_way: {"accept", "set_out"}, S.working: {"accept", "set_out", "start", "resume"},
            S.paused: {"accept", "start", "pause"}, S.completed: {"accept", "start", "complete"}, S.closed: {"accept", "start", "complete"},
        }.get(status, set())  # fmt: skip
        words = {"note": "看过了", "stock_item_id": thing.id, "quantity_milli": 1000}
        for number, action in enumerate(sorted(set(STEPS) - {"photo"} - legal - done)):
            reason = "busy" if action == "decline" else "bad_weather"
            refused(uow, cast.worker, step(uow, order, action, number, reason=reason, **words), (ConflictError, NotFoundError))

    def test_an_order_that_went_to_a_colleague_says_so_and_a_strangers_is_the_same(self, uow, cast):
        order = drive(uow, cast, S.accepted)
        dispatch.assign_by_hand(
            uow, cast.dispatcher, order_id=order.id, technician_id=cast.mate.id, reason="更近", seen_technician_id=cast.worker.id
        )  # fmt: skip
        mine = refused(uow, cast.worker, step(uow, order, "start"), NotFoundError)
        none = refused(uow, cast.worker, Step("phone-step-0009", 10**9, "start", uow.now), NotFoundError)
        assert mine.message == none.message

    def test_a_clock_two_days_off_is_a_conflict_until_the_person_keeps_the_step(self, uow, cast):
        order = drive(uow, cast, S.accepted)
        for days in (-2, 2):
            wrong = Step("phone-step-0001", order.id, "start", uow.now + timedelta(days=days))
            assert refused(uow, cast.worker, wrong, ConflictError).field == "at"
        kept = Step("phone-step-0001", order.id, "start", uow.now - timedelta(days=2), is_kept=True)
        assert replay(uow, cast.worker, kept) is Outcome.done
        assert (reload(uow, order).started_at, steps_of(uow, order)[-1]) == (uow.now, "start")

    def test_words_that_are_kept_after_a_conflict_become_a_note(self, uow, cast):
        order = drive(uow, cast, S.paused)
        one = step(uow, order, "complete", note="已更换角阀", labour_minutes=30)
        refused(uow, cast.worker, one, ConflictError)
        assert replay(uow, cast.worker, step(uow, order, "complete", is_kept=True, note="已更换角阀")) is Outcome.done
        assert (reload(uow, order).status, steps_of(uow, order)[-1]) == (S.paused, "note")

    def test_paid_material_without_a_signature_is_refused_and_may_be_sent_again(self, uow, cast):
        uow.session.get_one(RepairCategory, cast.category.id).is_paid = True
        order = drive(uow, cast, S.working)
        replay(uow, cast.worker, step(uow, order, "material", stock_item_id=stock(uow).id, quantity_milli=1000))
        refused(uow, cast.worker, step(uow, order, "complete", 2, note="好了"), InvalidError)

    def test_an_unknown_step_and_a_resident_are_refused(self, uow, cast):
        order = drive(uow, cast, S.accepted)
        refused(uow, cast.worker, step(uow, order, "close"), InvalidError)
        refused(uow, cast.owner, step(uow, order, "start"), ForbiddenError)

    def test_a_phones_time_never_goes_back_behind_its_last_step(self, uow, cast):
        order = new_order(uow, cast)
        order.assigned_at -= timedelta(hours=1)
        replay(uow, cast.worker, step(uow, order, "accept", 1, 10))
        replay(uow, cast.worker, step(uow, order, "start", 2, 30))
        order = reload(uow, order)
        assert (order.accepted_at, order.started_at) == (uow.now - timedelta(minutes=10),) * 2
        assert trusted_client_time(order.started_at, uow.now) == order.started_at


class TestTwoReplaysAtOnce:
    def test_a_step_sent_eight_times_is_taken_once(self, committed):
        cast = committed.cast()
        order = committed.run(new_order, cast)
        committed.run(lambda u: work.accept(u, cast.worker, order_id=order.id))
        thing = committed.run(stock)
        one = Step("phone-step-0001", order.id, "material", committed.now, Written(stock_item_id=thing.id, quantity_milli=1000))
        results = committed.at_once([lambda u: replay(u, cast.worker, one)] * 8)
        assert sorted(results) == [Outcome.already_done] * 7 + [Outcome.done]
        assert committed.run(count, "material_use") == 1
