"""Statements, property fees, late fees, shares and meters of a quote file: the edges, with the arithmetic beside them."""

import json

import pytest

from estate_app.billing.quote import quote_text
from estate_app.errors import InvalidError

LATE = {"kind": "late_fee", "principal_fen": 36_878, "rate": "0.0005", "rate_per": "day", "days": 45, "cap": None}
FEE = {"kind": "property_fee", "area_m2": "94.56", "rate": "1.30", "months": 1}
SHARE = {"kind": "share_by_area", "total_fen": 100, "areas_m2": ["1", "1", "1"]}
METER = {"kind": "meter", "previous": "99985", "current": "12", "digits": 5}
STATEMENT = {"kind": "statement", "readings": {"水": ["9", "30"]}, "items": [{"label": "水费", "price": "3.6"}]}


def ask(case: dict) -> dict:
    [result] = quote_text(json.dumps({"cases": [{"id": "x", **case}]}))
    return result


@pytest.mark.parametrize(
    ("case", "total"),
    [
        (LATE | {"days": 0}, 0),
        # 368.78 × 0.0005 × 1 = 0.18439
        (LATE | {"days": 1}, 18),
        # 10 fen × 0.05 × 1 = 0.5 fen, half up
        (LATE | {"principal_fen": 10, "rate": "0.05", "days": 1}, 1),
        # A leap year whole: 10,000.00 × 4.745% × 366 / 366, and by 365 and 360 days
        (LATE | {"principal_fen": 1_000_000, "rate": "0.04745", "rate_per": "year", "days": 366, "days_in_year": 366}, 47_450),
        (LATE | {"principal_fen": 1_000_000, "rate": "0.04745", "rate_per": "year", "days": 366, "days_in_year": 365}, 47_580),
        (LATE | {"principal_fen": 1_000_000, "rate": "0.04745", "rate_per": "year", "days": 31, "days_in_year": 360}, 4_086),
        (LATE | {"days": 3_000, "cap": "principal"}, 36_878),
        (LATE | {"days": 3_000, "cap": "0.3"}, 11_063),
        (LATE | {"cap": 0}, 0),
        # 0.01 m² × 1.30 = 0.013; 0.385 m² × 1.30 = 0.5005; 94.56 × 1.30 × 12 = 1475.136
        (FEE | {"area_m2": "0.01"}, 1),
        (FEE | {"area_m2": "0.385"}, 50),
        (FEE | {"months": 12}, 147_514),
        # 5 × 1.001 = 5.005, half up
        (FEE | {"area_m2": "5", "rate": "1.001"}, 501),
        (STATEMENT, 7_560),
        # 21 × 3.6 and 21 × 0.59 = 12.39 and one row without use
        (STATEMENT | {"items": [*STATEMENT["items"], {"label": "垃圾", "quantity": 21, "price": 0.59}, {"label": "气", "quantity": "0", "price": "3"}]}, 8_799),
    ],
)  # fmt: skip
def test_a_sum_to_the_fen(case, total):
    assert ask(case)["total_fen"] == total


@pytest.mark.parametrize(
    ("total", "areas", "parts"),
    [
        (100, ["1", "1", "1"], [34, 33, 33]),
        (5, ["50"] * 7, [1, 1, 1, 1, 1, 0, 0]),
        (12_345, ["88.88"], [12_345]),
        (0, ["1", "2"], [0, 0]),
        # 1 × 0.01 / 100 → 0; 1 × 99.99 / 100 = 0.9999 → 1
        (1, ["0.01", "99.99"], [0, 1]),
        # 10 / 6 × 1, 2, 3 = 1.67, 3.33, 5: the odd fen to the largest remainder
        (10, ["1", "2", "3"], [2, 3, 5]),
    ],
)
def test_shares_sum_to_the_whole_and_ties_go_to_the_earlier(total, areas, parts):
    assert ask(SHARE | {"total_fen": total, "areas_m2": areas})["parts_fen"] == parts


