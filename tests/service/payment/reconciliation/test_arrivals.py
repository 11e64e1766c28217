"""Money at the bank: imported once from the bank's list, suggested with reasons, confirmed or rejected, each once."""

from datetime import date, timedelta

import pytest
from sqlmodel import func, select

from estate_app.access.actor import SYSTEM
from estate_app.billing.arrears_models import BillMoney
from estate_app.billing.late_fee_policies import add_policy
from estate_app.billing.late_fees import post_late_fees
from estate_app.billing.models import Bill, BillStatus
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.importing.arrivals import import_arrivals, refuse_problems
from estate_app.kit.i18n import translate
from estate_app.kit.pagination import PageRequest
from estate_app.ledger.models import LedgerAccount
from estate_app.payment.channel import Means
from estate_app.payment.counter import collect_at_counter
from estate_app.payment.models import Payment
from estate_app.payment.reconciliation.arrival_rules import CandidateKind, names_room
from estate_app.payment.reconciliation.arrivals import (
    ArrivalState,
    BankArrival,
    NewArrival,
    confirm_arrival,
    keep_arrivals,
    list_arrivals,
    reject_arrival,
)
from tests.fixtures import make
from tests.fixtures.money import balances, home_bill

BANK = """账户明细
交易时间,借方发生额,贷方金额,对方户名,对方账号,交易流水号,附言
2026-11-18 09:12:30,,249.20,林父,6222020000001,20261118000017,3栋2单元1501物业费
2026-11-18 09:15:00,88.00,,办公用品店,6222020000002,20261118000018,纸
2026-11-18 09:20:00,,500.00,某某公司,6222020000003,20261118000019,保证金
"""


def take(uow, cast, text=BANK):
    return import_arrivals(uow, cast.finance, estate_id=cast.estate.id, content=text.encode("gbk"))


def listed(uow, cast, actor=None, state=ArrivalState.open):
    actor = actor or cast.finance
    return list_arrivals(uow.session, actor, estate_id=cast.estate.id, page=PageRequest(), now=uow.now, state=state).rows


def first(uow) -> BankArrival:
    return uow.session.exec(select(BankArrival).order_by(BankArrival.serial)).first()


@pytest.mark.parametrize(
    ("remark", "is_named"),
    [("3-2-1501 物业费", True), ("3栋2单元1501", True), ("3幢1501", True), ("13-2-1501", False), ("1501", False), ("3-2-150", False)],
)
def test_a_remark_names_a_room_in_peoples_own_spelling(remark, is_named):
    assert names_room(remark, "3-2-1501") is is_named


class TestImport:
    def test_what_came_in_is_kept_once_and_what_went_out_is_passed_over(self, uow, cast):
        assert [(report.rows, report.fresh) for report in (take(uow, cast), take(uow, cast))] == [(2, 2), (2, 0)]
        assert sorted((row.serial, row.amount_fen, row.payer_name) for row in listed(uow, cast)) == [
            ("20261118000017", 24_920, "林父"),
            ("20261118000019", 50_000, "某某公司"),
        ]

    def test_one_bad_cell_keeps_the_whole_list_out(self, uow, cast):
        report = take(uow, cast, BANK.replace("500.00", "五百"))
        assert [(problem.cell, problem.row) for problem in report.problems] == [("C5", 5)]
        with pytest.raises(InvalidError):
            refuse_problems(report)
        assert listed(uow, cast) == ()

    def test_strangers_import_and_see_nothing(self, uow, cast):
        for actor in (cast.owner, cast.cashier, cast.auditor):
            with pytest.raises(ForbiddenError):
                import_arrivals(uow, actor, estate_id=cast.estate.id, content=BANK.encode())
        with pytest.raises(NotFoundError):
            import_arrivals(uow, cast.finance, estate_id=cast.other_estate.id, content=BANK.encode())
        assert uow.session.exec(select(BankArrival)).all() == []


