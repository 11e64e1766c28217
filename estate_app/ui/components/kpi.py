"""A figure, its unit, and one line that compares it."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.icon import icon
from estate_app.ui.components.link import page_link
from estate_app.ui.view import Kpi


def kpi_card(kpi: Var[Kpi]) -> rx.Component:
    """Draw one figure from its view model; a link when it has an address."""
    body = rx.fragment(
        rx.el.span(kpi.label, class_name="kpi-label"),
        rx.el.span(kpi.value, rx.cond(kpi.unit != "", rx.el.span(kpi.unit, class_name="kpi-unit"), rx.fragment()), class_name="kpi-value"),
        rx.el.span(_trend(kpi), rx.el.span(kpi.note), class_name="kpi-note"),
        rx.cond(
            kpi.spark != "",
            rx.el.svg(rx.el.svg.polyline(points=kpi.spark), view_box="0 0 80 28", class_name="spark", aria_hidden="true"),
            rx.fragment(),
        ),
    )
    return rx.cond(kpi.href != "", page_link(body, href=kpi.href, class_name="card card-link kpi"), rx.el.div(body, class_name="card kpi"))


def _trend(kpi: Var[Kpi]) -> rx.Component:
    mark = rx.match(
        kpi.trend, ("up", icon("arrow-up", size=12, stroke=2.2)), ("down", icon("arrow-down", size=12, stroke=2.2)), rx.fragment()
    )
    return rx.el.span(mark, kpi.change, class_name="row strong tone-" + kpi.tone)


def kpi_row(items: Var[list[Kpi]], *, columns: str = "5") -> rx.Component:
    """The row of figures below a page's title: five beside each other, two by two on a phone."""
    return rx.el.div(rx.foreach(items, kpi_card), class_name=f"grid stretch phone-cols-2 cols-{columns}")
