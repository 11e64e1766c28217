"""The ledger with held money, and refunds that need two people."""

from sqlmodel import select

from estate_app.ledger.models import LedgerAccount
from estate_app.ledger.queries import room_prepaid
from estate_app.payment.models import Refund, RefundStatus, Suspense
from estate_app.payment.refunds import propose_refund
from estate_app.ui.pages.manager.ledger.page import ledger_page
from estate_app.ui.pages.manager.ledger.state import LedgerState
from estate_app.ui.pages.manager.refunds.page import refunds_page
from estate_app.ui.pages.manager.refunds.state import RefundsState
from tests.fixtures.money import balances, home_bill
from tests.ui.seen import goes_to, markup, toast


class TestLedger:
    URL = "/manage/ledger"

    def test_the_trial_balance_sums_to_zero(self, uow, cast, opened, online):
        online(home_bill(uow, cast))
        page = opened(cast.finance, LedgerState, self.URL)
        assert [(r.name, r.debit, r.credit, r.debit_balance, r.credit_balance) for r in page.rows] == [
            ("应收房间款", "249.20", "249.20", "—", "—"),
            ("收费收入", "0.00", "249.20", "—", "249.20"),
            ("微信支付待结算", "249.20", "0.00", "249.20", "—"),
        ]
        sums = page.totals
        assert (sums.debit, sums.credit, sums.debit_balance, sums.credit_balance) == ("498.40", "498.40", "249.20", "249.20")
        assert (sums.difference, sums.is_balanced, page.span.until) == ("¥0.00", True, "2026-11-18")

    def test_the_day_is_the_urls(self, act, uow, cast, opened):
        home_bill(uow, cast)
        page = opened(cast.finance, LedgerState, f"{self.URL}?on=2026-11-17")
        assert (page.rows, page.span.until) == ([], "2026-11-17")
        assert goes_to(act.run(page.show_day("2026-10-31"))) == "/manage/ledger?on=2026-10-31"
        assert goes_to(act.run(page.show_day("x"))) == "/manage/ledger"

    def test_held_money_goes_to_the_room(self, act, uow, cast, opened, online):
        online(home_bill(uow, cast), amount_fen=20_000)
        page = opened(cast.finance, LedgerState, self.URL)
        held = page.held[0]
        assert (held.amount, held.source, held.is_booked) == ("200.00", "渠道通知", True)
        act.run(page.ask(held.id))
        assert [o.value for o in page.outcomes] == ["prepaid", "returned"]
        act.run(page.resolve({"note": "少付"}))
        assert (list(page.field_errors), page.asked.id) == (["resolution"], held.id)
        act.run(page.resolve({"resolution": "prepaid", "note": " "}))
        assert (list(page.field_errors), room_prepaid(uow.session, cast.home.id)) == (["note"], 0)
        assert "已处理" in toast(act.run(page.resolve({"resolution": "prepaid", "note": "少付，转余额"})))
        assert (room_prepaid(uow.session, cast.home.id), page.held, page.asked.id) == (20_000, [], 0)
        page = opened(cast.finance, LedgerState, f"{self.URL}?held=resolved")
        assert [line.resolution for line in page.held] == ["转为房间余额 · 少付，转余额"]

    def test_an_auditor_reads_the_ledger_and_resolves_nothing(self, act, uow, cast, opened, online):
        online(home_bill(uow, cast), amount_fen=20_000)
        page = opened(cast.auditor, LedgerState, self.URL)
        assert (page.sees_held, page.held, page.totals.is_balanced) == (False, [], True)
        assert "权限" in toast(act.run(page.resolve({"resolution": "prepaid", "note": "x"})))
        assert uow.session.exec(select(Suspense)).one().resolved_at is None

    def test_the_page_draws(self):
        drawn = markup(ledger_page())
        for mark in ("balanced", "unbalanced", "trial-sum", "resolve-dialog", "until"):
            assert mark in drawn


class TestRefunds:
    URL = "/manage/refunds"

    def test_find_propose_and_wait_for_another(self, act, uow, cast, opened, online):
        payment = online(home_bill(uow, cast))
        page = opened(cast.finance, RefundsState, self.URL)
        act.run(page.begin())
        act.run(page.find({"q": payment.number}))
        assert [(h.number, h.amount, h.left) for h in page.hits] == [(payment.number, "¥249.20", "249.20")]
        act.run(page.choose(payment.id))
        assert page.dialog == "propose"
        act.run(page.propose({"amount": "249.21", "reason": "多收"}))
        assert (list(page.field_errors), page.dialog) == (["amount"], "propose")
        act.run(page.propose({"amount": "49.20", "reason": ""}))
        assert (list(page.field_errors), uow.session.exec(select(Refund)).all()) == (["reason"], [])
        assert "另一位" in toast(act.run(page.propose({"amount": "49.20", "reason": "多收"})))
        assert [(r.amount, r.reason, r.proposer, r.badge.label, r.is_proposed, r.may_decide) for r in page.rows] == [
            ("49.20", "多收", "finance", "待审批", True, False)
        ]
        assert (page.dialog, page.payment.id, balances(uow).get(LedgerAccount.refund_due)) == ("", 0, None)

    def test_ones_own_proposal_cannot_be_approved(self, act, uow, cast, opened, online):
        payment = online(home_bill(uow, cast))
        refund = propose_refund(uow, cast.finance, payment_id=payment.id, amount_fen=4_920, reason="多收")
        page = opened(cast.finance, RefundsState, self.URL)
        act.run(page.ask("approve", refund.id))
        assert page.dialog == ""
        page.dialog, page.asked = "approve", page.rows[0]
        assert toast(act.run(page.decide({}))) != ""
        assert uow.session.get_one(Refund, refund.id).status is RefundStatus.proposed

    def test_the_second_person_approves_or_rejects(self, act, uow, cast, opened, online):
        payment = online(home_bill(uow, cast))
        first = propose_refund(uow, cast.finance, payment_id=payment.id, amount_fen=4_920, reason="多收")
        second = propose_refund(uow, cast.finance, payment_id=payment.id, amount_fen=1_000, reason="误收")
        page = opened(cast.supervisor, RefundsState, f"{self.URL}?status=proposed")
        assert [r.may_decide for r in page.rows] == [True, True]
        act.run(page.ask("approve", first.id))
        assert [f.value for f in page.facts] == ["¥49.20", payment.number, "finance", "多收"]
        assert "已批准" in toast(act.run(page.decide({})))
        assert balances(uow)[LedgerAccount.refund_due] == -4_920
        act.run(page.ask("reject", second.id))
        assert "已驳回" in toast(act.run(page.decide({})))
        assert (uow.session.get_one(Refund, second.id).status, page.rows, page.dialog) == (RefundStatus.rejected, [], "")

    def test_a_link_opens_the_proposal(self, act, uow, cast, opened, online):
        payment = online(home_bill(uow, cast))
        page = opened(cast.finance, RefundsState, f"{self.URL}?payment_id={payment.id}")
        assert (page.dialog, page.payment.number) == ("propose", payment.number)
        assert goes_to(act.run(page.keep())) == "/manage/refunds"

    def test_others_read_nothing(self, act, cast):
        page = act(cast.cashier, RefundsState, url=self.URL)
        assert "权限" in toast(act.run(page.load()))
        assert page.rows == []

    def test_the_page_draws(self):
        drawn = markup(refunds_page())
        for mark in ("new-refund", "approve-dialog", "reject-dialog", "propose-dialog", "find-payment", "filter-status"):
            assert mark in drawn
