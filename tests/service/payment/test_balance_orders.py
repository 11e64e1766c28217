"""A room's balance brought forward or paid out: two persons and a cashier, each fen once."""

import pytest
from sqlmodel import func, select

from estate_app.access.permission import PermissionSet
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.pagination import PageRequest
from estate_app.ledger.models import Journal, LedgerAccount
from estate_app.ledger.queries import room_prepaid
from estate_app.notification.models import InboxItem
from estate_app.payment.balance_orders import decide_order, hand_out_balance, list_orders, propose_order
from estate_app.payment.channel import Means
from estate_app.payment.counter import Handover, pay_from_balance, top_up_at_counter
from estate_app.payment.day_close import close_day, day_figures
from estate_app.payment.desk_models import BalanceOrder, BalanceOrderKind, OrderStatus
from tests.fixtures import make
from tests.fixtures.money import balances, home_bill

PAYOUT, OPENING = BalanceOrderKind.payout, BalanceOrderKind.opening


def filled(uow, cast, amount=30_000):
    paid = Handover(Means.cash, tendered_fen=amount)
    return top_up_at_counter(uow, cast.cashier, room_id=cast.home.id, amount_fen=amount, paid=paid, idempotency_key=f"f-{amount}")


def propose(uow, cast, kind=PAYOUT, amount=12_000, *, actor=None, room=None, reason="业主迁出"):
    return propose_order(uow, actor or cast.finance, room_id=(room or cast.home).id, kind=kind, amount_fen=amount, reason=reason)


def decide(uow, actor, order, *, is_approved=True):
    return decide_order(uow, actor, order_id=order.id, is_approved=is_approved)


def hand_out(uow, cast, order, means=Means.cash, voucher="", *, actor=None):
    return hand_out_balance(uow, actor or cast.cashier, order_id=order.id, means=means, voucher=voucher)


def prepaid(uow, cast) -> int:
    return room_prepaid(uow.session, cast.home.id)


class TestPayout:
    def test_it_leaves_the_balance_with_the_second_persons_word_and_the_till_when_handed_out(self, uow, cast):
        filled(uow, cast)
        order = propose(uow, cast)
        assert (order.status, prepaid(uow, cast)) == (OrderStatus.proposed, 30_000)
        decide(uow, cast.supervisor, order)
        assert (order.status, prepaid(uow, cast), balances(uow)[LedgerAccount.refund_due]) == (OrderStatus.approved, 18_000, -12_000)
        hand_out(uow, cast, order)
        assert order.status is OrderStatus.done
        assert balances(uow) == {LedgerAccount.cash: 18_000, LedgerAccount.prepaid: -18_000}
        told = uow.session.exec(select(func.count()).where(InboxItem.event == "balance", InboxItem.account_id == cast.owner.id)).one()
        assert told == 2

    def test_it_stands_in_the_cashiers_day(self, uow, cast):
        filled(uow, cast)
        order = propose(uow, cast)
        decide(uow, cast.supervisor, order)
        hand_out(uow, cast, order)
        figures = day_figures(uow.session, cashier_id=cast.cashier.id, estate_id=cast.estate.id, on=business_date(uow.now))
        assert (figures.expected_fen, [line.amount_fen for line in figures.lines]) == (18_000, [30_000, -12_000])
        close_day(uow, cast.cashier, estate_id=cast.estate.id, business_on=business_date(uow.now), counted_fen=18_000)

    def test_what_is_approved_cannot_be_spent_any_more(self, uow, cast):
        filled(uow, cast)
        bill = home_bill(uow, cast)
        decide(uow, cast.supervisor, propose(uow, cast))
        with pytest.raises(ConflictError):
            pay_from_balance(uow, cast.owner, bill_ids=[bill.id], idempotency_key="p")
        assert (prepaid(uow, cast), bill.paid_fen) == (18_000, 0)

    def test_what_was_spent_meanwhile_cannot_be_approved(self, uow, cast):
        filled(uow, cast)
        bill, order = home_bill(uow, cast), propose(uow, cast)
        pay_from_balance(uow, cast.owner, bill_ids=[bill.id], idempotency_key="p")
        before = balances(uow)
        with pytest.raises(ConflictError):
            decide(uow, cast.supervisor, order)
        assert balances(uow) == before

    @pytest.mark.parametrize("amount", [0, -1, 30_001, 10**12])
    def test_an_amount_that_the_room_does_not_have_is_refused(self, uow, cast, amount):
        filled(uow, cast)
        with pytest.raises(InvalidError) as caught:
            propose(uow, cast, amount=amount)
        assert (caught.value.field, uow.session.exec(select(BalanceOrder)).all()) == ("amount", [])

    def test_it_is_handed_out_once_and_only_when_approved(self, uow, cast):
        filled(uow, cast)
        order = propose(uow, cast)
        with pytest.raises(ConflictError):
            hand_out(uow, cast, order)
        decide(uow, cast.supervisor, order)
        with pytest.raises(InvalidError) as caught:
            hand_out(uow, cast, order, Means.transfer)
        assert caught.value.field == "voucher"
        hand_out(uow, cast, order, Means.transfer, "20261118000099")
        assert (order.voucher, balances(uow)[LedgerAccount.bank]) == ("20261118000099", -12_000)
        with pytest.raises(ConflictError):
            hand_out(uow, cast, order)
        assert balances(uow)[LedgerAccount.bank] == -12_000


