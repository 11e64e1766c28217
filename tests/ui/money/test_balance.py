"""The resident's balance, a part payment, and the invoice beside a receipt."""

from sqlmodel import select

from estate_app.billing.models import Bill, BillStatus
from estate_app.ledger.queries import room_prepaid
from estate_app.payment.callbacks import receive
from estate_app.payment.channel import Channel, Means, PayWay
from estate_app.payment.counter import Handover, top_up_at_counter
from estate_app.payment.invoice_models import EInvoice
from estate_app.payment.models import Payment, PaymentStatus, Receipt
from estate_app.payment.service import start_payment
from estate_app.ui.pages.resident.balance.page import balance_page
from estate_app.ui.pages.resident.balance.state import BalanceState
from estate_app.ui.pages.resident.pay.choose_state import ChooseState
from estate_app.ui.pages.resident.receipt.page import receipt_page
from estate_app.ui.pages.resident.receipt.state import ReceiptState
from tests.fixtures.money import event_of, home_bill
from tests.ui.seen import goes_to, markup


def fill(uow, cast, amount=30_000):
    return top_up_at_counter(
        uow, cast.cashier, room_id=cast.home.id, amount_fen=amount, paid=Handover(Means.cash, amount), idempotency_key=f"f-{amount}"
    )


def test_the_balance_is_shown_topped_up_and_pays_by_itself(tab, uow, cast):
    fill(uow, cast)
    bill = home_bill(uow, cast)
    page = tab(cast.owner, BalanceState, url="/balance", room_id=cast.home.id)
    tab.run(page.load())
    assert (page.purse.amount, page.purse.is_automatic, [line.amount for line in page.moves]) == ("300.00", False, ["+¥300.00"])
    tab.run(page.switch())
    assert (page.purse.amount, page.purse.is_automatic) == ("50.80", True)
    assert uow.session.get_one(Bill, bill.id).status is BillStatus.paid
    tab.run(page.switch())
    assert page.purse.is_automatic is False
    for typed in ("0", "-1", "0.001", "1000000000000", ""):
        tab.run(page.top_up({"amount": typed}))
        assert list(page.field_errors) == ["amount"], typed
    target = goes_to(tab.run(page.top_up({"amount": "200"})))
    payment = uow.session.exec(select(Payment).where(Payment.channel == Channel.wechat)).one()
    assert (target, payment.prepaid_fen, payment.status) == (f"/pay/{payment.id}", 20_000, PaymentStatus.pending)


def test_a_stranger_sees_no_balance(tab, uow, cast):
    page = tab(cast.stranger, BalanceState, url="/balance", room_id=cast.home.id)
    tab.run(page.load())
    assert (page.is_missing, page.purse.amount) == (True, "0.00")


def test_a_part_is_paid_and_what_cannot_be_stands_under_its_field(tab, uow, cast):
    bill = home_bill(uow, cast)
    page = tab(cast.owner, ChooseState, url=f"/pay/new?bills={bill.id}")
    tab.run(page.load())
    tab.run(page.toggle_part())
    for typed in ("", "0", "249.21", "0.001"):
        tab.run(page.write_part(typed))
        tab.run(page.pay())
        assert list(page.field_errors) == ["amount"], typed
    assert uow.session.exec(select(Payment)).all() == []
    tab.run(page.write_part("100"))
    assert page.part.amount == "100.00"
    tab.run(page.pay())
    assert uow.session.exec(select(Payment)).one().amount_fen == 10_000


def test_the_balance_is_a_way_to_pay(tab, uow, cast):
    bill = home_bill(uow, cast)
    fill(uow, cast)
    page = tab(cast.owner, ChooseState, url=f"/pay/new?bills={bill.id}")
    tab.run(page.load())
    assert page.channels[-1].value == "balance"
    tab.run(page.choose("balance"))
    payment_id = int(goes_to(tab.run(page.pay())).split("/")[2])
    assert (uow.session.get_one(Payment, payment_id).channel, room_prepaid(uow.session, cast.home.id)) == (Channel.balance, 5_080)


def test_an_invoice_is_asked_for_on_the_receipt(tab, uow, cast):
    bill = home_bill(uow, cast)
    payment = start_payment(
        uow, cast.owner, bill_ids=[bill.id], channel=Channel.wechat, method=PayWay.native, idempotency_key="k", amount_fen=20_000
    )
    receive(uow, Channel.wechat, event_of(payment), b"{}")
    receipt = uow.session.exec(select(Receipt)).one()
    page = tab(cast.owner, ReceiptState, url=f"/receipts/{receipt.id}")
    tab.run(page.load())
    assert (page.open_amount, page.invoices, page.paper.taken_back) == ("200.00", [], "")
    tab.run(page.ask())
    tab.run(page.choose_kind("company"))
    tab.run(page.request({"title": "翠湖科技", "tax_number": "123"}))
    assert (list(page.field_errors), page.is_asking) == (["tax_number"], True)
    tab.run(page.request({"title": "翠湖科技", "tax_number": "91350100M000100Y43"}))
    assert (page.open_amount, [line.badge.label for line in page.invoices], page.is_asking) == ("", ["待开具"], False)
    assert uow.session.exec(select(EInvoice)).one().amount_fen == 20_000


def test_the_pages_draw():
    for page, marks in (
        (balance_page, ("automatic", "top-up", "amount-field", "moves")),
        (receipt_page, ("ask-invoice", "send-invoice", "kind-company")),
    ):
        drawn = markup(page())
        assert [mark for mark in marks if mark not in drawn] == []
