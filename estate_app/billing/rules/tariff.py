"""What a metered tariff says: tiers, seasons, household size, time-of-use bands, components; and what makes one wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from estate_app.billing.rules.values import format_milli, parse_milli, parse_price
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg

MONTHS = range(1, 13)


class Cycle(StrEnum):
    """When the count of tier use starts again."""

    month = "month"
    year = "year"


@dataclass(frozen=True, slots=True)
class Tier:
    """A step of use; `upto_milli` is inclusive, None means no upper end."""

    upto_milli: int | None
    price_e4: int


@dataclass(frozen=True, slots=True)
class Season:
    """Tiers that hold in the given months (1–12) only."""

    months: frozenset[int]
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Household:
    """How tiers grow with the persons of a household of `from_persons` or more.

    The first bound grows by `first_plus_milli` once and by `first_plus_each_milli` for each person beyond `from_persons − 1`;
    or, when `per_person_milli` is given, each bound is that many thousandths a person. Higher bounds stay where they are, unless
    `higher_plus_milli` (once) and `higher_plus_each_milli` (for each such person) name what the second, third … one grows by.
    """

    from_persons: int
    first_plus_milli: int = 0
    first_plus_each_milli: int = 0
    per_person_milli: tuple[int, ...] = ()
    higher_plus_milli: tuple[int, ...] = ()
    higher_plus_each_milli: tuple[int, ...] = ()

    def growth(self, index: int, persons: int) -> int:
        """By how much the bound of a tier (0 is the first) grows for a household of so many persons."""
        extra_persons = persons - self.from_persons + 1
        if index == 0:
            return self.first_plus_milli + self.first_plus_each_milli * extra_persons
        once = self.higher_plus_milli[index - 1] if index <= len(self.higher_plus_milli) else 0
        each = self.higher_plus_each_milli[index - 1] if index <= len(self.higher_plus_each_milli) else 0
        return once + each * extra_persons


@dataclass(frozen=True, slots=True)
class TimeOfUse:
    """Prices by band (peak, valley, …) at tier 1, and what each higher tier adds, whatever the hour (a value per tier)."""

    band_prices_e4: tuple[tuple[str, int], ...]
    surcharges_e4: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the tier price shown apart (水费, 污水处理费), one price per tier; together they make the tier's price."""

    name: str
    prices_e4: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Surcharge:
    """A price charged on all use beside the tiers."""

    name: str
    price_e4: int


@dataclass(frozen=True, slots=True)
class Tariff:
    """One version of a tariff. Either `tiers` or `seasons` holds; a single open tier is a flat price."""

    unit: str
    tiers: tuple[Tier, ...] = ()
    cycle: Cycle = Cycle.month
    seasons: tuple[Season, ...] = ()
    household: Household | None = None
    time_of_use: TimeOfUse | None = None
    components: tuple[Component, ...] = ()
    surcharges: tuple[Surcharge, ...] = ()
    minimum_fen: int = 0

    def tiers_in(self, month: int) -> tuple[Tier, ...]:
        """The tiers of a calendar month (1–12)."""
        for season in self.seasons:
            if month in season.months:
                return season.tiers
        if not self.tiers:
            raise InvalidError(msg("The tariff has no tiers for month {month}", month=month), field="seasons")
        return self.tiers


@dataclass(frozen=True, slots=True)
class TierRow:
    """A tier as a person types it: `above` may be left empty, an empty `upto` is the open last tier."""

    upto: str
    price: str
    above: str = ""


def build_tiers(rows: Sequence[TierRow], *, require_open: bool = True) -> tuple[Tier, ...]:
    """Read typed rows, refusing holes, overlaps, negative figures and prices with more than four decimals."""
    tiers: list[Tier] = []
    last = 0
    for number, row in enumerate(rows, start=1):
        if row.above.strip():
            _check_joint(parse_milli(row.above, field=f"tiers.{number}.above"), last, number)
        upto = parse_milli(row.upto, field=f"tiers.{number}.upto") if row.upto.strip() else None
        tiers.append(Tier(upto, parse_price(row.price, field=f"tiers.{number}.price")))
        last = last if upto is None else upto
    checked = tuple(tiers)
    check_tiers(checked, require_open=require_open)
    return checked


