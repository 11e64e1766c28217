"""Facilities as lines, and the fields of their form. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan, parse_yuan
from estate_app.property.models import Building, PublicArea
from estate_app.repair.catalogue import CategoryGroup
from estate_app.repair.facilities import FacilityFacts
from estate_app.repair.facility_models import Facility, FacilityKind
from estate_app.repair.facility_queries import FacilityDetail, FacilityFilter, FacilityRow
from estate_app.repair.facility_rules import KIND_NAMES
from estate_app.ui.pages.common.repair import named
from estate_app.ui.pages.manager.item_rooms.present import read_day
from estate_app.ui.view import Badge, Option
from estate_app.ui.when import full_day

_SOON_DAYS = 90


@dataclass(frozen=True, slots=True)
class FacilityLine:
    """One facility of the list."""

    id: str
    href: str
    number: str
    name: str
    kind: str
    place: str
    warranty: Badge
    due: str
    is_overdue: bool
    open_count: int
    repairs: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to."""

    text: str = ""
    kind: str = ""
    show: str = ""
    sort: str = "number"
    is_narrowed: bool = False


@dataclass(frozen=True, slots=True)
class Lists:
    """What the form offers: kinds, buildings, places that are there, kinds of fault."""

    kinds: list[Option] = field(default_factory=list)
    buildings: list[Option] = field(default_factory=list)
    areas: list[Option] = field(default_factory=list)
    faults: list[Option] = field(default_factory=list)
    shows: list[Option] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Values:
    """What the form begins with."""

    number: str = ""
    name: str = ""
    kind: str = ""
    place: str = ""
    building_id: str = ""
    category_id: str = ""
    maker: str = ""
    model: str = ""
    installed_on: str = ""
    warranty_ends_on: str = ""
    life_years: str = ""
    cost: str = ""
    counter_unit: str = ""
    note: str = ""


def read_url(query: Mapping[str, str]) -> tuple[FacilityFilter, Filters]:
    """The filter of a URL."""
    kind, show, text = query.get("kind", ""), query.get("show", ""), query.get("q", "")
    known = FacilityKind(kind) if kind in set(FacilityKind) else None
    show = show if show in {"ended", "off"} else ""
    wanted = FacilityFilter(known, show == "ended", show != "off", text)
    return wanted, Filters(text, kind if known else "", show, query.get("sort", "number"), bool(known or show or text))


def facility_line(row: FacilityRow, *, today: date, locale: str) -> FacilityLine:
    """One line."""
    facility = row.facility
    return FacilityLine(
        id=str(facility.id),
        href=f"/manage/facilities/{facility.id}",
        number=facility.number,
        name=facility.name,
        kind=translate(KIND_NAMES[facility.kind], locale),
        place=row.place,
        warranty=warranty_badge(facility, today=today, locale=locale),
        due=full_day(row.due_on, locale=locale) if row.due_on else "—",
        is_overdue=row.due_on is not None and row.due_on < today,
        open_count=row.open_count,
        repairs=str(row.repairs),
    )


def warranty_badge(facility: Facility, *, today: date, locale: str) -> Badge:
    """Whether the maker still answers for it."""
    ends = facility.warranty_ends_on
    if ends is None:
        return Badge(translate(msg("Not noted"), locale), "gray", "surface", "")
    if ends < today:
        return Badge(translate(msg("Warranty over"), locale), "gray", "soft", "archive")
    if (ends - today).days <= _SOON_DAYS:
        return Badge(translate(msg("Warranty ends in {days} days", days=(ends - today).days), locale), "orange", "soft", "clock")
    return Badge(translate(msg("Under warranty"), locale), "green", "soft", "shield")


def lists(buildings: Sequence[Building], areas: Sequence[PublicArea], groups: Sequence[CategoryGroup], *, locale: str) -> Lists:
    """What the form offers."""
    return Lists(
        kinds=[Option(kind.value, translate(name, locale)) for kind, name in KIND_NAMES.items()],
        buildings=[Option(str(b.id), b.name) for b in buildings],
        areas=[Option(str(a.id), a.name) for a in areas],
        faults=fault_options(groups, locale=locale),
        shows=[Option("ended", translate(msg("Warranty over"), locale)), Option("off", translate(msg("Out of use"), locale))],
    )


def fault_options(groups: Sequence[CategoryGroup], *, locale: str) -> list[Option]:
    """Every kind of fault with its group before it."""
    return [
        Option(str(leaf.id), f"{named(group.name, group.name_en, locale)} / {named(leaf.name, leaf.name_en, locale)}")
        for group in groups
        for leaf in group.leaves
    ]


def values_of(found: FacilityDetail) -> Values:
    """What an edit begins with."""
    facility = found.row.facility
    return Values(
        number=facility.number,
        name=facility.name,
        kind=facility.kind.value,
        place=found.row.place,
        building_id=str(found.building_id or ""),
        category_id=str(facility.category_id or ""),
        maker=facility.maker,
        model=facility.model,
        installed_on=facility.installed_on.isoformat() if facility.installed_on else "",
        warranty_ends_on=facility.warranty_ends_on.isoformat() if facility.warranty_ends_on else "",
        life_years=str(facility.life_years or ""),
        cost=format_yuan(facility.cost_fen).replace(",", "") if facility.cost_fen is not None else "",
        counter_unit=facility.counter_unit,
        note=facility.note,
    )


def read_facts(form: Mapping[str, str]) -> FacilityFacts:
    """What was typed; what cannot be read is refused under its field."""
    return FacilityFacts(
        number=form.get("number", ""),
        name=form.get("name", ""),
        kind=form.get("kind", ""),
        place=form.get("place", ""),
        building_id=number(form.get("building_id", "")),
        category_id=number(form.get("category_id", "")),
        maker=form.get("maker", ""),
        model=form.get("model", ""),
        installed_on=_day(form, "installed_on"),
        warranty_ends_on=_day(form, "warranty_ends_on"),
        life_years=whole(form.get("life_years", ""), "life_years"),
        cost_fen=parse_yuan(form["cost"], field="cost") if form.get("cost") else None,
        counter_unit=form.get("counter_unit", ""),
        note=form.get("note", ""),
    )


def whole(text: str, name: str) -> int | None:
    """A whole number of a form; empty is None, anything else is refused."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidError(msg("Give a whole number"), field=name)
    return int(text)


def number(text: str) -> int | None:
    """A row's id of a select; empty is None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _day(form: Mapping[str, str], name: str) -> date | None:
    return read_day(form[name], name) if form.get(name) else None
