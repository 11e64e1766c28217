"""Opening a resident's account with a phone that a code proves."""

from typing import Any

import reflex as rx

from estate_app.access.models import CodePurpose
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import EstateError
from estate_app.property import registration
from estate_app.ui.guard import locale_of, me, public
from estate_app.ui.pages.common.code_sender import CodeSender
from estate_app.ui.pages.public.entry import Entered, come_in, entered, stay_out


class RegisterState(CodeSender, rx.State):
    """The page on which residents register."""

    is_busy: bool = False
    field_errors: dict[str, str] = {}

    @rx.event
    @public
    async def load(self) -> rx.event.EventSpec | None:
        """Begin anew; who is signed in goes home."""
        self.is_busy, self.field_errors = False, {}
        self._forget_code()
        return stay_out(me().role)

    @rx.event
    @public
    async def note_phone(self, phone: str) -> None:
        """Keep the phone as it is typed, for the code."""
        self.phone = phone[:30]

    @rx.event
    @public
    async def send_code(self) -> Any:
        """Send a code for registering."""
        self.field_errors, self.is_sending = {}, True
        yield
        try:
            await self._send_code(CodePurpose.register)
        finally:
            self.is_sending = False

    @rx.event
    @public
    async def register(self, form: dict[str, Any]) -> Any:
        """Open the account, with every room whose contact list names the phone, and come in."""
        self.field_errors, self.is_busy = {}, True
        yield
        try:
            values = {name: str(form.get(name, "")) for name in ("phone", "code", "name", "password")}
            yield await come_in(self, await in_uow(_register, values, await locale_of(self)))
        except EstateError:
            self.is_busy = False
            raise


def _register(uow: UnitOfWork, values: dict[str, str], locale: str) -> Entered | EstateError:
    return entered(uow, registration.register(uow, **values, locale=locale))
