"""The title row of a page."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.icon import icon
from estate_app.ui.components.link import page_link
from estate_app.ui.text import Text


def page_title(title: Text, *, context: Text = "", actions: Any = None, crumbs: tuple[tuple[Text, str], ...] = ()) -> rx.Component:
    """The page's h1 with grey context; actions at the right, the primary one last; crumbs lead back in managers' details."""
    side = [rx.el.span(context, class_name="page-context")] if isinstance(context, Var) or context else []
    tail = [] if actions is None else [rx.el.div(actions, class_name="page-actions no-print")]
    trail = (
        [
            rx.el.nav(
                *[part for name, href in crumbs for part in (page_link(name, href=href), icon("chevron-right", size=12))],
                class_name="crumbs",
            )
        ]
        if crumbs
        else []
    )
    return rx.el.div(*trail, rx.el.h1(title, class_name="page-title", tab_index=-1), *side, *tail, class_name="page-head")
