"""Materials as lines, and what the forms of the stock mean. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan, parse_yuan
from estate_app.repair.stock import ItemFacts, quantity_words
from estate_app.repair.stock_models import StockItem
from estate_app.repair.stock_queries import StockFilter, StockLine, StockTotals, is_low
from estate_app.ui.pages.common.repair import named
from estate_app.ui.view import Badge, Kpi, Option

_NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """One material of the list."""

    id: str
    href: str
    code: str
    name: str
    price: str
    left: str
    low: str
    used: str
    badge: Badge = _NO_BADGE


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to."""

    text: str = ""
    show: str = ""
    sort: str = ""
    is_narrowed: bool = False
    export: str = ""


@dataclass(frozen=True, slots=True)
class ItemValues:
    """What the form of a material begins with."""

    code: str = ""
    name: str = ""
    name_en: str = ""
    unit: str = ""
    price: str = ""
    low: str = ""


def read_url(query: Mapping[str, str]) -> tuple[StockFilter, Filters]:
    """The filter of a URL."""
    text, show = query.get("q", ""), query.get("show", "")
    show = show if show in {"low", "off"} else ""
    sort = query.get("sort", "")
    export = urlencode({name: value for name, value in (("q", text), ("show", show), ("sort", sort)) if value})
    return StockFilter(text, show), Filters(text, show, sort, bool(text or show), export)


def show_options(locale: str) -> list[Option]:
    """What the list may show instead of everything that technicians may take."""
    return [Option("low", translate(msg("Low stock"), locale)), Option("off", translate(msg("No longer used"), locale))]


def material_row(line: StockLine, *, locale: str) -> MaterialRow:
    """One line."""
    item = line.item
    return MaterialRow(
        id=str(item.id),
        href=f"/manage/stock/{item.id}",
        code=item.code,
        name=named(item.name, item.name_en, locale),
        price=format_yuan(item.price_fen),
        left=f"{quantity_words(item.on_hand_milli)} {item.unit}",
        low=quantity_words(item.low_milli) if item.low_milli else "—",
        used=quantity_words(line.used_milli),
        badge=stock_badge(item, locale=locale),
    )


def stock_badge(item: StockItem, *, locale: str) -> Badge:
    """Whether there is enough of it; nothing is said of what is no longer used."""
    if not item.is_active:
        return Badge(translate(msg("No longer used"), locale), "gray", "surface", "ban")
    if item.on_hand_milli == 0:
        return Badge(translate(msg("Used up"), locale), "red", "soft", "triangle-alert")
    if is_low(item):
        return Badge(translate(msg("Low stock"), locale), "orange", "soft", "triangle-alert")
    return Badge(translate(msg("Enough in stock"), locale), "green", "soft", "check")


def kpis(figures: StockTotals, *, locale: str) -> list[Kpi]:
    """The figures over the list."""
    low = Kpi(
        translate(msg("Low stock"), locale), str(figures.low), translate(msg("materials"), locale),
        translate(msg("to be ordered again"), locale), tone="red" if figures.low else "gray",
    )  # fmt: skip
    one = translate(msg("one storeroom for all estates"), locale)
    worth = translate(msg("at today's prices"), locale)
    return [
        Kpi(translate(msg("On the list"), locale), str(figures.items), translate(msg("materials"), locale), one),
        low,
        Kpi(translate(msg("Value on hand (yuan)"), locale), format_yuan(figures.value_fen), "", worth),
    ]


def values_of(item: StockItem) -> ItemValues:
    """What an edit begins with."""
    low = quantity_words(item.low_milli) if item.low_milli else ""
    return ItemValues(item.code, item.name, item.name_en, item.unit, format_yuan(item.price_fen).replace(",", ""), low)


def read_facts(form: Mapping[str, str]) -> ItemFacts:
    """What was typed of a material; what cannot be read is refused under its field."""
    return ItemFacts(
        code=form.get("code", ""),
        name=form.get("name", ""),
        name_en=form.get("name_en", ""),
        unit=form.get("unit", ""),
        price_fen=parse_yuan(form.get("price", ""), field="price"),
        low_milli=read_quantity(form.get("low", "") or "0", "low"),
    )


def read_quantity(text: str, field: str) -> int:
    """A quantity such as 40 or 2.5 in thousandths; the service says what is too much or too little."""
    try:
        milli = Decimal(text.replace(",", "").strip()) * 1000
    except InvalidOperation:
        milli = Decimal("NaN")
    if not milli.is_finite() or milli != milli.to_integral_value() or abs(milli) >= 10**15:
        raise InvalidError(msg("Give a quantity such as 1 or 0.5"), field=field)
    return int(milli)
