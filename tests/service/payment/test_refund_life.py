"""Refunds of parts, of the counter and of balances; and the reversing receipt that each of them makes."""

from datetime import date

import pytest
from sqlmodel import select

from estate_app.billing.corrections import void_bill
from estate_app.billing.models import BillStatus
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.ledger.models import LedgerAccount
from estate_app.ledger.queries import room_prepaid
from estate_app.payment.callbacks import receive
from estate_app.payment.channel import Channel, Means, PayWay
from estate_app.payment.counter import Handover, collect_at_counter, pay_from_balance, top_up_at_counter
from estate_app.payment.day_close import close_day, day_figures
from estate_app.payment.models import Receipt, Refund, RefundItem, RefundStatus
from estate_app.payment.queries import payment_view, refunds_at_counter
from estate_app.payment.receipts import check_receipt, receipt_pdf, receipt_view
from estate_app.payment.recovery import run_refunds
from estate_app.payment.refunds import approve_refund, hand_out, propose_refund
from estate_app.payment.service import start_payment
from tests.fixtures.money import OCTOBER, balances, event_of, home_bill, vendor

TODAY = date(2026, 11, 18)


@pytest.fixture(autouse=True)
def gateway():
    with vendor() as chosen:
        yield chosen


def take(uow, cast, bills, *, amount=None, tendered=100_000, key="c-1"):
    return collect_at_counter(
        uow, cast.cashier, bill_ids=[bill.id for bill in bills], means=Means.cash, tendered_fen=tendered, amount_fen=amount,
        idempotency_key=key,
    )  # fmt: skip


def approved(uow, cast, payment, amount):
    refund = propose_refund(uow, cast.finance, payment_id=payment.id, amount_fen=amount, reason="多缴")
    return approve_refund(uow, cast.supervisor, refund_id=refund.id)


def given_back(uow, cast, payment, amount, **extra):
    refund = approved(uow, cast, payment, amount)
    return hand_out(uow, cast.cashier, refund_id=refund.id, **({"means": Means.cash} | extra))


def receipts(uow):
    return uow.session.exec(select(Receipt).order_by(Receipt.id)).all()


class TestCounter:
    def test_cash_waits_at_the_counter_and_is_handed_out_once_with_a_red_receipt(self, uow, cast):
        bill = home_bill(uow, cast)
        payment = take(uow, cast, [bill])
        refund = approved(uow, cast, payment, 24_920)
        assert (refund.status, bill.status, balances(uow)[LedgerAccount.refund_due]) == (RefundStatus.requested, BillStatus.unpaid, -24_920)
        assert [row.id for row in refunds_at_counter(uow.session, cast.cashier, estate_id=cast.estate.id)] == [refund.id]
        assert refund.next_try_at is None  # no vendor is asked
        hand_out(uow, cast.cashier, refund_id=refund.id, means=Means.cash)
        assert (refund.status, balances(uow)) == (
            RefundStatus.done, {LedgerAccount.income: -24_920, LedgerAccount.receivable: 24_920},
        )  # fmt: skip
        original, red = receipts(uow)
        assert (original.number, red.number, red.reverses_id, red.refund_id) == ("SJ2026-000001", "SJ2026-000002", original.id, refund.id)
        assert (red.content["total_fen"], red.content["reverses_number"]) == (-24_920, original.number)
        assert [line["amount_fen"] for line in red.content["lines"]] == [-24_920]
        checked = check_receipt(uow.session, code=original.check_code)
        assert (checked.reversed_fen, checked.total_fen) == (24_920, 24_920)
        assert check_receipt(uow.session, code=red.check_code).reverses_number == original.number
        view = receipt_view(uow.session, cast.owner, receipt_id=original.id, on=TODAY)
        assert [(r.number, r.amount_fen) for r in view.reversals] == [("SJ2026-000002", 24_920)]
        assert receipt_pdf(uow.session, cast.owner, receipt_id=red.id, on=TODAY)[1][:5] == b"%PDF-"
        assert payment_view(uow.session, cast.owner, payment_id=payment.id, on=TODAY).row.receipt_number == original.number
        with pytest.raises(ConflictError):
            hand_out(uow, cast.cashier, refund_id=refund.id, means=Means.cash)

    def test_a_transfer_back_wants_its_number_and_goes_from_the_bank(self, uow, cast):
        payment = take(uow, cast, [home_bill(uow, cast)])
        refund = approved(uow, cast, payment, 1_000)
        with pytest.raises(InvalidError) as caught:
            hand_out(uow, cast.cashier, refund_id=refund.id, means=Means.transfer)
        assert (caught.value.field, refund.status) == ("voucher", RefundStatus.requested)
        hand_out(uow, cast.cashier, refund_id=refund.id, means=Means.transfer, voucher="T-9")
        assert (balances(uow)[LedgerAccount.cash], balances(uow)[LedgerAccount.bank]) == (24_920, -1_000)

    def test_it_falls_on_the_cashiers_open_day(self, uow, cast):
        payment = take(uow, cast, [home_bill(uow, cast)])
        close_day(uow, cast.cashier, estate_id=cast.estate.id, business_on=TODAY, counted_fen=24_920)
        given_back(uow, cast, payment, 920)
        figures = [
            day_figures(uow.session, cashier_id=cast.cashier.id, estate_id=cast.estate.id, on=date(2026, 11, day)) for day in (18, 19)
        ]
        assert [one.expected_fen for one in figures] == [24_920, -920]

    def test_strangers_hand_nothing_out(self, uow, cast):
        refund = approved(uow, cast, take(uow, cast, [home_bill(uow, cast)]), 1_000)
        for actor in (cast.owner, cast.finance, cast.worker):
            with pytest.raises(ForbiddenError):
                hand_out(uow, actor, refund_id=refund.id, means=Means.cash)
        with pytest.raises(NotFoundError):
            hand_out(uow, cast.cashier, refund_id=refund.id + 1_000, means=Means.cash)
        assert refund.status is RefundStatus.requested


