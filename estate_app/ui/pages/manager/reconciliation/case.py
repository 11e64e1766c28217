"""The difference beside the list: both sides with the differing cells tinted, and how it is resolved."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import error_line, form
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.pages.manager.reconciliation.case_present import ACTIONS, Side
from estate_app.ui.pages.manager.reconciliation.state import ReconciliationState
from estate_app.ui.shell.label import say
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = ReconciliationState


def case_card() -> rx.Component:
    """The difference in view, or what to do to see one."""
    nothing = empty(t("No difference chosen"), body=t("Choose a line of the list to see both sides"), icon_name="scale")
    shown = stack(
        row(state_badge(_S.chosen.badge), words(_S.chosen.why, soft=True), extra="wrap"),
        _sides(),
        rx.cond(_S.chosen.done != "", callout(_S.chosen.done, tone="green", icon_name="circle-check"), rx.fragment()),
        rx.cond(_S.chosen.actions.length() > 0, _resolution(), _next()),
        gap="3",
    )
    return card(
        rx.cond(_S.chosen.id > 0, shown, nothing),
        title=t("Resolve a difference"),
        actions=words(_S.chosen.position, soft=True, extra="nums"),
        testid="case",
        extra="recon-case",
    )


def _sides() -> rx.Component:
    head = rx.el.tr(rx.el.th(scope="col"), rx.el.th(t("Books"), scope="col"), rx.el.th(_S.chosen.channel, scope="col"))
    body = rx.el.tbody(rx.foreach(_S.chosen.sides, _side))
    return rx.el.table(rx.el.thead(head), body, class_name="recon-table", data_testid="both-sides")


def _side(side: rx.Var[Side]) -> rx.Component:
    mark = {"data-off": rx.cond(side.is_off, "true", "false")}
    return rx.el.tr(
        rx.el.th(side.label, scope="row"), rx.el.td(side.ours, custom_attrs=mark), rx.el.td(side.theirs, custom_attrs=mark), key=side.label
    )


def _resolution() -> rx.Component:
    note = rx.el.input(
        name="note",
        class_name="input",
        max_length=200,
        placeholder=t("Reason, such as: checked at the merchant platform"),
        aria_label=t("Reason"),
        data_testid="note-field",
        id="field_note",
    )
    return form(
        rx.el.fieldset(
            rx.el.legend(t("How it is resolved"), class_name="t2 strong"),
            rx.foreach(_S.chosen.actions, _choice),
            class_name="recon-choices",
        ),
        error_line("action", _S.field_errors),
        rx.cond(_S.chosen.is_decision, rx.fragment(), rx.fragment(note, error_line("note", _S.field_errors))),
        row(
            button(t("Next one"), kind="outline", on_click=_S.step, testid="next"),
            rx.el.div(
                button(_act_label(), submit=True, full=True, busy=_S.is_saving, busy_label=t("Booking"), testid="resolve"),
                class_name="grow",
            ),
        ),
        on_submit=_S.resolve,
        errors=_S.field_errors,
        testid="resolution",
        key=_S.chosen.id,
    )


def _choice(option: rx.Var[Option]) -> rx.Component:
    radio = rx.el.input(
        type="radio", name="action", value=option.value, checked=_S.action == option.value, on_change=lambda _value: _S.pick(option.value)
    )
    return rx.el.label(
        radio,
        rx.el.span(words(option.label, strong=True), words(option.hint, size="1", soft=True), class_name="stack gap-1"),
        class_name="recon-choice",
        key=option.value,
        custom_attrs={"data-chosen": rx.cond(_S.action == option.value, "true", "false"), "data-testid": "action-" + option.value},
    )


def _act_label() -> rx.Var:
    return rx.match(_S.action, *[(action.value, say(text)) for action, text in ACTIONS.items()], t("Resolve"))


def _next() -> rx.Component:
    return button(t("Next one"), kind="outline", on_click=_S.step, testid="next")
