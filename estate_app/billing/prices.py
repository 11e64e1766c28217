"""The price rule of a version as JSON: read, checked and written here and nowhere else.

Area: `{"price_e4": 26000, "area": "gross" | "interior"}` per m² and month. Fixed: `{"price_e4": 80000}` per month. Metered: the fields
of `rules.tariff.Tariff`, such as `{"unit": "m³", "tiers": [{"upto_milli": 18000, "price_e4": 35000}, {"upto_milli": null,
"price_e4": 52500}]}`. Prices are ten-thousandths of a yuan.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from estate_app.billing.models import FeeKind
from estate_app.billing.rules.tariff import Tariff, check_tariff
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg

RUN_KINDS = frozenset({FeeKind.area, FeeKind.fixed, FeeKind.metered})
"""The kinds that a bill run charges by themselves; the others are billed singly."""


class AreaBasis(StrEnum):
    """Which area of a room is charged."""

    gross = "gross"
    interior = "interior"


@dataclass(frozen=True, slots=True)
class AreaPrice:
    """A price per m² and month."""

    price_e4: int
    area: AreaBasis = AreaBasis.gross


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """A price per month."""

    price_e4: int


Price = AreaPrice | FixedPrice | Tariff


@cache
def _adapter(kind: FeeKind) -> TypeAdapter[Any]:
    if kind is FeeKind.metered:
        return TypeAdapter(Tariff)
    return TypeAdapter(AreaPrice if kind is FeeKind.area else FixedPrice)


def read_price(kind: FeeKind, rule: Mapping[str, object]) -> Price:
    """Read a rule as it is stored.

    Raises:
        InvalidError: the kind has no price rule, or the rule lacks something or contradicts itself.
    """
    if kind not in RUN_KINDS:
        raise InvalidError(msg("An item of this kind has no price; its bills are written singly"), field="kind")
    try:
        price: Price = _adapter(kind).validate_python(dict(rule))
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise InvalidError(msg("The price is incomplete or wrong at {place}", place=place or "rule"), field=place or "rule") from error
    if isinstance(price, Tariff):
        check_tariff(price)
    elif price.price_e4 <= 0:
        raise InvalidError(msg("Write a price above zero"), field="price_e4")
    return price


def write_price(kind: FeeKind, price: Price) -> dict[str, object]:
    """Turn a price into the JSON that `read_price` reads."""
    stored: dict[str, object] = _adapter(kind).dump_python(price, mode="json")
    return stored
