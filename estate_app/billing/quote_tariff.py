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

BANDS = ("sharp", "peak", "flat", "valley", "deep_valley")
"""The bands of the day as files name them."""
_TARIFF_FIELDS = frozenset(
    {
        "id", "city", "utility", "unit", "cycle", "tiers", "effective_from", "effective_to", "document", "source", "verification", "notes",
        "note", "name", "province", "region", "components", "classes", "seasons", "household", "tou", "surcharges", "minimum_fen",
        "minimum", "minimum_charge", "url", "retrieved",
    }
)  # fmt: skip
_HOUSEHOLD_FIELDS = frozenset({"rule", "apply_from_persons", "base_persons", "tier1_plus", "tier1_plus_per_person", "per_person"})
_HIGHER = re.compile(r"tier([2-9])_plus(_per_person)?")
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

    def is_tiered(self) -> bool:
        """Whether what was used before changes the price."""
        return any(len(table) > 1 for table in (self.tariff.tiers, *(season.tiers for season in self.tariff.seasons)))

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
    refuse_unknown(row, _TARIFF_FIELDS, "tariffs")
    tiers = _tiers(row["tiers"]) if row.get("tiers") else ()
    cycle = row.get("cycle", "month" if _is_flat(row) else None)
    if not isinstance(cycle, str) or cycle not in rules.Cycle.__members__:
        raise InvalidError(msg("A cycle is month or year"), field="cycle")
    tariff = rules.Tariff(
        unit=str(row.get("unit", "")),
        tiers=tiers,
        cycle=rules.Cycle(cycle),
        seasons=tuple(rules.Season(_months(season), _tiers(season["tiers"])) for season in row.get("seasons") or ()),
        household=_household(row.get("household")),
        time_of_use=_time_of_use(row.get("tou")),
        components=_components(row),
        surcharges=tuple(rules.Surcharge(name, _price(p)) for name, p in (row.get("surcharges") or {}).items()),
        minimum_fen=_minimum(row),
    )
    classes = tuple((name, _tiers(tiers)) for name, tiers in (row.get("classes") or {}).items())
    # A published class may stop at a bound whose next price is unknown: use above it is refused when it is priced.
    rules.check_tariff(tariff, require_open=False)
    for _, tiers in classes:
        rules.check_tiers(tiers, require_open=False)
    from_on, to_on = _first_day(row.get("effective_from")), _last_day(row.get("effective_to"))
    return FileTariff(tariff, classes, from_on, to_on, tuple(_price_texts(row)))


def refuse_unknown(row: Mapping[str, Any], known: frozenset[str], field: str) -> None:
    """A part with figures that nobody here understands changes the price: it is refused, never left out."""
    for name, value in row.items():
        if name not in known and _has_figure(value):
            raise InvalidError(msg("The part {name} is not understood, so nothing can be priced", name=name), field=field)


def _has_figure(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_has_figure(inner) for inner in value.values())
    if isinstance(value, list):
        return any(_has_figure(inner) for inner in value)
    if isinstance(value, str):
        return re.fullmatch(r"-?[0-9]+(\.[0-9]+)?%?", value.strip()) is not None
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_flat(row: Mapping[str, Any]) -> bool:
    tables = [row.get("tiers") or [], *(season.get("tiers") or [] for season in row.get("seasons") or ())]
    return all(len(table) <= 1 for table in (*tables, *(row.get("classes") or {}).values()))


def _months(season: Mapping[str, Any]) -> frozenset[int]:
    months = season.get("months") or ()
    if not months or any(isinstance(month, bool) or not isinstance(month, int) for month in months):
        raise InvalidError(msg("A month is a number from 1 to 12"), field="seasons")
    return frozenset(months)


def _components(row: Mapping[str, Any]) -> tuple[rules.Component, ...]:
    """The parts of the price; one written price holds in every tier."""
    tables = [row.get("tiers") or [], *(season.get("tiers") or [] for season in row.get("seasons") or ())]
    count = max(len(table) for table in tables)
    found = []
    for name, prices in (row.get("components") or {}).items():
        listed = prices if isinstance(prices, list) else [prices]
        found.append(rules.Component(name, tuple(_price(price) for price in (listed if len(listed) > 1 else listed * count))))
    return tuple(found)


def _tiers(rows: Sequence[Mapping[str, Any]]) -> tuple[rules.Tier, ...]:
    typed = []
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise InvalidError(msg("Tiers are a list of objects with upto and price"), field="tiers")
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
    refuse_unknown({k: v for k, v in row.items() if not _HIGHER.fullmatch(k)}, _HOUSEHOLD_FIELDS, "household")
    return rules.Household(
        from_persons=from_persons,
        higher_plus_milli=_higher(row, ""),
        higher_plus_each_milli=_higher(row, "_per_person"),
        first_plus_milli=milli_of(row, "tier1_plus") if "tier1_plus" in row else 0,
        first_plus_each_milli=milli_of(row, "tier1_plus_per_person") if "tier1_plus_per_person" in row else 0,
        per_person_milli=tuple(parse_milli(text_of(m), field="household") for m in row.get("per_person") or ()),
    )


