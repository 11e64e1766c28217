"""404: no such page, or none that this person may see. Both read the same, so that a stranger learns nothing."""

import reflex as rx

from estate_app.ui.components.button import link_button
from estate_app.ui.components.empty import panel_state
from estate_app.ui.session import Session
from estate_app.ui.text import t


def not_found_panel() -> rx.Component:
    """The sentence and the way home, to stand inside any shell."""
    home = rx.match(Session.role, ("manager", "/manage"), ("technician", "/tech"), ("resident", "/"), "/login")
    return rx.el.div(
        rx.el.h1(t("Page not found"), class_name="visually-hidden"),
        panel_state(
            t("There is no such page"),
            body=t("The address may be mistyped, or the page is no longer here"),
            icon_name="map-pin-off",
            actions=link_button(t("Back to the start"), href=home, testid="home"),
        ),
        data_testid="not-found",
    )
