"""Common meters against the sum of the rooms' own, and installing a meter."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import action_bar, button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import date_field, form, number_field, select_field, text_field
from estate_app.ui.components.layout import grid, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import day_filter, list_toolbar
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.common_meters.present import CommonLine
from estate_app.ui.pages.manager.common_meters.state import CommonMetersState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = CommonMetersState


def common_meters_page() -> rx.Component:
    """A month's loss between common meters and rooms."""
    title = page_title(
        t("Common meters"),
        context=t("What a common meter counted beyond its rooms is light, lifts, or loss"),
        actions=rx.cond(_S.may_edit, button(t("Add meter"), icon_name="plus", on_click=_S.ask, testid="add-meter"), rx.fragment()),
        crumbs=((t("Meters"), "/manage/meters"),),
    )
    tools = list_toolbar(day_filter(t("Month"), value=_S.month, name="month", kind="month", on_change=_S.choose_month, is_set=False))
    return rx.fragment(title, tools, unless_failed(_S.stage, _table(), on_retry=_S.load), _add())


def _table() -> rx.Component:
    columns = [
        Column(t("Meter")),
        Column(t("Place")),
        Column(t("Measured by the main meter"), is_number=True),
        Column(t("Its rooms"), is_number=True),
        Column(t("Difference"), is_number=True),
        Column(t("State")),
    ]
    nothing = empty(t("No common meters yet"), body=t("Add the meter of a building or of the whole estate"), icon_name="gauge")
    table = data_table(
        columns, rx.foreach(_S.rows, _line), label=t("Common meters"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == LOADING,
        empty_state=nothing, testid="common-meters",
    )  # fmt: skip
    return card(table, flush=True)


def _line(line: Var[CommonLine]) -> rx.Component:
    return table_row(
        cell(page_link(line.kind + " " + line.code, href=line.href, class_name="link nowrap"), is_main=True),
        cell(line.place, label=t("Place")),
        cell(words(line.main, extra="nums"), label=t("Measured by the main meter"), is_number=True),
        cell(words(line.units, extra="nums"), label=t("Its rooms"), is_number=True),
        cell(words(line.loss, extra="nums", strong=True), label=t("Difference"), is_number=True),
        cell(state_badge(line.badge), label=t("State")),
        key=line.id,
        testid="common-row",
    )


def _add() -> rx.Component:
    errors = _S.field_errors
    fields = grid(
        text_field("room", t("Room code"), errors=errors, hint=t("Such as 3-2-1501; empty for a common meter")),
        select_field("building", t("Building of a common meter"), _S.buildings, errors=errors, placeholder=t("The whole estate")),
        select_field("kind", t("What it measures"), _S.kinds, errors=errors, required=True, value="water"),
        text_field("code", t("Meter number"), errors=errors, required=True, max_length=40),
        number_field("digits", t("Digits of the dial"), errors=errors, required=True, value="5", decimal=False),
        number_field("multiplier", t("Multiplier"), errors=errors, value="1", hint=t("Ratio of the transformer, usually 1")),
        date_field("installed_on", t("Installed on"), errors=errors, required=True, value=_S.today),
        number_field("first", t("First reading"), errors=errors, required=True, value="0"),
        select_field("band", t("Hours that it counts"), _S.bands, errors=errors, value=""),
        columns="2",
    )
    save = button(t("Install the meter"), submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid="add-save")
    return sheet(
        form(fields, action_bar(save), on_submit=_S.add, errors=errors, testid="add-meter-form"),
        is_open=_S.dialog == "add", title=t("Add a meter"), on_close=_S.keep, width="640px", testid="add-sheet",
    )  # fmt: skip
