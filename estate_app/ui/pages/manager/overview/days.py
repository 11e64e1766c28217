"""Fourteen days as two lines: an SVG that the page's own colours draw, with its words as text beside it."""

import reflex as rx

from estate_app.ui.components.card import card
from estate_app.ui.pages.manager.overview.present import DaysChart
from estate_app.ui.text import t


def days_card(chart: rx.Var[DaysChart]) -> rx.Component:
    """New and done orders of each day; the labels at the right are today's."""
    lines = rx.el.svg(
        rx.el.svg.polyline(points=chart.done_points, class_name="days-line days-done"),
        rx.el.svg.polyline(points=chart.new_points, class_name="days-line days-new"),
        view_box="0 0 100 100",
        custom_attrs={"preserveAspectRatio": "none"},
        aria_hidden="true",
    )
    ticks = rx.foreach(chart.ticks, lambda tick: rx.el.span(tick.label, class_name="days-tick nums", style={"top": tick.value + "%"}))
    names = rx.foreach(chart.days, lambda day: rx.el.span(day.label, class_name="days-name nums", style={"left": day.value + "%"}))
    return card(
        rx.el.div(
            ticks,
            rx.el.div(lines, class_name="days-plot"),
            rx.el.span(chart.new_today, class_name="days-today days-new", style={"top": chart.new_y + "%"}),
            rx.el.span(chart.done_today, class_name="days-today days-done", style={"top": chart.done_y + "%"}),
            rx.el.div(names, class_name="days-names"),
            class_name="days",
            role="img",
            aria_label=chart.said,
        ),
        title=t("New and done in 14 days"),
        context=t("orders a day"),
        testid="days",
    )
