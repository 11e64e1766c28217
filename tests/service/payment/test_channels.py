"""Every channel over the sandbox's real wire, from bill to refund; two channels for one bill."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from urllib.parse import parse_qsl, urlencode

import pytest
from sqlmodel import select

from estate_app.billing.models import Bill, BillStatus
from estate_app.ledger.models import LedgerAccount
from estate_app.notification.models import InboxItem
from estate_app.payment.callbacks import handle_callback
from estate_app.payment.channel import Channel
from estate_app.payment.models import MessageVerdict, Payment, PaymentStatus, Receipt, Refund, RefundStatus, Suspense, VendorMessage
from estate_app.payment.opening import cancel_payment, open_payment
from estate_app.payment.recovery import query_pending, run_refunds
from estate_app.payment.refunds import approve_refund, propose_refund
from estate_app.payment.service import start_payment
from estate_app.sandbox.signing import private_key, sign
from tests.fixtures.money import balances, home_bill
from tests.fixtures.wires import WAYS, run_wires

ONLINE = (Channel.wechat, Channel.alipay, Channel.unionpay)
CLEARING = {
    Channel.wechat: LedgerAccount.clearing_wechat,
    Channel.alipay: LedgerAccount.clearing_alipay,
    Channel.unionpay: LedgerAccount.clearing_unionpay,
}


@pytest.fixture
def wires(tmp_path, monkeypatch, committed):
    with run_wires(tmp_path / "sandbox", committed, monkeypatch.setattr) as running:
        yield running


@pytest.fixture
def cast(committed):
    return committed.cast()


@pytest.fixture
def bill(committed, cast):
    return committed.run(home_bill, cast)


def facts(committed, bill, payment):
    return committed.run(
        lambda uow: (
            uow.session.get(Bill, bill.id).status,
            uow.session.get(Bill, bill.id).paid_fen,
            uow.session.get(Payment, payment.id).status,
        )
    )


PAID = (BillStatus.paid, 24_920, PaymentStatus.paid)


def found(committed, table, *where):
    return committed.run(lambda uow: list(uow.session.exec(select(table).where(*where))))


@pytest.mark.parametrize("channel", ONLINE)
def test_a_bill_is_paid_by_the_callback_and_part_of_it_refunded(committed, wires, cast, bill, channel):
    payment = wires.start(cast.owner, bill, channel=channel)
    received = wires.pay(payment)
    for _ in range(2):
        assert wires.hear(received).status in {200, 204}
    assert facts(committed, bill, payment) == PAID
    assert len(found(committed, VendorMessage)) == len(found(committed, Receipt)) == 1

    refund = committed.run(propose_refund, cast.finance, payment_id=payment.id, amount_fen=920, reason="多收")
    committed.run(approve_refund, cast.supervisor, refund_id=refund.id)
    run_refunds(wires.now)
    assert wires.hear(wires.merchant.next()).status in {200, 204}
    run_refunds(wires.now + timedelta(minutes=5))
    assert [row.status for row in found(committed, Refund)] == [RefundStatus.done]
    assert committed.run(balances) == {
        LedgerAccount.income: -24_920, LedgerAccount.receivable: 920, CLEARING[channel]: 24_000,
    }  # fmt: skip
    assert found(committed, Suspense) == []


@pytest.mark.parametrize("channel", ONLINE)
def test_a_lost_callback_is_made_good_by_the_question(committed, wires, cast, bill, channel):
    payment = wires.start(cast.owner, bill, channel=channel)
    wires.sandbox.plan("lost", channel=channel.value)
    wires.sandbox.pay(payment.number, channel=channel.value)
    assert query_pending(wires.now + timedelta(minutes=2)) == 1
    assert facts(committed, bill, payment) == PAID


@pytest.mark.parametrize("channel", ONLINE)
def test_a_payment_that_nobody_makes_is_closed_after_half_an_hour(committed, wires, cast, bill, channel):
    payment = wires.start(cast.owner, bill, channel=channel)
    at = wires.now + timedelta(minutes=30)
    query_pending(at)
    status = facts(committed, bill, payment)[2]
    if channel is Channel.unionpay:
        # UnionPay has no call to close: until its own time is over it says that the payment is under way.
        assert status is PaymentStatus.pending
        wires.sandbox.clock.advance(minutes=31)
        query_pending(at + timedelta(minutes=15))
        status = facts(committed, bill, payment)[2]
    assert status in {PaymentStatus.closed, PaymentStatus.failed}
    assert facts(committed, bill, payment)[:2] == (BillStatus.unpaid, 0)


@pytest.mark.parametrize("channel", ONLINE)
def test_a_wrong_amount_is_held_with_an_alarm_and_pays_no_bill(committed, wires, cast, bill, channel):
    payment = wires.start(cast.owner, bill, channel=channel)
    wires.sandbox.plan("wrong_amount", channel=channel.value)
    assert wires.hear(wires.pay(payment)).status in {200, 204}
    assert facts(committed, bill, payment) == (BillStatus.unpaid, 0, PaymentStatus.pending)
    (held,) = found(committed, Suspense)
    assert (held.reason, held.amount_fen, held.is_booked) == ("wrong_amount", 24_921, True)
    told = committed.run(lambda uow: set(uow.session.exec(select(InboxItem.account_id).where(InboxItem.event == "suspense"))))
    assert cast.finance.id in told


@pytest.mark.parametrize("channel", ONLINE)
def test_a_bad_signature_changes_nothing_and_the_resend_pays(committed, wires, cast, bill, channel):
    payment = wires.start(cast.owner, bill, channel=channel)
    wires.sandbox.plan("bad_signature", channel=channel.value)
    # The merchant's stand-in says yes to everything, so the vendor is told no by hand.
    wires.merchant.answers.put((500, b"fail"))
    spoilt = wires.pay(payment)
    assert wires.hear(spoilt).body != b"success"
    assert found(committed, VendorMessage) == []
    assert facts(committed, bill, payment) == (BillStatus.unpaid, 0, PaymentStatus.pending)
    assert wires.hear(wires.merchant.next()).status in {200, 204}
    assert facts(committed, bill, payment) == PAID


def test_fifty_callbacks_at_once_of_two_channels_for_one_bill_credit_once_and_refund_once(committed, wires, cast, bill):
    first = wires.start(cast.owner, bill, channel=Channel.alipay)
    committed.run(lambda uow: _end(uow, first.id))
    second = wires.start(cast.owner, bill, channel=Channel.unionpay)
    received = [wires.pay(first), wires.pay(second)]
    barrier = Barrier(50)

    def one(number: int) -> int:
        barrier.wait(timeout=60)
        return wires.hear(received[number % 2]).status

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(one, range(50))) == {200}
    payments = found(committed, Payment)
    assert sorted(payment.status for payment in payments) == [PaymentStatus.paid, PaymentStatus.paid]
    (refund,) = found(committed, Refund)
    assert (refund.is_automatic, refund.amount_fen, refund.status) == (True, 24_920, RefundStatus.requested)
    assert len(found(committed, Receipt)) == 1
    assert facts(committed, bill, first)[:2] == (BillStatus.paid, 24_920)
    wires.sandbox.clock.advance(seconds=1)
    for minutes in (0, 2, 6):
        run_refunds(wires.now + timedelta(minutes=minutes))
    (refund,) = found(committed, Refund)
    assert refund.status is RefundStatus.done
    kept = next(payment.channel for payment in payments if payment.id != refund.payment_id)
    assert committed.run(balances) == {LedgerAccount.income: -24_920, CLEARING[kept]: 24_920}
    assert found(committed, Suspense) == []


def _end(uow, payment_id):
    """The payment was given up here, while its cashier still stands open at the vendor."""
    payment = uow.session.get(Payment, payment_id)
    payment.status, payment.closed_at, payment.next_query_at = PaymentStatus.closed, uow.now, None


def test_a_payment_given_up_before_the_cashier_was_opened_frees_the_bill_for_another_channel(committed, wires, cast, bill):
    payment = committed.run(
        start_payment, cast.owner, bill_ids=[bill.id], channel=Channel.alipay, method=WAYS[Channel.alipay], idempotency_key="a"
    )
    opened = open_payment(payment.id, now=wires.now)
    assert cancel_payment(cast.owner, payment.id, now=wires.now) is PaymentStatus.closed
    other = wires.start(cast.owner, bill, channel=Channel.wechat)
    wires.hear(wires.pay(other))
    # The old tab is still there: its payer pays a second time, and gets it back.
    wires.browse(opened)
    wires.hear(wires.pay(opened))
    assert facts(committed, bill, opened) == PAID
    assert [(row.payment_id, row.amount_fen) for row in found(committed, Refund)] == [(opened.id, 24_920)]


def test_a_genuine_message_that_nobody_can_read_is_kept_once_with_an_alarm(committed, wires, cast, bill):
    payment = wires.start(cast.owner, bill, channel=Channel.alipay)
    form = dict(parse_qsl(wires.pay(payment).body.decode())) | {"total_amount": "0.001"}
    plain = {name: value for name, value in form.items() if name not in {"sign", "sign_type"}}
    text = "&".join(f"{name}={value}" for name, value in sorted(plain.items()))
    form["sign"] = sign(private_key(wires.sandbox.keys.alipay_platform_private), text.encode())
    for _ in range(2):
        assert handle_callback(Channel.alipay, {}, urlencode(form).encode(), now=wires.now).body == b"fail"
    (message,) = found(committed, VendorMessage)
    assert (message.verdict, message.reason) == (MessageVerdict.held, "unexpected_content")
    told = committed.run(lambda uow: set(uow.session.exec(select(InboxItem.account_id).where(InboxItem.event == "message_held"))))
    assert cast.finance.id in told
    assert facts(committed, bill, payment) == (BillStatus.unpaid, 0, PaymentStatus.pending)
