"""A day compared with its statement: what is written, that it may be repeated, midnight, fees exactly once, and strangers."""

from datetime import timedelta

import pytest
from sqlmodel import func, select

from estate_app.access.permission import PermissionSet
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.kit.clock import at_local
from estate_app.kit.pagination import PageRequest
from estate_app.ledger.models import Journal, JournalKind, LedgerAccount
from estate_app.notification.models import InboxItem
from estate_app.payment.gateway_registry import channels
from estate_app.payment.models import PaymentStatus, Refund, Suspense
from estate_app.payment.reconciliation.comparing import compare
from estate_app.payment.reconciliation.models import Action, Difference, ItemState, ReconciliationItem, ReconciliationRun
from estate_app.payment.reconciliation.queries import ItemFilter, days_of_channels, find_item, list_items
from estate_app.payment.reconciliation.resolving import resolve_item
from estate_app.payment.reconciliation.service import close_day
from tests.fixtures import make
from tests.fixtures.money import balances, vendor
from tests.service.payment.reconciliation.conftest import PAID_AT, YESTERDAY, line, pay, statement


def lines(uow) -> list[tuple]:
    rows = uow.session.exec(select(ReconciliationItem).order_by(ReconciliationItem.item_key)).all()
    return [(row.kind.value, row.state.value, row.local_fen, row.channel_fen) for row in rows]


def only(uow) -> ReconciliationItem:
    return uow.session.exec(select(ReconciliationItem).where(ReconciliationItem.state == ItemState.open)).one()


