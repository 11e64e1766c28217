"""Dispatch on a small cast: the exact numbers, what is stored, who is asked next, and the dispatcher's hand."""

from datetime import timedelta

import pytest
from sqlmodel import select

from estate_app.access.permission import Role
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.repair import work
from estate_app.repair.decisions import candidates_for, decisions_of, stored_ranking
from estate_app.repair.dispatch import assign_by_hand, expire_offers, retry_queue
from estate_app.repair.models import DispatchDecision, Leave, OrderStatus, Shift, ShiftKind, TechnicianTrade, TechnicianZone, Trade, Urgency
from estate_app.repair.scoring import Exclusion, Factor
from tests.fixtures import make
from tests.service.repair.steps import all_away, all_back, count, drive, inbox, new_order, reload, steps_of


class TestReasons:
    def test_a_stored_ranking_reads_back_whole_with_each_reason_kept_once(self, uow, cast):
        for number in range(3):
            far = make.account(uow, f"远处{number}", f"1380000110{number}", Role.technician)
            make.technician(uow, far, cast.other_estate)
        order = new_order(uow, cast)
        ranking = decisions_of(uow.session, order.id)[0].ranking
        assert [(e.name, e.reason, str(e.fact)) for e in ranking.exclusions] == [
            (f"远处{number}", Exclusion.no_zone, "Works elsewhere") for number in range(3)
        ]
        stored = uow.session.exec(select(DispatchDecision.exclusions)).one()
        assert [(group["reason"], len(group["people"])) for group in stored] == [("no_zone", 3)]

    def test_decisions_from_before_reasons_were_grouped_are_read_too(self):
        old = {"technician_id": 7, "name": "老王", "reason": "off_shift", "fact": {"id": "Not on shift", "params": {}}}
        decision = DispatchDecision(order_id=1, mode="auto", candidates=[], exclusions=[old])
        assert [(e.technician_id, e.name, e.reason) for e in stored_ranking(decision).exclusions] == [(7, "老王", Exclusion.off_shift)]

    def test_the_numbers_of_both_candidates_are_stored_with_their_facts(self, uow, cast):
        uow.session.add(TechnicianZone(technician_id=cast.mate.id, estate_id=cast.estate.id, building_id=cast.building.id))
        order = new_order(uow, cast)
        decision = decisions_of(uow.session, order.id)[0]
        assert (decision.mode, decision.technician_id) == ("auto", cast.mate.id)
        assert [(c.name, c.total, [p.points for p in c.parts]) for c in decision.ranking.candidates] == [
            ("李志强", 82, [35, 20, 13, 5, 9, 0]),
            ("王建国", 78, [35, 16, 13, 5, 9, 0]),
        ]
        facts = {p.factor: str(p.fact) for p in decision.ranking.candidates[0].parts}
        assert facts[Factor.zone] == "Main zone"
        assert facts[Factor.load] == "0 of 420 minutes are taken"
        assert facts[Factor.skill] == "Plumbing level 4, 0 of this kind in 90 days"

    def test_work_already_taken_and_homes_already_seen_change_the_numbers(self, uow, cast):
        first = drive(uow, cast, OrderStatus.completed)
        other = make.category(uow, "tap", name="水龙头", name_en="Tap")
        order = new_order(uow, cast, category_id=other.id)
        worker, mate = decisions_of(uow.session, order.id)[0].ranking.candidates
        assert (worker.name, worker.total, [p.points for p in worker.parts]) == ("王建国", 91, [35, 16, 11, 10, 9, 10])
        assert (mate.name, mate.total) == ("李志强", 78)
        assert str(worker.parts[2].fact) == "60 of 420 minutes are taken"
        assert str(worker.parts[3].fact) == "0 m, 1 minutes on foot"
        assert str(worker.parts[5].fact) == "Has been in this home 1 times"
        assert first.technician_id == order.technician_id

    def test_equal_candidates_take_turns(self, uow, cast):
        rooms = [make.room(uow, cast.building, f"3-1-{n}01") for n in range(1, 4)]
        for room in rooms:
            make.member(uow, room, make_account(uow, room))
        got = []
        for room in rooms:
            uow.now += timedelta(minutes=1)
            got.append(
                new_order(uow, cast, cast.dispatcher, room_id=room.id, contact_name="张三", contact_phone="13900000000").technician_id
            )
        assert got == [cast.worker.id, cast.mate.id, cast.worker.id]

    def test_everybody_who_is_excluded_has_a_reason(self, uow, cast):
        uow.session.add(Leave(technician_id=cast.worker.id, starts_at=uow.now - timedelta(hours=1), ends_at=uow.now + timedelta(hours=1)))
        order = new_order(uow, cast)
        ranking = candidates_for(uow.session, cast.dispatcher, order.id, now=uow.now)
        assert [(e.name, e.reason) for e in ranking.exclusions] == [("王建国", Exclusion.on_leave)]
        assert order.technician_id == cast.mate.id

    def test_candidates_of_another_estate_are_a_404(self, uow, cast):
        order = new_order(uow, cast)
        with pytest.raises(NotFoundError):
            candidates_for(uow.session, cast.foreign_dispatcher, order.id, now=uow.now)