def _check_joint(above_milli: int, last_milli: int, number: int) -> None:
    field = f"tiers.{number}.above"
    bound = format_milli(last_milli)
    if above_milli > last_milli:
        raise InvalidError(msg("Tier {tier} leaves a hole: it must begin at {bound}", tier=number, bound=bound), field=field)
    if above_milli < last_milli:
        raise InvalidError(msg("Tier {tier} overlaps the one before: it must begin at {bound}", tier=number, bound=bound), field=field)


def check_tiers(tiers: Sequence[Tier], *, require_open: bool = True) -> None:
    """Refuse tiers that do not rise, are negative, or (if `require_open`) end before all use is priced."""
    if not tiers:
        raise InvalidError(msg("A tariff needs at least one tier"), field="tiers")
    last = 0
    for number, tier in enumerate(tiers, start=1):
        if tier.price_e4 < 0:
            raise InvalidError(msg("A price cannot be negative"), field=f"tiers.{number}.price")
        if tier.upto_milli is None:
            if number != len(tiers):
                raise InvalidError(msg("Only the last tier may be without an upper end"), field=f"tiers.{number}.upto")
        elif tier.upto_milli <= last:
            raise InvalidError(
                msg("Tier {tier} must end above {bound}", tier=number, bound=format_milli(last)),
                field=f"tiers.{number}.upto",
            )
        else:
            last = tier.upto_milli
    if require_open and tiers[-1].upto_milli is not None:
        raise InvalidError(
            msg("The last tier must be without an upper end, so that all use has a price"),
            field=f"tiers.{len(tiers)}.upto",
        )


def check_tariff(tariff: Tariff, *, require_open: bool = True) -> None:
    """Refuse a tariff whose parts contradict each other."""
    tables = [tariff.tiers] if tariff.tiers else []
    tables += [season.tiers for season in tariff.seasons]
    if not tables:
        raise InvalidError(msg("A tariff needs at least one tier"), field="tiers")
    for table in tables:
        check_tiers(table, require_open=require_open)
    if tariff.minimum_fen < 0:
        raise InvalidError(msg("A price cannot be negative"), field="minimum")
    _check_seasons(tariff)
    _check_prices_beside(tariff, tables)
    _check_household(tariff.household)


def _check_seasons(tariff: Tariff) -> None:
    months = [month for season in tariff.seasons for month in season.months]
    if len(months) != len(set(months)):
        raise InvalidError(msg("A month belongs to two seasons"), field="seasons")
    if any(month not in MONTHS for month in months):
        raise InvalidError(msg("A month is a number from 1 to 12"), field="seasons")
    if months and not tariff.tiers and len(months) != len(MONTHS):
        raise InvalidError(msg("The seasons leave out a month"), field="seasons")


def _check_prices_beside(tariff: Tariff, tables: Sequence[tuple[Tier, ...]]) -> None:
    if any(surcharge.price_e4 < 0 for surcharge in tariff.surcharges):
        raise InvalidError(msg("A price cannot be negative"), field="surcharges")
    if tariff.time_of_use:
        _check_time_of_use(tariff.time_of_use, tables)
    if tariff.components:
        for table in tables:
            _check_components(tariff.components, table)


def _check_time_of_use(time_of_use: TimeOfUse, tables: Sequence[tuple[Tier, ...]]) -> None:
    prices = [price for _, price in time_of_use.band_prices_e4]
    if not prices or min([*prices, *time_of_use.surcharges_e4]) < 0:
        raise InvalidError(msg("A price cannot be negative"), field="time_of_use")
    if any(len(time_of_use.surcharges_e4) != len(table) for table in tables):
        raise InvalidError(msg("Time-of-use prices need one surcharge for each tier"), field="time_of_use")


def _check_components(components: Sequence[Component], table: Sequence[Tier]) -> None:
    if any(len(component.prices_e4) != len(table) for component in components):
        raise InvalidError(msg("A component needs one price for each tier"), field="components")
    if any(price < 0 for component in components for price in component.prices_e4):
        raise InvalidError(msg("A price cannot be negative"), field="components")
    for index, tier in enumerate(table):
        if sum(component.prices_e4[index] for component in components) != tier.price_e4:
            raise InvalidError(msg("The components of tier {tier} do not add up to its price", tier=index + 1), field="components")


def _check_household(household: Household | None) -> None:
    if household is None:
        return
    grown = (
        household.first_plus_milli,
        household.first_plus_each_milli,
        *household.per_person_milli,
        *household.higher_plus_milli,
        *household.higher_plus_each_milli,
    )
    if household.from_persons < 1 or min(grown) < 0:
        raise InvalidError(msg("The household rule holds a negative figure"), field="household")
