"""Money comes exactly once: races, resends, misfits, late and double payments, with the ledger to the fen."""

from datetime import timedelta

import pytest
from sqlmodel import func, select

from estate_app.access.models import Activity, ActivityKind
from estate_app.billing.corrections import void_bill
from estate_app.billing.models import Bill, BillStatus
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.ledger.models import Journal, LedgerAccount, LedgerLine
from estate_app.ledger.queries import room_prepaid
from estate_app.notification.models import InboxItem
from estate_app.payment.callbacks import receive
from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.models import MessageVerdict, Payment, PaymentStatus, Receipt, Refund, RefundStatus, Suspense, VendorMessage
from estate_app.payment.opening import cancel_payment, open_payment
from estate_app.payment.recovery import query_pending, run_refunds
from estate_app.payment.service import start_payment
from estate_app.payment.settle import Settled, settle
from estate_app.payment.suspense import Resolution, resolve
from tests.fixtures.money import MERCHANT_ID, area_item, balances, event_of, home_bill, issue, vendor


@pytest.fixture(autouse=True)
def gateway():
    with vendor() as chosen:
        yield chosen


def start(uow, actor, *bills, key="key-1", channel=Channel.wechat, method=PayWay.native):
    return start_payment(uow, actor, bill_ids=[bill.id for bill in bills], channel=channel, method=method, idempotency_key=key)


def tell_paid(uow, payment, **changes):
    return receive(uow, Channel.wechat, event_of(payment, **changes), b"{}")


def count(uow, table):
    return uow.session.exec(select(func.count()).select_from(table)).one()


def fresh(uow, row):
    uow.session.refresh(row)
    return row


def test_a_callback_pays_the_bill_posts_the_ledger_and_issues_a_numbered_receipt(uow, cast):
    bill = home_bill(uow, cast)
    payment = start(uow, cast.owner, bill)
    assert (payment.status, payment.amount_fen, payment.expires_at - payment.created_at) == (
        PaymentStatus.pending, 24_920, timedelta(minutes=30),
    )  # fmt: skip
    assert tell_paid(uow, payment) is True
    assert (fresh(uow, payment).status, fresh(uow, bill).status, bill.paid_fen, bill.paid_at) == (
        PaymentStatus.paid, BillStatus.paid, 24_920, uow.now,
    )  # fmt: skip
    assert balances(uow) == {LedgerAccount.income: -24_920, LedgerAccount.clearing_wechat: 24_920}
    receipt = uow.session.exec(select(Receipt)).one()
    assert (receipt.number, receipt.payment_id, receipt.content["total_fen"]) == ("SJ2026-000001", payment.id, 24_920)
    assert receipt.content["lines"] == [{"item": "物业服务费", "period": "2026-11", "note": bill.number, "amount_fen": 24_920}]
    told = uow.session.exec(select(InboxItem.account_id).where(InboxItem.event == "paid")).all()
    assert told == [cast.owner.id]
    noted = uow.session.exec(select(Activity).where(Activity.kind == ActivityKind.paid)).one()
    assert (noted.account_id, noted.subject_id) == (cast.owner.id, payment.id)
    message = uow.session.exec(select(VendorMessage)).one()
    assert (message.verdict, message.reason, message.body) == (MessageVerdict.handled, "booked", b"{}")


def test_a_resend_and_the_query_after_the_callback_change_nothing(uow, cast):
    payment = start(uow, cast.owner, home_bill(uow, cast))
    tell_paid(uow, payment)
    before = balances(uow), count(uow, Journal), count(uow, Receipt)
    assert tell_paid(uow, payment) is False
    assert tell_paid(uow, payment, external_id="EV-2") is True
    outcome = settle(
        uow, channel=Channel.wechat, number=payment.number, transaction_id=payment.transaction_id, amount_fen=24_920,
        currency="CNY", merchant=MERCHANT_ID, paid_at=None, source="query",
    )  # fmt: skip
    assert outcome is Settled.already
    assert (balances(uow), count(uow, Journal), count(uow, Receipt)) == before
    assert count(uow, Suspense) == 0


