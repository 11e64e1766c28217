"""Late fees: the sums, that no day is charged twice in whatever rhythm, and that what comes to light later leaves the right sum."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import func, select

from estate_app.access.actor import SYSTEM
from estate_app.billing.corrections import dispute_bill, replace_bill, settle_dispute, void_bill
from estate_app.billing.detail import bill_detail
from estate_app.billing.late_fee_policies import add_policy, list_policies, parse_rate
from estate_app.billing.late_fees import post_due_late_fees, post_late_fees, preview_late_fees
from estate_app.billing.models import Bill, BillStatus
from estate_app.billing.settlement import put_money, take_money
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.service import Entry, post
from tests.fixtures.money import OCTOBER, balances, home_bill

DUE = date(2026, 11, 30)
"""Issued on 18 November, due after twelve days."""


def at(uow, day: date) -> None:
    """Move the clock to noon of a Shanghai day."""
    uow.now = datetime.combine(day, time(4), UTC)


def policy(uow, cast, **extra):
    """0.05% a day from the first day on."""
    fields = {"starts_on": date(2026, 1, 1), "rate_ppb": 500_000, "estate_id": cast.estate.id} | extra
    return add_policy(uow, SYSTEM, **fields)


def pay(uow, bill, fen: int) -> None:
    """Put money on a bill as a payment does, ledger included."""
    put_money(uow, SYSTEM, {bill.id: fen}, cause="ZF1")
    lines = (Entry(LedgerAccount.cash, fen, bill.estate_id), Entry(LedgerAccount.receivable, -fen, bill.estate_id, bill.room_id))
    post(uow, SYSTEM, kind=JournalKind.payment, subject="payment", subject_id=1, lines=lines)
    uow.flush()


def fees(uow) -> int:
    """What all late fees that stand come to."""
    total = select(func.coalesce(func.sum(Bill.amount_fen), 0)).where(Bill.for_bill_id.is_not(None), Bill.status != BillStatus.void)
    return int(uow.session.exec(total).one())


def owed(uow) -> int:
    """What the bills say is receivable."""
    statement = select(func.coalesce(func.sum(Bill.amount_fen - Bill.paid_fen), 0)).where(Bill.status != BillStatus.void)
    return int(uow.session.exec(statement).one())


def test_a_late_fee_is_a_bill_of_its_own_whose_lines_sum_to_it_and_the_preview_is_what_is_posted(uow, cast):
    policy(uow, cast)
    bill = home_bill(uow, cast)
    at(uow, date(2026, 12, 18))
    pay(uow, bill, 10_000)
    at(uow, date(2026, 12, 28))
    (shown,) = preview_late_fees(uow.session, cast.owner, [bill.id], date(2026, 12, 28))
    # 1–18 December: 249.20 × 0.05% × 18 = 2.2428 → 2.24; 19–28 December: 149.20 × 0.05% × 10 = 0.746 → 0.75
    assert (shown.days_late, shown.fee.amount_fen, shown.due_fen, shown.charged_fen) == (28, 299, 299, 0)
    (fee_id,) = post_late_fees(uow, cast.owner, [bill.id], date(2026, 12, 28))
    detail = bill_detail(uow.session, cast.owner, bill_id=fee_id, on=date(2026, 12, 28))
    assert [(line.amount_fen, line.formula, line.from_on, line.to_on) for line in detail.lines] == [
        (224, "249.20 × 0.05% × 18", date(2026, 12, 1), date(2026, 12, 18)),
        (75, "149.20 × 0.05% × 10", date(2026, 12, 19), date(2026, 12, 28)),
    ]
    assert (detail.bill.amount_fen, detail.bill.kind.value, owed(uow)) == (299, "late_fee", 14_920 + 299)
    assert balances(uow)[LedgerAccount.receivable] == owed(uow)
    assert post_late_fees(uow, cast.owner, [bill.id], date(2026, 12, 28)) == [fee_id]
    assert post_late_fees(uow, cast.owner, [fee_id, bill.id], date(2027, 1, 30)) == [fee_id]
    assert fees(uow) == 299


@pytest.mark.parametrize("step", [1, 7, 30, 90])
def test_whatever_the_rhythm_of_posting_the_sum_is_the_same(uow, cast, step):
    policy(uow, cast, grace_days=3)
    add_policy(uow, SYSTEM, estate_id=cast.estate.id, starts_on=date(2027, 1, 15), rate_ppb=300_000)
    bill = home_bill(uow, cast)
    events = {date(2026, 12, 20): lambda: pay(uow, bill, 7_777), date(2027, 1, 10): lambda: pay(uow, bill, 3_333)}
    for passed in range(1, 91):
        at(uow, DUE + timedelta(days=passed))
        if passed % step == 0:
            post_late_fees(uow, SYSTEM, [bill.id], date.max)
        events.get(DUE + timedelta(days=passed), lambda: None)()
    post_late_fees(uow, SYSTEM, [bill.id], date.max)
    # First charged day 4 December. To 20 Dec: 249.20 × 0.05% × 17 = 2.1182; to 10 Jan: 171.43 × 0.05% × 21 = 1.800;
    # to 14 Jan: 138.10 × 0.05% × 4 = 0.2762; 15 Jan to 28 Feb: 138.10 × 0.03% × 45 = 1.864 → 2.12 + 1.80 + 0.28 + 1.86
    assert fees(uow) == 606
    assert balances(uow)[LedgerAccount.receivable] == owed(uow) == 24_920 - 11_110 + 606


def test_a_dispute_freezes_the_days_and_what_was_charged_on_its_first_day_comes_back(uow, cast):
    policy(uow, cast)
    bill = home_bill(uow, cast)
    at(uow, date(2026, 12, 10))
    post_late_fees(uow, SYSTEM, [bill.id], date(2026, 12, 10))
    assert fees(uow) == 125  # 249.20 × 0.05% × 10 = 1.246
    dispute_bill(uow, cast.owner, bill_id=bill.id, reason="面积不对")
    at(uow, date(2026, 12, 20))
    assert preview_late_fees(uow.session, cast.owner, [bill.id], date(2026, 12, 20))[0].due_fen == 0
    settle_dispute(uow, cast.finance, bill_id=bill.id, answer="面积无误")
    post_late_fees(uow, SYSTEM, [bill.id], date(2026, 12, 20))
    assert fees(uow) == 112  # 249.20 × 0.05% × 9 = 1.1214: the tenth day is frozen
    at(uow, date(2026, 12, 30))
    post_late_fees(uow, SYSTEM, [bill.id], date(2026, 12, 30))
    # 1–9 December 1.1214 → 1.12; 21–30 December 249.20 × 0.05% × 10 = 1.246 → 1.25
    assert fees(uow) == 112 + 125
    assert balances(uow)[LedgerAccount.receivable] == owed(uow)


def test_the_cap_holds_over_several_postings(uow, cast):
    policy(uow, cast, cap_bp=100)
    bill = home_bill(uow, cast)
    for passed in (10, 15, 25, 60):
        at(uow, DUE + timedelta(days=passed))
        post_late_fees(uow, SYSTEM, [bill.id], date.max)
    assert fees(uow) == 249  # 1% of 249.20, where 60 days would be 7.48


def test_a_refund_opens_the_principal_again_and_the_days_in_between_stay_free(uow, cast):
    policy(uow, cast)
    bill = home_bill(uow, cast)
    at(uow, date(2026, 12, 5))
    pay(uow, bill, 24_920)
    at(uow, date(2026, 12, 15))
    take_money(uow, SYSTEM, {bill.id: 24_920}, cause="TK1")
    at(uow, date(2026, 12, 25))
    post_late_fees(uow, SYSTEM, [bill.id], date(2026, 12, 25))
    # 1–5 December 249.20 × 0.05% × 5 = 0.623; 16–25 December 1.246
    assert fees(uow) == 62 + 125


def test_voiding_or_replacing_a_bill_takes_its_late_fees_along_as_if_it_had_been_right(uow, cast):
    policy(uow, cast)
    bill = home_bill(uow, cast)
    at(uow, date(2026, 12, 30))
    (fee_id,) = post_late_fees(uow, SYSTEM, [bill.id], date.max)
    with pytest.raises(ConflictError, match="second person"):
        void_bill(uow, cast.finance, bill_id=fee_id, reason="算了")
    new = replace_bill(uow, cast.finance, bill_id=bill.id, reason="重算")
    assert (fees(uow), owed(uow), new.due_on) == (0, 24_920, date(2027, 1, 11))
    assert balances(uow) == {LedgerAccount.receivable: 24_920, LedgerAccount.income: -24_920}
    assert post_late_fees(uow, SYSTEM, [bill.id, new.id], date.max) == []


def test_an_items_own_policy_goes_before_the_estates_and_nothing_is_charged_without_one(uow, cast):
    bill = home_bill(uow, cast)
    at(uow, date(2026, 12, 30))
    assert post_late_fees(uow, SYSTEM, [bill.id], date.max) == []
    policy(uow, cast)
    policy(uow, cast, fee_item_id=bill.fee_item_id, rate_ppb=1_000_000)
    post_late_fees(uow, SYSTEM, [bill.id], date.max)
    assert fees(uow) == 748  # 249.20 × 0.1% × 30 = 7.476
    rows = list_policies(uow.session, cast.finance, on=date(2026, 12, 30))
    assert [(row.item_name, row.is_current) for row in rows] == [("", True), ("物业服务费", True)]


def test_strangers_and_those_without_permission_post_and_see_nothing(uow, cast):
    policy(uow, cast)
    bill = home_bill(uow, cast)
    at(uow, date(2026, 12, 30))
    for call in (
        lambda: post_late_fees(uow, cast.stranger, [bill.id], date.max),
        lambda: preview_late_fees(uow.session, cast.stranger, [bill.id], date(2026, 12, 30)),
        lambda: add_policy(uow, cast.finance, estate_id=cast.other_estate.id, starts_on=date(2027, 1, 1), rate_ppb=1),
    ):
        with pytest.raises(NotFoundError):
            call()
    for call in (
        lambda: post_late_fees(uow, cast.worker, [bill.id], date.max),
        lambda: add_policy(uow, cast.cashier, estate_id=cast.estate.id, starts_on=date(2027, 1, 1), rate_ppb=1),
    ):
        with pytest.raises(ForbiddenError):
            call()
    with pytest.raises(InvalidError, match="not for days that are past"):
        add_policy(uow, cast.finance, estate_id=cast.estate.id, starts_on=date(2026, 12, 29), rate_ppb=1)
    assert (fees(uow), parse_rate("0.05%"), parse_rate("0")) == (0, 500_000, 0)
    with pytest.raises(InvalidError, match="between 0 and 1"):
        parse_rate("5")


def test_the_monthly_job_goes_on_after_a_kill_and_charges_every_late_bill_once(committed):
    cast = committed.cast()
    committed.run(policy, cast)
    first = committed.run(home_bill, cast)
    second = committed.run(home_bill, cast, code="second", period=OCTOBER)
    january = datetime(2027, 1, 5, 4, tzinfo=UTC)
    committed.run(pay, first, 24_920, now=datetime(2026, 12, 10, 4, tzinfo=UTC))
    assert post_due_late_fees(january, chunk=1) == 2
    assert post_due_late_fees(january, chunk=1) == 0
    rows = committed.run(lambda uow: uow.session.exec(select(Bill).where(Bill.for_bill_id.is_not(None)).order_by(Bill.id)).all())
    # Paid on 10 December: 249.20 × 0.05% × 10 = 1.246; open through December: 249.20 × 0.05% × 31 = 3.8626
    assert [(row.for_bill_id, row.amount_fen, row.charged_until) for row in rows] == [
        (first.id, 125, date(2026, 12, 31)),
        (second.id, 386, date(2026, 12, 31)),
    ]
