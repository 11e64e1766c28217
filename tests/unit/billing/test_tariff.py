"""What makes a tariff wrong, and its JSON form."""

import pytest

from estate_app.billing.rules.codec import line_inputs, tariff_from_json, tariff_to_json
from estate_app.billing.rules.metered import Use, price_use
from estate_app.billing.rules.tariff import (
    Component,
    Cycle,
    Household,
    Season,
    Surcharge,
    Tariff,
    Tier,
    TierRow,
    TimeOfUse,
    build_tiers,
    check_tariff,
)
from estate_app.errors import InvalidError


class TestBuildTiers:
    def test_reads_typed_rows(self):
        rows = [TierRow("240", "0.4883", "0"), TierRow("400", "0.5383", "240"), TierRow("", "0.7883", "400")]
        assert build_tiers(rows) == (Tier(240_000, 4883), Tier(400_000, 5383), Tier(None, 7883))

    @pytest.mark.parametrize(
        ("rows", "field", "sentence"),
        [
            ([], "tiers", "A tariff needs at least one tier"),
            ([TierRow("10", "1"), TierRow("", "2", "11")], "tiers.2.above", "Tier {tier} leaves a hole: it must begin at {bound}"),
            (
                [TierRow("10", "1"), TierRow("", "2", "9")],
                "tiers.2.above",
                "Tier {tier} overlaps the one before: it must begin at {bound}",
            ),
            ([TierRow("10", "1"), TierRow("10", "2"), TierRow("", "3")], "tiers.2.upto", "Tier {tier} must end above {bound}"),
            ([TierRow("0", "1"), TierRow("", "2")], "tiers.1.upto", "Tier {tier} must end above {bound}"),
            ([TierRow("", "1"), TierRow("10", "2")], "tiers.1.upto", "Only the last tier may be without an upper end"),
            ([TierRow("10", "1")], "tiers.1.upto", "The last tier must be without an upper end, so that all use has a price"),
            (
                [TierRow("", "0.48835")],
                "tiers.1.price",
                "Write a price of zero or more with at most four decimals, such as 0.4883",
            ),
            ([TierRow("", "-1")], "tiers.1.price", "Write a price of zero or more with at most four decimals, such as 0.4883"),
            ([TierRow("", "abc")], "tiers.1.price", "Write a price of zero or more with at most four decimals, such as 0.4883"),
            (
                [TierRow("1.0001", "1"), TierRow("", "1")],
                "tiers.1.upto",
                "Write a quantity of zero or more with at most three decimals, such as 41.161",
            ),
        ],
    )
    def test_refuses_with_the_field_and_the_remedy(self, rows, field, sentence):
        with pytest.raises(InvalidError) as refusal:
            build_tiers(rows)
        assert (refusal.value.field, refusal.value.message.id) == (field, sentence)


OPEN = (Tier(10_000, 10_000), Tier(None, 20_000))


@pytest.mark.parametrize(
    ("tariff", "field"),
    [
        (Tariff("m³"), "tiers"),
        (Tariff("m³", (Tier(None, -1),)), "tiers.1.price"),
        (Tariff("m³", OPEN, minimum_fen=-1), "minimum"),
        (Tariff("m³", seasons=(Season(frozenset({1, 2}), OPEN),)), "seasons"),
        (Tariff("m³", seasons=(Season(frozenset(range(1, 13)), OPEN), Season(frozenset({5}), OPEN))), "seasons"),
        (Tariff("m³", OPEN, seasons=(Season(frozenset({13}), OPEN),)), "seasons"),
        (Tariff("m³", OPEN, household=Household(0)), "household"),
        (Tariff("m³", OPEN, household=Household(5, per_person_milli=(-1,))), "household"),
        (Tariff("m³", OPEN, time_of_use=TimeOfUse((("peak", 1),), (0,))), "time_of_use"),
        (Tariff("m³", OPEN, time_of_use=TimeOfUse((), (0, 1))), "time_of_use"),
        (Tariff("m³", OPEN, time_of_use=TimeOfUse((("peak", 1),), ())), "time_of_use"),
        (Tariff("m³", OPEN, components=(Component("水费", (10_000,)),)), "components"),
        (Tariff("m³", OPEN, components=(Component("水费", (10_000, 19_999)),)), "components"),
        (Tariff("m³", OPEN, components=(Component("a", (20_000, 20_000)), Component("b", (-10_000, 0)))), "components"),
        (Tariff("m³", OPEN, surcharges=(Surcharge("污水处理费", -1),)), "surcharges"),
    ],
)
def test_a_tariff_that_contradicts_itself_is_refused(tariff, field):
    with pytest.raises(InvalidError) as refusal:
        check_tariff(tariff)
    assert refusal.value.field == field


class TestCodec:
    WHOLE = Tariff(
        unit="kWh",
        tiers=OPEN,
        cycle=Cycle.year,
        seasons=(Season(frozenset({7, 8}), OPEN),),
        household=Household(5, 1, 2, (3, 4), (5, 6), (7, 8)),
        time_of_use=TimeOfUse((("peak", 5680), ("valley", 2880)), (0, 500)),
        components=(Component("水费", (6_000, 16_000)), Component("水资源费", (4_000, 4_000))),
        surcharges=(Surcharge("污水处理费", 8_000),),
        minimum_fen=100,
    )

    def test_a_tariff_comes_back_as_it_was(self):
        assert tariff_from_json(tariff_to_json(self.WHOLE)) == self.WHOLE

    def test_a_flat_price_is_short(self):
        flat = Tariff("m³", (Tier(None, 30_000),))
        assert tariff_to_json(flat) == {"unit": "m³", "cycle": "month", "tiers": [{"upto_milli": None, "price_e4": 30_000}]}
        assert tariff_from_json(tariff_to_json(flat)) == flat

    @pytest.mark.parametrize(
        "rule",
        [
            {"unit": "m³", "tier": []},
            {"tiers": [{"upto_milli": None, "price_e4": 1}]},
            {"unit": "m³", "tiers": [{"upto_milli": None, "price_e4": 1.5}]},
            {"unit": "m³", "tiers": [{"upto_milli": None, "price_e4": True}]},
            {"unit": "m³", "tiers": [{"upto_milli": 10, "price_e4": 1}]},
            {"unit": "m³", "tiers": 5},
            {"unit": "m³", "cycle": "week", "tiers": [{"upto_milli": None, "price_e4": 1}]},
        ],
    )
    def test_a_wrong_rule_is_refused(self, rule):
        with pytest.raises(InvalidError):
            tariff_from_json(rule)

    def test_a_line_keeps_what_made_it(self):
        line = price_use(Tariff("m³", OPEN), Use(12_500), month=1).lines[1]
        assert line_inputs(line) == {"formula": "2.5 × 2.00", "label": "Tier {tier}", "params": {"tier": 2}, "tier": 2}
