"""Parts of a plan sum to the debt; a discount's line covers exactly its days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estate_app.billing.rules.discount import DatedDiscount, discount_lines
from estate_app.billing.rules.instalment import split_plan
from estate_app.billing.rules.late_fee import (
    DatedPolicy,
    Freeze,
    LateFeePolicy,
    PrincipalPaid,
    late_fee_over,
    lines_after,
)
from estate_app.billing.rules.values import priced_line
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg

DUE = date(2026, 3, 31)
DAYS = st.dates(date(2026, 3, 1), date(2026, 12, 31))


@given(total=st.integers(24, 10**9), count=st.integers(2, 24))
def test_parts_sum_to_the_debt_and_differ_by_a_fen_at_most(total, count):
    sums = [part.amount_fen for part in split_plan(total, count, date(2026, 1, 31))]
    assert (sum(sums), len(sums), max(sums) - min(sums) <= 1) == (total, count, True)


def test_parts_are_due_on_the_same_day_or_the_last_of_a_shorter_month():
    assert [part.due_on for part in split_plan(100, 3, date(2026, 1, 31))] == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
    for count in (1, 25):
        with pytest.raises(InvalidError):
            split_plan(10_000, count, date(2026, 1, 31))


@given(
    principal=st.integers(1, 10_000_000),
    rate=st.integers(0, 10_000_000),
    later=st.integers(0, 10_000_000),
    grace=st.integers(0, 20),
    cap_bp=st.none() | st.integers(0, 3_000),
    paid=st.lists(st.tuples(DAYS, st.integers(1, 2_000_000)), max_size=3),
    frozen=st.lists(st.tuples(DAYS, DAYS), max_size=2),
    stops=st.lists(DAYS, max_size=8),
)
def test_in_whatever_pieces_it_is_charged_the_late_fee_is_the_same(principal, rate, later, grace, cap_bp, paid, frozen, stops):
    """What each piece's lines come to, and their sum, equals the whole charged at once."""
    end = date(2026, 12, 31)
    policies = [
        DatedPolicy(date(2020, 1, 1), LateFeePolicy(rate, grace_days=grace, cap_bp=cap_bp)),
        DatedPolicy(date(2026, 7, 1), LateFeePolicy(later, grace_days=grace, cap_bp=cap_bp)),
    ]
    facts = {
        "principal_fen": principal,
        "due_on": DUE,
        "paid": [PrincipalPaid(on, fen) for on, fen in paid],
        "frozen": [Freeze(min(days), max(days)) for days in frozen],
    }
    charged, last = 0, None
    for stop in (*sorted(stops), end):
        fee = late_fee_over(policies, until_on=stop, **facts)
        lines = lines_after(fee, last)
        assert sum(line.amount_fen for line in lines) == fee.amount_fen - charged
        charged, last = fee.amount_fen, stop
    assert charged == late_fee_over(policies, until_on=end, **facts).amount_fen


def test_days_before_the_first_policy_are_free_and_a_new_rate_holds_from_its_day():
    policies = [DatedPolicy(date(2026, 4, 11), LateFeePolicy(500_000)), DatedPolicy(date(2026, 4, 21), LateFeePolicy(1_000_000))]
    fee = late_fee_over(policies, principal_fen=100_000, due_on=DUE, until_on=date(2026, 4, 30))
    # 11–20 April: 1000.00 × 0.05% × 10 = 5.00; 21–30 April: 1000.00 × 0.1% × 10 = 10.00
    assert [(line.from_on, line.amount_fen) for line in fee.lines] == [(date(2026, 4, 11), 500), (date(2026, 4, 21), 1_000)]


def test_a_discount_takes_its_share_of_the_days_it_covers_and_two_never_exceed_the_charge():
    line = priced_line(msg("Fee"), 1_000, 3_000_000)
    april = {"first": date(2026, 4, 1), "last": date(2026, 4, 30)}
    vacant = DatedDiscount(msg("Vacancy discount"), 3_000, date(2026, 4, 16), date(2026, 12, 31))
    # 300.00 × 30% × 15/30 = 45.00
    (found,) = discount_lines([line], [vacant], **april)
    assert (found.amount_fen, found.from_on, found.to_on) == (-4_500, date(2026, 4, 16), date(2026, 4, 30))
    much = DatedDiscount(msg("Discount"), 8_000, date(2026, 1, 1), date(2026, 12, 31))
    assert [one.amount_fen for one in discount_lines([line], [much, much], **april)] == [-24_000, -6_000]
    assert discount_lines([line], [DatedDiscount(msg("Discount"), 8_000, date(2026, 5, 1), date(2026, 5, 2))], **april) == []
