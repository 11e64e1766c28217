"""Adding a shift or a leave, and taking a technician off the list."""

import reflex as rx

from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.form import chips_field, date_field, error_line, text_field
from estate_app.ui.components.layout import row
from estate_app.ui.pages.manager.technician.state import TechnicianState
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = TechnicianState


def dialogs() -> rx.Component:
    """The four dialogs, of which one is open at most."""
    return rx.fragment(_shift(), _leave(), _active(), _estate())


def _shift() -> rx.Component:
    kinds = [Option("duty", t("On duty")), Option("on_call", t("On call"))]
    return confirm_dialog(
        chips_field("kind", t("Kind of shift"), kinds, value="duty"),
        date_field("day", t("Day"), errors=_S.field_errors, required=True, value=_S.view.today),
        row(
            date_field("starts", t("From"), kind="time", errors=_S.field_errors, required=True, value="08:30"),
            date_field("ends", t("To"), kind="time", errors=_S.field_errors, required=True, value="17:30"),
            gap="3",
        ),
        error_line("ends_at", _S.field_errors),
        chips_field("weekdays", t("Every week on (optional)"), _S.weekdays, errors=_S.field_errors, multiple=True),
        date_field(
            "last_on", t("Last day (optional)"), errors=_S.field_errors, hint=t("Left empty, the chosen weekdays are filled for four weeks")
        ),
        is_open=_S.dialog == "shift",
        title=t("Add a shift for {name}", name=_S.view.head.name),
        body=t("A shift that ends before it begins ends on the next day"),
        keep_label=t("Cancel"),
        act_label=t("Add shift"),
        on_keep=_S.keep,
        on_act=_S.add_shift,
        busy=_S.saving == "shift",
        busy_label=t("Saving"),
        errors=_S.field_errors,
        testid="shift-dialog",
    )


def _leave() -> rx.Component:
    return confirm_dialog(
        row(
            date_field("from_day", t("First day"), errors=_S.field_errors, required=True, value=_S.view.today),
            date_field("from_time", t("From (optional)"), kind="time", errors=_S.field_errors),
            gap="3",
        ),
        row(
            date_field("to_day", t("Last day"), errors=_S.field_errors, required=True, value=_S.view.today),
            date_field("to_time", t("To (optional)"), kind="time", errors=_S.field_errors),
            gap="3",
        ),
        error_line("ends_at", _S.field_errors),
        text_field("reason", t("Reason"), errors=_S.field_errors, required=True, max_length=60),
        is_open=_S.dialog == "leave",
        title=t("Add a leave for {name}", name=_S.view.head.name),
        body=t("When it has begun, the open orders go to others at once"),
        keep_label=t("Cancel"),
        act_label=t("Add leave"),
        on_keep=_S.keep,
        on_act=_S.add_leave,
        busy=_S.saving == "leave",
        busy_label=t("Saving"),
        errors=_S.field_errors,
        testid="leave-dialog",
    )


def _active() -> rx.Component:
    head = _S.view.head
    return confirm_dialog(
        is_open=_S.dialog == "active",
        title=rx.cond(head.is_active, t("Take {name} off the list?", name=head.name), t("Put {name} back onto the list?", name=head.name)),
        body=rx.cond(head.is_active, t("No more orders are offered; the open ones go to others"), t("Orders are offered again")),
        keep_label=t("Cancel"),
        act_label=rx.cond(head.is_active, t("Take off the list"), t("Put back onto the list")),
        on_keep=_S.keep,
        on_act=_S.switch_active,
        busy=_S.saving == "active",
        busy_label=t("Saving"),
        testid="active-dialog",
    )


def _estate() -> rx.Component:
    return confirm_dialog(
        is_open=_S.dialog == "estate",
        title=t("Take {name} out of this estate?", name=_S.view.head.name),
        body=t("The open orders of this estate go to others; the other estates stay as they are"),
        keep_label=t("Cancel"),
        act_label=t("Take out of this estate"),
        on_keep=_S.keep,
        on_act=_S.leave_estate,
        busy=_S.saving == "estate",
        busy_label=t("Saving"),
        testid="estate-dialog",
    )
