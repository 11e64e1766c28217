"""A bill paid with the real WeChat client against the sandbox's real wire: code, callback, question, refund."""

from datetime import timedelta

import pytest
from sqlmodel import select

from estate_app.billing.models import Bill, BillStatus
from estate_app.payment import gateway_registry
from estate_app.payment.callbacks import handle_callback
from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.gateway_registry import Merchant as RegisteredMerchant
from estate_app.payment.gateways.wechat import WechatGateway
from estate_app.payment.models import Payment, PaymentStatus, Refund, RefundStatus, VendorMessage
from estate_app.payment.opening import open_payment
from estate_app.payment.recovery import query_pending, run_refunds
from estate_app.payment.refunds import approve_refund, propose_refund
from estate_app.payment.service import start_payment
from tests.fixtures.money import balances, home_bill
from tests.fixtures.sandbox import Clock, Merchant, run_sandbox


@pytest.fixture
def wire(tmp_path, monkeypatch, committed):
    """The sandbox on a socket, the gateway that speaks to it, and the address that gets its callbacks."""
    merchant = Merchant()
    with run_sandbox(tmp_path / "sandbox", Clock(committed.now)) as sandbox:
        credentials = sandbox.credentials.wechat
        gateway_registry.register(Channel.wechat, RegisteredMerchant(WechatGateway(credentials), credentials.merchant_id))
        url = f"{merchant.url}/callbacks/wechat"
        for module in ("opening", "recovery"):
            monkeypatch.setattr(f"estate_app.payment.{module}.notify_url", lambda channel: url)
        yield sandbox, merchant
        gateway_registry.register(Channel.wechat, None)
    merchant.close()


def start(committed, cast, bill):
    payment = committed.run(
        start_payment, cast.owner, bill_ids=[bill.id], channel=Channel.wechat, method=PayWay.native, idempotency_key="e2e"
    )
    return open_payment(payment.id, now=committed.now)


def test_a_scanned_code_pays_the_bill_by_the_callback_and_is_refunded(committed, wire):
    sandbox, merchant = wire
    cast = committed.cast()
    bill = committed.run(home_bill, cast)
    payment = start(committed, cast, bill)
    assert payment.code_url.startswith(("weixin://", "http"))
    sandbox.pay(payment.number)
    received = merchant.next()
    assert handle_callback(Channel.wechat, received.headers, received.body + b" ", now=committed.now).status == 500
    assert committed.run(lambda uow: uow.session.exec(select(VendorMessage)).all()) == []
    for _ in range(2):
        assert handle_callback(Channel.wechat, received.headers, received.body, now=committed.now).status == 204
    paid, status = committed.run(lambda uow: (uow.session.get(Bill, bill.id), uow.session.get(Payment, payment.id).status))
    assert (paid.status, paid.paid_fen, status) == (BillStatus.paid, 24_920, PaymentStatus.paid)
    assert len(committed.run(lambda uow: uow.session.exec(select(VendorMessage)).all())) == 1

    refund = committed.run(propose_refund, cast.finance, payment_id=payment.id, amount_fen=920, reason="多收")
    committed.run(approve_refund, cast.supervisor, refund_id=refund.id)
    run_refunds(committed.now)
    notice = merchant.next()
    assert handle_callback(Channel.wechat, notice.headers, notice.body, now=committed.now).status == 204
    assert committed.run(lambda uow: uow.session.get(Refund, refund.id).status) is RefundStatus.done
    assert sorted(committed.run(balances).values()) == [-24_920, 920, 24_000]


def test_a_lost_callback_is_made_good_by_the_question_over_the_wire(committed, wire):
    sandbox, _ = wire
    cast = committed.cast()
    bill = committed.run(home_bill, cast)
    payment = start(committed, cast, bill)
    sandbox.plan("lost")
    sandbox.pay(payment.number)
    assert query_pending(committed.now + timedelta(minutes=2)) == 1
    assert committed.run(lambda uow: uow.session.get(Bill, bill.id).status) is BillStatus.paid
