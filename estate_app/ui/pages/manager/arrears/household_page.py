"""One household that owes: bills with their late fees, the ladder with its proofs, and what was agreed."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button, file_button, link_button
from estate_app.ui.components.card import card, facts, list_row, rows
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.money import money_hero
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.arrears.household_dialogs import dialogs
from estate_app.ui.pages.manager.arrears.household_present import AgreedView, DebtView, StepView
from estate_app.ui.pages.manager.arrears.household_state import HouseholdState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = HouseholdState


def household_page() -> rx.Component:
    """What a household owes and what is done about it."""
    side = stack(_ladder(), _agreements(), gap="4")
    content = stack(_sum(), grid(_bills(), side, columns="main-side"), gap="4")
    return rx.fragment(
        page_title(_S.view.place, context=_S.view.about, actions=_actions(), crumbs=((t("Arrears"), "/manage/arrears"),)),
        unless_failed(_S.stage, content, on_retry=_S.load),
        dialogs(),
    )


def _actions() -> rx.Component:
    steps = rx.fragment(
        button(t("Remind in the app"), kind="neutral", icon_name="bell", on_click=_S.ask("reminder", 0), testid="remind"),
        button(t("Remind by SMS"), kind="neutral", icon_name="send", on_click=_S.ask("sms", 0), testid="remind-sms"),
        button(t("Formal notice"), kind="neutral", icon_name="file-text", on_click=_S.ask("letter", 0), testid="write-letter"),
        button(t("Open a case"), kind="neutral", icon_name="landmark", on_click=_S.ask("case", 0), testid="open-case"),
    )
    room = link_button(
        t("Household"), href="/manage/property/" + _S.view.id.to_string(), kind="neutral", icon_name="house", testid="arrears-household"
    )
    return rx.fragment(room, rx.cond(_S.may_chase & _S.view.is_owing, steps, rx.fragment()))


def _sum() -> rx.Component:
    accrued = row(words(t("Late fee not yet charged"), soft=True), rx.el.span("¥", _S.view.late_fee, class_name="nums tone-red"), gap="2")
    state = row(state_badge(_S.view.badge), words(_S.view.days, tone="red"), gap="3", extra="wrap")
    held = rx.cond(_S.view.holds != "", words(t("Held back by {reason}", reason=_S.view.holds), tone="indigo"), rx.fragment())
    owing = row(
        stack(words(t("Owed"), soft=True), money_hero(_S.view.owed, testid="owed"), gap="1"),
        stack(state, rx.cond(_S.view.late_fee != "", accrued, rx.fragment()), held, gap="2"),
        extra="between wrap",
    )
    nothing = empty(t("This household owes nothing any more"), icon_name="check")
    return card(rx.cond(_S.view.is_owing | (_S.stage == LOADING), owing, nothing))


def _bills() -> rx.Component:
    columns = [
        Column(t("Bill")),
        Column(t("Due on"), width="96px"),
        Column(t("Owed (yuan)"), is_number=True),
        Column(t("State")),
        Column(""),
    ]
    return card(
        data_table(
            columns,
            rx.foreach(_S.debts, _debt),
            label=t("Overdue bills"),
            is_empty=_S.debts.length() == 0,
            is_loading=_S.stage == LOADING,
            empty_state=empty(t("No overdue bills"), icon_name="receipt-text"),
            testid="debts",
        ),
        title=t("Overdue bills"),
        flush=True,
    )


def _debt(bill: rx.Var[DebtView]) -> rx.Component:
    what = stack(
        row(words(bill.title, strong=True), page_link(bill.number, href=bill.href, class_name="link nums nowrap"), extra="wrap"),
        words(bill.late, size="1", tone="red"),
        rx.cond(bill.formula != "", words(bill.formula, size="1", soft=True), rx.fragment()),
        gap="1",
    )
    waive = button(t("Waive"), kind="ghost", size="small", on_click=_S.ask_waiver(bill.id), testid="ask-waiver")
    return table_row(
        cell(what, is_main=True),
        cell(words(bill.due, extra="nums nowrap"), label=t("Due on")),
        cell(words(bill.owed, strong=True, extra="nums"), is_number=True, label=t("Owed (yuan)")),
        cell(state_badge(bill.badge), label=t("State")),
        cell(rx.cond(bill.may_waive, waive, rx.fragment())),
        key=bill.id,
        testid="debt",
    )


def _ladder() -> rx.Component:
    nothing = empty(t("Nothing done yet"), body=t("The first step is a reminder in the app"), icon_name="bell")
    steps = rx.cond(_S.steps.length() > 0, rows(rx.foreach(_S.steps, _step)), nothing)
    return card(steps, title=t("Steps of collection"), testid="ladder")


def _step(step: rx.Var[StepView]) -> rx.Component:
    printed = file_button(t("Print the notice"), href=step.letter, testid="letter-pdf")
    sign = button(t("Note the delivery"), kind="secondary", size="small", on_click=_S.ask("delivery", step.id), testid="note-delivery")
    said = stack(
        row(state_badge(step.badge), words(step.time, size="1", soft=True, extra="nums nowrap"), extra="between wrap"),
        words(step.body, size="1"),
        rx.cond(step.proof != "", words(step.proof, size="1", soft=True), rx.fragment()),
        rx.cond(
            step.letter != "", row(printed, rx.cond(step.needs_delivery & _S.may_chase, sign, rx.fragment()), extra="wrap"), rx.fragment()
        ),
        gap="1",
        extra="grow",
    )
    return list_row(said, key=step.id, testid="step")


def _agreements() -> rx.Component:
    make = row(
        button(t("Note a promise"), kind="secondary", size="small", on_click=_S.ask("promise", 0), testid="note-promise"),
        button(t("Agree instalments"), kind="secondary", size="small", on_click=_S.ask("plan", 0), testid="agree-plan"),
    )
    can = _S.may_chase & _S.view.is_owing & ~_S.view.has_agreement
    nothing = words(t("No promise and no instalments"), soft=True)
    listing = rx.cond(_S.agreed.length() > 0, rows(rx.foreach(_S.agreed, _agreed)), nothing)
    return card(stack(listing, rx.cond(can, make, rx.fragment()), gap="3"), title=t("Agreed"), testid="agreements")


def _agreed(one: rx.Var[AgreedView]) -> rx.Component:
    end = button(t("Cancel it"), kind="ghost", size="small", on_click=_S.ask("cancel_" + one.kind, one.id), testid="cancel-agreement")
    said = stack(
        row(words(one.title, strong=True), state_badge(one.badge), extra="between wrap"),
        words(one.sub, size="1", soft=True),
        rx.cond(one.parts.length() > 0, facts(one.parts), rx.fragment()),
        rx.cond(one.is_running & _S.may_chase, end, rx.fragment()),
        gap="1",
        extra="grow",
    )
    return list_row(said, key=one.kind + one.id.to_string(), testid="agreement")
