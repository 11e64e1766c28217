"""The frame of pages that all roles share, such as the inbox: each person sees it in the frame of the own role."""

import reflex as rx

from estate_app.ui.session import Session
from estate_app.ui.shell.manager import manager_shell
from estate_app.ui.shell.resident import resident_shell
from estate_app.ui.shell.technician import technician_shell
from estate_app.ui.text import Text


def everybody_shell(*content: rx.Component, route: str, title: Text) -> rx.Component:
    """Frame a page of all roles; on phones the way back leads to one's own page."""
    return rx.match(
        Session.role,
        ("manager", manager_shell(*content, route=route, title=title)),
        ("technician", technician_shell(*content, route="/tech/me", title=title, back="/tech/me")),
        resident_shell(*content, route="/me", title=title, narrow=True, back="/me"),
    )