class TestSuggestions:
    def test_open_bills_of_the_amount_are_suggested_with_reasons_and_paid_by_it_once(self, uow, cast):
        bill = home_bill(uow, cast)
        take(uow, cast)
        row = next(row for row in listed(uow, cast) if row.amount_fen == 24_920)
        (found,) = row.suggestions
        assert (found.candidate.kind, found.candidate.id, found.points) == (CandidateKind.bills, bill.id, 85)
        assert [translate(reason, "en") for reason in found.reasons] == [
            "The remark names 3栋2单元1501",
            "The payer's name is 林父",
            "The same amount",
        ]
        confirm_arrival(uow, cast.finance, arrival_id=row.id, kind=CandidateKind.bills, target_id=bill.id)
        payment = uow.session.exec(select(Payment)).one()
        assert (payment.transaction_id, payment.method, balances(uow)[LedgerAccount.bank]) == ("20261118000017", "transfer", 24_920)
        with pytest.raises(ConflictError):
            confirm_arrival(uow, cast.finance, arrival_id=row.id, kind=CandidateKind.bills, target_id=bill.id)
        assert len(uow.session.exec(select(Payment)).all()) == 1

    def test_a_transfer_taken_at_the_counter_is_ticked_off_without_new_money(self, uow, cast):
        bill = home_bill(uow, cast)
        payment = collect_at_counter(
            uow, cast.cashier, bill_ids=[bill.id], means=Means.transfer, voucher="20261118000017", idempotency_key="k", payer_name="林父"
        )
        take(uow, cast)
        row = next(row for row in listed(uow, cast) if row.amount_fen == 24_920)
        assert [(s.candidate.kind, s.candidate.id) for s in row.suggestions] == [(CandidateKind.transfer, payment.id)]
        confirm_arrival(uow, cast.finance, arrival_id=row.id, kind=CandidateKind.transfer, target_id=payment.id)
        assert balances(uow)[LedgerAccount.bank] == 24_920
        assert [(r.serial, r.payment_number) for r in listed(uow, cast, state=ArrivalState.confirmed)] == [
            ("20261118000017", payment.number)
        ]

    def test_another_amount_is_no_suggestion_and_a_wrong_target_is_refused(self, uow, cast):
        bill = home_bill(uow, cast)
        take(uow, cast)
        row = next(row for row in listed(uow, cast) if row.amount_fen == 50_000)
        assert row.suggestions == ()
        with pytest.raises(ConflictError):
            confirm_arrival(uow, cast.finance, arrival_id=row.id, kind=CandidateKind.bills, target_id=bill.id)
        assert uow.session.exec(select(Payment)).all() == []

    def test_what_is_no_fee_is_rejected_with_a_reason(self, uow, cast):
        take(uow, cast)
        with pytest.raises(InvalidError):
            reject_arrival(uow, cast.finance, arrival_id=first(uow).id, note=" ")
        reject_arrival(uow, cast.finance, arrival_id=first(uow).id, note="装修保证金")
        assert [(r.serial, r.note) for r in listed(uow, cast, state=ArrivalState.rejected)] == [("20261118000017", "装修保证金")]

    def test_strangers_decide_nothing(self, uow, cast):
        take(uow, cast)
        foreign = make.manager(uow, "外", "13800000041", cast.finance.held[0].permission_set, cast.other_estate)
        for actor, error in ((cast.owner, ForbiddenError), (cast.auditor, ForbiddenError), (foreign, NotFoundError)):
            with pytest.raises(error):
                reject_arrival(uow, actor, arrival_id=first(uow).id, note="x")
            with pytest.raises(error):
                confirm_arrival(uow, actor, arrival_id=first(uow).id, kind=CandidateKind.bills, target_id=1)
        with pytest.raises(NotFoundError):
            listed(uow, cast, actor=foreign)
        assert first(uow).state is ArrivalState.open


def test_money_of_the_bank_counts_from_the_day_it_arrived_so_that_no_late_fee_runs_after_it(uow, cast):
    add_policy(uow, SYSTEM, starts_on=date(2026, 1, 1), rate_ppb=500_000, estate_id=cast.estate.id)
    bill = home_bill(uow, cast)
    bill.due_on = date(2026, 11, 8)
    uow.flush()
    arrived = uow.now - timedelta(days=5)  # 13 November: five days late, and confirmed on the 18th
    fee = 62  # 249.20 × 0.05% × 5 = 0.623
    keep_arrivals(
        uow, cast.finance, estate_id=cast.estate.id, rows=[NewArrival("20261113000001", arrived, 24_920, "林父", remark="3栋2单元1501")]
    )
    arrival = uow.session.exec(select(BankArrival)).one()
    confirm_arrival(uow, cast.finance, arrival_id=arrival.id, kind=CandidateKind.bills, target_id=bill.id)
    payment = uow.session.exec(select(Payment)).one()
    money = uow.session.exec(select(BillMoney).where(BillMoney.bill_id == bill.id)).one()
    assert (payment.paid_at, money.paid_on) == (arrived, date(2026, 11, 13))
    post_late_fees(uow, SYSTEM, [bill.id], date(2026, 11, 18))
    fees = uow.session.exec(select(func.coalesce(func.sum(Bill.amount_fen), 0)).where(Bill.for_bill_id == bill.id)).one()
    assert (fees, bill.status) == (fee, BillStatus.paid)


def test_an_arrival_of_tomorrow_is_taken_as_of_now(uow, cast):
    bill = home_bill(uow, cast)
    rows = [NewArrival("20261119000001", uow.now + timedelta(days=1), 24_920, "林父", remark="3栋2单元1501")]
    keep_arrivals(uow, cast.finance, estate_id=cast.estate.id, rows=rows)
    arrival = uow.session.exec(select(BankArrival)).one()
    confirm_arrival(uow, cast.finance, arrival_id=arrival.id, kind=CandidateKind.bills, target_id=bill.id)
    assert uow.session.exec(select(Payment)).one().paid_at == uow.now
