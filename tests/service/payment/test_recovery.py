"""What nobody knows stays unknown until the vendor answers: opening, asking, closing, refunding."""

from datetime import timedelta

import pytest
from sqlmodel import select

from estate_app.billing.models import Bill, BillStatus
from estate_app.errors import ConflictError, NotFoundError, UnavailableError
from estate_app.ledger.models import LedgerAccount
from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.gateways.contract import ChannelPayment, ChannelState, RefundState
from estate_app.payment.models import Payment, PaymentStatus, Refund, RefundStatus
from estate_app.payment.opening import cancel_payment, open_payment, refresh_payment
from estate_app.payment.recovery import query_pending, run_refunds
from estate_app.payment.refunds import approve_refund, propose_refund, reject_refund
from estate_app.payment.service import start_payment
from tests.fixtures.money import balances, home_bill, vendor


@pytest.fixture(autouse=True)
def gateway():
    with vendor() as chosen:
        yield chosen


@pytest.fixture
def started(committed):
    """A cast, a bill of the owner's home and a payment of it that is not opened yet."""
    cast = committed.cast()
    bill = committed.run(home_bill, cast)

    def start(uow, **extra):
        wish = {"bill_ids": [bill.id], "channel": Channel.wechat, "method": PayWay.native, "idempotency_key": "key-1"}
        return start_payment(uow, cast.owner, **(wish | extra))

    return cast, bill, committed.run(start)


def status(committed, payment):
    return committed.run(lambda uow: uow.session.get(Payment, payment.id).status)


def test_opening_twice_asks_the_vendor_once_and_keeps_the_code(committed, gateway, started):
    _, _, payment = started
    first = open_payment(payment.id, now=committed.now)
    again = open_payment(payment.id, now=committed.now)
    assert first.code_url == again.code_url == f"weixin://wxpay/bizpayurl?pr={payment.number}"
    assert gateway.calls == ["create"]


def test_a_mini_program_payment_keeps_the_parameters_for_its_device(committed, gateway):
    cast = committed.cast()
    bill = committed.run(home_bill, cast)
    payment = committed.run(
        start_payment, cast.owner, bill_ids=[bill.id], channel=Channel.wechat, method=PayWay.jsapi, idempotency_key="k", openid="o-1"
    )
    opened = open_payment(payment.id, now=committed.now)
    assert opened.cashier["jsapi"] == {"package": f"prepay_id=wx{payment.number}"}


def test_a_vendor_that_does_not_answer_leaves_the_payment_pending_and_it_opens_later(committed, gateway, started):
    _, _, payment = started
    gateway.is_silent = True
    with pytest.raises(UnavailableError):
        open_payment(payment.id, now=committed.now)
    assert status(committed, payment) is PaymentStatus.pending
    gateway.is_silent = False
    assert open_payment(payment.id, now=committed.now).code_url != ""


def test_a_refused_order_ends_the_payment_so_that_another_may_start(committed, gateway, started):
    _, _, payment = started
    gateway.refuses_orders = True
    with pytest.raises(ConflictError):
        open_payment(payment.id, now=committed.now)
    assert status(committed, payment) is PaymentStatus.closed


def test_the_first_question_comes_after_two_minutes_then_with_growing_gaps_and_finds_the_money(committed, gateway, started):
    _, bill, payment = started
    open_payment(payment.id, now=committed.now)
    at = committed.now
    assert query_pending(at + timedelta(seconds=119)) == 0
    asked = [minute for minute in range(2, 31) if query_pending(at + timedelta(minutes=minute))]
    assert asked == [2, 5, 10, 20, 30]
    assert status(committed, payment) is PaymentStatus.closed
    assert gateway.orders[payment.number].state is ChannelState.closed
    assert committed.run(lambda uow: uow.session.get(Bill, bill.id).status) is BillStatus.unpaid


def test_a_lost_callback_is_made_good_by_the_question(committed, gateway, started):
    _, bill, payment = started
    open_payment(payment.id, now=committed.now)
    gateway.pay(payment.number)
    assert query_pending(committed.now + timedelta(minutes=2)) == 1
    assert (status(committed, payment), committed.run(lambda uow: uow.session.get(Bill, bill.id).status)) == (
        PaymentStatus.paid, BillStatus.paid,
    )  # fmt: skip


def test_silence_at_the_end_of_the_half_hour_is_not_taken_for_a_failure(committed, gateway, started):
    _, _, payment = started
    open_payment(payment.id, now=committed.now)
    gateway.is_silent = True
    for minutes in (2, 30, 60, 600):
        query_pending(committed.now + timedelta(minutes=minutes))
        assert status(committed, payment) is PaymentStatus.pending
    gateway.is_silent = False
    gateway.pay(payment.number)
    query_pending(committed.now + timedelta(minutes=700))
    assert status(committed, payment) is PaymentStatus.paid


