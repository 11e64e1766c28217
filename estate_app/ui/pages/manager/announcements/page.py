"""Announcements, as managers keep them."""

import reflex as rx

from estate_app.feedback.announcements import MAX_BODY, MAX_TITLE
from estate_app.ui.components.badge import badge_of, tag
from estate_app.ui.components.button import button
from estate_app.ui.components.card import card
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import check_field, chips_field, date_field, form, select_field, text_field, textarea_field
from estate_app.ui.components.layout import grid, row, words
from estate_app.ui.components.list_page import clear_filters, list_toolbar, pager, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.common.announcement import AnnouncementCard
from estate_app.ui.pages.manager.announcements.state import AnnouncementsState
from estate_app.ui.text import t


def announcements_page() -> rx.Component:
    """The list, the form, and the question before one is withdrawn."""
    new = button(t("New announcement"), icon_name="plus", on_click=AnnouncementsState.show_form(True), testid="new-announcement")
    return rx.fragment(
        page_title(t("Announcements"), context=AnnouncementsState.pager.summary, actions=new),
        list_toolbar(
            search_box(value=AnnouncementsState.q, placeholder=t("Title or text")),
            clear_filters(shown=AnnouncementsState.q != ""),
        ),
        unless_failed(AnnouncementsState.stage, _listing(), on_retry=AnnouncementsState.load),
        _form(),
        _question(),
    )


def _listing() -> rx.Component:
    columns = [
        Column(t("Title")),
        Column(t("About"), width="110px"),
        Column(t("For"), width="150px"),
        Column(t("When"), width="200px"),
        Column(t("Published"), width="140px"),
        Column(t("Action"), width="190px"),
    ]
    nothing = empty(
        t("No announcements"),
        body=t("Tell residents about water cuts, lift work and events"),
        icon_name="megaphone",
        action=button(t("New announcement"), kind="secondary", on_click=AnnouncementsState.show_form(True), testid="new-empty"),
    )
    return card(
        data_table(
            columns,
            rx.foreach(AnnouncementsState.rows, _row),
            label=t("Announcements"),
            is_empty=AnnouncementsState.rows.length() == 0,
            is_loading=(AnnouncementsState.stage == "loading"),
            empty_state=nothing,
            testid="announcements",
        ),
        pager(AnnouncementsState.pager),
        flush=True,
    )


def _row(one: rx.Var[AnnouncementCard]) -> rx.Component:
    pinned = rx.cond(one.is_pinned, badge_of(t("Pinned"), tone="indigo", icon_name="pin"), rx.fragment())
    pin = button(
        rx.cond(one.is_pinned, t("Unpin"), t("Pin")),
        kind="ghost",
        size="small",
        on_click=AnnouncementsState.pin(one.id, ~one.is_pinned),
        testid="pin",
    )
    withdraw = button(t("Withdraw"), kind="ghost", size="small", on_click=AnnouncementsState.ask_withdraw(one.id), testid="withdraw")
    return table_row(
        cell(row(words(one.title, extra="break"), pinned), is_main=True),
        cell(tag(one.tag, tone=one.tone), label=t("About")),
        cell(one.estate, label=t("For")),
        cell(rx.cond(one.span != "", one.span, "—"), label=t("When")),
        cell(one.time, label=t("Published")),
        cell(row(pin, withdraw)),
        key=one.id,
        testid="announcement",
    )


def _form() -> rx.Component:
    errors = AnnouncementsState.field_errors
    fields = form(
        chips_field("tag", t("About"), AnnouncementsState.tags, errors=errors, required=True, value="notice"),
        select_field("estate", t("For"), AnnouncementsState.estates, errors=errors, required=True),
        text_field("title", t("Title"), errors=errors, required=True, max_length=MAX_TITLE),
        textarea_field("body", t("Text"), errors=errors, required=True, rows=6, max_length=MAX_BODY),
        grid(
            date_field("happens", t("From"), errors=errors, kind="datetime-local", hint=t("When it concerns people, if at a certain time")),
            date_field("ends", t("To"), errors=errors, kind="datetime-local"),
        ),
        check_field("pinned", t("Keep it on top"), errors=errors),
        button(t("Publish"), submit=True, full=True, busy=AnnouncementsState.is_saving, busy_label=t("Publishing"), testid="publish"),
        on_submit=AnnouncementsState.publish,
        errors=errors,
        required_note=True,
        testid="announcement-form",
    )
    return sheet(
        fields,
        is_open=AnnouncementsState.is_open,
        title=t("New announcement"),
        description=t("Residents see it at once and find it in their inbox"),
        on_close=AnnouncementsState.show_form(False),
        width="640px",
        testid="announcement-sheet",
    )


def _question() -> rx.Component:
    return confirm_dialog(
        is_open=AnnouncementsState.asked != 0,
        title=t("Withdraw this announcement?"),
        body=t("Residents no longer find it on the board; what is in their inbox stays"),
        keep_label=t("Keep"),
        act_label=t("Withdraw"),
        on_keep=AnnouncementsState.ask_withdraw(0),
        on_act=AnnouncementsState.withdraw,
        busy=AnnouncementsState.is_saving,
        busy_label=t("Saving"),
        destroys=True,
        testid="withdraw-dialog",
    )
