"""Reconciliation and bank arrivals as finance works them off, and what auditors and strangers see of them."""

import pytest
from sqlmodel import select

from estate_app.export import export_file, find_export
from estate_app.importing.arrivals import import_arrivals
from estate_app.ledger.models import LedgerAccount
from estate_app.payment.models import PaymentStatus
from estate_app.payment.reconciliation.comparing import compare
from estate_app.payment.reconciliation.models import ItemState, ReconciliationItem
from estate_app.ui.pages.manager.arrivals.page import arrivals_page
from estate_app.ui.pages.manager.arrivals.state import ArrivalsState
from estate_app.ui.pages.manager.reconciliation.page import reconciliation_page
from estate_app.ui.pages.manager.reconciliation.state import ReconciliationState
from tests.fixtures.money import balances, home_bill
from tests.service.payment.reconciliation.conftest import YESTERDAY, line, pay, statement
from tests.service.payment.reconciliation.test_arrivals import BANK
from tests.ui.seen import goes_to, markup, toast

URL = "/manage/reconciliation"


@pytest.fixture
def day(uow, cast):
    """A day with a lost callback, a short amount, and one that agrees."""
    good, short, lost = pay(uow, cast), pay(uow, cast, amount=20_000), pay(uow, cast, amount=3_000, is_settled=False)
    compare(uow, cast.finance, statement(line(good), line(short, amount_fen=19_774), line(lost)))
    uow.flush()
    return good, short, lost


class TestReconciliation:
    def test_the_day_shows_both_sides_and_the_largest_difference_beside_the_list(self, cast, opened, day):
        page = opened(cast.finance, ReconciliationState, URL)
        seen = page.day
        assert (seen.on, seen.off, seen.off_tone, seen.open, seen.matched) == (YESTERDAY.isoformat(), "¥27.74", "red", 2, 1)
        assert [(row.badge.label, row.local, row.channel, row.off) for row in page.rows] == [
            ("渠道多账", "—", "30.00", "+30.00"),
            ("金额不符", "200.00", "197.74", "−2.26"),
        ]
        case = page.chosen
        assert (case.position, [option.value for option in case.actions]) == ("1 / 2", ["book", "refund", "suspend", "note"])
        assert [(side.ours, side.theirs, side.is_off) for side in case.sides[:2]] == [("待支付", "支付成功", True), ("—", "30.00", True)]

    def test_a_difference_is_booked_with_a_reason_and_the_next_one_follows(self, act, uow, cast, opened, day):
        page = opened(cast.finance, ReconciliationState, URL)
        act.run(page.resolve({"note": " "}))
        assert (list(page.field_errors), day[2].status) == (["note"], PaymentStatus.pending)
        assert "已处理" in toast(act.run(page.resolve({"note": "已核对商户后台"})))
        assert (day[2].status, balances(uow)[LedgerAccount.clearing_wechat]) == (PaymentStatus.paid, 33_000 - 198)
        assert ([row.badge.label for row in page.rows], page.chosen.position) == (["金额不符"], "1 / 1")
        page = opened(cast.finance, ReconciliationState, f"{URL}?tab=resolved")
        assert [row.badge.label for row in page.rows] == ["渠道多账"]
        assert "补记入账 · 已入账 · 已核对商户后台" in page.chosen.done

    def test_next_goes_round_and_filters_live_in_the_url(self, act, cast, opened, day):
        page = opened(cast.finance, ReconciliationState, URL)
        first, second = (row.id for row in page.rows)
        act.run(page.choose(second))
        assert (page.chosen.id, page.action) == (second, "reverse")
        act.run(page.choose(first))
        assert (page.chosen.id, page.action) == (first, "book")
        assert goes_to(act.run(page.narrow("kind", "amount"))) == f"{URL}?kind=amount"
        assert goes_to(act.run(page.search({"q": "3-2-1501"}))) == f"{URL}?q=3-2-1501"
        page = opened(cast.finance, ReconciliationState, f"{URL}?kind=amount")
        assert [row.off for row in page.rows] == ["−2.26"]
        assert f"on={YESTERDAY.isoformat()}" in page.filters.export
        assert opened(cast.finance, ReconciliationState, f"{URL}?q=nothing").rows == []

    def test_an_adjustment_is_proposed_by_one_and_approved_by_another(self, act, uow, cast, opened, day):
        page = opened(cast.finance, ReconciliationState, f"{URL}?kind=amount")
        assert [option.value for option in page.chosen.actions] == ["reverse", "absorb", "note"]
        act.run(page.pick("absorb"))
        assert "另一位" in toast(act.run(page.resolve({"note": "渠道少结"})))
        assert ([row.badge.label for row in page.rows], page.chosen.actions) == (["待审批"], [])
        other = opened(cast.supervisor, ReconciliationState, f"{URL}?kind=amount")
        assert ([option.value for option in other.chosen.actions], other.chosen.is_decision) == (["approve", "reject"], True)
        assert "渠道少结" in other.chosen.why
        act.run(other.resolve({}))
        money = balances(uow)
        assert (money[LedgerAccount.channel_difference], other.rows) == (226, [])
        page = opened(cast.finance, ReconciliationState, f"{URL}?tab=resolved")
        assert "账目已调整" in page.chosen.done

    def test_the_export_has_the_same_filter(self, uow, cast, day):
        query = {"on": YESTERDAY.isoformat(), "tab": "open", "kind": "amount"}
        _, content = export_file(uow, cast.finance, find_export("reconciliation"), query, kind="csv", locale="zh")
        rows = content.decode("utf-8-sig").splitlines()
        assert (len(rows), "金额不符" in rows[1], day[1].number in rows[1]) == (2, True, True)

    def test_an_auditor_reads_and_a_cashier_does_not(self, act, uow, cast, opened, day):
        page = opened(cast.auditor, ReconciliationState, URL)
        assert (len(page.rows), page.chosen.actions, page.day.is_closable) == (2, [], False)
        assert "权限" in toast(act.run(page.resolve({"note": "x"})))
        assert opened(cast.cashier, ReconciliationState, URL).rows == []
        states = uow.session.exec(select(ReconciliationItem.state).order_by(ReconciliationItem.id)).all()
        assert sorted(states) == [ItemState.matched, ItemState.open, ItemState.open]

    def test_the_page_draws(self):
        drawn = markup(reconciliation_page())
        for mark in ("sums", "lines", "case", "upload-sheet", "close-dialog", "recent", "export-csv", "filter-kind"):
            assert mark in drawn


