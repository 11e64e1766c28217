"""Reads the tariffs of a quote file into the billing rules' own values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from estate_app.billing.quote_bands import Bands, read_bands
from estate_app.billing.quote_days import first_day, last_day
from estate_app.billing.quote_figures import (
    count_of,
    list_of,
    object_of,
    objects_of,
    price_of,
    refuse_unknown,
    text_of,
)
from estate_app.billing.quote_household import check_persons, read_household
from estate_app.billing.rules import metered
from estate_app.billing.rules import tariff as rules
from estate_app.billing.rules.values import parse_price
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg

_TARIFF_FIELDS = frozenset(
    {
        "id", "city", "utility", "unit", "cycle", "tiers", "effective_from", "effective_to", "document", "source", "verification", "notes",
        "note", "name", "province", "region", "components", "classes", "seasons", "household", "tou", "surcharges", "minimum_fen",
        "minimum", "minimum_charge", "url", "retrieved",
    }
)  # fmt: skip
_TIER_FIELDS = frozenset({"tier", "upto", "price", "above", "from"})
_SEASON_FIELDS = frozenset({"months", "tiers"})
_OPEN = (None, "", "inf")


@dataclass(frozen=True, slots=True)
class FileTariff:
    """One version of a tariff in a file; `price_texts` keeps each price as it was written.

    `tier_bands` are the time-of-use prices of each tier where the bands do not all rise by the same (Shanghai's do not).
    """

    tariff: rules.Tariff
    classes: tuple[tuple[str, tuple[rules.Tier, ...]], ...]
    from_on: date | None
    to_on: date | None
    price_texts: tuple[tuple[int, str], ...]
    tier_bands: tuple[Bands, ...] = ()

    def is_tiered(self) -> bool:
        """Whether what was used before changes the price."""
        return any(len(table) > 1 for table in _tables(self.tariff))

    def holds_between(self, first: date, last: date) -> bool:
        """Whether it holds on any day of a period."""
        return (self.from_on or first) <= last and (self.to_on or last) >= first

    def band_names(self) -> frozenset[str]:
        """The bands that have prices of their own."""
        bands = self.tariff.time_of_use.band_prices_e4 if self.tariff.time_of_use else next(iter(self.tier_bands), ())
        return frozenset(name for name, _ in bands)

    def for_class(self, name: object) -> "FileTariff":
        """The version for a class of users; no name means the plain one.

        The parts and the bands of the plain prices go with a class that has other bounds only, not with other prices.
        """
        if name is None:
            return self
        tiers = dict(self.classes).get(str(name))
        if tiers is None:
            raise InvalidError(msg("The tariff has no class {name}", name=str(name)), field="tariff_class")
        if tuple(tier.price_e4 for tier in tiers) == tuple(tier.price_e4 for tier in self.tariff.tiers):
            return replace(self, tariff=replace(self.tariff, tiers=tiers, seasons=()))
        return replace(self, tariff=replace(self.tariff, tiers=tiers, seasons=(), components=(), time_of_use=None), tier_bands=())

    def for_use(self, use: metered.Use, month: int) -> rules.Tariff:
        """The tariff with the band prices of the one tier that the use falls in.

        Raises:
            InvalidError: the use spans tiers, and nothing says how much of each band falls in which.
        """
        if not (self.tier_bands and use.bands_milli):
            return self.tariff
        tiers = metered.grown_tiers(self.tariff.tiers_in(month), self.tariff.household, use.persons)
        met = metered.tiers_met(tiers, use)
        if len(met) > 1:
            raise InvalidError(
                msg("The bands rise unevenly from tier to tier, and nothing says how much of each band falls in which tier"), field="tou"
            )
        bands = self.tier_bands[met[0] - 1 if met else 0]
        return replace(self.tariff, time_of_use=rules.TimeOfUse(bands, (0,) * len(tiers)))


def _tables(tariff: rules.Tariff) -> tuple[tuple[rules.Tier, ...], ...]:
    """The tables of tiers: the plain one and those of the seasons."""
    return tuple(table for table in (tariff.tiers, *(season.tiers for season in tariff.seasons)) if table)


def read_tariffs(rows: object) -> dict[str, Sequence[FileTariff] | InvalidError]:
    """Read every tariff; one id may stand for several versions by date. A wrong one keeps its reason."""
    if not isinstance(rows, list):
        raise InvalidError(msg("The file needs a list named tariffs"), field="tariffs")
    found: dict[str, Sequence[FileTariff] | InvalidError] = {}
    for row in rows:
        if not isinstance(row, Mapping):
            raise InvalidError(msg("A tariff must be an object"), field="tariffs")
        if row.get("id") is None:
            continue  # no case can name it
        key = str(row["id"])
        before = found.get(key, ())
        if isinstance(before, InvalidError):
            continue
        try:
            found[key] = (*before, _read_tariff(row))
        except InvalidError as error:
            found[key] = error
        except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
            found[key] = InvalidError(msg("The tariff cannot be read: {reason}", reason=str(error)), field="tariffs")
    return found


def _read_tariff(row: Mapping[str, Any]) -> FileTariff:
    refuse_unknown(row, _TARIFF_FIELDS, "tariffs")
    tiers = _tiers(row["tiers"]) if row.get("tiers") else ()
    cycle = row.get("cycle", "month" if _is_flat(row) else None)
    if not isinstance(cycle, str) or cycle not in rules.Cycle.__members__:
        raise InvalidError(msg("A cycle is month or year"), field="cycle")
    time_of_use, tier_bands = read_bands(object_of(row, "tou")) if row.get("tou") is not None else (None, ())
    tariff = rules.Tariff(
        unit=str(row.get("unit", "")),
        tiers=tiers,
        cycle=rules.Cycle(cycle),
        seasons=tuple(_season(season) for season in objects_of(row, "seasons")),
        household=read_household(object_of(row, "household")) if row.get("household") is not None else None,
        time_of_use=time_of_use,
        components=_components(row),
        surcharges=tuple(rules.Surcharge(name, price_of(price)) for name, price in object_of(row, "surcharges").items()),
        minimum_fen=_minimum(row),
    )
    classes = tuple((name, _tiers(table)) for name, table in object_of(row, "classes").items())
    # A published class may stop at a bound whose next price is unknown: use above it is refused when it is priced.
    rules.check_tariff(tariff, require_open=False)
    check_persons(tariff.household, _tables(tariff))
    if tier_bands and any(len(table) != len(tier_bands) for table in _tables(tariff)):
        raise InvalidError(msg("Time-of-use prices need one price for each band and tier"), field="tou")
    from_on, to_on = first_day(row.get("effective_from")), last_day(row.get("effective_to"))
    return FileTariff(tariff, classes, from_on, to_on, tuple(_price_texts(row)), tier_bands)


def _is_flat(row: Mapping[str, Any]) -> bool:
    tables = [list_of(row, "tiers"), *(list_of(season, "tiers") for season in objects_of(row, "seasons"))]
    return all(len(table) <= 1 for table in (*tables, *object_of(row, "classes").values()))


def _season(season: Mapping[str, Any]) -> rules.Season:
    refuse_unknown(season, _SEASON_FIELDS, "seasons")
    months = list_of(season, "months")
    if not months or any(isinstance(month, bool) or not isinstance(month, int) for month in months):
        raise InvalidError(msg("A month is a number from 1 to 12"), field="seasons")
    return rules.Season(frozenset(months), _tiers(season.get("tiers")))


def _components(row: Mapping[str, Any]) -> tuple[rules.Component, ...]:
    """The parts of the price; one written price holds in every tier."""
    tables = [list_of(row, "tiers"), *(list_of(season, "tiers") for season in objects_of(row, "seasons"))]
    count = max(len(table) for table in tables)
    found = []
    for name, prices in object_of(row, "components").items():
        listed = prices if isinstance(prices, list) else [prices]
        found.append(rules.Component(name, tuple(price_of(price) for price in (listed if len(listed) > 1 else listed * count))))
    return tuple(found)


def _tiers(rows: object) -> tuple[rules.Tier, ...]:
    typed = []
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise InvalidError(msg("Tiers are a list of objects with upto and price"), field="tiers")
    for number, row in enumerate(rows, start=1):
        refuse_unknown(row, _TIER_FIELDS, "tiers")
        if isinstance(row.get("tier"), int) and row["tier"] != number:
            raise InvalidError(msg("The tiers are not numbered 1, 2, 3 and so on"), field="tiers")
        upto = row.get("upto")
        above = row.get("above", row.get("from"))
        typed.append(
            rules.TierRow(
                upto="" if upto in _OPEN else text_of(upto, "upto"),
                price=text_of(row.get("price"), "price"),
                above="" if above is None else text_of(above, "above"),
            )
        )
    return rules.build_tiers(typed, require_open=False)


def _minimum(row: Mapping[str, Any]) -> int:
    """The least charge: whole fen, or decimal text in yuan under another name."""
    if row.get("minimum_fen") is not None:
        return count_of(row, "minimum_fen")
    written = row.get("minimum_charge", row.get("minimum"))
    if written is None:
        return 0
    if isinstance(written, int) and not isinstance(written, bool):
        raise InvalidError(msg("Write the minimum charge as minimum_fen, or in yuan as text such as 10.00"), field="minimum")
    price_e4 = price_of(written)
    if price_e4 % 100:
        raise InvalidError(msg("Write the minimum charge as minimum_fen, or in yuan as text such as 10.00"), field="minimum")
    return price_e4 // 100


def _price_texts(value: object) -> Iterable[tuple[int, str]]:
    """Every decimal text anywhere in a tariff, so that a price is printed as its notice prints it."""
    if isinstance(value, Mapping):
        value = [inner for name, inner in value.items() if name not in {"upto", "from", "above", "months", "household"}]
    if isinstance(value, list):
        for inner in value:
            yield from _price_texts(inner)
    elif isinstance(value, str | Decimal):
        try:
            text = text_of(value, "price").strip()
            yield parse_price(text), text
        except InvalidError:
            return
