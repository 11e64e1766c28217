"""Nothing here: an icon tile, one sentence, one action."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.icon import tile
from estate_app.ui.text import Text


def panel_state(
    title: Text, *, body: Text | rx.Component = "", icon_name: str | Var = "receipt-text", actions: Any = None, **props: Any
) -> rx.Component:
    """The common shape of the empty and the failed panel."""
    under = [rx.el.p(body, class_name="body")] if not isinstance(body, str) or body else []
    tail = [] if actions is None else [rx.el.div(actions, class_name="actions")]
    return rx.el.div(tile(icon_name), rx.el.p(title, class_name="title"), *under, *tail, class_name="panel-state", **props)


def empty(title: Text, *, body: Text = "", icon_name: str | Var = "receipt-text", action: Any = None) -> rx.Component:
    """Nothing yet, or no result; say which, and offer the next step."""
    return panel_state(title, body=body, icon_name=icon_name, actions=action, data_testid="empty")
