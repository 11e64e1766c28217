"""The one permission table as a matrix: drawn from the table in the code, so that it cannot differ from it."""

import reflex as rx

from estate_app.access.permission import PermissionSet
from estate_app.ui.components.card import card
from estate_app.ui.components.icon import icon
from estate_app.ui.pages.manager.permissions.present import MATRIX_PERMISSIONS, holds
from estate_app.ui.shell.label import say
from estate_app.ui.text import t
from estate_app.ui.words import PERMISSIONS, SETS


def matrix() -> rx.Component:
    """A row for each permission, a column for each appointment."""
    heads = [rx.el.th(say(SETS[one]), scope="col") for one in PermissionSet]
    lines = [
        rx.el.tr(rx.el.th(say(PERMISSIONS[permission]), scope="row"), *[_cell(holds(one, permission)) for one in PermissionSet])
        for permission in MATRIX_PERMISSIONS
    ]
    table = rx.el.table(
        rx.el.caption(t("What an appointment allows"), class_name="visually-hidden"),
        rx.el.thead(rx.el.tr(rx.el.th(t("Permission"), scope="col"), *heads)),
        rx.el.tbody(*lines),
    )
    return card(
        rx.el.div(table, class_name="matrix", tab_index=0, role="region", aria_label=t("What an appointment allows")),
        title=t("What an appointment allows"),
        context=t("Only in the estate or building of the appointment"),
        testid="matrix",
    )


def _cell(is_held: bool) -> rx.Component:
    return rx.el.td(icon("check", label=t("Yes")) if is_held else rx.el.span(t("No"), class_name="visually-hidden"))
