"""Fee items, their price versions, and what a price would charge. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from estate_app.billing.models import FeeKind, MeterKind
from estate_app.billing.prices import RUN_KINDS, AreaBasis, AreaPrice, FixedPrice, ParkingPrice, ParkingScope, Price, SharedPrice
from estate_app.billing.rules.shared import ShareBy
from estate_app.billing.rules.tariff import Cycle, Tariff, Tier
from estate_app.billing.rules.values import Line, format_milli, format_price, parse_milli
from estate_app.billing.sample import Sample, sample_charge
from estate_app.billing.tariff_queries import ItemRow, PriceRow
from estate_app.errors import InvalidError
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.ui.pages.common.repair import named
from estate_app.ui.pages.manager.tariffs.pricing import is_plain
from estate_app.ui.view import Badge, Fact, Option
from estate_app.ui.when import full_day

KINDS: Mapping[FeeKind, Message] = {
    FeeKind.area: msg("By area"),
    FeeKind.fixed: msg("Fixed a month"),
    FeeKind.metered: msg("By meter"),
    FeeKind.shared: msg("Shared cost"),
    FeeKind.parking: msg("By parking space"),
    FeeKind.one_off: msg("Charged singly"),
    FeeKind.repair: msg("For repairs"),
    FeeKind.late_fee: msg("Late fee"),
}
METERS: Mapping[MeterKind, Message] = {
    MeterKind.water: msg("Water"),
    MeterKind.electricity: msg("Electricity"),
    MeterKind.gas: msg("Gas"),
    MeterKind.heat: msg("Heat"),
}
SHARED_BY: Mapping[ShareBy, Message] = {
    ShareBy.area: msg("split by area"),
    ShareBy.household: msg("split over occupied rooms"),
    ShareBy.equal: msg("split equally over rooms"),
}
SPACES: Mapping[ParkingScope, Message] = {
    ParkingScope.all: msg("all spaces"),
    ParkingScope.underground: msg("underground spaces"),
    ParkingScope.ground: msg("spaces on the ground"),
}
# What the calculator tries first: a usual flat, one month, a household's month of water.
FIRST_TRY: Mapping[FeeKind, str] = {FeeKind.area: "89", FeeKind.fixed: "1", FeeKind.metered: "30", FeeKind.parking: "1"}
NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One fee item in the list."""

    id: str
    name: str
    code: str
    kind: str
    price: str
    rooms: str
    due: str
    badge: Badge
    href: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """The item in view, with what its edit form begins with."""

    id: int = 0
    title: str = ""
    kind: str = ""
    name: str = ""
    name_en: str = ""
    due_days: str = ""
    is_active: bool = True
    is_automatic: bool = False
    is_priced: bool = False
    is_plain: bool = True
    is_seasonal: bool = False
    kept: str = ""
    meters: list[Option] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One price version, newest first."""

    id: str
    starts: str
    price: str
    note: str
    badge: Badge


@dataclass(frozen=True, slots=True)
class CalcLine:
    """One line of a tried charge."""

    id: str
    label: str
    formula: str
    amount: str


@dataclass(frozen=True, slots=True)
class Calculation:
    """What a price charges for the use that is tried, or why it cannot."""

    lines: list[CalcLine] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    total: str = ""
    error: str = ""


def in_force(prices: tuple[PriceRow, ...], on: date) -> PriceRow | None:
    """The version that holds on a day; `prices` are newest first."""
    return next((row for row in prices if row.starts_on <= on), None)


def item_line(item: ItemRow, *, on: date, locale: str) -> ItemLine:
    """One item of the list."""
    price = in_force(item.prices, on)
    return ItemLine(
        id=str(item.id),
        name=named(item.name, item.name_en, locale),
        code=item.code,
        kind=translate(KINDS[item.kind], locale),
        price=price_text(price.price, locale=locale) if price else "—",
        rooms=f"{item.room_count:,}",
        due=translate(msg("{count} days", count=item.due_days), locale),
        badge=_item_badge(item, is_priced=price is not None, locale=locale),
        href=f"/manage/tariffs?item={item.id}",
    )


def item_view(item: ItemRow, *, on: date, locale: str) -> ItemView:
    """The item in view."""
    newest = item.prices[0].price if item.prices else None
    facts = [Fact(translate(msg("Charged"), locale), translate(KINDS[item.kind], locale))]
    if item.meter_kind:
        facts.append(Fact(translate(msg("Meter"), locale), translate(METERS[item.meter_kind], locale)))
    facts += [
        Fact(translate(msg("Rooms"), locale), f"{item.room_count:,}"),
        Fact(translate(msg("Days to pay"), locale), str(item.due_days)),
        Fact(translate(msg("Billed by itself"), locale), translate(msg("Yes") if item.is_automatic else msg("No"), locale)),
    ]
    return ItemView(
        id=item.id,
        title=named(item.name, item.name_en, locale),
        kind=item.kind.value,
        name=item.name,
        name_en=item.name_en,
        due_days=str(item.due_days),
        is_active=item.is_active,
        is_automatic=item.is_automatic,
        is_priced=item.kind in RUN_KINDS,
        is_plain=is_plain(newest),
        is_seasonal=isinstance(newest, Tariff) and bool(newest.seasons),
        kept=_kept(newest, locale),
        facts=facts,
    )


def version_line(row: PriceRow, current: PriceRow | None, *, on: date, locale: str) -> VersionLine:
    """One version, told whether it holds, is to come or is over."""
    if row is current:
        badge = Badge(translate(msg("In force"), locale), "green", "soft", "check")
    elif row.starts_on > on:
        badge = Badge(translate(msg("To come"), locale), "indigo", "soft", "clock")
    else:
        badge = Badge(translate(msg("No longer in force"), locale), "gray", "surface", "archive")
    starts = full_day(row.starts_on, locale=locale)
    return VersionLine(row.starts_on.isoformat(), starts, price_text(row.price, locale=locale), row.note, badge)


def price_text(price: Price, *, locale: str) -> str:
    """A price in one line, such as `≤18: ¥3.50 · ≤25: ¥5.25 · >25: ¥7.00 (m³, a month)`."""
    if isinstance(price, AreaPrice):
        basis = msg("gross area") if price.area is AreaBasis.gross else msg("interior area")
        return translate(msg("¥{price} per m² and month, {basis}", price=format_price(price.price_e4), basis=basis), locale)
    if isinstance(price, SharedPrice):
        return _shared_text(price, locale)
    if isinstance(price, ParkingPrice):
        return translate(
            msg("¥{price} per space and month, {spaces}", price=format_price(price.price_e4), spaces=SPACES[price.spaces]), locale
        )
    if isinstance(price, FixedPrice):
        return translate(msg("¥{price} a month", price=format_price(price.price_e4)), locale)
    tables = [price.tiers] if price.tiers else []
    tables += [season.tiers for season in price.seasons]
    said = " / ".join(_tiers_text(tiers) for tiers in tables)
    cycle = msg("counted by the year") if price.cycle is Cycle.year else msg("counted by the month")
    return translate(msg("{tiers} ({unit}, {cycle})", tiers=said, unit=price.unit, cycle=cycle), locale)


def _shared_text(price: SharedPrice, locale: str) -> str:
    by = SHARED_BY[price.by]
    if price.meter_id is None:
        return translate(msg("The amount of each month, {by}", by=by), locale)
    if price.less_units:
        return translate(
            msg("¥{price} per unit of the common meter less the rooms' own, {by}", price=format_price(price.price_e4), by=by), locale
        )
    return translate(msg("¥{price} per unit of the common meter, {by}", price=format_price(price.price_e4), by=by), locale)


def calculate(price: Price, typed: Mapping[str, str], *, locale: str) -> Calculation:
    """Try a use: the same functions as a bill's, so that the sum is what a bill would say."""
    try:
        explained = sample_charge(price, _sample(typed))
    except InvalidError as error:
        return Calculation(error=translate(error.message, locale))
    return Calculation(
        lines=[_calc_line(line, number, locale) for number, line in enumerate(explained.lines)],
        steps=[translate(step, locale) for step in explained.steps],
        total=format_yuan(explained.total_fen),
    )


