"""The notices of an inbox as they are read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from estate_app.kit.i18n import translate
from estate_app.notification.queries import InboxRow
from estate_app.ui.when import ago_text, exact_text

_ICONS: Mapping[str, str] = {
    "security": "shield",
    "welcome": "house",
    "announcement": "megaphone",
    "bill": "receipt-text",
    "payment": "wallet",
    "refund": "undo-2",
    "repair": "wrench",
    "order": "wrench",
    "offer": "bell-ring",
    "run": "file-text",
    "feedback": "message-square",
}


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """One notice: what it says, where it leads, and whether it was read."""

    id: int
    title: str
    body: str
    link: str
    icon: str
    time: str
    exact: str
    is_read: bool


def present_notice(row: InboxRow, *, now: datetime, locale: str) -> NoticeCard:
    """Say a notice in the reader's language."""
    return NoticeCard(
        id=row.id,
        title=translate(row.title, locale),
        body=translate(row.body, locale),
        link=row.link,
        icon=icon_of(row.event),
        time=ago_text(row.at, now=now, locale=locale),
        exact=exact_text(row.at),
        is_read=row.is_read,
    )


def icon_of(event: str) -> str:
    """The icon of the first part of an event's name."""
    return next((name for start, name in _ICONS.items() if event.startswith(start)), "bell")
