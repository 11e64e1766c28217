"""What a manager may do with a bill, each with a reason that the resident or the trail will show."""

import reflex as rx

from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.form import textarea_field
from estate_app.ui.pages.manager.bills.bill_state import ManagedBillState
from estate_app.ui.text import Text, t

_S = ManagedBillState


def dialogs() -> rx.Component:
    """The four dialogs, of which one is open at most."""
    number = _S.view.bill.number
    return rx.fragment(
        _dialog(
            "void",
            title=t("Void bill {number}?", number=number),
            body=t("The residents are told and need not pay it; what was paid becomes the room's balance. It cannot be taken back"),
            reason=t("Reason"),
            act=t("Void the bill"),
            busy=t("Voiding"),
            destroys=True,
        ),
        _dialog(
            "replace",
            title=t("Replace bill {number}?", number=number),
            body=t("It is voided, and a new one is computed from today's readings and prices of the same month"),
            reason=t("Reason"),
            act=t("Void and replace"),
            busy=t("Replacing"),
            destroys=True,
        ),
        _dialog(
            "dispute",
            title=t("Note a dispute of bill {number}?", number=number),
            body=t("Reminders stop and it cannot be paid until the dispute is settled"),
            reason=t("What the resident says"),
            act=t("Note the dispute"),
            busy=t("Saving"),
        ),
        _dialog(
            "settle",
            title=t("Settle the dispute of bill {number}?", number=number),
            body=t("The bill stands and asks to be paid again; the residents read your answer. A wrong bill is voided or replaced instead"),
            reason=t("Answer to the residents"),
            act=t("Let the bill stand"),
            busy=t("Saving"),
        ),
    )


def _dialog(what: str, *, title: Text, body: Text, reason: Text, act: Text, busy: Text, destroys: bool = False) -> rx.Component:
    return confirm_dialog(
        textarea_field("reason", reason, errors=_S.field_errors, required=True, rows=3, max_length=200),
        is_open=_S.dialog == what,
        title=title,
        body=body,
        keep_label=t("Cancel"),
        act_label=act,
        on_keep=_S.keep,
        on_act=_S.correct,
        busy=_S.is_saving,
        busy_label=busy,
        destroys=destroys,
        fact_list=_S.view.facts,
        errors=_S.field_errors,
        testid=f"{what}-dialog",
    )
