"""Bills in the managers' list, and the filter of that list. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from urllib.parse import urlencode

from estate_app.billing.filters import BillFilter, BillState
from estate_app.billing.queries import BillRow
from estate_app.billing.tariff_queries import ItemRow
from estate_app.errors import InvalidError
from estate_app.export import read_filter
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.property.models import Building
from estate_app.ui.pages.common.money import month_options
from estate_app.ui.pages.common.repair import named
from estate_app.ui.pages.resident.bills.present import place_text, status_badge
from estate_app.ui.view import Badge, Option
from estate_app.ui.when import day_text, month_text

STATES: Mapping[BillState, Message] = {
    BillState.open: msg("To be paid"),
    BillState.overdue: msg("Overdue"),
    BillState.paid: msg("Paid"),
    BillState.disputed: msg("In review"),
    BillState.void: msg("Void"),
}
# The names in the address are those of the filter's fields, so that page, export and a chart's drill-down read the same.
NAMES = tuple(f.name for f in fields(BillFilter) if f.name != "estate_id")


@dataclass(frozen=True, slots=True)
class BillLine:
    """One bill."""

    id: str
    number: str
    href: str
    place: str
    item: str
    month: str
    amount: str
    owed: str
    due: str
    tone: str
    badge: Badge


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to, as the address says it."""

    text: str = ""
    state: str = ""
    fee_item_id: str = ""
    period: str = ""
    building_id: str = ""
    sort: str = ""
    is_narrowed: bool = False
    export: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer."""

    states: list[Option] = field(default_factory=list)
    fee_items: list[Option] = field(default_factory=list)
    months: list[Option] = field(default_factory=list)
    buildings: list[Option] = field(default_factory=list)


def read_url(query: Mapping[str, str], estate_id: int) -> tuple[BillFilter, Filters]:
    """The filter of an address, in the estate in view; a value that cannot be read narrows nothing."""
    kept: dict[str, str] = {}
    for name in NAMES:
        if value := query.get(name, ""):
            try:
                read_filter(BillFilter, {name: value})
            except InvalidError:
                continue
            kept[name] = value
    wanted = replace(read_filter(BillFilter, kept), estate_id=estate_id or None)
    sort = query.get("sort", "")
    shown = {name: value for name, value in kept.items() if name in {f.name for f in fields(Filters)}}
    if wanted.period:
        shown["period"] = f"{wanted.period:%Y-%m}"
    export = urlencode(kept | ({"estate_id": str(estate_id)} if estate_id else {}) | ({"sort": sort} if sort else {}))
    return wanted, Filters(**shown, sort=sort, is_narrowed=bool(kept), export=export)


def choices(items: Iterable[ItemRow], buildings: Iterable[Building], *, estate_id: int, filters: Filters, on: date, locale: str) -> Choices:
    """What the filters offer in an estate."""
    return Choices(
        states=[Option(state.value, translate(name, locale)) for state, name in STATES.items()],
        fee_items=[Option(str(item.id), named(item.name, item.name_en, locale)) for item in items],
        months=month_options(on, chosen=filters.period, locale=locale),
        buildings=[Option(str(b.id), b.name) for b in buildings if not estate_id or b.estate_id == estate_id],
    )


def bill_line(row: BillRow, *, on: date, locale: str) -> BillLine:
    """One line of the list."""
    return BillLine(
        id=str(row.id),
        number=row.number,
        href=f"/manage/bills/{row.id}",
        place=place_text(row, locale),
        item=named(row.item_name, row.item_name_en, locale),
        month=month_text(row.period, locale=locale),
        amount=format_yuan(row.amount_fen),
        owed=format_yuan(row.owed_fen) if row.owed_fen else "—",
        due=day_text(row.due_on, today=on, locale=locale),
        tone="red" if row.is_overdue else "gray",
        badge=status_badge(row, is_paying=False, locale=locale),
    )


def summary(totals: tuple[int, int, int], *, locale: str) -> str:
    """How many bills the filter finds, what they amount to, and what they still ask for."""
    count, amount_fen, open_fen = totals
    said = msg(
        "{count} bills · {amount} in all · {owed} to be paid",
        count=f"{count:,}", amount=format_yuan(amount_fen, sign=True), owed=format_yuan(open_fen, sign=True),
    )  # fmt: skip
    return translate(said, locale)
