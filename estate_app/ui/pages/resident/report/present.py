"""The report form's choices. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from estate_app.errors import InvalidError
from estate_app.kit.clock import at_local, business_date, local
from estate_app.kit.i18n import msg, translate
from estate_app.repair.catalogue import CategoryGroup, CategoryRow
from estate_app.repair.place import SimilarOrder
from estate_app.ui.pages.common.repair import named
from estate_app.ui.states import repair_badge
from estate_app.ui.view import Badge, Option
from estate_app.ui.when import ago_text, day_text, weekday_text

_HOURS = ((8, 10), (10, 12), (12, 14), (14, 16), (16, 18), (18, 20))
DAYS_OFFERED = 4


@dataclass(frozen=True, slots=True)
class GroupTile:
    """A group of faults as a tile."""

    id: str
    name: str
    icon: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """One fault of a group; `danger` is what to do first, `promise` when somebody takes it."""

    id: str = ""
    group_id: str = ""
    name: str = ""
    danger: str = ""
    promise: str = ""
    paid: str = ""
    questions: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from; each fault stands under its group."""

    groups: list[GroupTile] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    rooms: list[Option] = field(default_factory=list)
    areas: list[Option] = field(default_factory=list)
    days: list[Option] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Similar:
    """An open order that may be the same trouble."""

    id: str
    title: str
    note: str
    badge: Badge
    thumbnail_url: str
    is_own: bool


def group_tiles(groups: tuple[CategoryGroup, ...], *, locale: str) -> list[GroupTile]:
    """The tiles of the first choice."""
    return [GroupTile(str(g.id), named(g.name, g.name_en, locale), g.icon) for g in groups]


def leaves(groups: tuple[CategoryGroup, ...], *, locale: str) -> list[Leaf]:
    """Every fault with its group."""
    return [_leaf(row, group.id, locale) for group in groups for row in group.leaves]


def _leaf(row: CategoryRow, group_id: int, locale: str) -> Leaf:
    return Leaf(
        id=str(row.id),
        group_id=str(group_id),
        name=named(row.name, row.name_en, locale),
        danger=translate(row.danger, locale) if row.danger else "",
        promise=translate(msg("taken within {minutes} minutes", minutes=row.respond_minutes), locale),
        paid=translate(msg("material is charged") if row.is_paid else msg("free of charge"), locale),
        questions=list(row.questions),
    )


def days(now: datetime, *, locale: str) -> list[Option]:
    """Today and the next three days; late in the evening today is no longer offered."""
    today = business_date(now)
    first = 0 if local(now).hour < _HOURS[-1][1] - 1 else 1
    return [_day(today + timedelta(days=n), today, locale) for n in range(first, first + DAYS_OFFERED)]


def _day(day: date, today: date, locale: str) -> Option:
    name = translate(msg("Today"), locale) if day == today else weekday_text(day, locale=locale)
    return Option(day.isoformat(), f"{name} {day_text(day, today=today, locale=locale)}")


def hours() -> list[Option]:
    """The windows of two hours."""
    return [Option(f"{start:02d}-{end:02d}", f"{start:02d}:00–{end:02d}:00") for start, end in _HOURS]


def window(day: str, span: str) -> tuple[datetime | None, datetime | None]:
    """The chosen visit as two instants; none when neither was chosen.

    Raises:
        InvalidError: only one of the two was chosen, or it is no offered choice.
    """
    if not day and not span:
        return None, None
    wrong = InvalidError(msg("Choose a day and a time, or leave both empty"), field="visit_from_at")
    if span not in {o.value for o in hours()}:
        raise wrong
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise wrong from None
    start, end = span.split("-")
    return at_local(on, time(int(start))), at_local(on, time(int(end)))


def similar_cards(found: list[SimilarOrder], *, now: datetime, locale: str) -> list[Similar]:
    """What is going on already."""
    return [
        Similar(
            id=str(o.id),
            title=f"{o.place} · {named(o.category, o.category_en, locale)}",
            note=ago_text(o.submitted_at, now=now, locale=locale),
            badge=repair_badge(o.status.value, locale=locale, for_resident=True),
            thumbnail_url=o.thumbnail_url,
            is_own=o.is_own,
        )
        for o in found
    ]
