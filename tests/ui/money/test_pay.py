"""The cashier, what becomes of a payment, the list of payments, and receipts."""

from datetime import timedelta

import pytest
from sqlmodel import select

from estate_app.billing.models import Bill, BillStatus
from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.models import Payment, PaymentStatus, Receipt
from estate_app.payment.opening import open_payment
from estate_app.payment.service import start_payment
from estate_app.ui.pages.public.receipt.page import receipt_check_page
from estate_app.ui.pages.public.receipt.state import ReceiptCheckState
from estate_app.ui.pages.resident.pay.page import pay_page, result_page
from estate_app.ui.pages.resident.pay.state import PayState
from estate_app.ui.pages.resident.payments.page import payments_page
from estate_app.ui.pages.resident.payments.state import PaymentsState
from estate_app.ui.pages.resident.receipt.page import receipt_page
from estate_app.ui.pages.resident.receipt.state import ReceiptState
from estate_app.ui.view import Fact
from tests.fixtures.money import home_bill
from tests.ui.seen import goes_to, markup, toast


@pytest.fixture
def bill(uow, cast) -> Bill:
    """249.20 yuan of the owner's home."""
    return home_bill(uow, cast)


@pytest.fixture
def payment(tab, uow, cast, bill) -> Payment:
    """The owner's payment of it, open at the vendor."""
    row = start_payment(uow, cast.owner, bill_ids=[bill.id], channel=Channel.wechat, method=PayWay.native, idempotency_key="k1")
    uow.flush()
    open_payment(row.id)
    return uow.session.get_one(Payment, row.id)


def shown(tab, actor, payment, tail="") -> PayState:
    page = tab(actor, PayState, url=f"/pay/{payment.id}{tail}")
    tab.run(page.load())
    return page


def statuses(uow, payment, bill) -> tuple[PaymentStatus, BillStatus, int]:
    uow.session.expire_all()
    paid, owed = uow.session.get_one(Payment, payment.id), uow.session.get_one(Bill, bill.id)
    return paid.status, owed.status, owed.paid_fen


def test_the_cashier_shows_amount_code_and_time(tab, cast, payment):
    page = shown(tab, cast.owner, payment)
    assert (page.pay.standing, page.pay.amount, page.pay.channel, page.pay.left) == ("pending", "249.20", "微信支付", 1800)
    assert (page.pay.qr.startswith("M2 2h1v1h-1z"), page.pay.qr_side > 20, page.pay.link) == (True, True, "")
    assert page.items == [Fact("2026年11月 · 物业服务费", "¥249.20")]


def test_a_sandbox_code_is_a_link_too(tab, uow, cast, payment):
    payment.code_url = "http://127.0.0.1:9000/cashier/abc"
    uow.flush()
    assert shown(tab, cast.owner, payment).pay.link == f"/go/pay/{payment.id}"


def test_somebody_else_of_the_home_gets_no_code(tab, cast, payment):
    page = shown(tab, cast.tenant, payment)
    assert (page.pay.is_own, page.pay.qr, page.pay.link, page.pay.standing) == (False, "", "", "pending")


def test_a_stranger_gets_the_404_panel(tab, cast, payment):
    page = shown(tab, cast.stranger, payment)
    assert (page.is_missing, page.pay.number, page.items) == (True, "", [])


def test_money_that_came_turns_the_page_without_a_reload(tab, uow, cast, bill, payment, vendor):
    page = shown(tab, cast.owner, payment)
    vendor.pay(payment.number)
    tab.run(page.check())
    assert statuses(uow, payment, bill) == (PaymentStatus.paid, BillStatus.paid, 24_920)
    assert f"payment:{payment.id}" in tab.topics
    assert (page.pay.standing, page.pay.title, page.pay.receipt_number, page.pay.qr) == ("paid", "支付成功", "SJ2026-000001", "")
    other = shown(tab, cast.owner, payment, "/result")
    assert (other.pay.standing, other.pay.receipt_href) == ("paid", f"/receipts/{uow.session.exec(select(Receipt.id)).one()}")


def test_asking_too_early_changes_nothing_and_warns(tab, uow, cast, bill, payment):
    page = shown(tab, cast.owner, payment, "/result")
    events = tab.run(page.check())
    assert "请勿重复支付" in toast(events)
    assert (statuses(uow, payment, bill), page.busy) == ((PaymentStatus.pending, BillStatus.unpaid, 0), "")


@pytest.mark.parametrize("act_name", ["check", "cancel", "open_again", "time_is_over", "pay_again"])
def test_nobody_else_can_act_on_a_payment(tab, uow, cast, bill, payment, vendor, act_name):
    page = shown(tab, cast.stranger, payment)
    vendor.calls.clear()
    tab.run(getattr(page, act_name)())
    assert (vendor.calls, statuses(uow, payment, bill)) == ([], (PaymentStatus.pending, BillStatus.unpaid, 0))
    assert len(uow.session.exec(select(Payment)).all()) == 1


def test_cancelling_closes_it_at_the_vendor_and_frees_the_bill(tab, uow, cast, bill, payment, vendor):
    page = shown(tab, cast.owner, payment)
    events = tab.run(page.cancel())
    assert (goes_to(events), vendor.calls[-1]) == ("/bills", "close")
    assert statuses(uow, payment, bill) == (PaymentStatus.closed, BillStatus.unpaid, 0)


def test_cancelling_what_is_paid_books_it_instead(tab, uow, cast, bill, payment, vendor):
    page = shown(tab, cast.owner, payment)
    vendor.pay(payment.number)
    events = tab.run(page.cancel())
    assert (goes_to(events), page.pay.standing, statuses(uow, payment, bill)[1]) == ("", "paid", BillStatus.paid)


