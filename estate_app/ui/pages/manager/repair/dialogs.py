"""What a dispatcher may decide about an order, each with a reason that is logged."""

import reflex as rx

from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.form import chips_field, select_field, textarea_field
from estate_app.ui.pages.manager.dispatch.parts import excluded_list
from estate_app.ui.pages.manager.repair.state import ManagedRepairState
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = ManagedRepairState


def dialogs() -> rx.Component:
    """The three dialogs, of which one is open at most."""
    return rx.fragment(_assign(), _reject(), _urgency())


def _assign() -> rx.Component:
    return confirm_dialog(
        select_field(
            "technician_id", t("Technician"), _S.candidates, errors=_S.field_errors, required=True, hint=t("The best suited comes first")
        ),
        textarea_field(
            "reason",
            t("Reason"),
            errors=_S.field_errors,
            rows=2,
            hint=t("Needed unless it is the suggested technician of a waiting order; it is logged"),
        ),
        excluded_list(_S.excluded),
        is_open=_S.dialog == "assign",
        title=t("Who takes {number}?", number=_S.view.head.number),
        body=t("The technician gets an offer and has to accept it"),
        keep_label=t("Cancel"),
        act_label=t("Assign"),
        on_keep=_S.keep,
        on_act=_S.assign,
        busy=_S.is_saving,
        busy_label=t("Assigning"),
        errors=_S.field_errors,
        testid="assign-dialog",
    )


def _reject() -> rx.Component:
    return confirm_dialog(
        textarea_field("reason", t("Reason"), errors=_S.field_errors, required=True, rows=3, hint=t("The resident reads it")),
        is_open=_S.dialog == "reject",
        title=t("Reject {number}?", number=_S.view.head.number),
        body=t("Nobody will come; this cannot be undone"),
        keep_label=t("Keep the order"),
        act_label=t("Reject"),
        on_keep=_S.keep,
        on_act=_S.reject,
        busy=_S.is_saving,
        busy_label=t("Sending"),
        destroys=True,
        errors=_S.field_errors,
        testid="reject-dialog",
    )


def _urgency() -> rx.Component:
    levels = [Option("emergency", t("Urgent")), Option("high", t("High")), Option("normal", t("Normal"))]
    return confirm_dialog(
        chips_field("urgency", t("Urgency"), levels, errors=_S.field_errors, value=_S.view.head.urgency, required=True),
        textarea_field("reason", t("Reason"), errors=_S.field_errors, required=True, rows=2),
        is_open=_S.dialog == "urgency",
        title=t("How urgent is {number}?", number=_S.view.head.number),
        body=t("The promise is made anew from the moment of the report"),
        keep_label=t("Cancel"),
        act_label=t("Change"),
        on_keep=_S.keep,
        on_act=_S.change_urgency,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        errors=_S.field_errors,
        testid="urgency-dialog",
    )
