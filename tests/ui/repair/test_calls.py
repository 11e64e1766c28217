"""The manager's call after a low rating: noted on the order's page, counted on the performance page until it is settled."""

from estate_app.repair import ratings
from estate_app.repair.models import OrderStatus
from estate_app.ui.pages.manager.performance.page import performance_page
from estate_app.ui.pages.manager.performance.state import PerformanceState
from estate_app.ui.pages.manager.repair.page import managed_repair_page
from estate_app.ui.pages.manager.repair.state import ManagedRepairState
from tests.service.repair.steps import count, drive
from tests.ui.seen import markup, toast


def order_page(act, actor, order):
    page = act(actor, ManagedRepairState, url=f"/manage/repairs/{order.id}")
    act.run(page.load())
    return page


def to_call(act, actor):
    page = act(actor, PerformanceState, url="/manage/performance")
    act.run(page.load())
    return [(call.number, call.stars, call.tried) for call in page.calls], page.calls_total


def rated(uow, cast, stars):
    order = drive(uow, cast, OrderStatus.completed)
    reasons = ["late"] if stars <= 2 else []
    ratings.rate(uow, cast.owner, order_id=order.id, quality=5, attitude=5, timeliness=stars, reasons=reasons, text="等了一下午")
    return order


def test_a_call_is_noted_and_the_order_leaves_the_list_once_it_is_settled(act, uow, cast):
    order = rated(uow, cast, 2)
    assert to_call(act, cast.dispatcher) == ([(order.number, 2, "")], 1)
    page = order_page(act, cast.service, order)
    assert (page.view.rated.is_low, page.view.rated.may_call, page.view.rated.calls) == (True, True, [])
    act.run(page.call_back({"outcome": "", "call_note": "已致歉"}))
    assert list(page.field_errors) == ["outcome"]
    act.run(page.call_back({"outcome": "unreached", "call_note": "无人接听"}))
    assert to_call(act, cast.dispatcher) == ([(order.number, 2, "已致电 1 次，尚未了结")], 1)
    assert "回访已记录" in toast(act.run(page.call_back({"outcome": "settled", "call_note": "已致歉，住户表示理解"})))
    assert [(c.outcome, c.tone, c.note, c.who.split(" · ")[0]) for c in page.view.rated.calls] == [
        ("已处理", "green", "已致歉，住户表示理解", "service"), ("无人接听", "gray", "无人接听", "service"),
    ]  # fmt: skip
    assert page.view.audit[0].value.endswith("已回访住户")
    assert to_call(act, cast.dispatcher) == ([], 0)


def test_a_good_rating_asks_for_no_call_and_readers_note_none(act, uow, cast):
    good, low = rated(uow, cast, 4), rated(uow, cast, 1)
    assert order_page(act, cast.dispatcher, good).view.rated.may_call is False
    page = order_page(act, cast.auditor, low)
    assert page.view.rated.may_call is False
    assert "权限" in toast(act.run(page.call_back({"outcome": "settled", "call_note": "x"})))
    assert count(uow, "rating_call") == 0


def test_the_pages():
    assert all(testid in markup(managed_repair_page()) for testid in ("call-form", "note-call", "outcome-"))
    assert "to-call" in markup(performance_page())
