"""Signing out: the cookie is out of the scripts' reach, so the server takes it away and the browser starts anew."""

import reflex as rx

from estate_app.ui.components.button import button
from estate_app.ui.text import t

_SCRIPT = "fetch('/session/end', {method: 'POST', credentials: 'same-origin'}).finally(() => window.location.assign('/login'))"


def leave() -> rx.event.EventSpec:
    """Sign this browser out and go to the sign-in page."""
    return rx.call_script(_SCRIPT)


def sign_out_button() -> rx.Component:
    """The button at the foot of one's own page."""
    return button(t("Sign out"), kind="outline", icon_name="log-out", full=True, on_click=leave(), testid="sign-out")
