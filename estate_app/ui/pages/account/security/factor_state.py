"""The second factor of a manager: set up, confirmed, removed."""

from typing import Any

import reflex as rx

from estate_app.access import second_factor
from estate_app.access.actor import Actor
from estate_app.access.permission import Permission, Role
from estate_app.access.second_factor import Enrolment, FactorStatus
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import EstateError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.qr import qr_path
from estate_app.ui.when import full_day


class FactorCardState(rx.State):
    """What the card shows. The key and the recovery codes stand in the page only while the person copies them."""

    is_shown: bool = False
    since: str = ""
    codes_left: int = 0
    opened: str = ""
    qr: str = ""
    qr_side: int = 1
    typed_key: str = ""
    codes: list[str] = []
    busy: str = ""
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(Permission.own_account)
    async def load(self) -> None:
        """Read how the own second factor stands; who is no manager has none."""
        self._forget()
        await self._refresh(me())

    @rx.event
    @requires(Permission.own_account)
    async def begin(self) -> None:
        """Show the QR code of a new secret."""
        enrolment: Enrolment = await in_uow(second_factor.begin, me())
        self._forget()
        self.opened, self.typed_key = "setup", enrolment.key
        self.qr, self.qr_side = qr_path(enrolment.uri)

    @rx.event
    @requires(Permission.own_account)
    async def ask(self, what: str) -> None:
        """Ask for a code before the factor is removed or its recovery codes are replaced; empty closes and forgets."""
        self._forget()
        self.opened = what if what in {"remove", "renew"} else ""

    @rx.event
    @requires(Permission.own_account)
    async def confirm(self, form: dict[str, Any]) -> Any:
        """Turn the second factor on and show the recovery codes once."""
        self.field_errors, self.busy = {}, "confirm"
        yield
        try:
            self._show(await in_uow(second_factor.confirm, me(), code=str(form.get("code", ""))))
            yield await self._done(msg("The second factor is on"))
        finally:
            self.busy = ""

    @rx.event
    @requires(Permission.own_account)
    async def act(self, form: dict[str, Any]) -> Any:
        """Remove the factor or make new recovery codes, whichever was asked for."""
        self.field_errors, self.busy = {}, "act"
        yield
        try:
            code = str(form.get("code", ""))
            if self.opened == "renew":
                self._show(await in_uow(second_factor.renew_codes, me(), code=code))
                yield await self._done(msg("New recovery codes; the old ones are void"))
            elif self.opened == "remove":
                refusal = await in_uow(second_factor.remove, me(), code=code)
                if refusal is not None:
                    raise refusal
                self._forget()
                yield await self._done(msg("The second factor was removed"))
        finally:
            self.busy = ""

    def _show(self, result: tuple[str, ...] | EstateError) -> None:
        if isinstance(result, EstateError):
            raise result
        self._forget()
        self.opened, self.codes = "codes", list(result)

    def _forget(self) -> None:
        self.opened, self.qr, self.qr_side, self.typed_key, self.codes = "", "", 1, "", []
        self.field_errors, self.busy = {}, ""

    async def _done(self, done: Message) -> rx.event.EventSpec:
        await self._refresh(me())
        return toast_done(await say(self, done))

    async def _refresh(self, actor: Actor) -> None:
        self.is_shown = actor.role is Role.manager
        if self.is_shown:
            status: FactorStatus = await in_uow(_read, actor)
            self.since = full_day(business_date(status.since), locale=await locale_of(self)) if status.since else ""
            self.codes_left = status.codes_left


def _read(uow: UnitOfWork, actor: Actor) -> FactorStatus:
    return second_factor.read_status(uow.session, actor)
