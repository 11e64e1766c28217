"""Charts: title, unit and finding outside the figure, the same data as a table inside the menu."""

from typing import Any, Literal

import reflex as rx
from plotly.graph_objs.layout import Template
from reflex.vars.base import Var

from estate_app.ui.components.icon import icon
from estate_app.ui.components.link import file_link, marked
from estate_app.ui.text import Text, t
from estate_app.ui.theme import CHART_CONFIG, chart_template


def chart(
    figure: Var[Any],
    *,
    title: Text,
    unit: Text = "",
    finding: Text = "",
    height: int = 260,
    bundle: Literal["basic", "cartesian"] = "basic",
    legend: list[tuple[str, Text]] | None = None,
    exports: list[tuple[Text, Text]] | None = None,
    table: rx.Component | None = None,
    on_click: Any = None,
    testid: str = "chart",
) -> rx.Component:
    """A figure var with words around it.

    `bundle` is "cartesian" for heat maps, histograms and boxes, else the smaller "basic". `legend` names series as
    ("1", label). `exports` are (label, address); `table` is the screen reader's version. `on_click` takes plotly's points.
    """
    events = {} if on_click is None else {"on_click": on_click}
    template = rx.color_mode_cond(light=Var.create(chart_template("light")), dark=Var.create(chart_template("dark"))).to(Template)
    draw = {"basic": rx.plotly.basic, "cartesian": rx.plotly.cartesian}[bundle]
    plot = draw(data=figure, template=template, config=CHART_CONFIG, width="100%", height=f"{height}px", **events)
    below = [] if table is None else [rx.el.details(rx.el.summary(t("Show as table"), class_name="link t1"), table)]
    return rx.el.figure(
        _head(title, unit, finding, exports, testid),
        *([] if legend is None else [_legend(legend)]),
        rx.el.div(plot, class_name="plot", role="img", aria_label=title, min_height=f"{height}px"),
        *below,
        class_name="figure",
        **marked(testid),
    )


def _head(title: Text, unit: Text, finding: Text, exports: list[tuple[Text, Text]] | None, testid: str) -> rx.Component:
    menu = [] if exports is None else [export_menu(exports, figure=testid)]
    return rx.el.figcaption(
        rx.el.h2(title, class_name="card-title"),
        rx.el.span(unit, class_name="card-context"),
        rx.el.span(finding, class_name="figure-finding"),
        *menu,
        class_name="figure-head",
    )


def export_menu(exports: list[tuple[Text, Text]], *, figure: str = "") -> rx.Component:
    """The menu that takes a panel's data away; items are (label, address). With a figure's testid, its picture too."""
    trigger = rx.el.button(icon("ellipsis"), type="button", class_name="btn btn-icon btn-small", aria_label=t("Export"))
    items = [rx.dropdown_menu.item(file_link(label, href=href, download=True)) for label, href in exports]
    if figure:
        items.append(rx.dropdown_menu.item(t("Export picture"), on_select=rx.call_script(f'estateChartPng("{figure}")')))
    return rx.dropdown_menu.root(rx.dropdown_menu.trigger(trigger), rx.dropdown_menu.content(*items))


def _legend(legend: list[tuple[str, Text]]) -> rx.Component:
    return rx.el.div(
        *[rx.el.span(rx.el.span(class_name=f"swatch series-{series}"), label, class_name="row gap-1") for series, label in legend],
        class_name="legend",
    )
