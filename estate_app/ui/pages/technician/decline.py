"""The sheet that asks why an offer is declined, on the list and on the job."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.repair.rules import DECLINE_NAMES
from estate_app.ui.components.button import button
from estate_app.ui.components.form import chips_field, form, textarea_field
from estate_app.ui.components.sheet import sheet
from estate_app.ui.shell.label import say as said
from estate_app.ui.text import t
from estate_app.ui.view import Option


def decline_sheet(*, is_open: Var[bool], errors: Var[dict[str, str]], on_close: Any, on_decline: Any, busy: Var[bool]) -> rx.Component:
    """Choose a reason; the next candidate is asked at once."""
    reasons = [Option(code, said(name)) for code, name in DECLINE_NAMES.items()]
    return sheet(
        form(
            chips_field("reason", t("Reason"), reasons, errors=errors, required=True),
            textarea_field("note", t("Note (needed for another reason)"), errors=errors),
            button(
                t("Decline"),
                kind="neutral",
                submit=True,
                full=True,
                size="large",
                busy=busy,
                busy_label=t("Sending"),
                testid="decline-send",
            ),
            on_submit=on_decline,
            errors=errors,
            testid="decline-form",
        ),
        is_open=is_open,
        title=t("Why do you decline?"),
        description=t("The next technician is asked at once"),
        on_close=on_close,
        testid="decline-sheet",
    )
