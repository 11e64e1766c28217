"""The stock: what is on hand is the sum of its moves, whatever happens; nothing goes below zero, nothing is booked twice."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import select

from estate_app.access.people import managers_anywhere
from estate_app.access.permission import Permission
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.export import export_file, find_export
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import translate
from estate_app.kit.pagination import PageRequest
from estate_app.kit.spreadsheet import read_spreadsheet
from estate_app.notification.families import NoticeFamily
from estate_app.notification.models import InboxItem, NoticeChannel, OutboxMessage
from estate_app.notification.preferences import choose
from estate_app.notification.text import unpack
from estate_app.repair import field, materials, stock, stock_queries
from estate_app.repair.field import Outcome, Step, Written
from estate_app.repair.models import OrderStatus
from estate_app.repair.seed import seed
from estate_app.repair.stock import ItemFacts
from estate_app.repair.stock_models import MovementKind, StockItem, StockMovement
from estate_app.repair.stock_queries import StockFilter
from tests.service.repair.steps import count, drive

FACTS = ItemFacts("valve15", "角阀 DN15", "Angle valve", "个", 2800, 5_000)


def item(uow, cast, there=10_000, **changes) -> StockItem:
    facts = ItemFacts(**({name: getattr(FACTS, name) for name in ItemFacts.__slots__} | changes))
    return stock.add_item(uow, cast.dispatcher, facts=facts, on_hand_milli=there)


def moves(uow, thing) -> list[tuple[str, int, int]]:
    found = uow.session.exec(select(StockMovement).where(StockMovement.stock_item_id == thing.id).order_by(StockMovement.id))
    return [(move.kind.value, move.quantity_milli, move.balance_milli) for move in found]


def contradictions(uow) -> int:
    """Materials whose quantity is not the sum of their moves, and moves whose balance does not follow from those before."""
    sums = "(SELECT coalesce(sum(quantity_milli), 0) FROM stock_movement m WHERE m.stock_item_id = i.id)"
    running = "SELECT balance_milli - sum(quantity_milli) OVER (PARTITION BY stock_item_id ORDER BY id) AS off FROM stock_movement"
    uow.session.flush()
    wrong = uow.session.scalar(text(f"SELECT count(*) FROM stock_item i WHERE on_hand_milli <> {sums}"))
    return wrong + uow.session.scalar(text(f"SELECT count(*) FROM ({running}) x WHERE off <> 0"))


class TestMoves:
    def test_a_delivery_an_issue_what_comes_back_and_a_count(self, uow, cast):
        thing, order = item(uow, cast), drive(uow, cast, OrderStatus.working)
        stock.receive(uow, cast.dispatcher, stock_item_id=thing.id, quantity_milli=5_500, reference="SH-1")
        used = materials.add_material(uow, cast.worker, order_id=order.id, stock_item_id=thing.id, quantity_milli=2_500)
        materials.remove_material(uow, cast.worker, order_id=order.id, material_id=used.id)
        stock.correct(uow, cast.dispatcher, stock_item_id=thing.id, counted_milli=15_000, reason="破损半个")
        assert moves(uow, thing) == [
            ("opening", 10_000, 10_000), ("receipt", 5_500, 15_500), ("issue", -2_500, 13_000), ("put_back", 2_500, 15_500),
            ("correction", -500, 15_000),
        ]  # fmt: skip
        assert (thing.on_hand_milli, contradictions(uow)) == (15_000, 0)
        assert count(uow, "audit_entry", "action IN ('stock:add', 'stock:receipt', 'stock:correction')") == 3

    def test_more_than_there_is_is_refused_with_what_is_left(self, uow, cast):
        thing, order = item(uow, cast, there=1_500), drive(uow, cast, OrderStatus.working)
        with pytest.raises(ConflictError) as refused:
            materials.add_material(uow, cast.worker, order_id=order.id, stock_item_id=thing.id, quantity_milli=2_000)
        assert (refused.value.field, translate(refused.value.message, "zh")) == ("quantity_milli", "该物料仅剩 1.5 个")
        assert (thing.on_hand_milli, len(moves(uow, thing)), count(uow, "material_use")) == (1_500, 1, 0)

    def test_a_step_that_a_phone_replays_takes_the_material_once(self, uow, cast):
        thing, order = item(uow, cast), drive(uow, cast, OrderStatus.working)
        step = Step("k-1", order.id, "material", uow.now, Written(stock_item_id=thing.id, quantity_milli=1_000))
        outcomes = [field.replay(uow, cast.worker, step) for _ in range(3)]
        assert outcomes == [Outcome.done, Outcome.already_done, Outcome.already_done]
        assert (thing.on_hand_milli, moves(uow, thing)[1:], contradictions(uow)) == (9_000, [("issue", -1_000, 9_000)], 0)

    def test_the_last_piece_goes_to_one_of_two_phones(self, committed):
        cast = committed.cast()
        thing = committed.run(item, cast, there=1_000)
        order = committed.run(drive, cast, OrderStatus.working)

        def take(uow):
            return materials.add_material(uow, cast.worker, order_id=order.id, stock_item_id=thing.id, quantity_milli=1_000).id

        results = committed.at_once([take] * 5)
        assert sorted(isinstance(result, ConflictError) for result in results) == [False] + [True] * 4
        assert committed.run(contradictions) == 0

    def test_history_can_neither_be_changed_nor_deleted(self, uow, cast):
        item(uow, cast)
        for statement in ("DELETE FROM stock_movement", "UPDATE stock_movement SET quantity_milli = 1", "TRUNCATE stock_movement"):
            with pytest.raises(Exception, match="append-only"), uow.session.begin_nested():
                uow.session.execute(text(statement))

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=st.lists(st.tuples(st.sampled_from(["receive", "take", "correct"]), st.integers(-2_000, 8_000)), max_size=15))
    def test_whatever_is_booked_the_sum_is_what_is_there(self, uow, cast, steps):
        with uow.session.begin_nested() as undone:
            thing, order = item(uow, cast), drive(uow, cast, OrderStatus.working)
            calls = {
                "receive": lambda n: stock.receive(uow, cast.dispatcher, stock_item_id=thing.id, quantity_milli=n),
                "take": lambda n: materials.add_material(uow, cast.worker, order_id=order.id, stock_item_id=thing.id, quantity_milli=n),
                "correct": lambda n: stock.correct(uow, cast.dispatcher, stock_item_id=thing.id, counted_milli=n, reason="盘点"),
            }
            expected = 10_000
            for name, quantity in steps:
                try:
                    calls[name](quantity)
                except (ConflictError, InvalidError):
                    continue
                expected = quantity if name == "correct" else expected + (quantity if name == "receive" else -quantity)
            assert (thing.on_hand_milli, contradictions(uow)) == (expected, 0)
            undone.rollback()
        uow.session.expire_all()


class TestReceipt:
    def test_a_delivery_note_is_booked_once_for_a_material(self, uow, cast):
        thing, other = item(uow, cast), item(uow, cast, code="hose")
        stock.receive(uow, cast.dispatcher, stock_item_id=thing.id, quantity_milli=1_000, reference=" SH-7 ")
        with pytest.raises(ConflictError) as refused:
            stock.receive(uow, cast.dispatcher, stock_item_id=thing.id, quantity_milli=1_000, reference="SH-7")
        assert (refused.value.field, thing.on_hand_milli) == ("reference", 11_000)
        stock.receive(uow, cast.dispatcher, stock_item_id=other.id, quantity_milli=1_000, reference="SH-7")
        for _ in range(2):
            stock.receive(uow, cast.dispatcher, stock_item_id=thing.id, quantity_milli=1_000)
        assert (thing.on_hand_milli, contradictions(uow)) == (13_000, 0)

    @pytest.mark.parametrize("quantity", [0, -1, stock.MAX_MILLI + 1])
    def test_a_quantity_that_makes_no_sense_is_refused(self, uow, cast, quantity):
        thing = item(uow, cast)
        with pytest.raises(InvalidError) as refused:
            stock.receive(uow, cast.dispatcher, stock_item_id=thing.id, quantity_milli=quantity)
        assert (refused.value.field, thing.on_hand_milli) == ("quantity", 10_000)


class TestCount:
    def test_it_needs_a_reason_and_a_difference(self, uow, cast):
        thing = item(uow, cast)
        for counted, reason, error, name in (
            (9_000, " ", InvalidError, "reason"), (10_000, "盘点", ConflictError, "counted"), (-1, "盘点", InvalidError, "counted"),
        ):  # fmt: skip
            with pytest.raises(error) as refused:
                stock.correct(uow, cast.dispatcher, stock_item_id=thing.id, counted_milli=counted, reason=reason)
            assert (refused.value.field, thing.on_hand_milli) == (name, 10_000)

    def test_what_moved_during_the_count_is_not_lost(self, uow, cast):
        thing, order = item(uow, cast), drive(uow, cast, OrderStatus.working)
        materials.add_material(uow, cast.worker, order_id=order.id, stock_item_id=thing.id, quantity_milli=1_000)
        with pytest.raises(ConflictError) as refused:
            stock.correct(uow, cast.dispatcher, stock_item_id=thing.id, counted_milli=9_500, reason="盘点", seen_milli=10_000)
        assert "现应有 9 个" in translate(refused.value.message, "zh")
        stock.correct(uow, cast.dispatcher, stock_item_id=thing.id, counted_milli=8_500, reason="盘点", seen_milli=9_000)
        assert (thing.on_hand_milli, contradictions(uow)) == (8_500, 0)


class TestList:
    def listed(self, uow, actor, **filter):
        found = stock_queries.list_stock(uow.session, actor, filter=StockFilter(**filter), page=PageRequest(), now=uow.now)
        return [(line.item.code, line.is_low, line.used_milli) for line in found.rows]

    def test_what_is_low_comes_first_and_use_counts_thirty_days(self, uow, cast):
        plenty, low, order = item(uow, cast, code="a"), item(uow, cast, there=5_000, code="b"), drive(uow, cast, OrderStatus.working)
        used = [
            materials.add_material(uow, cast.worker, order_id=order.id, stock_item_id=plenty.id, quantity_milli=n) for n in (1_000, 2_000)
        ]
        materials.remove_material(uow, cast.worker, order_id=order.id, material_id=used[0].id)
        assert self.listed(uow, cast.auditor) == [("b", True, 0), ("a", False, 2_000)]
        uow.now += timedelta(days=30)
        assert self.listed(uow, cast.auditor) == [("b", True, 0), ("a", False, 0)]
        assert stock_queries.totals(uow.session, cast.auditor) == stock_queries.StockTotals(2, 1, 2800 * 13)
        assert self.listed(uow, cast.auditor, show="low") == [("b", True, 0)]
        stock.switch_item(uow, cast.dispatcher, stock_item_id=low.id, is_active=False)
        assert (self.listed(uow, cast.auditor), self.listed(uow, cast.auditor, show="off")) == ([("a", False, 0)], [("b", True, 0)])
        assert self.listed(uow, cast.auditor, q="100%") == []

    def test_the_history_names_the_order_only_to_who_may_read_it(self, uow, cast):
        thing, order = item(uow, cast), drive(uow, cast, OrderStatus.working)
        materials.add_material(uow, cast.worker, order_id=order.id, stock_item_id=thing.id, quantity_milli=1_000)
        mine, theirs = (
            stock_queries.history(uow.session, who, stock_item_id=thing.id, page=PageRequest()).rows
            for who in (cast.dispatcher, cast.foreign_dispatcher)
        )
        assert [(m.kind, m.order_number, m.actor) for m in mine] == [
            (MovementKind.issue, order.number, "王建国"), (MovementKind.opening, "", "dispatcher"),
        ]  # fmt: skip
        assert [(m.order_id, m.order_number) for m in theirs] == [(None, ""), (None, "")]


class TestItems:
    @pytest.mark.parametrize(
        ("changes", "name"),
        [
            ({"code": ""}, "code"),
            ({"name": " "}, "name"),
            ({"unit": "一二三四五六七八九十十"}, "unit"),
            ({"price_fen": -1}, "price"),
            ({"low_milli": -1}, "low"),
        ],
    )
    def test_what_makes_no_sense_is_refused_by_its_field(self, uow, cast, changes, name):
        with pytest.raises(InvalidError) as refused:
            item(uow, cast, **changes)
        assert (refused.value.field, count(uow, "stock_item"), count(uow, "stock_movement")) == (name, 0, 0)

    def test_a_code_is_one_materials_and_an_edit_keeps_what_was_used(self, uow, cast):
        thing, order = item(uow, cast), drive(uow, cast, OrderStatus.working)
        used = materials.add_material(uow, cast.worker, order_id=order.id, stock_item_id=thing.id, quantity_milli=1_000)
        with pytest.raises(ConflictError) as refused:
            item(uow, cast, name="另一种")
        assert refused.value.field == "code"
        stock.edit_item(uow, cast.dispatcher, stock_item_id=thing.id, facts=ItemFacts("valve15", "角阀", "", "个", 3200))
        assert (thing.name_en, thing.price_fen, used.price_fen) == ("角阀", 3200, 2800)

    def test_readers_and_technicians_change_nothing(self, uow, cast):
        thing = item(uow, cast)
        for call in (
            lambda who: stock.add_item(uow, who, facts=FACTS),
            lambda who: stock.edit_item(uow, who, stock_item_id=thing.id, facts=FACTS),
            lambda who: stock.switch_item(uow, who, stock_item_id=thing.id, is_active=False),
            lambda who: stock.receive(uow, who, stock_item_id=thing.id, quantity_milli=1),
            lambda who: stock.correct(uow, who, stock_item_id=thing.id, counted_milli=1, reason="x"),
        ):
            for who in (cast.auditor, cast.service, cast.worker, cast.owner):
                with pytest.raises(ForbiddenError):
                    call(who)
        with pytest.raises(NotFoundError):
            stock.receive(uow, cast.dispatcher, stock_item_id=thing.id + 999, quantity_milli=1)
        for who in (cast.worker, cast.owner, cast.cashier):
            with pytest.raises(ForbiddenError):
                stock_queries.history(uow.session, who, stock_item_id=thing.id, page=PageRequest())
        assert (len(moves(uow, thing)), thing.is_active) == (1, True)


def test_the_first_price_list_opens_its_own_history(uow):
    assert seed(uow) > 0
    assert (contradictions(uow), count(uow, "stock_movement", "kind = 'opening'")) == (0, count(uow, "stock_item"))
    assert (seed(uow), contradictions(uow)) == (0, 0)


class TestRunningLow:
    def told(self, uow, cast) -> list[tuple[int, str]]:
        found = uow.session.exec(select(InboxItem).where(InboxItem.event == "repair_stock").order_by(InboxItem.id))
        return [(item.account_id, translate(unpack(item.body), "zh")) for item in found]

    def test_those_who_keep_the_stock_are_told_once_for_each_fall(self, uow, cast):
        thing, order = item(uow, cast, there=6_000), drive(uow, cast, OrderStatus.working)

        def take(quantity):
            materials.add_material(uow, cast.worker, order_id=order.id, stock_item_id=thing.id, quantity_milli=quantity)

        take(500)
        assert self.told(uow, cast) == []
        take(500)
        sentence = "角阀 DN15（valve15）只剩 5 个，已到补货线 5 个，请补货"
        keepers = sorted(managers_anywhere(uow.session, Permission.stock_edit))
        assert self.told(uow, cast) == [(keeper, sentence) for keeper in keepers]
        assert {cast.dispatcher.id, cast.supervisor.id} <= set(keepers)
        assert cast.auditor.id not in keepers
        take(1_000)
        stock.receive(uow, cast.dispatcher, stock_item_id=thing.id, quantity_milli=1_000)
        assert len(self.told(uow, cast)) == len(keepers), "it was low all the time"
        stock.receive(uow, cast.dispatcher, stock_item_id=thing.id, quantity_milli=1_000)
        take(2_000)
        assert len(self.told(uow, cast)) == 2 * len(keepers), "it had been filled up and fell once more"

    def test_what_has_no_mark_is_told_when_it_is_used_up_and_what_is_out_of_use_never(self, uow, cast):
        thing, old = item(uow, cast, low_milli=0), item(uow, cast, code="old", low_milli=0)
        stock.switch_item(uow, cast.dispatcher, stock_item_id=old.id, is_active=False)
        stock.correct(uow, cast.dispatcher, stock_item_id=thing.id, counted_milli=500, reason="盘点")
        stock.correct(uow, cast.dispatcher, stock_item_id=old.id, counted_milli=0, reason="报废")
        assert self.told(uow, cast) == []
        stock.correct(uow, cast.dispatcher, stock_item_id=thing.id, counted_milli=0, reason="盘点")
        assert {words for _, words in self.told(uow, cast)} == {"角阀 DN15（valve15）已用完，请补货"}

    def test_a_keeper_who_wants_messages_gets_one_outside_too(self, uow, cast):
        choose(uow, cast.dispatcher, family=NoticeFamily.repair, channel=NoticeChannel.sms, is_on=True)
        thing = item(uow, cast)
        stock.correct(uow, cast.dispatcher, stock_item_id=thing.id, counted_milli=1_000, reason="盘点")
        sent = uow.session.exec(select(OutboxMessage).where(OutboxMessage.event == "repair_stock")).all()
        assert [(one.account_id, one.channel) for one in sent] == [(cast.dispatcher.id, NoticeChannel.sms)]


class TestExports:
    def sheet(self, uow, actor, name, **query):
        _, content = export_file(uow, actor, find_export(name), query, kind="xlsx", locale="zh")
        [found] = read_spreadsheet(content)
        return [row.cells for row in found.rows]

    def test_the_list_is_taken_away_as_it_is_shown(self, uow, cast):
        item(uow, cast)
        item(uow, cast, there=2_500, code="hose", name="软管", unit="根")
        head, *rows = self.sheet(uow, cast.auditor, "stock")
        assert head == ("材料编号", "材料", "计量单位", "单价（元）", "现存", "补货线", "30 天领用", "库存")
        assert rows == [
            ("hose", "软管", "根", "28", "2.5", "5", "0", "库存不足"),
            ("valve15", "角阀 DN15", "个", "28", "10", "5", "0", "库存充足"),
        ]
        assert [row[0] for row in self.sheet(uow, cast.auditor, "stock", show="low")[1:]] == ["hose"]

    def test_the_moves_of_all_or_of_one_material_with_their_orders(self, uow, cast):
        thing, other, order = item(uow, cast), item(uow, cast, code="hose"), drive(uow, cast, OrderStatus.working)
        materials.add_material(uow, cast.worker, order_id=order.id, stock_item_id=thing.id, quantity_milli=2_500)
        stock.receive(uow, cast.dispatcher, stock_item_id=other.id, quantity_milli=1_000, reference="SH-1")
        stock.correct(uow, cast.dispatcher, stock_item_id=other.id, counted_milli=10_000, reason="少一个")
        _, *rows = self.sheet(uow, cast.dispatcher, "stock-moves")
        assert [(row[1], *row[4:10]) for row in rows] == [
            ("hose", "盘点更正", "-1", "10", "", "", "少一个"),
            ("hose", "入库", "1", "11", "", "SH-1", ""),
            ("valve15", "工单领用", "-2.5", "7.5", order.number, "", ""),
            ("hose", "期初库存", "10", "10", "", "", ""),
            ("valve15", "期初库存", "10", "10", "", "", ""),
        ]
        assert [row[1] for row in self.sheet(uow, cast.dispatcher, "stock-moves", item_id=str(thing.id))[1:]] == ["valve15", "valve15"]
        tomorrow = str(business_date(uow.now) + timedelta(days=1))
        assert self.sheet(uow, cast.dispatcher, "stock-moves", since=tomorrow)[1:] == []
        assert len(self.sheet(uow, cast.dispatcher, "stock-moves", until=str(business_date(uow.now)))[1:]) == 5

    def test_more_moves_than_are_read_at_once_come_whole_and_each_once(self, uow, cast, monkeypatch):
        monkeypatch.setattr(stock_queries, "_SLICE", 3)
        thing = item(uow, cast)
        for number in range(8):
            stock.receive(uow, cast.dispatcher, stock_item_id=thing.id, quantity_milli=1_000, reference=f"SH-{number}")
        assert [row[8] for row in self.sheet(uow, cast.dispatcher, "stock-moves")[1:]] == [*(f"SH-{n}" for n in range(7, -1, -1)), ""]

    def test_technicians_and_residents_take_nothing_away(self, uow, cast):
        for actor in (cast.worker, cast.owner, cast.cashier):
            for name in ("stock", "stock-moves"):
                with pytest.raises(ForbiddenError):
                    self.sheet(uow, actor, name)
