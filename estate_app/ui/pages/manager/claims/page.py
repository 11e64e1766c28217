"""Requests for rooms."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.button import action_bar, button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import form, text_field
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.claims.state import ClaimLine, ClaimsState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = ClaimsState


def claims_page() -> rx.Component:
    """What waits for a decision."""
    title = page_title(t("Requests for rooms"), context=_S.pager.summary, crumbs=((t("Property and residents"), "/manage/property"),))
    return rx.fragment(title, unless_failed(_S.stage, _table(), on_retry=_S.load), _refuse())


def _table() -> rx.Component:
    columns = [Column(t("Room")), Column(t("Who asks")), Column(t("Relation")), Column(t("Period")), Column(t("Note")), Column(t("Action"))]
    nothing = empty(
        t("No request waits"), body=t("Residents ask for a room when their phone is not on its contact list"), icon_name="house"
    )
    table = data_table(
        columns, rx.foreach(_S.rows, _line), label=t("Requests for rooms"), is_empty=_S.rows.length() == 0,
        is_loading=_S.stage == LOADING, empty_state=nothing, testid="claims",
    )  # fmt: skip
    return card(table, pager(_S.pager), flush=True)


def _line(line: Var[ClaimLine]) -> rx.Component:
    act = row(
        button(t("Give the room"), kind="secondary", size="small", on_click=_S.approve(line.id), testid="approve"),
        button(t("Refuse"), kind="ghost", size="small", on_click=_S.ask_refuse(line.id), testid="refuse"),
    )
    return table_row(
        cell(stack(words(line.room, strong=True), words(line.estate, size="1", soft=True), gap="0"), is_main=True),
        cell(stack(words(line.name), words(line.phone, size="1", soft=True, extra="nums"), gap="0"), label=t("Who asks")),
        cell(line.relation, label=t("Relation")),
        cell(words(line.span, extra="nums"), label=t("Period")),
        cell(rx.cond(line.note != "", line.note, "—"), label=t("Note")),
        cell(act, label=t("Action")),
        key=line.id,
        testid="claim-row",
    )


def _refuse() -> rx.Component:
    save = button(t("Refuse"), submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid="refuse-save")
    reason = text_field("reason", t("Reason for the resident"), errors=_S.field_errors, required=True, max_length=200)
    return sheet(
        form(reason, action_bar(save), on_submit=_S.refuse, errors=_S.field_errors, testid="refuse-form"),
        is_open=_S.chosen != "", title=t("Refuse the request"), on_close=_S.keep, testid="refuse-sheet",
    )  # fmt: skip
