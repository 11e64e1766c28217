"""Electronic invoices and red letters, newest first, each with its state and its file."""

import reflex as rx

from estate_app.payment.invoices import STATUS_NAMES
from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import file_button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import stack, words
from estate_app.ui.components.list_page import filter_menu, list_toolbar, pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.invoices.present import InvoiceLine
from estate_app.ui.pages.manager.invoices.state import InvoicesState
from estate_app.ui.shell.label import say
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = InvoicesState


def invoices_page() -> rx.Component:
    """The invoices of the estate in view."""
    return rx.fragment(
        page_title(t("E-invoices"), context=_S.pager.summary), _toolbar(), unless_failed(_S.stage, _list(), on_retry=_S.load)
    )


def _toolbar() -> rx.Component:
    states = [Option(status.value, say(name)) for status, name in STATUS_NAMES.items()]
    return list_toolbar(filter_menu(t("State"), states, value=_S.status, on_change=_S.narrow, testid="filter-status"))


def _list() -> rx.Component:
    columns = [
        Column(t("Invoice number")),
        Column(t("Made out to")),
        Column(t("Payment")),
        Column(t("Amount (yuan)"), is_number=True),
        Column(t("Time")),
        Column(t("State")),
        Column(""),
    ]
    nothing = empty(t("No invoices"), body=t("Residents ask for one on their receipt"), icon_name="file-text")
    return card(
        data_table(
            columns, rx.foreach(_S.rows, _line), label=t("E-invoices"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == LOADING,
            empty_state=nothing, testid="invoices",
        ),
        pager(_S.pager),
        flush=True,
    )  # fmt: skip


def _line(line: rx.Var[InvoiceLine]) -> rx.Component:
    file = file_button(t("PDF"), href=line.file_href, target="_blank", size="small", kind="ghost")
    return table_row(
        cell(words(line.invoice_number, extra="nums nowrap"), is_main=True),
        cell(stack(words(line.title), words(line.about, size="1", soft=True), gap="1"), label=t("Made out to")),
        cell(words(line.payment, extra="nums nowrap"), label=t("Payment")),
        cell(line.amount, is_number=True, label=t("Amount (yuan)")),
        cell(words(line.time, extra="nums nowrap"), label=t("Time")),
        cell(stack(state_badge(line.badge), words(line.reason, size="1", soft=True), gap="1"), label=t("State")),
        cell(rx.cond(line.file_href != "", file, rx.fragment())),
        key=line.id,
        testid="invoice-row",
    )