class TestOpening:
    def test_it_is_brought_forward_against_the_opening_account(self, uow, cast):
        order = propose(uow, cast, OPENING, 45_600, reason="旧系统余额")
        assert balances(uow) == {}
        decide(uow, cast.supervisor, order)
        assert (order.status, balances(uow)) == (OrderStatus.done, {LedgerAccount.opening: 45_600, LedgerAccount.prepaid: -45_600})
        assert prepaid(uow, cast) == 45_600
        with pytest.raises(ConflictError):
            hand_out(uow, cast, order)

    @pytest.mark.parametrize("amount", [0, -1, 5_000_001])
    def test_an_amount_that_no_room_has_is_refused(self, uow, cast, amount):
        with pytest.raises(InvalidError):
            propose(uow, cast, OPENING, amount)
        assert uow.session.exec(select(Journal)).all() == []


class TestTwoPersons:
    @pytest.mark.parametrize("kind", [PAYOUT, OPENING])
    def test_nobody_decides_an_own_proposal_and_it_is_decided_once(self, uow, cast, kind):
        filled(uow, cast)
        order, before = propose(uow, cast, kind), balances(uow)
        with pytest.raises(ConflictError):
            decide(uow, cast.finance, order)
        assert balances(uow) == before
        decide(uow, cast.supervisor, order)
        after = balances(uow)
        with pytest.raises(ConflictError):
            decide(uow, cast.supervisor, order, is_approved=False)
        assert balances(uow) == after

    def test_rejected_nothing_moves(self, uow, cast):
        filled(uow, cast)
        order, before = propose(uow, cast), balances(uow)
        decide(uow, cast.supervisor, order, is_approved=False)
        assert (order.status, balances(uow)) == (OrderStatus.rejected, before)
        with pytest.raises(ConflictError):
            hand_out(uow, cast, order)

    def test_a_reason_is_needed(self, uow, cast):
        filled(uow, cast)
        for reason in ("", "  ", "长" * 201):
            with pytest.raises(InvalidError):
                propose(uow, cast, reason=reason)

    def test_strangers_propose_decide_hand_out_and_see_nothing(self, uow, cast):
        filled(uow, cast)
        order, before = propose(uow, cast), balances(uow)
        foreign = make.manager(uow, "外", "13800000041", PermissionSet.finance, cast.other_estate)
        foreign_till = make.manager(uow, "外柜", "13800000042", PermissionSet.cashier, cast.other_estate)
        for actor in (cast.owner, cast.worker, cast.cashier, cast.auditor, cast.dispatcher):
            with pytest.raises(ForbiddenError):
                propose(uow, cast, actor=actor)
            with pytest.raises(ForbiddenError):
                decide(uow, actor, order)
        for call in (lambda: propose(uow, cast, actor=foreign), lambda: decide(uow, foreign, order)):
            with pytest.raises(NotFoundError):
                call()
        with pytest.raises(ForbiddenError):
            hand_out(uow, cast, order, actor=cast.finance)
        with pytest.raises(NotFoundError):
            hand_out(uow, cast, order, actor=foreign_till)
        with pytest.raises(ForbiddenError):
            list_orders(uow.session, cast.owner, page=PageRequest())
        assert list_orders(uow.session, foreign, page=PageRequest()).total == 0
        assert (order.status, balances(uow)) == (OrderStatus.proposed, before)

    def test_the_list_offers_each_what_is_his(self, uow, cast):
        filled(uow, cast)
        order = propose(uow, cast)
        (row,) = list_orders(uow.session, cast.supervisor, page=PageRequest()).rows
        assert (row.may_decide, row.may_hand_out, row.place, row.proposer) == (True, False, "3栋2单元1501", cast.finance.name)
        assert list_orders(uow.session, cast.finance, page=PageRequest()).rows[0].may_decide is False
        decide(uow, cast.supervisor, order)
        assert list_orders(uow.session, cast.cashier, page=PageRequest(), status=OrderStatus.approved).rows[0].may_hand_out is True
        assert list_orders(uow.session, cast.cashier, page=PageRequest(), status=OrderStatus.proposed).total == 0


def test_ten_cashiers_at_once_hand_it_out_once(committed):
    cast = committed.cast()

    def prepare(uow):
        filled(uow, cast)
        order = propose(uow, cast)
        return decide(uow, cast.supervisor, order).id

    order_id = committed.run(prepare)
    results = committed.at_once([lambda uow: hand_out_balance(uow, cast.cashier, order_id=order_id, means=Means.cash)] * 10)
    assert sorted(type(result).__name__ for result in results) == ["BalanceOrder"] + ["ConflictError"] * 9
    assert committed.run(balances) == {LedgerAccount.cash: 18_000, LedgerAccount.prepaid: -18_000}
