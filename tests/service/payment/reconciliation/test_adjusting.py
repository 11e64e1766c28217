"""The books adjusted to a channel: two persons, by reason, exactly once; nothing moves before the second one's word."""

import pytest
from sqlmodel import func, select

from estate_app.access.permission import PermissionSet
from estate_app.billing.models import Bill, BillStatus
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.ledger.models import Journal, LedgerAccount
from estate_app.ledger.queries import room_prepaid
from estate_app.notification.models import InboxItem
from estate_app.payment.gateway_registry import channels
from estate_app.payment.models import PaymentItem, PaymentStatus, Receipt, Refund, RefundStatus
from estate_app.payment.reconciliation.comparing import compare
from estate_app.payment.reconciliation.models import Action, ItemState, ReconciliationItem
from estate_app.payment.reconciliation.queries import find_item
from estate_app.payment.reconciliation.resolving import decide_adjustment, resolve_item
from estate_app.payment.reconciliation.service import close_day
from estate_app.payment.refunds import approve_refund, propose_refund
from tests.fixtures import make
from tests.fixtures.money import balances, vendor
from tests.service.payment.reconciliation.conftest import YESTERDAY, line, pay, statement

CLEARING = LedgerAccount.clearing_wechat
FEE = 60  # of 100 yuan, which is 10,000 fen
SHORT = 9_000


def only(uow) -> ReconciliationItem:
    return uow.session.exec(select(ReconciliationItem)).one()


def short(uow, cast, **changes):
    """A payment of 100 yuan of which the channel holds 90 (or what `changes` say), compared."""
    payment = pay(uow, cast)
    compare(uow, cast.finance, statement(line(payment, **({"amount_fen": SHORT} | changes))))
    return payment, only(uow)


def lost(uow, cast):
    """A payment of 100 yuan that the channel does not have."""
    payment = pay(uow, cast)
    compare(uow, cast.finance, statement())
    return payment, only(uow)


def propose(uow, cast, item, action, note="已与渠道核对"):
    return resolve_item(uow, cast.finance, item_id=item.id, action=action, note=note)


def decide(uow, actor, item, *, is_approved=True):
    return decide_adjustment(uow, actor, item_id=item.id, is_approved=is_approved)


def bill_of(uow, payment) -> Bill:
    of_payment = select(Bill).join(PaymentItem, PaymentItem.bill_id == Bill.id).where(PaymentItem.payment_id == payment.id)
    return uow.session.exec(of_payment).one()


class TestReverse:
    def test_what_the_channel_lacks_of_a_payment_is_asked_for_again_once_two_agree(self, uow, cast):
        payment, item = short(uow, cast)
        before = balances(uow)
        propose(uow, cast, item, Action.reverse)
        assert (item.state, item.action, balances(uow)) == (ItemState.proposed, Action.reverse, before)
        decide(uow, cast.supervisor, item)
        bill = bill_of(uow, payment)
        assert (bill.status, bill.paid_fen, item.state, item.outcome) == (BillStatus.partly_paid, SHORT, ItemState.resolved, "adjusted")
        assert balances(uow)[CLEARING] == SHORT - FEE
        refund = uow.session.exec(select(Refund)).one()
        assert (refund.amount_fen, refund.status, refund.is_outside) == (1_000, RefundStatus.done, True)
        assert (refund.proposed_by, refund.decided_by) == (cast.finance.id, cast.supervisor.id)
        reversing = uow.session.exec(select(Receipt).where(Receipt.reverses_id.is_not(None))).one()
        assert (reversing.content["total_fen"], reversing.refund_id) == (-1_000, refund.id)
        assert LedgerAccount.refund_due not in balances(uow)

    def test_a_payment_that_the_channel_does_not_have_is_reversed_whole(self, uow, cast):
        payment, item = lost(uow, cast)
        propose(uow, cast, item, Action.reverse)
        decide(uow, cast.supervisor, item)
        bill = bill_of(uow, payment)
        assert (bill.status, bill.paid_fen, CLEARING in balances(uow)) == (BillStatus.unpaid, 0, False)

    def test_a_rerun_neither_lists_it_again_nor_misses_the_reversal_in_the_statement(self, uow, cast):
        payment, item = short(uow, cast)
        propose(uow, cast, item, Action.reverse)
        day = statement(line(payment, amount_fen=SHORT))
        compare(uow, cast.finance, day)
        assert only(uow).state is ItemState.proposed
        decide(uow, cast.supervisor, only(uow))
        money = balances(uow)
        compare(uow, cast.finance, day)
        assert ([row.state for row in uow.session.exec(select(ReconciliationItem))], balances(uow)) == ([ItemState.resolved], money)

    def test_money_that_has_gone_back_meanwhile_cannot_be_reversed_too(self, uow, cast):
        payment, item = lost(uow, cast)
        propose(uow, cast, item, Action.reverse)
        proposal = propose_refund(uow, cast.finance, payment_id=payment.id, amount_fen=1, reason="多收")
        approve_refund(uow, cast.supervisor, refund_id=proposal.id)
        money = balances(uow)
        with pytest.raises(ConflictError):
            decide(uow, cast.supervisor, item)
        assert (balances(uow), payment.status) == (money, PaymentStatus.paid)

    def test_a_later_refund_gives_back_no_more_than_what_came(self, uow, cast):
        payment, item = short(uow, cast)
        propose(uow, cast, item, Action.reverse)
        decide(uow, cast.supervisor, item)
        with pytest.raises(InvalidError):
            propose_refund(uow, cast.finance, payment_id=payment.id, amount_fen=SHORT + 1, reason="多收")


