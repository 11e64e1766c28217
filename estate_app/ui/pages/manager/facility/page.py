"""One facility with its plans and its history."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import action_bar, button, file_button, link_button
from estate_app.ui.components.card import callout, card, facts
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import date_field, form, number_field, select_field, text_field
from estate_app.ui.components.kpi import kpi_row
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.facilities.fields import facility_fields
from estate_app.ui.pages.manager.facility.present import HistoryLine, PlanLine
from estate_app.ui.pages.manager.facility.state import FacilityState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import Text, t

_S, _V = FacilityState, FacilityState.view


def facility_page() -> rx.Component:
    """The facility, what may be done with it, and what was done."""
    use = rx.cond(_V.is_active, t("Take out of use"), t("Take into use"))
    edits = rx.fragment(
        button(use, kind="outline", on_click=_S.ask("off"), testid="switch-use"),
        button(t("Edit"), icon_name="pencil", on_click=_S.ask("edit"), testid="edit"),
    )
    acts = row(
        link_button(t("Report a fault"), href=_V.report_href, kind="outline", icon_name="wrench", testid="report-here"),
        file_button(t("Print label"), href=_V.label_href, icon_name="qr-code", testid="print-label"),
        rx.cond(_S.may_edit, edits, rx.fragment()),
        extra="wrap",
    )
    title = page_title(_V.title, context=_V.context, actions=acts, crumbs=((t("Facilities"), "/manage/facilities"),))
    off = callout(t("Out of use: its plans rest and its label takes no reports"), tone="orange", icon_name="ban")
    side = stack(card(row(state_badge(_V.warranty)), facts(_V.facts), title=t("Facility"), extra="stack gap-2"), _readings())
    body = stack(
        rx.cond(_V.is_active, rx.fragment(), off),
        kpi_row(_V.kpis, columns="3"),
        grid(stack(_plans(), _history()), side, columns="main-side"),
    )
    ready = rx.cond(_S.stage == LOADING, skeleton_cards(), rx.fragment(title, body, _edit(), _reading(), _plan(), _off()))
    return unless_failed(_S.stage, ready, on_retry=_S.load)


def _plans() -> rx.Component:
    add = rx.cond(
        _S.may_edit,
        button(t("Add plan"), kind="secondary", size="small", icon_name="plus", on_click=_S.ask("plan"), testid="add-plan"),
        rx.fragment(),
    )
    columns = [Column(t("Upkeep")), Column(t("Due next")), Column(t("State")), Column(t("Action"))]
    table = data_table(
        columns, rx.foreach(_V.plans, _plan_line), label=t("Upkeep plans"), is_empty=_V.plans.length() == 0,
        empty_state=empty(t("No plans yet"), body=t("A plan makes its orders by itself before they are due"), icon_name="calendar-days"),
        testid="plans",
    )  # fmt: skip
    return card(table, title=t("Upkeep plans"), actions=add, flush=True)


def _plan_line(line: Var[PlanLine]) -> rx.Component:
    order = rx.cond(line.order_href != "", page_link(line.order, href=line.order_href, class_name="link nowrap"), rx.fragment())
    acts = row(
        button(t("Edit"), kind="ghost", size="small", on_click=_S.ask_plan(line.id), testid="edit-plan"),
        rx.cond(
            line.is_active,
            button(t("Let it rest"), kind="ghost", size="small", on_click=_S.switch_plan(line.id, True), testid="rest-plan"),
            button(t("Go on"), kind="ghost", size="small", on_click=_S.switch_plan(line.id, False), testid="wake-plan"),
        ),
    )
    return table_row(
        cell(stack(words(line.name, strong=True), words(line.rule, size="1", soft=True), gap="1"), is_main=True),
        cell(words(line.due, tone=rx.cond(line.is_overdue, "red", "gray"), extra="nums nowrap"), label=t("Due next")),
        cell(row(state_badge(line.badge), order, extra="wrap"), label=t("State")),
        cell(rx.cond(_S.may_edit, acts, rx.fragment()), label=t("Action")),
        key=line.id,
        testid="plan-row",
    )


def _history() -> rx.Component:
    columns = [
        Column(t("Order")),
        Column(t("Kind of fault")),
        Column(t("What it was")),
        Column(t("State")),
        Column(t("Reported at")),
        Column(t("Material (yuan)"), is_number=True),
    ]
    table = data_table(
        columns, rx.foreach(_V.history, _history_line), label=t("Repair history"), is_empty=_V.history.length() == 0,
        empty_state=empty(t("No orders yet"), icon_name="clipboard-list"), testid="history",
    )  # fmt: skip
    return card(table, title=t("Repair history"), context=t("the newest 50"), flush=True)


def _history_line(line: Var[HistoryLine]) -> rx.Component:
    return table_row(
        cell(page_link(line.number, href=line.href, class_name="link nowrap"), is_main=True),
        cell(line.title, label=t("Kind of fault")),
        cell(state_badge(line.kind), label=t("What it was")),
        cell(state_badge(line.badge), label=t("State")),
        cell(words(line.reported, extra="nums nowrap"), label=t("Reported at")),
        cell(line.material, is_number=True, label=t("Material (yuan)")),
        key=line.id,
        testid="history-row",
    )


def _readings() -> rx.Component:
    add = rx.cond(
        _S.may_edit,
        button(t("Enter a reading"), kind="secondary", size="small", on_click=_S.ask("reading"), testid="add-reading"),
        rx.fragment(),
    )
    none = words(t("Nothing was read yet"), soft=True)
    shown = card(rx.cond(_V.readings.length() > 0, facts(_V.readings), none), title=t("Counter"), actions=add, extra="stack gap-2")
    return rx.cond(_V.counter_unit != "", shown, rx.fragment())


def _edit() -> rx.Component:
    return _sheet("edit", t("Edit the facility"), _S.save, facility_fields(_S.lists, _S.values, _S.field_errors))


def _reading() -> rx.Component:
    field = number_field(
        "value", t("What the counter shows"), errors=_S.field_errors, required=True, after=_V.counter_unit, decimal=False,
        hint=rx.cond(_V.last_value != "", t("Before: {value}", value=_V.last_value), t("The first reading")),
    )  # fmt: skip
    return _sheet("reading", t("Enter a reading"), _S.add_reading, field)


def _plan() -> rx.Component:
    errors, plan = _S.field_errors, _S.plan
    fields = stack(
        text_field("name", t("What is done"), errors=errors, required=True, value=plan.name, max_length=60),
        select_field(
            "category_id",
            t("Kind of order"),
            _S.lists.faults,
            errors=errors,
            required=True,
            value=plan.category_id,
            placeholder=t("Not chosen"),
            hint=t("It says the trade, the minutes and the checklist"),
        ),
        grid(
            select_field("unit", t("Counts by"), _S.units, errors=errors, required=True, value=plan.unit),
            number_field("every", t("Interval"), errors=errors, required=True, value=plan.every, decimal=False),
            date_field("due_on", t("Due on"), errors=errors, value=plan.due_on, hint=t("For days and months")),
            number_field(
                "due_value", t("Due at the reading"), errors=errors, value=plan.due_value, decimal=False, hint=t("For the counter")
            ),
            number_field(
                "lead", t("Make the order before"), errors=errors, value=plan.lead, decimal=False, hint=t("Days, or units of the counter")
            ),
            select_field("counts_from", t("Next one counts"), _S.froms, errors=errors, value=plan.counts_from),
            columns="2",
        ),
        gap="3",
    )
    return _sheet("plan", rx.cond(plan.id != "", t("Edit the plan"), t("Add a plan")), _S.save_plan, fields)


def _off() -> rx.Component:
    return confirm_dialog(
        is_open=_S.dialog == "off",
        title=rx.cond(_V.is_active, t("Take {name} out of use?", name=_V.title), t("Take {name} into use?", name=_V.title)),
        body=rx.cond(
            _V.is_active, t("Its plans rest and its label takes no reports; its history stays"), t("Its plans and its label work again")
        ),
        keep_label=t("Leave as it is"),
        act_label=rx.cond(_V.is_active, t("Take out of use"), t("Take into use")),
        on_keep=_S.keep,
        on_act=_S.switch_use,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        testid="off",
    )


def _sheet(name: str, title: Text, on_submit: rx.EventHandler, fields: rx.Component) -> rx.Component:
    save = button(t("Save"), submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid=f"{name}-save")
    return sheet(
        form(fields, action_bar(save), on_submit=on_submit, errors=_S.field_errors, testid=f"{name}-form"),
        is_open=_S.dialog == name,
        title=title,
        on_close=_S.keep,
        width="640px",
        testid=name,
    )
