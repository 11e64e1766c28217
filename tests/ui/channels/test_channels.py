"""The page on which a manager stops payments and takes them again."""

from sqlmodel import select

from estate_app.access.models import AuditEntry
from estate_app.payment.channel import Channel
from estate_app.payment.models import PaymentStop
from estate_app.ui.pages.manager.channels.page import channels_page
from estate_app.ui.pages.manager.channels.state import ChannelsState
from tests.fixtures.make import fee_item
from tests.ui.seen import markup, toast


def opened(act, actor) -> ChannelsState:
    page = act(actor, ChannelsState, url="/manage/channels")
    act.run(page.load())
    return page


def stops(uow) -> list[PaymentStop]:
    return list(uow.session.exec(select(PaymentStop)))


def test_finance_stops_an_item_through_a_channel_and_takes_payments_again(act, uow, cast):
    item = fee_item(uow, cast.estate, "parking")
    page = opened(act, cast.finance)
    assert page.may_act
    assert f"item:{item.id}" in [option.value for option in page.places]
    assert "" not in [option.value for option in page.places]
    act.run(page.begin())
    events = act.run(page.stop({"place": f"item:{item.id}", "channel": "alipay", "reason": "接口升级"}))
    (stop,) = stops(uow)
    assert (stop.estate_id, stop.fee_item_id, stop.channel, stop.reason) == (cast.estate.id, item.id, Channel.alipay, "接口升级")
    assert ("已暂停收款" in toast(events), page.is_open) == (True, False)
    assert [(line.what, line.reason, line.by, line.may_end) for line in page.stops] == [
        ("翠湖花园 · 物业费 · 支付宝", "接口升级", "finance", True)
    ]
    act.run(page.resume(stop.id))
    assert page.stops == []
    assert stops(uow)[0].ended_by == cast.finance.id
    actions = uow.session.exec(
        select(AuditEntry.action).where(AuditEntry.action.in_(["payment:stop", "payment:resume"])).order_by(AuditEntry.id)
    ).all()
    assert list(actions) == ["payment:stop", "payment:resume"]


def test_a_missing_reason_and_a_forged_choice_stop_nothing(act, uow, cast):
    page = opened(act, cast.finance)
    act.run(page.stop({"place": f"estate:{cast.estate.id}", "channel": "", "reason": " "}))
    assert list(page.field_errors) == ["reason"]
    for form in ({"place": "estate:x", "reason": "x"}, {"place": "", "channel": "gold", "reason": "x"}, {"place": "", "channel": "", "reason": "x"},
                 {"place": f"estate:{cast.other_estate.id}", "reason": "x"}):  # fmt: skip
        act.run(page.stop(form))
    assert stops(uow) == []


def test_the_cashier_reads_and_may_not_stop(act, uow, cast):
    page = opened(act, cast.cashier)
    assert (page.may_act, [line.value for line in page.lines]) == (False, ["wechat", "alipay", "unionpay"])
    act.run(page.stop({"place": f"estate:{cast.estate.id}", "reason": "x"}))
    assert stops(uow) == []


def test_the_page_holds_what_a_person_acts_on():
    seen = markup(channels_page())
    for testid in ("new-stop", "channels", "stops", "resume"):
        assert testid in seen
