"""A dialog on desktops, a sheet from below on phones."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.button import icon_button
from estate_app.ui.components.layout import row
from estate_app.ui.text import Text, t


def sheet(
    *children: Any, is_open: Var[bool], title: Text, on_close: Any, description: Text = "", width: str = "520px", testid: str = "sheet"
) -> rx.Component:
    """Show children above the page; Esc and × close it, and the focus goes back."""
    return rx.dialog.root(
        rx.dialog.content(
            rx.el.div(class_name="sheet-grip"),
            row(
                rx.dialog.title(title, size="4", margin_bottom="0"),
                icon_button("x", label=t("Close"), on_click=on_close, testid=f"{testid}-close"),
                extra="between",
            ),
            rx.dialog.description(description, size="2", margin_bottom="12px", class_name="soft-text"),
            *children,
            class_name="sheet",
            max_width=width,
            data_testid=testid,
        ),
        open=is_open,
        on_open_change=on_close,
    )
