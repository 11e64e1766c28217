"""The cashier's day close (日结): figures, count, refunds to hand out, and the closed days with their printed reports."""

import reflex as rx

from estate_app.kit.i18n import Message
from estate_app.payment.channel import Means
from estate_app.payment.day_report import MEANS_NAMES
from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button, file_button, link_button
from estate_app.ui.components.card import callout, card, list_row, rows
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import money_field, text_field, textarea_field
from estate_app.ui.components.kpi import kpi_row
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.list_page import filter_box
from estate_app.ui.components.money import money_hero
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.cashier.day_present import CloseLine, TillLine, WaitLine
from estate_app.ui.pages.manager.cashier.day_state import CashierDayState
from estate_app.ui.session import Session
from estate_app.ui.shell.label import say
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = CashierDayState


def cashier_day_page() -> rx.Component:
    """One's own day at the counter."""
    content = stack(_head(), kpi_row(_S.kpis, columns="3"), rx.cond(_S.waits.length() > 0, _waits(), rx.fragment()), _lines(), _closes())
    back = link_button(t("Back to the counter"), href="/manage/cashier", kind="secondary", icon_name="banknote", testid="to-counter")
    return rx.fragment(
        page_title(t("Day close"), context=Session.estate_name, actions=back),
        unless_failed(_S.stage, rx.cond(_S.stage == LOADING, skeleton_cards(), content), on_retry=_S.load),
        _close_dialog(),
        _refund_dialog(),
    )


def _head() -> rx.Component:
    days = rx.el.select(
        rx.foreach(_S.days, lambda day: rx.el.option(day.label, value=day.value)),
        value=_S.day.on,
        on_change=_S.show_day,
        aria_label=t("Business day"),
        class_name="filter-select",
        data_testid="day",
    )
    cash = stack(words(t("Cash that must be there, without the float"), soft=True), money_hero(_S.day.expected, testid="expected"), gap="1")
    act = button(t("Count and close"), icon_name="lock", size="large", on_click=_S.ask_close, testid="ask-close")
    open_day = row(stack(rx.el.div(filter_box(t("Business day"), days), class_name="fit"), cash, gap="3"), act, extra="between wrap")
    done = callout(
        t("Today is closed. What is taken from now on falls on {day}", day=_S.day.on),
        tone="indigo",
        icon_name="lock",
        data_testid="all-closed",
    )
    return rx.cond(_S.day.is_future, done, card(open_day, testid="day-card"))


def _waits() -> rx.Component:
    return card(rows(rx.foreach(_S.waits, _wait)), title=t("Refunds to hand out"), flush=True, testid="waits")


def _wait(line: rx.Var[WaitLine]) -> rx.Component:
    about = stack(words(line.number, strong=True, extra="nums"), words(line.about, size="1", soft=True), gap="1", extra="grow")
    give = button(t("Hand out"), kind="secondary", size="small", on_click=_S.ask_refund(line.id), testid="ask-refund")
    return list_row(about, row(words("¥" + line.amount, strong=True, extra="nums"), give), key=line.id)


def _lines() -> rx.Component:
    columns = [Column(t("Number")), Column(t("Time")), Column(t("How it was paid")), Column(t("Amount (yuan)"), is_number=True)]
    nothing = empty(t("Nothing was taken on this day"), icon_name="banknote")
    table = data_table(
        columns, rx.foreach(_S.lines, _line), label=t("Taken and handed back"), is_empty=_S.lines.length() == 0, empty_state=nothing,
        testid="till",
    )  # fmt: skip
    return card(table, title=t("Taken and handed back"), flush=True)


def _line(line: rx.Var[TillLine]) -> rx.Component:
    return table_row(
        cell(words(line.number, extra="nums nowrap"), is_main=True),
        cell(words(line.time, extra="nums nowrap"), label=t("Time")),
        cell(line.means, label=t("How it was paid")),
        cell(line.amount, is_number=True, label=t("Amount (yuan)")),
        key=line.id,
    )


def _closes() -> rx.Component:
    columns = [
        Column(t("Business day")),
        Column(t("Cashier")),
        Column(t("Expected (yuan)"), is_number=True),
        Column(t("Counted (yuan)"), is_number=True),
        Column(t("Difference (yuan)"), is_number=True),
        Column(t("State")),
        Column(""),
    ]
    nothing = empty(t("No day is closed yet"), icon_name="lock")
    table = data_table(
        columns, rx.foreach(_S.closes, _close), label=t("Closed days"), is_empty=_S.closes.length() == 0, empty_state=nothing,
        testid="closes",
    )  # fmt: skip
    return card(table, title=t("Closed days"), flush=True)


def _close(line: rx.Var[CloseLine]) -> rx.Component:
    return table_row(
        cell(words(line.day, extra="nums nowrap"), is_main=True),
        cell(line.cashier, label=t("Cashier")),
        cell(line.expected, is_number=True, label=t("Expected (yuan)")),
        cell(line.counted, is_number=True, label=t("Counted (yuan)")),
        cell(words(line.difference, tone=line.tone, extra="nums"), is_number=True, label=t("Difference (yuan)")),
        cell(stack(state_badge(line.badge), words(line.reason, size="1", soft=True), gap="1"), label=t("State")),
        cell(file_button(t("Report"), href=line.report_href, target="_blank", icon_name="printer", size="small", kind="ghost")),
        key=line.id,
        testid="close-row",
    )


def _close_dialog() -> rx.Component:
    return confirm_dialog(
        money_field("counted", t("Cash counted"), errors=_S.field_errors, required=True, auto_focus=True),
        textarea_field(
            "reason", t("Reason for a difference"), errors=_S.field_errors, rows=2, max_length=200,
            hint=t("Needed only when the count differs; another person then approves it"),
        ),
        is_open=_S.dialog == "close",
        title=t("Close {day}?", day=_S.day.title),
        body=t("The ledger expects ¥{amount} in cash. No more money can be taken for this day afterwards", amount=_S.day.expected),
        keep_label=t("Cancel"),
        act_label=t("Close the day"),
        on_keep=_S.keep,
        on_act=_S.close,
        busy=_S.is_saving,
        busy_label=t("Booking"),
        errors=_S.field_errors,
        testid="close-dialog",
    )  # fmt: skip


def _refund_dialog() -> rx.Component:
    ways = [_way(means, MEANS_NAMES[means]) for means in (Means.cash.value, Means.transfer.value)]
    return confirm_dialog(
        rx.el.div(*ways, class_name="chips", role="radiogroup", aria_label=t("How it is handed out")),
        text_field("voucher", t("Transfer number"), errors=_S.field_errors, max_length=60, hint=t("Empty for cash")),
        is_open=_S.dialog == "refund",
        title=t("Hand out refund {number}?", number=_S.asked.number),
        body=t("It is booked on your open day, and the receipt is reversed"),
        keep_label=t("Cancel"),
        act_label=t("Handed out"),
        on_keep=_S.keep,
        on_act=_S.give,
        busy=_S.is_saving,
        busy_label=t("Booking"),
        fact_list=_S.facts,
        errors=_S.field_errors,
        testid="refund-dialog",
    )


def _way(means: str, name: Message) -> rx.Component:
    choice = rx.el.input(type="radio", name="means", value=means, default_checked=means == Means.cash.value)
    return rx.el.label(choice, rx.el.span(say(name)), class_name="chip", data_testid=f"means-{means}")