@pytest.mark.parametrize(
    ("change", "usage"),
    [
        ({}, "27"),
        ({"previous": "9999", "current": "0", "digits": 4}, "1"),
        ({"previous": "999999.5", "current": "0.25", "digits": 6}, "0.75"),
        ({"previous": "500", "current": "500"}, "0"),
        ({"previous": "500", "current": "400", "rollover_confirmed": True}, "99900"),
        ({"previous": "10", "current": "12.5", "digits": None, "multiplier": "40"}, "100"),
    ],
)
def test_readings(change, usage):
    assert ask(METER | change)["usage"] == usage


@pytest.mark.parametrize(
    ("case", "begins"),
    [
        (LATE | {"rate_per": "year"}, "A rate per year needs days_in_year"),
        (LATE | {"rate_per": "year", "days_in_year": 364}, "A year has 360, 365 or 366 days"),
        (LATE | {"rate_per": None}, "A rate is per day or per year"),
        (LATE | {"rate": "0.0000000001"}, "A rate has at most nine decimals"),
        (LATE | {"rate": "1e999999"}, "The figure rate is missing or is not a number"),
        (LATE | {"rate": "0.05%"}, "The figure rate is missing or is not a number"),
        (LATE | {"days": 45.5}, "A whole number is needed here"),
        (LATE | {"days": 10**9}, "A figure is too large"),
        (LATE | {"principal_fen": -1}, "The figure principal_fen is missing"),
        (LATE | {"grace_days": 15}, "The part grace_days is not understood"),
        (LATE | {"cap": "368.78"}, "Write a cap as whole fen"),
        (LATE | {"cap": -1}, "A cap cannot be negative"),
        (FEE | {"months": None}, "The case does not say for how many months"),
        (FEE | {"months": "1.5"}, "A whole number is needed here"),
        (FEE | {"rate_per": "year"}, "The rate of a property fee is per month"),
        (FEE | {"area_m2": "-94.56"}, "Write a quantity of zero or more"),
        (FEE | {"area_m2": 0}, "The quantity to charge must be more than zero"),
        (FEE | {"discount": "20%"}, "The part discount is not understood"),
        (FEE | {"rate": "999999999", "area_m2": "999999999"}, "A figure is too large"),
        (SHARE | {"areas_m2": "123"}, "The part areas_m2 must be a list"),
        (SHARE | {"areas_m2": []}, "Nobody takes part"),
        (SHARE | {"areas_m2": ["1", "0"]}, "An area must be above zero"),
        (SHARE | {"vacant": [1]}, "The part vacant is not understood"),
        (SHARE | {"total_fen": None}, "The figure total_fen is missing"),
        (METER | {"digits": None}, "The reading 12 is below the last one 99985"),
        (METER | {"rollover_confirmed": False}, "The reading 12 is below the last one 99985"),
        (METER | {"rollover_confirmed": "false"}, "Write rollover_confirmed as true or false"),
        (METER | {"digits": 4}, "The reading has more digits than the dial's 4"),
        (METER | {"digits": 12}, "A figure is too large"),
        (METER | {"multiplier": "0"}, "The multiplier must be more than zero"),
        (METER | {"replaced_at": "5"}, "The part replaced_at is not understood"),
        (STATEMENT | {"readings": {"热水": ["1", "2"], "水": ["9", "30"]}}, "The reading 热水 belongs to no row"),
        (STATEMENT | {"readings": {"水": ["9"]}}, "A reading is a list of two figures"),
        (STATEMENT | {"readings": {"水": ["30", "9"]}}, "The reading 9 is below the last one 30"),
        (STATEMENT | {"items": [{"label": "水费"}]}, "The figure price is missing"),
        (STATEMENT | {"items": ["水费"]}, "The part items must be a list of objects"),
        (STATEMENT | {"items": [{"label": "水费", "price": "3.6", "off": "10%"}]}, "The part off is not understood"),
        (STATEMENT | {"items": []}, "A statement needs rows"),
        ({"kind": ["meter"]}, "The kind of case ['meter'] is unknown"),
    ],
)
def test_what_cannot_be_priced_says_why(case, begins):
    result = ask(case)
    assert set(result) == {"id", "error"}
    assert result["error"].startswith(begins)


def test_a_mark_before_the_text_is_no_error_and_a_text_without_end_is():
    assert quote_text('\ufeff{"cases": []}') == []
    for text in ("", "[" * 100_000, '[{"id": 1}]', "{}"):
        with pytest.raises(InvalidError):
            quote_text(text)
