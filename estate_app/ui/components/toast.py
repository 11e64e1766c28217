"""Short notes at the lower right; never the only place of a message. Texts are said in the person's language by the caller."""

from typing import Any

import reflex as rx

_SECONDS_4 = 4000
_SECONDS_8 = 8000


def toast_done(text: str, *, body: str = "", undo_label: str = "", on_undo: Any = None) -> rx.event.EventSpec:
    """Say that something is done; with `on_undo` it can be taken back for eight seconds."""
    extra: dict[str, Any] = {"description": body} if body else {}
    if on_undo is not None:
        extra |= {"action": {"label": undo_label, "on_click": on_undo}}
    return rx.toast.success(text, duration=_SECONDS_8 if on_undo is not None else _SECONDS_4, **extra)


def toast_info(text: str, *, body: str = "") -> rx.event.EventSpec:
    """Say that something runs or changed."""
    return rx.toast.info(text, duration=_SECONDS_4, **({"description": body} if body else {}))


def toast_error(text: str, *, body: str = "") -> rx.event.EventSpec:
    """Say that something failed; stays until it is closed."""
    return rx.toast.error(text, duration=24 * 3600 * 1000, close_button=True, **({"description": body} if body else {}))
