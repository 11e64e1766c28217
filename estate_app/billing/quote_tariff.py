"""Reads the tariffs of a quote file into the billing rules' own values, and its figures from text or JSON numbers."""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from estate_app.billing.rules import tariff as rules
from estate_app.billing.rules.values import parse_milli, parse_price
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg

_PERIOD = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_OPEN = (None, "", "inf")


@dataclass(frozen=True, slots=True)
class FileTariff:
    """One version of a tariff in a file; `price_texts` keeps each price as it was written."""

    tariff: rules.Tariff
    classes: tuple[tuple[str, tuple[rules.Tier, ...]], ...]
    from_on: date | None
    to_on: date | None
    price_texts: tuple[tuple[int, str], ...]

    def holds_between(self, first: date, last: date) -> bool:
        """Whether it holds on any day of a period."""
        return (self.from_on or first) <= last and (self.to_on or last) >= first

    def for_class(self, name: object) -> "FileTariff":
        """The version for a class of users; no name means the plain one."""
        if name is None:
            return self
        tiers = dict(self.classes).get(str(name))
        if tiers is None:
            raise InvalidError(msg("The tariff has no class {name}", name=str(name)), field="tariff_class")
        return replace(self, tariff=replace(self.tariff, tiers=tiers, seasons=(), components=(), time_of_use=None))


def read_tariffs(rows: object) -> dict[str, Sequence[FileTariff] | InvalidError]:
    """Read every tariff; one id may stand for several versions by date. A wrong one keeps its reason."""
    if not isinstance(rows, list):
        raise InvalidError(msg("The file needs a list named tariffs"), field="tariffs")
    found: dict[str, Sequence[FileTariff] | InvalidError] = {}
    for row in rows:
        if not isinstance(row, Mapping):
            raise InvalidError(msg("A tariff must be an object"), field="tariffs")
        key = str(row.get("id"))
        before = found.get(key, ())
        if isinstance(before, InvalidError):
            continue
        try:
            found[key] = (*before, _read_tariff(row))
        except InvalidError as error:
            found[key] = error
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            found[key] = InvalidError(msg("The tariff cannot be read: {reason}", reason=str(error)), field="tariffs")
    return found


def _read_tariff(row: Mapping[str, Any]) -> FileTariff:
    cycle = row.get("cycle", "month")
    if cycle not in rules.Cycle.__members__:
        raise InvalidError(msg("A cycle is month or year"), field="cycle")
    tariff = rules.Tariff(
        unit=str(row.get("unit", "")),
        tiers=_tiers(row["tiers"]) if row.get("tiers") else (),
        cycle=rules.Cycle(cycle),
        seasons=tuple(rules.Season(frozenset(season["months"]), _tiers(season["tiers"])) for season in row.get("seasons") or ()),
        household=_household(row.get("household")),
        time_of_use=_time_of_use(row.get("tou")),
        components=tuple(
            rules.Component(name, tuple(_price(price) for price in prices)) for name, prices in (row.get("components") or {}).items()
        ),
        surcharges=tuple(rules.Surcharge(name, _price(p)) for name, p in (row.get("surcharges") or {}).items()),
        minimum_fen=_minimum(row),
    )
    classes = tuple((name, _tiers(tiers)) for name, tiers in (row.get("classes") or {}).items())
    # A published class may stop at a bound whose next price is unknown: use above it is refused when it is priced.
    rules.check_tariff(tariff, require_open=False)
    for _, tiers in classes:
        rules.check_tiers(tiers, require_open=False)
    from_on, to_on = _day(row.get("effective_from")), _day(row.get("effective_to"))
    return FileTariff(tariff, classes, from_on, to_on, tuple(_price_texts(row)))


def _tiers(rows: Sequence[Mapping[str, Any]]) -> tuple[rules.Tier, ...]:
    typed = []
    for row in rows:
        upto = row.get("upto")
        above = row.get("above", row.get("from"))
        typed.append(
            rules.TierRow(
                upto="" if upto in _OPEN else text_of(upto),
                price=text_of(row.get("price")),
                above="" if above is None else text_of(above),
            )
        )
    return rules.build_tiers(typed, require_open=False)


