"""The five words of a repair: as a stepper with times, and as five short bars on a card."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.icon import icon
from estate_app.ui.text import Text
from estate_app.ui.view import Step


def stepper(steps: Var[list[Step]], *, label: Text) -> rx.Component:
    """The list of steps; the current one carries `aria-current="step"`."""
    return rx.el.ol(rx.foreach(steps, _step), class_name="stepper", aria_label=label)


def _step(step: Var[Step], index: Var[int]) -> rx.Component:
    mark = rx.match(
        step.state,
        ("done", icon("check", size=14, stroke=2.4)),
        ("current", icon(step.icon, size=14, stroke=2.2)),
        rx.fragment((index + 1).to_string()),
    )
    return rx.el.li(
        rx.el.span(mark, class_name="mark"),
        rx.el.span(step.label, class_name="word"),
        rx.el.span(step.time, class_name="time"),
        custom_attrs={"data-state": step.state, "aria-current": rx.cond(step.state == "current", "step", "false")},
    )


def step_bars(steps: Var[list[Step]], *, label: Text) -> rx.Component:
    """Five short bars: done ones full, the current one filled as far as it is."""
    return rx.el.div(rx.foreach(steps, _bar), class_name="segments-5", role="img", aria_label=label)


def _bar(step: Var[Step]) -> rx.Component:
    width = rx.match(step.state, ("done", "100%"), ("current", step.fill.to_string() + "%"), "0%")
    return rx.el.span(rx.el.span(width=width), class_name="segment-bar")
