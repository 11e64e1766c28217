"""The cashier's day and finance's list of closed days; the counter with parts and balances."""

import pytest
from sqlmodel import select

from estate_app.billing.models import Bill, BillStatus
from estate_app.billing.rules.allocation import AllocationOrder
from estate_app.ledger.models import LedgerAccount
from estate_app.ledger.queries import room_prepaid
from estate_app.payment.allocation import allocation_order
from estate_app.payment.channel import Means
from estate_app.payment.counter import collect_at_counter
from estate_app.payment.desk_models import CloseStatus, DayClose
from estate_app.payment.models import Payment, Refund, RefundStatus
from estate_app.payment.refunds import approve_refund, propose_refund
from estate_app.ui.pages.manager.cashier.day_page import cashier_day_page
from estate_app.ui.pages.manager.cashier.day_state import CashierDayState
from estate_app.ui.pages.manager.cashier.state import CashierState
from estate_app.ui.pages.manager.day_closes.page import day_closes_page
from estate_app.ui.pages.manager.day_closes.state import DayClosesState
from estate_app.ui.pages.manager.invoices.page import invoices_page
from tests.fixtures.money import balances, home_bill
from tests.ui.seen import markup, toast

DAY = "/manage/cashier/day"


@pytest.fixture
def taken(uow, cast):
    bill = home_bill(uow, cast)
    return collect_at_counter(uow, cast.cashier, bill_ids=[bill.id], means=Means.cash, tendered_fen=25_000, idempotency_key="a")


class TestCounter:
    def test_a_part_is_taken_and_the_order_is_said(self, act, uow, cast, opened):
        bill = home_bill(uow, cast)
        page = opened(cast.cashier, CashierState, f"/manage/cashier?room_id={cast.home.id}")
        act.run(page.count_amount("100"))
        assert (page.total.taken, page.total.text, page.total.note[:3]) == ("100.00", "249.20", "先缴最")
        act.run(page.collect({"amount": "100", "tendered": "100"}))
        assert (page.taken.amount, uow.session.get_one(Bill, bill.id).status) == ("100.00", BillStatus.partly_paid)

    def test_more_goes_to_the_balance_and_without_bills_all_of_it(self, act, uow, cast, opened):
        home_bill(uow, cast)
        page = opened(cast.cashier, CashierState, f"/manage/cashier?room_id={cast.home.id}")
        act.run(page.count_amount("300"))
        assert page.total.note == "其中 ¥50.80 转入房屋预存"
        act.run(page.collect({"amount": "300", "tendered": "300"}))
        assert (page.taken.kept, page.room.prepaid, page.bills) == ("50.80", "50.80", [])
        act.run(page.collect({"amount": "0.5", "tendered": "1"}))
        assert list(page.field_errors) == ["amount"]
        act.run(page.count_amount("200"))
        act.run(page.collect({"amount": "200", "tendered": "200"}))
        assert room_prepaid(uow.session, cast.home.id) == 25_080

    def test_an_amount_that_is_none_stands_under_its_field(self, act, uow, cast, opened):
        home_bill(uow, cast)
        page = opened(cast.cashier, CashierState, f"/manage/cashier?room_id={cast.home.id}")
        for typed in ("0", "-1", "0.001", "1000000000000", "abc"):
            act.run(page.collect({"amount": typed, "tendered": "300"}))
            assert list(page.field_errors) == ["amount"], typed
        assert uow.session.exec(select(Payment)).all() == []


class TestDay:
    def test_the_day_is_counted_and_closed(self, act, uow, cast, opened, taken):
        page = opened(cast.cashier, CashierDayState, DAY)
        assert (page.day.title, page.day.expected, page.kpis[0].value, len(page.lines)) == ("今天", "249.20", "249.20", 1)
        act.run(page.close({"counted": "249.20", "reason": ""}))
        assert (page.day.is_future, page.day.on, page.closes[0].badge.label) == (True, "2026-11-19", "已日结")
        assert uow.session.exec(select(DayClose.status)).all() == [CloseStatus.closed]

    def test_a_difference_without_a_reason_stands_under_its_field(self, act, uow, cast, opened, taken):
        page = opened(cast.cashier, CashierDayState, DAY)
        act.run(page.ask_close())
        for typed, field in (("200", "reason"), ("x", "counted"), ("-1", "counted")):
            act.run(page.close({"counted": typed}))
            assert (list(page.field_errors), page.dialog) == ([field], "close")
        assert uow.session.exec(select(DayClose)).all() == []

    def test_a_refund_is_handed_out(self, act, uow, cast, opened, taken):
        refund = propose_refund(uow, cast.finance, payment_id=taken.id, amount_fen=2_000, reason="多收")
        approve_refund(uow, cast.supervisor, refund_id=refund.id)
        page = opened(cast.cashier, CashierDayState, DAY)
        assert [(line.number, line.amount) for line in page.waits] == [(refund.number, "20.00")]
        act.run(page.ask_refund(refund.id))
        act.run(page.give({"means": "transfer", "voucher": ""}))
        assert (list(page.field_errors), page.dialog) == (["voucher"], "refund")
        act.run(page.give({"means": "cash"}))
        assert (page.waits, page.day.expected, uow.session.get_one(Refund, refund.id).status) == ([], "229.20", RefundStatus.done)

    def test_who_is_no_cashier_sees_no_day(self, act, cast):
        page = act(cast.finance, CashierDayState, url=DAY)
        assert "权限" in toast(act.run(page.load()))


class TestCloses:
    def test_finance_approves_a_difference_and_a_cashier_cannot(self, act, uow, cast, opened, taken):
        day = opened(cast.cashier, CashierDayState, DAY)
        act.run(day.close({"counted": "248.20", "reason": "找零多付"}))
        page = opened(cast.finance, DayClosesState, "/manage/ledger/days")
        (line,) = page.rows
        assert (line.difference, line.reason, line.may_approve) == ("−1.00", "找零多付", True)
        act.run(page.ask(line.id))
        act.run(page.approve({}))
        assert (page.rows[0].may_approve, balances(uow)[LedgerAccount.cash_difference]) == (False, 100)
        assert "权限" in toast(act.run(act(cast.cashier, DayClosesState, url="/manage/ledger/days").approve({})))

    def test_the_written_order_is_chosen(self, act, uow, cast, opened):
        page = opened(cast.finance, DayClosesState, "/manage/ledger/days")
        act.run(page.choose_order("late_fee_first"))
        assert (page.order, allocation_order(uow.session, cast.estate.id)) == ("late_fee_first", AllocationOrder.late_fee_first)
        act.run(page.choose_order("nonsense"))
        assert page.order == "late_fee_first"


def test_the_pages_draw():
    for page, marks in (
        (cashier_day_page, ("ask-close", "counted-field", "ask-refund", "means-cash", "close-row")),
        (day_closes_page, ("approve-close", "order-", "close-row")),
        (invoices_page, ("invoice-row", "filter-status")),
    ):
        drawn = markup(page())
        assert [mark for mark in marks if mark not in drawn] == []
