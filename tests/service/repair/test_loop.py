"""The whole loop, as people live it: report, dispatch, repair, rate, answer."""

from datetime import timedelta

import pytest

from estate_app.errors import ConflictError, InvalidError, TooManyError
from estate_app.kit.i18n import translate
from estate_app.repair import resident, work
from estate_app.repair.calendar import add_working
from estate_app.repair.detail import order_detail
from estate_app.repair.materials import add_material, remove_material
from estate_app.repair.models import OrderStatus, PauseReason, Technician
from estate_app.repair.ratings import rate, reply
from estate_app.repair.technicians import add_leave
from tests.fixtures import make
from tests.service.repair.steps import all_away, all_back, count, drive, inbox, new_order, reload, steps_of, stock


class TestTheLoop:
    def test_from_the_report_to_the_answered_rating(self, uow, cast):
        order = new_order(uow, cast)
        key = {"order_id": order.id}
        assert (order.number, order.status, order.technician_id) == ("WX20261118-0001", OrderStatus.assigned, cast.worker.id)
        work.accept(uow, cast.worker, **key)
        work.set_out(uow, cast.worker, **key)
        work.start(uow, cast.worker, client_at=uow.now - timedelta(minutes=2), **key)
        work.pause(uow, cast.worker, reason=PauseReason.waiting_for_parts, note="等角阀", **key)
        uow.now += timedelta(minutes=90)
        due = order.complete_due_at
        work.resume(uow, cast.worker, **key)
        assert order.complete_due_at == add_working(due, timedelta(minutes=90), urgency=order.urgency)
        assert order.paused_seconds == 5400
        work.add_note(uow, cast.worker, note="阀芯开裂", **key)
        add_material(uow, cast.worker, stock_item_id=stock(uow).id, quantity_milli=1500, **key)
        work.complete(uow, cast.worker, note="已更换角阀并试压", labour_minutes=54, **key)
        rate(uow, cast.owner, quality=5, attitude=5, timeliness=4, text="很快", **key)
        reply(uow, cast.worker, text="谢谢", **key)
        assert steps_of(uow, order) == [
            "report", "assign", "accept", "set_out", "start", "pause", "resume", "note", "material", "complete", "rate", "reply",
        ]  # fmt: skip
        assert order.status is OrderStatus.closed
        detail = order_detail(uow.session, cast.owner, order.id, now=uow.now)
        assert (detail.order.stage, detail.order.stars_tenths, detail.material_fen, detail.rating.reply) == (4, 47, 4200, "谢谢")
        assert inbox(uow, cast.owner) == [
            "repair_received", "repair_accepted", "repair_on_the_way", "repair_paused", "repair_completed", "repair_replied",
        ]  # fmt: skip
        assert inbox(uow, cast.worker) == ["repair_offered", "repair_rated"]
        technician = uow.session.get(Technician, cast.worker.id)
        assert (technician.score_count, technician.score_milli) == (1, 4515)
        assert count(uow, "audit_entry", "entity = 'repair_order'") == 12

    def test_every_step_reaches_the_live_topics(self, uow, cast):
        order = new_order(uow, cast)
        topics = {
            f"order:{order.id}",
            f"orders:{cast.estate.id}",
            f"tech:{cast.worker.id}",
            f"resident:{cast.owner.id}",
            f"resident:{cast.tenant.id}",
        }
        assert topics <= uow._topics
        assert f"resident:{cast.payer.id}" not in uow._topics


class TestClientTime:
    def test_a_believable_one_is_kept_and_a_wild_one_is_noted_in_the_audit(self, uow, cast):
        order = new_order(uow, cast)
        near, wild = uow.now - timedelta(minutes=9), uow.now - timedelta(days=3)
        work.accept(uow, cast.worker, order_id=order.id, client_at=near)
        work.start(uow, cast.worker, order_id=order.id, client_at=wild)
        detail = order_detail(uow.session, cast.worker, order.id, now=uow.now)
        assert [s.client_at for s in detail.steps if s.action in {"accept", "start"}] == [None, near]
        assert count(uow, "audit_entry", f"after->>'client_at_ignored' = '{wild.isoformat()}'") == 1


