"""Calling back after a low rating: what was said before, and the note of the next call."""

import reflex as rx

from estate_app.ui.components.badge import tag
from estate_app.ui.components.button import button
from estate_app.ui.components.card import callout
from estate_app.ui.components.form import chips_field, form, textarea_field
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.pages.manager.repair.calls import CallLine
from estate_app.ui.pages.manager.repair.state import ManagedRepairState
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = ManagedRepairState


def calling() -> rx.Component:
    """The calls, and the form while somebody may note another one; a warning until the first."""
    rated = _S.view.rated
    first = callout(t("Two stars or fewer: call the resident"), tone="red", icon_name="phone")
    return rx.fragment(
        rx.cond(rated.is_low & (rated.calls.length() == 0), first, rx.fragment()),
        rx.foreach(rated.calls, _call),
        rx.cond(rated.may_call, _note(), rx.fragment()),
    )


def _call(call: rx.Var[CallLine]) -> rx.Component:
    return stack(
        row(
            row(words(t("Called back"), strong=True), tag(call.outcome, tone=call.tone)),
            words(call.who, size="1", soft=True),
            extra="between wrap",
        ),
        words(call.note, extra="preline break"),
        gap="1",
        key=call.id,
        data_testid="call",
    )


def _note() -> rx.Component:
    outcomes = [Option("settled", t("Settled")), Option("follow_up", t("More to do")), Option("unreached", t("Nobody answered"))]
    return form(
        chips_field("outcome", t("What became of the call"), outcomes, errors=_S.field_errors, required=True),
        textarea_field(
            "call_note", t("Note of the call"), rows=2, errors=_S.field_errors, required=True,
            hint=t("For the office only; the resident and the technician do not read it"),
        ),
        button(t("Note the call"), kind="secondary", submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid="note-call"),
        on_submit=_S.call_back,
        testid="call-form",
        key=_S.view.rated.calls.length().to_string(),
    )  # fmt: skip
