"""UnionPay behind the contract, against the sandbox on a real socket."""

from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest

from estate_app.payment.channel import PayWay
from estate_app.payment.gateways.contract import (
    CallbackKind,
    CallbackRejectedError,
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
from estate_app.payment.gateways.unionpay import UnionpayGateway
from tests.fixtures.sandbox import START, Clock, Merchant, Received, RunningSandbox, run_sandbox

ORDER_NO = "P20261118000001"
REFUND_NO = "R20261118000001"


def request(merchant: Merchant, **changes: object) -> PaymentRequest:
    plain = PaymentRequest(
        order_no=ORDER_NO,
        opened_at=START,
        amount_fen=107_345,
        description="翠湖花园 物业费 & 水费 = 全部",
        way=PayWay.gateway,
        notify_url=f"{merchant.url}/pay/unionpay",
        expires_at=START + timedelta(minutes=30),
        return_url="http://127.0.0.1:3000/bills?from=unionpay",
    )
    return replace(plain, **changes)


def refund_request(merchant: Merchant, transaction_id: str, **changes: object) -> RefundRequest:
    url = f"{merchant.url}/refund/unionpay"
    return replace(RefundRequest(REFUND_NO, START, ORDER_NO, transaction_id, 7_345, 107_345, "多收的水费", url), **changes)


def gateway_of(sandbox: RunningSandbox, **options: float) -> UnionpayGateway:
    return UnionpayGateway(sandbox.credentials.unionpay, now=sandbox.clock, **options)


@pytest.fixture
def gateway(sandbox: RunningSandbox) -> UnionpayGateway:
    return gateway_of(sandbox)


def opened(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant, **changes: object) -> str:
    created = gateway.create(request(merchant, **changes))
    answer = sandbox.http.post(created.redirect_url, data=dict(created.form_fields))
    assert answer.status_code == 303
    return answer.headers["location"]


def paid(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant) -> Received:
    opened(sandbox, gateway, merchant)
    sandbox.pay(ORDER_NO, channel="unionpay")
    return merchant.next()


def refusal(gateway: UnionpayGateway, fields: dict[str, str]) -> str:
    with pytest.raises(CallbackRejectedError) as caught:
        gateway.read_callback({}, urlencode(fields).encode(), START)
    return caught.value.reason


def test_the_payers_browser_posts_the_form_pays_and_is_posted_back(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant):
    assert gateway.query(request(merchant).ref).state is ChannelState.missing
    cashier = opened(sandbox, gateway, merchant)
    assert gateway.query(request(merchant).ref).state is ChannelState.unknown
    result = sandbox.http.post(cashier, data={"action": "pay"}, follow_redirects=True).text
    assert '<form method="post" action="http://127.0.0.1:3000/bills?from=unionpay">' in result
    payment = gateway.query(request(merchant).ref)
    assert (payment.state, payment.amount_fen, payment.currency, payment.success_at) == (ChannelState.paid, 107_345, "CNY", START)
    assert payment.merchant_id == sandbox.credentials.unionpay.merchant_id


def test_a_form_that_was_changed_on_the_way_opens_nothing(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant):
    created = gateway.create(request(merchant))
    answer = sandbox.http.post(created.redirect_url, data=dict(created.form_fields) | {"txnAmt": "1"})
    assert (answer.status_code, "验证签名失败" in answer.text) == (400, True)
    assert gateway.query(request(merchant).ref).state is ChannelState.missing


def test_number_and_time_together_name_an_order(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant):
    opened(sandbox, gateway, merchant)
    assert gateway.query(OrderRef(ORDER_NO, START + timedelta(seconds=1))).state is ChannelState.missing


def test_a_refused_card_is_a_failed_payment(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant):
    opened(sandbox, gateway, merchant)
    sandbox.pay(ORDER_NO, channel="unionpay", action="fail")
    payment = gateway.query(request(merchant).ref)
    assert (payment.state, payment.detail, payment.success_at) == (ChannelState.failed, "可用余额不足", None)


def test_a_notice_is_verified_and_read(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant):
    notice = paid(sandbox, gateway, merchant)
    event = gateway.read_callback(notice.headers, notice.body, START)
    assert (event.kind, event.order_no, event.amount_fen, event.currency) == (CallbackKind.payment, ORDER_NO, 107_345, "CNY")
    assert (event.merchant_id, event.state) == (sandbox.credentials.unionpay.merchant_id, ChannelState.paid)
    assert (event.success_at, event.transaction_id) == (START, gateway.query(request(merchant).ref).transaction_id)
    assert gateway.answer(ok=True).status == 200
    assert gateway.answer(ok=False).status == 500


def test_forged_notices_are_refused(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant):
    fields = dict(parse_qsl(paid(sandbox, gateway, merchant).body.decode()))
    keys = sandbox.keys
    assert refusal(gateway, fields | {"txnAmt": "1"}) == "not_verified"
    assert refusal(gateway, fields | {"signature": b64encode(b64decode(fields["signature"])[::-1]).decode()}) == "not_verified"
    assert refusal(gateway, fields | {"signature": "%%%"}) == "not_verified"
    assert refusal(gateway, fields | {"signMethod": "11"}) == "signature_type"
    assert refusal(gateway, fields | {"version": "5.0.0"}) == "signature_type"
    assert refusal(gateway, fields | {"signPubKeyCert": "garbage"}) == "certificate_unreadable"
    assert refusal(gateway, fields | {"signPubKeyCert": keys.unionpay_root_certificate}) == "certificate_foreign"
    with pytest.raises(CallbackRejectedError) as caught:
        gateway.read_callback({}, urlencode(fields).encode() + b"&txnAmt=1", START)
    assert caught.value.reason == "repeated_field"


def test_another_merchant_of_the_same_authority_cannot_sign(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant):
    fields = dict(parse_qsl(paid(sandbox, gateway, merchant).body.decode()))
    assert refusal(gateway, fields | {"signPubKeyCert": sandbox.keys.unionpay_merchant_certificate}) == "certificate_of_another"


def test_an_expired_certificate_is_refused(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant):
    body = paid(sandbox, gateway, merchant).body
    with pytest.raises(CallbackRejectedError) as caught:
        gateway.read_callback({}, body, START.replace(year=2050))
    assert caught.value.reason == "certificate_expired"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff\xfe=1"])
def test_a_body_that_is_no_form_is_refused(gateway: UnionpayGateway, body: bytes):
    with pytest.raises(CallbackRejectedError) as caught:
        gateway.read_callback({}, body, START)
    assert caught.value.reason in {"unreadable", "signature_type"}


def test_a_refund_goes_through_processing_to_success(tmp_path: Path, merchant: Merchant):
    with run_sandbox(tmp_path / "slow", refund_seconds=1.0) as sandbox:
        gateway = gateway_of(sandbox)
        notice = paid(sandbox, gateway, merchant)
        wanted = refund_request(merchant, gateway.read_callback({}, notice.body, START).transaction_id)
        first = gateway.refund(wanted)
        assert (first.state, first.amount_fen) == (RefundState.processing, 7_345)
        assert gateway.refund(wanted) == first
        assert gateway.query_refund(wanted.ref).state is RefundState.processing
        sandbox.clock.advance(seconds=1)
        done = gateway.query_refund(wanted.ref)
        assert (done.state, done.refund_id, done.success_at) == (RefundState.success, first.refund_id, sandbox.clock())
        event = gateway.read_callback({}, merchant.next().body, sandbox.clock())
        assert (event.kind, event.order_no, event.refund_no) == (CallbackKind.refund, "", REFUND_NO)
        assert (event.transaction_id, event.refund_id, event.refund_state) == (wanted.transaction_id, first.refund_id, RefundState.success)


def test_refunds_stay_within_the_payment(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant):
    paid(sandbox, gateway, merchant)
    transaction_id = gateway.query(request(merchant).ref).transaction_id
    gateway.refund(refund_request(merchant, transaction_id, amount_fen=100_000))
    with pytest.raises(GatewayLogicalError) as caught:
        gateway.refund(refund_request(merchant, transaction_id, refund_no="R20261118000002", amount_fen=7_346))
    assert caught.value.code == "61"
    assert gateway.query_refund(RefundRef("R20261118000002", ORDER_NO, START)).state is RefundState.missing


def test_closing_finds_out_whether_money_came(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant):
    gateway.close(request(merchant).ref)
    paid(sandbox, gateway, merchant)
    with pytest.raises(GatewayLogicalError) as caught:
        gateway.close(request(merchant).ref)
    assert caught.value.code == "order_paid"


def test_the_pay_time_ends_an_order(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant):
    opened(sandbox, gateway, merchant)
    sandbox.clock.advance(minutes=30)
    assert gateway.query(request(merchant).ref).state is ChannelState.failed


def test_silence_faults_and_foreign_signers_are_technical_errors(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant):
    sandbox.plan("http_5xx", channel="unionpay")
    with pytest.raises(GatewayTechnicalError):
        gateway.query(request(merchant).ref)
    sandbox.plan("timeout", channel="unionpay")
    with pytest.raises(GatewayTechnicalError) as caught:
        gateway_of(sandbox, timeout=0.5).query(request(merchant).ref)
    assert caught.value.code == "ReadTimeout"
    elsewhere = replace(sandbox.credentials.unionpay, signer_names=("00040000:SIGN",))
    with pytest.raises(GatewayTechnicalError) as caught:
        UnionpayGateway(elsewhere, now=sandbox.clock).query(request(merchant).ref)
    assert caught.value.code == "answer_not_verified"


def test_the_settlement_file_of_the_day_is_fetched_and_read(tmp_path: Path, merchant: Merchant):
    clock = Clock()
    with run_sandbox(tmp_path / "bill", clock) as sandbox:
        gateway = gateway_of(sandbox)
        paid(sandbox, gateway, merchant)
        transaction_id = gateway.query(request(merchant).ref).transaction_id
        clock.advance(hours=12, minutes=1, seconds=34)  # 23:00:00: the next settlement day
        refund = gateway.refund(refund_request(merchant, transaction_id, requested_at=clock()))
        clock.advance(hours=35)
        (payment_row,) = gateway.download_statement(date(2026, 11, 18)).rows
        assert (payment_row.kind, payment_row.order_no, payment_row.transaction_id) == (StatementKind.payment, ORDER_NO, transaction_id)
        assert (payment_row.amount_fen, payment_row.fee_fen, payment_row.traded_at) == (107_345, 644, START)
        (refund_row,) = gateway.download_statement(date(2026, 11, 19)).rows
        assert (refund_row.kind, refund_row.refund_no, refund_row.refund_id) == (StatementKind.refund, REFUND_NO, refund.refund_id)
        assert (refund_row.transaction_id, refund_row.amount_fen, refund_row.fee_fen) == (transaction_id, 7_345, -44)
        assert gateway.download_statement(date(2026, 11, 10)).rows == ()
