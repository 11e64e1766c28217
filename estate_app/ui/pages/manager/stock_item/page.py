"""One material: what is on hand, and the moves that made it."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.badge import state_badge, tag
from estate_app.ui.components.button import button, file_button
from estate_app.ui.components.card import card, facts
from estate_app.ui.components.empty import empty
from estate_app.ui.components.icon import tile
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.stock_item.dialogs import dialogs
from estate_app.ui.pages.manager.stock_item.present import MoveLine
from estate_app.ui.pages.manager.stock_item.state import StockItemState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = StockItemState


def stock_item_page() -> rx.Component:
    """The figures at the side, the history in the middle."""
    take = file_button(t("Export Excel"), href=_S.view.export, testid="export-xlsx")
    actions = rx.fragment(take, rx.cond(_S.may_edit, _actions(), rx.fragment()))
    title = page_title(_S.view.name, actions=actions, crumbs=((t("Materials"), "/manage/stock"),))
    body = grid(_history(), _head(), columns="main-side")
    return unless_failed(_S.stage, rx.cond(_S.stage == LOADING, skeleton_cards(), rx.fragment(title, body, dialogs())), on_retry=_S.load)


def _actions() -> rx.Component:
    word = rx.cond(_S.view.is_active, t("Take out of use"), t("Use again"))
    return rx.fragment(
        button(word, kind="outline", on_click=_S.ask("active"), testid="active"),
        button(t("Edit"), kind="outline", icon_name="pencil", on_click=_S.ask("edit"), testid="edit"),
        button(t("Correct by count"), kind="outline", icon_name="scale", on_click=_S.ask("correct"), testid="correct"),
        button(t("Book a delivery"), icon_name="plus", on_click=_S.ask("receive"), testid="receive"),
    )


def _head() -> rx.Component:
    left = stack(
        words(t("On hand"), size="1", soft=True),
        row(rx.el.span(_S.view.left, class_name="t6 strong nums"), words(_S.view.unit, soft=True), gap="1"),
        gap="1",
        extra="grow",
    )
    return card(
        row(tile("package"), left, state_badge(_S.view.badge), gap="3", extra="top"),
        facts(_S.view.facts),
        extra="stack gap-3",
        testid="stock-head",
    )


def _history() -> rx.Component:
    columns = [
        Column(t("Time")),
        Column(t("Move")),
        Column(t("Quantity moved"), is_number=True),
        Column(t("On hand after it"), is_number=True),
        Column(t("Order or note")),
        Column(t("Who")),
    ]
    nothing = empty(t("Nothing has moved yet"), body=t("Book the first delivery"), icon_name="package")
    table = data_table(
        columns, rx.foreach(_S.view.moves, _move), label=t("History of the stock"), is_empty=_S.view.moves.length() == 0,
        empty_state=nothing, testid="moves",
    )  # fmt: skip
    return card(
        table, pager(_S.pager, has_sizes=True), title=t("History of the stock"), context=t("nothing in it is ever changed"), flush=True
    )


def _move(move: Var[MoveLine]) -> rx.Component:
    order = rx.cond(move.href != "", page_link(move.order, href=move.href, class_name="link nowrap"), words(move.note, extra="break"))
    return table_row(
        cell(words(move.time, extra="nums nowrap"), label=t("Time")),
        cell(tag(move.kind, tone=move.tone), is_main=True),
        cell(words(move.quantity, strong=True, extra="nums nowrap"), is_number=True, label=t("Quantity moved")),
        cell(move.balance, is_number=True, label=t("On hand after it")),
        cell(order, label=t("Order or note")),
        cell(words(move.actor, extra="nowrap"), label=t("Who")),
        key=move.id,
        testid="move-row",
    )
