"""Meters, late fees and the spreading of payments."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estate_app.billing.rules.allocation import AllocationOrder, AllocationPart, Owed, allocate
from estate_app.billing.rules.late_fee import Freeze, LateFeePolicy, PrincipalPaid, capped, late_fee, simple_fee
from estate_app.billing.rules.meter import ReadingFlag, Replacement, common_use, flag_use, meter_use
from estate_app.errors import InvalidError


class TestMeter:
    def test_plain_difference(self):
        use = meter_use(previous_milli=476_593, current_milli=500_463)
        assert (use.usage_milli, use.is_rollover, dict(use.step.params)) == (
            23_870,
            False,
            {"previous": "476.593", "current": "500.463"},
        )

    def test_a_confirmed_rollover_of_five_digits(self):
        """100000 − 99985 + 12 = 27."""
        use = meter_use(previous_milli=99_985_000, current_milli=12_000, digits=5, is_rollover_confirmed=True)
        assert (use.usage_milli, use.is_rollover) == (27_000, True)

    @pytest.mark.parametrize("digits", [None, 5])
    def test_a_backward_reading_is_refused_until_it_is_confirmed(self, digits):
        with pytest.raises(InvalidError) as refusal:
            meter_use(previous_milli=99_985_000, current_milli=12_000, digits=digits)
        assert refusal.value.field == "current"

    def test_a_replaced_meter_counts_both(self):
        """Old 980 → 1000, new 3 → 15."""
        use = meter_use(previous_milli=980_000, current_milli=15_000, replacement=Replacement(1_000_000, 3_000))
        assert use.usage_milli == 32_000

    def test_a_new_meter_below_its_first_reading_is_refused(self):
        with pytest.raises(InvalidError):
            meter_use(previous_milli=0, current_milli=1, replacement=Replacement(0, 2))

    def test_the_multiplier_applies_to_the_difference(self):
        assert meter_use(previous_milli=0, current_milli=12_345, multiplier_milli=40_000).usage_milli == 493_800

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"current_milli": 100_000_000, "digits": 5}, "current"),
            ({"current_milli": -1}, "current"),
            ({"digits": 0}, "digits"),
            ({"multiplier_milli": 0}, "multiplier"),
        ],
    )
    def test_impossible_readings_are_refused(self, change, field):
        with pytest.raises(InvalidError) as refusal:
            meter_use(**({"previous_milli": 0, "current_milli": 0} | change))
        assert refusal.value.field == field

    @pytest.mark.parametrize(
        ("usage", "history", "flag"),
        [
            (-1, [], ReadingFlag.negative),
            (0, [10, 10, 10], ReadingFlag.zero),
            (31, [10, 10, 10], ReadingFlag.spike),
            (30, [10, 10, 10], None),
            (3, [10, 10, 10], ReadingFlag.drop),
            (900, [10, 10], None),
            (5, [0, 0, 0], None),
        ],
    )
    def test_flags_compare_with_the_own_median(self, usage, history, flag):
        assert flag_use(usage, history) is flag

    def test_the_common_meter_less_its_units(self):
        assert common_use(1_000, [300, 500]) == 200
        with pytest.raises(InvalidError):
            common_use(700, [300, 500])

    @given(st.integers(0, 99_999_999), st.integers(0, 99_999_999))
    def test_a_dial_moved_by_its_use_shows_the_reading(self, previous, current):
        use = meter_use(previous_milli=previous, current_milli=current, digits=5, is_rollover_confirmed=True)
        assert (previous + use.usage_milli) % 100_000_000 == current


DUE = date(2026, 1, 31)
FIVE_BP = LateFeePolicy.per_day_bp(5)


class TestLateFee:
    @pytest.mark.parametrize(
        ("policy", "principal", "days", "fen"),
        [
            (LateFeePolicy.per_day_bp(30), 200_000, 10, 6_000),  # zhencinai.com/zhishi/9046.html: 60 yuan
            (LateFeePolicy(47_450_000, 365), 1_000_000, 365, 47_450),  # lvshuolvda.com: 10,000 × 3.65% × 1.3 = 474.5
            (FIVE_BP, 36_878, 45, 830),  # 368.78 × 0.0005 × 45 = 8.29755
        ],
    )
    def test_published_examples(self, policy, principal, days, fen):
        assert simple_fee(policy, principal, days) == fen
        assert late_fee(policy, principal_fen=principal, due_on=DUE, until_on=DUE + timedelta(days=days)).amount_fen == fen

    def test_nothing_is_due_on_the_due_date_nor_in_grace(self):
        policy = LateFeePolicy.per_day_bp(5, grace_days=10)
        assert late_fee(policy, principal_fen=100_000, due_on=DUE, until_on=DUE).lines == ()
        assert late_fee(policy, principal_fen=100_000, due_on=DUE, until_on=date(2026, 2, 10)).amount_fen == 0
        first = late_fee(policy, principal_fen=100_000, due_on=DUE, until_on=date(2026, 2, 11))
        assert (first.days, first.amount_fen, first.lines[0].from_on) == (1, 50, date(2026, 2, 11))

    def test_a_part_payment_lowers_the_principal_from_the_next_day(self):
        fee = late_fee(
            FIVE_BP,
            principal_fen=100_000,
            due_on=DUE,
            until_on=date(2026, 2, 20),
            paid=[PrincipalPaid(date(2026, 2, 10), 60_000)],
        )
        assert [(line.days, line.principal_fen, line.amount_fen) for line in fee.lines] == [(10, 100_000, 500), (10, 40_000, 200)]

    def test_full_payment_before_the_due_date_leaves_no_fee(self):
        paid = [PrincipalPaid(date(2026, 1, 5), 100_000)]
        assert late_fee(FIVE_BP, principal_fen=100_000, due_on=DUE, until_on=date(2026, 12, 31), paid=paid).lines == ()

    def test_a_dispute_freezes_its_days(self):
        frozen = [Freeze(date(2026, 2, 6), date(2026, 2, 15))]
        fee = late_fee(FIVE_BP, principal_fen=100_000, due_on=DUE, until_on=date(2026, 2, 20), frozen=frozen)
        assert [(line.from_on, line.to_on) for line in fee.lines] == [
            (date(2026, 2, 1), date(2026, 2, 5)),
            (date(2026, 2, 16), date(2026, 2, 20)),
        ]
        assert fee.amount_fen == 500

    def test_an_open_dispute_freezes_for_good(self):
        fee = late_fee(FIVE_BP, principal_fen=100_000, due_on=DUE, until_on=date(2027, 1, 1), frozen=[Freeze(date(2026, 2, 2))])
        assert fee.amount_fen == 50

    def test_the_lower_cap_holds(self):
        policy = LateFeePolicy(30_000_000, cap_bp=10_000, cap_fen=90_000)
        fee = late_fee(policy, principal_fen=100_000, due_on=DUE, until_on=DUE + timedelta(days=400))
        assert (fee.amount_fen, fee.is_capped) == (90_000, True)
        assert capped(LateFeePolicy(1, cap_bp=3_000), 100_000, 29_999) == 29_999

    @pytest.mark.parametrize(
        ("policy", "field"),
        [
            (LateFeePolicy(-1), "rate"),
            (LateFeePolicy(1, 364), "days_in_year"),
            (LateFeePolicy(1, grace_days=-1), "grace_days"),
            (LateFeePolicy(1, cap_bp=-1), "cap"),
        ],
    )
    def test_a_wrong_policy_is_refused(self, policy, field):
        with pytest.raises(InvalidError) as refusal:
            late_fee(policy, principal_fen=1, due_on=DUE, until_on=DUE)
        assert refusal.value.field == field

    @given(
        st.integers(1, 10**7),
        st.integers(1, 600),
        st.lists(st.tuples(st.integers(-30, 600), st.integers(1, 10**6)), max_size=5),
        st.lists(st.tuples(st.integers(-30, 600), st.integers(0, 100)), max_size=3),
    )
    def test_lines_equal_a_count_day_by_day(self, principal, days, paid, frozen):
        """Each line is the sum of its days; no day is counted twice or left out."""
        payments = [PrincipalPaid(DUE + timedelta(days=on), fen) for on, fen in paid]
        stops = [Freeze(DUE + timedelta(days=on), DUE + timedelta(days=on + length)) for on, length in frozen]
        until = DUE + timedelta(days=days)
        fee = late_fee(FIVE_BP, principal_fen=principal, due_on=DUE, until_on=until, paid=payments, frozen=stops)
        by_day = {}
        for offset in range(1, days + 1):
            day = DUE + timedelta(days=offset)
            owed = principal - sum(p.amount_fen for p in payments if p.on < day)
            if owed > 0 and not any(f.from_on <= day <= f.to_on for f in stops):
                by_day[day] = owed
        found = {line.from_on + timedelta(days=i): line.principal_fen for line in fee.lines for i in range(line.days)}
        assert found == by_day
        assert sum(line.days for line in fee.lines) == len(by_day)


OLD = Owed("b1", date(2026, 1, 1), 1_000, 100)
NEW = Owed("b2", date(2026, 2, 1), 2_000, 50)


class TestAllocate:
    def test_the_oldest_bill_is_met_first(self):
        result = allocate(1_500, [NEW, OLD])
        assert result.parts == (AllocationPart("b1", 1_000, 100), AllocationPart("b2", 400, 0))
        assert result.surplus_fen == 0

    def test_the_written_order_decides_within_a_bill(self):
        assert allocate(1_050, [OLD]).parts == (AllocationPart("b1", 1_000, 50),)
        assert allocate(1_050, [OLD], AllocationOrder.late_fee_first).parts == (AllocationPart("b1", 950, 100),)

    def test_what_is_left_is_the_surplus(self):
        assert allocate(5_000, [OLD, NEW]).surplus_fen == 5_000 - 3_150

    def test_a_negative_payment_is_refused(self):
        with pytest.raises(InvalidError):
            allocate(-1, [OLD])

    @given(
        st.integers(0, 10**6),
        st.lists(st.tuples(st.integers(0, 400), st.integers(0, 10**5), st.integers(0, 10**4)), max_size=8),
        st.sampled_from(AllocationOrder),
    )
    def test_nothing_is_lost_and_no_bill_gets_too_much(self, amount, rows, order):
        bills = [Owed(f"b{i}", DUE + timedelta(days=d), principal, late) for i, (d, principal, late) in enumerate(rows)]
        result = allocate(amount, bills, order)
        owed = {bill.bill_id: bill for bill in bills}
        assert sum(part.amount_fen for part in result.parts) + result.surplus_fen == amount
        assert all(0 <= part.principal_fen <= owed[part.bill_id].principal_fen for part in result.parts)
        assert all(0 <= part.late_fee_fen <= owed[part.bill_id].late_fee_fen for part in result.parts)
        total = sum(bill.principal_fen + bill.late_fee_fen for bill in bills)
        assert result.surplus_fen == max(0, amount - total)
