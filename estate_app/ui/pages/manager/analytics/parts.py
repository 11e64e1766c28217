"""What the three dashboards share: the period and places at the top, a panel with its chart, table and exports."""

from collections.abc import Mapping
from typing import Any, Literal

import plotly.graph_objects as go
import reflex as rx
from reflex.vars.base import Var

from estate_app.analytics.tables import PanelTable
from estate_app.ui.components.card import card, card_head
from estate_app.ui.components.chart import chart, export_menu
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import row
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import day_filter, filter_menu
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.tabs import segments
from estate_app.ui.list_state import ListState
from estate_app.ui.pages.manager.analytics.aim import ALL
from estate_app.ui.pages.manager.analytics.present import Head, Panel, TableLine
from estate_app.ui.shell.label import say
from estate_app.ui.stage import LOADING
from estate_app.ui.text import Text, t

ROLLING_WORDS = (("7", t("7 days")), ("30", t("30 days")), ("90", t("90 days")), ("custom", t("Own period")))
BILLING_WORDS = (("month", t("This month")), ("quarter", t("This quarter")), ("year", t("This year")), ("custom", t("Own period")))


def dashboard(state: Any, *content: Any, title: Text, choices: tuple[tuple[str, Text], ...], filters: Any = None) -> rx.Component:
    """A dashboard: title, period, places, when the figures were taken, and the content once it is there."""
    head: Var[Head] = state.head
    days = segments(list(choices), value=head.days, on_select=state.choose_days, label=t("Time span"), testid="days")
    estate = filter_menu(t("Estate"), state.estates, value=head.estate, on_change=_narrow_estate, testid="filter-estate")
    tools = rx.fragment(days, rx.cond(state.estates.length() > 0, estate, rx.fragment()), *([] if filters is None else [filters]))
    settled = rx.cond(state.stage == LOADING, skeleton_cards(), rx.fragment(_own_days(state, head), *content))
    return rx.fragment(
        page_title(title, context=head.context + " · " + head.extracted, actions=tools),
        unless_failed(state.stage, settled, on_retry=state.load),
    )


def _narrow_estate(key: Any) -> Any:
    """Taking the filter back asks for all estates, not for the one in view."""
    return ListState.narrow("estate", rx.cond(key == "", ALL, key))


def _own_days(state: Any, head: Var[Head]) -> rx.Component:
    fields = row(_day(state, head, "since", t("From")), _day(state, head, "until", t("To")), gap="2", extra="wrap")
    return rx.cond(head.days == "custom", fields, rx.fragment())


def _day(state: Any, head: Var[Head], name: Literal["since", "until"], label: Text) -> rx.Component:
    shown = head.since if name == "since" else head.until
    return day_filter(label, value=shown, name=name, is_set=True, max=head.latest)


def panel(
    state: Any,
    page: str,
    table: PanelTable,
    *,
    span: str,
    height: int = 260,
    bundle: Literal["basic", "cartesian"] = "basic",
    drills: bool = False,
) -> rx.Component:
    """A card with one chart; with `drills`, its bars open the list behind them."""
    view: Var[Panel] = state.panels[table.name]
    figure = rx.color_mode_cond(light=view.light, dark=view.dark).to(go.Figure)
    title, unit = say(table.title), say(table.unit)
    drawn = chart(
        figure,
        title=title,
        unit=unit,
        finding=view.finding,
        height=height,
        bundle=bundle,
        exports=_exports(state, page, table),
        table=_data(view, title),
        on_click=(lambda points: state.drill(table.name, points)) if drills else None,
        testid=f"chart-{table.name}",
    )
    nothing = rx.fragment(card_head(title, context=unit), empty(t("Nothing in this period"), icon_name="chart-column"))
    return card(rx.cond(view.is_empty, nothing, drawn), extra=span)


def table_panel(state: Any, page: str, table: PanelTable, *, span: str, numbers: Mapping[str, Text], more: Any) -> rx.Component:
    """A card with the first rows of a frame; `numbers` names the columns shown right-aligned after the first, by their titles."""
    view: Var[Panel] = state.panels[table.name]
    places = {column.name: index for index, column in enumerate(table.columns)}
    head = rx.el.tr(
        rx.el.th(say(table.columns[0].title), scope="col"), *[rx.el.th(label, scope="col", class_name="num") for label in numbers.values()]
    )

    def line(one: Var[TableLine]) -> rx.Component:
        first = rx.cond(one.href != "", page_link(one.cells[0], href=one.href, class_name="link nowrap"), rx.el.span(one.cells[0]))
        return rx.el.tr(
            rx.el.td(first, custom_attrs={"data-main": "true"}),
            *[
                rx.el.td(one.cells[places[name]], class_name="num nums", custom_attrs={"data-label": label})
                for name, label in numbers.items()
            ],
            key=one.key,
        )

    body = rx.el.div(
        rx.el.table(
            rx.el.caption(say(table.title), class_name="visually-hidden"),
            rx.el.thead(head),
            rx.el.tbody(rx.foreach(view.rows, line)),
            class_name="table table-compact",
        ),
        class_name="table-scroll",
    )
    return card(
        rx.cond(view.is_empty, empty(t("Nothing in this period"), icon_name="table"), body),
        title=say(table.title),
        context=say(table.unit),
        actions=rx.fragment(more, export_menu(_exports(state, page, table))),
        flush=True,
        extra=span,
        testid=f"table-{table.name}",
    )


def _exports(state: Any, page: str, table: PanelTable) -> list[tuple[Text, Text]]:
    path = f"/export/{page}-{table.name}"
    return [
        (t("Export CSV"), f"{path}.csv?" + state.head.export),
        (t("Export Excel"), f"{path}.xlsx?" + state.head.export),
    ]


def _data(view: Var[Panel], title: Text) -> rx.Component:
    """The chart's data as a table: for screen readers, and for whoever wants the numbers."""
    head = rx.el.tr(rx.foreach(view.head, lambda name: rx.el.th(name, scope="col")))
    return rx.el.div(
        rx.el.table(
            rx.el.caption(title, class_name="visually-hidden"),
            rx.el.thead(head),
            rx.el.tbody(rx.foreach(view.rows, _line)),
            class_name="table table-compact",
        ),
        class_name="table-scroll figure-data",
        tab_index=0,
        role="region",
        aria_label=title,
    )


def _line(one: Var[TableLine]) -> rx.Component:
    def cell(text: Var[str], index: Var[int]) -> rx.Component:
        linked = page_link(text, href=one.href, class_name="link")
        return rx.el.td(rx.cond((index == 0) & (one.href != ""), linked, text), custom_attrs={"data-label": ""})

    return rx.el.tr(rx.foreach(one.cells, cell), key=one.key)
