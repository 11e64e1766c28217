"""Tariffs as large cities publish them (bounds and prices of the notices named), each amount worked out by hand beside it."""

import json

import pytest

from estate_app.billing.quote import quote_text

Row = tuple[str | None, str]


def tiers(*rows: Row) -> list[dict]:
    return [{"tier": number, "upto": upto, "price": price} for number, (upto, price) in enumerate(rows, start=1)]


def tariff(name: str, cycle: str, *rows: Row, **more: object) -> dict:
    return {"id": name, "cycle": cycle, "effective_from": "2012-07-01", "effective_to": None, "tiers": tiers(*rows) or None, **more}


SUMMER = {"months": [5, 6, 7, 8, 9, 10], "tiers": tiers(("260", "0.6699"), ("600", "0.7199"), (None, "0.9699"))}
WINTER = {"months": [1, 2, 3, 4, 11, 12], "tiers": tiers(("200", "0.6699"), ("400", "0.7199"), (None, "0.9699"))}
FIVE_BANDS = {
    "bands": ["sharp", "peak", "flat", "valley", "deep_valley"],
    "prices": [["0.80", "0.62", "0.52", "0.31", "0.2105"]],
    "surcharge_over_tier1": ["0", "0.05", "0.30"],
}
TARIFFS = [
    # 沪发改 time-of-use: the peak rises by 0.06, the valley by 0.03, so the bands do not rise evenly.
    tariff(
        "上海电", "year", ("3120", "0.617"), ("4800", "0.667"), (None, "0.917"),
        tou={"peak": "06:00-22:00", "valley": "22:00-06:00", "prices": [["0.617", "0.307"], ["0.677", "0.337"], ["0.977", "0.487"]]},
    ),
    tariff("上海气", "year", ("310", "3.00"), ("520", "3.30"), (None, "4.20"),
           household={"apply_from_persons": 5, "tier1_plus": "60", "tier2_plus": "100"}),
    tariff("深圳电", "month", seasons=[SUMMER, WINTER], household={"base_persons": 4, "tier1_plus": "100"}),
    tariff("深圳水", "month", ("22", "2.67"), ("30", "4.01"), (None, "8.01"), surcharges={"污水处理费": "0.90", "垃圾处理费": "0.59"},
           household={"base_persons": 4, "tier1_plus_per_person": "5", "tier2_plus_per_person": "7"}),
    tariff("杭州水", "year", ("216", "2.90"), ("300", "3.85"), (None, "6.70"),
           components={"水费": ["1.90", "2.85", "5.70"], "污水处理费": "1.00"}, classes={"多人口": tiers(("276", "2.90"), ("360", "3.85"), (None, "6.70"))}),
    tariff("成都电", "month", ("180", "0.5464"), ("280", "0.6464"), (None, "0.8464")),
    tariff("江苏电", "year", ("2760", "0.5283"), ("4800", "0.5783"), (None, "0.8283"),
           tou={"prices": {"peak": ["0.5583", "0.6083", "0.8583"], "valley": ["0.3583", "0.4083", "0.6583"]}}),
    tariff("五时段", "month", ("180", "0.52"), ("280", "0.57"), (None, "0.82"), tou=FIVE_BANDS),
    tariff("南宁水", "month", ("32", "1.45"), ("48", "2.18"), (None, "2.90"), minimum_fen=725, surcharges={"污水处理费": "1.17"}),
    tariff("每人", "month", ("12", "2.05"), ("18", "3.07"), (None, "6.15"), household={"apply_from_persons": 4, "per_person": ["3.333", "5"]}),
    tariff("旧价", "month", ("22", "2.30"), (None, "3.45"), effective_to="superseded (2017 or earlier)"),
    tariff("供热", "month", (None, "0.16")),
]  # fmt: skip


def ask(**case: object) -> dict:
    file = {"tariffs": TARIFFS, "cases": [{"id": "x", "period": "2026-07", **case}]}
    [result] = quote_text(json.dumps(file, ensure_ascii=False))
    return result


