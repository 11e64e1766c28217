"""The pages of the stock: what is shown, what is typed, what is low, and who is refused."""

from sqlmodel import select

from estate_app.repair import materials, stock
from estate_app.repair.models import OrderStatus
from estate_app.repair.stock_models import StockItem
from estate_app.ui.pages.manager.stock.page import stock_page
from estate_app.ui.pages.manager.stock.state import StockState
from estate_app.ui.pages.manager.stock_item.page import stock_item_page
from estate_app.ui.pages.manager.stock_item.state import StockItemState
from estate_app.ui.stage import FAILED, READY
from tests.service.repair.steps import count, drive
from tests.service.repair.test_stock import item
from tests.ui.seen import goes_to, markup, toast

URL = "/manage/stock"
NEW = {"code": "tape", "name": "生料带", "name_en": "", "unit": "卷", "price": "3.00", "low": "10", "on_hand": "40"}


def opened(act, actor, state, url):
    page = act(actor, state, url=url)
    act.run(page.load())
    return page


class TestList:
    def test_what_is_low_is_marked_and_found(self, act, uow, cast):
        item(uow, cast)
        low = item(uow, cast, there=2_500, code="hose", name="软管", unit="根")
        page = opened(act, cast.dispatcher, StockState, URL)
        assert next((r.code, r.left, r.low, r.badge.label, r.href) for r in page.rows) == (
            "hose", "2.5 根", "5", "库存不足", f"{URL}/{low.id}",
        )  # fmt: skip
        assert [(kpi.value, kpi.tone) for kpi in page.kpis] == [("2", "gray"), ("1", "red"), ("350.00", "gray")]
        assert [r.code for r in opened(act, cast.dispatcher, StockState, f"{URL}?show=low").rows] == ["hose"]
        assert opened(act, cast.dispatcher, StockState, f"{URL}?q=nothing").rows == []

    def test_a_material_is_added_and_refused_by_its_field(self, act, uow, cast):
        page = opened(act, cast.dispatcher, StockState, URL)
        act.run(page.ask())
        for changes, field in (({"price": "abc"}, "price"), ({"on_hand": "x"}, "on_hand"), ({"low": "-1"}, "low"), ({"code": ""}, "code")):
            act.run(page.add({**NEW, **changes}))
            assert (list(page.field_errors), page.is_open) == ([field], True)
        assert count(uow, "stock_item") == 0
        events = act.run(page.add(NEW))
        thing = uow.session.exec(select(StockItem)).one()
        assert (goes_to(events), thing.name_en, thing.on_hand_milli, thing.low_milli) == (f"{URL}/{thing.id}", "生料带", 40_000, 10_000)

    def test_readers_see_and_change_nothing(self, act, uow, cast):
        item(uow, cast)
        page = opened(act, cast.auditor, StockState, URL)
        assert (len(page.rows), page.may_edit, page.stage) == (1, False, READY)
        assert "权限" in toast(act.run(page.add(NEW)))
        for actor in (cast.worker, cast.cashier):
            assert opened(act, actor, StockState, URL).stage == FAILED
        assert count(uow, "stock_item") == 1


class TestItem:
    def test_a_delivery_a_count_and_the_order_that_took_some(self, act, uow, cast):
        thing, order = item(uow, cast), drive(uow, cast, OrderStatus.working)
        materials.add_material(uow, cast.worker, order_id=order.id, stock_item_id=thing.id, quantity_milli=1_500)
        page = opened(act, cast.dispatcher, StockItemState, f"{URL}/{thing.id}")
        act.run(page.ask("receive"))
        assert "入库已登记" in toast(act.run(page.receive({"quantity": "20", "reference": "SH-9"})))
        act.run(page.ask("correct"))
        act.run(page.correct({"counted": "28", "reason": "破损"}))
        assert [(m.kind, m.quantity, m.balance, m.order, m.note, m.actor) for m in page.view.moves] == [
            ("盘点更正", "−0.5", "28", "", "破损", "dispatcher"),
            ("入库", "+20", "28.5", "", "送货单 SH-9", "dispatcher"),
            ("工单领用", "−1.5", "8.5", order.number, "", "王建国"),
            ("期初库存", "+10", "10", "", "", "dispatcher"),
        ]
        assert (page.view.left, page.view.moves[2].href, page.dialog) == ("28", f"/manage/repairs/{order.id}", "")

    def test_a_refusal_stands_under_its_field_and_the_form_stays(self, act, uow, cast):
        thing = item(uow, cast)
        page = opened(act, cast.dispatcher, StockItemState, f"{URL}/{thing.id}")
        act.run(page.ask("receive"))
        for form, field in (({"quantity": ""}, "quantity"), ({"quantity": "0"}, "quantity"), ({"quantity": "0.0001"}, "quantity")):
            act.run(page.receive(form))
            assert (list(page.field_errors), page.dialog) == ([field], "receive")
        act.run(page.ask("correct"))
        act.run(page.correct({"counted": "9", "reason": ""}))
        assert (list(page.field_errors), page.dialog, count(uow, "stock_movement")) == (["reason"], "correct", 1)

    def test_what_a_technician_takes_during_the_count_is_told(self, act, uow, cast):
        thing, order = item(uow, cast), drive(uow, cast, OrderStatus.working)
        page = opened(act, cast.dispatcher, StockItemState, f"{URL}/{thing.id}")
        act.run(page.ask("correct"))
        materials.add_material(uow, cast.worker, order_id=order.id, stock_item_id=thing.id, quantity_milli=1_000)
        assert stock.TOPIC in uow._topics
        act.run(page.correct({"counted": "10", "reason": "盘点"}))
        assert ("现应有 9 个" in page.field_errors["counted"], uow.session.get(StockItem, thing.id).on_hand_milli) == (True, 9_000)

    def test_it_is_edited_and_taken_out_of_use(self, act, uow, cast):
        thing = item(uow, cast)
        page = opened(act, cast.dispatcher, StockItemState, f"{URL}/{thing.id}")
        assert (page.values.price, page.values.low) == ("28.00", "5")
        act.run(page.edit(NEW | {"low": ""}))
        act.run(page.switch_active({}))
        kept = uow.session.get(StockItem, thing.id)
        assert (kept.code, kept.price_fen, kept.low_milli, kept.is_active, page.view.badge.label) == ("tape", 300, 0, False, "已停用")

    def test_readers_change_nothing_and_what_is_not_there_is_not_found(self, act, uow, cast):
        thing = item(uow, cast)
        page = opened(act, cast.service, StockItemState, f"{URL}/{thing.id}")
        for call in (
            page.receive({"quantity": "1"}),
            page.correct({"counted": "1", "reason": "x"}),
            page.edit(NEW),
            page.switch_active({}),
        ):
            assert "权限" in toast(act.run(call))
        assert (page.may_edit, count(uow, "stock_movement")) == (False, 1)
        assert opened(act, cast.dispatcher, StockItemState, f"{URL}/{thing.id + 99}").stage != READY


def test_the_pages():
    assert all(testid in markup(stock_page()) for testid in ("materials", "material-row", "filter-show", "add-material"))
    assert all(testid in markup(stock_item_page()) for testid in ("receive-dialog", "correct-dialog", "edit-form", "moves", "move-row"))
