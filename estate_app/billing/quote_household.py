"""Reads what a quote file says of larger households. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from estate_app.billing.quote_figures import count_of, list_of, milli_of, refuse_unknown, text_of
from estate_app.billing.rules import tariff as rules
from estate_app.billing.rules.values import parse_milli
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg

_HOUSEHOLD_FIELDS = frozenset({"rule", "apply_from_persons", "base_persons", "tier1_plus", "tier1_plus_per_person", "per_person"})
_HIGHER = re.compile(r"tier([2-9])_plus(_per_person)?")


def read_household(row: Mapping[str, Any]) -> rules.Household:
    """What a file says of larger households; a rule that leaves something unsaid is refused, not guessed."""
    refuse_unknown({k: v for k, v in row.items() if not _HIGHER.fullmatch(k)}, _HOUSEHOLD_FIELDS, "household")
    named = {count_of(row, "apply_from_persons")} if row.get("apply_from_persons") is not None else set()
    named |= {count_of(row, "base_persons") + 1} if row.get("base_persons") is not None else set()
    if not named:
        raise InvalidError(msg("The household rule does not say from how many persons it applies"), field="household")
    if len(named) > 1:
        raise InvalidError(msg("The household rule names two numbers of persons that disagree"), field="household")
    household = rules.Household(
        from_persons=named.pop(),
        higher_plus_milli=_higher(row, ""),
        higher_plus_each_milli=_higher(row, "_per_person"),
        first_plus_milli=_grown(row, "tier1_plus"),
        first_plus_each_milli=_grown(row, "tier1_plus_per_person"),
        per_person_milli=tuple(parse_milli(text_of(m, "per_person"), field="household") for m in list_of(row, "per_person")),
    )
    if not (household.per_person_milli or any(household.growth(index, household.from_persons) for index in range(9))):
        raise InvalidError(msg("The household rule does not say by how much the tiers grow"), field="household")
    return household


def check_persons(household: rules.Household | None, tables: Iterable[Sequence[rules.Tier]]) -> None:
    """Tiers by the person need a figure for every bound: one that is left out would be a guess."""
    count = len(household.per_person_milli) if household else 0
    if count and any(count != sum(tier.upto_milli is not None for tier in table) for table in tables):
        raise InvalidError(msg("The household rule needs one figure a person for the end of each tier"), field="household")


def _grown(row: Mapping[str, Any], key: str) -> int:
    return milli_of(row, key) if row.get(key) is not None else 0


def _higher(row: Mapping[str, Any], ending: str) -> tuple[int, ...]:
    """What tiers 2, 3 … grow by, as `tier2_plus` or `tier2_plus_per_person` say."""
    values = {number: milli_of(row, name) for number in range(2, 10) if row.get(name := f"tier{number}_plus{ending}") is not None}
    return tuple(values.get(number, 0) for number in range(2, max(values) + 1)) if values else ()
