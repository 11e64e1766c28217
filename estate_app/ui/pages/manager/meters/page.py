"""The reading sheet: type, press Enter, read on. Every cell is saved when it is left."""

import reflex as rx

from estate_app.billing.models import MeterKind
from estate_app.ui.components.button import button, link_button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import clear_filters, day_filter, filter_menu, list_toolbar, narrow, pager, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.list_state import ListState
from estate_app.ui.pages.manager.meters.present import KINDS, MeterLine
from estate_app.ui.pages.manager.meters.state import MetersState
from estate_app.ui.shell.label import say
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = MetersState


def meters_page() -> rx.Component:
    """The meters of the estate in view."""
    sent = link_button(t("From residents"), href="/manage/meters/sent", kind="neutral", icon_name="inbox", testid="sent-readings")
    common = link_button(t("Common meters"), href="/manage/meters/common", kind="neutral", icon_name="gauge", testid="common-meters")
    new = link_button(t("Add meter"), href="/manage/meters/common?add=1", icon_name="plus", testid="add-meter")
    acts = row(rx.cond(_S.may_edit, sent, rx.fragment()), common, rx.cond(_S.may_edit, new, rx.fragment()), extra="wrap")
    title = page_title(t("Meters"), context=rx.cond(_S.may_edit, _S.progress, _S.pager.summary), actions=acts)
    return rx.fragment(title, _toolbar(), unless_failed(_S.stage, _sheet(), on_retry=_S.load))


def _toolbar() -> rx.Component:
    filters = _S.filters
    kinds = [Option(kind.value, say(KINDS[kind])) for kind in MeterKind]
    return list_toolbar(
        search_box(value=filters.text, name="text", placeholder=t("Meter number or room")),
        filter_menu(t("Building"), _S.buildings, value=filters.building_id, name="building_id"),
        filter_menu(t("Kind"), kinds, value=filters.kind, name="kind"),
        filter_menu(t("Readings"), [Option("1", t("Missing this month"))], value=filters.unread, name="unread"),
        day_filter(t("Read on"), value=filters.on, name="read-on", on_change=narrow("on"), is_set=False),
        clear_filters(shown=filters.is_narrowed),
    )


def _sheet() -> rx.Component:
    columns = [
        Column(t("Room"), width="148px"),
        Column(t("Meter"), width="168px"),
        Column(t("Last reading"), is_number=True, width="168px"),
        Column(t("New reading"), is_number=True, width="168px"),
        Column(t("Result")),
    ]
    nothing = rx.cond(
        _S.filters.is_narrowed,
        empty(
            t("No meters match"), body=t("Widen the filter"), icon_name="gauge",
            action=button(t("Clear filters"), kind="secondary", on_click=ListState.clear, testid="clear-empty"),
        ),
        empty(t("No meters yet"), body=t("Meters come with the rooms' register"), icon_name="gauge"),
    )  # fmt: skip
    hint = rx.cond(
        _S.may_edit, words(t("Enter goes to the next meter; each reading is saved as you leave it"), soft=True, size="1"), rx.fragment()
    )
    return card(
        rx.el.div(hint, class_name="bill-part"),
        data_table(
            columns, rx.foreach(_S.rows, _line), label=t("Meters"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == LOADING,
            empty_state=nothing, testid="meters",
        ),
        pager(_S.pager),
        flush=True,
    )  # fmt: skip


def _line(line: rx.Var[MeterLine]) -> rx.Component:
    meter = stack(
        page_link(line.code, href="/manage/meters/" + line.id.to_string(), class_name="link nums"),
        words(line.kind, size="1", soft=True),
        gap="1",
    )
    last = stack(words(line.last, extra="nums"), words(line.last_day, size="1", soft=True), gap="1", extra="right")
    entry = rx.cond(line.state == "saved", words(line.typed, strong=True, extra="nums"), rx.cond(_S.may_edit, _cell(line), "—"))
    return table_row(
        cell(words(line.place, strong=True, extra="nowrap"), is_main=True),
        cell(meter, label=t("Meter")),
        cell(last, label=t("Last reading"), is_number=True),
        cell(entry, label=t("New reading"), is_number=True),
        cell(_result(line), label=t("Result")),
        key=line.id,
        testid="meter-row",
    )


def _cell(line: rx.Var[MeterLine]) -> rx.Component:
    name = line.place + " " + line.code
    return rx.el.input(
        type="text",
        input_mode="decimal",
        auto_complete="off",
        default_value=line.typed,
        placeholder=line.unit,
        aria_label=t("New reading of {meter}", meter=name),
        aria_invalid=rx.cond(line.state == "wrong", "true", "false"),
        aria_describedby="note-" + line.id.to_string(),
        on_blur=lambda value: _S.enter(line.id, value),
        class_name="input right nums",
        data_testid="reading",
        custom_attrs={"data-cell": "true"},
    )


def _result(line: rx.Var[MeterLine]) -> rx.Component:
    name = "note-" + line.id.to_string()
    note = rx.el.span(line.note, id=name, class_name="t2 tone-" + line.tone, aria_live="polite", data_testid="note")
    undo = button(t("Take back"), kind="ghost", size="small", on_click=_S.take_back(line.id), testid="take-back")
    roll = button(t("The dial passed zero"), kind="secondary", size="small", on_click=_S.roll_over(line.id), testid="roll-over")
    act = rx.cond(line.state == "saved", undo, rx.cond(line.may_roll, roll, rx.fragment()))
    return row(note, act, extra="wrap between")
