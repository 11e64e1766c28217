"""Why a technician was suggested or ruled out: one bar for each factor, one line for each exclusion."""

import reflex as rx

from estate_app.ui.components.layout import words
from estate_app.ui.components.progress import progress
from estate_app.ui.pages.manager.dispatch.present import PartBar
from estate_app.ui.text import t
from estate_app.ui.view import Option


def part_bars(parts: rx.Var[list[PartBar]]) -> rx.Component:
    """Every factor of a score with its points and its fact."""
    return rx.el.ul(rx.foreach(parts, _part), class_name="board-parts")


def _part(part: rx.Var[PartBar]) -> rx.Component:
    return rx.el.li(
        rx.el.span(part.label, class_name="t2 nowrap"),
        progress(part.percent, label=part.label, thin=True),
        rx.el.span(part.points, class_name="nums strong right"),
        rx.el.span(part.fact, class_name="t1 soft-text"),
        key=part.label,
    )


def excluded_list(excluded: rx.Var[list[Option]]) -> rx.Component:
    """Everybody who did not qualify, behind one line."""
    return rx.cond(
        excluded.length() > 0,
        rx.el.details(
            rx.el.summary(t("{count} others do not qualify: see why", count=excluded.length()), class_name="link"),
            rx.el.ul(rx.foreach(excluded, _why), class_name="board-others"),
        ),
        rx.fragment(),
    )


def _why(who: rx.Var[Option]) -> rx.Component:
    return rx.el.li(rx.el.span(who.label, class_name="nowrap"), words(who.hint, size="1", soft=True), class_name="row gap-2", key=who.value)
