"""Capital amounts, with the examples of the People's Bank's own rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estate_app.kit.money_words import capital_amount


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        # 《正确填写票据和结算凭证的基本规定》第四条's examples.
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (168_032, "壹仟陆佰捌拾元叁角贰分"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (107_345, "壹仟零柒拾叁元肆角伍分"),
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (11, "壹角壹分"),
        (100, "壹元整"),
        (101, "壹元零壹分"),
        (1_000, "壹拾元整"),
        (1_500, "壹拾伍元整"),
        (100_000_000, "壹佰万元整"),
        (100_010_000, "壹佰万零壹佰元整"),
        (1_000_000_100, "壹仟万零壹元整"),
        (10_000_000_000, "壹亿元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_000_100_000, "壹亿零壹仟元整"),
        (10_001_000_000, "壹亿零壹万元整"),
        (100_000_000_000_000, "壹万亿元整"),
        (120_000_000_000_000, "壹万贰仟亿元整"),
        (-107_345, "负壹仟零柒拾叁元肆角伍分"),
    ],
)
def test_amounts(fen, words):
    assert capital_amount(fen) == words


def test_beyond_the_limit_is_refused():
    with pytest.raises(ValueError, match="too large"):
        capital_amount(10**17)


def read_back(words: str) -> int:
    """Read capital characters as a cashier does, figure by figure."""
    digits = {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
    places = {"拾": 10, "佰": 100, "仟": 1_000}
    total = section = digit = cents = 0
    for char in words:
        if char in digits:
            digit = digits[char]
        elif char in places:
            section, digit = section + digit * places[char], 0
        elif char == "万":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        elif char == "亿":
            total, section, digit = (total + section + digit) * 10**8, 0, 0
        elif char == "元":
            total, section, digit = total + section + digit, 0, 0
        elif char == "角":
            cents, digit = cents + digit * 10, 0
        elif char == "分":
            cents, digit = cents + digit, 0
    return total * 100 + cents


@given(st.integers(0, 10**14 - 1))
def test_words_read_back_to_the_same_amount(fen):
    words = capital_amount(fen)
    assert read_back(words) == fen
    assert "零零" not in words
