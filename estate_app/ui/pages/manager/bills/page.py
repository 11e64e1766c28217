"""The list of bills."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button, file_button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import clear_filters, filter_menu, list_toolbar, pager, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.list_state import ListState
from estate_app.ui.pages.manager.bills.present import BillLine
from estate_app.ui.pages.manager.bills.state import ManagedBillsState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import Text, t
from estate_app.ui.view import Option

_S = ManagedBillsState


def managed_bills_page() -> rx.Component:
    """Every bill within the manager's scope."""
    actions = rx.fragment(
        file_button(t("Export CSV"), href="/export/bills.csv?" + _S.filters.export, testid="export-csv"),
        file_button(t("Export Excel"), href="/export/bills.xlsx?" + _S.filters.export, testid="export-xlsx"),
    )
    title = page_title(t("Bills"), context=_S.summary, actions=actions)
    return rx.fragment(title, _toolbar(), unless_failed(_S.stage, _bills(), on_retry=_S.load))


def _toolbar() -> rx.Component:
    filters, choices = _S.filters, _S.choices
    return list_toolbar(
        search_box(value=filters.text, name="text", placeholder=t("Bill number, room or item")),
        _menu(t("State"), choices.states, filters.state, "state"),
        rx.cond(choices.fee_items.length() > 0, _menu(t("Item"), choices.fee_items, filters.fee_item_id, "fee_item_id"), rx.fragment()),
        _menu(t("Month"), choices.months, filters.period, "period"),
        _menu(t("Building"), choices.buildings, filters.building_id, "building_id"),
        clear_filters(shown=filters.is_narrowed),
    )


def _menu(label: Text, options: rx.Var[list[Option]], value: rx.Var[str], name: str) -> rx.Component:
    return filter_menu(label, options, value=value, name=name)


def _bills() -> rx.Component:
    columns = [
        Column(t("Number"), sort="number", width="176px"),
        Column(t("Room"), sort="room"),
        Column(t("Item")),
        Column(t("Month"), sort="period", width="112px"),
        Column(t("Amount (yuan)"), sort="amount", is_number=True, width="120px"),
        Column(t("Owed (yuan)"), sort="owed", is_number=True, width="120px"),
        Column(t("Due on"), sort="due_on", width="112px"),
        Column(t("State"), width="112px"),
    ]
    clear = button(t("Clear filters"), kind="secondary", on_click=ListState.clear, testid="clear-empty")
    nothing = rx.cond(
        _S.filters.is_narrowed,
        empty(t("No bills match"), body=t("Widen the filter"), icon_name="receipt-text", action=clear),
        empty(t("No bills yet"), body=t("A bill run computes a month's bills"), icon_name="receipt-text"),
    )
    return card(
        data_table(
            columns, rx.foreach(_S.rows, _line), label=t("Bills"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == LOADING,
            empty_state=nothing, sort=_S.filters.sort, testid="bills",
        ),
        pager(_S.pager, has_sizes=True),
        flush=True,
    )  # fmt: skip


def _line(bill: rx.Var[BillLine]) -> rx.Component:
    return table_row(
        cell(page_link(bill.number, href=bill.href, class_name="link nums nowrap"), label=t("Number")),
        cell(words(bill.place, extra="nowrap"), is_main=True),
        cell(bill.item, label=t("Item")),
        cell(words(bill.month, extra="nums nowrap"), label=t("Month")),
        cell(bill.amount, label=t("Amount (yuan)"), is_number=True),
        cell(bill.owed, label=t("Owed (yuan)"), is_number=True),
        cell(rx.el.span(bill.due, class_name="nums nowrap tone-" + bill.tone), label=t("Due on")),
        cell(state_badge(bill.badge), label=t("State")),
        key=bill.id,
        testid="bill-row",
    )