class TestCapacity:
    def test_a_full_day_queues_an_ordinary_order_but_not_an_emergency(self, uow, cast):
        for person in (cast.worker, cast.mate):
            from estate_app.repair.models import Technician

            uow.session.get(Technician, person.id).daily_minutes = 59
        order = new_order(uow, cast)
        assert (order.status, order.queue_reason) == (OrderStatus.submitted, "no_capacity")
        burst = make.category(uow, "pipe_burst", urgency=Urgency.emergency)
        assert new_order(uow, cast, category_id=burst.id).technician_id == cast.worker.id

    def test_an_emergency_never_reaches_whoever_is_off_but_whoever_is_on_call(self, uow, cast):
        for shift in uow.session.exec(select(Shift)).all():
            uow.session.delete(shift)
        burst = make.category(uow, "pipe_burst", urgency=Urgency.emergency)
        waiting = new_order(uow, cast, category_id=burst.id)
        assert (waiting.status, waiting.queue_reason) == (OrderStatus.submitted, "no_shift")
        span = {"starts_at": uow.now - timedelta(hours=1), "ends_at": uow.now + timedelta(hours=1)}
        uow.session.add(Shift(technician_id=cast.mate.id, kind=ShiftKind.on_call, **span))
        uow.flush()
        assert retry_queue(uow) == 1
        assert waiting.technician_id == cast.mate.id
        assert new_order(uow, cast).queue_reason == "no_shift"

    def test_a_visit_tomorrow_asks_for_tomorrows_shift(self, uow, cast):
        visit = {"visit_from_at": uow.now + timedelta(days=1), "visit_to_at": uow.now + timedelta(days=1, hours=2)}
        assert new_order(uow, cast, **visit).queue_reason == "no_shift"
        uow.session.add(Shift(technician_id=cast.mate.id, starts_at=uow.now + timedelta(hours=20), ends_at=uow.now + timedelta(hours=30)))
        uow.flush()
        assert new_order(uow, cast, **visit).technician_id == cast.mate.id


class TestQueue:
    @pytest.mark.parametrize(
        ("fields", "reason"), [({"trade": Trade.lift}, "no_trade"), ({"level": 5}, "no_trade"), ({"trade": Trade.hvac}, "no_zone")]
    )
    def test_it_says_what_is_missing_and_tells_the_dispatchers_once(self, uow, cast, fields, reason):
        far = make.account(uow, "远方", "13800000019", make.Role.technician)
        make.technician(uow, far, cast.other_estate, trade=Trade.hvac)
        order = new_order(uow, cast, category_id=make.category(uow, "x", **fields).id)
        assert (order.status, order.queue_reason) == (OrderStatus.submitted, reason)
        assert retry_queue(uow) == 0
        assert inbox(uow, cast.dispatcher) == ["repair_unassigned"]
        assert inbox(uow, cast.foreign_dispatcher) == []
        assert (steps_of(uow, order), count(uow, "dispatch_decision")) == (["report", "queue"], 1)

    def test_a_retry_takes_emergencies_first_and_then_the_oldest(self, uow, cast):
        all_away(uow, cast)
        calm = new_order(uow, cast)
        burst = new_order(uow, cast, category_id=make.category(uow, "pipe_burst", urgency=Urgency.emergency).id)
        all_back(uow)
        assert retry_queue(uow, limit=1) == 1
        assert (burst.status, calm.status) == (OrderStatus.assigned, OrderStatus.submitted)
        assert retry_queue(uow) == 1
        assert (calm.status, calm.queue_reason) == (OrderStatus.assigned, None)


