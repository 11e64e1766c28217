"""The category tree as lines, and its form. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from estate_app.kit.i18n import Message, msg, translate
from estate_app.repair.category_admin import AdminRow, CategoryFacts, checklist_text
from estate_app.repair.models import RepairCategory, Urgency
from estate_app.repair.rules import TRADE_NAMES
from estate_app.ui.components.icon import SPRITE
from estate_app.ui.pages.common.repair import named
from estate_app.ui.pages.manager.facilities.present import number, whole
from estate_app.ui.states import priority_badge
from estate_app.ui.view import Badge, Option

URGENCIES: Mapping[Urgency, Message] = {
    Urgency.normal: msg("Normal urgency"),
    Urgency.high: msg("High urgency"),
    Urgency.emergency: msg("Emergency"),
}
ICONS = (
    "wrench", "droplets", "shower-head", "zap", "lightbulb", "plug", "flame", "fan", "wind", "house", "brick-wall", "paint-roller",
    "door-open", "lock", "building-2", "settings", "fire-extinguisher", "tree-pine", "footprints", "cctv",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """One line of the tree."""

    id: str
    depth: str
    icon: str
    name: str
    is_group: bool
    is_active: bool
    place: str
    urgency: Badge
    trade: str
    promise: str
    pay: str
    asks: str
    open_count: int


@dataclass(frozen=True, slots=True)
class Values:
    """What the form begins with; without an id it adds one."""

    id: str = ""
    name: str = ""
    name_en: str = ""
    parent_id: str = ""
    icon: str = "wrench"
    is_public: bool = False
    urgency: str = "normal"
    minutes: str = "60"
    trade: str = "general"
    level: str = "1"
    is_paid: bool = False
    respond_minutes: str = "120"
    complete_minutes: str = "1440"
    needs_certificate: bool = False
    checklist: str = ""
    questions: str = ""


@dataclass(frozen=True, slots=True)
class Lists:
    """What the form offers."""

    groups: list[Option] = field(default_factory=list)
    urgencies: list[Option] = field(default_factory=list)
    trades: list[Option] = field(default_factory=list)
    icons: list[Option] = field(default_factory=list)


def line(row: AdminRow, *, locale: str) -> CategoryLine:
    """One line of the tree."""
    category = row.category
    asks = []
    if category.questions:
        asks.append(translate(msg("{count} danger questions", count=len(category.questions)), locale))
    if category.checklist:
        asks.append(translate(msg("{count} lines to tick", count=len(category.checklist)), locale))
    if category.needs_certificate:
        asks.append(translate(msg("certificate needed"), locale))
    promise = msg(
        "answer {respond}, repair {complete}",
        respond=span(category.respond_minutes, locale),
        complete=span(category.complete_minutes, locale),
    )
    return CategoryLine(
        id=str(category.id),
        depth=str(min(row.depth, 2)),
        icon=category.icon if category.icon in SPRITE else "wrench",
        name=named(category.name, category.name_en, locale),
        is_group=row.is_group,
        is_active=category.is_active,
        place=translate(msg("Public areas only") if category.is_public else msg("At home and outside"), locale),
        urgency=priority_badge(category.urgency.value, locale=locale),
        trade=translate(msg("{trade} level {level}", trade=TRADE_NAMES[category.trade], level=category.level), locale),
        promise=translate(promise, locale),
        pay=translate(msg("material is charged") if category.is_paid else msg("free of charge"), locale),
        asks=" · ".join(asks) or "—",
        open_count=row.open_count,
    )


def span(minutes: int, locale: str) -> str:
    """Minutes as people say them."""
    if minutes % 60:
        return translate(msg("{count} min", count=minutes), locale)
    return translate(msg("{count} h", count=minutes // 60), locale)


def lists(rows: Sequence[AdminRow], *, locale: str) -> Lists:
    """What the form offers; the groups are the lines at the top."""
    return Lists(
        [Option(str(r.category.id), named(r.category.name, r.category.name_en, locale)) for r in rows if r.depth == 0],
        [Option(u.value, translate(name, locale)) for u, name in URGENCIES.items()],
        [Option(trade.value, translate(name, locale)) for trade, name in TRADE_NAMES.items()],
        [Option(name, name) for name in ICONS],
    )


def values_of(category: RepairCategory) -> Values:
    """What an edit begins with."""
    return Values(
        id=str(category.id),
        name=category.name,
        name_en=category.name_en,
        parent_id=str(category.parent_id or ""),
        icon=category.icon,
        is_public=category.is_public,
        urgency=category.urgency.value,
        minutes=str(category.minutes),
        trade=category.trade.value,
        level=str(category.level),
        is_paid=category.is_paid,
        respond_minutes=str(category.respond_minutes),
        complete_minutes=str(category.complete_minutes),
        needs_certificate=category.needs_certificate,
        checklist=checklist_text(category),
        questions="\n".join(category.questions),
    )


def read_facts(form: Mapping[str, object]) -> CategoryFacts:
    """What was typed; what cannot be read is refused under its field."""

    def text(name: str) -> str:
        return str(form.get(name) or "").strip()

    def count(name: str) -> int:
        return whole(text(name), name) or 0

    return CategoryFacts(
        name=text("name"),
        name_en=text("name_en"),
        parent_id=number(text("parent_id")),
        icon=text("icon"),
        is_public=bool(form.get("is_public")),
        urgency=text("urgency"),
        minutes=count("minutes"),
        trade=text("trade"),
        level=count("level"),
        is_paid=bool(form.get("is_paid")),
        respond_minutes=count("respond_minutes"),
        complete_minutes=count("complete_minutes"),
        needs_certificate=bool(form.get("needs_certificate")),
        checklist=text("checklist"),
        questions=text("questions"),
    )