class TestDeclineAndReturn:
    def test_a_declined_order_goes_to_the_next_at_once_and_then_to_the_queue(self, uow, cast):
        order = new_order(uow, cast)
        work.decline(uow, cast.worker, order_id=order.id, reason="busy")
        assert order.technician_id == cast.mate.id
        work.decline(uow, cast.mate, order_id=order.id, reason="other", note="车坏了")
        assert (order.status, order.technician_id, order.queue_reason) == (OrderStatus.submitted, None, "all_passed")
        assert inbox(uow, cast.dispatcher) == ["repair_unassigned"]
        assert count(uow, "offer", "outcome = 'declined'") == 2

    @pytest.mark.parametrize(("reason", "note"), [("because", ""), ("other", " ")])
    def test_a_reason_is_listed_and_another_one_is_said(self, uow, cast, reason, note):
        order = new_order(uow, cast)
        with pytest.raises(InvalidError):
            work.decline(uow, cast.worker, order_id=order.id, reason=reason, note=note)
        assert (order.status, order.technician_id) == (OrderStatus.assigned, cast.worker.id)

    def test_a_returned_order_finds_another_and_the_dispatchers_hear_why(self, uow, cast):
        order = drive(uow, cast, OrderStatus.paused)
        work.give_back(uow, cast.worker, order_id=order.id, reason="需要专用工具")
        assert (order.status, order.technician_id, order.paused_at) == (OrderStatus.assigned, cast.mate.id, None)
        assert "repair_returned" in inbox(uow, cast.dispatcher)

    def test_a_colleague_gets_a_transferred_order_as_an_offer(self, uow, cast):
        order = drive(uow, cast, OrderStatus.accepted)
        work.transfer(uow, cast.worker, order_id=order.id, technician_id=cast.mate.id, reason="他更熟悉")
        assert (order.status, order.technician_id, order.accepted_at) == (OrderStatus.assigned, cast.mate.id, None)
        assert count(uow, "offer", f"technician_id = {cast.mate.id} AND outcome = 'open'") == 1

    def test_a_technician_on_leave_loses_the_open_orders(self, uow, cast):
        order = drive(uow, cast, OrderStatus.working)
        span = {"starts_at": uow.now, "ends_at": uow.now + timedelta(days=2)}
        assert add_leave(uow, cast.dispatcher, technician_id=cast.worker.id, reason="病假", **span) == 1
        assert (order.status, order.technician_id) == (OrderStatus.assigned, cast.mate.id)
        assert "release" in steps_of(uow, order)


class TestMaterials:
    def test_the_stock_falls_and_comes_back(self, uow, cast):
        order, item = drive(uow, cast, OrderStatus.working), stock(uow, price_fen=333, on_hand_milli=2000)
        used = add_material(uow, cast.worker, order_id=order.id, stock_item_id=item.id, quantity_milli=1500)
        assert (used.amount_fen, item.on_hand_milli) == (500, 500)
        with pytest.raises(ConflictError) as refusal:
            add_material(uow, cast.worker, order_id=order.id, stock_item_id=item.id, quantity_milli=501)
        assert translate(refusal.value.message, "en") == "Only 0.5 个 of this material are left"
        remove_material(uow, cast.worker, order_id=order.id, material_id=used.id)
        assert (item.on_hand_milli, count(uow, "material_use")) == (2000, 0)

    @pytest.mark.parametrize("quantity", [0, -1, 1_000_001])
    def test_a_senseless_quantity_is_refused(self, uow, cast, quantity):
        order, item = drive(uow, cast, OrderStatus.working), stock(uow)
        with pytest.raises(InvalidError):
            add_material(uow, cast.worker, order_id=order.id, stock_item_id=item.id, quantity_milli=quantity)
        assert (item.on_hand_milli, count(uow, "material_use")) == (10_000, 0)

    def test_charged_material_needs_a_signature(self, uow, cast):
        cast.category.is_paid = True
        order = drive(uow, cast, OrderStatus.working)
        add_material(uow, cast.worker, order_id=order.id, stock_item_id=stock(uow).id, quantity_milli=1000)
        with pytest.raises(InvalidError) as refusal:
            work.complete(uow, cast.worker, order_id=order.id, note="已更换")
        assert refusal.value.field == "signature_id"
        assert reload(uow, order).status is OrderStatus.working


