"""Invented tariffs as other cities write them, each with its arithmetic done by hand; and what is refused instead of guessed."""

import json

import pytest

from estate_app.billing.quote import quote_text

WATER = {
    "id": "water",
    "unit": "m3",
    "cycle": "month",
    "tiers": [{"upto": "12", "price": "2.40"}, {"upto": "20", "price": "3.60"}, {"upto": None, "price": "7.20"}],
}
POWER = {
    "id": "power",
    "unit": "kWh",
    "cycle": "year",
    "effective_from": "2020-01-01",
    "tiers": [{"upto": "2160", "price": "0.50"}, {"upto": "4200", "price": "0.55"}, {"upto": None, "price": "0.80"}],
}


def quote(tariffs: list, **case) -> dict:
    [result] = quote_text(json.dumps({"tariffs": tariffs, "cases": [{"id": "x", "tariff_id": tariffs[0]["id"], **case}]}))
    return result


def amounts(result: dict) -> list[int]:
    return [line["amount_fen"] for line in result["lines"]]


def test_every_tier_grows_with_each_person_beyond_the_fourth():
    """12+3, 20+5 for one more: 15 × 2.40 + 10 × 3.60 + 5 × 7.20 = 36 + 36 + 36."""
    household = {"base_persons": 4, "tier1_plus_per_person": "3", "tier2_plus_per_person": "5"}
    assert amounts(quote([WATER | {"household": household}], period="2026-05", usage="30", persons=5)) == [3_600, 3_600, 3_600]
    # Six persons: 18 and 30, so that all 30 stay within two tiers: 18 × 2.40 + 12 × 3.60.
    assert amounts(quote([WATER | {"household": household}], period="2026-05", usage="30", persons=6)) == [4_320, 4_320]
    assert amounts(quote([WATER | {"household": household}], period="2026-05", usage="30", persons=4)) == [2_880, 2_880, 7_200]


def test_a_price_that_rises_in_the_middle_of_a_month_goes_on_counting_the_year():
    """15 and 15 days of June: 150 kWh each; 2,100 counted before, so 60 in tier 1, then tier 2 at the old and at the new price."""
    old = POWER | {"effective_to": "2026-06-15"}
    new = POWER | {
        "effective_from": "2026-06-16",
        "tiers": [{"upto": "2160", "price": "0.52"}, {"upto": "4200", "price": "0.57"}, {"upto": None, "price": "0.82"}],
    }
    result = quote([old, new], period="2026-06", usage="300", prior_usage="2100")
    # 60 × 0.50 = 30.00; 90 × 0.55 = 49.50; 150 × 0.57 = 85.50
    assert amounts(result) == [3_000, 4_950, 8_550]


def test_three_bands_named_by_their_hours_with_a_surcharge_for_each_tier():
    """4,100 before: 100 in tier 2 (+0.05), 200 in tier 3 (+0.30); 150 × 0.55 + 100 × 0.50 + 50 × 0.30."""
    tou = {
        "peak": "08:00-11:00", "flat": "11:00-22:00", "valley": "22:00-08:00",
        "prices": [["0.55", "0.50", "0.30"]], "surcharge_over_tier1": ["0", "0.05", "0.30"],
    }  # fmt: skip
    case = {"period": "2026-11", "prior_usage": "4100", "peak": "150", "flat": "100", "valley": "50", "tou": True}
    assert amounts(quote([POWER | {"tou": tou}], **case)) == [8_250, 5_000, 1_500, 500, 6_000]


def test_bands_written_by_name_are_the_same():
    prices = [{"peak": "0.55", "valley": "0.30"}, {"peak": "0.60", "valley": "0.35"}, {"peak": "0.85", "valley": "0.60"}]
    case = {"period": "2026-11", "prior_usage": "0", "peak": "10", "valley": "20", "tou": True}
    assert amounts(quote([POWER | {"tou": {"prices": prices}}], **case)) == [550, 600]


def test_seasons_choose_the_tiers_by_the_billed_month():
    seasons = [
        {"months": [6, 7, 8, 9], "tiers": [{"upto": "250", "price": "0.55"}, {"upto": None, "price": "0.60"}]},
        {"months": [1, 2, 3, 4, 5, 10, 11, 12], "tiers": [{"upto": "180", "price": "0.55"}, {"upto": None, "price": "0.60"}]},
    ]
    tariff = {"id": "s", "unit": "kWh", "cycle": "month", "tiers": None, "seasons": seasons}
    assert amounts(quote([tariff], period="2026-06", usage="200")) == [11_000]
    assert amounts(quote([tariff], period="2026-10", usage="200")) == [9_900, 1_200]


