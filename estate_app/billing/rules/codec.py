"""The JSON form of a price rule and of a line's inputs, as the database keeps them.

A rule is `{"unit", "cycle", "tiers": [{"upto_milli", "price_e4"}], …}`, the fields of `Tariff` by their names. What is read
has passed `check_tariff`; an unknown or missing field is refused, so that a typing error never becomes a price.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from estate_app.billing.rules.tariff import (
    Component,
    Cycle,
    Household,
    Season,
    Surcharge,
    Tariff,
    Tier,
    TimeOfUse,
    check_tariff,
)
from estate_app.billing.rules.values import Line
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg

_FIELDS = frozenset(field.name for field in fields(Tariff))


def tariff_to_json(tariff: Tariff) -> dict[str, Any]:
    """Write a tariff as plain JSON values, leaving out what is empty."""
    whole = asdict(tariff)
    whole["cycle"] = tariff.cycle.value
    whole["seasons"] = [{"months": sorted(s.months), "tiers": [asdict(t) for t in s.tiers]} for s in tariff.seasons]
    return {name: _listed(value) for name, value in whole.items() if value not in ((), [], None, 0)}


def tariff_from_json(rule: Mapping[str, Any]) -> Tariff:
    """Read a stored rule and check it.

    Raises:
        InvalidError: a field is unknown, missing or of the wrong kind, or the tariff contradicts itself.
    """
    unknown = set(rule) - _FIELDS
    if unknown:
        raise InvalidError(msg("The price rule has an unknown field {name}", name=min(unknown)), field="rule")
    try:
        tariff = Tariff(
            unit=str(rule["unit"]),
            tiers=_tiers(rule.get("tiers", ())),
            cycle=Cycle(rule.get("cycle", Cycle.month.value)),
            seasons=tuple(Season(frozenset(s["months"]), _tiers(s["tiers"])) for s in rule.get("seasons", ())),
            household=_household(rule.get("household")),
            time_of_use=_time_of_use(rule.get("time_of_use")),
            components=tuple(Component(c["name"], _ints(c["prices_e4"])) for c in rule.get("components", ())),
            surcharges=tuple(Surcharge(s["name"], _int(s["price_e4"])) for s in rule.get("surcharges", ())),
            minimum_fen=_int(rule.get("minimum_fen", 0)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidError(msg("The price rule cannot be read: {reason}", reason=str(error)), field="rule") from error
    check_tariff(tariff)
    return tariff


def line_inputs(line: Line) -> dict[str, Any]:
    """What made a line beside quantity, price and amount, as plain JSON values."""
    inputs: dict[str, Any] = {"formula": line.formula, "label": line.label.id, "params": dict(line.label.params)}
    if line.tier is not None:
        inputs["tier"] = line.tier
    if line.from_on and line.to_on:
        inputs |= {"from_on": line.from_on.isoformat(), "to_on": line.to_on.isoformat()}
    if line.days != line.of_days:
        inputs |= {"days": line.days, "of_days": line.of_days}
    if line.discount_bp:
        inputs["discount_bp"] = line.discount_bp
    if line.is_adjustment:
        inputs["is_adjustment"] = True
    return inputs


def _listed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _listed(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_listed(inner) for inner in value]
    return value


def _int(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _ints(values: Any) -> tuple[int, ...]:
    return tuple(_int(value) for value in values)


def _tiers(rows: Any) -> tuple[Tier, ...]:
    return tuple(Tier(None if row["upto_milli"] is None else _int(row["upto_milli"]), _int(row["price_e4"])) for row in rows)


def _household(row: Mapping[str, Any] | None) -> Household | None:
    if row is None:
        return None
    return Household(
        _int(row["from_persons"]),
        _int(row.get("first_plus_milli", 0)),
        _int(row.get("first_plus_each_milli", 0)),
        _ints(row.get("per_person_milli", ())),
        _ints(row.get("higher_plus_milli", ())),
        _ints(row.get("higher_plus_each_milli", ())),
    )


def _time_of_use(row: Mapping[str, Any] | None) -> TimeOfUse | None:
    if row is None:
        return None
    bands = tuple((str(name), _int(price)) for name, price in row["band_prices_e4"])
    return TimeOfUse(bands, _ints(row["surcharges_e4"]))
