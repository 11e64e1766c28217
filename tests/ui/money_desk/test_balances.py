"""Rooms' balances as finance proposes, a second manager decides, and a cashier hands out."""

from sqlmodel import select

from estate_app.ledger.models import LedgerAccount
from estate_app.payment.balance_orders import propose_order
from estate_app.payment.channel import Means
from estate_app.payment.counter import Handover, top_up_at_counter
from estate_app.payment.desk_models import BalanceOrder, BalanceOrderKind
from estate_app.ui.pages.manager.balances.page import balances_page
from estate_app.ui.pages.manager.balances.state import BalancesState
from tests.fixtures.money import balances
from tests.ui.seen import markup, toast

URL = "/manage/balances"
FORM = {"kind": "payout", "room": "3-2-1501", "amount": "120.00", "reason": "业主迁出"}


def filled(uow, cast):
    paid = Handover(Means.cash, tendered_fen=30_000)
    top_up_at_counter(uow, cast.cashier, room_id=cast.home.id, amount_fen=30_000, paid=paid, idempotency_key="f")


def order(uow, cast):
    filled(uow, cast)
    return propose_order(uow, cast.finance, room_id=cast.home.id, kind=BalanceOrderKind.payout, amount_fen=12_000, reason="业主迁出")


def finance_page(act, cast):
    page = act(cast.finance, BalancesState, url=URL, estate_id=cast.estate.id)
    act.run(page.load())
    return page


class TestBalances:
    def test_a_payout_is_proposed_and_waits_for_another(self, act, uow, cast):
        filled(uow, cast)
        page = finance_page(act, cast)
        act.run(page.begin())
        for wrong, field in (
            ({"amount": "300.01"}, "amount"),
            ({"reason": " "}, "reason"),
            ({"kind": "x"}, "kind"),
            ({"room": "9"}, "room"),
        ):
            act.run(page.propose(FORM | wrong))
            assert (list(page.field_errors), page.dialog) == ([field], "propose")
        assert uow.session.exec(select(BalanceOrder)).all() == []
        assert "另一位" in toast(act.run(page.propose(FORM)))
        (line,) = page.rows
        assert (line.amount, line.place, line.badge.label, line.may_decide) == ("120.00", "3栋2单元1501", "待审批", False)

    def test_the_second_person_approves_and_the_cashier_hands_out(self, act, uow, cast, opened):
        wanted = order(uow, cast)
        page = opened(cast.supervisor, BalancesState, URL)
        act.run(page.ask("give", wanted.id))
        assert page.dialog == ""
        act.run(page.ask("approve", wanted.id))
        assert [fact.value for fact in page.facts] == ["柜台退还", "3栋2单元1501", "¥120.00", "业主迁出"]
        assert "已批准" in toast(act.run(page.decide({})))
        assert balances(uow)[LedgerAccount.refund_due] == -12_000
        till = opened(cast.cashier, BalancesState, f"{URL}?status=approved")
        assert ([line.may_hand_out for line in till.rows], till.may_propose) == ([True], False)
        act.run(till.ask("give", wanted.id))
        act.run(till.give({"means": "transfer", "voucher": ""}))
        assert (list(till.field_errors), till.dialog) == (["voucher"], "give")
        assert "已退还" in toast(act.run(till.give({"means": "cash", "voucher": ""})))
        assert (balances(uow)[LedgerAccount.cash], till.rows, till.dialog) == (18_000, [], "")

    def test_ones_own_proposal_cannot_be_decided(self, act, uow, cast, opened):
        wanted = order(uow, cast)
        page = opened(cast.finance, BalancesState, URL)
        act.run(page.ask("approve", wanted.id))
        assert page.dialog == ""
        page.dialog, page.asked = "approve", page.rows[0]
        assert toast(act.run(page.decide({}))) != ""
        assert LedgerAccount.refund_due not in balances(uow)

    def test_others_read_nothing_and_do_nothing(self, act, uow, cast):
        order(uow, cast)
        page = act(cast.dispatcher, BalancesState, url=URL)
        assert "权限" in toast(act.run(page.load()))
        assert page.rows == []
        auditor = act(cast.auditor, BalancesState, url=URL)
        act.run(auditor.load())
        assert [(line.may_decide, line.may_hand_out) for line in auditor.rows] == [(False, False)]
        assert "权限" in toast(act.run(auditor.propose(FORM)))

    def test_the_page_draws(self):
        drawn = markup(balances_page())
        for mark in ("orders", "propose-dialog", "approve-dialog", "reject-dialog", "give-dialog", "filter-status"):
            assert mark in drawn
