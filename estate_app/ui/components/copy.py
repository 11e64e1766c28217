"""Codes that a click copies: order, bill, payment and receipt numbers."""

import reflex as rx

from estate_app.ui.components.icon import icon
from estate_app.ui.text import Text, t


def code(number: Text, *, testid: str = "code") -> rx.Component:
    """A number; a click puts it on the clipboard."""
    return rx.el.button(
        number, icon("copy", size=12), type="button", class_name="code", title=t("Copy"), aria_label=t("Copy {number}", number=number),
        on_click=rx.set_clipboard(number).stop_propagation, data_testid=testid,
    )  # fmt: skip
