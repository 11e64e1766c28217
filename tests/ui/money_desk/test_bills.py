"""Bills of the managers: the list with its filter in the URL, and one bill with its corrections."""

import pytest
from sqlmodel import select

from estate_app.billing.corrections import dispute_bill
from estate_app.billing.models import Bill, BillStatus
from estate_app.ledger.models import LedgerAccount
from estate_app.ledger.queries import room_prepaid
from estate_app.payment.counter import Means, collect_at_counter
from estate_app.ui.pages.manager.bills.bill_page import managed_bill_page
from estate_app.ui.pages.manager.bills.bill_state import ManagedBillState
from estate_app.ui.pages.manager.bills.page import managed_bills_page
from estate_app.ui.pages.manager.bills.state import ManagedBillsState
from tests.fixtures import make
from tests.fixtures.money import OCTOBER, balances, home_bill
from tests.ui.seen import goes_to, markup, toast


def paid_in_cash(uow, cast, bill):
    return collect_at_counter(uow, cast.cashier, bill_ids=[bill.id], means=Means.cash, tendered_fen=30_000, idempotency_key="c")


class TestList:
    URL = "/manage/bills"

    def test_every_bill_of_the_estate_with_its_sums(self, uow, cast, opened):
        bill = home_bill(uow, cast)
        item = make.fee_item(uow, cast.other_estate)
        make.bill(uow, cast.other_home, item)
        page = opened(cast.finance, ManagedBillsState, self.URL)
        assert [(r.number, r.href, r.place, r.item, r.month, r.amount, r.owed, r.due, r.badge.label) for r in page.rows] == [
            (bill.number, f"/manage/bills/{bill.id}", "3栋2单元1501", "物业服务费", "2026年11月", "249.20", "249.20", "11-30", "待缴")
        ]
        assert page.summary == "共 1 张 · 金额 ¥249.20 · 待缴 ¥249.20"
        assert [o.label for o in page.choices.fee_items] == ["物业服务费"]
        assert (page.filters.is_narrowed, page.filters.export) == (False, f"estate_id={cast.estate.id}")

    def test_the_filter_is_the_urls_and_the_export_carries_it(self, uow, cast, opened):
        home_bill(uow, cast)
        older = home_bill(uow, cast, code="second", period=OCTOBER)
        query = f"?period=2026-10&state=open&text=1501&building_id={cast.building.id}&sort=-amount"
        page = opened(cast.finance, ManagedBillsState, self.URL + query, locale="en")
        assert [(r.number, r.place, r.tone, r.badge.label) for r in page.rows] == [(older.number, "3-2-1501", "gray", "Unpaid")]
        assert page.filters.is_narrowed
        assert page.filters.export == (
            f"building_id={cast.building.id}&period=2026-10&state=open&text=1501&estate_id={cast.estate.id}&sort=-amount"
        )

    def test_odd_parameters_narrow_nothing(self, uow, cast, opened):
        home_bill(uow, cast)
        page = opened(cast.finance, ManagedBillsState, f"{self.URL}?period=x&state=king&building_id=9e9&page=-3")
        assert (len(page.rows), page.filters.is_narrowed) == (1, False)

    def test_strangers_read_nothing(self, act, uow, cast):
        home_bill(uow, cast)
        for actor in (cast.owner, cast.worker, cast.dispatcher):
            page = act(actor, ManagedBillsState, url=self.URL)
            assert "权限" in toast(act.run(page.load()))
            assert page.rows == []

    def test_the_page_draws(self):
        drawn = markup(managed_bills_page())
        for mark in (
            "/export/bills.csv?",
            "/export/bills.xlsx?",
            "filter-state",
            "filter-period",
            "filter-fee_item_id",
            "filter-building_id",
        ):
            assert mark in drawn


