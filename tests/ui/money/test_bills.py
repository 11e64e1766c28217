"""The list of bills, the selection, and the one payment that comes of it."""

import pytest
from sqlmodel import func, select

from estate_app.access.actor import SYSTEM
from estate_app.billing.corrections import void_bill
from estate_app.billing.models import Bill
from estate_app.payment.models import Payment, PaymentItem, PaymentStatus
from estate_app.ui.pages.resident.bills.bill_state import BillState
from estate_app.ui.pages.resident.bills.page import bill_page, bills_page
from estate_app.ui.pages.resident.bills.state import BillsState
from estate_app.ui.view import Fact
from tests.fixtures import make
from tests.fixtures.money import NOVEMBER, OCTOBER, area_item, home_bill, issue
from tests.ui.seen import goes_to, markup, toast


def payments(uow) -> list[Payment]:
    return list(uow.session.exec(select(Payment).order_by(Payment.id)))


@pytest.fixture
def october(uow, cast) -> Bill:
    """249.20 yuan of the property fee, overdue since the start of November."""
    item = area_item(uow, SYSTEM, cast.estate.id, [cast.home.id])
    run = issue(uow, SYSTEM, cast.estate.id, [item], period=OCTOBER)
    bill = uow.session.exec(select(Bill).where(Bill.run_id == run.id)).one()
    bill.due_on = NOVEMBER
    uow.flush()
    return bill


@pytest.fixture
def parking(uow, cast) -> Bill:
    """A second bill, of November, that is not due yet."""
    return home_bill(uow, cast, code="parking", price={"price_e4": 10_000})


@pytest.fixture
def page(tab, cast, october, parking) -> BillsState:
    """The owner's list, loaded."""
    page = tab(cast.owner, BillsState, url="/bills")
    tab.run(page.load())
    return page


def test_what_is_due_is_listed_newest_month_first_and_chosen(page, october, parking):
    assert [(row.id, row.amount, row.sub, row.tone, row.badge.label, row.is_payable) for row in page.rows] == [
        (parking.id, "¥89.00", "11-30 截止", "gray", "待缴", True),
        (october.id, "¥249.20", "逾期 17 天", "red", "逾期", True),
    ]
    assert page.chosen_ids == [october.id, parking.id]
    assert (page.total, page.unpaid, page.channel) == ("338.20", 2, "wechat")
    assert page.chosen == [Fact("10月 · 物业服务费", "¥249.20"), Fact("11月 · 物业服务费", "¥89.00")]


def test_a_bill_is_left_out_and_chosen_again(tab, page, october, parking):
    tab.run(page.toggle(october.id))
    assert (page.chosen_ids, page.total) == ([parking.id], "89.00")
    tab.run(page.toggle(october.id))
    assert (page.chosen_ids, page.total) == ([october.id, parking.id], "338.20")


def test_all_or_nothing(tab, page, october, parking):
    tab.run(page.toggle_all())
    assert (page.chosen_ids, page.total) == ([], "0.00")
    tab.run(page.toggle_all())
    assert page.chosen_ids == [october.id, parking.id]


def test_a_strangers_bill_cannot_be_chosen(tab, uow, cast, page):
    theirs = make.bill(uow, cast.other_home, make.fee_item(uow, cast.other_estate))
    before = list(page.chosen_ids)
    tab.run(page.toggle(theirs.id))
    assert page.chosen_ids == before


def test_one_payment_for_the_selection_and_its_cashier(tab, uow, cast, page, october, parking, vendor):
    events = tab.run(page.pay())
    (payment,) = payments(uow)
    items = dict(uow.session.exec(select(PaymentItem.bill_id, PaymentItem.amount_fen)).all())
    assert goes_to(events) == f"/pay/{payment.id}"
    assert (payment.payer_id, payment.amount_fen, payment.status) == (cast.owner.id, 33_820, PaymentStatus.pending)
    assert items == {october.id: 24_920, parking.id: 8_900}
    assert payment.code_url == f"weixin://wxpay/bizpayurl?pr={payment.number}"
    assert not page.is_paying


def test_pressing_twice_is_one_payment(tab, uow, page, vendor):
    first, second = goes_to(tab.run(page.pay())), goes_to(tab.run(page.pay()))
    assert (first == second, len(payments(uow)), vendor.calls.count("create")) == (True, 1, 1)


def test_another_tab_gets_the_same_payment(tab, uow, cast, page):
    first = goes_to(tab.run(page.pay()))
    other = tab(cast.owner, BillsState, url="/bills")
    other.chosen_ids, other._room_id, other.channel, other._key = list(page.chosen_ids), page._room_id, "wechat", "another-key"
    assert (goes_to(tab.run(other.pay())), len(payments(uow))) == (first, 1)


def test_a_bill_that_is_being_paid_cannot_be_paid_in_another_selection(tab, uow, page, october, parking):
    tab.run(page.toggle(parking.id))
    tab.run(page.pay())
    page.chosen_ids, page._key = sorted({row.id for row in page.rows}), "other"
    events = tab.run(page.pay())
    assert "请先完成或取消该笔支付" in toast(events)
    assert (len(payments(uow)), goes_to(events)) == (1, "")


