"""Accounts that residents want to have deleted."""

import reflex as rx

from estate_app.personal.rules import COOLING
from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import words
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.erasures.state import ErasureLine, ErasuresState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = ErasuresState


def erasures_page() -> rx.Component:
    """What is coming, and what is over."""
    note = callout(
        t(
            "A resident may have the account deleted: it is done {days} days after the wish unless it is taken back, and only when nothing "
            "is owed or open. Bills and payments stay",
            days=str(COOLING.days),
        ),
        tone="indigo",
        icon_name="info",
    )
    return rx.fragment(
        page_title(t("Deletions of accounts"), context=_S.pager.summary), note, unless_failed(_S.stage, _table(), on_retry=_S.load)
    )


def _table() -> rx.Component:
    columns = [
        Column(t("Person")),
        Column(t("Phone")),
        Column(t("State")),
        Column(t("Asked for")),
        Column(t("Due")),
        Column(t("Settled at")),
    ]
    nothing = empty(t("Nobody wants to be deleted"), body=t("Residents find it under Me, My data"), icon_name="user-check")
    table = data_table(
        columns, rx.foreach(_S.rows, _line), label=t("Deletions of accounts"), is_empty=_S.rows.length() == 0,
        is_loading=_S.stage == LOADING, empty_state=nothing, testid="erasures",
    )  # fmt: skip
    return card(table, pager(_S.pager, has_sizes=True), flush=True)


def _line(line: rx.Var[ErasureLine]) -> rx.Component:
    return table_row(
        cell(line.name, is_main=True),
        cell(words(line.phone, extra="nums nowrap"), label=t("Phone")),
        cell(state_badge(line.badge), label=t("State")),
        cell(words(line.asked, extra="nums nowrap"), label=t("Asked for")),
        cell(words(line.due, extra="nums nowrap"), label=t("Due")),
        cell(words(line.ended, extra="nums nowrap"), label=t("Settled at")),
        key=line.id,
        testid="erasure-row",
    )
