"""The price rule of a version as JSON: read, checked and written here and nowhere else.

Area: `{"price_e4": 26000, "area": "gross" | "interior"}` per m² and month. Fixed: `{"price_e4": 80000}` per month. Parking:
`{"price_e4": 1500000, "spaces": "all" | "underground" | "ground"}` per space and month. Shared: `{"by": "area" | "household" | "equal"}`
of an amount entered each month, or with `meter_id`, `price_e4` and `less_units` of what a common meter counted. Metered: the fields of
`rules.tariff.Tariff`, such as `{"unit": "m³", "tiers": [{"upto_milli": 18000, "price_e4": 35000}, {"upto_milli": null, "price_e4":
52500}]}`. Prices are ten-thousandths of a yuan.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from estate_app.billing.models import FeeKind
from estate_app.billing.rules.shared import ShareBy
from estate_app.billing.rules.tariff import Tariff, check_tariff
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg

RUN_KINDS = frozenset({FeeKind.area, FeeKind.fixed, FeeKind.metered, FeeKind.shared, FeeKind.parking})
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


class ParkingScope(StrEnum):
    """Which parking spaces an item charges."""

    all = "all"
    underground = "underground"
    ground = "ground"


@dataclass(frozen=True, slots=True)
class ParkingPrice:
    """A price per parking space and month."""

    price_e4: int
    spaces: ParkingScope = ParkingScope.all


@dataclass(frozen=True, slots=True)
class SharedPrice:
    """How a cost is split; without a meter somebody enters its amount each month.

    With one the amount is what the common meter counted times `price_e4`; `less_units` takes off what the rooms' own meters counted.
    """

    by: ShareBy = ShareBy.area
    meter_id: int | None = None
    price_e4: int = 0
    less_units: bool = False


Price = AreaPrice | FixedPrice | ParkingPrice | SharedPrice | Tariff
_FORMS: Mapping[FeeKind, type[Any]] = {
    FeeKind.area: AreaPrice,
    FeeKind.fixed: FixedPrice,
    FeeKind.metered: Tariff,
    FeeKind.shared: SharedPrice,
    FeeKind.parking: ParkingPrice,
}


@cache
def _adapter(kind: FeeKind) -> TypeAdapter[Any]:
    return TypeAdapter(_FORMS[kind])


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
    elif isinstance(price, SharedPrice):
        if (price.meter_id is not None) != (price.price_e4 > 0):
            raise InvalidError(msg("A common meter and the price of its unit belong together"), field="price_e4")
    elif price.price_e4 <= 0:
        raise InvalidError(msg("Write a price above zero"), field="price_e4")
    return price


def write_price(kind: FeeKind, price: Price) -> dict[str, object]:
    """Turn a price into the JSON that `read_price` reads."""
    stored: dict[str, object] = _adapter(kind).dump_python(price, mode="json")
    return stored
