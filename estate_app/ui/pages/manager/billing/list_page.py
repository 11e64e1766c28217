"""The list of bill runs, and the form that previews a new one."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import date_field, form
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.billing.list_state import BillRunsState
from estate_app.ui.pages.manager.billing.present import RunCard
from estate_app.ui.text import t
from estate_app.ui.view import Option


def runs_page() -> rx.Component:
    """Every run of the estate, newest first."""
    new = rx.cond(
        BillRunsState.may_run,
        button(t("New bill run"), icon_name="plus", on_click=BillRunsState.open_form, testid="new-run"),
        rx.fragment(),
    )
    columns = [
        Column(t("Run")),
        Column(t("Month")),
        Column(t("Items")),
        Column(t("State")),
        Column(t("Number of bills"), is_number=True),
        Column(t("Amount (yuan)"), is_number=True),
        Column(t("Left out"), is_number=True),
        Column(t("Due on")),
        Column(t("Made by")),
    ]
    return rx.fragment(
        page_title(t("Bill runs"), context=BillRunsState.pager.summary, actions=new),
        unless_failed(
            BillRunsState.stage,
            card(
                data_table(
                    columns,
                    rx.foreach(BillRunsState.rows, _run_row),
                    label=t("Bill runs"),
                    is_empty=BillRunsState.rows.length() == 0,
                    is_loading=BillRunsState.stage == "loading",
                    empty_state=empty(
                        t("No bill runs yet"), body=t("A run computes a month's bills; you check them before anybody sees them")
                    ),
                ),
                pager(BillRunsState.pager),
                flush=True,
            ),
            on_retry=BillRunsState.load,
        ),
        _new_run(),
    )


def _run_row(run: rx.Var[RunCard]) -> rx.Component:
    return table_row(
        cell(page_link(run.number, href=run.href, class_name="link"), is_main=True),
        cell(run.period, label=t("Month")),
        cell(run.item_names, label=t("Items")),
        cell(state_badge(run.badge), label=t("State")),
        cell(run.bills, label=t("Number of bills"), is_number=True),
        cell(run.total, label=t("Amount (yuan)"), is_number=True),
        cell(run.skipped, label=t("Left out"), is_number=True),
        cell(run.due, label=t("Due on")),
        cell(run.creator, label=t("Made by")),
        key=run.id,
    )


def _new_run() -> rx.Component:
    return sheet(
        form(
            date_field("period", t("Month"), kind="month", value=BillRunsState.month, errors=BillRunsState.field_errors, required=True),
            rx.el.fieldset(
                rx.el.legend(t("Items"), class_name="field-label"),
                rx.foreach(BillRunsState.items, _item_choice),
                rx.cond(
                    BillRunsState.field_errors.contains("item_ids"),
                    rx.el.p(BillRunsState.field_errors["item_ids"], class_name="field-error", role="alert"),
                    rx.fragment(),
                ),
                class_name="field",
            ),
            button(
                t("Compute preview"),
                submit=True,
                full=True,
                busy=BillRunsState.is_saving,
                busy_label=t("Computing"),
                testid="preview-run",
            ),
            on_submit=BillRunsState.preview,
            errors=BillRunsState.field_errors,
            testid="new-run-form",
        ),
        is_open=BillRunsState.is_open,
        title=t("New bill run"),
        on_close=BillRunsState.close_form,
    )


def _item_choice(item: rx.Var[Option]) -> rx.Component:
    name = "item-" + item.value
    return rx.el.label(
        rx.el.input(type="checkbox", name=name, default_checked=True, data_testid=name),
        rx.el.span(item.label),
        class_name="check",
        key=item.value,
    )