@pytest.mark.parametrize(
    ("case", "amounts"),
    [
        # 20 × 0.617 = 12.34; 130 × 0.667 = 86.71
        ({"tariff_id": "上海电", "prior_usage": "3100", "usage": "150"}, [1_234, 8_671]),
        # All of it in tier 2: 100 × 0.677; 50 × 0.337 = 16.85
        ({"tariff_id": "上海电", "prior_usage": "3120", "peak": "100", "valley": "50", "tou": True}, [6_770, 1_685]),
        # Exactly to the bound: 100 × 0.617; 20 × 0.307
        ({"tariff_id": "上海电", "prior_usage": "3000", "peak": "100", "valley": "20", "tou": True}, [6_170, 614]),
        # Bounds 370 and 620: 20 × 3.00; 250 × 3.30; 5.5 × 4.20 = 23.10
        ({"tariff_id": "上海气", "prior_usage": "350", "usage": "275.5", "persons": 7}, [6_000, 82_500, 2_310]),
        # 260 × 0.6699 = 174.174; 1 × 0.7199
        ({"tariff_id": "深圳电", "period": "2026-10", "usage": "261"}, [17_417, 72]),
        # 200 × 0.6699 = 133.98; 61 × 0.7199 = 43.9139
        ({"tariff_id": "深圳电", "period": "2026-11", "usage": "261"}, [13_398, 4_391]),
        # Five persons: tier 1 to 300, so 61 is nothing above it
        ({"tariff_id": "深圳电", "period": "2026-11", "usage": "261", "persons": 5}, [17_484]),
        # Six persons, 32 and 44: 32 × 2.67 = 85.44; 12 × 4.01 = 48.12; 1 × 8.01; 45 × 0.90; 45 × 0.59
        ({"tariff_id": "深圳水", "usage": "45", "persons": 6}, [8_544, 4_812, 801, 4_050, 2_655]),
        # 0.001 × 1.90 rounds to nothing; 29.999 × 2.85 = 85.49715; 30 × 1.00
        ({"tariff_id": "杭州水", "prior_usage": "215.999", "usage": "30"}, [0, 8_550, 3_000]),
        # A class with other bounds at the same prices keeps its parts: 30 × 1.90; 30 × 1.00
        ({"tariff_id": "杭州水", "prior_usage": "215.999", "usage": "30", "tariff_class": "多人口"}, [5_700, 3_000]),
        # 180 × 0.5464 = 98.352; 100 × 0.6464 = 64.64; 1 × 0.8464
        ({"tariff_id": "成都电", "usage": "281"}, [9_835, 6_464, 85]),
        ({"tariff_id": "成都电", "usage": "180"}, [9_835]),
        ({"tariff_id": "成都电", "usage": 0}, []),
        # Prices as a list for each band: 100 × 0.5583; 60 × 0.3583 = 21.498; 150 in tier 2 × 0.05
        ({"tariff_id": "江苏电", "prior_usage": "2750", "peak": "100", "valley": "60", "tou": True}, [5_583, 2_150, 750]),
        # 40 × 0.80; 80 × 0.62; 90 × 0.52; 50 × 0.31; 30 × 0.2105 = 6.315 → 6.32; 100 × 0.05; 10 × 0.30
        (
            {"tariff_id": "五时段", "sharp": "40", "peak": "80", "flat": "90", "valley": "50", "deep_valley": "30", "tou": True},
            [3_200, 4_960, 4_680, 1_550, 632, 500, 300],
        ),
        # 2 × 1.45; 2 × 1.17; the rest to 7.25
        ({"tariff_id": "南宁水", "usage": "2"}, [290, 234, 201]),
        # Four persons: 13.332 × 2.05 = 27.3306; 6.668 × 3.07 = 20.47076; 1 × 6.15
        ({"tariff_id": "每人", "usage": "21", "persons": 4}, [2_733, 2_047, 615]),
        ({"tariff_id": "旧价", "period": "2017-12", "usage": "23"}, [5_060, 345]),
        # 106.25 × 0.16 = 17.00; 0.031 × 0.16 = 0.00496; 0.625 × 0.16 = 0.10; more than thousandths are refused
        ({"tariff_id": "供热", "usage": "106.25"}, [1_700]),
        ({"tariff_id": "供热", "usage": "0.031"}, [0]),
        ({"tariff_id": "供热", "usage": "0.03125"}, None),
        ({"tariff_id": "供热", "usage": "0.625"}, [10]),
    ],
)  # fmt: skip
def test_each_line_to_the_fen(case, amounts):
    result = ask(**case)
    assert ([line["amount_fen"] for line in result["lines"]] if "lines" in result else None) == amounts
    assert result.get("total_fen", 0) == sum(amounts or ())