class TestParts:
    def test_a_part_goes_back_from_the_balance_first_then_from_the_latest_bill(self, uow, cast):
        new, old = home_bill(uow, cast), home_bill(uow, cast, code="old", period=OCTOBER)
        payment = take(uow, cast, [new, old], amount=55_000)
        given_back(uow, cast, payment, 10_000)
        assert (room_prepaid(uow.session, cast.home.id), new.paid_fen, old.paid_fen) == (0, 24_920, 20_080)
        assert balances(uow)[LedgerAccount.cash] == 45_000
        assert [line["amount_fen"] for line in receipts(uow)[-1].content["lines"]] == [-4_840, -5_160]

    def test_a_second_refund_never_takes_what_another_payment_has_brought(self, uow, cast):
        bill = home_bill(uow, cast)
        first = take(uow, cast, [bill], amount=10_000)
        second = take(uow, cast, [bill], key="c-2")
        given_back(uow, cast, first, 10_000)
        assert bill.paid_fen == 14_920
        with pytest.raises(InvalidError):
            propose_refund(uow, cast.finance, payment_id=first.id, amount_fen=1, reason="再退")
        given_back(uow, cast, second, 14_920)
        assert (bill.paid_fen, bill.status) == (0, BillStatus.unpaid)

    def test_what_was_paid_on_a_bill_that_was_withdrawn_goes_back_from_the_balance(self, uow, cast):
        bill = home_bill(uow, cast)
        payment = take(uow, cast, [bill])
        void_bill(uow, cast.finance, bill_id=bill.id, reason="重复")
        refund = given_back(uow, cast, payment, 24_920)
        assert (room_prepaid(uow.session, cast.home.id), refund.prepaid_fen, balances(uow)) == (0, 0, {})

    def test_a_balance_that_is_spent_cannot_go_back(self, uow, cast):
        payment = top_up_at_counter(
            uow, cast.cashier, room_id=cast.home.id, amount_fen=30_000, paid=Handover(Means.cash, 30_000), idempotency_key="t"
        )
        pay_from_balance(uow, cast.owner, bill_ids=[home_bill(uow, cast).id], idempotency_key="b")
        refund = propose_refund(uow, cast.finance, payment_id=payment.id, amount_fen=30_000, reason="退租")
        with pytest.raises(ConflictError, match="at most"):
            approve_refund(uow, cast.supervisor, refund_id=refund.id)
        assert (refund.status, room_prepaid(uow.session, cast.home.id)) == (RefundStatus.proposed, 5_080)

    def test_what_a_balance_paid_is_on_it_again_at_once(self, uow, cast):
        top_up_at_counter(
            uow, cast.cashier, room_id=cast.home.id, amount_fen=30_000, paid=Handover(Means.cash, 30_000), idempotency_key="t"
        )
        bill = home_bill(uow, cast)
        payment = pay_from_balance(uow, cast.owner, bill_ids=[bill.id], idempotency_key="b")
        refund = approved(uow, cast, payment, 4_920)
        assert (refund.status, room_prepaid(uow.session, cast.home.id), bill.paid_fen) == (RefundStatus.done, 10_000, 20_000)


def test_an_online_refund_that_the_vendor_cannot_make_is_handed_out_by_transfer(committed, gateway):
    from estate_app.payment.gateways.contract import RefundState

    cast = committed.cast()

    def paid(uow):
        bill = home_bill(uow, cast)
        payment = start_payment(
            uow, cast.owner, bill_ids=[bill.id], channel=Channel.wechat, method=PayWay.native, idempotency_key="k", amount_fen=20_000
        )
        receive(uow, Channel.wechat, event_of(payment), b"{}")
        return approved(uow, cast, payment, 5_000).id

    refund_id = committed.run(paid)
    gateway.refund_answer = RefundState.abnormal
    assert run_refunds(committed.now, lambda _: gateway) == 1
    assert committed.run(lambda uow: uow.session.get(Refund, refund_id).status) is RefundStatus.failed
    committed.run(lambda uow: hand_out(uow, cast.cashier, refund_id=refund_id, means=Means.transfer, voucher="T-1"))
    facts = committed.run(
        lambda uow: (uow.session.get(Refund, refund_id).status, uow.session.exec(select(RefundItem.amount_fen)).all(), balances(uow))
    )
    assert facts == (
        RefundStatus.done, [5_000],
        {
            LedgerAccount.income: -24_920, LedgerAccount.receivable: 9_920, LedgerAccount.clearing_wechat: 20_000,
            LedgerAccount.bank: -5_000,
        },
    )  # fmt: skip


def test_twenty_threads_with_power_cuts_leave_no_gap_in_the_receipts(committed):
    cast = committed.cast()
    bills = committed.run(lambda uow: [home_bill(uow, cast, code=f"b{n}") for n in range(20)])

    def one(uow, bill, number):
        payment = take(uow, cast, [bill], key=f"k-{number}")
        if number % 4 == 0:
            raise RuntimeError("power cut")
        if number % 4 == 1:
            given_back(uow, cast, payment, 24_920)

    committed.at_once([lambda uow, bill=bill, n=number: one(uow, bill, n) for number, bill in enumerate(bills)])
    serials = committed.run(lambda uow: sorted(uow.session.exec(select(Receipt.serial)).all()))
    assert serials == list(range(1, 21))  # fifteen receipts and five that reverse one
