"""The trial balance, which must sum to zero, and the money that waits for somebody to resolve it."""

import reflex as rx

from estate_app.ui.components.button import button, file_button, link_button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import chips_field, textarea_field
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.list_page import day_filter, list_toolbar, pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.components.tabs import segments
from estate_app.ui.pages.manager.ledger.present import AccountLine, HeldLine
from estate_app.ui.pages.manager.ledger.state import LedgerState
from estate_app.ui.session import Session
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = LedgerState


def ledger_page() -> rx.Component:
    """The ledger of the estate in view."""
    held = rx.cond(_S.sees_held, _held(), rx.fragment())
    content = rx.cond(_S.stage == LOADING, skeleton_cards(), stack(_check(), _trial(), held))
    return rx.fragment(
        page_title(t("Ledger"), context=Session.estate_name, actions=_ways()),
        _toolbar(),
        unless_failed(_S.stage, content, on_retry=_S.load),
        _dialog(),
    )


def _ways() -> rx.Component:
    return rx.fragment(
        link_button(t("Day closes"), href="/manage/ledger/days", kind="secondary", icon_name="lock", testid="to-days"),
        file_button(t("Export CSV"), href=_S.span.csv_href, testid="export-csv"),
        file_button(t("Export Excel"), href=_S.span.xlsx_href, testid="export-xlsx"),
    )


def _toolbar() -> rx.Component:
    return list_toolbar(
        day_filter(t("From the start of"), value=_S.span.since, name="since", on_change=_S.show_since, is_set=False),
        day_filter(t("Until the end of"), value=_S.span.until, name="until", on_change=_S.show_day, is_set=False),
        words(t("Without a first day the ledger is shown from its beginning"), soft=True),
    )


def _check() -> rx.Component:
    right = callout(
        t("Debits and credits are equal: the ledger sums to {amount}", amount=_S.totals.difference),
        tone="green", icon_name="circle-check", custom_attrs={"data-testid": "balanced"},
    )  # fmt: skip
    wrong = callout(
        t("Debits and credits differ by {amount}. Stop collecting and call support", amount=_S.totals.difference),
        tone="red", icon_name="triangle-alert", role="alert", custom_attrs={"data-testid": "unbalanced"},
    )  # fmt: skip
    return rx.cond(_S.totals.is_balanced, right, wrong)


def _trial() -> rx.Component:
    columns = [
        Column(t("Account")),
        Column(t("Before (yuan)"), is_number=True),
        Column(t("Debits (yuan)"), is_number=True),
        Column(t("Credits (yuan)"), is_number=True),
        Column(t("Debit balance (yuan)"), is_number=True),
        Column(t("Credit balance (yuan)"), is_number=True),
    ]
    sums = _S.totals
    foot = rx.el.tr(
        cell(t("Sum"), is_main=True),
        cell("", is_number=True),
        cell(sums.debit, is_number=True, label=t("Debits (yuan)")),
        cell(sums.credit, is_number=True, label=t("Credits (yuan)")),
        cell(sums.debit_balance, is_number=True, label=t("Debit balance (yuan)")),
        cell(sums.credit_balance, is_number=True, label=t("Credit balance (yuan)")),
        custom_attrs={"data-sum": "true", "data-testid": "trial-sum"},
    )
    table = data_table(
        columns, rx.fragment(rx.foreach(_S.rows, _account), foot), label=t("Trial balance"), is_empty=_S.rows.length() == 0,
        empty_state=empty(t("Nothing is booked until this day"), icon_name="landmark"), testid="trial",
    )  # fmt: skip
    return card(rx.el.div(table, class_name="bill-lines"), title=t("Trial balance"), flush=True)


def _account(line: rx.Var[AccountLine]) -> rx.Component:
    return table_row(
        cell(line.name, is_main=True),
        cell(line.opening, is_number=True, label=t("Before (yuan)")),
        cell(line.debit, is_number=True, label=t("Debits (yuan)")),
        cell(line.credit, is_number=True, label=t("Credits (yuan)")),
        cell(line.debit_balance, is_number=True, label=t("Debit balance (yuan)")),
        cell(line.credit_balance, is_number=True, label=t("Credit balance (yuan)")),
        key=line.id,
    )


def _held() -> rx.Component:
    columns = [
        Column(t("Since")),
        Column(t("Amount (yuan)"), is_number=True),
        Column(t("Why it is held")),
        Column(t("Order number")),
        Column(t("Transaction")),
        Column(t("Came through")),
        Column(""),
    ]
    kinds = [("open", t("Held")), ("resolved", t("Resolved"))]
    return card(
        data_table(
            columns, rx.foreach(_S.held, _held_row), label=t("Money that is held"), is_empty=_S.held.length() == 0,
            empty_state=empty(t("Nothing is held"), body=t("Money that fits no bill would wait here"), icon_name="circle-check"),
            testid="held",
        ),
        pager(_S.pager),
        title=t("Money that is held"),
        actions=segments(kinds, value=_S.held_kind, on_select=_S.show_held, label=t("Which claims"), testid="held"),
        flush=True,
    )  # fmt: skip


def _held_row(line: rx.Var[HeldLine]) -> rx.Component:
    act = button(t("Resolve"), kind="secondary", size="small", on_click=_S.ask(line.id), testid="resolve")
    return table_row(
        cell(words(line.time, extra="nums nowrap"), label=t("Since")),
        cell(line.amount, is_number=True, label=t("Amount (yuan)")),
        cell(line.reason, is_main=True),
        cell(line.order, label=t("Order number")),
        cell(line.transaction, label=t("Transaction"), hide_on_phone=True),
        cell(line.source, label=t("Came through"), hide_on_phone=True),
        cell(rx.cond(line.resolution != "", words(line.resolution, soft=True), act)),
        key=line.id,
    )


def _dialog() -> rx.Component:
    told = row(words("¥" + _S.asked.amount, strong=True, extra="nums"), words(_S.asked.reason, soft=True), extra="wrap")
    return confirm_dialog(
        told,
        chips_field("resolution", t("What becomes of it"), _S.outcomes, errors=_S.field_errors, required=True),
        textarea_field("note", t("Reason"), errors=_S.field_errors, required=True, rows=3, max_length=200),
        is_open=_S.asked.id > 0,
        title=t("Resolve the claim {number}?", number=_S.asked.order),
        body=t("The ledger gets an entry that cannot be taken back; its payment ends, and the bills can be paid again"),
        keep_label=t("Cancel"),
        act_label=t("Resolve"),
        on_keep=_S.keep,
        on_act=_S.resolve,
        busy=_S.is_saving,
        busy_label=t("Booking"),
        errors=_S.field_errors,
        testid="resolve-dialog",
    )
