"""Batch plans and what-if: the preview, the application with what has changed meanwhile, and the replay of stored decisions."""

from datetime import timedelta

import pytest

from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.repair import batch, whatif
from estate_app.repair.decisions import decisions_of
from estate_app.repair.dispatch import assign_by_hand
from estate_app.repair.dispatch_models import BatchPlan, PlanStatus
from estate_app.repair.models import Leave, OrderStatus, QueueReason, TechnicianZone, Trade
from estate_app.repair.scoring import WEIGHTS, Factor
from tests.fixtures import make
from tests.service.repair.steps import all_away, all_back, count, drive, new_order, reload


@pytest.fixture
def waiting(uow, cast):
    """Four orders that nobody has taken."""
    all_away(uow, cast)
    orders = [new_order(uow, cast) for _ in range(4)]
    all_back(uow)
    return orders


def draft(uow, cast) -> BatchPlan:
    return batch.draft_plan(uow, cast.dispatcher, estate_id=cast.estate.id)


class TestPlan:
    def test_the_preview_spreads_the_queue_and_assigns_nothing(self, uow, cast, waiting):
        lift = make.category(uow, "lift", trade=Trade.lift)
        stuck = new_order(uow, cast, category_id=lift.id)
        card = batch.read_plan(uow.session, cast.dispatcher, draft(uow, cast).id, now=uow.now)
        assert sorted(v.technician for v in card.visits) == ["李志强", "李志强", "王建国", "王建国"]
        assert [(row.id, why) for row, why in card.left] == [(stuck.id, QueueReason.no_trade)]
        assert {v.starts_at for v in card.visits} == {uow.now, uow.now + timedelta(hours=1)}
        assert {reload(uow, o).status for o in waiting} == {OrderStatus.submitted}

    def test_applying_offers_each_and_passes_over_what_has_changed_by_name(self, uow, cast, waiting):
        plan = draft(uow, cast)
        assign_by_hand(uow, cast.dispatcher, order_id=waiting[0].id, technician_id=cast.mate.id, reason="住户指名")
        planned = {v["order_id"]: v["technician_id"] for v in plan.visits}
        done = batch.apply_plan(uow, cast.dispatcher, plan_id=plan.id)
        assert (done.count, [number for number, _ in done.skipped]) == (3, [waiting[0].number])
        assert {o.id: reload(uow, o).technician_id for o in waiting[1:]} == {o.id: planned[o.id] for o in waiting[1:]}
        assert decisions_of(uow.session, waiting[1].id)[0].mode == "plan"
        with pytest.raises(ConflictError):
            batch.apply_plan(uow, cast.dispatcher, plan_id=plan.id)
        assert uow.session.get(BatchPlan, plan.id).status is PlanStatus.applied

    def test_somebody_who_has_gone_on_leave_is_passed_over_with_the_reason(self, uow, cast, waiting):
        plan = draft(uow, cast)
        uow.session.add(Leave(technician_id=cast.worker.id, starts_at=uow.now, ends_at=uow.now + timedelta(hours=9)))
        uow.flush()
        done = batch.apply_plan(uow, cast.dispatcher, plan_id=plan.id)
        assert (done.count, {str(why) for _, why in done.skipped}) == (2, {"王建国 cannot take it: On leave"})

    def test_two_who_apply_it_at_once_apply_it_once(self, committed):
        cast = committed.cast()
        committed.run(all_away, cast)
        for _ in range(3):
            committed.run(new_order, cast)
        committed.run(all_back)
        plan_id = committed.run(lambda u: draft(u, cast).id)
        results = committed.at_once([lambda u: batch.apply_plan(u, cast.dispatcher, plan_id=plan_id)] * 4)
        assert [r.count for r in results if isinstance(r, batch.Applied)] == [3]
        assert {type(r) for r in results} == {batch.Applied, ConflictError}
        assert committed.run(count, "offer") == 3

    def test_strangers_find_nothing(self, uow, cast, waiting):
        plan = draft(uow, cast)
        for call in (
            lambda who: batch.draft_plan(uow, who, estate_id=cast.estate.id),
            lambda who: batch.read_plan(uow.session, who, plan.id, now=uow.now),
            lambda who: batch.apply_plan(uow, who, plan_id=plan.id),
        ):
            with pytest.raises(NotFoundError):
                call(cast.foreign_dispatcher)
            with pytest.raises(ForbiddenError):
                call(cast.owner)
        assert count(uow, "offer") == 0


class TestWhatIf:
    def test_other_weights_send_the_order_elsewhere_and_the_figures_say_what_that_would_do(self, uow, cast):
        drive(uow, cast, OrderStatus.completed)
        uow.session.add(TechnicianZone(technician_id=cast.mate.id, estate_id=cast.estate.id, building_id=cast.building.id))
        other = make.category(uow, "tap", name="水龙头", name_en="Tap")
        order = new_order(uow, cast, category_id=other.id)
        assert order.technician_id == cast.worker.id
        zone = dict.fromkeys(Factor, 0) | {Factor.zone: 100}
        found = whatif.replay(uow.session, cast.dispatcher, estate_id=cast.estate.id, weights=zone, now=uow.now)
        assert (found.replayed, [c.number for c in found.changes]) == (2, [order.number])
        change = found.changes[0]
        assert (change.before.name, change.before.walk_minutes, change.before.load_percent) == ("王建国", 1, 14)
        assert (change.after.name, change.after.points, change.after.walk_minutes) == ("李志强", 100, None)
        assert (found.before.load_spread, found.after.load_spread) == (60.0, 0.0)
        assert (found.before.on_time_milli, found.before.walk_minutes) == (1000, 1.0)
        same = whatif.replay(uow.session, cast.dispatcher, estate_id=cast.estate.id, weights=WEIGHTS, now=uow.now)
        assert (same.changes, same.before) == ((), same.after)

    def test_wrong_weights_and_strangers_are_refused(self, uow, cast):
        with pytest.raises(InvalidError):
            whatif.replay(uow.session, cast.dispatcher, estate_id=cast.estate.id, weights=dict.fromkeys(Factor, 1), now=uow.now)
        with pytest.raises(NotFoundError):
            whatif.replay(uow.session, cast.foreign_dispatcher, estate_id=cast.estate.id, weights=WEIGHTS, now=uow.now)