class TestCompare:
    def test_every_line_is_written_with_the_sums_of_both_sides(self, uow, cast):
        good, less, lost = pay(uow, cast), pay(uow, cast, amount=20_000), pay(uow, cast, amount=5_000)
        late = pay(uow, cast, amount=3_000, is_settled=False)
        run = compare(uow, cast.finance, statement(line(good), line(less, amount_fen=19_000), line(late)))
        uow.session.expire_all()
        assert sorted(lines(uow), key=str) == sorted(
            [
                ("matched", "matched", 10_000, 10_000),
                ("amount", "open", 20_000, 19_000),
                ("platform_only", "open", 5_000, None),
                ("channel_only", "open", None, 3_000),
            ],
            key=str,
        )
        assert (run.local_count, run.local_paid_fen, run.channel_count, run.channel_paid_fen) == (3, 35_000, 3, 32_000)
        assert (lost.status, late.status) == (PaymentStatus.paid, PaymentStatus.pending)

    def test_a_rerun_changes_nothing_and_keeps_what_was_resolved(self, uow, cast):
        good, lost = pay(uow, cast), pay(uow, cast, amount=5_000)
        compare(uow, cast.finance, statement(line(good)))
        resolve_item(uow, cast.finance, item_id=only(uow).id, action=Action.note, note="渠道次日补发")
        before, money = lines(uow), balances(uow)
        run = compare(uow, cast.finance, statement(line(good)))
        assert (lines(uow), balances(uow), run.run_count) == (before, money, 2)
        assert ("platform_only", "resolved", lost.amount_fen, None) in before
        notices = uow.session.scalar(
            select(func.count()).where(InboxItem.event == "reconciliation", InboxItem.account_id == cast.finance.id)
        )
        assert notices == 1

    def test_the_fee_is_an_expense_once_and_a_disputed_one_only_when_accepted(self, uow, cast):
        good, dear = pay(uow, cast), pay(uow, cast, amount=20_000)
        day = statement(line(good), line(dear, fee_fen=500))
        for _ in range(2):
            compare(uow, cast.finance, day)
        assert balances(uow)[LedgerAccount.channel_fee] == 60
        item = only(uow)
        assert (item.kind, item.expected_fee_fen, item.channel_fee_fen) == (Difference.fee, 120, 500)
        resolve_item(uow, cast.finance, item_id=item.id, action=Action.accept_fee, note="渠道临时费率")
        compare(uow, cast.finance, day)
        money = balances(uow)
        assert (money[LedgerAccount.channel_fee], money[LedgerAccount.clearing_wechat]) == (560, 30_000 - 560)
        journals = uow.session.scalar(select(func.count()).where(Journal.kind == JournalKind.settlement_fee))
        assert journals == 2

    def test_a_payment_just_before_midnight_is_matched_with_the_next_day_and_told_of_once(self, uow, cast):
        payment = pay(uow, cast, paid_at=at_local(YESTERDAY) - timedelta(seconds=10))
        before = YESTERDAY - timedelta(days=1)
        compare(uow, cast.finance, statement(day=before))
        assert lines(uow) == [("platform_only", "carried", 10_000, None)]
        compare(uow, cast.finance, statement(line(payment)))
        assert lines(uow) == [("matched", "matched", 10_000, 10_000)]
        compare(uow, cast.finance, statement(day=before))
        assert lines(uow) == [("matched", "matched", 10_000, 10_000)]

    def test_what_the_next_day_lacks_too_becomes_a_difference(self, uow, cast):
        pay(uow, cast, paid_at=at_local(YESTERDAY) - timedelta(seconds=10))
        compare(uow, cast.finance, statement(day=YESTERDAY - timedelta(days=1)))
        compare(uow, cast.finance, statement())
        assert lines(uow) == [("platform_only", "open", 10_000, None)]

    def test_a_payment_that_the_day_before_holds_is_not_missed_today(self, uow, cast):
        payment = pay(uow, cast, paid_at=at_local(YESTERDAY) + timedelta(seconds=5))
        compare(uow, cast.finance, statement(line(payment), day=YESTERDAY - timedelta(days=1)))
        compare(uow, cast.finance, statement())
        assert lines(uow) == [("matched", "matched", 10_000, 10_000)]

    def test_a_closed_day_stays(self, uow, cast, anyone):
        payment = pay(uow, cast)
        with vendor():
            with pytest.raises(ConflictError):
                close_day(uow, anyone, day=YESTERDAY)
            live = channels()
            for channel in live:
                compare(uow, anyone, statement(channel=channel))
            with pytest.raises(ConflictError):
                close_day(uow, anyone, day=YESTERDAY)
            resolve_item(uow, anyone, item_id=only(uow).id, action=Action.note, note="已查")
            assert close_day(uow, anyone, day=YESTERDAY) == len(live)
        with pytest.raises(ConflictError):
            compare(uow, anyone, statement(line(payment)))
        assert lines(uow) == [("platform_only", "resolved", 10_000, None)]