class TestArrivals:
    def test_a_suggestion_is_confirmed_and_another_arrival_rejected(self, act, uow, cast, opened):
        bill = home_bill(uow, cast)
        import_arrivals(uow, cast.finance, estate_id=cast.estate.id, content=BANK.encode())
        page = act(cast.finance, ArrivalsState, url=f"{URL}/bank", estate_id=cast.estate.id)
        act.run(page.load())
        fitting, other = (next(row for row in page.rows if row.amount == amount) for amount in ("¥249.20", "¥500.00"))
        assert [(hit.kind, hit.is_likely) for hit in fitting.hits] == [("未缴账单", True)]
        assert fitting.hits[0].why == "附言提到 3栋2单元1501 · 付款人为林父 · 金额相同"
        act.run(page.ask("confirm", fitting.id, fitting.hits[0].key))
        assert "已确认" in toast(act.run(page.decide({})))
        uow.session.refresh(uow.session.get(type(bill), bill.id))
        assert balances(uow)[LedgerAccount.bank] == 24_920
        act.run(page.ask("reject", other.id, ""))
        act.run(page.decide({"note": ""}))
        assert (list(page.field_errors), page.dialog) == (["note"], "reject")
        act.run(page.decide({"note": "装修保证金"}))
        assert (page.rows, page.dialog) == ([], "")

    def test_the_page_draws(self):
        drawn = markup(arrivals_page())
        for mark in ("arrivals", "upload-sheet", "confirm-dialog", "reject-dialog"):
            assert mark in drawn
