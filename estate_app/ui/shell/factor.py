"""The one dialog of the second factor: the guard opens it when a money action asks, the person types the code and acts again."""

from typing import Any

import reflex as rx

from estate_app.access import second_factor
from estate_app.access.permission import Permission
from estate_app.db import in_uow
from estate_app.kit.i18n import msg
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.form import code_field
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import me, requires, say
from estate_app.ui.text import t


class FactorDialog(rx.State):
    """Whether the code is asked for just now."""

    is_open: bool = False
    is_busy: bool = False
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(Permission.own_account)
    async def close(self) -> None:
        """Leave the act undone."""
        self.is_open, self.field_errors = False, {}

    @rx.event
    @requires(Permission.own_account)
    async def type_code(self, form: dict[str, Any]) -> Any:
        """Take the code; the money actions of this session are open for five minutes."""
        self.field_errors, self.is_busy = {}, True
        yield
        try:
            refusal = await in_uow(second_factor.prove, me(), code=str(form.get("code", "")))
            if refusal is not None:
                raise refusal
            self.is_open = False
            yield toast_done(await say(self, msg("Confirmed for 5 minutes. Press the button again")))
        finally:
            self.is_busy = False

    def _ask(self) -> None:
        self.is_open, self.field_errors = True, {}


def factor_dialog() -> rx.Component:
    """The dialog; it stands in the manager's frame, above whatever asked."""
    return confirm_dialog(
        factor_field(FactorDialog.field_errors),
        is_open=FactorDialog.is_open,
        title=t("Confirm with the second factor"),
        body=t("Money and appointments ask for the code that your authenticator shows"),
        keep_label=t("Leave it undone"),
        act_label=t("Confirm"),
        on_keep=FactorDialog.close,
        on_act=FactorDialog.type_code,
        busy=FactorDialog.is_busy,
        busy_label=t("Checking"),
        errors=FactorDialog.field_errors,
        testid="factor-dialog",
    )


def factor_field(errors: Any) -> rx.Component:
    """The field for a code of the authenticator, or a recovery code."""
    hint = t("Six digits, or one of your recovery codes")
    return code_field("code", t("Code of the authenticator"), errors=errors, hint=hint, longest=12)
