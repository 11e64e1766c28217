"""What did not load: what happened, what is safe, retry, a number for support. A failed panel never blanks the page."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.button import button
from estate_app.ui.components.empty import panel_state
from estate_app.ui.text import Text, t


def load_error(title: Text, *, on_retry: Any, number: Text = "", body: Text | None = None) -> rx.Component:
    """A panel that failed, with a way to try again."""
    safe = t("The network is unstable; what you typed is kept") if body is None else body
    said = rx.fragment(safe, rx.el.br(), t("Error number {number}", number=number)) if isinstance(number, Var) or number else safe
    retry = button(t("Load again"), kind="secondary", icon_name="refresh-cw", on_click=on_retry, testid="retry")
    return panel_state(title, body=said, icon_name="cloud-alert", actions=retry, role="alert")