def _sample(typed: Mapping[str, str]) -> Sample:
    persons, month = typed.get("persons", "").strip() or "1", typed.get("month", "").strip() or "1"
    if not (persons.isascii() and persons.isdigit() and len(persons) < 4):
        raise InvalidError(msg("Write a number of persons"), field="persons")
    if not (month.isascii() and month.isdigit() and 1 <= int(month) <= 12):
        raise InvalidError(msg("A month is a number from 1 to 12"), field="month")
    quantity = parse_milli(typed.get("quantity", ""), field="quantity")
    prior = typed.get("prior", "").strip()
    return Sample(quantity, parse_milli(prior, field="prior") if prior else 0, int(persons), int(month))


def _calc_line(line: Line, number: int, locale: str) -> CalcLine:
    return CalcLine(str(number), translate(line.label, locale), line.formula, format_yuan(line.amount_fen))


def _tiers_text(tiers: tuple[Tier, ...]) -> str:
    if len(tiers) == 1:
        return f"¥{format_price(tiers[0].price_e4)}"
    parts, last = [], 0
    for tier in tiers:
        bound = f">{format_milli(last)}" if tier.upto_milli is None else f"≤{format_milli(tier.upto_milli)}"
        parts.append(f"{bound}: ¥{format_price(tier.price_e4)}")
        last = tier.upto_milli or last
    return " · ".join(parts)


def _kept(price: Price | None, locale: str) -> str:
    """What a new version takes over from the newest one without showing it in the form."""
    if not isinstance(price, Tariff) or not is_plain(price):
        return ""
    parts = []
    if price.household:
        grown = msg("wider tiers for households of {persons} or more", persons=price.household.from_persons)
        parts.append(translate(grown, locale))
    parts += [f"{extra.name} ¥{format_price(extra.price_e4)}" for extra in price.surcharges]
    said = ("、" if locale == "zh" else ", ").join(parts)
    return translate(msg("Kept from the newest price: {parts}", parts=said), locale) if parts else ""


def _item_badge(item: ItemRow, *, is_priced: bool, locale: str) -> Badge:
    if not item.is_active:
        return Badge(translate(msg("Retired"), locale), "gray", "surface", "archive")
    if item.kind in RUN_KINDS and not is_priced:
        return Badge(translate(msg("No price"), locale), "red", "soft", "triangle-alert")
    return Badge(translate(msg("In use"), locale), "green", "soft", "check")
