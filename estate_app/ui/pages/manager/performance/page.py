"""What each technician's month came to, and the settlement to take away."""

import reflex as rx

from estate_app.ui.components.avatar import avatar
from estate_app.ui.components.button import file_button
from estate_app.ui.components.card import card, list_row, rows
from estate_app.ui.components.empty import empty
from estate_app.ui.components.icon import icon
from estate_app.ui.components.kpi import kpi_row
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import day_filter, list_toolbar
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.rating import rating
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.performance.present import CallBack, MonthLine
from estate_app.ui.pages.manager.performance.state import PerformanceState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = PerformanceState


def performance_page() -> rx.Component:
    """The month's figures apart, by technician."""
    tools = list_toolbar(day_filter(t("Month of work"), value=_S.month, name="month", kind="month", is_set=False))
    take = file_button(t("Settlement (XLSX)"), href="/export/settlement.xlsx" + _S.query, testid="export")
    meaning = words(
        t("By the day of completion; the weighted score halves a rating after 180 days and starts from ten ratings of 4.5"),
        size="1",
        soft=True,
    )
    return rx.fragment(
        page_title(t("Performance of the technicians"), context=_S.month, actions=take),
        unless_failed(_S.stage, stack(kpi_row(_S.kpis, columns="5"), _calls(), tools, _table(), meaning), on_retry=_S.load),
    )


def _calls() -> rx.Component:
    """Who is still to be called after a low rating; nothing when everybody has been."""
    lines = rows(rx.foreach(_S.calls, _call))
    context = t("{count} of the last 30 days, the oldest first", count=_S.calls_total)
    shown = card(lines, title=t("Low ratings to call back"), context=context, flush=True, testid="to-call")
    return rx.cond(_S.calls_total > 0, shown, rx.fragment())


def _call(call: rx.Var[CallBack]) -> rx.Component:
    about = stack(
        row(words(call.number, strong=True, extra="nums"), words(call.who, size="1", soft=True), extra="wrap"),
        rx.cond(call.text != "", words(call.text, extra="break"), rx.fragment()),
        rx.cond(call.tried != "", words(call.tried, size="1", tone="orange"), rx.fragment()),
        gap="1",
        extra="grow",
    )
    return list_row(
        about, rating(call.stars, word=call.stars.to_string()), icon("chevron-right"), href=call.href, testid="call-row", key=call.id
    )


def _table() -> rx.Component:
    columns = [
        Column(t("Technician")),
        Column(t("Orders finished"), is_number=True),
        Column(t("Kept the promise"), is_number=True),
        Column(t("Done at the first visit"), is_number=True),
        Column(t("Came back as rework"), is_number=True),
        Column(t("Arrival proven"), is_number=True),
        Column(t("Work (minutes)"), is_number=True),
        Column(t("Material (yuan)"), is_number=True),
        Column(t("Charged to residents (yuan)"), is_number=True),
        Column(t("Ratings of the month"), is_number=True),
        Column(t("Weighted score"), is_number=True),
    ]
    nothing = empty(
        t("Nothing was finished in this month"), body=t("Choose another month above"), icon_name="clipboard-list"
    )  # fmt: skip
    body = rx.foreach(_S.rows, _line)
    return card(
        data_table(
            columns,
            body,
            label=t("Performance of the technicians"),
            is_empty=_S.rows.length() == 0,
            is_loading=_S.stage == LOADING,
            empty_state=nothing,
            density="many",
            testid="performance",
        ),
        flush=True,
    )


def _line(line: rx.Var[MonthLine]) -> rx.Component:
    return table_row(
        cell(row(avatar(line.name), page_link(line.name, href=line.href, class_name="link")), is_main=True),
        cell(line.done, is_number=True, label=t("Orders finished")),
        cell(line.on_time, is_number=True, label=t("Kept the promise")),
        cell(line.first_visit, is_number=True, label=t("Done at the first visit")),
        cell(line.redone, is_number=True, label=t("Came back as rework")),
        cell(line.arrival, is_number=True, label=t("Arrival proven")),
        cell(line.minutes, is_number=True, label=t("Work (minutes)")),
        cell(line.material, is_number=True, label=t("Material (yuan)")),
        cell(line.charged, is_number=True, label=t("Charged to residents (yuan)")),
        cell(line.stars, is_number=True, label=t("Ratings of the month")),
        cell(line.score, is_number=True, label=t("Weighted score")),
        key=line.id,
        testid="performance-row",
    )