class TestResolving:
    def test_booking_settles_the_payment_as_its_callback_would_have(self, uow, cast):
        payment = pay(uow, cast, is_settled=False)
        compare(uow, cast.finance, statement(line(payment)))
        item = resolve_item(uow, cast.finance, item_id=only(uow).id, action=Action.book, note="已核对商户后台")
        assert (item.outcome, payment.status, payment.paid_at) == ("booked", PaymentStatus.paid, PAID_AT)
        assert balances(uow)[LedgerAccount.clearing_wechat] == 10_000 - 60
        compare(uow, cast.finance, statement(line(payment)))
        assert lines(uow) == [("channel_only", "resolved", None, 10_000)]
        with pytest.raises(ConflictError):
            resolve_item(uow, cast.finance, item_id=item.id, action=Action.book, note="再来一次")
        assert balances(uow)[LedgerAccount.clearing_wechat] == 10_000 - 60

    def test_money_of_an_unknown_order_is_held(self, uow, cast, anyone):
        payment = pay(uow, cast)
        stranger = line(payment, order_no="ZF99999999", transaction_id="4299999999", amount_fen=7_000, fee_fen=42)
        compare(uow, anyone, statement(line(payment), stranger))
        with vendor():
            resolve_item(uow, anyone, item_id=only(uow).id, action=Action.book, note="查不到订单")
        held = uow.session.exec(select(Suspense)).one()
        assert (held.order_number, held.amount_fen, held.reason, held.is_booked) == ("ZF99999999", 7_000, "unknown_order", False)

    def test_giving_back_books_first_and_needs_a_second_person(self, uow, cast):
        payment = pay(uow, cast, is_settled=False)
        compare(uow, cast.finance, statement(line(payment)))
        resolve_item(uow, cast.finance, item_id=only(uow).id, action=Action.refund, note="业主要求退款")
        refund = uow.session.exec(select(Refund)).one()
        assert (payment.status, refund.status.value, refund.amount_fen) == (PaymentStatus.paid, "proposed", 10_000)

    def test_held_money_is_owed_to_somebody(self, uow, cast):
        payment = pay(uow, cast, is_settled=False)
        compare(uow, cast.finance, statement(line(payment)))
        resolve_item(uow, cast.finance, item_id=only(uow).id, action=Action.suspend, note="待查")
        assert balances(uow)[LedgerAccount.suspense] == -10_000

    @pytest.mark.parametrize(("action", "note", "error"), [(Action.refund, "x", "action"), (Action.note, " ", "note")])
    def test_what_a_difference_does_not_allow_is_refused_and_changes_nothing(self, uow, cast, action, note, error):
        payment = pay(uow, cast)
        compare(uow, cast.finance, statement(line(payment, amount_fen=9_000)))
        with pytest.raises(InvalidError) as refused:
            resolve_item(uow, cast.finance, item_id=only(uow).id, action=action, note=note)
        assert (refused.value.field, lines(uow)) == (error, [("amount", "open", 10_000, 9_000)])


class TestStrangers:
    def test_only_finance_compares_resolves_and_closes(self, uow, cast):
        payment = pay(uow, cast)
        compare(uow, cast.finance, statement(line(payment, amount_fen=9_000)))
        item = only(uow)
        for actor in (cast.owner, cast.worker, cast.cashier, cast.dispatcher, cast.auditor, cast.admin):
            for call in (
                lambda actor=actor: compare(uow, actor, statement()),
                lambda actor=actor: resolve_item(uow, actor, item_id=item.id, action=Action.note, note="x"),
                lambda actor=actor: close_day(uow, actor, day=YESTERDAY),
            ):
                with pytest.raises(ForbiddenError):
                    call()
        assert lines(uow) == [("amount", "open", 10_000, 9_000)]

    def test_finance_of_another_estate_sees_and_resolves_nothing(self, uow, cast):
        foreign = make.manager(uow, "外", "13800000041", PermissionSet.finance, cast.other_estate)
        payment = pay(uow, cast)
        compare(uow, cast.finance, statement(line(payment, amount_fen=9_000)))
        item = only(uow)
        with pytest.raises(NotFoundError):
            find_item(uow.session, foreign, item.id)
        with pytest.raises(NotFoundError):
            resolve_item(uow, foreign, item_id=item.id, action=Action.note, note="x")
        with pytest.raises(NotFoundError):
            close_day(uow, foreign, day=YESTERDAY)
        assert list_items(uow.session, foreign, filter=ItemFilter(), page=PageRequest()).total == 0
        assert [(day.local_fen, day.open) for day in days_of_channels(uow.session, foreign, until=YESTERDAY)] == [(0, 0)]

    def test_an_auditor_reads_and_is_offered_nothing_to_do(self, uow, cast):
        payment = pay(uow, cast)
        compare(uow, cast.finance, statement(line(payment, amount_fen=9_000)))
        row = find_item(uow.session, cast.auditor, only(uow).id)
        assert (row.off_fen, row.actions, row.place) == (-1_000, (), "3栋2单元1501")
        assert find_item(uow.session, cast.finance, row.id).actions == (Action.reverse, Action.absorb, Action.note)
        assert uow.session.exec(select(ReconciliationRun)).one().local_paid_fen == 10_000
