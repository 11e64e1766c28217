"""A price as it is typed into the form, and back. Pure; the rules of `billing` decide what is right."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from estate_app.billing.models import FeeKind
from estate_app.billing.prices import (
    AreaBasis,
    AreaPrice,
    FixedPrice,
    ParkingPrice,
    ParkingScope,
    Price,
    SharedPrice,
    read_price,
    write_price,
)
from estate_app.billing.rules.shared import ShareBy
from estate_app.billing.rules.tariff import Cycle, Tariff, TierRow, build_tiers, check_tariff
from estate_app.billing.rules.values import format_milli, format_price, parse_price
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg
from estate_app.kit.money import format_yuan, parse_yuan

MAX_TIERS = 6


@dataclass(frozen=True, slots=True)
class TierInput:
    """One tier as it is typed; an empty upper end is open."""

    upto: str = ""
    price: str = ""


@dataclass(frozen=True, slots=True)
class PriceDraft:
    """What the form begins with. A price with seasons, hours or parts is typed as its rule."""

    price: str = ""
    area: str = AreaBasis.gross.value
    unit: str = "m³"
    cycle: str = Cycle.month.value
    minimum: str = ""
    rule: str = ""
    spaces: str = ParkingScope.all.value
    by: str = ShareBy.area.value
    meter: str = ""
    less_units: bool = False
    tiers: list[TierInput] = field(default_factory=lambda: [TierInput()] * MAX_TIERS)


def draft_of(kind: FeeKind, price: Price | None) -> tuple[PriceDraft, int]:
    """The form of a price in force, or an empty one; with how many tiers it has."""
    if isinstance(price, AreaPrice):
        return PriceDraft(price=format_price(price.price_e4), area=price.area.value), 1
    if isinstance(price, FixedPrice):
        return PriceDraft(price=format_price(price.price_e4)), 1
    if isinstance(price, ParkingPrice):
        return PriceDraft(price=format_price(price.price_e4), spaces=price.spaces.value), 1
    if isinstance(price, SharedPrice):
        unit_price = format_price(price.price_e4) if price.meter_id else ""
        return PriceDraft(price=unit_price, by=price.by.value, meter=str(price.meter_id or ""), less_units=price.less_units), 1
    if not isinstance(price, Tariff):
        return PriceDraft(), 1
    rule = "" if is_plain(price) else json.dumps(write_price(kind, price), ensure_ascii=False, indent=2)
    tiers = [TierInput("" if t.upto_milli is None else format_milli(t.upto_milli), format_price(t.price_e4)) for t in price.tiers]
    padded = (tiers + [TierInput()] * MAX_TIERS)[:MAX_TIERS]
    minimum = format_yuan(price.minimum_fen) if price.minimum_fen else ""
    draft = PriceDraft(unit=price.unit, cycle=price.cycle.value, minimum=minimum, rule=rule, tiers=padded)
    return draft, max(1, min(len(tiers), MAX_TIERS))


def is_plain(price: Price | None) -> bool:
    """Whether the form can show all of a price; household rules and surcharges are kept as they are."""
    if not isinstance(price, Tariff):
        return True
    return not (price.seasons or price.time_of_use or price.components or len(price.tiers) > MAX_TIERS)


def read_draft(kind: FeeKind, form: Mapping[str, str], *, tier_count: int, base: Price | None) -> Price:
    """The price that was typed; `base` is the one in force, whose household rule and surcharges it keeps.

    Raises:
        InvalidError: something is missing or wrong; the field is named.
    """
    if kind is FeeKind.metered:
        return _tariff(form, tier_count, base)
    if kind is FeeKind.shared:
        return _shared(form)
    price_e4 = parse_price(form.get("price", ""), field="price")
    if price_e4 <= 0:
        raise InvalidError(msg("Write a price above zero"), field="price")
    if kind is FeeKind.area:
        basis = form.get("area", "")
        return AreaPrice(price_e4, AreaBasis(basis) if basis in set(AreaBasis) else AreaBasis.gross)
    if kind is FeeKind.parking:
        spaces = form.get("spaces", "")
        return ParkingPrice(price_e4, ParkingScope(spaces) if spaces in set(ParkingScope) else ParkingScope.all)
    return FixedPrice(price_e4)


def _shared(form: Mapping[str, str]) -> Price:
    by, meter = form.get("by", ""), form.get("meter", "")
    shared_by = ShareBy(by) if by in set(ShareBy) else ShareBy.area
    if not (meter.isascii() and meter.isdigit()):
        return SharedPrice(shared_by)
    price_e4 = parse_price(form.get("price", ""), field="price")
    if price_e4 <= 0:
        raise InvalidError(msg("Write a price above zero"), field="price")
    return SharedPrice(shared_by, int(meter), price_e4, form.get("less_units", "") in {"true", "on"})


def _tariff(form: Mapping[str, str], tier_count: int, base: Price | None) -> Price:
    if not is_plain(base):
        return read_rule(FeeKind.metered, form.get("rule", ""))
    unit, cycle, minimum = form.get("unit", "").strip(), form.get("cycle", ""), form.get("minimum", "").strip()
    if not unit:
        raise InvalidError(msg("This must not be empty"), field="unit")
    rows = [TierRow(form.get(f"tiers.{n}.upto", ""), form.get(f"tiers.{n}.price", "")) for n in range(1, tier_count + 1)]
    old = base if isinstance(base, Tariff) else Tariff(unit)
    tariff = replace(
        old,
        unit=unit,
        tiers=build_tiers(rows),
        cycle=Cycle(cycle) if cycle in set(Cycle) else Cycle.month,
        minimum_fen=parse_yuan(minimum, field="minimum") if minimum else 0,
    )
    check_tariff(tariff)
    return tariff


def read_rule(kind: FeeKind, text: str) -> Price:
    """A price typed as its rule, in JSON."""
    try:
        rule = json.loads(text)
    except ValueError as error:
        raise InvalidError(msg("The rule is not valid JSON"), field="rule") from error
    if not isinstance(rule, dict):
        raise InvalidError(msg("The rule is not valid JSON"), field="rule")
    return read_price(kind, rule)