def test_fifty_callbacks_at_once_of_two_payments_leave_two_payments_and_four_lines(committed):
    cast = committed.cast()

    def two(uow):
        first = home_bill(uow, cast)
        second = home_bill(uow, cast, code="second")
        return start(uow, cast.owner, first), start(uow, cast.tenant, second, key="key-2")

    payments = committed.run(two)
    lines_before = committed.run(lambda uow: count(uow, LedgerLine))
    calls = [
        lambda uow, payment=payments[number % 2], serial=number % 10: tell_paid(uow, payment, external_id=f"EV-{serial}")
        for number in range(50)
    ]
    results = committed.at_once(calls)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert sum(results) == 10  # ten events, each stored and acted on once
    facts = committed.run(
        lambda uow: (
            sorted(p.status.value for p in uow.session.exec(select(Payment))),
            count(uow, LedgerLine) - lines_before,
            sorted(r.number for r in uow.session.exec(select(Receipt))),
            count(uow, Suspense),
            balances(uow),
        )
    )
    assert facts == (
        ["paid", "paid"], 4, ["SJ2026-000001", "SJ2026-000002"], 0,
        {LedgerAccount.income: -49_840, LedgerAccount.clearing_wechat: 49_840},
    )  # fmt: skip


def test_fifty_identical_callbacks_at_once_act_once(committed):
    cast = committed.cast()
    payment = committed.run(lambda uow: start(uow, cast.owner, home_bill(uow, cast)))
    results = committed.at_once([lambda uow: tell_paid(uow, payment)] * 50)
    assert (results.count(True), results.count(False)) == (1, 49)
    assert committed.run(balances)[LedgerAccount.clearing_wechat] == 24_920


@pytest.mark.parametrize(
    ("changes", "reason", "booked"),
    [
        ({"amount_fen": 24_919}, "wrong_amount", True),
        ({"currency": "USD"}, "wrong_currency", False),
        ({"merchant_id": "1999999999"}, "wrong_merchant", False),
        ({"order_no": "ZF00000000"}, "unknown_order", False),
    ],
)
def test_what_does_not_fit_is_held_with_an_alarm_and_the_bill_is_untouched(uow, cast, changes, reason, booked):
    bill = home_bill(uow, cast)
    payment = start(uow, cast.owner, bill)
    assert tell_paid(uow, payment, **changes) is True
    held = uow.session.exec(select(Suspense)).one()
    assert (held.reason, held.is_booked, held.source) == (reason, booked, "callback")
    assert (fresh(uow, bill).status, bill.paid_fen, fresh(uow, payment).status) == (BillStatus.unpaid, 0, PaymentStatus.pending)
    assert balances(uow).get(LedgerAccount.suspense, 0) == (-held.amount_fen if booked else 0)
    assert count(uow, Receipt) == 0
    told = uow.session.exec(select(InboxItem.account_id).where(InboxItem.event == "suspense")).all()
    assert cast.finance.id in told
    tell_paid(uow, payment, external_id="EV-2", **changes)
    assert count(uow, Suspense) == 1


def test_held_money_is_given_to_the_room_by_a_person_and_the_bill_may_be_paid_again(uow, cast):
    bill = home_bill(uow, cast)
    payment = start(uow, cast.owner, bill)
    tell_paid(uow, payment, amount_fen=20_000)
    held = uow.session.exec(select(Suspense)).one()
    with pytest.raises(ConflictError):
        start(uow, cast.owner, bill, key="key-2", method=PayWay.h5)
    with pytest.raises(InvalidError):
        resolve(uow, cast.finance, suspense_id=held.id, resolution=Resolution.noted, note="x")
    resolve(uow, cast.finance, suspense_id=held.id, resolution=Resolution.prepaid, note="业主少付，转预存")
    assert (room_prepaid(uow.session, cast.home.id), balances(uow).get(LedgerAccount.suspense)) == (20_000, None)
    assert fresh(uow, payment).status is PaymentStatus.closed
    assert start(uow, cast.owner, bill, key="key-3", method=PayWay.h5).number != payment.number
    with pytest.raises(ConflictError):
        resolve(uow, cast.finance, suspense_id=held.id, resolution=Resolution.prepaid, note="again")


