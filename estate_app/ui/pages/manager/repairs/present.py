"""Work orders in a list, and the filter of that list. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from urllib.parse import urlencode

from estate_app.errors import InvalidError
from estate_app.export import read_filter
from estate_app.kit.i18n import Message, msg, translate
from estate_app.property.models import Building
from estate_app.repair.catalogue import CategoryGroup
from estate_app.repair.filters import Family, OrderFilter
from estate_app.repair.models import OrderStatus
from estate_app.repair.queries import OrderRow
from estate_app.repair.roster import TechnicianRow
from estate_app.repair.rules import DONE, ENDED_EARLY
from estate_app.ui.pages.common.repair import clock_words, named, place_of, span_text
from estate_app.ui.states import overdue_badge, priority_badge, repair_badge
from estate_app.ui.view import Badge, Option
from estate_app.ui.when import moment_text

FAMILIES: Mapping[Family, Message] = {
    Family.open: msg("Unfinished"),
    Family.waiting: msg("To be taken"),
    Family.in_repair: msg("In repair"),
    Family.overdue: msg("Over time"),
    Family.done: msg("Done"),
    Family.to_rate: msg("Not rated"),
    Family.ended: msg("Ended early"),
}
_URGENCIES = ("emergency", "high", "normal")
# The names in the address are those of the filter's fields, so that page, export and a chart's drill-down read the same.
NAMES = tuple(f.name for f in fields(OrderFilter) if f.name != "estate_id")


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One work order."""

    id: str
    number: str
    href: str
    title: str
    place: str
    contact: str
    category: str
    priority: Badge
    badge: Badge
    technician: str
    submitted: str
    limit: str
    tone: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to, as the address says it."""

    text: str = ""
    family: str = ""
    urgencies: str = ""
    category_id: str = ""
    building_id: str = ""
    technician_id: str = ""
    from_on: str = ""
    to_on: str = ""
    sort: str = ""
    is_narrowed: bool = False
    export: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer."""

    families: list[Option] = field(default_factory=list)
    urgencies: list[Option] = field(default_factory=list)
    categories: list[Option] = field(default_factory=list)
    buildings: list[Option] = field(default_factory=list)
    technicians: list[Option] = field(default_factory=list)


def read_url(query: Mapping[str, str], estate_id: int) -> tuple[OrderFilter, Filters]:
    """The filter of an address, in the estate in view; a value that cannot be read narrows nothing."""
    kept: dict[str, str] = {}
    for name in NAMES:
        if value := query.get(name, ""):
            try:
                read_filter(OrderFilter, {name: value})
            except InvalidError:
                continue
            kept[name] = value
    wanted = replace(read_filter(OrderFilter, kept), estate_id=estate_id or None)
    sort = query.get("sort", "")
    shown = {name: value for name, value in kept.items() if name in {f.name for f in fields(Filters)}}
    export = urlencode(kept | ({"estate_id": str(estate_id)} if estate_id else {}) | ({"sort": sort} if sort else {}))
    return wanted, Filters(**shown, sort=sort, is_narrowed=bool(kept), export=export)


def choices(
    groups: Iterable[CategoryGroup], buildings: Iterable[Building], technicians: Iterable[TechnicianRow], estate_id: int, *, locale: str
) -> Choices:
    """What the filters offer in an estate."""
    return Choices(
        families=[Option(family.value, translate(name, locale)) for family, name in FAMILIES.items()],
        urgencies=[Option(u, priority_badge(u, locale=locale).label) for u in _URGENCIES],
        categories=category_options(groups, locale=locale),
        buildings=[Option(str(b.id), b.name) for b in buildings if not estate_id or b.estate_id == estate_id],
        technicians=[Option(str(t.who.technician_id), t.who.name) for t in technicians],
    )


def category_options(groups: Iterable[CategoryGroup], *, locale: str) -> list[Option]:
    """The groups, each before its own kinds."""
    found = []
    for group in groups:
        name = named(group.name, group.name_en, locale)
        found.append(Option(str(group.id), name))
        found += [
            Option(str(leaf.id), f"{name} · {named(leaf.name, leaf.name_en, locale)}") for leaf in group.leaves if leaf.id != group.id
        ]
    return found


def order_line(order: OrderRow, *, now: datetime, locale: str) -> OrderLine:
    """One line of the list."""
    is_late = order.status not in DONE | ENDED_EARLY and not order.clock.is_stopped and order.clock.minutes_left < 0
    limit, tone = limit_text(order, locale)
    return OrderLine(
        id=str(order.id),
        number=order.number,
        href=f"/manage/repairs/{order.id}",
        title=order.description,
        place=place_of(order, locale),
        contact=order.contact_name,
        category=named(order.category, order.category_en, locale),
        priority=priority_badge(order.urgency, locale=locale),
        badge=overdue_badge(locale=locale) if is_late else order_badge(order, locale=locale),
        technician=order.technician,
        submitted=moment_text(order.submitted_at, now=now, locale=locale),
        limit=limit,
        tone=tone,
    )


def order_badge(order: OrderRow, *, locale: str) -> Badge:
    """The state; a finished order that was rated says so."""
    is_rated = order.is_rated and order.status in DONE
    return repair_badge("rated" if is_rated else order.status.value, locale=locale)


def limit_text(order: OrderRow, locale: str) -> tuple[str, str]:
    """What is left of the promise, how long the repair took, its stars, or why it ended; with the tone."""
    if order.status in ENDED_EARLY:
        return order.end_reason or "—", "gray"
    if order.is_rated:
        return translate(msg("{stars} stars", stars=f"{order.stars_tenths / 10:.1f}"), locale), "gray"
    if order.status in DONE and order.completed_at is not None:
        minutes = int((order.completed_at - order.submitted_at).total_seconds()) // 60
        return translate(msg("took {span}", span=span_text(minutes, locale)), locale), "gray"
    if order.status is OrderStatus.paused:
        return translate(msg("Paused"), locale), "orange"
    words, tone = clock_words(order.clock, locale)
    return (words if order.clock.minutes_left < 0 else translate(msg("{span} left", span=words), locale)), tone
