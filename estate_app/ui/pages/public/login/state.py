"""Signing in by password or by code, and the demo's accounts."""

from typing import Any

import reflex as rx

from estate_app.access import service as access
from estate_app.access.models import CodePurpose
from estate_app.db import UnitOfWork, in_uow
from estate_app.demo.accounts import ACCOUNTS, PASSWORD
from estate_app.errors import EstateError, NotFoundError
from estate_app.settings import settings
from estate_app.ui.guard import locale_of, me, public
from estate_app.ui.pages.common.code_sender import CodeSender
from estate_app.ui.pages.public.entry import Entered, FactorStep, come_in, entered, stay_out
from estate_app.ui.pages.public.login.present import DemoRow, present_demo


class LoginState(CodeSender, rx.State):
    """The sign-in page."""

    tab: str = "code"
    demo: list[DemoRow] = []
    busy: str = ""
    field_errors: dict[str, str] = {}

    @rx.event
    @public
    async def load(self) -> rx.event.EventSpec | None:
        """Show the demo's accounts while the demo runs; who is signed in goes home."""
        locale = await locale_of(self)
        self.demo = [present_demo(account, locale=locale) for account in ACCOUNTS] if settings().demo else []
        self.busy, self.field_errors = "", {}
        self._forget_code()
        return stay_out(me().role)

    @rx.event
    @public
    async def choose_tab(self, tab: str) -> None:
        """Sign in by password or by code."""
        if tab in {"password", "code"}:
            self.tab, self.field_errors = tab, {}

    @rx.event
    @public
    async def note_phone(self, phone: str) -> None:
        """Keep the phone as it is typed, for the code."""
        self.phone = phone[:30]

    @rx.event
    @public
    async def send_code(self) -> Any:
        """Send a code for signing in."""
        self.field_errors, self.is_sending = {}, True
        yield
        try:
            await self._send_code(CodePurpose.login)
        finally:
            self.is_sending = False

    @rx.event
    @public
    async def sign_in(self, form: dict[str, Any]) -> Any:
        """Sign in with what the form of the chosen tab holds."""
        self.field_errors, self.busy = {}, "form"
        yield
        try:
            yield await come_in(self, await self._try(form))
            await self._rest_if_asked()
        except EstateError:
            self.busy = ""
            raise

    @rx.event
    @public
    async def sign_in_demo(self, key: str) -> Any:
        """Sign in as one of the demo's people; outside the demo there are none."""
        account = next((one for one in ACCOUNTS if one.key == key), None) if settings().demo else None
        if account is None:
            raise NotFoundError
        self.field_errors, self.busy = {}, key
        yield
        try:
            yield await come_in(self, await in_uow(_by_password, account.phone, PASSWORD, self.router.session.client_ip))
            await self._rest_if_asked()
        except EstateError:
            self.busy = ""
            raise

    async def _rest_if_asked(self) -> None:
        if (await self.get_state(FactorStep)).is_asked:
            self.busy = ""

    async def _try(self, form: dict[str, Any]) -> Entered | EstateError:
        phone = str(form.get("phone", ""))
        if self.tab == "code":
            return await in_uow(_by_code, phone, str(form.get("code", "")))
        return await in_uow(_by_password, phone, str(form.get("password", "")), self.router.session.client_ip)


def _by_password(uow: UnitOfWork, phone: str, password: str, address: str) -> Entered | EstateError:
    return entered(uow, access.sign_in_by_password(uow, phone=phone, password=password, address=address))


def _by_code(uow: UnitOfWork, phone: str, code: str) -> Entered | EstateError:
    return entered(uow, access.sign_in_by_code(uow, phone=phone, code=code))