def test_a_second_transaction_for_a_paid_payment_is_held_not_booked_twice(uow, cast):
    payment = start(uow, cast.owner, home_bill(uow, cast))
    tell_paid(uow, payment)
    tell_paid(uow, payment, external_id="EV-2", transaction_id="4299999")
    held = uow.session.exec(select(Suspense)).one()
    assert (held.reason, held.is_booked, fresh(uow, payment).transaction_id) == ("second_transaction", True, f"42{payment.number[2:]}")
    assert balances(uow)[LedgerAccount.suspense] == -24_920


def test_money_that_comes_after_closing_pays_the_bill_if_it_still_asks_for_it(committed, gateway):
    cast = committed.cast()
    bill = committed.run(home_bill, cast)
    payment = committed.run(lambda uow: start(uow, cast.owner, bill))
    open_payment(payment.id, gateway, now=committed.now)
    assert query_pending(committed.now + timedelta(minutes=31), lambda _: gateway) == 1
    assert committed.run(lambda uow: uow.session.get(Payment, payment.id).status) is PaymentStatus.closed
    committed.run(lambda uow: tell_paid(uow, payment))
    status, paid = committed.run(lambda uow: (uow.session.get(Bill, bill.id).status, uow.session.get(Payment, payment.id).status))
    assert (status, paid) == (BillStatus.paid, PaymentStatus.paid)
    assert committed.run(balances) == {LedgerAccount.income: -24_920, LedgerAccount.clearing_wechat: 24_920}


def test_late_money_for_a_withdrawn_bill_becomes_the_rooms_balance_with_a_receipt(uow, cast):
    bill = home_bill(uow, cast)
    payment = start(uow, cast.owner, bill)
    void_bill(uow, cast.finance, bill_id=bill.id, reason="面积有误")
    tell_paid(uow, payment)
    assert (room_prepaid(uow.session, cast.home.id), fresh(uow, bill).status, bill.paid_fen) == (24_920, BillStatus.void, 0)
    assert balances(uow) == {LedgerAccount.clearing_wechat: 24_920, LedgerAccount.prepaid: -24_920}
    assert uow.session.exec(select(Receipt)).one().content["lines"][0]["amount_fen"] == 24_920


def test_a_bill_paid_by_two_payments_is_paid_once_and_the_second_money_goes_back(committed, gateway):
    cast = committed.cast()
    bill = committed.run(home_bill, cast)
    first = committed.run(lambda uow: start(uow, cast.owner, bill))
    open_payment(first.id, gateway, now=committed.now)
    assert cancel_payment(cast.owner, first.id, gateway, now=committed.now) is PaymentStatus.closed
    second = committed.run(lambda uow: start(uow, cast.tenant, bill, key="key-2"))
    committed.run(lambda uow: tell_paid(uow, first, external_id="EV-1"))
    committed.run(lambda uow: tell_paid(uow, second, external_id="EV-2"))
    refund = committed.run(lambda uow: uow.session.exec(select(Refund)).one())
    assert (refund.payment_id, refund.amount_fen, refund.status, refund.is_automatic) == (second.id, 24_920, RefundStatus.requested, True)
    assert committed.run(balances)[LedgerAccount.refund_due] == -24_920
    assert run_refunds(committed.now, lambda _: gateway) == 1
    assert run_refunds(committed.now, lambda _: gateway) == 0
    done = committed.run(lambda uow: uow.session.exec(select(Refund)).one())
    assert (done.status, done.refund_id, gateway.calls.count("refund")) == (RefundStatus.done, f"50{refund.number}", 1)
    assert committed.run(balances) == {LedgerAccount.income: -24_920, LedgerAccount.clearing_wechat: 24_920}
    assert committed.run(lambda uow: count(uow, Receipt)) == 1