def test_while_it_is_being_paid_the_row_leads_to_the_payment(tab, uow, cast, page, october, parking):
    tab.run(page.toggle(parking.id))
    tab.run(page.pay())
    tab.run(page.load())
    (payment,) = payments(uow)
    row = next(row for row in page.rows if row.id == october.id)
    assert (row.badge.label, row.pay_href, row.is_payable) == ("支付中", f"/pay/{payment.id}", False)
    assert page.chosen_ids == []
    tab.run(page.toggle(october.id))
    assert page.chosen_ids == []


def test_a_silent_vendor_leaves_a_pending_payment_and_its_page(tab, uow, page, vendor):
    vendor.is_silent = True
    events = tab.run(page.pay())
    (payment,) = payments(uow)
    assert (goes_to(events), payment.status, payment.opened_at) == (f"/pay/{payment.id}", PaymentStatus.pending, None)


def test_nothing_chosen_is_refused(tab, uow, page):
    tab.run(page.toggle_all())
    events = tab.run(page.pay())
    assert ("请至少选择一张账单" in toast(events), payments(uow), page.is_paying) == (True, [], False)


def test_the_filter_lives_in_the_url(tab, cast, page):
    assert goes_to(tab.run(page.filter_show("paid"))) == "/bills?show=paid"
    tab.move(page, "/bills?show=paid")
    tab.run(page.load())
    assert (page.show, page.rows, page.unpaid) == ("paid", [], 2)
    tab.move(page, "/bills?show=all&page=1")
    tab.run(page.load())
    assert [row.href for row in page.rows] == [f"/bills/{row.id}?show=all" for row in page.rows]


def test_an_unknown_filter_shows_what_is_unpaid(tab, page):
    tab.move(page, "/bills?show=DROP")
    tab.run(page.load())
    assert (page.show, len(page.rows)) == ("", 2)


def test_the_second_page(tab, uow, cast):
    item = make.fee_item(uow, cast.estate)
    for day in range(1, 15):
        make.bill(uow, cast.home, item, 100 * day)
    page = tab(cast.owner, BillsState, url="/bills?page=2")
    tab.run(page.load())
    assert ([row.amount for row in page.rows], page.pager.page, page.pager.pages) == (["¥2.00", "¥1.00"], 2, 2)


def test_a_stranger_sees_none_of_it(tab, cast, october):
    page = tab(cast.stranger, BillsState, url="/bills")
    tab.run(page.load())
    assert (page.rows, page.chosen_ids, page.total) == ([], [], "0.00")


def test_the_page_is_live_and_keeps_the_bill_beside_it(tab, uow, cast, page, october, parking):
    tab.run(page.show_first())
    beside = tab.other(page, BillState)
    assert beside.bill.id == parking.id
    void_bill(uow, cast.supervisor, bill_id=parking.id, reason="车位已退租")
    tab.run_value(page._refresh(cast.owner))
    assert ([row.id for row in page.rows], page.chosen_ids) == ([october.id], [october.id])
    assert (beside.bill.badge.label, "车位已退租" in beside.bill.void, beside.bill.is_payable) == ("已作废", True, False)


class TestOneBill:
    def test_opening_it_is_noted_once(self, tab, uow, cast, october):
        page = tab(cast.owner, BillState, url=f"/bills/{october.id}")
        tab.run(page.load())
        uow.session.refresh(october)
        assert (page.bill.number, page.bill.total, october.first_seen_at) == (october.number, "249.20", uow.now)

    def test_beside_the_list_it_is_not_noted(self, tab, uow, page, parking):
        tab.run(page.show_first())
        uow.session.refresh(parking)
        assert parking.first_seen_at is None

    @pytest.mark.parametrize("address", ["/bills/999999", "/bills/x", "/bills/-1"])
    def test_an_unknown_bill_is_the_404_panel(self, tab, cast, address):
        page = tab(cast.owner, BillState, url=address)
        tab.run(page.load())
        assert (page.is_missing, page.bill.id) == (True, 0)

    def test_a_strangers_bill_is_the_404_panel_and_not_noted(self, tab, uow, cast, october):
        page = tab(cast.stranger, BillState, url=f"/bills/{october.id}")
        tab.run(page.load())
        uow.session.refresh(october)
        assert (page.is_missing, page.bill.number, page.lines, october.first_seen_at) == (True, "", [], None)


@pytest.mark.parametrize("who", ["worker", "finance"])
def test_who_is_no_resident_may_not_pay(tab, uow, cast, page, who):
    other = tab(getattr(cast, who), BillsState, url="/bills")
    other.chosen_ids, other.channel, other._key = list(page.chosen_ids), "wechat", "k"
    tab.run(other.pay())
    assert uow.session.exec(select(func.count()).select_from(Payment)).one() == 0


def test_the_pages_hold_what_a_person_acts_on():
    listing, bill = markup(bills_page()), markup(bill_page())
    for testid in ("choose-all", "choose-bill", "bill-link", "pay-phone", "pay-card", "show"):
        assert testid in listing
    for testid in ("pay-this", "bill-lines", "bill-total", "steps", "not-found"):
        assert testid in bill
