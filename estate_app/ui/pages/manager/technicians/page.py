"""The technicians of an estate."""

import reflex as rx

from estate_app.access.permission import Permission
from estate_app.ui.components.avatar import avatar
from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button, link_button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.icon import icon
from estate_app.ui.components.kpi import kpi_row
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import clear_filters, list_toolbar, narrow, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.progress import progress
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.components.tabs import segments
from estate_app.ui.list_state import ListState
from estate_app.ui.pages.manager.technicians.present import TechnicianLine
from estate_app.ui.pages.manager.technicians.state import TechniciansState
from estate_app.ui.session import Session
from estate_app.ui.text import t

_S = TechniciansState


def technicians_page() -> rx.Component:
    """Who is on duty, how full the day is, and what residents say."""
    toolbar = list_toolbar(
        search_box(value=_S.q, placeholder=t("Name or trade")),
        segments([("", t("All")), ("on", t("On duty"))], value=_S.duty, on_select=narrow("duty"), label=t("Presence"), testid="duty"),
        clear_filters(shown=(_S.q != "") | (_S.duty != "")),
    )
    context = t("{count} technicians", count=_S.total)
    return rx.fragment(
        page_title(t("Technicians"), context=context, actions=_enrol()),
        unless_failed(_S.stage, stack(kpi_row(_S.kpis, columns="3"), toolbar, _list()), on_retry=_S.load),
    )


def _enrol() -> rx.Component:
    link = link_button(t("Enrol a technician"), href="/manage/technicians/new", icon_name="plus", testid="enrol-technician")
    return rx.cond(Session.permissions.contains(Permission.technicians_edit.value), link, rx.fragment())


def _list() -> rx.Component:
    columns = [
        Column(t("Name")),
        Column(t("Presence"), width="152px"),
        Column(t("Trades and levels")),
        Column(t("Load (minutes)"), width="180px"),
        Column(t("Open orders"), is_number=True, width="112px"),
        Column(t("Rating"), width="168px"),
        Column(t("Phone"), width="152px"),
    ]
    clear = button(t("Clear filters"), kind="secondary", on_click=ListState.clear, testid="clear-empty")
    nothing = rx.cond(
        _S.total > 0,
        empty(t("Nobody matches"), body=t("Widen the filter"), icon_name="users", action=clear),
        empty(
            t("No technicians yet"), body=t("They appear here once the estate is among their zones"), icon_name="hard-hat", action=_enrol()
        ),
    )
    return card(
        data_table(
            columns,
            rx.foreach(_S.rows, _line),
            label=t("Technicians"),
            is_empty=_S.rows.length() == 0,
            is_loading=_S.stage == "loading",
            empty_state=nothing,
            testid="technicians",
        ),
        flush=True,
    )


def _line(line: rx.Var[TechnicianLine]) -> rx.Component:
    load = row(
        progress(line.percent, label=line.name, tone=line.tone, thin=True), words(line.load, extra="nums nowrap"), gap="2"
    )  # fmt: skip
    return table_row(
        cell(row(avatar(line.name), page_link(line.name, href=line.href, class_name="link")), is_main=True),
        cell(state_badge(line.badge), label=t("Presence")),
        cell(words(line.trades, soft=True), label=t("Trades and levels")),
        cell(load, label=t("Load (minutes)")),
        cell(line.open_count, is_number=True, label=t("Open orders")),
        cell(row(icon("star", size=14), words(line.score, extra="nums nowrap")), label=t("Rating")),
        cell(words(line.phone, extra="nums nowrap"), label=t("Phone"), hide_on_phone=True),
        key=line.id,
        testid="technician-row",
    )
