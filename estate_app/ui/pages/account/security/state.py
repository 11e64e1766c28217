"""One's own password, phone and sessions."""

from typing import Any

import reflex as rx

from estate_app.access import service as access
from estate_app.access import sessions
from estate_app.access.actor import Actor
from estate_app.access.models import CodePurpose
from estate_app.access.permission import Permission
from estate_app.access.rules import masked_phone
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import EstateError
from estate_app.kit.i18n import Message, msg
from estate_app.property import registration
from estate_app.ui.components.sign_out import leave
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.account.security.present import SessionCard, present_session
from estate_app.ui.pages.common.code_sender import CodeSender
from estate_app.ui.stage import LOADING, READY


class SecurityState(CodeSender, rx.State):
    """How one signs in, and where one is signed in."""

    sessions: list[SessionCard] = []
    own_phone: str = ""
    has_password: bool = True
    opened: str = ""
    busy: str = ""
    stage: str = LOADING
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(Permission.own_account)
    async def load(self) -> None:
        """Read one's sessions."""
        await self._refresh(me())

    @rx.event
    @requires(Permission.own_account)
    async def open_form(self, name: str) -> None:
        """Show the form of the password, of the phone, or the question before signing out everywhere; empty closes."""
        self.opened = name if name in {"password", "phone", "everywhere"} else ""
        self.field_errors = {}
        self._forget_code()

    @rx.event
    @requires(Permission.own_account)
    async def note_phone(self, phone: str) -> None:
        """Keep the new phone as it is typed, for the code."""
        self.phone = phone[:30]

    @rx.event
    @requires(Permission.own_account)
    async def send_code(self) -> Any:
        """Send a code to the new phone."""
        self.field_errors, self.is_sending = {}, True
        yield
        try:
            await self._send_code(CodePurpose.bind)
        finally:
            self.is_sending = False

    @rx.event
    @requires(Permission.own_account)
    async def change_password(self, form: dict[str, Any]) -> Any:
        """Take a new password; every other device is signed out."""
        self.field_errors, self.busy = {}, "password"
        yield
        try:
            words = {"old_password": str(form.get("old_password", "")), "password": str(form.get("password", ""))}
            yield await self._done(
                await in_uow(access.change_password, me(), **words), msg("Password changed. Other devices are signed out")
            )
        finally:
            self.busy = ""

    @rx.event
    @requires(Permission.own_account)
    async def change_phone(self, form: dict[str, Any]) -> Any:
        """Sign in with another phone from now on."""
        self.field_errors, self.busy = {}, "phone"
        yield
        try:
            words = {"phone": str(form.get("phone", "")), "code": str(form.get("code", ""))}
            yield await self._done(
                await in_uow(registration.change_phone, me(), **words), msg("Phone changed. Sign in with it from now on")
            )
        finally:
            self.busy = ""

    @rx.event
    @requires(Permission.own_account)
    async def end_session(self, session_id: int) -> rx.event.EventSpec:
        """Sign one device out; this one leaves at once."""
        if session_id == me().session_id:
            return leave()
        await in_uow(sessions.end_session, me(), session_id=session_id)
        await self._refresh(me())
        return toast_done(await say(self, msg("The device is signed out")))

    @rx.event
    @requires(Permission.own_account)
    async def end_everywhere(self) -> Any:
        """Sign out everywhere, here too."""
        self.busy = "everywhere"
        yield
        try:
            await in_uow(sessions.end_all_sessions, me())
            yield leave()
        finally:
            self.busy = ""

    async def _done(self, result: object, done: Message) -> rx.event.EventSpec:
        if isinstance(result, EstateError):
            raise result
        self.opened = ""
        await self._refresh(me())
        return toast_done(await say(self, done))

    async def _refresh(self, actor: Actor) -> None:
        self.sessions, self.own_phone, self.has_password = await in_uow(_read, actor, await locale_of(self))
        self.stage = READY


def _read(uow: UnitOfWork, actor: Actor, locale: str) -> tuple[list[SessionCard], str, bool]:
    account = access.own_account(uow, actor)
    cards = [present_session(one, current_id=actor.session_id, now=uow.now, locale=locale) for one in sessions.list_sessions(uow, actor)]
    return cards, masked_phone(account.phone or ""), account.password_hash is not None
