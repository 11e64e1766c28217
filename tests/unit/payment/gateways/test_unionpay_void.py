"""UnionPay's void (消费撤销): a whole payment of the same settlement day is undone, everything else refunded; a refused void is refunded."""

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest

from estate_app.payment.gateways.contract import CallbackKind, GatewayLogicalError, GatewayTechnicalError, RefundState, StatementKind
from estate_app.payment.gateways.unionpay import UnionpayGateway
from estate_app.sandbox.signing import private_key, sign
from estate_app.sandbox.unionpay import _digest
from tests.fixtures.sandbox import START, Merchant, RunningSandbox
from tests.unit.payment.gateways.test_unionpay import ORDER_NO, REFUND_NO, gateway_of, paid, refund_request, request

WHOLE = 107_345
BEFORE_THE_TURN = START + timedelta(hours=12)  # 22:58:26 in Shanghai
AFTER_THE_TURN = START + timedelta(hours=12, minutes=2)  # 23:00:26


@pytest.fixture
def gateway(sandbox: RunningSandbox) -> UnionpayGateway:
    return gateway_of(sandbox)


@pytest.fixture
def whole(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant):
    """A refund of the whole payment, asked for on the day on which it was paid."""
    paid(sandbox, gateway, merchant)
    transaction = gateway.query(request(merchant).ref).transaction_id
    return refund_request(merchant, transaction, amount_fen=WHOLE, paid_at=START)


def kinds(sandbox: RunningSandbox) -> list[tuple[str, str, int]]:
    return [(row["refund_no"], row["extra"]["txnType"], row["amount_fen"]) for row in sandbox.refunds()]


def test_the_whole_of_a_payment_of_the_day_is_made_void_once(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant, whole):
    first = gateway.refund(whole)
    assert (first.state, first.amount_fen) == (RefundState.processing, WHOLE)
    assert gateway.refund(whole) == first
    assert kinds(sandbox) == [(REFUND_NO, "31", WHOLE)]
    done = gateway.query_refund(whole.ref)
    assert (done.state, done.refund_id, done.amount_fen) == (RefundState.success, first.refund_id, WHOLE)
    notice = dict(parse_qsl(merchant.next().body.decode()))
    assert (notice["txnType"], notice["origQryId"], notice["orderId"]) == ("31", whole.transaction_id, REFUND_NO)


def test_a_voids_notice_and_statement_line_are_a_refunds(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant, whole):
    first = gateway.refund(whole)
    event = gateway.read_callback({}, merchant.next().body, START)
    assert (event.kind, event.refund_no, event.refund_state) == (CallbackKind.refund, REFUND_NO, RefundState.success)
    assert (event.refund_id, event.amount_fen, event.transaction_id) == (first.refund_id, WHOLE, whole.transaction_id)
    sandbox.clock.advance(days=1)
    rows = gateway.download_statement(date(2026, 11, 18)).rows
    assert [(row.kind, row.refund_no, row.amount_fen, row.state) for row in rows] == [
        (StatementKind.payment, "", WHOLE, "01"),
        (StatementKind.refund, REFUND_NO, WHOLE, "31"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"amount_fen": WHOLE - 1}, id="a part"),
        pytest.param({"requested_at": AFTER_THE_TURN}, id="after the settlement day has turned"),
        pytest.param({"requested_at": START + timedelta(days=1)}, id="the next day"),
        pytest.param({"paid_at": None}, id="nobody knows when it was paid"),
    ],
)
def test_everything_else_is_a_refund(sandbox: RunningSandbox, gateway: UnionpayGateway, whole, changes: dict[str, object]):
    wanted = replace(whole, **changes)
    gateway.refund(wanted)
    assert kinds(sandbox) == [(REFUND_NO, "04", wanted.amount_fen)]
    assert gateway.query_refund(wanted.ref).state is RefundState.success