class TestBill:
    def url(self, bill):
        return f"/manage/bills/{bill.id}"

    def test_it_is_explained_with_its_ledger_and_trail(self, uow, cast, opened):
        bill = home_bill(uow, cast)
        paid = paid_in_cash(uow, cast, bill)
        page = opened(cast.finance, ManagedBillState, self.url(bill))
        view = page.view
        assert [(line.label, line.formula, line.amount) for line in view.lines] == [("物业服务费", "89 × 2.80", "249.20")]
        assert [(p.kind, p.account, p.debit, p.credit) for p in view.postings] == [
            ("开出账单", "应收房间款", "249.20", ""),
            ("开出账单", "收费收入", "", "249.20"),
        ]
        assert [(p.number, p.amount, p.refund_href) for p in view.payments] == [(paid.number, "¥249.20", "")]
        assert view.payments[0].receipt_href.startswith("/receipts/")
        assert view.audit[0].text == f"11-18 10:58 · cashier · 入账 · {paid.number}"
        assert (view.acts.void, view.acts.replace, view.acts.dispute, view.acts.settle, view.acts.collect_href) == (
            True, True, False, False, "",
        )  # fmt: skip

    def test_the_cashier_sees_it_may_collect_but_corrects_nothing(self, act, uow, cast, opened):
        bill = home_bill(uow, cast)
        page = opened(cast.cashier, ManagedBillState, self.url(bill))
        assert (page.view.acts.void, page.view.acts.collect_href, page.view.postings) == (
            False, f"/manage/cashier?room_id={cast.home.id}", [],
        )  # fmt: skip
        page.dialog = "void"
        assert "权限" in toast(act.run(page.correct({"reason": "重复"})))
        assert uow.session.get_one(Bill, bill.id).status is BillStatus.unpaid

    def test_void_with_a_reason_moves_what_was_paid_to_the_room(self, act, uow, cast, opened):
        bill = home_bill(uow, cast)
        paid_in_cash(uow, cast, bill)
        page = opened(cast.finance, ManagedBillState, self.url(bill))
        act.run(page.ask("void"))
        assert [f.label for f in page.view.facts] == ["房号", "金额", "已缴金额", "转为房间余额"]
        assert "账单已作废" in toast(act.run(page.correct({"reason": "重复出账"})))
        assert (uow.session.get_one(Bill, bill.id).void_reason, room_prepaid(uow.session, cast.home.id)) == ("重复出账", 24_920)
        assert (page.dialog, page.is_saving, page.view.acts.void) == ("", False, False)
        assert "重复出账" in page.view.bill.void

    @pytest.mark.parametrize("what", ["void", "replace", "dispute", "settle"])
    def test_without_a_reason_nothing_changes_and_the_dialog_stays(self, act, uow, cast, opened, what):
        bill = home_bill(uow, cast)
        before = balances(uow)
        page = opened(cast.finance, ManagedBillState, self.url(bill))
        act.run(page.ask(what))
        act.run(page.correct({"reason": "  "}))
        assert (list(page.field_errors), page.dialog, page.is_saving) == (["reason"], what, False)
        assert (uow.session.get_one(Bill, bill.id).status, balances(uow)) == (BillStatus.unpaid, before)

    def test_void_and_replace_opens_the_new_bill(self, act, uow, cast, opened):
        bill = home_bill(uow, cast)
        page = opened(cast.finance, ManagedBillState, self.url(bill))
        act.run(page.ask("replace"))
        events = act.run(page.correct({"reason": "面积已更正"}))
        new = uow.session.exec(select(Bill).where(Bill.replaces_id == bill.id)).one()
        assert goes_to(events) == f"/manage/bills/{new.id}"
        assert page.view.bill.replaced_href == f"/manage/bills/{new.id}"
        assert balances(uow)[LedgerAccount.receivable] == 24_920

    def test_dispute_and_settle(self, act, uow, cast, opened):
        bill = home_bill(uow, cast)
        page = opened(cast.finance, ManagedBillState, self.url(bill))
        act.run(page.ask("dispute"))
        act.run(page.correct({"reason": "面积不对"}))
        assert (page.view.acts.settle, page.view.bill.badge.label) == (True, "复核中")
        act.run(page.ask("settle"))
        assert "争议已处理" in toast(act.run(page.correct({"reason": "以房产证为准"})))
        assert uow.session.get_one(Bill, bill.id).status is BillStatus.unpaid
        assert [line.text.split(" · ")[2:] for line in page.view.audit[:2]] == [["异议处理完毕", "以房产证为准"], ["提出异议", "面积不对"]]

    def test_a_resident_s_dispute_is_watched(self, act, uow, cast, opened):
        bill = home_bill(uow, cast)
        page = opened(cast.finance, ManagedBillState, self.url(bill))
        dispute_bill(uow, cast.owner, bill_id=bill.id, reason="看不懂")
        act.run_value(page._refresh(cast.finance))
        assert page.view.acts.settle

    def test_another_estates_bill_does_not_load(self, act, uow, cast, opened):
        other = make.bill(uow, cast.other_home, make.fee_item(uow, cast.other_estate))
        page = act(cast.finance, ManagedBillState, url=self.url(other))
        assert "不存在" in toast(act.run(page.load()))
        assert (page.stage, page.view.bill.number) == ("failed", "")

    def test_the_page_draws(self):
        drawn = markup(managed_bill_page())
        for mark in ("void-bill", "replace-bill", "dispute-bill", "settle-bill", "bill-entries", "void-dialog"):
            assert mark in drawn
