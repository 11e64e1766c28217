"""WeChat Pay behind the contract, against the sandbox on a real socket."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from estate_app.payment.channel import PayWay
from estate_app.payment.gateways.contract import (
    CallbackKind,
    CallbackRejectedError,
    ChannelPayment,
    ChannelState,
    GatewayLogicalError,
    GatewayTechnicalError,
    OrderRef,
    PaymentRequest,
    RefundRef,
    RefundRequest,
    RefundState,
    StatementKind,
)
from estate_app.payment.gateways.wechat import WechatGateway
from tests.fixtures.sandbox import START, Clock, Merchant, RunningSandbox, run_sandbox

ORDER_NO = "P20261118000001"
REFUND_NO = "R20261118000001"


def request(merchant: Merchant, **changes: object) -> PaymentRequest:
    plain = PaymentRequest(
        order_no=ORDER_NO,
        opened_at=START,
        amount_fen=107_345,
        description="翠湖花园 3栋2单元1501 物业费",
        way=PayWay.native,
        notify_url=f"{merchant.url}/pay/wechat",
        expires_at=START + timedelta(minutes=30),
    )
    return replace(plain, **changes)


def refund_request(merchant: Merchant, transaction_id: str, **changes: object) -> RefundRequest:
    plain = RefundRequest(
        refund_no=REFUND_NO,
        requested_at=START,
        order_no=ORDER_NO,
        transaction_id=transaction_id,
        amount_fen=7_345,
        total_fen=107_345,
        reason="多收的水费",
        notify_url=f"{merchant.url}/refund/wechat",
    )
    return replace(plain, **changes)


@pytest.fixture
def gateway(sandbox: RunningSandbox) -> WechatGateway:
    return WechatGateway(sandbox.credentials.wechat)


def test_a_native_order_gives_an_address_for_the_qr_code_and_the_same_one_when_asked_again(
    sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant
):
    first = gateway.create(request(merchant))
    assert first.code_url.startswith(f"{sandbox.url}/cashier/")
    assert gateway.create(request(merchant)) == first
    assert gateway.query(request(merchant).ref).state is ChannelState.awaiting


def test_the_same_number_with_another_amount_is_refused(gateway: WechatGateway, merchant: Merchant):
    gateway.create(request(merchant))
    with pytest.raises(GatewayLogicalError) as caught:
        gateway.create(request(merchant, amount_fen=1))
    assert caught.value.code == "OUT_TRADE_NO_USED"


def test_a_paid_order_is_announced_and_queried_with_the_same_facts(sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant):
    gateway.create(request(merchant))
    sandbox.pay(ORDER_NO)
    notice = merchant.next()
    event = gateway.read_callback(notice.headers, notice.body, sandbox.clock())
    paid = gateway.query(request(merchant).ref)
    assert notice.path == "/pay/wechat"
    assert (event.kind, event.order_no, event.amount_fen, event.currency) == (CallbackKind.payment, ORDER_NO, 107_345, "CNY")
    assert (event.merchant_id, event.app_id) == (sandbox.credentials.wechat.merchant_id, sandbox.credentials.wechat.app_id)
    assert (event.state, event.success_at) == (ChannelState.paid, START)
    assert paid == ChannelPayment(
        ORDER_NO, ChannelState.paid, event.transaction_id, 107_345, "CNY", event.merchant_id, event.app_id, START, "支付成功"
    )


def test_mini_program_parameters_are_signed_so_that_the_wallet_takes_them(
    sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant
):
    parameters = dict(gateway.create(request(merchant, way=PayWay.jsapi, openid="oPayer")).jsapi_parameters)
    forged = sandbox.http.post("/wallet/pay", json=parameters | {"package": "prepay_id=wxother"})
    assert forged.status_code == 400
    assert gateway.query(request(merchant).ref).state is ChannelState.awaiting
    assert sandbox.http.post("/wallet/pay", json=parameters).json() == {"errMsg": "requestPayment:ok"}
    assert gateway.query(request(merchant).ref).state is ChannelState.paid


def test_a_mini_program_order_without_a_payer_never_leaves_this_machine(gateway: WechatGateway, merchant: Merchant):
    with pytest.raises(ValueError, match="openid"):
        gateway.create(request(merchant, way=PayWay.jsapi))


def test_a_browser_order_leads_to_the_cashier_and_back(gateway: WechatGateway, merchant: Merchant):
    created = gateway.create(request(merchant, way=PayWay.h5, return_url="http://127.0.0.1:3000/bills?paid=1", client_ip="10.0.0.9"))
    assert parse_qs(urlsplit(created.redirect_url).query)["redirect_url"] == ["http://127.0.0.1:3000/bills?paid=1"]
    assert created.form_fields == {}


def test_an_order_number_that_another_vendor_would_not_take_is_refused(gateway: WechatGateway, merchant: Merchant):
    with pytest.raises(ValueError, match="letters and digits"):
        gateway.create(request(merchant, order_no="P-2026/1"))


def test_an_unknown_order_is_missing_not_an_error(gateway: WechatGateway):
    assert gateway.query(OrderRef("P20261118999999", START)).state is ChannelState.missing
    assert gateway.query_refund(RefundRef("R20261118999999", ORDER_NO, START)).state is RefundState.missing


def test_closing_takes_the_signed_empty_answer_and_stops_the_payment(gateway: WechatGateway, merchant: Merchant):
    gateway.create(request(merchant))
    gateway.close(request(merchant).ref)
    gateway.close(request(merchant).ref)
    assert gateway.query(request(merchant).ref).state is ChannelState.closed


def test_a_paid_order_cannot_be_closed(sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant):
    gateway.create(request(merchant))
    sandbox.pay(ORDER_NO)
    with pytest.raises(GatewayLogicalError) as caught:
        gateway.close(request(merchant).ref)
    assert caught.value.code == "order_paid"


def test_an_order_that_nobody_paid_in_time_is_closed(sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant):
    gateway.create(request(merchant))
    sandbox.clock.advance(minutes=30)
    assert gateway.query(request(merchant).ref).state is ChannelState.closed


def test_a_refused_card_is_a_failed_payment_that_may_still_succeed(sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant):
    gateway.create(request(merchant))
    sandbox.pay(ORDER_NO, action="fail")
    assert gateway.query(request(merchant).ref).state is ChannelState.failed
    sandbox.pay(ORDER_NO)
    assert gateway.query(request(merchant).ref).state is ChannelState.paid


def test_a_refund_goes_through_processing_to_success_and_is_announced(tmp_path: Path, merchant: Merchant):
    with run_sandbox(tmp_path / "slow", refund_seconds=1.0) as sandbox:
        gateway = WechatGateway(sandbox.credentials.wechat)
        gateway.create(request(merchant))
        sandbox.pay(ORDER_NO)
        payment = merchant.next()
        transaction_id = gateway.read_callback(payment.headers, payment.body, START).transaction_id
        wanted = refund_request(merchant, transaction_id)
        first = gateway.refund(wanted)
        assert (first.state, first.amount_fen, first.success_at) == (RefundState.processing, 7_345, None)
        assert gateway.refund(wanted) == first
        sandbox.clock.advance(seconds=1)
        done = gateway.query_refund(wanted.ref)
        assert (done.state, done.refund_id, done.success_at) == (RefundState.success, first.refund_id, sandbox.clock())
        notice = merchant.next()
        event = gateway.read_callback(notice.headers, notice.body, sandbox.clock())
        assert (event.kind, event.refund_no, event.refund_id) == (CallbackKind.refund, REFUND_NO, first.refund_id)
        assert (event.refund_state, event.amount_fen, event.order_no) == (RefundState.success, 7_345, ORDER_NO)
        assert gateway.query(request(merchant).ref).state is ChannelState.refunded


def test_more_than_was_paid_is_never_refunded(sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant):
    gateway.create(request(merchant))
    sandbox.pay(ORDER_NO)
    transaction_id = gateway.query(request(merchant).ref).transaction_id
    gateway.refund(refund_request(merchant, transaction_id, amount_fen=100_000))
    with pytest.raises(GatewayLogicalError) as caught:
        gateway.refund(refund_request(merchant, transaction_id, refund_no="R20261118000002", amount_fen=7_346))
    assert caught.value.code == "NOT_ENOUGH"


def test_a_busy_vendor_is_a_technical_error(sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant):
    sandbox.plan("http_5xx")
    with pytest.raises(GatewayTechnicalError) as caught:
        gateway.create(request(merchant))
    assert caught.value.code == "SYSTEM_ERROR"
    assert gateway.query(request(merchant).ref).state is ChannelState.missing


def test_a_timed_out_call_is_unknown_and_may_have_been_carried_out(sandbox: RunningSandbox, merchant: Merchant):
    impatient = WechatGateway(sandbox.credentials.wechat, timeout=(3.0, 0.5))
    sandbox.plan("timeout")
    with pytest.raises(GatewayTechnicalError) as caught:
        impatient.create(request(merchant))
    assert caught.value.code == "ReadTimeout"
    assert WechatGateway(sandbox.credentials.wechat).query(request(merchant).ref).state is ChannelState.awaiting


def test_a_server_that_is_not_there_is_a_technical_error(sandbox: RunningSandbox, merchant: Merchant):
    away = WechatGateway(replace(sandbox.credentials.wechat, base_url="http://127.0.0.1:9"))
    with pytest.raises(GatewayTechnicalError) as caught:
        away.query(request(merchant).ref)
    assert caught.value.code == "ConnectionError"


def test_an_answer_that_another_key_signed_is_not_believed(sandbox: RunningSandbox, merchant: Merchant):
    deceived = WechatGateway(replace(sandbox.credentials.wechat, public_key_pem=sandbox.keys.alipay_platform_public))
    with pytest.raises(GatewayTechnicalError) as caught:
        deceived.create(request(merchant))
    assert caught.value.code == "answer_not_verified"


def test_the_vendor_refuses_a_request_that_another_key_signed(sandbox: RunningSandbox, merchant: Merchant):
    stranger = WechatGateway(replace(sandbox.credentials.wechat, private_key_pem=sandbox.keys.alipay_app_private))
    with pytest.raises(GatewayLogicalError) as caught:
        stranger.create(request(merchant))
    assert caught.value.code == "SIGN_ERROR"


def test_a_private_key_with_windows_line_ends_is_taken(sandbox: RunningSandbox, merchant: Merchant):
    pem = sandbox.credentials.wechat.private_key_pem.replace("\n", "\r\n")
    gateway = WechatGateway(replace(sandbox.credentials.wechat, private_key_pem=pem))
    assert gateway.create(request(merchant)).code_url


def test_an_apiv3_key_of_a_wrong_length_is_refused_at_once(sandbox: RunningSandbox):
    with pytest.raises(ValueError, match="32 bytes"):
        WechatGateway(replace(sandbox.credentials.wechat, apiv3_key="short"))


def test_the_next_mornings_statement_holds_payments_refunds_and_fees(tmp_path: Path, merchant: Merchant):
    clock = Clock()
    with run_sandbox(tmp_path / "bill", clock) as sandbox:
        gateway = WechatGateway(sandbox.credentials.wechat)
        gateway.create(request(merchant, description="物业费,水费"))
        sandbox.pay(ORDER_NO)
        transaction_id = gateway.query(request(merchant).ref).transaction_id
        refund = gateway.refund(refund_request(merchant, transaction_id))
        clock.advance(hours=22)  # 08:58 of the next day
        with pytest.raises(GatewayTechnicalError) as caught:
            gateway.download_statement(date(2026, 11, 18))
        assert caught.value.code == "STATEMENT_CREATING"
        clock.advance(hours=2)
        statement = gateway.download_statement(date(2026, 11, 18))
        payment_row, refund_row = statement.rows
        assert (payment_row.kind, payment_row.order_no, payment_row.transaction_id) == (StatementKind.payment, ORDER_NO, transaction_id)
        assert (payment_row.amount_fen, payment_row.fee_fen, payment_row.traded_at) == (107_345, 644, START)
        assert (refund_row.kind, refund_row.refund_no, refund_row.refund_id) == (StatementKind.refund, REFUND_NO, refund.refund_id)
        assert (refund_row.amount_fen, refund_row.fee_fen, refund_row.state) == (7_345, -44, "SUCCESS")
        assert statement.totals is not None
        assert (statement.totals.count, statement.totals.paid_fen) == (2, 107_345)
        assert (statement.totals.refunded_fen, statement.totals.fee_fen) == (7_345, 600)


def test_a_day_without_trade_has_an_empty_statement(gateway: WechatGateway):
    statement = gateway.download_statement(date(2026, 11, 16))
    assert (statement.rows, statement.totals) == ((), None)


def test_the_answers_to_a_callback_are_wechats_own(gateway: WechatGateway):
    assert (gateway.answer(ok=True).status, gateway.answer(ok=True).body) == (204, b"")
    refusal = gateway.answer(ok=False)
    assert (refusal.status, refusal.body) == (500, b'{"code":"FAIL","message":"try again"}')


def test_a_spoilt_signature_is_refused_and_the_resend_is_taken(sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant):
    sandbox.plan("bad_signature")
    merchant.answers.put((401, b""))
    gateway.create(request(merchant))
    sandbox.pay(ORDER_NO)
    forged, resent = merchant.next(), merchant.next()
    with pytest.raises(CallbackRejectedError) as caught:
        gateway.read_callback(forged.headers, forged.body, sandbox.clock())
    assert caught.value.reason == "not_verified"
    assert gateway.read_callback(resent.headers, resent.body, sandbox.clock()).order_no == ORDER_NO


def test_a_wrong_amount_is_reported_as_the_vendor_said_it(sandbox: RunningSandbox, gateway: WechatGateway, merchant: Merchant):
    sandbox.plan("wrong_amount")
    gateway.create(request(merchant))
    sandbox.pay(ORDER_NO)
    notice = merchant.next()
    assert gateway.read_callback(notice.headers, notice.body, sandbox.clock()).amount_fen == 107_346
