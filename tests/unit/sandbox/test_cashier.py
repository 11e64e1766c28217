"""The cashier page that a payer sees: what it says, what its buttons do, where it leads back to."""

from datetime import timedelta

import pytest

from estate_app.payment.channel import PayWay
from estate_app.payment.gateways.contract import ChannelState, PaymentRequest
from estate_app.payment.gateways.wechat import WechatGateway
from tests.fixtures.sandbox import START, Merchant, RunningSandbox

ORDER_NO = "P20261118000001"


def request(merchant: Merchant, way: PayWay = PayWay.native) -> PaymentRequest:
    return PaymentRequest(
        order_no=ORDER_NO,
        opened_at=START,
        amount_fen=107_345,
        description="<b>翠湖花园</b> 物业费",
        way=way,
        notify_url=f"{merchant.url}/pay",
        expires_at=START + timedelta(minutes=30),
        return_url="http://127.0.0.1:3000/bills?paid=1",
    )


@pytest.fixture
def gateway(sandbox: RunningSandbox) -> WechatGateway:
    return WechatGateway(sandbox.credentials.wechat)


def test_the_page_names_amount_order_and_time_and_never_trusts_the_description(
    sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant
):
    page = sandbox.http.get(gateway.create(request(merchant)).code_url).text
    assert "<small>¥</small>1,073<small>.45</small>" in page
    assert ORDER_NO in page
    assert "请在 11:28 前完成支付" in page
    assert "&lt;b&gt;翠湖花园&lt;/b&gt;" in page
    assert "<b>" not in page
    assert 'name="viewport" content="width=device-width,initial-scale=1"' in page


def test_pressing_pay_pays_shows_the_result_and_a_reload_does_not_pay_again(
    sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant
):
    url = gateway.create(request(merchant)).code_url
    pressed = sandbox.http.post(url, data={"action": "pay"})
    assert pressed.status_code == 303
    result = sandbox.http.get(pressed.headers["location"]).text
    paid = gateway.query(request(merchant).ref)
    assert "支付成功" in result
    assert paid.transaction_id in result
    sandbox.http.post(url, data={"action": "pay"})
    assert gateway.query(request(merchant).ref).transaction_id == paid.transaction_id
    merchant.next()
    assert merchant.received.empty()


def test_a_refused_payment_says_that_nothing_was_taken_and_offers_another_try(
    sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant
):
    url = gateway.create(request(merchant)).code_url
    result = sandbox.http.post(url, data={"action": "fail"}, follow_redirects=True).text
    assert "没有扣款" in result
    assert 'data-testid="again"' in result
    assert gateway.query(request(merchant).ref).state is ChannelState.failed


def test_leaving_changes_nothing(sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant):
    url = gateway.create(request(merchant)).code_url
    assert "尚未支付" in sandbox.http.post(url, data={"action": "leave"}, follow_redirects=True).text
    assert gateway.query(request(merchant).ref).state is ChannelState.awaiting


def test_a_closed_order_cannot_be_paid_on_an_open_page(sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant):
    url = gateway.create(request(merchant)).code_url
    gateway.close(request(merchant).ref)
    assert "订单已关闭" in sandbox.http.post(url, data={"action": "pay"}, follow_redirects=True).text
    assert gateway.query(request(merchant).ref).state is ChannelState.closed


def test_a_browser_order_leads_back_to_the_merchants_own_page(sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant):
    url = gateway.create(request(merchant, PayWay.h5)).redirect_url
    sandbox.http.get(url)
    result = sandbox.http.post(url.partition("?")[0], data={"action": "pay"}, follow_redirects=True).text
    assert 'href="http://127.0.0.1:3000/bills?paid=1"' in result


def test_a_script_is_no_way_back(sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant):
    url = gateway.create(request(merchant)).code_url
    sandbox.http.get(url, params={"redirect_url": "javascript:alert(1)"})
    assert "javascript" not in sandbox.http.post(url, data={"action": "pay"}, follow_redirects=True).text


@pytest.mark.parametrize("action", ["steal", ""])
def test_a_button_that_is_not_there_does_nothing(sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant, action: str):
    url = gateway.create(request(merchant)).code_url
    assert sandbox.http.post(url, data={"action": action}).status_code in {404, 422}
    assert gateway.query(request(merchant).ref).state is ChannelState.awaiting


def test_an_unknown_code_is_said_to_be_unknown(sandbox: RunningSandbox):
    answer = sandbox.http.get("/cashier/nothing")
    assert (answer.status_code, "没有找到这笔订单" in answer.text) == (404, True)