def test_parts_of_the_price_with_one_that_is_the_same_in_every_tier():
    """12 × 1.45 + 3 × 2.65 in water, 15 × 0.95 in sewage."""
    parts = {"水费": ["1.45", "2.65", "6.25"], "污水处理费": "0.95"}
    assert amounts(quote([WATER | {"components": parts}], period="2026-05", usage="15")) == [1_740, 795, 1_425]


@pytest.mark.parametrize("minimum", [{"minimum_fen": 1_500}, {"minimum_charge": "15.00"}, {"minimum": "15"}])
def test_the_least_charge_tops_a_small_bill_up(minimum):
    assert quote([WATER | minimum], period="2026-05", usage="5")["total_fen"] == 1_500
    assert quote([WATER | minimum], period="2026-05", usage="10")["total_fen"] == 2_400
    assert quote([WATER | minimum], period="2026-05", usage="0")["total_fen"] == 1_500


def test_the_bound_itself_belongs_to_the_lower_tier_and_zero_use_costs_nothing():
    assert amounts(quote([WATER], period="2026-05", usage="12")) == [2_880]
    assert amounts(quote([WATER], period="2026-05", usage="12.001")) == [2_880, 0]
    assert quote([WATER], period="2026-05", usage="0") == {"id": "x", "lines": [], "total_fen": 0}


def test_january_counts_anew():
    assert amounts(quote([POWER], period="2027-01", usage="100")) == [5_000]


@pytest.mark.parametrize(
    ("tariff", "case", "sentence"),
    [
        ({}, {"prior_usage": "-1"}, "Write a quantity of zero or more with at most three decimals, such as 41.161"),
        ({}, {"persons": 0}, "A household has at least one person"),
        ({}, {"persons": "-2"}, "The figure persons is missing or is not a number"),
        ({}, {"usage": None}, "The case gives no use"),
        ({}, {"usage": "NaN"}, "Write a quantity of zero or more with at most three decimals, such as 41.161"),
        ({}, {"period": None}, "Write the period as year and month, such as 2026-07"),
        ({}, {"period": "0000-01"}, "Write the period as year and month, such as 2026-07"),
        ({}, {"discount": "0.9"}, "The part discount is not understood, so nothing can be priced"),
        ({"standing_charge": "8.00"}, {}, "The part standing_charge is not understood, so nothing can be priced"),
        ({"household": {"base_persons": 4, "all_plus": "9"}}, {}, "The part all_plus is not understood, so nothing can be priced"),
        ({"cycle": "quarter"}, {}, "A cycle is month or year"),
        ({"cycle": None}, {}, "A cycle is month or year"),
        ({"tiers": [{"upto": "9", "price": "-1"}]}, {}, "Write a price of zero or more with at most four decimals, such as 0.4883"),
        ({"tiers": [{"upto": "9"}]}, {}, "The figure price is missing or is not a number"),
        ({"tiers": None}, {}, "A tariff needs at least one tier"),
        ({"effective_from": "soon"}, {}, "Write effective_from as a date, such as 2026-07-01"),
        ({"effective_to": "2026-05-20"}, {}, "No tariff holds on 2026-05-21"),
        ({"effective_from": "2026-05-02"}, {}, "No tariff holds on 2026-05-01"),
        ({"components": {"水费": ["1", "2"]}}, {}, "A component needs one price for each tier"),
        ({"minimum": 15}, {}, "Write the minimum charge as minimum_fen, or in yuan as text such as 10.00"),
    ],
)
def test_what_is_missing_or_not_understood_is_refused_with_its_reason(tariff, case, sentence):
    assert quote([WATER | tariff], **({"period": "2026-05", "usage": "30"} | case)) == {"id": "x", "error": sentence}


def test_a_yearly_tariff_does_not_guess_what_the_year_counted():
    sentence = "Tiers by the year need prior_usage, what the year counted before"
    assert quote([POWER], period="2026-05", usage="10") == {"id": "x", "error": sentence}


def test_two_versions_of_the_same_day_and_a_missing_band_are_refused():
    assert quote([POWER, POWER], period="2026-05", usage="1", prior_usage="0")["error"] == "Two versions of the tariff hold on 2026-05-01"
    tou = {"prices": [["0.55", "0.30"]], "surcharge_over_tier1": ["0", "0.05", "0.30"]}
    case = {"period": "2026-05", "prior_usage": "0", "peak": "10", "tou": True}
    assert quote([POWER | {"tou": tou}], **case)["error"] == "Time-of-use needs the use of each band"
    case |= {"valley": "5", "tou": None}
    assert quote([POWER | {"tou": tou}], **case)["error"] == "Say with tou whether the bands have prices of their own"
