"""The audit log."""

import reflex as rx

from estate_app.ui.components.badge import tag
from estate_app.ui.components.button import button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import stack, words
from estate_app.ui.components.list_page import clear_filters, day_filter, filter_menu, list_toolbar, pager, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.list_state import ListState
from estate_app.ui.pages.manager.audit.present import Change, EntryRow
from estate_app.ui.pages.manager.audit.state import AuditState
from estate_app.ui.text import t


def audit_page() -> rx.Component:
    """Who did what, when, to which thing, from where."""
    return rx.fragment(
        page_title(t("Audit log"), context=AuditState.pager.summary),
        _toolbar(),
        unless_failed(AuditState.stage, _entries(), on_retry=AuditState.load),
        _detail(),
    )


def _toolbar() -> rx.Component:
    is_set = (AuditState.q != "") | (AuditState.area != "") | (AuditState.since != "") | (AuditState.until != "")
    return list_toolbar(
        search_box(value=AuditState.q, placeholder=t("Person, action, number")),
        filter_menu(t("Area"), AuditState.areas, value=AuditState.area, name="area"),
        day_filter(t("From"), value=AuditState.since, name="since"),
        day_filter(t("To"), value=AuditState.until, name="until"),
        clear_filters(shown=is_set),
    )


def _entries() -> rx.Component:
    columns = [
        Column(t("Time"), width="150px"),
        Column(t("Person"), width="120px"),
        Column(t("Area"), width="120px"),
        Column(t("Action"), width="180px"),
        Column(t("Thing"), width="160px"),
        Column(t("Changes")),
        Column(t("Details"), width="96px"),
    ]
    nothing = empty(
        t("No entries match"),
        body=t("Widen the filter"),
        icon_name="history",
        action=button(t("Clear filters"), kind="secondary", on_click=ListState.clear, testid="clear-empty"),
    )
    return card(
        data_table(
            columns,
            rx.foreach(AuditState.rows, _entry),
            label=t("Audit log"),
            is_empty=AuditState.rows.length() == 0,
            is_loading=(AuditState.stage == "loading"),
            empty_state=nothing,
            testid="entries",
        ),
        pager(AuditState.pager, has_sizes=True),
        flush=True,
    )


def _entry(entry: rx.Var[EntryRow]) -> rx.Component:
    return table_row(
        cell(words(entry.time, extra="nums", title=entry.exact), label=t("Time")),
        cell(entry.actor, is_main=True),
        cell(entry.area, label=t("Area")),
        cell(tag(entry.action), label=t("Action")),
        cell(entry.thing, label=t("Thing")),
        cell(rx.el.span(entry.summary, class_name="break"), label=t("Changes")),
        cell(button(t("View"), kind="ghost", size="small", on_click=AuditState.open_entry(entry.id), testid="open-entry")),
        key=entry.id,
        testid="entry",
    )


def _detail() -> rx.Component:
    entry = AuditState.opened
    head = rx.el.div(words(t("Field"), soft=True), words(t("Before"), soft=True), words(t("After"), soft=True), class_name="diff")
    return sheet(
        rx.cond(
            entry,
            stack(
                words(entry.actor + " · " + entry.exact, extra="nums"),
                words(t("From the address {address}", address=entry.address), soft=True),
                head,
                rx.foreach(AuditState.changes, _change),
                gap="3",
            ),
            rx.fragment(),
        ),
        is_open=entry.is_not_none(),
        title=rx.cond(entry, entry.action + " · " + entry.thing, ""),
        description=t("What it was before and after"),
        on_close=AuditState.close_entry,
        testid="entry-sheet",
    )


def _change(change: rx.Var[Change]) -> rx.Component:
    return rx.el.div(words(change.name, strong=True), words(change.before), words(change.after), class_name="diff")
