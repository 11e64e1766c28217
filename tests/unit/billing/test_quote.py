"""The tariff file: every kind of case, and refusals that name what is wrong without stopping the rest."""

import json

import pytest

from estate_app.billing.quote import quote_text
from estate_app.errors import InvalidError

# 京发改〔2019〕1543号 (plain class and wall boilers), 浙价资〔2012〕169号, 北京 water 2014, 武汉 water 2013.
TARIFFS = [
    {
        "id": "bj-gas",
        "unit": "m3",
        "cycle": "year",
        "effective_from": "2019-12-01",
        "tiers": [{"upto": "350", "price": "2.61"}, {"upto": "500", "price": "2.83"}, {"upto": None, "price": "4.23"}],
        "classes": {
            "壁挂炉采暖": [{"upto": "1500", "price": "2.61"}, {"upto": "2500", "price": "2.83"}, {"upto": None, "price": "4.23"}],
            "农村煤改气采暖": [{"upto": "2500", "price": "2.61"}],
        },
    },
    {
        "id": "zj-power",
        "unit": "kWh",
        "cycle": "year",
        "tiers": [{"upto": "2760", "price": "0.538"}, {"upto": "4800", "price": "0.588"}, {"upto": None, "price": "0.838"}],
        "tou": {
            "prices": [["0.568", "0.288"], ["0.618", "0.338"], ["0.868", "0.588"]],
            "surcharge_over_tier1": ["0", "0.05", "0.30"],
        },
    },
    {
        "id": "wh-water",
        "unit": "m3",
        "cycle": "month",
        "tiers": [{"upto": "25", "price": "1.52"}, {"upto": "33", "price": "2.28"}, {"upto": None, "price": "3.04"}],
        "household": {"apply_from_persons": 5, "per_person": ["6.25", "8.25"]},
        "surcharges": {"污水处理费": "0.80"},
    },
    {"id": "holed", "tiers": [{"upto": "10", "price": "1"}, {"from": "12", "upto": None, "price": "2"}]},
    {"id": "torn", "tiers": ["10"]},
    {"id": "flat", "effective_from": "2020-01-01", "effective_to": "2026-06-15", "tiers": [{"upto": None, "price": "1.00"}]},
    {"id": "flat", "effective_from": "2026-06-16", "tiers": [{"upto": None, "price": 1.5}]},
]


def quote(case: dict, tariffs: list | None = None) -> dict:
    [result] = quote_text(json.dumps({"tariffs": TARIFFS if tariffs is None else tariffs, "cases": [{"id": "x", **case}]}))
    assert result.pop("id") == "x"
    return result


def rows(result: dict) -> list[tuple]:
    return [(line["quantity"], line["price"], line["amount_fen"]) for line in result["lines"]]


class TestTiered:
    def test_a_class_has_its_own_tiers(self):
        case = {"tariff_id": "bj-gas", "period": "2026-02", "prior_usage": "1450", "usage": "200", "tariff_class": "壁挂炉采暖"}
        result = quote(case)
        assert rows(result) == [("50", "2.61", 13_050), ("150", "2.83", 42_450)]
        assert result["total_fen"] == 55_500

    def test_bands_and_surcharge(self):
        case = {"tariff_id": "zj-power", "period": "2026-08", "prior_usage": "2700", "peak": "180", "valley": "120", "tou": True}
        assert rows(quote(case)) == [("180", "0.568", 10_224), ("120", "0.288", 3_456), ("240", "0.05", 1_200)]

    def test_persons_and_surcharge(self):
        case = {"tariff_id": "wh-water", "period": "2026-05", "usage": "52", "persons": 6}
        assert rows(quote(case)) == [("37.5", "1.52", 5_700), ("12", "2.28", 2_736), ("2.5", "3.04", 760), ("52", "0.80", 4_160)]

    def test_two_versions_of_one_id_split_the_month(self):
        assert rows(quote({"tariff_id": "flat", "period": "2026-06", "usage": 30})) == [("15", "1.00", 1_500), ("15", "1.5", 2_250)]
        assert quote({"tariff_id": "flat", "period": "2026-05", "usage": 30})["total_fen"] == 3_000
        assert quote({"tariff_id": "flat", "period": "2026-07", "usage": 30})["total_fen"] == 4_500

    @pytest.mark.parametrize(
        ("case", "sentence"),
        [
            ({"tariff_id": "none", "period": "2026-05", "usage": "1"}, "The tariff none is not in the file"),
            ({"tariff_id": "holed", "period": "2026-05", "usage": "1"}, "Tier 2 leaves a hole: it must begin at 10"),
            ({"tariff_id": "bj-gas", "period": "2026-13", "usage": "1"}, "Write the period as year and month, such as 2026-07"),
            ({"tariff_id": "bj-gas", "period": "2019-11", "usage": "1"}, "No tariff holds on 2019-11-30"),
            ({"tariff_id": "bj-gas", "period": "2026-05"}, "The case gives no use"),
            (
                {"tariff_id": "bj-gas", "period": "2026-05", "usage": "-1"},
                "Write a quantity of zero or more with at most three decimals, such as 41.161",
            ),
            ({"tariff_id": "bj-gas", "period": "2026-05", "usage": "1", "tariff_class": "x"}, "The tariff has no class x"),
            (
                {"tariff_id": "bj-gas", "period": "2026-05", "usage": "2501", "tariff_class": "农村煤改气采暖"},
                "The tariff has no price above 2500",
            ),
            (
                {"tariff_id": "bj-gas", "period": "2026-05", "peak": "1", "valley": "1", "tou": True},
                "The tariff has no time-of-use prices",
            ),
            (
                {"tariff_id": "zj-power", "period": "2026-05", "usage": "5", "peak": "1", "valley": "1", "tou": True},
                "The bands do not add up to the use",
            ),
            ({"tariff_id": "zj-power", "period": "2026-05", "usage": "5", "tou": True}, "Time-of-use needs the use of each band"),
            ({"tariff_id": "bj-gas", "period": "2026-05", "usage": True}, "The figure usage is missing or is not a number"),
            (
                {"kind": "statement", "readings": 5, "items": [{"label": "x"}]},
                "The part readings must be an object",
            ),
            ({"tariff_id": "torn", "period": "2026-05", "usage": "1"}, "Tiers are a list of objects with upto and price"),
            ({"kind": "magic"}, "The kind of case magic is unknown"),
        ],
    )
    def test_a_case_that_cannot_be_priced_says_why(self, case, sentence):
        assert quote(case) == {"error": sentence}

    def test_surcharges_must_agree_with_the_band_prices(self):
        wrong = [TARIFFS[1] | {"tou": TARIFFS[1]["tou"] | {"prices": [["0.5", "0.3"], ["0.6", "0.3"], ["0.9", "0.6"]]}}]
        case = {"tariff_id": "zj-power", "period": "2026-05", "peak": "1", "valley": "1", "tou": True}
        assert quote(case, wrong) == {"error": "The time-of-use prices and the surcharges of the tiers disagree"}


