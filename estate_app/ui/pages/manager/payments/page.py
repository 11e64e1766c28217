"""Every payment of the estate in view, newest first: its state, its receipt, and the way to give it back."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import file_button, link_button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import file_link
from estate_app.ui.components.list_page import clear_filters, day_filter, filter_menu, list_toolbar, pager, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.payments.present import PaymentLine
from estate_app.ui.pages.manager.payments.state import ManagedPaymentsState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = ManagedPaymentsState


def managed_payments_page() -> rx.Component:
    """The payments within the manager's scope."""
    actions = rx.fragment(
        file_button(t("Export CSV"), href="/export/payments.csv?" + _S.filters.export, testid="export-csv"),
        file_button(t("Export Excel"), href="/export/payments.xlsx?" + _S.filters.export, testid="export-xlsx"),
    )
    title = page_title(t("Payments"), context=_S.pager.summary, actions=actions)
    return rx.fragment(title, _toolbar(), unless_failed(_S.stage, _list(), on_retry=_S.load))


def _toolbar() -> rx.Component:
    chosen = _S.filters
    return list_toolbar(
        search_box(value=chosen.text, name="text", placeholder=t("Payment, transaction or room")),
        filter_menu(t("State"), _S.states, value=chosen.status, name="status"),
        filter_menu(t("Channel"), _S.channels, value=chosen.channel, name="channel"),
        day_filter(t("From the start of"), value=chosen.from_on, name="from_on"),
        day_filter(t("Until the end of"), value=chosen.to_on, name="to_on"),
        clear_filters(shown=chosen.is_narrowed),
    )


def _list() -> rx.Component:
    columns = [
        Column(t("Payment"), width="200px"),
        Column(t("Room")),
        Column(t("Payer")),
        Column(t("Channel"), width="120px"),
        Column(t("Amount (yuan)"), sort="amount", is_number=True, width="140px"),
        Column(t("Time"), sort="paid", width="120px"),
        Column(t("State"), width="120px"),
        Column(t("Receipt"), width="150px"),
        Column(""),
    ]
    nothing = empty(t("No payments match"), body=t("Widen the filter"), icon_name="banknote")
    return card(
        data_table(
            columns, rx.foreach(_S.rows, _line), label=t("Payments"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == LOADING,
            empty_state=nothing, sort=_S.filters.sort, testid="payments",
        ),
        pager(_S.pager, has_sizes=True),
        flush=True,
    )  # fmt: skip


def _line(line: rx.Var[PaymentLine]) -> rx.Component:
    receipt = file_link(line.receipt, href=line.receipt_href, target="_blank", class_name="link nums")
    back = link_button(t("Refund"), href=line.refund_href, kind="ghost", size="small", testid="refund")
    amount = stack(words(line.amount, extra="nums"), words(line.note, size="1", soft=True), gap="0")
    return table_row(
        cell(words(line.number, extra="nums nowrap"), is_main=True),
        cell(line.place, label=t("Room")),
        cell(line.payer, label=t("Payer")),
        cell(line.channel, label=t("Channel")),
        cell(amount, is_number=True, label=t("Amount (yuan)")),
        cell(words(line.time, extra="nums nowrap"), label=t("Time")),
        cell(state_badge(line.badge), label=t("State")),
        cell(rx.cond(line.receipt != "", receipt, rx.fragment()), label=t("Receipt")),
        cell(row(rx.cond(line.refund_href != "", back, rx.fragment()))),
        key=line.id,
        testid="payment-row",
    )
