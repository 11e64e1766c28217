"""Tips follow from facts: each with its reason, the weightiest first, and none without a fact that carries it."""

from dataclasses import replace
from datetime import date

import pytest

from estate_app.advice.rules import Facts, PastRepair, Thing, Use, advise
from estate_app.kit.i18n import translate

MARCH = date(2026, 3, 18)
PLAIN = Facts(today=MARCH)


def leak(on: date, category_id=7) -> PastRepair:
    return PastRepair(category_id, "水管漏水", "Leaking pipe", "plumbing", on)


def codes(facts: Facts, most=9) -> list[str]:
    return [tip.code for tip in advise(facts, most=most)]


def reason(facts: Facts, code: str) -> str:
    return next(translate(tip.reason, "zh") for tip in advise(facts, most=9) if tip.code == code)


def test_without_facts_and_out_of_season_there_is_nothing_to_say():
    assert advise(PLAIN) == ()


@pytest.mark.parametrize(
    ("newest", "usual", "is_said"),
    [(12_000, 8_000, True), (11_999, 8_000, False), (5_999, 3_000, False), (6_000, 3_000, True), (9_000, 0, False)],
)
def test_water_is_much_from_half_as_much_again_and_three_cubic_metres_on(newest, usual, is_said):
    facts = replace(PLAIN, uses=[Use("water", newest, usual, date(2026, 3, 1))])
    assert codes(facts) == (["use_water"] if is_said else [])


def test_the_reason_names_the_figures():
    facts = replace(PLAIN, uses=[Use("water", 12_340, 8_000, date(2026, 3, 1))])
    assert reason(facts, "use_water") == "您家截至 2026-03-01 的用量为 12.3，平时为 8.0"


def test_what_comes_back_within_a_year_is_said_with_its_kind():
    twice = replace(PLAIN, repairs=[leak(date(2026, 1, 5)), leak(date(2025, 3, 18)), leak(date(2025, 3, 17), 8)])
    (tip,) = advise(twice)
    assert (tip.code, tip.subject, translate(tip.reason, "zh")) == ("again_7", ("水管漏水", "Leaking pipe"), "一年内同类维修 2 次")
    assert codes(replace(PLAIN, repairs=[leak(date(2026, 1, 5))])) == []


@pytest.mark.parametrize(
    ("handed_over", "repairs", "found"),
    [
        (date(2020, 3, 18), (), ["hoses"]),
        (date(2020, 3, 19), (), []),
        (date(2016, 3, 18), (), ["hoses", "breaker"]),
        (date(2020, 3, 18), (leak(date(2025, 1, 1)),), []),
    ],
)
def test_the_age_of_the_home(handed_over, repairs, found):
    assert codes(replace(PLAIN, handed_over_on=handed_over, repairs=repairs)) == found


def test_a_facility_near_the_end_of_its_life():
    old, young = Thing("1 号客梯", date(2010, 3, 18), 20), Thing("2 号客梯", date(2010, 3, 19), 20)
    assert codes(replace(PLAIN, things=[old, young])) == ["thing_1 号客梯"]
    assert reason(replace(PLAIN, things=[old]), "thing_1 号客梯") == "1 号客梯已用到第 17 年，设计寿命 20 年"


@pytest.mark.parametrize(("month", "code"), [(1, "season_plumbing"), (5, "season_hvac"), (7, "season_masonry"), (11, "season_hvac")])
def test_each_season_has_its_tip(month, code):
    assert codes(Facts(today=date(2026, month, 1))) == [code]


def test_a_season_weighs_more_where_it_was_repaired_before_and_says_when():
    facts = Facts(today=date(2026, 1, 10), handed_over_on=date(2016, 1, 1), repairs=[leak(date(2024, 5, 2))])
    assert codes(facts) == ["season_plumbing", "breaker"]
    assert reason(facts, "season_plumbing").endswith("您家上次维修是 2024-05-02")


def test_at_most_three_the_weightiest_first():
    facts = Facts(
        date(2026, 1, 10), date(2010, 1, 1), [leak(date(2025, 9, 1)), leak(date(2025, 10, 1))], [Thing("1 号客梯", date(2000, 1, 1), 20)],
        [Use("water", 20_000, 8_000, date(2026, 1, 1))],
    )  # fmt: skip
    assert codes(facts, most=3) == ["use_water", "again_7", "season_plumbing"]
