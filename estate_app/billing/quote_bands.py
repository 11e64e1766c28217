"""Reads the time-of-use prices of a quote file, and finds those of a tier where the bands do not rise evenly."""

from collections.abc import Mapping, Sequence
from typing import Any

from estate_app.billing.quote_figures import list_of, price_of, refuse_unknown
from estate_app.billing.rules import tariff as rules
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg

BANDS = ("sharp", "peak", "flat", "valley", "deep_valley")
"""The bands of the day as files name them, the dearest first."""
Bands = tuple[tuple[str, int], ...]
_FIELDS = frozenset({"prices", "surcharge_over_tier1", "bands", *BANDS})


def read_bands(row: Mapping[str, Any]) -> tuple[rules.TimeOfUse | None, tuple[Bands, ...]]:
    """Read the prices by tier: one rise for all bands from tier to tier, or else the bands of each tier by themselves."""
    refuse_unknown(row, _FIELDS, "tou")
    names, prices = _prices(row)
    written = [price_of(price) for price in list_of(row, "surcharge_over_tier1")]
    if len(prices) == 1 and len(written) > 1:
        prices = [[price + extra for price in prices[0]] for extra in written]
    rises = [[price - base for price, base in zip(tier, prices[0], strict=True)] for tier in prices]
    is_even = all(len(set(rise)) == 1 and rise[0] >= 0 for rise in rises)
    if written and (not is_even or written != [rise[0] for rise in rises]):
        raise InvalidError(msg("The time-of-use prices and the surcharges of the tiers disagree"), field="tou")
    if is_even:
        return rules.TimeOfUse(tuple(zip(names, prices[0], strict=True)), tuple(rise[0] for rise in rises)), ()
    return None, tuple(tuple(zip(names, tier, strict=True)) for tier in prices)


def _prices(row: Mapping[str, Any]) -> tuple[tuple[str, ...], list[list[int]]]:
    """The bands and a row of prices for each tier, written as lists, as objects, or as a list for each band."""
    listed: Any = row.get("prices")
    if isinstance(listed, Mapping):
        columns = [prices if isinstance(prices, list) else [prices] for prices in listed.values()]
        if len({len(column) for column in columns}) != 1:
            raise _incomplete()
        listed = [dict(zip(listed, tier, strict=True)) for tier in zip(*columns, strict=True)]
    if not isinstance(listed, list) or not listed:
        raise _incomplete()
    if all(isinstance(tier, Mapping) for tier in listed):
        names = tuple(listed[0])
        if any(set(tier) != set(names) for tier in listed):
            raise _incomplete()
        return names, [[price_of(tier[name]) for name in names] for tier in listed]
    if not all(isinstance(tier, list) for tier in listed):
        raise _incomplete()
    prices = [[price_of(price) for price in tier] for tier in listed]
    names = _names(row, prices[0])
    if any(len(tier) != len(names) for tier in prices):
        raise _incomplete()
    return names, prices


def _names(row: Mapping[str, Any], first: Sequence[int]) -> tuple[str, ...]:
    """The bands in the order of the prices: as listed, else as the hours name them, else peak and valley."""
    listed = tuple(str(name) for name in list_of(row, "bands"))
    if listed:
        if len(set(listed)) != len(listed):
            raise _incomplete()
        return listed
    named = tuple(name for name in row if name in BANDS)
    names = named if len(named) == len(first) else ("peak", "valley")
    by_rank = [price for _, price in sorted(zip(names, first, strict=False), key=lambda pair: BANDS.index(pair[0]))]
    if by_rank != sorted(by_rank, reverse=True):
        raise InvalidError(msg("The order of the time-of-use prices is in doubt; name it with bands"), field="tou")
    return names


def _incomplete() -> InvalidError:
    return InvalidError(msg("Time-of-use prices need one price for each band and tier"), field="tou")