def _higher(row: Mapping[str, Any], ending: str) -> tuple[int, ...]:
    """What tiers 2, 3 … grow by, as `tier2_plus` or `tier2_plus_per_person` say."""
    values = {number: milli_of(row, name) for number in range(2, 10) if (name := f"tier{number}_plus{ending}") in row}
    return tuple(values.get(number, 0) for number in range(2, max(values) + 1)) if values else ()


def _band_names(row: Mapping[str, Any], count: int) -> tuple[str, ...]:
    """The bands in the order of the prices: as listed, else as the hours name them, else peak and valley."""
    listed = row.get("bands")
    if isinstance(listed, list | tuple) and listed:
        return tuple(str(name) for name in listed)
    named = tuple(name for name in row if name in BANDS)
    return named if len(named) == count else ("peak", "valley")


def _time_of_use(row: Mapping[str, Any] | None) -> rules.TimeOfUse | None:
    """Read the prices by tier; without written surcharges each band must rise by the same from tier to tier."""
    if row is None:
        return None
    listed = row.get("prices") or ()
    if listed and all(isinstance(prices, Mapping) for prices in listed):
        names = tuple(listed[0])
        prices = [[_price(tier.get(name)) for name in names] for tier in listed]
    else:
        prices = [[_price(price) for price in pair] for pair in listed]
        names = _band_names(row, len(prices[0]) if prices else 0)
    if not prices or any(len(pair) != len(names) for pair in prices):
        raise InvalidError(msg("Time-of-use prices need one price for each band and tier"), field="tou")
    written = row.get("surcharge_over_tier1")
    surcharges = [_price(p) for p in written] if written else [pair[0] - prices[0][0] for pair in prices]
    if len(prices) == 1 and len(surcharges) > 1:
        prices = [[price + extra for price in prices[0]] for extra in surcharges]
    if len(surcharges) != len(prices) or any(
        price - base != extra for pair, extra in zip(prices, surcharges, strict=False) for price, base in zip(pair, prices[0], strict=True)
    ):
        raise InvalidError(msg("The time-of-use prices and the surcharges of the tiers disagree"), field="tou")
    return rules.TimeOfUse(tuple(zip(names, prices[0], strict=True)), tuple(surcharges))


def _minimum(row: Mapping[str, Any]) -> int:
    """The least charge: whole fen, or decimal text in yuan under another name."""
    if row.get("minimum_fen") is not None:
        return count_of(row, "minimum_fen")
    written = row.get("minimum_charge", row.get("minimum"))
    if written is None:
        return 0
    if isinstance(written, int) and not isinstance(written, bool):
        raise InvalidError(msg("Write the minimum charge as minimum_fen, or in yuan as text such as 10.00"), field="minimum")
    price_e4 = _price(written)
    if price_e4 % 100:
        raise InvalidError(msg("Write the minimum charge as minimum_fen, or in yuan as text such as 10.00"), field="minimum")
    return price_e4 // 100


def _price(value: object) -> int:
    return parse_price(text_of(value), field="price")


def _price_texts(value: object) -> Iterable[tuple[int, str]]:
    """Every decimal text anywhere in a tariff, so that a price is printed as its notice prints it."""
    if isinstance(value, Mapping):
        value = [inner for name, inner in value.items() if name not in {"upto", "from", "above", "months", "household"}]
    if isinstance(value, list):
        for inner in value:
            yield from _price_texts(inner)
    elif isinstance(value, str | Decimal):
        try:
            yield parse_price(str(value)), str(value)
        except InvalidError:
            return


def _first_day(value: object) -> date | None:
    """The first day on which a tariff holds, from a date or a month."""
    if value in (None, ""):
        return None
    span = _days(value)
    if span is None:
        raise InvalidError(msg("Write effective_from as a date, such as 2026-07-01"), field="effective_from")
    return span[0]


def _last_day(value: object) -> date | None:
    """The last day on which a tariff holds; remarks such as `superseded` give none."""
    span = _days(value)
    if span is None and isinstance(value, str) and value[:1].isdigit():
        raise InvalidError(msg("Write effective_to as a date, such as 2026-07-01"), field="effective_to")
    return span[1] if span else None


def _days(value: object) -> tuple[date, date] | None:
    if not isinstance(value, str):
        return None
    month = _PERIOD.fullmatch(value.strip())
    try:
        return _month(month) if month else (date.fromisoformat(value.strip()),) * 2
    except ValueError:
        return None


def _month(found: re.Match[str]) -> tuple[date, date]:
    year, month = int(found[1]), int(found[2])
    if year == 0:
        raise InvalidError(msg("Write the period as year and month, such as 2026-07"), field="period")
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def month_of(case: Mapping[str, Any]) -> tuple[date, date]:
    """The first and last day of a case's `period`, YYYY-MM."""
    match = _PERIOD.fullmatch(str(case.get("period")))
    if match is None:
        raise InvalidError(msg("Write the period as year and month, such as 2026-07"), field="period")
    return _month(match)


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
