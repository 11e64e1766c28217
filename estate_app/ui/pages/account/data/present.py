"""One's own data as the page shows it: the last file, and where a wish to be forgotten stands. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from estate_app.kit.i18n import Message, msg, translate
from estate_app.personal.models import ErasureStatus, ExportStatus
from estate_app.personal.queries import ErasureView, ExportView
from estate_app.ui.view import Badge
from estate_app.ui.when import ago_text, moment_text

_KB = 1024
_EXPORTS: Mapping[ExportStatus, tuple[Message, str, str]] = {
    ExportStatus.waiting: (msg("Waits to be made"), "indigo", "clock"),
    ExportStatus.working: (msg("Being made"), "indigo", "clock"),
    ExportStatus.ready: (msg("Ready"), "green", "check"),
    ExportStatus.failed: (msg("Could not be made"), "red", "circle-x"),
    ExportStatus.expired: (msg("Expired"), "gray", "clock"),
}
NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class ExportCard:
    """The last file; `link` is empty unless it can be taken."""

    badge: Badge = NO_BADGE
    asked: str = ""
    percent: int = 0
    is_running: bool = False
    size: str = ""
    until: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class WayCard:
    """One thing to settle first, and where."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class ErasureCard:
    """Where the wish stands; `due` is when it is done."""

    can_ask: bool = False
    is_cooling: bool = False
    is_held: bool = False
    due: str = ""


def export_card(found: ExportView | None, *, now: datetime, locale: str) -> ExportCard:
    """Say where the last file stands."""
    if found is None:
        return ExportCard()
    word, tone, icon = _EXPORTS[found.status]
    return ExportCard(
        badge=Badge(translate(word, locale), tone, "soft", icon),
        asked=ago_text(found.created_at, now=now, locale=locale),
        percent=found.percent,
        is_running=found.status in {ExportStatus.waiting, ExportStatus.working},
        size=f"{max(1, found.size_bytes // _KB)} KB" if found.link else "",
        until=moment_text(found.expires_at, now=now, locale=locale) if found.link and found.expires_at else "",
        link=found.link,
    )


def erasure_card(found: ErasureView, *, now: datetime, locale: str) -> ErasureCard:
    """Say where the wish stands."""
    is_cooling = found.status is ErasureStatus.cooling
    due = moment_text(found.due_at, now=now, locale=locale) if is_cooling and found.due_at else ""
    return ErasureCard(found.can_ask, is_cooling, found.status is ErasureStatus.held, due)


def way_cards(found: ErasureView, *, locale: str) -> list[WayCard]:
    """What has to be settled first."""
    return [WayCard(translate(one.text, locale), one.link) for one in found.blockers]