class TestOffers:
    @pytest.mark.parametrize(("urgency", "minutes"), [(Urgency.normal, 15), (Urgency.emergency, 5)])
    def test_an_unanswered_offer_goes_to_the_next_after_its_time(self, uow, cast, urgency, minutes):
        order = new_order(uow, cast, category_id=make.category(uow, "c", urgency=urgency).id)
        uow.now += timedelta(minutes=minutes) - timedelta(seconds=1)
        assert expire_offers(uow) == 0
        uow.now += timedelta(seconds=1)
        assert expire_offers(uow) == 1
        assert (order.technician_id, order.status) == (cast.mate.id, OrderStatus.assigned)
        assert steps_of(uow, order) == ["report", "assign", "time_out", "assign"]

    def test_after_the_last_it_waits_and_silence_is_forgiven_within_the_hour(self, uow, cast):
        order = new_order(uow, cast)
        for _ in range(2):
            uow.now += timedelta(minutes=15)
            assert expire_offers(uow) == 1
        assert (order.status, order.queue_reason) == (OrderStatus.submitted, "all_passed")
        assert retry_queue(uow) == 0
        uow.now += timedelta(minutes=46)
        assert retry_queue(uow) == 1
        assert order.technician_id == cast.worker.id

    def test_an_accepted_one_never_expires(self, uow, cast):
        order = new_order(uow, cast)
        work.accept(uow, cast.worker, order_id=order.id)
        uow.now += timedelta(hours=3)
        assert expire_offers(uow) == 0
        assert order.status is OrderStatus.accepted


class TestAssignByHand:
    def test_a_waiting_order_takes_the_recommended_one_without_a_reason(self, uow, cast):
        order = drive(uow, cast, OrderStatus.submitted)
        assign_by_hand(uow, cast.dispatcher, order_id=order.id, technician_id=cast.worker.id)
        assert (order.technician_id, order.queue_reason) == (cast.worker.id, None)

    @pytest.mark.parametrize("status", [OrderStatus.submitted, OrderStatus.working])
    def test_overruling_and_reassigning_want_a_reason_which_is_stored(self, uow, cast, status):
        order = drive(uow, cast, status)
        choice = {"order_id": order.id, "technician_id": cast.mate.id, "seen_technician_id": order.technician_id}
        with pytest.raises(InvalidError) as refusal:
            assign_by_hand(uow, cast.dispatcher, **choice)
        assert refusal.value.field == "reason"
        assign_by_hand(uow, cast.dispatcher, reason="业主指定", **choice)
        decision = decisions_of(uow.session, order.id)[0]
        assert (decision.mode, decision.technician_id, decision.reason) == ("by_hand", cast.mate.id, "业主指定")
        assert (order.status, order.technician_id) == (OrderStatus.assigned, cast.mate.id)
        assert count(uow, "audit_entry", "action = 'repair:assign_by_hand' AND after->>'reason' = '业主指定'") == 1

    def test_a_screen_that_is_out_of_date_is_told_so(self, uow, cast):
        order = drive(uow, cast, OrderStatus.assigned)
        with pytest.raises(ConflictError):
            assign_by_hand(uow, cast.dispatcher, order_id=order.id, technician_id=cast.mate.id, reason="更近")
        assert reload(uow, order).technician_id == cast.worker.id

    def test_somebody_on_leave_or_unknown_cannot_be_chosen(self, uow, cast):
        order = drive(uow, cast, OrderStatus.submitted)
        uow.session.add(Leave(technician_id=cast.mate.id, starts_at=uow.now - timedelta(hours=1), ends_at=uow.now + timedelta(hours=1)))
        uow.flush()
        for someone in (cast.mate.id, cast.owner.id, 10**9):
            with pytest.raises(InvalidError) as refusal:
                assign_by_hand(uow, cast.dispatcher, order_id=order.id, technician_id=someone, reason="更近")
            assert refusal.value.field == "technician_id"
        assert reload(uow, order).technician_id is None

    def test_a_dispatcher_may_overrule_the_level(self, uow, cast):
        order = drive(uow, cast, OrderStatus.submitted)
        uow.session.exec(select(TechnicianTrade).where(TechnicianTrade.technician_id == cast.mate.id)).one().level = 1
        uow.flush()
        assert (
            assign_by_hand(uow, cast.dispatcher, order_id=order.id, technician_id=cast.mate.id, reason="跟师学习").technician_id
            == cast.mate.id
        )


def make_account(uow, room):
    return make.account(uow, room.code, f"139{room.id:08d}")
