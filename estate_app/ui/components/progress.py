"""Progress bars and plain lists of bars."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.text import Text
from estate_app.ui.view import Bar


def progress(
    percent: Var[int] | int, *, label: Text, tone: Text = "indigo", thin: bool = False, target: int | Var[int] | None = None, **props: Any
) -> rx.Component:
    """A bar filled to `percent` (0–100); `target` draws a mark; tones: indigo, pale, orange, red, green, gray."""
    value = Var.create(percent).to(int)
    names = ("progress progress-thin progress-" if thin else "progress progress-") + tone
    fill = rx.el.span(width=value.to_string() + "%")
    bar = rx.el.div(
        fill,
        class_name=names,
        role="progressbar",
        aria_label=label,
        aria_valuemin="0",
        aria_valuemax="100",
        aria_valuenow=value.to_string(),
        **props,
    )
    if target is None:
        return bar
    return rx.el.div(bar, rx.el.i(left=Var.create(target).to(int).to_string() + "%"), class_name="target-mark")


def bar_list(items: Var[list[Bar]]) -> rx.Component:
    """Labelled bars below each other, value at the right."""
    return rx.el.ul(rx.foreach(items, _bar), class_name="bars")


def _bar(item: Var[Bar]) -> rx.Component:
    return rx.el.li(
        rx.el.span(item.label, class_name="nowrap"),
        progress(item.percent, label=item.label, tone=rx.cond(item.tone == "indigo", "pale", item.tone)),
        rx.el.span(item.value, class_name="nums right strong tone-" + item.tone),
    )