def test_an_unknown_answer_is_asked_again_and_a_payment_that_pays_while_it_is_closed_is_booked(committed, gateway, started):
    _, _, payment = started
    open_payment(payment.id, now=committed.now)
    order = gateway.orders[payment.number]
    gateway.orders[payment.number] = ChannelPayment(payment.number, ChannelState.unknown)
    assert refresh_payment(payment.id, now=committed.now + timedelta(minutes=31)) is PaymentStatus.pending
    gateway.orders[payment.number] = order
    close = gateway.close

    def paid_meanwhile(ref):
        gateway.pay(payment.number)
        close(ref)

    gateway.close = paid_meanwhile
    assert refresh_payment(payment.id, now=committed.now + timedelta(minutes=32)) is PaymentStatus.paid


def test_only_who_started_a_payment_cancels_it_and_paid_money_wins(committed, gateway, started):
    cast, _, payment = started
    open_payment(payment.id, now=committed.now)
    with pytest.raises(NotFoundError):
        cancel_payment(cast.tenant, payment.id, now=committed.now)
    gateway.is_silent = True
    with pytest.raises(UnavailableError):
        cancel_payment(cast.owner, payment.id, now=committed.now)
    assert status(committed, payment) is PaymentStatus.pending
    gateway.is_silent = False
    gateway.pay(payment.number)
    assert cancel_payment(cast.owner, payment.id, now=committed.now) is PaymentStatus.paid


@pytest.fixture
def paid(committed, gateway, started):
    cast, bill, payment = started
    open_payment(payment.id, now=committed.now)
    gateway.pay(payment.number)
    refresh_payment(payment.id, now=committed.now)
    return cast, bill, payment


def test_a_refund_needs_two_people_and_its_sum_never_exceeds_the_payment(committed, paid):
    cast, bill, payment = paid
    refund = committed.run(propose_refund, cast.finance, payment_id=payment.id, amount_fen=4_920, reason="多收")
    with pytest.raises(ConflictError):
        committed.run(approve_refund, cast.finance, refund_id=refund.id)
    with pytest.raises(Exception, match="can be refunded"):
        committed.run(propose_refund, cast.finance, payment_id=payment.id, amount_fen=20_001, reason="多收")
    committed.run(approve_refund, cast.supervisor, refund_id=refund.id)
    assert committed.run(lambda uow: (uow.session.get(Bill, bill.id).status, uow.session.get(Bill, bill.id).paid_fen)) == (
        BillStatus.partly_paid, 20_000,
    )  # fmt: skip
    run_refunds(committed.now)
    assert committed.run(balances) == {
        LedgerAccount.receivable: 4_920, LedgerAccount.income: -24_920, LedgerAccount.clearing_wechat: 20_000,
    }  # fmt: skip
    again = committed.run(propose_refund, cast.finance, payment_id=payment.id, amount_fen=20_000, reason="全退")
    committed.run(reject_refund, cast.supervisor, refund_id=again.id)
    assert run_refunds(committed.now + timedelta(hours=1)) == 0


def test_a_refund_without_an_answer_is_asked_again_under_the_same_number(committed, gateway, paid):
    cast, _, payment = paid
    refund = committed.run(propose_refund, cast.finance, payment_id=payment.id, amount_fen=100, reason="多收")
    committed.run(approve_refund, cast.supervisor, refund_id=refund.id)
    gateway.is_silent = True
    assert run_refunds(committed.now) == 1
    gateway.is_silent = False
    gateway.refund_answer = RefundState.processing
    assert run_refunds(committed.now + timedelta(minutes=1)) == 1
    assert committed.run(lambda uow: uow.session.get(Refund, refund.id).status) is RefundStatus.processing
    gateway.refunds[refund.number] = (100, RefundState.success)
    assert run_refunds(committed.now + timedelta(minutes=3)) == 1
    assert committed.run(lambda uow: uow.session.get(Refund, refund.id).status) is RefundStatus.done
    assert (list(gateway.refunds), gateway.calls[-1]) == ([refund.number], "query_refund")


def test_a_refund_that_the_vendor_cannot_make_stays_owed_and_alarms_finance(committed, gateway, paid):
    from estate_app.notification.models import InboxItem

    cast, _, payment = paid
    refund = committed.run(propose_refund, cast.finance, payment_id=payment.id, amount_fen=100, reason="多收")
    committed.run(approve_refund, cast.supervisor, refund_id=refund.id)
    gateway.refund_answer = RefundState.abnormal
    run_refunds(committed.now)
    assert committed.run(lambda uow: uow.session.get(Refund, refund.id).status) is RefundStatus.failed
    assert committed.run(balances)[LedgerAccount.refund_due] == -100
    told = committed.run(lambda uow: uow.session.exec(select(InboxItem.account_id).where(InboxItem.event == "refund_failed")).all())
    assert cast.finance.id in told
