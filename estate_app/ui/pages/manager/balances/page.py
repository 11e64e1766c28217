"""Rooms' balances (预存款): the orders to bring them forward or to pay them out, the second person's decision, and the counter."""

import reflex as rx

from estate_app.kit.i18n import Message
from estate_app.payment.channel import Means
from estate_app.payment.day_report import MEANS_NAMES
from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button
from estate_app.ui.components.card import card
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import error_line, money_field, text_field, textarea_field
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.list_page import filter_menu, list_toolbar, pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.balances.present import KINDS, LOOKS, OrderLine
from estate_app.ui.pages.manager.balances.state import BalancesState
from estate_app.ui.shell.label import say
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = BalancesState


def balances_page() -> rx.Component:
    """The orders about balances in the manager's estates."""
    new = rx.cond(_S.may_propose, button(t("Propose"), icon_name="plus", on_click=_S.begin, testid="new-order"), rx.fragment())
    return rx.fragment(
        page_title(t("Room balances"), context=_S.pager.summary, actions=new),
        _toolbar(),
        unless_failed(_S.stage, _orders(), on_retry=_S.load),
        _propose(),
        _decide("approve"),
        _decide("reject"),
        _give(),
    )


def _toolbar() -> rx.Component:
    states = [Option(status.value, say(look[0])) for status, look in LOOKS.items()]
    return list_toolbar(filter_menu(t("State"), states, value=_S.status, on_change=_S.narrow, testid="filter-status"))


def _orders() -> rx.Component:
    columns = [
        Column(t("Room")),
        Column(t("What")),
        Column(t("Amount (yuan)"), is_number=True),
        Column(t("Reason")),
        Column(t("Proposed and decided by")),
        Column(t("Proposed")),
        Column(t("State")),
        Column(""),
    ]
    body = t("To bring a balance forward or to pay one out takes two people")
    nothing = empty(t("No orders about balances"), body=body, icon_name="wallet")
    return card(
        data_table(
            columns, rx.foreach(_S.rows, _line), label=t("Room balances"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == LOADING,
            empty_state=nothing, testid="orders",
        ),
        pager(_S.pager),
        flush=True,
    )  # fmt: skip


def _line(order: rx.Var[OrderLine]) -> rx.Component:
    acts = row(
        button(t("Approve"), size="small", on_click=_S.ask("approve", order.id), testid="approve"),
        button(t("Reject"), kind="outline", size="small", on_click=_S.ask("reject", order.id), testid="reject"),
    )
    give = button(t("Hand out"), kind="secondary", size="small", on_click=_S.ask("give", order.id), testid="give")
    waits = rx.cond(order.is_proposed, words(t("Another person must approve it"), size="1", soft=True), rx.fragment())
    about = stack(words(order.place, strong=True), words(order.number, size="1", soft=True, extra="nums nowrap"), gap="1")
    return table_row(
        cell(about, is_main=True),
        cell(order.kind, label=t("What")),
        cell(order.amount, is_number=True, label=t("Amount (yuan)")),
        cell(order.reason, label=t("Reason")),
        cell(order.people, label=t("Proposed and decided by")),
        cell(words(order.time, extra="nums nowrap"), label=t("Proposed")),
        cell(state_badge(order.badge), label=t("State")),
        cell(rx.cond(order.may_decide, acts, rx.cond(order.may_hand_out, give, waits))),
        key=order.id,
        testid="order-row",
    )


def _propose() -> rx.Component:
    kinds = [_chip("kind", kind.value, name, is_first=not at) for at, (kind, name) in enumerate(KINDS.items())]
    return confirm_dialog(
        rx.el.div(*kinds, class_name="chips", role="radiogroup", aria_label=t("What is to be done")),
        error_line("kind", _S.field_errors),
        text_field("room", t("Room"), errors=_S.field_errors, required=True, max_length=20, hint=t("Its number, such as 3-2-1501")),
        money_field("amount", t("Amount"), errors=_S.field_errors, required=True),
        textarea_field("reason", t("Reason"), errors=_S.field_errors, required=True, rows=2, max_length=200),
        is_open=_S.dialog == "propose",
        title=t("A room's balance"),
        body=t("Nothing moves until a second person approves it"),
        keep_label=t("Cancel"),
        act_label=t("Propose"),
        on_keep=_S.keep,
        on_act=_S.propose,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        errors=_S.field_errors,
        testid="propose-dialog",
    )


def _decide(what: str) -> rx.Component:
    is_yes = what == "approve"
    said = t("What is paid out leaves the balance now and waits at the counter; what is brought forward can be spent at once")
    return confirm_dialog(
        is_open=_S.dialog == what,
        title=t("Approve {number}?", number=_S.asked.number) if is_yes else t("Reject {number}?", number=_S.asked.number),
        body=said if is_yes else t("Nothing moves; a new one can be proposed"),
        keep_label=t("Cancel"),
        act_label=t("Approve") if is_yes else t("Reject it"),
        on_keep=_S.keep,
        on_act=_S.decide,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        destroys=is_yes,
        fact_list=_S.facts,
        testid=f"{what}-dialog",
    )


def _give() -> rx.Component:
    ways = [_chip("means", means.value, MEANS_NAMES[means.value], is_first=means is Means.cash) for means in (Means.cash, Means.transfer)]
    return confirm_dialog(
        rx.el.div(*ways, class_name="chips", role="radiogroup", aria_label=t("How it is handed out")),
        text_field("voucher", t("Transfer number"), errors=_S.field_errors, max_length=60, hint=t("Empty for cash")),
        is_open=_S.dialog == "give",
        title=t("Hand out {number}?", number=_S.asked.number),
        body=t("It is booked on your open day"),
        keep_label=t("Cancel"),
        act_label=t("Handed out"),
        on_keep=_S.keep,
        on_act=_S.give,
        busy=_S.is_saving,
        busy_label=t("Booking"),
        fact_list=_S.facts,
        errors=_S.field_errors,
        testid="give-dialog",
    )


def _chip(name: str, value: str, label: Message, *, is_first: bool) -> rx.Component:
    choice = rx.el.input(type="radio", name=name, value=value, default_checked=is_first)
    return rx.el.label(choice, rx.el.span(say(label)), class_name="chip", data_testid=f"{name}-{value}")
