"""One's own sessions as they are recognised: the device, where from, since when. Pure."""

from dataclasses import dataclass
from datetime import datetime

from estate_app.access.device import device_name
from estate_app.access.models import LoginSession, SessionKind
from estate_app.kit.i18n import msg, translate
from estate_app.ui.when import ago_text, exact_text


@dataclass(frozen=True, slots=True)
class SessionCard:
    """One signed-in device."""

    id: int
    device: str
    detail: str
    exact: str
    icon: str
    is_this: bool


def present_session(session: LoginSession, *, current_id: int | None, now: datetime, locale: str) -> SessionCard:
    """Say which device it is, from which address, and when it was last seen."""
    seen = translate(msg("Last seen {time}", time=ago_text(session.last_seen_at, now=now, locale=locale)), locale)
    return SessionCard(
        id=session.id,
        device=device_name(session.agent, session.kind, locale=locale),
        detail=" · ".join(part for part in (session.address, seen) if part),
        exact=exact_text(session.last_seen_at),
        icon="smartphone" if session.kind is SessionKind.mini or "Mobile" in session.agent else "monitor",
        is_this=session.id == current_id,
    )
