"""The counter: find, choose, take cash, a transfer or the balance; and who may only look."""

import pytest
from sqlmodel import select

from estate_app.billing.corrections import void_bill
from estate_app.billing.models import Bill, BillStatus
from estate_app.ledger.models import LedgerAccount
from estate_app.ledger.queries import room_prepaid
from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.counter import Means, collect_at_counter
from estate_app.payment.models import Payment
from estate_app.payment.service import start_payment
from estate_app.ui.pages.manager.cashier.page import cashier_page
from estate_app.ui.pages.manager.cashier.state import CashierState
from tests.fixtures import make
from tests.fixtures.money import OCTOBER, balances, home_bill
from tests.ui.seen import goes_to, markup, toast


def url(cast):
    return f"/manage/cashier?room_id={cast.home.id}"


def payments(uow):
    return uow.session.exec(select(Payment)).all()


class TestFind:
    def test_one_hit_is_opened_at_once(self, act, cast, opened):
        page = opened(cast.cashier, CashierState, "/manage/cashier")
        assert (page.stage, page.room.id, page.found) == ("ready", 0, [])
        assert goes_to(act.run(page.search({"q": "1501"}))) == url(cast)
        assert goes_to(act.run(page.search({"q": "林晓"}))) == url(cast)

    def test_several_are_offered(self, act, uow, cast, opened):
        make.room(uow, cast.building, "3-2-1502")
        page = opened(cast.cashier, CashierState, "/manage/cashier")
        target = goes_to(act.run(page.search({"q": "150"})))
        assert target == "/manage/cashier?q=150"
        act.move(page, target)
        act.run(page.load())
        assert [(hit.label, hit.hint) for hit in page.found] == [("3栋2单元1501", "翠湖花园"), ("3栋2单元1502", "翠湖花园")]

    def test_a_room_of_another_estate_is_not_shown(self, act, uow, cast):
        page = act(cast.cashier, CashierState, url=f"/manage/cashier?room_id={cast.other_home.id}")
        assert "不存在" in toast(act.run(page.load()))
        assert (page.stage, page.room.id, page.bills) == ("failed", 0, [])

    def test_going_to_a_room_that_is_not_there_does_not_leave_the_last_one(self, act, uow, cast, opened):
        home_bill(uow, cast)
        page = opened(cast.cashier, CashierState, url(cast))
        act.move(page, "/manage/cashier?room_id=999999")
        act.run(page.load())
        assert (page.stage, page.room.id) == ("failed", 0)


