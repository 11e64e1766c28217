"""Paid repairs reach the room's bills once, whoever runs the job and however often."""

import pytest
from sqlalchemy import text

from estate_app.access.actor import SYSTEM
from estate_app.access.models import Account
from estate_app.billing.corrections import charge_once
from estate_app.billing.models import FeeKind
from estate_app.errors import ConflictError
from estate_app.jobs.charging import charge_next, charge_repairs
from estate_app.jobs.registry import find_job
from estate_app.jobs.tasks import charge_finished_repairs
from estate_app.media.models import MediaFile, MediaKind
from estate_app.repair import materials, resident, work
from estate_app.repair.models import RepairCategory
from estate_app.repair.stock_models import StockItem
from tests.fixtures import make
from tests.service.repair.steps import count, new_order, reload, steps_of, stock


def pay_category(uow, cast, *, is_paid=True):
    """Let the material of the cast's category be charged."""
    uow.session.get_one(RepairCategory, cast.category.id).is_paid = is_paid
    uow.flush()


def item_of(uow, cast) -> int:
    return make.fee_item(uow, cast.estate, code="repair", kind=FeeKind.repair).id


def finished(uow, cast, *, stock_id=None, quantity_milli=1500, room_id=None):
    """A finished repair of the owner's home, with its material signed for."""
    order = new_order(uow, cast, room_id=room_id or cast.home.id)
    holder = cast.worker if order.technician_id == cast.worker.id else cast.mate
    key = {"order_id": order.id}
    work.accept(uow, holder, **key)
    work.start(uow, holder, **key)
    if stock_id is not None:
        materials.add_material(uow, holder, stock_item_id=stock_id, quantity_milli=quantity_milli, **key)
    signature = MediaFile(
        id=f"sig{order.id:029d}",
        account_id=holder.id,
        kind=MediaKind.photo,
        mime="image/png",
        size_bytes=9,
        sha256="0" * 64,
        created_at=uow.now,
    )
    uow.session.add(signature)
    uow.flush()
    work.complete(uow, holder, note="已更换角阀", signature_id=signature.id, **key)
    return order


class TestOneOrder:
    def test_what_was_signed_is_what_is_billed(self, uow, cast):
        pay_category(uow, cast)
        item, order = item_of(uow, cast), finished(uow, cast, stock_id=stock(uow).id)
        assert (order.charge_fen, charge_next(uow)) == (4_200, order.id)
        rows = uow.session.execute(text("SELECT fee_item_id, room_id, amount_fen, charge_key, due_on::text FROM bill")).all()
        assert [tuple(row) for row in rows] == [(item, cast.home.id, 4_200, f"repair:{order.id}", "2026-12-18")]
        assert (reload(uow, order).charged_at, steps_of(uow, order)[-1]) == (uow.now, "charge")
        assert uow.session.execute(text("SELECT inputs->'label'->>'id' FROM bill_line")).scalar_one() == "Material of repair {number}"

    def test_a_second_run_finds_nothing(self, uow, cast):
        pay_category(uow, cast)
        item_of(uow, cast)
        finished(uow, cast, stock_id=stock(uow).id)
        assert (charge_next(uow) > 0, charge_next(uow), count(uow, "bill"), count(uow, "journal")) == (True, 0, 1, 1)

    def test_a_voided_charge_does_not_come_back(self, uow, cast):
        pay_category(uow, cast)
        item, order = item_of(uow, cast), finished(uow, cast, stock_id=stock(uow).id)
        charge_next(uow)
        uow.session.execute(text("UPDATE bill SET status = 'void'"))
        with pytest.raises(ConflictError):
            charge_once(uow, SYSTEM, item_id=item, room_id=cast.home.id, amount_fen=1, label="x", charge_key=f"repair:{order.id}")
        assert (charge_next(uow), count(uow, "bill")) == (0, 1)

    def test_free_repairs_and_repairs_without_material_are_not_charged(self, uow, cast):
        item_of(uow, cast)
        free = finished(uow, cast, stock_id=stock(uow).id)
        pay_category(uow, cast)
        other = make.room(uow, cast.building, "3-1-101")
        make.member(uow, other, uow.session.get_one(Account, cast.owner.id))
        bare = finished(uow, cast, room_id=other.id)
        assert (free.charge_fen, bare.charge_fen, charge_next(uow), count(uow, "bill")) == (None, None, 0, 0)

    def test_rework_is_free(self, uow, cast):
        pay_category(uow, cast)
        item_of(uow, cast)
        first = finished(uow, cast)
        again = resident.reopen(uow, cast.owner, order_id=first.id, reason="还在漏水")
        holder = cast.worker if again.technician_id == cast.worker.id else cast.mate
        work.accept(uow, holder, order_id=again.id)
        work.start(uow, holder, order_id=again.id)
        materials.add_material(uow, holder, order_id=again.id, stock_item_id=stock(uow).id, quantity_milli=1000)
        work.complete(uow, holder, order_id=again.id, note="已重新密封")
        assert (again.charge_fen, charge_next(uow), count(uow, "bill")) == (None, 0, 0)

    def test_an_unfinished_repair_waits(self, uow, cast):
        pay_category(uow, cast)
        item_of(uow, cast)
        order = new_order(uow, cast)
        work.accept(uow, cast.worker, order_id=order.id)
        materials.add_material(uow, cast.worker, order_id=order.id, stock_item_id=stock(uow).id, quantity_milli=1000)
        assert (charge_next(uow), count(uow, "bill")) == (0, 0)

    def test_without_a_fee_item_the_order_keeps_waiting(self, uow, cast):
        pay_category(uow, cast)
        order = finished(uow, cast, stock_id=stock(uow).id)
        assert (charge_next(uow), materials.count_uncharged(uow, []), reload(uow, order).charged_at) == (0, 1, None)
        item_of(uow, cast)
        assert charge_next(uow) == order.id


