"""The cashier on which a phone chooses how to pay: only what is set up and not stopped, and one payment whatever is pressed."""

import pytest
from sqlmodel import select

from estate_app.payment import gateway_registry
from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.models import Payment
from estate_app.payment.stops import stop_payments
from estate_app.ui.pages.resident.bills.starting import way_for
from estate_app.ui.pages.resident.pay.choose_page import choose_page
from estate_app.ui.pages.resident.pay.choose_state import ChooseState
from tests.fixtures.money import MERCHANT_ID, MemoryGateway, home_bill
from tests.ui.seen import goes_to, markup, said, toast

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
WECHAT = IPHONE + " MicroMessenger/8.0.50"
DESK = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0"


@pytest.fixture
def three(vendor):
    """Alipay and UnionPay in memory beside WeChat."""
    ways = {Channel.alipay: {PayWay.page, PayWay.wap, PayWay.native}, Channel.unionpay: {PayWay.gateway, PayWay.wap}}
    for channel, of_channel in ways.items():
        chosen = MemoryGateway(channel=channel, ways=frozenset(of_channel))
        gateway_registry.register(channel, gateway_registry.Merchant(chosen, MERCHANT_ID))
    yield
    for channel in ways:
        gateway_registry.register(channel, None)


@pytest.fixture
def bill(uow, cast):
    return home_bill(uow, cast)


@pytest.fixture
def page(tab, cast, bill, three):
    page = tab(cast.owner, ChooseState, url=f"/pay/new?bills={bill.id},x,{10**30}")
    tab.run(page.load())
    return page


def methods(uow):
    return [(payment.channel, payment.method) for payment in uow.session.exec(select(Payment).order_by(Payment.id))]


def test_it_shows_amount_place_and_the_channels_that_are_set_up(page, bill):
    assert (page.total, page.bill_ids, page.place) == ("249.20", [bill.id], "翠湖花园 3栋2单元1501")
    assert [(choice.value, choice.label) for choice in page.channels] == [
        ("wechat", "微信支付"), ("alipay", "支付宝"), ("unionpay", "银联"),
    ]  # fmt: skip
    assert (page.channel, page.channel_name) == ("wechat", "微信支付")


def test_the_chosen_channel_is_paid_and_its_cashier_opened_once(tab, uow, page):
    tab.run(page.choose("alipay"))
    first, second = (" ".join(said(event) for event in tab.run(page.pay())) for _ in range(2))
    (payment,) = uow.session.exec(select(Payment))
    assert f"window.location.assign('/go/pay/{payment.id}')" in first
    assert first == second
    assert (payment.channel, payment.method, payment.amount_fen) == (Channel.alipay, "page", 24_920)


def test_at_a_desk_wechat_leads_to_its_code(tab, uow, page):
    assert goes_to(tab.run(page.pay())) == f"/pay/{uow.session.exec(select(Payment.id)).one()}"
    assert methods(uow) == [(Channel.wechat, "native")]


def test_a_stopped_channel_is_not_offered_and_a_forged_choice_changes_nothing(tab, uow, cast, page):
    stop_payments(uow, cast.finance, reason="x", estate_id=cast.estate.id, channel=Channel.wechat)
    tab.run(page.load())
    assert ([choice.value for choice in page.channels], page.channel) == (["alipay", "unionpay"], "alipay")
    tab.run(page.choose("wechat"))
    assert page.channel == "alipay"
    page.channel = "wechat"
    assert "暂停" in toast(tab.run(page.pay()))
    assert methods(uow) == []


def test_a_strangers_bill_is_not_there(tab, uow, cast, bill, three):
    page = tab(cast.stranger, ChooseState, url=f"/pay/new?bills={bill.id}")
    tab.run(page.load())
    assert (page.bill_ids, page.total, page.place) == ([], "0.00", "")
    tab.run(page.pay())
    assert methods(uow) == []


@pytest.mark.parametrize(
    ("agent", "channel", "way"),
    [
        (DESK, Channel.wechat, PayWay.native), (DESK, Channel.alipay, PayWay.page), (DESK, Channel.unionpay, PayWay.gateway),
        (IPHONE, Channel.wechat, PayWay.h5), (IPHONE, Channel.alipay, PayWay.wap), (IPHONE, Channel.unionpay, PayWay.wap),
        (WECHAT, Channel.wechat, PayWay.native), (WECHAT, Channel.alipay, PayWay.wap),
    ],
)  # fmt: skip
def test_the_way_fits_the_device(three, agent, channel, way):
    assert way_for(channel, agent) is way


def test_the_page_holds_what_a_person_acts_on():
    seen = markup(choose_page())
    for testid in ("confirm-pay", "amount", "pay-facts", "no-channel"):
        assert testid in seen
