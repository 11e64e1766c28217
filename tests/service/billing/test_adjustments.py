"""Readings that were wrong or guessed: what is put right later tiers the month anew by adjustment lines, and never twice."""

from datetime import date

import pytest
from sqlmodel import select

from estate_app.billing.corrections import void_bill
from estate_app.billing.meters import record_reading
from estate_app.billing.models import Bill, BillAdjustment, BillLine, Reading, ReadingKind
from estate_app.billing.reading_fixes import correct_reading, estimate_reading
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.ledger.models import LedgerAccount
from tests.fixtures.money import NOVEMBER, OCTOBER, balances, issue, water_item, water_meter

SEPTEMBER = date(2026, 9, 1)
TODAY = date(2026, 11, 18)


@pytest.fixture
def billed(uow, cast):
    """20 m³ of October are billed: 18 × 3.50 + 2 × 5.25 = 73.50 yuan."""
    item = water_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    meter = water_meter(uow, cast.finance, cast.home, {SEPTEMBER: 100_000, date(2026, 10, 31): 120_000})
    issue(uow, cast.finance, cast.estate.id, [item], period=OCTOBER)
    return meter, item


def reading_of(uow, meter, on):
    return uow.session.exec(select(Reading).where(Reading.meter_id == meter.id, Reading.read_on == on)).one()


def bills(uow):
    return uow.session.exec(select(Bill).order_by(Bill.id)).all()


def test_a_reading_that_was_too_low_bills_the_difference_by_the_tiers_of_its_month(uow, cast, billed):
    meter, item = billed
    wrong = reading_of(uow, meter, date(2026, 10, 31))
    correct_reading(uow, cast.finance, reading_id=wrong.id, value_milli=128_000, reason="抄错一位")
    # 28 m³: 18 × 3.50 + 7 × 5.25 + 3 × 8.00 = 123.75; 50.25 more: 5 × 5.25 + 3 × 8.00.
    old, extra = bills(uow)
    assert (old.amount_fen, extra.amount_fen, extra.period, extra.run_id) == (7_350, 5_025, OCTOBER, None)
    lines = uow.session.exec(select(BillLine).where(BillLine.bill_id == extra.id).order_by(BillLine.position)).all()
    assert [(line.quantity_milli, line.price_e4, line.amount_fen) for line in lines] == [(5_000, 52_500, 2_625), (3_000, 80_000, 2_400)]
    assert balances(uow) == {LedgerAccount.receivable: 12_375, LedgerAccount.income: -12_375}
    # The next month goes on from the corrected reading.
    record_reading(uow, cast.finance, meter_id=meter.id, read_on=TODAY, value_milli=130_000)
    issue(uow, cast.finance, cast.estate.id, [item])
    assert bills(uow)[-1].amount_fen == 700


def test_a_reading_that_was_too_high_is_credited_and_a_second_correction_counts_from_the_first(uow, cast, billed):
    meter, _ = billed
    wrong = reading_of(uow, meter, date(2026, 10, 31))
    correct_reading(uow, cast.finance, reading_id=wrong.id, value_milli=115_000, reason="抄错一位")
    # 15 × 3.50 = 52.50, which is 21.00 less.
    assert balances(uow) == {LedgerAccount.receivable: 7_350, LedgerAccount.income: -5_250, LedgerAccount.prepaid: -2_100}
    correct_reading(uow, cast.finance, reading_id=wrong.id, value_milli=120_000, reason="原来是对的")
    assert [bill.amount_fen for bill in bills(uow)] == [7_350, 2_100]
    assert balances(uow)[LedgerAccount.income] == -7_350
    assert [row.usage_milli for row in uow.session.exec(select(BillAdjustment).order_by(BillAdjustment.id))] == [-5_000, 5_000]


def test_a_corrected_bill_cannot_be_voided_beside_its_correction(uow, cast, billed):
    meter, _ = billed
    wrong = reading_of(uow, meter, date(2026, 10, 31))
    correct_reading(uow, cast.finance, reading_id=wrong.id, value_milli=128_000, reason="抄错一位")
    old, extra = bills(uow)
    with pytest.raises(ConflictError):
        void_bill(uow, cast.finance, bill_id=old.id, reason="重开")
    void_bill(uow, cast.finance, bill_id=extra.id, reason="重开")
    void_bill(uow, cast.finance, bill_id=old.id, reason="重开")
    assert balances(uow) == {}


