"""Closed days for finance: what was expected and counted, what differs, and the order in which part payments are put on bills."""

import reflex as rx

from estate_app.access.permission import Permission
from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button, file_button, link_button
from estate_app.ui.components.card import card
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.cashier.day_present import CloseLine
from estate_app.ui.pages.manager.day_closes.state import DayClosesState
from estate_app.ui.session import Session
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = DayClosesState


def day_closes_page() -> rx.Component:
    """The closed days of the estate in view."""
    content = rx.cond(_S.stage == LOADING, skeleton_cards(), stack(_list(), _order()))
    ledger = link_button(t("Ledger"), href="/manage/ledger", kind="secondary", icon_name="landmark", testid="to-ledger")
    return rx.fragment(
        page_title(t("Day closes"), context=Session.estate_name, actions=ledger),
        unless_failed(_S.stage, content, on_retry=_S.load),
        _dialog(),
    )


def _list() -> rx.Component:
    columns = [
        Column(t("Business day")),
        Column(t("Cashier")),
        Column(t("Expected (yuan)"), is_number=True),
        Column(t("Counted (yuan)"), is_number=True),
        Column(t("Difference (yuan)"), is_number=True),
        Column(t("State")),
        Column(""),
    ]
    table = data_table(
        columns, rx.foreach(_S.rows, _line), label=t("Closed days"), is_empty=_S.rows.length() == 0,
        empty_state=empty(t("No day is closed yet"), body=t("Cashiers close their day at the counter"), icon_name="lock"), testid="closes",
    )  # fmt: skip
    return card(table, pager(_S.pager), title=t("Closed days"), flush=True)


def _line(line: rx.Var[CloseLine]) -> rx.Component:
    report = file_button(t("Report"), href=line.report_href, target="_blank", icon_name="printer", size="small", kind="ghost")
    act = button(t("Approve"), size="small", on_click=_S.ask(line.id), testid="approve-close")
    return table_row(
        cell(words(line.day, extra="nums nowrap"), is_main=True),
        cell(line.cashier, label=t("Cashier")),
        cell(line.expected, is_number=True, label=t("Expected (yuan)")),
        cell(line.counted, is_number=True, label=t("Counted (yuan)")),
        cell(words(line.difference, tone=line.tone, extra="nums"), is_number=True, label=t("Difference (yuan)")),
        cell(stack(state_badge(line.badge), words(line.reason, size="1", soft=True), gap="1"), label=t("State")),
        cell(row(report, rx.cond(line.may_approve, act, rx.fragment()))),
        key=line.id,
        testid="close-row",
    )


def _order() -> rx.Component:
    choices = rx.el.div(rx.foreach(_S.orders, _choice), class_name="chips", role="radiogroup", aria_label=t("Order of part payments"))
    may = Session.permissions.contains(Permission.tariffs_edit.value)
    fixed = rx.foreach(_S.orders, lambda one: rx.cond(one.value == _S.order, words(one.label), rx.fragment()))
    return card(
        words(t("In this order a part payment is put on the bills that were chosen; payers and cashiers read it"), soft=True),
        rx.cond(may, choices, fixed),
        title=t("Order of part payments"),
        testid="order",
    )


def _choice(one: rx.Var[Option]) -> rx.Component:
    radio = rx.el.input(
        type="radio", name="order", value=one.value, checked=one.value == _S.order, on_change=lambda _value: _S.choose_order(one.value)
    )
    return rx.el.label(radio, rx.el.span(one.label), class_name="chip", key=one.value, data_testid="order-" + one.value)


def _dialog() -> rx.Component:
    told = row(words(_S.asked.cashier, strong=True), words(_S.asked.reason, soft=True), extra="wrap")
    return confirm_dialog(
        told,
        is_open=_S.asked.id > 0,
        title=t("Approve the difference of ¥{amount}?", amount=_S.asked.difference),
        body=t("It is booked on {day} as cash over or short, and cannot be taken back", day=_S.asked.day),
        keep_label=t("Cancel"),
        act_label=t("Approve the difference"),
        on_keep=_S.keep,
        on_act=_S.approve,
        busy=_S.is_saving,
        busy_label=t("Booking"),
        errors=_S.field_errors,
        testid="approve-dialog",
    )