def _household(row: Mapping[str, Any] | None) -> rules.Household | None:
    if row is None:
        return None
    if row.get("apply_from_persons") is not None:
        from_persons = count_of(row, "apply_from_persons")
    elif row.get("base_persons") is not None:
        from_persons = count_of(row, "base_persons") + 1
    else:
        raise InvalidError(msg("The household rule does not say from how many persons it applies"), field="household")
    return rules.Household(
        from_persons=from_persons,
        first_plus_milli=milli_of(row, "tier1_plus") if "tier1_plus" in row else 0,
        first_plus_each_milli=milli_of(row, "tier1_plus_per_person") if "tier1_plus_per_person" in row else 0,
        per_person_milli=tuple(parse_milli(text_of(m), field="household") for m in row.get("per_person") or ()),
    )


def _time_of_use(row: Mapping[str, Any] | None) -> rules.TimeOfUse | None:
    """Read the prices by tier; without written surcharges each band must rise by the same from tier to tier."""
    if row is None:
        return None
    prices = [[_price(price) for price in pair] for pair in row.get("prices") or ()]
    names = row.get("bands") or ("peak", "valley")
    if not prices or any(len(pair) != len(names) for pair in prices):
        raise InvalidError(msg("Time-of-use prices need one price for each band and tier"), field="tou")
    written = row.get("surcharge_over_tier1")
    surcharges = [_price(p) for p in written] if written else [pair[0] - prices[0][0] for pair in prices]
    if len(surcharges) != len(prices) or any(
        price - base != extra for pair, extra in zip(prices, surcharges, strict=False) for price, base in zip(pair, prices[0], strict=True)
    ):
        raise InvalidError(msg("The time-of-use prices and the surcharges of the tiers disagree"), field="tou")
    return rules.TimeOfUse(tuple(zip(names, prices[0], strict=True)), tuple(surcharges))


def _minimum(row: Mapping[str, Any]) -> int:
    return count_of(row, "minimum_fen") if row.get("minimum_fen") is not None else 0


def _price(value: object) -> int:
    return parse_price(text_of(value), field="price")


def _price_texts(value: object) -> Iterable[tuple[int, str]]:
    """Every decimal text anywhere in a tariff, so that a price is printed as its notice prints it."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _price_texts(inner)
    elif isinstance(value, str | Decimal):
        try:
            yield parse_price(str(value)), str(value)
        except InvalidError:
            return


def _day(value: object) -> date | None:
    """Read an ISO date; remarks such as `superseded` give no date."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def month_of(case: Mapping[str, Any]) -> tuple[date, date]:
    """The first and last day of a case's `period`, YYYY-MM."""
    match = _PERIOD.fullmatch(str(case.get("period")))
    if match is None:
        raise InvalidError(msg("Write the period as year and month, such as 2026-07"), field="period")
    year, month = int(match[1]), int(match[2])
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def text_of(value: object) -> str:
    """The text of a figure given as text or as a JSON number."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise InvalidError(msg("A figure is missing or is not a number"))
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def decimal_of(row: Mapping[str, Any], key: str) -> Decimal:
    """A finite decimal of zero or more."""
    try:
        value = Decimal(text_of(row.get(key)))
    except InvalidOperation as error:
        raise InvalidError(msg("A figure is missing or is not a number"), field=key) from error
    if not value.is_finite() or value < 0:
        raise InvalidError(msg("A figure is missing or is not a number"), field=key)
    return value


def milli_of(row: Mapping[str, Any], key: str) -> int:
    """A quantity in thousandths."""
    return parse_milli(text_of(row.get(key)), field=key)


def count_of(row: Mapping[str, Any], key: str) -> int:
    """A whole number of zero or more."""
    value = decimal_of(row, key)
    if value != value.to_integral_value() or value >= 10**15:
        raise InvalidError(msg("A whole number is needed here"), field=key)
    return int(value)
