"""Announcements as they are read: what they are about in words, tones and icons. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from estate_app.feedback.announcements import AnnouncementRow
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg, translate
from estate_app.ui.when import ago_text, clock_text, moment_text

TAG_WORDS: Mapping[str, Message] = {
    "notice": msg("Notice"),
    "water": msg("Water cut"),
    "power": msg("Power cut"),
    "lift": msg("Lift work"),
    "safety": msg("Safety"),
    "activity": msg("Activity"),
}
TAG_ICONS: Mapping[str, str] = {
    "notice": "megaphone",
    "water": "droplet",
    "power": "zap",
    "lift": "building-2",
    "safety": "shield",
    "activity": "calendar-days",
}
TAG_TONES: Mapping[str, str] = {"water": "orange", "power": "orange", "lift": "orange", "safety": "red"}


@dataclass(frozen=True, slots=True)
class AnnouncementCard:
    """One announcement as it is read."""

    id: int
    title: str
    body: str
    tag: str
    tone: str
    icon: str
    estate: str
    time: str
    span: str
    is_pinned: bool


def present_announcement(row: AnnouncementRow, *, estates: Mapping[int, str], now: datetime, locale: str) -> AnnouncementCard:
    """Say an announcement: what it is about, for whom, when it was published and when it concerns people.

    A tag from elsewhere is shown as it is written.
    """
    words = TAG_WORDS.get(row.tag)
    return AnnouncementCard(
        id=row.id,
        title=row.title,
        body=row.body,
        tag=translate(words, locale) if words else row.tag,
        tone=TAG_TONES.get(row.tag, "gray"),
        icon=TAG_ICONS.get(row.tag, "megaphone"),
        estate=translate(msg("All estates"), locale) if row.estate_id is None else estates.get(row.estate_id, ""),
        time=ago_text(row.published_at, now=now, locale=locale),
        span=span_text(row.happens_at, row.ends_at, now=now, locale=locale),
        is_pinned=row.is_pinned,
    )


def span_text(begins: datetime | None, ends: datetime | None, *, now: datetime, locale: str) -> str:
    """`11-21 09:00–11:00`, over midnight with both dates; empty without a beginning."""
    if begins is None:
        return ""
    start = moment_text(begins, now=now, locale=locale)
    if ends is None:
        return start
    is_same_day = business_date(begins) == business_date(ends)
    return f"{start}–{clock_text(ends) if is_same_day else moment_text(ends, now=now, locale=locale)}"
