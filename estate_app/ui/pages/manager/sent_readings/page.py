"""Readings that residents sent, each with the photo of its dial."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import action_bar, button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import form, number_field, text_field
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.link import file_link
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.sent_readings.present import SentLine
from estate_app.ui.pages.manager.sent_readings.state import SentReadingsState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = SentReadingsState


def sent_readings_page() -> rx.Component:
    """What waits to be taken over."""
    change = button(t("Days for sending"), kind="secondary", icon_name="calendar-days", on_click=_S.ask_window, testid="window")
    title = page_title(t("Readings from residents"), context=_S.window, actions=change, crumbs=((t("Meters"), "/manage/meters"),))
    return rx.fragment(title, unless_failed(_S.stage, _table(), on_retry=_S.load), _reject(), _window())


def _table() -> rx.Component:
    columns = [
        Column(t("Room")),
        Column(t("Photo"), width="96px"),
        Column(t("Reading"), is_number=True),
        Column(t("Before"), is_number=True),
        Column(t("Use since"), is_number=True),
        Column(t("Action")),
    ]
    nothing = empty(t("No readings wait"), body=t("What residents send stands here with its photo"), icon_name="gauge")
    table = data_table(
        columns, rx.foreach(_S.rows, _line), label=t("Readings from residents"), is_empty=_S.rows.length() == 0,
        is_loading=_S.stage == LOADING, empty_state=nothing, testid="sent-readings",
    )  # fmt: skip
    return card(table, pager(_S.pager), flush=True)


def _line(line: Var[SentLine]) -> rx.Component:
    who = stack(words(line.room, strong=True), words(line.meter, size="1", soft=True), words(line.sender, size="1", soft=True), gap="1")
    picture = rx.el.img(src=line.thumbnail, alt=t("Photo of the dial"), class_name="thumb", width="72", height="72", loading="lazy")
    photo = rx.cond(line.photo != "", file_link(picture, href=line.photo, target="_blank"), rx.fragment())
    act = row(
        button(t("Take over"), kind="secondary", size="small", on_click=_S.approve(line.id), testid="approve"),
        button(t("Send back"), kind="ghost", size="small", on_click=_S.ask_reject(line.id), testid="reject"),
    )
    value = stack(words(line.value, strong=True, extra="nums"), words(line.day, size="1", soft=True), gap="1", extra="right")
    return table_row(
        cell(who, is_main=True),
        cell(photo, label=t("Photo")),
        cell(value, label=t("Reading"), is_number=True),
        cell(words(line.last, extra="nums"), label=t("Before"), is_number=True),
        cell(stack(words(line.usage, extra="nums"), state_badge(line.badge), gap="1", extra="right"), label=t("Use since"), is_number=True),
        cell(act, label=t("Action")),
        key=line.id,
        testid="sent-row",
    )


def _reject() -> rx.Component:
    save = button(t("Send back"), submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid="reject-save")
    reason = text_field("reason", t("Reason for the resident"), errors=_S.field_errors, required=True, max_length=200)
    return sheet(
        form(reason, action_bar(save), on_submit=_S.reject, errors=_S.field_errors, testid="reject-form"),
        is_open=_S.dialog == "reject", title=t("Send the reading back"), on_close=_S.keep, testid="reject-sheet",
    )  # fmt: skip


def _window() -> rx.Component:
    save = button(t("Save"), submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid="window-save")
    days = grid(
        number_field("from_day", t("From day"), value=_S.from_day, errors=_S.field_errors, decimal=False),
        number_field(
            "to_day", t("To day"), value=_S.to_day, errors=_S.field_errors, decimal=False, hint=t("Both empty: residents send nothing")
        ),
        columns="2",
    )
    return sheet(
        form(days, action_bar(save), on_submit=_S.save_window, errors=_S.field_errors, testid="window-form"),
        is_open=_S.dialog == "window", title=t("Days of the month on which residents may send readings"), on_close=_S.keep,
        testid="window-sheet",
    )  # fmt: skip
