"""A state in one word and the square tag of priorities and kinds."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.icon import icon
from estate_app.ui.text import Text
from estate_app.ui.view import Badge


def state_badge(badge: Badge | Var[Badge], *, testid: Text = "", **props: Any) -> rx.Component:
    """Draw a state's badge from its view model."""
    if isinstance(badge, Badge):
        return badge_of(badge.label, tone=badge.tone, variant=badge.variant, icon_name=badge.icon, testid=testid, **props)
    mark = rx.cond(badge.icon != "", icon(badge.icon, size=12, stroke=2.2), rx.fragment())
    return rx.el.span(mark, badge.label, class_name=f"badge badge-{badge.variant} badge-{badge.tone}", **_marked(testid), **props)


def badge_of(
    label: Text, *, tone: Text = "gray", variant: Text = "soft", icon_name: str = "", testid: Text = "", **props: Any
) -> rx.Component:
    """Draw a badge from words and names of the look."""
    mark = [icon(icon_name, size=12, stroke=2.2)] if icon_name else []
    return rx.el.span(*mark, label, class_name=f"badge badge-{variant} badge-{tone}", **_marked(testid), **props)


def tag(label: Text, *, tone: Text = "gray", **props: Any) -> rx.Component:
    """A square tag: a priority, a kind."""
    return rx.el.span(label, class_name=f"badge tag badge-{tone}", **props)


def count(number: Var[int] | int, *, label: Text = "", **props: Any) -> rx.Component:
    """A red count of what the person must do; nothing at zero."""
    return rx.cond(
        number > 0,
        rx.el.span(
            rx.cond(number > 99, "99+", number.to_string() if isinstance(number, Var) else str(number)),
            class_name="count",
            title=label,
            **props,
        ),
        rx.fragment(),
    )


def _marked(testid: Text) -> dict[str, Any]:
    return {"data_testid": testid} if isinstance(testid, Var) or testid else {}
