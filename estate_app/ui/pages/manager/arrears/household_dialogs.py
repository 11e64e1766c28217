"""The dialogs of a household that owes, of which one is open at most."""

from typing import Any

import reflex as rx

from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.form import date_field, field, money_field, number_field, text_field, textarea_field, wiring
from estate_app.ui.pages.manager.arrears.household_present import DELIVERIES
from estate_app.ui.pages.manager.arrears.household_state import HouseholdState
from estate_app.ui.shell.label import say
from estate_app.ui.text import Text, t

_S = HouseholdState


def dialogs() -> rx.Component:
    """Every dialog of the page."""
    return rx.fragment(*_steps(), _promise(), _plan(), _delivery(), _waiver(), *_ends())


def _steps() -> list[rx.Component]:
    plain: tuple[tuple[str, Text, Text], ...] = (
        ("reminder", t("Remind this household in the app?"), t("Everybody of the household gets a notice without amounts")),
        ("sms", t("Remind this household by SMS?"), t("Between 22 and 8 o'clock the SMS waits for the morning")),
        ("letter", t("Write a formal notice?"), t("It lists the overdue bills with their late fees, gets a number and is kept as it is")),
    )
    case = _dialog(
        "case",
        textarea_field("note", t("What the case is about"), errors=_S.field_errors, required=True, rows=3, max_length=200),
        title=t("Open a case?"),
        body=t("Mediation or the court goes on from here; water, power, gas and urgent repairs are never touched"),
        act=t("Open a case"),
    )
    return [*(_dialog(name, title=title, body=body, act=t("Go ahead")) for name, title, body in plain), case]


def _promise() -> rx.Component:
    return _dialog(
        "promise",
        money_field("amount", t("Promised amount"), errors=_S.field_errors, required=True, value=_S.view.owed),
        date_field("due_on", t("By when"), errors=_S.field_errors, required=True),
        text_field("note", t("Note"), errors=_S.field_errors, max_length=200),
        title=t("Note a promise to pay"),
        body=t("Until that day the ladder rests for the overdue bills"),
        act=t("Note the promise"),
    )


def _plan() -> rx.Component:
    return _dialog(
        "plan",
        number_field(
            "count", t("How many parts"), errors=_S.field_errors, required=True, value="3", decimal=False, hint=t("2 to 24, a month apart")
        ),
        date_field("first_due_on", t("The first part is due on"), errors=_S.field_errors, required=True),
        text_field("note", t("Note"), errors=_S.field_errors, max_length=200),
        title=t("Agree instalments"),
        body=t("Late fees up to today are charged first; all that is overdue is split. The plan breaks when a part is late"),
        act=t("Agree instalments"),
    )


def _delivery() -> rx.Component:
    ways = [rx.el.option(say(name), value=delivery.value) for delivery, name in DELIVERIES.items()]
    chosen = rx.el.select(*ways, **wiring("delivery", errors=_S.field_errors, hint="", required=True))
    return _dialog(
        "delivery",
        field("delivery", t("How it was delivered"), chosen, errors=_S.field_errors, required=True),
        date_field("delivered_on", t("Delivered on"), errors=_S.field_errors, required=True),
        text_field("proof", t("Who took it, or the number of the post"), errors=_S.field_errors, required=True, max_length=200),
        title=t("Note the delivery of the notice"),
        body=t("Your name stands beside it as proof"),
        act=t("Note the delivery"),
    )


def _waiver() -> rx.Component:
    return confirm_dialog(
        money_field("amount", t("Amount to waive"), errors=_S.field_errors, required=True),
        textarea_field("reason", t("Reason"), errors=_S.field_errors, required=True, rows=3, max_length=200),
        is_open=_S.dialog == "waiver",
        title=t("Request a waiver"),
        body=t("Nothing changes until another person approves it; then the bill is replaced by a smaller one"),
        keep_label=t("Cancel"),
        act_label=t("Request it"),
        on_keep=_S.keep,
        on_act=_S.waive,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        errors=_S.field_errors,
        testid="waiver-dialog",
    )


def _ends() -> list[rx.Component]:
    return [
        _dialog("cancel_promise", title=t("Cancel the promise?"), body=t("The ladder goes on for its bills"), act=t("Cancel the promise")),
        _dialog(
            "cancel_plan", title=t("Cancel the plan?"), body=t("The ladder and the late fees go on for its bills"), act=t("Cancel the plan")
        ),
    ]


def _dialog(name: str, *fields: Any, title: Text, body: Text, act: Text) -> rx.Component:
    return confirm_dialog(
        *fields,
        is_open=_S.dialog == name,
        title=title,
        body=body,
        keep_label=t("Back"),
        act_label=act,
        on_keep=_S.keep,
        on_act=_S.act,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        errors=_S.field_errors,
        testid=f"{name}-dialog",
    )
