"""The second step of signing in: who has a second factor types its code before the ticket opens anything."""

from typing import Any

import reflex as rx

from estate_app.access import second_factor
from estate_app.access.permission import Role
from estate_app.db import in_uow
from estate_app.errors import EstateError
from estate_app.ui.components.button import button
from estate_app.ui.components.form import form
from estate_app.ui.components.layout import stack
from estate_app.ui.guard import public
from estate_app.ui.pages.public.entry import FactorStep, go_in
from estate_app.ui.shell.factor import factor_field
from estate_app.ui.text import t


class FactorState(rx.State):
    """The form of the second step; the ticket waits in `FactorStep`, out of the browser's reach."""

    is_busy: bool = False
    field_errors: dict[str, str] = {}

    @rx.event
    @public
    async def type_code(self, typed: dict[str, Any]) -> Any:
        """Come in with the code."""
        self.field_errors, self.is_busy = {}, True
        yield
        step = await self.get_state(FactorStep)
        try:
            result: Role | EstateError = await in_uow(second_factor.pass_ticket, ticket=step._ticket, code=str(typed.get("code", "")))
            if isinstance(result, EstateError):
                raise result
            yield go_in(step._ticket, step._wish, result)
            step._forget()
        finally:
            self.is_busy = False

    @rx.event
    @public
    async def start_again(self) -> None:
        """Sign in as somebody else."""
        self.field_errors = {}
        (await self.get_state(FactorStep))._forget()


def factor_step() -> rx.Component:
    """Title, the code's field, and the way back."""
    return stack(
        stack(
            rx.el.h1(t("Second factor"), class_name="page-title", tab_index=-1),
            rx.el.p(t("Type the code that your authenticator shows"), class_name="soft-text"),
            gap="1",
        ),
        form(
            factor_field(FactorState.field_errors),
            button(
                t("Sign in"), submit=True, full=True, size="large", busy=FactorState.is_busy, busy_label=t("Checking"), testid="factor-in"
            ),
            on_submit=FactorState.type_code,
            errors=FactorState.field_errors,
            testid="factor-form",
        ),
        button(t("Sign in as somebody else"), kind="ghost", full=True, on_click=FactorState.start_again, testid="start-again"),
    )