UNEVEN = "The bands rise unevenly from tier to tier, and nothing says how much of each band falls in which tier"


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ({"tariff_id": "上海电", "prior_usage": "3100", "peak": "100", "valley": "20", "tou": True}, UNEVEN),
        ({"tariff_id": "五时段", "peak": "80", "tou": False}, "Time-of-use needs the use of each band"),
        ({"tariff_id": "旧价", "period": "2018-01", "usage": "23"}, "No tariff holds on 2018-01-31"),
        ({"usage": "23"}, "The case does not name its tariff with tariff_id"),
        ({"tariff_id": "供热", "usage": 1e30}, "Write a quantity of zero or more with at most three decimals, such as 41.161"),
        ({"tariff_id": "供热", "usage": 10**60}, "A figure is too large or too fine to be priced"),
        ({"tariff_id": "供热", "usage": float("nan")}, "A figure is too large or too fine to be priced"),
        ({"tariff_id": "供热", "usage": "1", "low_income": True}, "The part low_income is not understood, so nothing can be priced"),
        ({"tariff_id": "供热", "usage": "1", "subsidy": "¥5.00"}, "The part subsidy is not understood, so nothing can be priced"),
    ],
)
def test_what_is_in_doubt_is_refused(case, sentence):
    assert ask(**case) == {"id": "x", "error": sentence}


BASE = tariff("t", "month", ("10", "1.00"), (None, "2.00"))
GROWTH = "The household rule does not say by how much the tiers grow"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"tiers": [{"tier": 1, "upto": "10", "price": "1"}, {"tier": 3, "upto": None, "price": "2"}]}, "The tiers are not numbered 1, 2, 3 and so on"),
        ({"tiers": [{"upto": None, "price": "1", "sewage": "0.9"}]}, "The part sewage is not understood, so nothing can be priced"),
        ({"household": {"apply_from_persons": 5, "rule": "第一档加 20%"}}, GROWTH),
        ({"household": {"apply_from_persons": 5, "tier1_plus": None}}, GROWTH),
        ({"household": {"apply_from_persons": 5, "tier1_factor": "20%"}}, "The part tier1_factor is not understood, so nothing can be priced"),
        ({"household": {"apply_from_persons": 5, "base_persons": 3, "tier1_plus": "9"}}, "The household rule names two numbers of persons that disagree"),
        ({"household": {"base_persons": 4, "per_person": ["3", "4"]}}, "The household rule needs one figure a person for the end of each tier"),
        ({"household": {"base_persons": 4, "per_person": "62"}}, "The part per_person must be a list"),
        ({"surcharges": [{"name": "污水", "price": "1"}]}, "The part surcharges must be an object"),
        ({"seasons": [{"months": [1], "tiers": tiers((None, "1")), "fund": "0.03"}]}, "The part fund is not understood, so nothing can be priced"),
        ({"tou": {"prices": [["0.5", "0.3"]] * 2, "fund": "0.03"}}, "The part fund is not understood, so nothing can be priced"),
        ({"tou": {"prices": 5}}, "Time-of-use prices need one price for each band and tier"),
        ({"tou": {"prices": {"peak": ["0.5", "0.6"], "valley": ["0.3"]}}}, "Time-of-use prices need one price for each band and tier"),
        ({"tou": {"prices": [["0.3", "0.5"]] * 2}}, "The order of the time-of-use prices is in doubt; name it with bands"),
        ({"effective_to": 2017}, "Write effective_to as a date, such as 2026-07-01"),
    ],
)  # fmt: skip
def test_a_tariff_that_leaves_something_open_is_refused(more, sentence):
    [result] = quote_text(json.dumps({"tariffs": [BASE | more], "cases": [{"id": 1, "tariff_id": "t", "period": "2026-05", "usage": "1"}]}))
    assert result == {"id": 1, "error": sentence}