def test_a_vendor_that_cannot_cancel_keeps_it_pending(tab, uow, cast, bill, payment, vendor):
    page = shown(tab, cast.owner, payment)
    vendor.is_silent = True
    events = tab.run(page.cancel())
    assert (toast(events) != "", goes_to(events), page.busy) == (True, "", "")
    assert statuses(uow, payment, bill)[0] is PaymentStatus.pending


def test_the_vendor_is_asked_again_for_a_cashier_it_did_not_give(tab, uow, cast, bill, vendor):
    row = start_payment(uow, cast.owner, bill_ids=[bill.id], channel=Channel.wechat, method=PayWay.native, idempotency_key="k2")
    uow.flush()
    page = shown(tab, cast.owner, row)
    assert (page.pay.is_opened, page.pay.qr) == (False, "")
    tab.run(page.open_again())
    assert (page.pay.is_opened, page.pay.qr != "", page.busy) == (True, True, "")


def test_when_the_time_is_over_it_is_closed_and_may_be_paid_again_once(tab, uow, cast, bill, payment, vendor):
    page = shown(tab, cast.owner, payment)
    tab.now += timedelta(minutes=31)
    tab.run(page.time_is_over())
    assert (page.pay.standing, page.pay.left, page.pay.may_retry) == ("closed", 0, True)
    first, second = goes_to(tab.run(page.pay_again())), goes_to(tab.run(page.pay_again()))
    rows = uow.session.exec(select(Payment).order_by(Payment.id)).all()
    assert ([row.status for row in rows], first, second) == (
        [PaymentStatus.closed, PaymentStatus.pending],
        f"/pay/{rows[1].id}",
        f"/pay/{rows[1].id}",
    )


def test_what_is_paid_cannot_be_paid_again(tab, uow, cast, bill, payment, vendor):
    page = shown(tab, cast.owner, payment)
    vendor.pay(payment.number)
    tab.run(page.check())
    events = tab.run(page.pay_again())
    assert (page.pay.may_retry, goes_to(events), toast(events) != "") == (False, "", True)
    assert len(uow.session.exec(select(Payment)).all()) == 1


class TestPaid:
    """A paid payment, its list and its receipt."""

    @pytest.fixture(autouse=True)
    def paid(self, tab, cast, payment, vendor):
        vendor.pay(payment.number)
        tab.run(shown(tab, cast.owner, payment).check())

    def test_the_list_of_payments(self, tab, uow, cast, payment):
        page = tab(cast.owner, PaymentsState, url="/payments?show=paid")
        tab.run(page.load())
        (row,) = page.rows
        assert (row.amount, row.badge.label, row.href, row.receipt_number) == (
            "¥249.20", "已缴", f"/pay/{payment.id}/result", "SJ2026-000001",
        )  # fmt: skip
        tab.move(page, "/payments?show=pending")
        tab.run(page.load())
        assert page.rows == []

    def test_a_stranger_lists_nothing(self, tab, cast):
        page = tab(cast.stranger, PaymentsState, url="/payments")
        tab.run(page.load())
        assert page.rows == []

    def test_the_receipt(self, tab, uow, cast):
        receipt = uow.session.exec(select(Receipt)).one()
        page = tab(cast.tenant, ReceiptState, url=f"/receipts/{receipt.id}")
        tab.run(page.load())
        paper = page.paper
        assert (paper.number, paper.payer, paper.total, paper.words, paper.code) == (
            "SJ2026-000001", "林晓", "249.20", "贰佰肆拾玖元贰角整", receipt.check_code,
        )  # fmt: skip
        assert (paper.pdf_href, len(page.lines), page.lines[0].amount) == (f"/receipts/{receipt.id}.pdf", 1, "249.20")

    def test_a_strangers_receipt_is_the_404_panel(self, tab, uow, cast):
        receipt = uow.session.exec(select(Receipt)).one()
        page = tab(cast.stranger, ReceiptState, url=f"/receipts/{receipt.id}")
        tab.run(page.load())
        assert (page.is_missing, page.paper.number) == (True, "")

    def test_anybody_checks_it_by_its_code(self, tab, uow):
        receipt = uow.session.exec(select(Receipt)).one()
        page = tab(None, ReceiptCheckState, url=f"/receipt/{receipt.check_code}")
        tab.run(page.load())
        assert (page.is_known, page.paper.number, page.paper.payer, page.paper.total) == (True, "SJ2026-000001", "林*", "249.20")
        assert (page.paper.transaction, page.paper.code, page.paper.payment_href, page.paper.pdf_href) == ("", "", "", "")

    def test_an_unknown_code_tells_nothing(self, tab):
        page = tab(None, ReceiptCheckState, url="/receipt/0123456789")
        tab.run(page.load())
        assert (page.is_known, page.is_loading, page.lines, page.paper.number) == (False, False, [], "")


def test_the_pages_hold_what_a_person_acts_on():
    cashier, result = markup(pay_page()), markup(result_page())
    for testid in ("amount", "open-cashier", "open-again", "cancel-payment", "check", "qr", "not-found"):
        assert testid in cashier
    for testid in ("see-receipt", "pay-again", "check", "receipt-link"):
        assert testid in result
    receipt = markup(receipt_page())
    # The router of the pages would take the click and find no such page.
    assert ("download-pdf" in receipt, "reloadDocument:true" in receipt) == (True, True)
    assert "genuine" in markup(receipt_check_page())
    assert "payment-link" in markup(payments_page())
