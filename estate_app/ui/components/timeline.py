"""What happened to an order, newest first."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.icon import icon
from estate_app.ui.components.photo import photo_grid
from estate_app.ui.view import TimelineEntry


def timeline(entries: Var[list[TimelineEntry]]) -> rx.Component:
    """Draw the entries below each other with their marks."""
    return rx.el.ol(rx.foreach(entries, _entry), class_name="timeline")


def _entry(entry: Var[TimelineEntry]) -> rx.Component:
    return rx.el.li(
        rx.el.span(icon(entry.icon, size=14), class_name="mark badge-" + entry.tone),
        rx.el.div(
            rx.el.span(entry.title, class_name="strong"),
            rx.cond(entry.body != "", rx.el.span(entry.body, class_name="soft-text preline break"), rx.fragment()),
            rx.cond(entry.photos.length() > 0, photo_grid(entry.photos), rx.fragment()),
            rx.el.span(entry.time, class_name="t1 soft-text"),
            class_name="stack grow",
        ),
    )
