"""The rules of dispatch: six weights with a replay of the past, the clocks, and the mode of each category."""

import reflex as rx

from estate_app.ui.components.button import button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import check_field, error_line, form, number_field
from estate_app.ui.components.kpi import kpi_row
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.dispatch.links import dispatch_links
from estate_app.ui.pages.manager.dispatch_rules.present import ChangeRow, ModeRow
from estate_app.ui.pages.manager.dispatch_rules.state import DispatchRulesState
from estate_app.ui.text import Text, t
from estate_app.ui.view import Option

_S = DispatchRulesState


def rules_page() -> rx.Component:
    """The form with what it would have done at its side, the modes below."""
    body = stack(rx.el.div(_form(), _replay(), class_name="grid rules-main"), _modes())
    return rx.fragment(
        page_title(t("Dispatch rules"), context=t("of the estate in view"), actions=dispatch_links("/manage/dispatch/rules")),
        unless_failed(_S.stage, rx.cond(_S.stage == "loading", skeleton_cards(), body), on_retry=_S.load),
    )


def _form() -> rx.Component:
    weights = (
        ("skill", t("Skill"), _S.rules.skill),
        ("zone", t("Zone"), _S.rules.zone),
        ("load", t("Load"), _S.rules.load),
        ("travel", t("Travel"), _S.rules.travel),
        ("rating", t("Rating"), _S.rules.rating),
        ("familiarity", t("Familiarity"), _S.rules.familiarity),
    )
    clocks = (
        ("auto_points", t("Least points for dispatch by itself"), _S.rules.auto_points, ""),
        ("offer_minutes", t("Minutes to answer an offer"), _S.rules.offer_minutes, ""),
        ("emergency_minutes", t("Minutes to answer an emergency"), _S.rules.emergency_minutes, ""),
        ("grab_minutes", t("Minutes that an order is open to all"), _S.rules.grab_minutes, ""),
        ("escalate_minutes", t("Minutes until the next role is told"), _S.rules.escalate_minutes, t("Emergencies three times as fast")),
        ("incident_reports", t("Reports that make an incident"), _S.rules.incident_reports, t("From different homes of one building")),
        ("incident_minutes", t("Minutes within which they come"), _S.rules.incident_minutes, ""),
    )
    return card(
        form(
            words(t("Weights, together 100"), strong=True),
            grid(*[_number(name, label, value) for name, label, value in weights], columns="3"),
            error_line("weights", _S.field_errors),
            words(t("Clocks and limits"), strong=True),
            grid(*[_number(name, label, value, hint) for name, label, value, hint in clocks], columns="2"),
            *_arrival(),
            row(
                button(
                    t("Try on the past"), kind="outline", submit=True, on_click=_S.aim("try"), busy=_S.busy == "try",
                    busy_label=t("Weighing again"), testid="try",
                ),
                button(t("Save rules"), submit=True, on_click=_S.aim("save"), busy=_S.busy == "save", testid="save-rules"),
                extra="end",
            ),
            on_submit=_S.send,
            errors=_S.field_errors,
            testid="rules",
        ),
        title=t("Weights and clocks"),
    )  # fmt: skip


def _arrival() -> list[rx.Component]:
    """Whether technicians show that they are at the door; refusing it never stops their work."""
    hint = t("From the outline of the building; locations less accurate than 100 m prove nothing")
    return [
        words(t("Arrival at the door"), strong=True),
        check_field("asks_arrival", t("Technicians show on arrival that they are at the door, by its label or by location"),
                    checked=_S.rules.asks_arrival),
        grid(_number("arrival_metres", t("Metres from the building that count as there"), _S.rules.arrival_metres, hint), columns="2"),
    ]  # fmt: skip


def _number(name: str, label: Text, value: Text, hint: Text = "") -> rx.Component:
    return number_field(name, label, errors=_S.field_errors, value=value, hint=hint, decimal=False)


def _replay() -> rx.Component:
    nothing = empty(
        t("What would other weights have done?"),
        body=t("Change the weights and try them: the last decisions are weighed again from their stored reasons; nothing is changed"),
        icon_name="history",
    )
    columns = [Column(t("Order")), Column(t("Went to")), Column(t("Would have gone to"))]
    table = data_table(
        columns,
        rx.foreach(_S.changes, _change),
        label=t("Changes"),
        is_empty=_S.changes.length() == 0,
        empty_state=empty(t("Nothing would have changed"), icon_name="check"),
    )
    note = words(
        t("In time: each technician's share of finished orders in half a year, drawn towards the estate's mean"), size="1", soft=True
    )
    found = stack(words(_S.result.text, strong=True), kpi_row(_S.kpis, columns="3"), note, table, gap="3")
    return card(rx.cond(_S.result.has_run, found, nothing), title=t("Replay of the past"), testid="replay")


def _change(one: rx.Var[ChangeRow]) -> rx.Component:
    return table_row(
        cell(page_link(one.number, href=one.href, class_name="link nowrap"), label=t("Order")),
        cell(stack(rx.el.span(one.before), words(one.before_fact, size="1", soft=True), gap="1"), label=t("Went to")),
        cell(
            stack(rx.el.span(one.after, class_name="strong"), words(one.after_fact, size="1", soft=True), gap="1"),
            label=t("Would have gone to"),
        ),
        key=one.id,
    )


def _modes() -> rx.Component:
    table = data_table(
        [Column(t("Category")), Column(t("Mode"))],
        rx.foreach(_S.modes, _mode),
        label=t("Mode by category"),
        is_empty=_S.modes.length() == 0,
        empty_state=empty(t("No categories yet"), icon_name="list"),
    )
    return card(table, title=t("Mode by category"), context=t("an emergency always goes to the best"), flush=True, testid="modes")


def _mode(one: rx.Var[ModeRow]) -> rx.Component:
    usual = rx.cond(one.is_group, t("As usual: ask the best"), t("As its group"))
    select = rx.el.select(
        rx.el.option(usual, value=""),
        rx.foreach(_S.mode_choices, _choice),
        value=one.mode,
        on_change=lambda value: _S.choose_mode(one.id, value),
        aria_label=one.name,
        class_name="input",
        data_testid="mode",
    )
    name = rx.cond(one.is_group, rx.el.span(one.name, class_name="strong"), rx.el.span(one.name, class_name="rules-kind"))
    return table_row(cell(name, is_main=True), cell(select, label=t("Mode")), key=one.id)


def _choice(option: rx.Var[Option]) -> rx.Component:
    return rx.el.option(option.label, value=option.value, key=option.value)
