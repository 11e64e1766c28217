"""The card of the second factor on the security page, and its sheets."""

import reflex as rx

from estate_app.ui.components.badge import badge_of
from estate_app.ui.components.button import button
from estate_app.ui.components.card import callout, card, list_row, rows
from estate_app.ui.components.copy import code
from estate_app.ui.components.form import form
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.qr import qr_code
from estate_app.ui.components.sheet import sheet
from estate_app.ui.pages.account.security.factor_state import FactorCardState as State
from estate_app.ui.shell.factor import factor_field
from estate_app.ui.text import Text, t


def factor_card() -> rx.Component:
    """A manager's second factor; nobody else sees it."""
    return rx.cond(State.is_shown, rx.fragment(_card(), _setup(), _question(), _codes()), rx.fragment())


def _card() -> rx.Component:
    begin = button(t("Set up"), size="small", on_click=State.begin, testid="begin-factor")
    renew = button(t("New recovery codes"), kind="secondary", size="small", on_click=State.ask("renew"), testid="renew-codes")
    remove = button(t("Remove the factor"), kind="outline", size="small", on_click=State.ask("remove"), testid="remove-factor")
    off = _line(t("No second factor yet"), t("An authenticator app shows a code that you type at sign-in and before money moves"), begin)
    on = list_row(
        stack(
            row(
                words(t("Authenticator"), strong=True),
                badge_of(t("Set up since {day}", day=State.since), tone="green", icon_name="check"),
                extra="wrap",
            ),
            words(t("{count} recovery codes left", count=State.codes_left), soft=True),
            row(renew, remove, extra="wrap"),
            gap="2",
            extra="grow",
        )
    )
    return card(rows(rx.cond(State.since == "", off, on)), title=t("Second factor"), flush=True, testid="factor")


def _line(title: Text, detail: Text, act: rx.Component) -> rx.Component:
    return list_row(stack(words(title, strong=True), words(detail, soft=True), gap="0", extra="grow"), act)


def _setup() -> rx.Component:
    return sheet(
        stack(
            row(qr_code(State.qr, State.qr_side, label=t("QR code for the authenticator"), testid="factor-qr"), extra="center"),
            stack(words(t("Or type this key into the app"), soft=True), code(State.typed_key, testid="factor-key"), gap="1"),
            _form(State.confirm, t("Turn on"), "confirm"),
        ),
        is_open=State.opened == "setup",
        title=t("Set up the second factor"),
        description=t("Scan the code with an authenticator app, then type the six digits that it shows"),
        on_close=State.ask(""),
        testid="factor-setup",
    )


def _question() -> rx.Component:
    removes = State.opened == "remove"
    return sheet(
        _form(State.act, rx.cond(removes, t("Remove the factor"), t("Make new codes")), "act"),
        is_open=removes | (State.opened == "renew"),
        title=rx.cond(removes, t("Remove the second factor?"), t("Make new recovery codes?")),
        description=rx.cond(
            removes, t("Sign-in then asks for your password or a code by SMS alone"), t("The old recovery codes are void at once")
        ),
        on_close=State.ask(""),
        testid="factor-question",
    )


def _codes() -> rx.Component:
    return sheet(
        stack(
            callout(t("Each code works once. They are shown only now: print them or keep them in a password keeper"), tone="amber"),
            grid(rx.foreach(State.codes, lambda one: code(one, testid="recovery-code")), columns="2"),
            button(t("I have kept them"), full=True, on_click=State.ask(""), testid="kept-codes"),
        ),
        is_open=State.opened == "codes",
        title=t("Recovery codes"),
        description=t("For the day when the phone with the authenticator is lost"),
        on_close=State.ask(""),
        testid="recovery-codes",
    )


def _form(on_submit: rx.event.EventHandler, label: Text, name: str) -> rx.Component:
    return form(
        factor_field(State.field_errors),
        button(label, submit=True, full=True, busy=State.busy == name, busy_label=t("Checking"), testid=f"factor-{name}"),
        on_submit=on_submit,
        errors=State.field_errors,
        testid=f"factor-{name}-form",
    )
