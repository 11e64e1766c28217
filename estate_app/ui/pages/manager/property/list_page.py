"""The register: every room within the manager's scope."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button, file_button, link_button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import row, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import clear_filters, filter_menu, list_toolbar, pager, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.list_state import ListState
from estate_app.ui.pages.manager.property.list_state import RegisterState
from estate_app.ui.pages.manager.property.present import RoomLine
from estate_app.ui.stage import LOADING
from estate_app.ui.text import Text, t
from estate_app.ui.view import Option

_S = RegisterState


def rooms_page() -> rx.Component:
    """Rooms with who owns them, where they are and how large they are."""
    asks = rx.fragment(
        button(t("Door labels"), kind="outline", icon_name="qr-code", on_click=_S.choose_doors(True), testid="door-labels"),
        link_button(t("Buildings and public areas"), href="/manage/property/ground", kind="neutral", icon_name="map", testid="ground"),
        link_button(t("Requests for rooms"), href="/manage/claims", kind="neutral", icon_name="inbox", testid="claims"),
    )
    title = page_title(t("Property and residents"), context=_S.pager.summary, actions=asks)
    return rx.fragment(title, unless_failed(_S.stage, _toolbar(), _rooms(), on_retry=_S.load), _doors())


def _doors() -> rx.Component:
    """Of which building: a sheet of one label a door."""
    links = rx.foreach(_S.buildings, _door)
    return sheet(
        row(links, extra="wrap"),
        is_open=_S.is_choosing,
        title=t("Door labels"),
        description=t("One label for each door of a building. The technician scans it on arrival; it says nothing of who lives there"),
        on_close=_S.choose_doors(False),
        testid="doors",
    )


def _door(building: Var[Option]) -> rx.Component:
    href = "/labels.pdf?building=" + building.value
    return rx.el.span(file_button(building.label, href=href, icon_name="qr-code", testid="print-doors"), key=building.value)


def _toolbar() -> rx.Component:
    filters = _S.filters
    return list_toolbar(
        search_box(value=filters.text, name="text", placeholder=t("Room, name, phone")),
        _menu(t("Building"), _S.buildings, filters.building_id, "building_id"),
        _menu(t("State"), _S.states, filters.state, "state"),
        _menu(t("Use"), _S.uses, filters.use, "use"),
        clear_filters(shown=filters.is_narrowed),
    )


def _menu(label: Text, choices: Var[list[Option]], value: Var[str], name: str) -> rx.Component:
    return filter_menu(label, choices, value=value, name=name)


def _rooms() -> rx.Component:
    columns = [
        Column(t("Room")),
        Column(t("Building"), width="120px"),
        Column(t("Floor"), is_number=True, width="72px"),
        Column(t("Floor area"), is_number=True, width="120px"),
        Column(t("Use"), width="96px"),
        Column(t("State"), width="112px"),
        Column(t("Owner")),
        Column(t("People"), is_number=True, width="72px"),
    ]
    clear = button(t("Clear filters"), kind="secondary", on_click=ListState.clear, testid="clear-empty")
    nothing = rx.cond(
        _S.filters.is_narrowed,
        empty(t("No rooms match"), body=t("Widen the filter"), icon_name="building-2", action=clear),
        empty(t("No rooms yet"), body=t("Rooms are brought in by the import of an estate's list"), icon_name="building-2"),
    )
    table = data_table(
        columns, rx.foreach(_S.rows, _line), label=t("Rooms"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == LOADING,
        empty_state=nothing, testid="rooms",
    )  # fmt: skip
    return card(table, pager(_S.pager, has_sizes=True), flush=True)


def _line(room: Var[RoomLine]) -> rx.Component:
    return table_row(
        cell(page_link(room.label, href=room.href, class_name="link nowrap"), is_main=True),
        cell(room.building, label=t("Building")),
        cell(room.floor, label=t("Floor"), is_number=True, hide_on_phone=True),
        cell(words(room.area, extra="nums nowrap"), label=t("Floor area"), is_number=True),
        cell(room.use, label=t("Use"), hide_on_phone=True),
        cell(state_badge(room.badge), label=t("State")),
        cell(room.owner, label=t("Owner")),
        cell(room.people, label=t("People"), is_number=True),
        key=room.id,
        testid="room-row",
    )
