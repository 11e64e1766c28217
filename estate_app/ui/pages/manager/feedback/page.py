"""Feedback of residents: figures, list, and one thread with its answer."""

import reflex as rx

from estate_app.feedback.rules import MAX_TEXT
from estate_app.ui.components.badge import state_badge, tag
from estate_app.ui.components.button import button, file_button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import form, textarea_field
from estate_app.ui.components.kpi import kpi_row
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.link import page_link, text_link
from estate_app.ui.components.list_page import clear_filters, filter_menu, list_toolbar, pager, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.progress import bar_list
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.common.feedback import FeedbackCard, messages, said
from estate_app.ui.pages.common.not_found import not_found_panel
from estate_app.ui.pages.manager.feedback.state import FeedbackState, ThreadState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = FeedbackState
_T = ThreadState


def feedback_page() -> rx.Component:
    """What residents told the estate in view."""
    actions = file_button(t("Export CSV"), href="/export/feedback.csv?" + _S.filters.export, testid="export-csv")
    figures = grid(
        card(bar_list(_S.by_kind), title=t("By kind"), context=t("number and median hours to answer")),
        card(bar_list(_S.by_month), title=t("By month")),
    )
    return rx.fragment(
        page_title(t("Feedback"), context=_S.pager.summary, actions=actions),
        unless_failed(_S.stage, stack(kpi_row(_S.kpis, columns="4"), _toolbar(), _list(), figures), on_retry=_S.load),
    )


def _toolbar() -> rx.Component:
    return list_toolbar(
        search_box(value=_S.filters.q, placeholder=t("Number or text")),
        filter_menu(t("Kind"), _S.kinds, value=_S.filters.kind, name="kind"),
        filter_menu(t("State"), _S.states, value=_S.filters.status, name="status"),
        filter_menu(t("Limit"), [Option("1", t("Past the limit"))], value=_S.filters.late, name="late"),
        clear_filters(shown=_S.filters.is_narrowed),
    )


def _list() -> rx.Component:
    columns = [
        Column(t("Number"), width="148px"), Column(t("What was said")), Column(t("Kind"), width="96px"),
        Column(t("Told by"), width="160px"),
        Column(t("State"), width="120px"), Column(t("Told at"), width="120px"), Column(t("Answer by"), width="120px"),
    ]  # fmt: skip
    nothing = empty(t("No feedback here"), body=t("What residents tell the estate stands here"), icon_name="message-square")
    return card(
        data_table(
            columns, rx.foreach(_S.rows, _line), label=t("Feedback"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == LOADING,
            empty_state=nothing, testid="feedback-list",
        ),
        pager(_S.pager, has_sizes=True),
        flush=True,
    )  # fmt: skip


def _line(one: rx.Var[FeedbackCard]) -> rx.Component:
    return table_row(
        cell(page_link(one.number, href="/manage/feedback/" + one.id.to_string(), class_name="link nums nowrap"), label=t("Number")),
        cell(rx.el.span(one.text, class_name="overview-title", title=one.text), is_main=True),
        cell(tag(one.kind, tone=one.tone), label=t("Kind")),
        cell(stack(words(one.who), words(one.room, size="1", soft=True), gap="0"), label=t("Told by")),
        cell(state_badge(one.badge), label=t("State")),
        cell(words(one.time, soft=True, extra="nums nowrap"), label=t("Told at"), hide_on_phone=True),
        cell(rx.el.span(one.limit, class_name=rx.cond(one.is_late, "nums nowrap tone-red", "nums nowrap")), label=t("Answer by")),
        key=one.id,
        testid="feedback-row",
    )


def thread_page() -> rx.Component:
    """One feedback with its thread; the estate answers and closes."""
    crumbs = ((t("Feedback"), "/manage/feedback"),)
    thread = grid(
        stack(said(_T.thread, _facts()), messages(_T.thread, t("Messages"), t("Nobody has answered yet"))),
        rx.cond(_T.thread.head.is_closed, card(words(t("This feedback is closed"), soft=True)), _answer()),
        columns="main-side",
    )
    return rx.fragment(
        page_title(_T.thread.head.number, crumbs=crumbs),
        unless_failed(
            _T.stage,
            rx.cond(_T.stage == LOADING, skeleton_cards(), rx.cond(_T.is_missing, not_found_panel(), thread)),
            on_retry=_T.load,
        ),
    )


def _facts() -> rx.Component:
    head = _T.thread.head
    late = rx.cond(head.is_late, "nums tone-red", "nums")
    return stack(
        row(words(head.who, strong=True), words(head.room, soft=True), extra="wrap"),
        rx.cond(head.limit != "", rx.el.span(t("Answer by {time}", time=head.limit), class_name=late), rx.fragment()),
        rx.cond(head.order_href != "", text_link(t("To the repair order"), href=head.order_href), rx.fragment()),
        rx.cond(head.bill_href != "", text_link(t("To the bill"), href=head.bill_href), rx.fragment()),
        gap="1",
    )


def _answer() -> rx.Component:
    write = form(
        textarea_field("text", t("Answer to the resident"), errors=_T.field_errors, required=True, max_length=MAX_TEXT, rows=5),
        button(t("Send the answer"), submit=True, full=True, busy=_T.busy == "reply", busy_label=t("Sending"), testid="answer"),
        on_submit=_T.reply,
        errors=_T.field_errors,
        key=_T.written.to_string(),
        testid="answer-form",
    )
    end = button(
        t("Close feedback"), kind="outline", full=True, on_click=_T.close, busy=_T.busy == "close", busy_label=t("Saving"), testid="close"
    )
    return card(stack(write, rx.cond(_T.thread.head.is_open, rx.fragment(), end)), title=t("Answer"))
