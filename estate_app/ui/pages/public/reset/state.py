"""A new password for a phone that a code proves."""

from typing import Any

import reflex as rx

from estate_app.access import service as access
from estate_app.access.models import CodePurpose
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import EstateError
from estate_app.ui.guard import public
from estate_app.ui.pages.common.code_sender import CodeSender
from estate_app.ui.pages.public.entry import Entered, come_in, entered


class ResetState(CodeSender, rx.State):
    """The page for a forgotten password."""

    is_busy: bool = False
    field_errors: dict[str, str] = {}

    @rx.event
    @public
    async def load(self) -> None:
        """Begin anew."""
        self.is_busy, self.field_errors = False, {}
        self._forget_code()

    @rx.event
    @public
    async def note_phone(self, phone: str) -> None:
        """Keep the phone as it is typed, for the code."""
        self.phone = phone[:30]

    @rx.event
    @public
    async def send_code(self) -> Any:
        """Send a code for a new password."""
        self.field_errors, self.is_sending = {}, True
        yield
        try:
            await self._send_code(CodePurpose.reset)
        finally:
            self.is_sending = False

    @rx.event
    @public
    async def reset_password(self, form: dict[str, Any]) -> Any:
        """Take the new password, sign out everywhere, and come in with it."""
        self.field_errors, self.is_busy = {}, True
        yield
        try:
            values = {name: str(form.get(name, "")) for name in ("phone", "code", "password")}
            yield await come_in(self, await in_uow(_reset, values))
        except EstateError:
            self.is_busy = False
            raise


def _reset(uow: UnitOfWork, values: dict[str, str]) -> Entered | EstateError:
    return entered(uow, access.reset_password(uow, **values))
