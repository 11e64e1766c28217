"""Alipay behind the contract, against the sandbox on a real socket."""

from base64 import b64encode
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from estate_app.payment.channel import PayWay
from estate_app.payment.gateways.alipay import AlipayGateway
from estate_app.payment.gateways.contract import (
    CallbackKind,
    CallbackRejectedError,
    ChannelState,
    GatewayLogicalError,
    GatewayTechnicalError,
    PaymentRequest,
    RefundRef,
    RefundRequest,
    RefundState,
    StatementKind,
)
from tests.fixtures.sandbox import START, Clock, Merchant, Received, RunningSandbox, run_sandbox

ORDER_NO = "P20261118000001"
REFUND_NO = "R20261118000001"


def request(merchant: Merchant, **changes: object) -> PaymentRequest:
    plain = PaymentRequest(
        order_no=ORDER_NO,
        opened_at=START,
        amount_fen=107_345,
        description="翠湖花园 3+2 {物业费} } 100%",
        way=PayWay.native,
        notify_url=f"{merchant.url}/pay/alipay",
        expires_at=START + timedelta(minutes=30),
        return_url="http://127.0.0.1:3000/bills?from=alipay",
    )
    return replace(plain, **changes)


def refund_request(**changes: object) -> RefundRequest:
    plain = RefundRequest(REFUND_NO, START, ORDER_NO, "", 7_345, 107_345, "多收的水费", "")
    return replace(plain, **changes)


def gateway_of(sandbox: RunningSandbox) -> AlipayGateway:
    return AlipayGateway(sandbox.credentials.alipay, now=sandbox.clock)


@pytest.fixture
def gateway(sandbox: RunningSandbox) -> AlipayGateway:
    return gateway_of(sandbox)


def paid(sandbox: RunningSandbox, gateway: AlipayGateway, merchant: Merchant) -> Received:
    gateway.create(request(merchant))
    sandbox.pay(ORDER_NO, channel="alipay")
    return merchant.next()


def refusal(gateway: AlipayGateway, body: bytes) -> str:
    with pytest.raises(CallbackRejectedError) as caught:
        gateway.read_callback({}, body, START)
    return caught.value.reason


def test_a_qr_order_leads_to_the_cashier(sandbox: RunningSandbox, gateway: AlipayGateway, merchant: Merchant):
    assert gateway.create(request(merchant)).code_url.startswith(f"{sandbox.url}/cashier/")
    assert gateway.query(request(merchant).ref).state is ChannelState.awaiting