def test_a_payment_of_which_one_bill_was_paid_meanwhile_pays_the_other_and_returns_the_rest(uow, cast):
    item = area_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    extra = area_item(uow, cast.finance, cast.estate.id, [cast.home.id], code="extra", price={"price_e4": 1_000})
    run = issue(uow, cast.finance, cast.estate.id, [item, extra])
    bills = uow.session.exec(select(Bill).where(Bill.run_id == run.id).order_by(Bill.id)).all()
    both = start(uow, cast.owner, *bills)
    both.status = PaymentStatus.closed
    alone = start(uow, cast.owner, bills[0], key="key-2")
    tell_paid(uow, alone, external_id="EV-1")
    tell_paid(uow, both, external_id="EV-2")
    assert [fresh(uow, bill).paid_fen for bill in bills] == [24_920, 890]
    assert uow.session.exec(select(Refund)).one().amount_fen == 24_920
    assert balances(uow)[LedgerAccount.refund_due] == -24_920
    assert [r.content["total_fen"] for r in uow.session.exec(select(Receipt).order_by(Receipt.id))] == [24_920, 890]


def test_the_same_key_gives_the_same_payment_and_another_request_under_it_is_refused(uow, cast):
    bill, other = home_bill(uow, cast), home_bill(uow, cast, code="other")
    first = start(uow, cast.owner, bill)
    assert start(uow, cast.owner, bill).id == first.id
    with pytest.raises(ConflictError):
        start(uow, cast.owner, other)
    assert count(uow, Payment) == 1


def test_fifty_requests_at_once_with_one_key_make_one_payment(committed):
    cast = committed.cast()
    bill = committed.run(home_bill, cast)
    results = committed.at_once([lambda uow: start(uow, cast.owner, bill)] * 50)
    assert {result.id for result in results} == {results[0].id}


def test_people_of_one_home_who_pay_at_once_make_one_payment_between_them(committed):
    cast = committed.cast()
    bill = committed.run(home_bill, cast)
    calls = [lambda uow, actor=actor: start(uow, actor, bill) for actor in (cast.owner, cast.tenant, cast.payer)]
    results = committed.at_once(calls)
    assert sorted(type(result).__name__ for result in results) == ["ConflictError", "ConflictError", "Payment"]


def test_a_bill_being_paid_offers_the_same_payment_to_the_same_person_and_refuses_any_other_way(uow, cast):
    bill = home_bill(uow, cast)
    first = start(uow, cast.owner, bill)
    assert start(uow, cast.owner, bill, key="key-2").id == first.id
    with pytest.raises(ConflictError, match="is being paid by payment"):
        start(uow, cast.owner, bill, key="key-3", method=PayWay.h5)
    with pytest.raises(ConflictError, match="is being paid by payment"):
        start(uow, cast.payer, bill, key="key-4")


def test_strangers_and_departed_people_find_no_bill_to_pay(uow, cast):
    bill = home_bill(uow, cast)
    with pytest.raises(NotFoundError):
        start(uow, cast.stranger, bill)
    assert count(uow, Payment) == 0


@pytest.mark.parametrize("status", [BillStatus.paid, BillStatus.void, BillStatus.disputed])
def test_a_bill_that_does_not_ask_for_money_cannot_be_paid(uow, cast, status):
    bill = home_bill(uow, cast)
    bill.status = status
    uow.flush()
    with pytest.raises(ConflictError):
        start(uow, cast.owner, bill)
    assert count(uow, Payment) == 0


def test_an_estate_that_has_paused_collection_takes_no_payment(uow, cast):
    bill = home_bill(uow, cast)
    cast.estate.is_collection_paused = True
    uow.session.add(cast.estate)
    uow.flush()
    with pytest.raises(ConflictError, match="takes no payments"):
        start(uow, cast.owner, bill)


def test_a_kill_between_storing_and_booking_loses_nothing(committed, monkeypatch):
    cast = committed.cast()
    payment = committed.run(lambda uow: start(uow, cast.owner, home_bill(uow, cast)))

    class PowerCutError(Exception):
        pass

    def cut(*args, **kwargs):
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr("estate_app.payment.booking.issue_receipt", cut)
        with pytest.raises(PowerCutError):
            committed.run(lambda uow: tell_paid(uow, payment))
    assert committed.run(lambda uow: (count(uow, VendorMessage), count(uow, Receipt), uow.session.get(Payment, payment.id).status)) == (
        0, 0, PaymentStatus.pending,
    )  # fmt: skip
    assert committed.run(lambda uow: tell_paid(uow, payment)) is True
    assert committed.run(lambda uow: uow.session.exec(select(Receipt.number)).one()) == "SJ2026-000001"
