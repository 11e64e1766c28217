"""The list of work orders."""

import reflex as rx

from estate_app.ui.components.avatar import avatar
from estate_app.ui.components.badge import state_badge, tag
from estate_app.ui.components.button import button, file_button, link_button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import row, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import clear_filters, day_filter, filter_menu, list_toolbar, pager, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.list_state import ListState
from estate_app.ui.pages.manager.repairs.present import OrderLine
from estate_app.ui.pages.manager.repairs.state import RepairsState
from estate_app.ui.text import Text, t
from estate_app.ui.view import Option

_S = RepairsState


def repairs_page() -> rx.Component:
    """Every order within the manager's scope."""
    new = link_button(t("New order"), href="/manage/repairs/new", icon_name="plus", testid="new-order")
    actions = rx.fragment(
        file_button(t("Export CSV"), href="/export/orders.csv?" + _S.filters.export, testid="export-csv"),
        file_button(t("Export Excel"), href="/export/orders.xlsx?" + _S.filters.export, testid="export-xlsx"),
        rx.cond(_S.may_report, new, rx.fragment()),
    )
    return rx.fragment(
        page_title(t("Work orders"), context=_S.pager.summary, actions=actions),
        _toolbar(),
        unless_failed(_S.stage, _orders(), on_retry=_S.load),
    )


def _toolbar() -> rx.Component:
    filters, choices = _S.filters, _S.choices
    who = _menu(t("Technician"), choices.technicians, filters.technician_id, "technician_id")
    return list_toolbar(
        search_box(value=filters.text, name="text", placeholder=t("Order, room, person, phone")),
        _menu(t("State"), choices.families, filters.family, "family"),
        _menu(t("Priority"), choices.urgencies, filters.urgencies, "urgencies"),
        _menu(t("Kind"), choices.categories, filters.category_id, "category_id"),
        _menu(t("Building"), choices.buildings, filters.building_id, "building_id"),
        rx.cond(choices.technicians.length() > 0, who, rx.fragment()),
        day_filter(t("From"), value=filters.from_on, name="from_on"),
        day_filter(t("To"), value=filters.to_on, name="to_on"),
        clear_filters(shown=filters.is_narrowed),
    )


def _menu(label: Text, options: rx.Var[list[Option]], value: rx.Var[str], name: str) -> rx.Component:
    return filter_menu(label, options, value=value, name=name)


def _orders() -> rx.Component:
    columns = [
        Column(t("Order"), sort="number", width="176px"),
        Column(t("Problem")),
        Column(t("Room"), width="132px"),
        Column(t("Caller"), width="96px"),
        Column(t("Priority"), sort="urgency", width="88px"),
        Column(t("State"), sort="status", width="112px"),
        Column(t("Technician"), width="128px"),
        Column(t("Reported at"), sort="submitted", width="120px"),
        Column(t("Limit"), sort="due", width="132px"),
    ]
    clear = button(t("Clear filters"), kind="secondary", on_click=ListState.clear, testid="clear-empty")
    nothing = rx.cond(
        _S.filters.is_narrowed,
        empty(t("No orders match"), body=t("Widen the filter"), icon_name="clipboard-list", action=clear),
        empty(t("No orders yet"), body=t("What residents report appears here at once"), icon_name="clipboard-list"),
    )
    return card(
        data_table(
            columns, rx.foreach(_S.rows, _line), label=t("Work orders"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == "loading",
            empty_state=nothing, sort=_S.filters.sort, testid="orders",
        ),
        pager(_S.pager, has_sizes=True),
        flush=True,
    )  # fmt: skip


def _line(order: rx.Var[OrderLine]) -> rx.Component:
    who = row(avatar(order.technician), words(order.technician, extra="nowrap"))
    return table_row(
        cell(page_link(order.number, href=order.href, class_name="link nums nowrap"), label=t("Order")),
        cell(rx.el.span(order.title, class_name="overview-title", title=order.title), is_main=True),
        cell(words(order.place, extra="nowrap"), label=t("Room")),
        cell(words(order.contact, extra="nowrap"), label=t("Caller"), hide_on_phone=True),
        cell(tag(order.priority.label, tone=order.priority.tone), label=t("Priority")),
        cell(state_badge(order.badge), label=t("State")),
        cell(rx.cond(order.technician != "", who, "—"), label=t("Technician")),
        cell(words(order.submitted, soft=True, extra="nums nowrap"), label=t("Reported at"), hide_on_phone=True),
        cell(rx.el.span(order.limit, class_name="nums tone-" + order.tone), label=t("Limit")),
        key=order.id,
        testid="order-row",
    )
