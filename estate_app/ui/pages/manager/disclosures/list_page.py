"""The public income of the estates: every quarter with its versions."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import form, select_field
from estate_app.ui.components.layout import stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.common.disclosure import QuarterCard
from estate_app.ui.pages.manager.disclosures.list_state import DisclosuresState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = DisclosuresState


def disclosures_page() -> rx.Component:
    """The newest quarter first."""
    new = rx.cond(
        _S.can_draft, button(t("Write a quarter"), icon_name="plus", on_click=_S.show_form(True), testid="new-quarter"), rx.fragment()
    )
    title = page_title(t("Public income"), context=_S.pager.summary, actions=new)
    return rx.fragment(title, unless_failed(_S.stage, _table(), on_retry=_S.load), _form())


def _table() -> rx.Component:
    columns = [
        Column(t("Quarter")), Column(t("Estate")), Column(t("State")), Column(t("Income"), is_number=True),
        Column(t("Spending"), is_number=True), Column(t("Left"), is_number=True), Column(t("Published")),
    ]  # fmt: skip
    nothing = empty(
        t("No quarter is written yet"), body=t("Residents see what the common ground brings in once it is published"), icon_name="landmark"
    )
    table = data_table(
        columns, rx.foreach(_S.rows, _line), label=t("Public income"), is_empty=_S.rows.length() == 0,
        is_loading=_S.stage == LOADING, empty_state=nothing, testid="disclosures",
    )  # fmt: skip
    return card(table, pager(_S.pager, has_sizes=True), flush=True)


def _line(one: rx.Var[QuarterCard]) -> rx.Component:
    quarter = stack(
        page_link(one.quarter, href="/manage/income/" + one.id.to_string(), class_name="link nowrap"),
        words(one.version + " · " + one.lines, size="1", soft=True),
        gap="0",
    )
    return table_row(
        cell(quarter, is_main=True),
        cell(one.estate, label=t("Estate")),
        cell(state_badge(one.badge), label=t("State")),
        cell(one.income, label=t("Income"), is_number=True),
        cell(one.spending, label=t("Spending"), is_number=True),
        cell(one.left, label=t("Left"), is_number=True),
        cell(rx.cond(one.time != "", words(one.time, extra="nums nowrap"), "—"), label=t("Published")),
        key=one.id,
        testid="disclosure-row",
    )


def _form() -> rx.Component:
    errors = _S.field_errors
    fields = form(
        select_field("estate", t("Estate"), _S.estates, errors=errors, required=True),
        select_field("quarter", t("Quarter"), _S.quarters, errors=errors, required=True),
        button(t("Open the draft"), submit=True, full=True, busy=_S.is_saving, busy_label=t("Opening"), testid="open-draft"),
        on_submit=_S.begin,
        errors=errors,
        testid="quarter-form",
    )
    return sheet(
        fields,
        is_open=_S.is_open,
        title=t("Write a quarter"),
        description=t("A quarter that is published already is corrected by a new version"),
        on_close=_S.show_form(False),
        testid="quarter-sheet",
    )