class TestResident:
    def test_urging_works_once_in_two_hours(self, uow, cast):
        order = new_order(uow, cast)
        resident.urge(uow, cast.owner, order_id=order.id)
        uow.now += timedelta(minutes=119, seconds=30)
        with pytest.raises(TooManyError) as refusal:
            resident.urge(uow, cast.tenant, order_id=order.id)
        assert refusal.value.retry_after == 30
        assert "1 minutes" in translate(refusal.value.message, "en")
        uow.now += timedelta(seconds=30)
        resident.urge(uow, cast.owner, order_id=order.id)
        assert steps_of(uow, order).count("urge") == 2

    def test_reopening_makes_a_linked_free_order_and_closes_the_old_one(self, uow, cast):
        order = drive(uow, cast, OrderStatus.completed)
        uow.now += timedelta(days=1)
        make_shift(uow, cast)
        again = resident.reopen(uow, cast.owner, order_id=order.id, reason="还在滴水，位置没有变")
        assert (again.rework_of_id, again.status, order.status) == (order.id, OrderStatus.assigned, OrderStatus.closed)
        with pytest.raises(ConflictError):
            resident.reopen(uow, cast.owner, order_id=order.id, reason="还在滴水")

    @pytest.mark.parametrize(("days", "is_allowed"), [(15, True), (16, False)])
    def test_reopening_ends_after_fifteen_days(self, uow, cast, days, is_allowed):
        order = drive(uow, cast, OrderStatus.closed)
        uow.now += timedelta(days=days)
        if is_allowed:
            assert resident.reopen(uow, cast.owner, order_id=order.id, reason="又漏了").rework_of_id == order.id
            return
        with pytest.raises(ConflictError):
            resident.reopen(uow, cast.owner, order_id=order.id, reason="又漏了")
        assert count(uow, "repair_order") == 1

    def test_cancelling_withdraws_the_offer_and_tells_the_technician(self, uow, cast):
        order = new_order(uow, cast)
        resident.cancel(uow, cast.tenant, order_id=order.id, reason="自己修好了")
        assert (order.status, order.end_reason) == (OrderStatus.cancelled, "自己修好了")
        assert count(uow, "offer", "outcome = 'withdrawn'") == 1
        assert "repair_cancelled" in inbox(uow, cast.worker)

    def test_a_neighbour_follows_instead_of_reporting_and_sees_no_private_thing(self, uow, cast):
        neighbour = make.account(uow, "邻居", "13800000077")
        make.member(uow, make.room(uow, cast.building, "3-2-1401"), neighbour)
        order = new_order(uow, cast)
        who = make.actor(neighbour)
        resident.follow(uow, who, order_id=order.id)
        resident.follow(uow, who, order_id=order.id)
        detail = order_detail(uow.session, who, order.id, now=uow.now)
        assert (detail.order.contact_name, detail.order.contact_phone, detail.order.description, detail.photos) == ("", "", "", ())
        assert not any(getattr(detail.allowed, name) for name in detail.allowed.__slots__)
        work.accept(uow, cast.worker, order_id=order.id)
        work.start(uow, cast.worker, order_id=order.id)
        work.complete(uow, cast.worker, order_id=order.id, note="好了")
        assert inbox(uow, who) == ["repair_completed"]

    def test_rejected_and_waiting_orders_say_why(self, uow, cast):
        all_away(uow, cast)
        order = new_order(uow, cast)
        assert (order.status, order.queue_reason) == (OrderStatus.submitted, "no_shift")
        all_back(uow)


def make_shift(uow, cast):
    from estate_app.repair.models import Shift

    uow.session.add(Shift(technician_id=cast.worker.id, starts_at=uow.now - timedelta(hours=1), ends_at=uow.now + timedelta(hours=5)))
    uow.flush()
