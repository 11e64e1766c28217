"""Arrivals at the door: what proves them, what is written down when nothing does, who reads it, and that the work goes on."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.geo import Point, wgs84_to_gcj02
from estate_app.property.models import Room
from estate_app.repair import checklist, work
from estate_app.repair.arrival import ArrivalCard, Proof, arrival_card, arrive, jobs_at_label
from estate_app.repair.arrival_models import Arrival, Doubt, Means
from estate_app.repair.arrival_rules import Finding
from estate_app.repair.detail import order_detail
from estate_app.repair.field import Outcome, Step, Written, replay
from estate_app.repair.models import OrderStatus
from estate_app.repair.place import CoordinateSystem
from estate_app.repair.settlement import team_month
from estate_app.repair.weights import Policy, save_rules
from tests.fixtures.facility import facility
from tests.service.repair.steps import drive, new_order, steps_of

S = OrderStatus
HERE = Proof(latitude=30.5001, longitude=114.3001, accuracy_m=12)
FAR = Proof(latitude=30.51, longitude=114.31, accuracy_m=12)


def ask_for_proof(uow, cast, metres=60) -> None:
    save_rules(uow, cast.dispatcher, estate_id=cast.estate.id, policy=Policy(asks_arrival=True, arrival_metres=metres))


def label_of(uow, room) -> str:
    return uow.session.exec(select(Room.label_code).where(Room.id == room.id)).one()


def newest(uow, cast, order, actor=None):
    return order_detail(uow.session, actor or cast.dispatcher, order.id, now=uow.now).steps[0]


class TestProof:
    def test_the_phone_at_the_building_proves_it_and_no_coordinate_is_kept(self, uow, cast):
        order = drive(uow, cast, S.on_the_way)
        assert arrive(uow, cast.worker, order_id=order.id, proof=HERE) == Finding(Means.location, None, 0, 12)
        step = newest(uow, cast, order)
        assert (step.action, step.reason, step.arrival.distance_m, step.arrival.accuracy_m) == ("arrive", "location", 0, 12)
        kept = uow.session.exec(select(Arrival)).one()
        assert {"latitude", "longitude"}.isdisjoint(kept.model_dump())

    def test_the_phones_time_stands_on_the_step(self, uow, cast):
        order = drive(uow, cast, S.on_the_way)
        at = uow.now - timedelta(minutes=7)
        arrive(uow, cast.worker, order_id=order.id, proof=HERE, client_at=at)
        assert newest(uow, cast, order).client_at == at

    def test_a_point_of_chinese_maps_is_converted_before_it_is_compared(self, uow, cast):
        order = drive(uow, cast, S.on_the_way)
        shifted = wgs84_to_gcj02(Point(30.5001, 114.3001))
        as_gps = Proof(latitude=shifted.latitude, longitude=shifted.longitude, accuracy_m=5)
        assert arrive(uow, cast.worker, order_id=order.id, proof=as_gps).doubt is Doubt.too_far
        right = Proof(latitude=shifted.latitude, longitude=shifted.longitude, accuracy_m=5, system=CoordinateSystem.gcj02)
        assert arrive(uow, cast.worker, order_id=order.id, proof=right) == Finding(Means.location, None, 0, 5)

    def test_the_label_of_the_own_door_proves_it_and_another_doors_does_not(self, uow, cast):
        order = drive(uow, cast, S.accepted)
        wrong = Proof(label=label_of(uow, cast.other_home))
        assert arrive(uow, cast.worker, order_id=order.id, proof=wrong).doubt is Doubt.other_label
        right = Proof(label=f"http://localhost/report/{label_of(uow, cast.home).lower()}")
        assert arrive(uow, cast.worker, order_id=order.id, proof=right) == Finding(Means.label)

    def test_a_facilitys_label_and_its_areas_prove_a_job_there(self, uow, cast):
        lift = facility(uow, cast)
        for code in (lift.code, f"A-{lift.public_area_id}"):
            order = new_order(uow, cast, public_area_id=lift.public_area_id)
            order.technician_id = cast.worker.id
            work.accept(uow, cast.worker, order_id=order.id)
            assert arrive(uow, cast.worker, order_id=order.id, proof=Proof(label=code)).is_proven

    @pytest.mark.parametrize(
        ("proof", "doubt"),
        [(FAR, Doubt.too_far), (Proof(refusal="denied"), Doubt.denied), (Proof(), Doubt.unavailable),
         (Proof(latitude=30.5, longitude=114.3), Doubt.unavailable)],
    )  # fmt: skip
    def test_what_proves_nothing_is_written_down_and_stops_nothing(self, uow, cast, proof, doubt):
        ask_for_proof(uow, cast)
        order = drive(uow, cast, S.on_the_way)
        assert arrive(uow, cast.worker, order_id=order.id, proof=proof).doubt is doubt
        work.start(uow, cast.worker, order_id=order.id)
        work.complete(uow, cast.worker, order_id=order.id, note="已更换角阀")
        assert (order.status, newest(uow, cast, order).action) == (S.completed, "complete")

    def test_a_doubt_can_be_made_good_and_what_is_proven_stays_proven(self, uow, cast):
        order = drive(uow, cast, S.working)
        arrive(uow, cast.worker, order_id=order.id, proof=FAR)
        arrive(uow, cast.worker, order_id=order.id, proof=HERE)
        assert arrive(uow, cast.worker, order_id=order.id, proof=FAR).is_proven
        assert steps_of(uow, order).count("arrive") == 2
        assert arrival_card(uow.session, cast.worker, order.id, now=uow.now) == ArrivalCard(
            False, Finding(Means.location, None, 0, 12), uow.now
        )

    def test_a_place_that_does_not_exist_and_an_order_that_is_not_under_repair(self, uow, cast):
        over = drive(uow, cast, S.completed)
        order = drive(uow, cast, S.accepted)
        with pytest.raises(InvalidError):
            arrive(uow, cast.worker, order_id=order.id, proof=Proof(latitude=91, longitude=0, accuracy_m=1))
        with pytest.raises(ConflictError):
            arrive(uow, cast.worker, order_id=over.id, proof=HERE)
        with pytest.raises(NotFoundError):
            arrive(uow, cast.mate, order_id=order.id, proof=HERE)
        with pytest.raises(ForbiddenError):
            arrive(uow, cast.owner, order_id=order.id, proof=HERE)


class TestAsking:
    def test_a_start_without_proof_is_noted_only_where_the_estate_asks(self, uow, cast):
        free = drive(uow, cast, S.completed)
        assert "arrive" not in steps_of(uow, free)
        ask_for_proof(uow, cast)
        order = drive(uow, cast, S.working)
        step = newest(uow, cast, order)
        assert (step.action, step.arrival) == ("arrive", Finding(doubt=Doubt.not_given))
        assert arrival_card(uow.session, cast.worker, order.id, now=uow.now).is_asked

    def test_how_far_is_there_is_the_estates_own(self, uow, cast):
        near = Proof(latitude=30.5010, longitude=114.3001, accuracy_m=5)
        order = drive(uow, cast, S.working)
        assert arrive(uow, cast.worker, order_id=order.id, proof=near).doubt is Doubt.too_far
        ask_for_proof(uow, cast, metres=120)
        assert arrive(uow, cast.worker, order_id=order.id, proof=near) == Finding(Means.location, None, 100, 5)

    def test_after_a_hand_over_the_next_one_proves_anew(self, uow, cast):
        order = drive(uow, cast, S.on_the_way)
        arrive(uow, cast.worker, order_id=order.id, proof=HERE)
        uow.now += timedelta(minutes=1)
        work.transfer(uow, cast.worker, order_id=order.id, technician_id=cast.mate.id, reason="换人")
        work.accept(uow, cast.mate, order_id=order.id)
        assert arrival_card(uow.session, cast.mate, order.id, now=uow.now).finding is None


class TestReading:
    def test_residents_do_not_read_it_and_managers_do(self, uow, cast):
        order = drive(uow, cast, S.on_the_way)
        arrive(uow, cast.worker, order_id=order.id, proof=FAR)
        seen = {
            who: "arrive" in [s.action for s in order_detail(uow.session, getattr(cast, who), order.id, now=uow.now).steps]
            for who in ("owner", "worker", "dispatcher")
        }
        assert seen == {"owner": False, "worker": True, "dispatcher": True}

    def test_the_month_counts_asked_and_proven(self, uow, cast):
        ask_for_proof(uow, cast)
        for proof in (HERE, FAR, None):
            order = drive(uow, cast, S.on_the_way)
            if proof:
                arrive(uow, cast.worker, order_id=order.id, proof=proof)
            work.start(uow, cast.worker, order_id=order.id)
            work.complete(uow, cast.worker, order_id=order.id, note="已更换角阀")
        (row,) = team_month(uow.session, cast.dispatcher, month_on=date(2026, 11, 1))
        assert (row.done, row.arrivals, row.proven) == (3, 3, 1)

    def test_a_scanned_label_finds_the_technicians_own_jobs_there(self, uow, cast):
        order, code = drive(uow, cast, S.accepted), label_of(uow, cast.home)
        assert [job.number for job in jobs_at_label(uow.session, cast.worker, code)] == [order.number]
        assert jobs_at_label(uow.session, cast.mate, code) == []
        assert jobs_at_label(uow.session, cast.worker, "R-000000000000") == []
        with pytest.raises(ForbiddenError):
            jobs_at_label(uow.session, cast.owner, code)


class TestOffline:
    def test_arrival_and_ticks_taken_offline_are_replayed_in_order(self, uow, cast):
        ask_for_proof(uow, cast)
        cast.category.checklist = [{"text": "关阀", "is_required": True}]
        order = drive(uow, cast, S.accepted)
        taken = [
            ("arrive", Written(proof=HERE)), ("start", Written()), ("check", Written(item="关阀")), ("uncheck", Written(item="关阀")),
            ("check", Written(item="关阀")), ("complete", Written(note="已更换角阀", labour_minutes=20)),
        ]  # fmt: skip
        for number, (action, written) in enumerate(taken):
            one = Step(f"phone-step-{number:04d}", order.id, action, uow.now, written)
            assert replay(uow, cast.worker, one) is Outcome.done
            assert replay(uow, cast.worker, one) is Outcome.already_done
        assert steps_of(uow, order)[-6:] == ["arrive", "start", "check", "uncheck", "check", "complete"]
        (line,) = checklist.read_checklist(uow.session, cast.worker, order.id, now=uow.now)
        assert (line.is_done, line.by) == (True, "王建国")

    def test_a_line_that_the_office_has_taken_off_is_a_conflict_with_a_sentence(self, uow, cast):
        order = drive(uow, cast, S.working)
        with pytest.raises(InvalidError) as refusal:
            replay(uow, cast.worker, Step("phone-step-0001", order.id, "check", uow.now, Written(item="关阀")))
        assert (refusal.value.field, "not on the checklist" in refusal.value.message.id) == ("item", True)
        assert "check" not in steps_of(uow, order)