class TestTheJob:
    def many(self, uow, cast, orders: int) -> list[int]:
        pay_category(uow, cast)
        item_of(uow, cast)
        thing = stock(uow, on_hand_milli=1_000_000)
        rooms = [make.room(uow, cast.building, f"3-1-{n + 1}01") for n in range(orders)]
        for room in rooms:  # each in a room of its own: the same fault in the same room would be free rework
            make.member(uow, room, uow.session.get_one(Account, cast.owner.id))
        return [finished(uow, cast, stock_id=thing.id, room_id=room.id).id for room in rooms]

    def test_fifty_at_once_bill_one_order_once(self, committed):
        cast = committed.cast()
        (order,) = committed.run(lambda uow: self.many(uow, cast, 1))
        results = committed.at_once([charge_next] * 50)
        assert not [r for r in results if isinstance(r, Exception)]
        assert (results.count(order), results.count(0)) == (1, 49)
        assert (committed.run(count, "bill"), committed.run(count, "order_step", "action = 'charge'")) == (1, 1)

    def test_fifty_at_once_bill_each_of_six_once(self, committed):
        cast = committed.cast()
        orders = committed.run(lambda uow: self.many(uow, cast, 6))
        results = committed.at_once([charge_next] * 50)
        assert sorted(r for r in results if r) == orders
        assert committed.run(count, "bill") == 6
        assert committed.run(count, "(SELECT 1 FROM bill GROUP BY charge_key) k") == 6

    def test_fifty_direct_charges_of_one_key_make_one_bill(self, committed):
        cast = committed.cast()
        item = committed.run(item_of, cast)
        charge = {"item_id": item, "room_id": cast.home.id, "amount_fen": 100, "label": "钥匙", "charge_key": "key:1"}
        results = committed.at_once([lambda u: charge_once(u, SYSTEM, **charge)] * 50)
        assert (len([r for r in results if not isinstance(r, Exception)]), committed.run(count, "bill")) == (1, 1)

    def test_the_job_charges_all_and_says_so(self, committed):
        cast = committed.cast()
        committed.run(lambda uow: self.many(uow, cast, 3))
        assert (charge_finished_repairs(), charge_finished_repairs()) == ("3 repairs charged", "")
        assert find_job("charge_repairs").body is charge_finished_repairs

    def test_what_billing_refuses_is_undone_and_does_not_hold_up_the_rest(self, committed):
        cast = committed.cast()
        bad, good = committed.run(lambda uow: self.many(uow, cast, 2))
        committed.run(lambda uow: uow.session.execute(text(f"UPDATE repair_order SET charge_fen = 0 WHERE id = {bad}")) and None)
        assert charge_repairs() == (1, 1)
        assert committed.run(count, "repair_order", f"id = {good} AND charged_at IS NOT NULL") == 1
        assert committed.run(count, "repair_order", f"id = {bad} AND charged_at IS NULL") == 1
        assert committed.run(count, "bill") == 1


def test_the_price_of_the_moment_is_kept(uow, cast):
    pay_category(uow, cast)
    item_of(uow, cast)
    thing = stock(uow)
    order = finished(uow, cast, stock_id=thing.id, quantity_milli=2000)
    uow.session.get_one(StockItem, thing.id).price_fen = 9_900
    charge_next(uow)
    assert (order.charge_fen, uow.session.execute(text("SELECT amount_fen FROM bill")).scalar_one()) == (5_600, 5_600)