class TestAbsorbAndCredit:
    @pytest.mark.parametrize("held", [9_000, 11_000])
    def test_the_company_bears_what_is_short_and_keeps_what_is_over(self, uow, cast, held):
        payment, item = short(uow, cast, amount_fen=held)
        propose(uow, cast, item, Action.absorb)
        decide(uow, cast.supervisor, item)
        money = balances(uow)
        assert (money[CLEARING], money[LedgerAccount.channel_difference]) == (held - FEE, 10_000 - held)
        assert (bill_of(uow, payment).status, sum(money.values())) == (BillStatus.paid, 0)

    def test_what_the_channel_has_more_becomes_the_rooms_balance(self, uow, cast):
        payment, item = short(uow, cast, amount_fen=10_500)
        propose(uow, cast, item, Action.credit)
        decide(uow, cast.supervisor, item)
        assert (balances(uow)[CLEARING], room_prepaid(uow.session, payment.room_id)) == (10_500 - FEE, 500)

    @pytest.mark.parametrize(("held", "action"), [(9_000, Action.credit), (11_000, Action.reverse), (9_000, Action.book)])
    def test_what_does_not_fit_the_difference_is_refused(self, uow, cast, held, action):
        _, item = short(uow, cast, amount_fen=held)
        before = balances(uow)
        with pytest.raises(InvalidError):
            propose(uow, cast, item, action)
        assert (only(uow).state, balances(uow)) == (ItemState.open, before)


class TestTwoPersons:
    def test_nobody_decides_an_own_proposal(self, uow, cast):
        _, item = short(uow, cast)
        propose(uow, cast, item, Action.absorb)
        before = balances(uow)
        for is_approved in (True, False):
            with pytest.raises(ConflictError):
                decide(uow, cast.finance, item, is_approved=is_approved)
        assert (only(uow).state, balances(uow)) == (ItemState.proposed, before)

    def test_it_is_decided_once(self, uow, cast):
        _, item = short(uow, cast)
        propose(uow, cast, item, Action.absorb)
        decide(uow, cast.supervisor, item)
        after, entries = balances(uow), uow.session.exec(select(func.count()).select_from(Journal)).one()
        for is_approved in (True, False):
            with pytest.raises(ConflictError):
                decide(uow, cast.supervisor, item, is_approved=is_approved)
        with pytest.raises(ConflictError):
            propose(uow, cast, item, Action.absorb)
        assert (balances(uow), uow.session.exec(select(func.count()).select_from(Journal)).one()) == (after, entries)

    def test_rejected_it_is_open_again_and_nothing_has_moved(self, uow, cast):
        _, item = short(uow, cast)
        before = balances(uow)
        propose(uow, cast, item, Action.absorb)
        decide(uow, cast.supervisor, item, is_approved=False)
        assert (item.state, item.action, item.proposed_by, balances(uow)) == (ItemState.open, None, None, before)
        propose(uow, cast, item, Action.reverse, note="再次核对")
        assert item.state is ItemState.proposed

    def test_the_second_person_is_told_and_offered_the_decision_and_the_first_is_not(self, uow, cast):
        _, item = short(uow, cast)
        propose(uow, cast, item, Action.absorb)
        told = set(uow.session.exec(select(InboxItem.account_id).where(InboxItem.event == "adjustment")))
        assert cast.supervisor.id in told
        assert cast.finance.id not in told
        assert find_item(uow.session, cast.supervisor, item.id).actions == (Action.approve, Action.reject)
        assert find_item(uow.session, cast.finance, item.id).actions == ()
        assert find_item(uow.session, cast.auditor, item.id).actions == ()

    def test_a_day_with_a_proposal_cannot_be_closed(self, uow, cast, anyone):
        with vendor():
            payment = pay(uow, cast)
            for channel in channels():
                rows = (line(payment, amount_fen=SHORT),) if channel is payment.channel else ()
                compare(uow, anyone, statement(*rows, channel=channel))
            resolve_item(uow, anyone, item_id=only(uow).id, action=Action.absorb, note="核对")
            with pytest.raises(ConflictError):
                close_day(uow, anyone, day=YESTERDAY)

    def test_strangers_decide_nothing(self, uow, cast):
        _, item = short(uow, cast)
        propose(uow, cast, item, Action.absorb)
        before = balances(uow)
        foreign = make.manager(uow, "外", "13800000041", PermissionSet.finance, cast.other_estate)
        for actor in (cast.owner, cast.worker, cast.cashier, cast.dispatcher, cast.auditor):
            with pytest.raises(ForbiddenError):
                decide(uow, actor, item)
        with pytest.raises(NotFoundError):
            decide(uow, foreign, item)
        with pytest.raises(NotFoundError):
            decide_adjustment(uow, cast.supervisor, item_id=item.id + 1_000, is_approved=True)
        assert (only(uow).state, balances(uow)) == (ItemState.proposed, before)
