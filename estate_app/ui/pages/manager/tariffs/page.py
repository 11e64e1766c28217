"""Fee items, the versions of their prices, and a calculator that charges as a bill does."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button, link_button
from estate_app.ui.components.card import card, facts
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.tariffs.calculator import calculator
from estate_app.ui.pages.manager.tariffs.forms import add_sheet, edit_sheet, price_form
from estate_app.ui.pages.manager.tariffs.present import ItemLine, VersionLine
from estate_app.ui.pages.manager.tariffs.state import TariffsState
from estate_app.ui.session import Session
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = TariffsState


def tariffs_page() -> rx.Component:
    """The fee items of the estate in view."""
    new = rx.cond(_S.may_edit, button(t("New item"), icon_name="plus", on_click=_S.ask("add"), testid="new-item"), rx.fragment())
    content = rx.cond(_S.stage == LOADING, skeleton_cards(), stack(_items(), rx.cond(_S.item.id > 0, _item(), rx.fragment())))
    return rx.fragment(
        page_title(t("Tariffs"), context=Session.estate_name, actions=new),
        unless_failed(_S.stage, content, on_retry=_S.load),
        add_sheet(),
        edit_sheet(),
    )


def _items() -> rx.Component:
    columns = [
        Column(t("Item")),
        Column(t("Charged")),
        Column(t("Price in force")),
        Column(t("Rooms"), is_number=True),
        Column(t("Days to pay"), is_number=True),
        Column(t("State")),
    ]
    table = data_table(
        columns, rx.foreach(_S.rows, _line), label=t("Fee items"), is_empty=_S.rows.length() == 0,
        empty_state=empty(t("No fee items yet"), body=t("An item says what is charged, its price how much"), icon_name="calculator"),
        testid="items",
    )  # fmt: skip
    return card(table, flush=True)


def _line(item: rx.Var[ItemLine]) -> rx.Component:
    name = stack(page_link(item.name, href=item.href, class_name="link"), words(item.code, size="1", soft=True), gap="1")
    return table_row(
        cell(name, is_main=True),
        cell(item.kind, label=t("Charged")),
        cell(item.price, label=t("Price in force")),
        cell(item.rooms, is_number=True, label=t("Rooms")),
        cell(item.due, is_number=True, label=t("Days to pay")),
        cell(state_badge(item.badge), label=t("State")),
        key=item.id,
        is_selected=item.id == _S.item.id.to_string(),
        testid="item-row",
    )


def _item() -> rx.Component:
    form = rx.cond(_S.dialog == "price", price_form(), rx.fragment())
    priced = rx.fragment(form, _versions())
    singly = card(empty(t("No price"), body=t("Bills of this item are written singly, each with its amount"), icon_name="receipt-text"))
    side = stack(rx.cond(_S.item.is_priced, calculator(), rx.fragment()), _facts())
    return grid(stack(rx.cond(_S.item.is_priced, priced, singly)), side, columns="main-side")


def _versions() -> rx.Component:
    columns = [Column(t("From"), width="128px"), Column(t("Price")), Column(t("Note")), Column(t("State"), width="104px")]
    new = rx.cond(
        _S.may_edit & (_S.dialog != "price"),
        button(t("New price"), kind="secondary", icon_name="plus", on_click=_S.ask("price"), testid="new-price"),
        rx.fragment(),
    )
    table = data_table(
        columns, rx.foreach(_S.versions, _version), label=t("Prices"), is_empty=_S.versions.length() == 0,
        empty_state=empty(t("No price yet"), body=t("Without a price the item is left out of bill runs")), testid="versions",
    )  # fmt: skip
    return card(table, title=t("Prices of {name}", name=_S.item.title), actions=new, flush=True)


def _version(version: rx.Var[VersionLine]) -> rx.Component:
    return table_row(
        cell(words(version.starts, extra="nums nowrap"), is_main=True),
        cell(version.price, label=t("Price")),
        cell(rx.cond(version.note != "", version.note, "—"), label=t("Note")),
        cell(state_badge(version.badge), label=t("State")),
        key=version.id,
    )


def _facts() -> rx.Component:
    change = rx.cond(
        _S.may_edit, button(t("Edit item"), kind="outline", size="small", on_click=_S.ask("edit"), testid="edit-item"), rx.fragment()
    )
    where = link_button(
        t("Rooms and amounts"), href="/manage/tariffs/" + _S.item.id.to_string(), kind="secondary", size="small", testid="item-rooms"
    )
    return card(
        row(words(_S.item.title, strong=True), row(where, change), extra="between wrap"),
        facts(_S.item.facts),
        extra="stack gap-3",
        testid="item",
    )