class TestTake:
    @pytest.fixture
    def bills(self, uow, cast):
        return home_bill(uow, cast), home_bill(uow, cast, code="second", period=OCTOBER)

    def test_all_bills_are_chosen_and_the_sum_is_theirs(self, cast, opened, bills):
        page = opened(cast.cashier, CashierState, url(cast), locale="en")
        assert sorted((b.number, b.owed, b.title, b.is_payable) for b in page.bills) == sorted(
            (b.number, "249.20", f"{'Nov' if b is bills[0] else 'Oct'} 2026 · Property fee", True) for b in bills
        )
        assert (page.total.text, page.total.count, page.room.label, page.room.may_collect) == ("498.40", 2, "3栋2单元1501", True)

    def test_cash_gives_change_and_a_receipt(self, act, uow, cast, opened, bills):
        page = opened(cast.cashier, CashierState, url(cast))
        act.run(page.toggle(str(bills[1].id)))
        act.run(page.count_change("200"))
        assert (page.change.text, page.change.tone) == ("还差 ¥49.20", "red")
        act.run(page.count_change("300"))
        assert (page.change.text, page.change.tone) == ("找零：¥50.80", "green")
        act.run(page.collect({"tendered": "300", "payer_name": "林母"}))
        assert (page.taken.amount, page.taken.change, page.taken.receipt) == ("249.20", "50.80", "SJ2026-000001")
        assert page.taken.receipt_href.endswith(".pdf")
        assert (uow.session.get_one(Bill, bills[0].id).status, uow.session.get_one(Bill, bills[1].id).status) == (
            BillStatus.paid, BillStatus.unpaid,
        )  # fmt: skip
        assert balances(uow)[LedgerAccount.cash] == 24_920
        assert ([b.number for b in page.bills], page.chosen, page.is_saving) == ([bills[1].number], [], False)

    def test_too_little_cash_stands_under_its_field_and_nothing_is_booked(self, act, uow, cast, opened, bills):
        page = opened(cast.cashier, CashierState, url(cast))
        for typed in ("498.39", "", "abc"):
            act.run(page.collect({"tendered": typed}))
            assert list(page.field_errors) == ["tendered"]
        assert (payments(uow), page.taken.number, page.is_saving, page.total.text) == ([], "", False, "498.40")

    def test_a_transfer_needs_a_voucher_that_was_not_used(self, act, uow, cast, opened, bills):
        page = opened(cast.cashier, CashierState, url(cast))
        act.run(page.toggle(str(bills[1].id)))
        act.run(page.choose_way("transfer"))
        act.run(page.collect({"voucher": ""}))
        assert (list(page.field_errors), payments(uow)) == (["voucher"], [])
        act.run(page.collect({"voucher": "ICBC-7"}))
        assert balances(uow)[LedgerAccount.bank] == 24_920
        act.run(page.toggle(str(bills[1].id)))
        act.run(page.choose_way("transfer"))
        assert "ICBC-7" in toast(act.run(page.collect({"voucher": "ICBC-7"})))
        assert len(payments(uow)) == 1

    def test_the_rooms_balance_pays(self, act, uow, cast, opened, bills):
        first, second = bills
        collect_at_counter(uow, cast.cashier, bill_ids=[first.id], means=Means.cash, tendered_fen=24_920, idempotency_key="a")
        void_bill(uow, cast.finance, bill_id=first.id, reason="重复")
        page = opened(cast.cashier, CashierState, url(cast))
        assert (page.room.prepaid, page.room.has_prepaid, page.total.is_covered) == ("249.20", True, True)
        act.run(page.choose_way("balance"))
        act.run(page.collect({}))
        assert (page.taken.amount, page.room.prepaid, room_prepaid(uow.session, cast.home.id)) == ("249.20", "0.00", 0)
        assert uow.session.get_one(Bill, second.id).status is BillStatus.paid

    def test_a_bill_that_is_being_paid_online_cannot_be_chosen(self, act, uow, cast, opened, bills, wechat):
        start_payment(uow, cast.owner, bill_ids=[bills[0].id], channel=Channel.wechat, method=PayWay.native, idempotency_key="k")
        page = opened(cast.cashier, CashierState, url(cast))
        assert [b.number for b in page.bills if not b.is_payable] == [bills[0].number]
        act.run(page.toggle(str(bills[0].id)))
        assert page.chosen == [str(bills[1].id)]

    def test_choose_all_or_none(self, act, cast, opened, bills):
        page = opened(cast.cashier, CashierState, url(cast))
        act.run(page.toggle_all())
        assert (page.chosen, page.total.text) == ([], "0.00")
        act.run(page.toggle_all())
        assert page.total.text == "498.40"

    def test_pressing_twice_takes_the_money_once(self, act, uow, cast, opened, bills):
        page = opened(cast.cashier, CashierState, url(cast))
        act.run(page.collect({"tendered": "500"}))
        act.run(page.collect({"tendered": "500"}))
        assert (len(payments(uow)), balances(uow)[LedgerAccount.cash]) == (1, 49_840)

    def test_who_may_not_collect_only_looks(self, act, uow, cast, opened, bills):
        page = opened(cast.finance, CashierState, url(cast))
        assert (len(page.bills), page.room.may_collect) == (2, False)
        assert "权限" in toast(act.run(page.collect({"tendered": "500"})))
        assert payments(uow) == []


def test_the_page_draws():
    drawn = markup(cashier_page())
    for mark in ("find-room", "open-bill", "tendered-field", "voucher-field", "way-cash", "way-balance", "collect", "receipt"):
        assert mark in drawn