def test_what_was_paid_after_the_turn_is_void_until_the_next(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant):
    sandbox.clock.moment = AFTER_THE_TURN
    opened_at = {"opened_at": AFTER_THE_TURN, "expires_at": AFTER_THE_TURN + timedelta(minutes=30)}
    created = gateway.create(request(merchant, **opened_at))
    sandbox.http.post(created.redirect_url, data=dict(created.form_fields))
    sandbox.pay(ORDER_NO, channel="unionpay")
    transaction = gateway.query(request(merchant, **opened_at).ref).transaction_id
    asked = AFTER_THE_TURN + timedelta(hours=20)
    sandbox.clock.moment = asked
    gateway.refund(refund_request(merchant, transaction, amount_fen=WHOLE, paid_at=AFTER_THE_TURN, requested_at=asked))
    assert kinds(sandbox) == [(REFUND_NO, "31", WHOLE)]


def test_a_void_that_comes_too_late_is_refunded_under_a_number_that_every_retry_finds(
    sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant, whole
):
    late = replace(whole, requested_at=BEFORE_THE_TURN)
    sandbox.clock.moment = AFTER_THE_TURN
    first = gateway.refund(late)
    assert kinds(sandbox) == [(f"{REFUND_NO}R", "04", WHOLE)]
    assert (first.refund_no, gateway.refund(late).refund_id) == (REFUND_NO, first.refund_id)
    found = gateway.query_refund(late.ref)
    assert (found.refund_no, found.state, found.refund_id) == (REFUND_NO, RefundState.success, first.refund_id)
    event = gateway.read_callback({}, merchant.next().body, AFTER_THE_TURN)
    assert (event.refund_no, event.refund_state, event.refund_id) == (REFUND_NO, RefundState.success, first.refund_id)
    sandbox.clock.advance(days=1, hours=2)
    (row,) = gateway.download_statement(date(2026, 11, 19)).rows
    assert (row.refund_no, row.refund_id) == (REFUND_NO, first.refund_id)
    assert len(sandbox.refunds()) == 1


def test_a_void_whose_answer_was_lost_is_neither_repeated_nor_refunded_too(sandbox: RunningSandbox, gateway: UnionpayGateway, whole):
    sandbox.plan("timeout", channel="unionpay")
    with pytest.raises(GatewayTechnicalError):
        gateway_of(sandbox, timeout=0.5).refund(whole)
    # The day turns before the retry: the void stands, and no second refund is made in its place.
    sandbox.clock.moment = AFTER_THE_TURN
    assert gateway.refund(whole).state in {RefundState.success, RefundState.processing}
    assert kinds(sandbox) == [(REFUND_NO, "31", WHOLE)]


def test_what_was_refunded_already_is_not_made_void_as_well(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant, whole):
    gateway.refund(replace(whole, refund_no="R20261118000009", amount_fen=5_000))
    with pytest.raises(GatewayLogicalError) as caught:
        gateway.refund(whole)
    assert caught.value.code == "61"
    assert [fen for *_, fen in kinds(sandbox)] == [5_000]


def test_a_void_that_failed_at_its_bank_is_missing_until_its_refund_is_there(gateway: UnionpayGateway, monkeypatch, whole):
    failed = {"txnType": "31", "respCode": "00", "origRespCode": "40", "txnAmt": str(WHOLE)}
    monkeypatch.setattr(gateway, "_ask", lambda number, moment: failed if number == REFUND_NO else None)
    assert gateway.query_refund(whole.ref).state is RefundState.missing
    monkeypatch.setattr(gateway, "_ask", lambda number, moment: failed | {"txnType": "04"} if number == REFUND_NO else None)
    assert gateway.query_refund(whole.ref).state is RefundState.closed
    monkeypatch.setattr(gateway, "_ask", lambda number, moment: failed if number == REFUND_NO else failed | {"origRespCode": "00"})
    assert gateway.query_refund(whole.ref).state is RefundState.success


def test_a_void_that_failed_is_no_end_but_is_asked_for_again(sandbox: RunningSandbox, gateway: UnionpayGateway, merchant: Merchant, whole):
    """UnionPay took the void and its bank did not: the notice says so, and the job refunds in its place."""
    gateway.refund(whole)
    fields = dict(parse_qsl(merchant.next().body.decode())) | {"respCode": "40", "respMsg": "失败"}
    fields["signature"] = sign(private_key(sandbox.keys.unionpay_signer_private), _digest(fields))
    event = gateway.read_callback({}, urlencode(fields).encode(), START)
    assert (event.refund_no, event.refund_state) == (REFUND_NO, RefundState.unknown)