@pytest.mark.parametrize("way", [PayWay.page, PayWay.wap])
def test_a_page_order_exists_once_the_payer_has_opened_it_and_leads_back(
    sandbox: RunningSandbox, gateway: AlipayGateway, merchant: Merchant, way: PayWay
):
    created = gateway.create(request(merchant, way=way))
    assert gateway.query(request(merchant).ref).state is ChannelState.missing
    opened = sandbox.http.get(created.redirect_url)
    assert opened.status_code == 302
    result = sandbox.http.post(opened.headers["location"], data={"action": "pay"}, follow_redirects=True).text
    payment = gateway.query(request(merchant).ref)
    assert (payment.state, payment.amount_fen, payment.success_at) == (ChannelState.paid, 107_345, START)
    back = result.partition('data-testid="back"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert back.startswith("http://127.0.0.1:3000/bills?from=alipay&")
    assert dict(parse_qsl(urlsplit(back).query))["trade_no"] == payment.transaction_id


def test_an_address_that_was_changed_on_the_way_opens_nothing(sandbox: RunningSandbox, gateway: AlipayGateway, merchant: Merchant):
    address = gateway.create(request(merchant, way=PayWay.page)).redirect_url
    answer = sandbox.http.get(address.replace("1073.45", "0.01"))
    assert "isv.invalid-signature" in answer.text
    assert gateway.query(request(merchant).ref).state is ChannelState.missing


def test_a_notice_with_plus_braces_and_chinese_is_verified(sandbox: RunningSandbox, gateway: AlipayGateway, merchant: Merchant):
    notice = paid(sandbox, gateway, merchant)
    event = gateway.read_callback(notice.headers, notice.body, START)
    assert (event.kind, event.order_no, event.amount_fen) == (CallbackKind.payment, ORDER_NO, 107_345)
    assert (event.merchant_id, event.app_id) == (sandbox.credentials.alipay.seller_id, sandbox.credentials.alipay.app_id)
    assert (event.state, event.success_at, event.currency) == (ChannelState.paid, START, "CNY")
    assert gateway.query(request(merchant).ref).transaction_id == event.transaction_id


def test_only_the_bare_word_stops_the_resends(sandbox: RunningSandbox, gateway: AlipayGateway, merchant: Merchant):
    merchant.answers.put((200, b"fail"))
    first = paid(sandbox, gateway, merchant)
    second = merchant.next()
    events = [gateway.read_callback({}, notice.body, START).external_id for notice in (first, second)]
    assert events[0] == events[1]
    assert (gateway.answer(ok=True).body, gateway.answer(ok=False).body) == (b"success", b"fail")


def test_forged_notices_are_refused(sandbox: RunningSandbox, gateway: AlipayGateway, merchant: Merchant):
    body = paid(sandbox, gateway, merchant).body
    form = dict(parse_qsl(body.decode()))
    assert refusal(gateway, urlencode(form | {"total_amount": "0.01"}).encode()) == "not_verified"
    assert refusal(gateway, urlencode(form | {"sign": b64encode(b"\0" * 256).decode()}).encode()) == "not_verified"
    assert refusal(gateway, urlencode(form | {"sign": "A"}).encode()) in {"unreadable", "not_verified"}
    assert refusal(gateway, urlencode(form | {"sign_type": "RSA"}).encode()) == "signature_type"
    assert refusal(gateway, urlencode({k: v for k, v in form.items() if k != "sign"}).encode()) == "signature_type"
    assert refusal(gateway, body + b"&total_amount=0.01") == "repeated_field"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff\xfe", b"sign=%FF&sign_type=RSA2"])
def test_a_body_that_is_no_form_is_refused(gateway: AlipayGateway, body: bytes):
    assert refusal(gateway, body) in {"unreadable", "signature_type"}


def test_a_partial_refund_is_done_at_once_and_its_notice_is_no_second_payment(
    sandbox: RunningSandbox, gateway: AlipayGateway, merchant: Merchant
):
    payment_notice = paid(sandbox, gateway, merchant)
    first = gateway.refund(refund_request())
    assert (first.state, first.amount_fen, first.success_at) == (RefundState.success, 7_345, START)
    assert gateway.refund(refund_request()) == first
    notice = merchant.next()
    event = gateway.read_callback({}, notice.body, START)
    assert (event.kind, event.refund_no, event.refund_state) == (CallbackKind.refund, REFUND_NO, RefundState.unknown)
    assert event.external_id != gateway.read_callback({}, payment_notice.body, START).external_id
    assert gateway.query(request(merchant).ref).state is ChannelState.paid


def test_a_full_refund_is_told_from_an_order_that_nobody_paid(sandbox: RunningSandbox, gateway: AlipayGateway, merchant: Merchant):
    paid(sandbox, gateway, merchant)
    gateway.refund(refund_request(amount_fen=107_345))
    assert gateway.query(request(merchant).ref).state is ChannelState.refunded
    gateway.create(request(merchant, order_no="P20261118000002"))
    gateway.close(request(merchant, order_no="P20261118000002").ref)
    assert gateway.query(request(merchant, order_no="P20261118000002").ref).state is ChannelState.closed


def test_refunds_stay_within_the_payment(sandbox: RunningSandbox, gateway: AlipayGateway, merchant: Merchant):
    paid(sandbox, gateway, merchant)
    gateway.refund(refund_request(amount_fen=100_000))
    with pytest.raises(GatewayLogicalError) as caught:
        gateway.refund(refund_request(refund_no="R20261118000002", amount_fen=7_346))
    assert caught.value.code == "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"
    assert gateway.query_refund(RefundRef("R20261118000002", ORDER_NO, START)).state is RefundState.missing


def test_closing_is_safe_to_repeat_and_refused_for_a_paid_order(sandbox: RunningSandbox, gateway: AlipayGateway, merchant: Merchant):
    gateway.close(request(merchant, order_no="P20261118999999").ref)
    gateway.create(request(merchant, order_no="P20261118000002"))
    gateway.close(request(merchant, order_no="P20261118000002").ref)
    gateway.close(request(merchant, order_no="P20261118000002").ref)
    paid(sandbox, gateway, merchant)
    with pytest.raises(GatewayLogicalError) as caught:
        gateway.close(request(merchant).ref)
    assert caught.value.code == "order_paid"


def test_silence_faults_and_foreign_keys_are_technical_errors(sandbox: RunningSandbox, gateway: AlipayGateway, merchant: Merchant):
    sandbox.plan("http_5xx", channel="alipay")
    with pytest.raises(GatewayTechnicalError):
        gateway.query(request(merchant).ref)
    sandbox.plan("timeout", channel="alipay")
    with pytest.raises(GatewayTechnicalError) as caught:
        AlipayGateway(sandbox.credentials.alipay, timeout=0.5, now=sandbox.clock).create(request(merchant))
    assert caught.value.code == "ReadTimeout"
    deceived = replace(sandbox.credentials.alipay, alipay_public_key_pem=sandbox.keys.wechat_platform_public)
    with pytest.raises(GatewayTechnicalError) as caught:
        AlipayGateway(deceived, now=sandbox.clock).query(request(merchant).ref)
    assert caught.value.code == "answer_not_verified"


def test_a_request_signed_with_another_key_is_refused(sandbox: RunningSandbox, merchant: Merchant):
    stranger = replace(sandbox.credentials.alipay, private_key_pem=sandbox.keys.wechat_merchant_private)
    with pytest.raises(GatewayLogicalError) as caught:
        AlipayGateway(stranger, now=sandbox.clock).query(request(merchant).ref)
    assert caught.value.code == "40002"


def test_the_bill_of_the_day_is_fetched_and_read(tmp_path: Path, merchant: Merchant):
    clock = Clock()
    with run_sandbox(tmp_path / "bill", clock) as sandbox:
        gateway = gateway_of(sandbox)
        paid(sandbox, gateway, merchant)
        gateway.refund(refund_request())
        clock.advance(hours=24)
        statement = gateway.download_statement(date(2026, 11, 18))
        payment, refund = statement.rows
        assert (payment.kind, payment.order_no, payment.amount_fen, payment.fee_fen) == (StatementKind.payment, ORDER_NO, 107_345, 644)
        assert payment.traded_at == START
        assert (refund.kind, refund.refund_no, refund.amount_fen, refund.fee_fen) == (StatementKind.refund, REFUND_NO, 7_345, -44)
        assert statement.totals is not None
        assert (statement.totals.count, statement.totals.paid_fen, statement.totals.refunded_fen) == (2, 107_345, 7_345)
        assert gateway.download_statement(date(2026, 11, 10)).rows == ()
