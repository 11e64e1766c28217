"""Asking before what cannot be taken back: object and number in the title, who sees it in the body, verbs on the buttons."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.button import button
from estate_app.ui.components.card import facts
from estate_app.ui.components.form import Errors, form
from estate_app.ui.text import Text
from estate_app.ui.view import Fact


def confirm_dialog(
    *children: Any,
    is_open: Var[bool],
    title: Text,
    body: Text,
    keep_label: Text,
    act_label: Text,
    on_keep: Any,
    on_act: Any,
    busy: Var[bool],
    busy_label: Text,
    destroys: bool = False,
    fact_list: Var[list[Fact]] | None = None,
    errors: Errors = None,
    testid: str = "confirm",
) -> rx.Component:
    """An alert dialog. Children are fields (a reason, a count to type, the second factor); `on_act` receives the form's dict."""
    listing = [] if fact_list is None else [facts(fact_list)]
    return rx.alert_dialog.root(
        rx.alert_dialog.content(
            rx.el.div(class_name="sheet-grip"),
            rx.alert_dialog.title(title, size="4", margin_bottom="8px"),
            rx.alert_dialog.description(body, size="2", margin_bottom="12px"),
            form(
                *listing,
                *children,
                rx.el.div(
                    # Radix puts the first focus here; closing calls `on_keep` through `on_open_change`.
                    rx.alert_dialog.cancel(button(keep_label, kind="neutral", testid=f"{testid}-keep")),
                    button(
                        act_label,
                        kind="danger" if destroys else "primary",
                        submit=True,
                        busy=busy,
                        busy_label=busy_label,
                        testid=f"{testid}-act",
                    ),
                    class_name="dialog-foot",
                ),
                on_submit=on_act,
                errors=errors,
                testid=testid,
            ),
            class_name="sheet",
            max_width="420px",
        ),
        open=is_open,
        on_open_change=on_keep,
    )