class TestOtherKinds:
    def test_a_real_statement_adds_up(self):
        """Gist tylerlong/7b2d2fc6e112ec326aa0c57d37aa63e6 (Shenzhen): 712.41 yuan as published."""
        case = {
            "kind": "statement",
            "readings": {"煤气": ["476.593", "500.463"], "电": ["11405", "11887.6"], "水": ["9", "30"]},
            "items": [
                {"label": "煤气", "quantity": "0", "price": "3.5"},
                {"label": "电费", "price": "0.68"},
                {"label": "水费", "price": "3.6"},
                {"label": "垃圾处理费", "quantity": "21", "price": "0.59"},
                {"label": "物业费 3 个月", "quantity": "3", "price": "61.20"},
                {"label": "本体基金 3 个月", "quantity": "3", "price": "9.70"},
            ],
        }
        result = quote(case)
        assert [line["amount_fen"] for line in result["lines"]] == [8_355, 32_817, 7_560, 1_239, 18_360, 2_910]
        assert result["total_fen"] == 71_241

    def test_property_fee(self):
        result = quote({"kind": "property_fee", "area_m2": "94.56", "rate": "1.30", "months": 3})
        assert rows(result) == [("283.68", "1.30", 36_878)]

    @pytest.mark.parametrize(
        ("change", "amount", "is_capped"),
        [
            ({}, 6_000, False),
            ({"cap": 5_000}, 5_000, True),
            ({"days": 400, "cap": "principal"}, 200_000, True),
            ({"days": 400, "cap": "0.5"}, 100_000, True),
            ({"rate": "0.04745", "rate_per": "year", "days_in_year": 365, "days": 365}, 9_490, False),
        ],
    )
    def test_late_fee(self, change, amount, is_capped):
        case = {"kind": "late_fee", "principal_fen": 200_000, "rate": "0.003", "rate_per": "day", "days": 10, "cap": None}
        result = quote(case | change)
        assert (result["amount_fen"], result["capped"], result["total_fen"]) == (amount, is_capped, amount)

    def test_shares_sum_to_the_whole(self):
        result = quote({"kind": "share_by_area", "total_fen": 100_000, "areas_m2": ["94.56", "88.20", "120.35"]})
        assert (result["parts_fen"], result["total_fen"]) == ([31_197, 29_098, 39_705], 100_000)

    def test_a_likely_rollover_is_counted_and_an_unlikely_one_refused(self):
        case = {"kind": "meter", "previous": "99985", "current": "12", "digits": 5, "multiplier": "1"}
        assert quote(case)["usage"] == "27"
        refused = quote(case | {"previous": "500", "current": "400"})
        assert refused["error"].startswith("The reading 400 is below the last one 500")


class TestFile:
    def test_one_wrong_case_does_not_stop_the_others(self):
        cases = [7, {"id": "a", "kind": "meter", "previous": "1", "current": "3"}, {"id": "b"}]
        results = quote_text(json.dumps({"cases": cases}))
        assert [(r["id"], "error" in r) for r in results] == [(None, True), ("a", False), ("b", True)]

    @pytest.mark.parametrize("text", ["{", "[]", '{"cases": 1}', '{"cases": [], "tariffs": {}}'])
    def test_a_file_that_is_none_is_refused(self, text):
        with pytest.raises(InvalidError):
            quote_text(text)

    def test_the_sentence_is_said_in_the_wished_language(self, monkeypatch):
        monkeypatch.setattr(
            "estate_app.kit.i18n.catalogue", lambda locale: {"A case must be an object": "案例必须是对象"} if locale == "zh" else {}
        )
        assert quote_text('{"cases": [1]}', locale="zh") == [{"id": None, "error": "案例必须是对象"}]
