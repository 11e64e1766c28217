"""Parking spaces as lines. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from estate_app.kit.i18n import Message, msg, translate
from estate_app.property.models import SpaceKind
from estate_app.property.parking import SpaceFilter, SpaceRow
from estate_app.ui.view import Badge
from estate_app.ui.when import full_day

KINDS: Mapping[SpaceKind, Message] = {SpaceKind.underground: msg("Underground"), SpaceKind.ground: msg("On the ground")}


@dataclass(frozen=True, slots=True)
class SpaceLine:
    """One parking space."""

    id: str
    use: str
    code: str
    kind: str
    room: str
    href: str
    plate: str
    since: str
    until: str
    badge: Badge


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to."""

    text: str = ""
    kind: str = ""
    free: str = ""
    is_narrowed: bool = False


def read_url(query: Mapping[str, str]) -> tuple[SpaceFilter, Filters]:
    """The filter of a URL."""
    kind, free, text = query.get("kind", ""), query.get("free", ""), query.get("text", "")
    known = SpaceKind(kind) if kind in set(SpaceKind) else None
    return SpaceFilter(known, free == "1", text), Filters(text, kind if known else "", free, bool(known or free or text))


def space_line(row: SpaceRow, *, locale: str) -> SpaceLine:
    """One space with who holds it."""
    is_held = row.use_id is not None
    word, tone, icon = (msg("Held by a room"), "green", "check") if is_held else (msg("Free"), "gray", "")
    badge = Badge(translate(word, locale), tone, "soft", icon)
    return SpaceLine(
        id=str(row.id),
        use=str(row.use_id or ""),
        code=row.code,
        kind=translate(KINDS[row.kind], locale),
        room=row.room,
        href=f"/manage/property/{row.room_id}" if row.room_id else "",
        plate=row.plate,
        since=full_day(row.starts_on, locale=locale) if row.starts_on else "—",
        until=full_day(row.ends_on, locale=locale) if row.ends_on else "—",
        badge=badge,
    )
