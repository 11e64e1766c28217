"""The stock of materials."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import action_bar, button, file_button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import form, number_field
from estate_app.ui.components.kpi import kpi_row
from estate_app.ui.components.layout import stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import clear_filters, filter_menu, list_toolbar, pager, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.stock.fields import material_fields
from estate_app.ui.pages.manager.stock.present import ItemValues, MaterialRow
from estate_app.ui.pages.manager.stock.state import StockState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = StockState


def stock_page() -> rx.Component:
    """What is on hand; one storeroom serves every estate."""
    add = button(t("Add material"), icon_name="plus", on_click=_S.ask, testid="add-material")
    actions = rx.fragment(
        file_button(t("Export all moves"), href="/export/stock-moves.xlsx", testid="export-moves"),
        file_button(t("Export Excel"), href="/export/stock.xlsx?" + _S.filters.export, testid="export-xlsx"),
        rx.cond(_S.may_edit, add, rx.fragment()),
    )
    tools = list_toolbar(
        search_box(value=_S.filters.text, placeholder=t("Code or name")),
        filter_menu(t("Show"), _S.shows, value=_S.filters.show, name="show"),
        clear_filters(shown=_S.filters.is_narrowed),
    )
    return rx.fragment(
        page_title(t("Materials"), context=_S.pager.summary, actions=actions),
        unless_failed(_S.stage, stack(kpi_row(_S.kpis, columns="3"), tools, _table()), on_retry=_S.load),
        _add(),
    )


def _table() -> rx.Component:
    columns = [
        Column(t("Name of the material"), sort="name"),
        Column(t("Code of the material"), sort="code"),
        Column(t("Price a unit"), sort="price", is_number=True),
        Column(t("On hand"), sort="left", is_number=True),
        Column(t("Order again at"), is_number=True),
        Column(t("Used in 30 days"), is_number=True),
        Column(t("Stock"), width="144px"),
    ]
    nothing = rx.cond(
        _S.filters.is_narrowed,
        empty(t("No materials match"), body=t("Widen the filter"), icon_name="package"),
        empty(t("No materials yet"), body=t("Add what technicians take from the storeroom"), icon_name="package"),
    )
    table = data_table(
        columns, rx.foreach(_S.rows, _line), label=t("Materials"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == LOADING,
        empty_state=nothing, sort=_S.filters.sort, testid="materials",
    )  # fmt: skip
    return card(table, pager(_S.pager, has_sizes=True), flush=True)


def _line(line: Var[MaterialRow]) -> rx.Component:
    return table_row(
        cell(page_link(line.name, href=line.href, class_name="link"), is_main=True),
        cell(words(line.code, soft=True), label=t("Code of the material"), hide_on_phone=True),
        cell(line.price, is_number=True, label=t("Price a unit")),
        cell(words(line.left, strong=True, extra="nums nowrap"), is_number=True, label=t("On hand")),
        cell(line.low, is_number=True, label=t("Order again at")),
        cell(line.used, is_number=True, label=t("Used in 30 days")),
        cell(state_badge(line.badge), label=t("Stock")),
        key=line.id,
        testid="material-row",
    )


def _add() -> rx.Component:
    save = button(t("Add"), submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid="material-save")
    there = number_field("on_hand", t("On hand now"), errors=_S.field_errors, hint=t("Counted; the history begins with it"))
    return sheet(
        form(
            material_fields(ItemValues(), _S.field_errors),
            there,
            action_bar(save),
            on_submit=_S.add,
            errors=_S.field_errors,
            testid="material-form",
        ),
        is_open=_S.is_open,
        title=t("Add a material"),
        on_close=_S.keep,
        width="560px",
        testid="material",
    )
