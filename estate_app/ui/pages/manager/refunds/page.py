"""Refunds: the list, the proposal, and the second person's decision."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button
from estate_app.ui.components.card import card, list_row, rows
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import money_field, textarea_field
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.list_page import filter_menu, list_toolbar, pager, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.refunds.present import LOOKS, PaymentHit, RefundLine
from estate_app.ui.pages.manager.refunds.state import RefundsState
from estate_app.ui.shell.label import say
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = RefundsState


def refunds_page() -> rx.Component:
    """The refunds of the manager's estates."""
    new = button(t("Propose a refund"), icon_name="plus", on_click=_S.begin, testid="new-refund")
    return rx.fragment(
        page_title(t("Refunds"), context=_S.pager.summary, actions=new),
        _toolbar(),
        unless_failed(_S.stage, _refunds(), on_retry=_S.load),
        _find(),
        _propose(),
        _decide("approve"),
        _decide("reject"),
    )


def _toolbar() -> rx.Component:
    states = [Option(status.value, say(look[0])) for status, look in LOOKS.items()]
    return list_toolbar(filter_menu(t("State"), states, value=_S.status, on_change=_S.narrow, testid="filter-status"))


def _refunds() -> rx.Component:
    columns = [
        Column(t("Refund"), width="200px"),
        Column(t("Payment"), width="200px"),
        Column(t("Amount (yuan)"), is_number=True),
        Column(t("Reason")),
        Column(t("Proposed by")),
        Column(t("Proposed")),
        Column(t("State")),
        Column(""),
    ]
    nothing = empty(t("No refunds"), body=t("What is proposed waits here for a second person"), icon_name="undo-2")
    return card(
        data_table(
            columns, rx.foreach(_S.rows, _line), label=t("Refunds"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == LOADING,
            empty_state=nothing, testid="refunds",
        ),
        pager(_S.pager),
        flush=True,
    )  # fmt: skip


def _line(refund: rx.Var[RefundLine]) -> rx.Component:
    acts = row(
        button(t("Approve"), size="small", on_click=_S.ask("approve", refund.id), testid="approve"),
        button(t("Reject"), kind="outline", size="small", on_click=_S.ask("reject", refund.id), testid="reject"),
    )
    waits = rx.cond(refund.is_proposed, words(t("Another person must approve it"), size="1", soft=True), rx.fragment())
    return table_row(
        cell(words(refund.number, extra="nums nowrap"), is_main=True),
        cell(words(refund.payment, extra="nums nowrap"), label=t("Payment")),
        cell(refund.amount, is_number=True, label=t("Amount (yuan)")),
        cell(refund.reason, label=t("Reason")),
        cell(refund.proposer, label=t("Proposed by")),
        cell(words(refund.time, extra="nums nowrap"), label=t("Proposed")),
        cell(state_badge(refund.badge), label=t("State")),
        cell(rx.cond(refund.may_decide, acts, waits)),
        key=refund.id,
        testid="refund-row",
    )


def _find() -> rx.Component:
    none = empty(t("No payment to refund"), body=t("Only payments that came in and are not given back can be refunded"))
    nothing = rx.cond(_S.is_searched, none, rx.fragment())
    return sheet(
        search_box(value=rx.Var.create(""), on_search=_S.find, placeholder=t("Payment, transaction or room"), testid="find-payment"),
        rx.cond(_S.hits.length() > 0, rows(rx.foreach(_S.hits, _hit)), nothing),
        is_open=_S.dialog == "find",
        title=t("Which payment goes back?"),
        description=t("Find it by its number, the channel's transaction or the room"),
        on_close=_S.keep,
        width="640px",
        testid="find-sheet",
    )


def _hit(hit: rx.Var[PaymentHit]) -> rx.Component:
    about = stack(words(hit.number, strong=True, extra="nums"), words(hit.about, size="1", soft=True), gap="1")
    pick = button(t("Choose"), kind="secondary", size="small", on_click=_S.choose(hit.id), testid="choose-payment")
    return list_row(about, row(words(hit.amount, extra="nums"), pick), key=hit.id)


def _propose() -> rx.Component:
    paid = stack(words(_S.payment.number, strong=True, extra="nums"), words(_S.payment.about, soft=True), gap="1")
    return confirm_dialog(
        paid,
        money_field(
            "amount", t("Amount to give back"), errors=_S.field_errors, required=True, value=_S.payment.left,
            hint=t("At most ¥{amount}", amount=_S.payment.left),
        ),
        textarea_field("reason", t("Reason"), errors=_S.field_errors, required=True, rows=3, max_length=200),
        is_open=_S.dialog == "propose",
        title=t("Propose a refund"),
        body=t("Nothing moves until a second person approves it"),
        keep_label=t("Cancel"),
        act_label=t("Propose"),
        on_keep=_S.keep,
        on_act=_S.propose,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        errors=_S.field_errors,
        testid="propose-dialog",
    )  # fmt: skip


def _decide(what: str) -> rx.Component:
    is_yes = what == "approve"
    said = t("The money leaves the balance and the bills, which ask for it again, and goes back the way it came. It cannot be taken back")
    return confirm_dialog(
        is_open=_S.dialog == what,
        title=t("Approve refund {number}?", number=_S.asked.number) if is_yes else t("Reject refund {number}?", number=_S.asked.number),
        body=said if is_yes else t("Nothing moves; a new one can be proposed"),
        keep_label=t("Cancel"),
        act_label=t("Approve the refund") if is_yes else t("Reject it"),
        on_keep=_S.keep,
        on_act=_S.decide,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        destroys=is_yes,
        fact_list=_S.facts,
        testid=f"{what}-dialog",
    )
