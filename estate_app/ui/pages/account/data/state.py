"""One's own data: the file of it, live while it is made, and the wish to be forgotten."""

from datetime import datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import EstateError, TooManyError
from estate_app.kit.i18n import msg
from estate_app.personal import erasure as erasures
from estate_app.personal import export as exports
from estate_app.personal.queries import ErasureView, ExportView, own_erasure, own_export
from estate_app.settings import settings
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.account.data.present import ErasureCard, ExportCard, WayCard, erasure_card, export_card, way_cards
from estate_app.ui.pages.common.code_sender import CodeSender
from estate_app.ui.stage import LOADING, READY

_OWN = Permission.own_account
_GAP_SECONDS = 60


class OwnDataState(CodeSender, rx.State):
    """The last file, what is in the way of a deletion, and where a wish for one stands."""

    export: ExportCard = ExportCard()
    erasure: ErasureCard = ErasureCard()
    ways: list[WayCard] = []
    is_asking: bool = False
    busy: str = ""
    stage: str = LOADING
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(_OWN)
    async def load(self) -> None:
        """Read where everything stands and stay live."""
        self.field_errors, self.busy, self.is_asking = {}, "", False
        await self._refresh(me())
        watch(self, f"data_export:{me().id}")

    @rx.event
    @requires(_OWN)
    async def make(self) -> Any:
        """Ask for the file."""
        self.busy = "make"
        yield
        try:
            await in_uow(exports.ask_export, me(), locale=await locale_of(self))
            await self._refresh(me())
            yield toast_done(await say(self, msg("Your file is being made. You are told when it is ready")))
        finally:
            self.busy = ""

    @rx.event
    @requires(_OWN)
    async def open_form(self, is_open: bool) -> None:
        """Show the question before deleting, or close it."""
        self.is_asking, self.field_errors = bool(is_open), {}
        self._forget_code()

    @rx.event
    @requires(_OWN)
    async def send_code(self) -> Any:
        """Send the code to one's own phone."""
        self.field_errors, self.is_sending = {}, True
        yield
        try:
            code = await in_uow(erasures.send_erasure_code, me())
            self.shown_code = code if settings().demo else ""
            self._rest(_GAP_SECONDS)
        except TooManyError as error:
            self._rest(error.retry_after)
            raise
        finally:
            self.is_sending = False

    @rx.event
    @requires(_OWN)
    async def erase(self, form: dict[str, Any]) -> Any:
        """Ask to be forgotten, with the code."""
        self.field_errors, self.busy = {}, "erase"
        yield
        try:
            result = await in_uow(erasures.ask_erasure, me(), code=str(form.get("code", "")))
            if isinstance(result, EstateError):
                raise result
            self.is_asking = False
            await self._refresh(me())
            yield toast_done(await say(self, msg("Noted. You can take it back until then")))
        finally:
            self.busy = ""

    @rx.event
    @requires(_OWN)
    async def keep(self) -> Any:
        """Take the wish back."""
        self.busy = "keep"
        yield
        try:
            await in_uow(erasures.cancel_erasure, me())
            await self._refresh(me())
            yield toast_done(await say(self, msg("Your account stays")))
        finally:
            self.busy = ""

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        export, erasure, now = await in_uow(_read, actor)
        self.export = export_card(export, now=now, locale=locale)
        self.erasure, self.ways = erasure_card(erasure, now=now, locale=locale), way_cards(erasure, locale=locale)
        self.stage = READY


def _read(uow: UnitOfWork, actor: Actor) -> tuple[ExportView | None, ErasureView, datetime]:
    return own_export(uow.session, actor, now=uow.now), own_erasure(uow.session, actor, now=uow.now), uow.now
