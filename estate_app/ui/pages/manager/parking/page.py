"""Parking spaces and who holds them."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import action_bar, button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import date_field, form, select_field, text_field
from estate_app.ui.components.layout import words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import clear_filters, filter_menu, list_toolbar, pager, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.parking.present import SpaceLine
from estate_app.ui.pages.manager.parking.state import ParkingState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import Text, t

_S = ParkingState


def parking_page() -> rx.Component:
    """The spaces of the estate in view."""
    new = rx.cond(_S.may_edit, button(t("Add space"), icon_name="plus", on_click=_S.ask("add", ""), testid="add-space"), rx.fragment())
    title = page_title(t("Parking"), context=_S.pager.summary, actions=new, crumbs=((t("Property and residents"), "/manage/property"),))
    tools = list_toolbar(
        search_box(value=_S.filters.text, on_search=_S.search, placeholder=t("Space, room, plate")),
        filter_menu(t("Where it lies"), _S.kinds, value=_S.filters.kind, name="kind"),
        clear_filters(shown=_S.filters.is_narrowed),
    )
    return rx.fragment(title, tools, unless_failed(_S.stage, _table(), on_retry=_S.load), _add(), _give(), _end())


def _table() -> rx.Component:
    columns = [
        Column(t("Space")),
        Column(t("Where it lies")),
        Column(t("Room")),
        Column(t("Number plate")),
        Column(t("From")),
        Column(t("Last day")),
        Column(t("State")),
        Column(t("Action")),
    ]
    nothing = empty(t("No parking spaces"), body=t("Add one, or bring a list in under Imports"), icon_name="square-parking")
    table = data_table(
        columns, rx.foreach(_S.rows, _line), label=t("Parking spaces"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == LOADING,
        empty_state=nothing, testid="spaces",
    )  # fmt: skip
    return card(table, pager(_S.pager), flush=True)


def _line(line: Var[SpaceLine]) -> rx.Component:
    give = button(t("Give to a room"), kind="secondary", size="small", on_click=_S.ask("give", line.id), testid="give")
    end = button(t("End"), kind="ghost", size="small", on_click=_S.ask("end", line.id), testid="end")
    return table_row(
        cell(words(line.code, strong=True, extra="nums nowrap"), is_main=True),
        cell(line.kind, label=t("Where it lies")),
        cell(rx.cond(line.href != "", page_link(line.room, href=line.href, class_name="link nowrap"), "—"), label=t("Room")),
        cell(rx.cond(line.plate != "", line.plate, "—"), label=t("Number plate")),
        cell(words(line.since, extra="nums nowrap"), label=t("From"), hide_on_phone=True),
        cell(words(line.until, extra="nums nowrap"), label=t("Last day"), hide_on_phone=True),
        cell(state_badge(line.badge), label=t("State")),
        cell(rx.cond(_S.may_edit, rx.cond(line.use != "", end, give), rx.fragment()), label=t("Action")),
        key=line.id,
        testid="space-row",
    )


def _add() -> rx.Component:
    return _sheet(
        "add",
        t("Add a parking space"),
        _S.add,
        t("Add"),
        text_field("code", t("Number of the space"), errors=_S.field_errors, required=True, max_length=20, hint=t("Such as B1-001")),
        select_field("kind", t("Where it lies"), _S.kinds, errors=_S.field_errors, required=True, value="underground"),
    )


def _give() -> rx.Component:
    return _sheet(
        "give",
        t("Give space {code} to a room", code=_S.chosen.code),
        _S.give,
        t("Give"),
        text_field("room", t("Room code"), errors=_S.field_errors, required=True, hint=t("Such as 3-2-1501")),
        text_field("plate", t("Number plate"), errors=_S.field_errors, max_length=20),
        date_field("starts_on", t("First day"), errors=_S.field_errors, required=True, value=_S.today),
        date_field("ends_on", t("Last day"), errors=_S.field_errors, hint=t("Empty: without an end")),
    )


def _end() -> rx.Component:
    return _sheet(
        "end",
        t("End the hold of space {code}", code=_S.chosen.code),
        _S.end,
        t("End"),
        date_field("last_on", t("Last day"), errors=_S.field_errors, required=True, value=_S.today, hint=t("That day is still charged")),
    )


def _sheet(name: str, title: Text, on_submit: rx.EventHandler, act: Text, *fields: rx.Component) -> rx.Component:
    save = button(act, submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid=f"{name}-save")
    return sheet(
        form(*fields, action_bar(save), on_submit=on_submit, errors=_S.field_errors, testid=f"{name}-form"),
        is_open=_S.dialog == name,
        title=title,
        on_close=_S.keep,
        testid=name,
    )