def test_a_correction_between_two_bills_moves_use_from_one_month_to_the_other(uow, cast, billed):
    meter, item = billed
    record_reading(uow, cast.finance, meter_id=meter.id, read_on=TODAY, value_milli=140_000)
    issue(uow, cast.finance, cast.estate.id, [item])
    assert [bill.amount_fen for bill in bills(uow)] == [7_350, 7_350]
    middle = reading_of(uow, meter, date(2026, 10, 31))
    correct_reading(uow, cast.finance, reading_id=middle.id, value_milli=118_000, reason="看错")
    # October 18 × 3.50 = 63.00 (−10.50), November 22: 63.00 + 4 × 5.25 = 84.00 (+10.50).
    assert [bill.amount_fen for bill in bills(uow)] == [7_350, 7_350, 1_050]
    assert balances(uow)[LedgerAccount.prepaid] == -1_050
    assert balances(uow)[LedgerAccount.income] == -14_700


def test_an_estimate_gives_way_to_the_reading_after_it_even_to_a_lower_one(uow, cast):
    item = water_item(uow, cast.finance, cast.estate.id, [cast.home.id])
    meter = water_meter(uow, cast.finance, cast.home, {date(2026, 8, 1): 70_000, date(2026, 9, 1): 101_000})
    guess = estimate_reading(uow, cast.finance, meter_id=meter.id, read_on=OCTOBER)
    # A cubic metre a day for 30 days.
    assert (guess.reading.value_milli, guess.reading.kind) == (131_000, ReadingKind.estimated)
    issue(uow, cast.finance, cast.estate.id, [item], period=OCTOBER)
    assert [bill.amount_fen for bill in bills(uow)] == [38_775]  # 61 m³: 18 × 3.50 + 7 × 5.25 + 36 × 8.00
    # The dial shows no more than was guessed for a month before: half of the 30 m³ belongs to each half of the 60 days.
    record_reading(uow, cast.finance, meter_id=meter.id, read_on=date(2026, 10, 31), value_milli=131_000)
    assert reading_of(uow, meter, OCTOBER).value_milli == 116_000
    # 46 m³: 63.00 + 36.75 + 21 × 8.00 = 267.75, which is 120.00 less.
    assert balances(uow)[LedgerAccount.prepaid] == -12_000
    issue(uow, cast.finance, cast.estate.id, [item])
    assert bills(uow)[-1].amount_fen == 5_250  # the other 15 m³


def test_a_guess_needs_two_readings_and_an_actual_one_below_the_last_actual_is_refused(uow, cast):
    meter = water_meter(uow, cast.finance, cast.home, {date(2026, 9, 1): 101_000})
    with pytest.raises(InvalidError):
        estimate_reading(uow, cast.finance, meter_id=meter.id, read_on=OCTOBER)
    record_reading(uow, cast.finance, meter_id=meter.id, read_on=date(2026, 9, 11), value_milli=111_000)
    estimate_reading(uow, cast.finance, meter_id=meter.id, read_on=OCTOBER)
    with pytest.raises(InvalidError) as caught:
        record_reading(uow, cast.finance, meter_id=meter.id, read_on=NOVEMBER, value_milli=110_000)
    assert caught.value.field == "value"
    assert reading_of(uow, meter, OCTOBER).value_milli == 131_000


def test_only_who_may_void_bills_corrects_a_billed_reading_and_a_value_must_fit_its_neighbours(uow, cast, billed):
    meter, _ = billed
    wrong = reading_of(uow, meter, date(2026, 10, 31))
    for actor, error in ((cast.cashier, ForbiddenError), (cast.owner, ForbiddenError), (cast.foreign_dispatcher, ForbiddenError)):
        with pytest.raises(error):
            correct_reading(uow, actor, reading_id=wrong.id, value_milli=128_000, reason="x")
    for value, reason, field in ((99_000, "x", "value"), (128_000, " ", "reason")):
        with pytest.raises(InvalidError) as caught:
            correct_reading(uow, cast.finance, reading_id=wrong.id, value_milli=value, reason=reason)
        assert caught.value.field == field
    with pytest.raises(NotFoundError):
        correct_reading(uow, cast.finance, reading_id=10**9, value_milli=1, reason="x")
    assert (wrong.value_milli, len(bills(uow))) == (120_000, 1)
