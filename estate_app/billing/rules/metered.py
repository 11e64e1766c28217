"""Prices use against a tariff: tiers, bands, components, minimum; price changes inside a period; corrections."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from estate_app.billing.rules.tariff import Component, Cycle, Household, Tariff, Tier
from estate_app.billing.rules.values import E4, MILLI, Explanation, Line, format_milli, format_price, priced_line
from estate_app.errors import InvalidError
from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import split_largest_remainder


@dataclass(frozen=True, slots=True)
class Use:
    """What a household used in the period; `prior_milli` is what the current cycle has already counted before it."""

    total_milli: int
    prior_milli: int = 0
    persons: int = 1
    bands_milli: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TariffVersion:
    """A tariff and the first day on which it holds."""

    from_on: date
    tariff: Tariff


@dataclass(frozen=True, slots=True)
class _Slice:
    """The part of the use that falls into one tier."""

    tier: int
    quantity_milli: int
    price_e4: int


def price_use(tariff: Tariff, use: Use, *, month: int) -> Explanation:
    """Price use under one version of a tariff; `month` (1–12) chooses the season.

    Raises:
        InvalidError: negative use, bands that do not add up, or use above a last tier that is not open.
    """
    _check_use(use)
    tiers = grown_tiers(tariff.tiers_in(month), tariff.household, use.persons)
    slices = list(_slices(tiers, use.prior_milli, use.total_milli))
    lines = list(_lines(tariff, use, slices))
    charged = sum(line.amount_fen for line in lines)
    if charged < tariff.minimum_fen:
        top_up = (tariff.minimum_fen - charged) * (E4 // 100)
        lines.append(priced_line(msg("Top-up to the minimum charge"), MILLI, top_up))
    return Explanation(tuple(lines), tuple(_steps(tariff, use, tiers, month)))


def grown_tiers(tiers: tuple[Tier, ...], household: Household | None, persons: int) -> tuple[Tier, ...]:
    """Widen tiers by household size. A bound never falls below the one before it, so a tier may become empty."""
    if household is None or persons < household.from_persons:
        return tiers
    grown: list[Tier] = []
    floor = 0
    for index, tier in enumerate(tiers):
        bound = tier.upto_milli
        if bound is not None:
            if index < len(household.per_person_milli):
                bound = household.per_person_milli[index] * persons
            else:
                bound += household.growth(index, persons)
            floor = bound = max(bound, floor)
        grown.append(replace(tier, upto_milli=bound))
    return tuple(grown)


def tiers_met(tiers: Sequence[Tier], use: Use) -> tuple[int, ...]:
    """The numbers of the tiers into which the use falls."""
    return tuple(part.tier for part in _slices(tiers, use.prior_milli, use.total_milli))


def _check_use(use: Use) -> None:
    if use.total_milli < 0 or use.prior_milli < 0 or any(milli < 0 for _, milli in use.bands_milli):
        raise InvalidError(msg("Use cannot be negative"), field="usage")
    if use.persons < 1:
        raise InvalidError(msg("A household has at least one person"), field="persons")
    if use.bands_milli and sum(milli for _, milli in use.bands_milli) != use.total_milli:
        raise InvalidError(msg("The bands do not add up to the use"), field="usage")


def _slices(tiers: Sequence[Tier], prior_milli: int, total_milli: int) -> Iterator[_Slice]:
    begin, end, floor = prior_milli, prior_milli + total_milli, 0
    for number, tier in enumerate(tiers, start=1):
        top = end if tier.upto_milli is None else tier.upto_milli
        quantity = min(end, top) - max(begin, floor)
        if quantity > 0:
            yield _Slice(number, quantity, tier.price_e4)
        floor = top
    if end > floor and total_milli > 0:
        raise InvalidError(msg("The tariff has no price above {bound}", bound=format_milli(floor)), field="tiers")


def _lines(tariff: Tariff, use: Use, slices: Sequence[_Slice]) -> Iterator[Line]:
    if use.bands_milli:
        yield from _band_lines(tariff, use, slices)
    elif tariff.components:
        for component in tariff.components:
            yield from _component_lines(component, use, slices)
    else:
        for part in slices:
            yield priced_line(msg("Tier {tier}", tier=part.tier), part.quantity_milli, part.price_e4, tier=part.tier)
    for surcharge in tariff.surcharges:
        if use.total_milli:
            yield priced_line(msg("{name}", name=surcharge.name), use.total_milli, surcharge.price_e4)


def _band_lines(tariff: Tariff, use: Use, slices: Sequence[_Slice]) -> Iterator[Line]:
    """All use of a band at its tier-1 price, then one surcharge line for each higher tier, as State Grid bills do."""
    if tariff.time_of_use is None:
        raise InvalidError(msg("The tariff has no time-of-use prices"), field="time_of_use")
    prices = dict(tariff.time_of_use.band_prices_e4)
    for name, milli in use.bands_milli:
        if name not in prices:
            raise InvalidError(msg("The tariff has no band {band}", band=name), field="time_of_use")
        if milli:
            yield priced_line(_band_label(name), milli, prices[name])
    for part in slices:
        surcharge = tariff.time_of_use.surcharges_e4[part.tier - 1]
        if surcharge:
            label = msg("Tier {tier} surcharge", tier=part.tier)
            yield priced_line(label, part.quantity_milli, surcharge, tier=part.tier)


def _band_label(name: str) -> Message:
    known = {
        "sharp": msg("Sharp peak"),
        "peak": msg("Peak hours"),
        "flat": msg("Flat hours"),
        "valley": msg("Valley hours"),
        "deep_valley": msg("Deep valley"),
    }
    return known.get(name) or msg("{name}", name=name)


def _component_lines(component: Component, use: Use, slices: Sequence[_Slice]) -> Iterator[Line]:
    """One line for all use when the price is the same in every tier, else one line per tier."""
    if len(set(component.prices_e4)) == 1:
        if use.total_milli:
            yield priced_line(msg("{name}", name=component.name), use.total_milli, component.prices_e4[0])
        return
    for part in slices:
        label = msg("{name}, tier {tier}", name=component.name, tier=part.tier)
        yield priced_line(label, part.quantity_milli, component.prices_e4[part.tier - 1], tier=part.tier)


def _steps(tariff: Tariff, use: Use, tiers: Sequence[Tier], month: int) -> Iterator[Message]:
    yield msg("Used {quantity} {unit}", quantity=format_milli(use.total_milli), unit=tariff.unit)
    if len(tiers) > 1 and tariff.cycle is Cycle.year:
        yield msg("Counted this year before: {quantity} {unit}", quantity=format_milli(use.prior_milli), unit=tariff.unit)
    if tariff.seasons:
        yield msg("Tiers of month {month}", month=month)
    if tiers != tariff.tiers_in(month):
        yield msg("Tiers widened for {persons} persons", persons=use.persons)
    for number, tier in enumerate(tiers, start=1):
        price = format_price(tier.price_e4)
        if tier.upto_milli is None:
            yield msg("Tier {tier}: ¥{price} without upper end", tier=number, price=price)
        else:
            yield msg("Tier {tier}: ¥{price} up to {bound}", tier=number, price=price, bound=format_milli(tier.upto_milli))


def version_at(versions: Sequence[TariffVersion], on: date) -> TariffVersion:
    """Find the version that holds on a day."""
    holding = [version for version in versions if version.from_on <= on]
    if not holding:
        raise InvalidError(msg("No tariff holds on {day}", day=on.isoformat()), field="tariff")
    return max(holding, key=lambda version: version.from_on)


def price_use_over(versions: Sequence[TariffVersion], use: Use, *, from_on: date, to_on: date, month: int | None = None) -> Explanation:
    """Price use over a period (both days count), splitting it by days where a new version begins inside.

    `month` (1–12) is the billed month, which chooses the season; without it the month of the first day does.

    The use of each part is its share of days, largest remainder in thousandths. Tiers go on counting across the change:
    the second part starts from what the first has used, under the bounds of its own version.
    """
    if from_on > to_on:
        raise InvalidError(msg("The period ends before it begins"), field="to_on")
    parts = list(_version_parts(versions, from_on, to_on))
    season = month or from_on.month
    if len(parts) == 1:
        return price_use(parts[0][2], use, month=season)
    weights = [(last - first).days + 1 for first, last, _ in parts]
    bands = _split_bands(use, weights)
    quantities = [sum(milli for _, milli in band) for band in bands]
    if not use.bands_milli:
        quantities = split_largest_remainder(use.total_milli, weights)
    prior = use.prior_milli
    lines: list[Line] = []
    steps: list[Message] = []
    for (first, last, tariff), quantity, band in zip(parts, quantities, bands, strict=True):
        part = price_use(replace(tariff, minimum_fen=0), Use(quantity, prior, use.persons, band), month=season)
        lines += [replace(line, from_on=first, to_on=last) for line in part.lines]
        steps.append(msg("From {from_on} to {to_on}", from_on=first.isoformat(), to_on=last.isoformat()))
        steps += part.steps
        prior += quantity
    return Explanation(tuple(lines + _minimum(parts[-1][2], lines)), tuple(steps))


def _minimum(tariff: Tariff, lines: Sequence[Line]) -> list[Line]:
    """The minimum charge of the version in force at the end, once for the whole period."""
    short = tariff.minimum_fen - sum(line.amount_fen for line in lines)
    return [priced_line(msg("Top-up to the minimum charge"), MILLI, short * (E4 // 100))] if short > 0 else []


def _version_parts(versions: Sequence[TariffVersion], from_on: date, to_on: date) -> Iterator[tuple[date, date, Tariff]]:
    changes = sorted({v.from_on for v in versions if from_on < v.from_on <= to_on})
    starts = [from_on, *changes]
    ends = [change - timedelta(days=1) for change in changes] + [to_on]
    for first, last in zip(starts, ends, strict=True):
        yield first, last, version_at(versions, first).tariff


def _split_bands(use: Use, weights: Sequence[int]) -> list[tuple[tuple[str, int], ...]]:
    """Split each band by days on its own; a part's use is then the sum of its bands."""
    columns = [split_largest_remainder(milli, weights) for _, milli in use.bands_milli]
    return [tuple((name, column[i]) for (name, _), column in zip(use.bands_milli, columns, strict=True)) for i in range(len(weights))]


_LineKey = tuple[Message, int | None, int]


def correction_lines(charged: Sequence[Line], right: Sequence[Line]) -> tuple[Line, ...]:
    """Lines that turn what was charged into what is right; they sum exactly to the difference of both totals."""
    change: dict[_LineKey, tuple[int, int]] = {}
    for lines, sign in ((charged, -1), (right, 1)):
        for line in lines:
            key = (line.label, line.tier, line.price_e4)
            quantity, amount = change.get(key, (0, 0))
            change[key] = (quantity + sign * line.quantity_milli, amount + sign * line.amount_fen)
    note = msg("Correction of an earlier reading")
    return tuple(
        Line(label, quantity, price, amount, tier, note, is_adjustment=True)
        for (label, tier, price), (quantity, amount) in change.items()
        if quantity or amount
    )
