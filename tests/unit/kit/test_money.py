"""Yuan as text, and splits that sum to the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estate_app.errors import InvalidError
from estate_app.kit.money import format_yuan, parse_yuan, split_largest_remainder


class TestFormat:
    @pytest.mark.parametrize(
        ("fen", "text"), [(0, "0.00"), (5, "0.05"), (107_345, "1,073.45"), (-5_138, "−51.38"), (10**11, "1,000,000,000.00")]
    )
    def test_two_decimals_and_commas(self, fen, text):
        assert format_yuan(fen) == text

    @given(st.integers(-(10**12), 10**12))
    def test_what_is_written_is_read_back(self, fen):
        assert parse_yuan(format_yuan(fen, sign=fen >= 0)) == fen


class TestParse:
    @pytest.mark.parametrize("text", ["", "abc", "1.234", "0.001", "1e3", "--5", "1.", "12345678901234", "１２.345"])
    def test_what_is_no_amount_in_fen_is_refused_by_field(self, text):
        with pytest.raises(InvalidError) as caught:
            parse_yuan(text, field="amount")
        assert caught.value.field == "amount"


class TestSplit:
    @given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any))
    def test_parts_sum_to_the_whole_and_none_is_a_fen_off(self, total, weights):
        parts = split_largest_remainder(total, weights)
        assert sum(parts) == total
        assert all(abs(part * sum(weights) - total * weight) < sum(weights) for part, weight in zip(parts, weights, strict=True))

    def test_ten_fen_over_three_rooms(self):
        assert split_largest_remainder(10, [1, 1, 1]) == [4, 3, 3]
