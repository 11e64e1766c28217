"""One feedback thread in view, whoever reads it: loaded live, written to, ended. The estate's page and the resident's build on it."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, ClassVar

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import NotFoundError
from estate_app.feedback import service
from estate_app.feedback.queries import Thread, read_feedback
from estate_app.kit.i18n import Message, msg
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.common.feedback import ThreadCard, thread_card
from estate_app.ui.query import path_number
from estate_app.ui.stage import LOADING, READY


class ThreadView(rx.State, mixin=True):
    """The thread; who may read and write it is the service's to say."""

    thread: ThreadCard = ThreadCard()
    is_missing: bool = False
    busy: str = ""
    written: int = 0
    stage: str = LOADING
    field_errors: dict[str, str] = {}

    _for_staff: ClassVar[bool] = False
    _sent: ClassVar[Message] = msg("Sent to the estate")

    @rx.event
    @requires(Permission.own_bills, Permission.feedback)
    async def load(self) -> None:
        """Read the thread of the address and stay live."""
        self.field_errors, self.busy = {}, ""
        await self._refresh(me())
        watch(self, f"feedback:{self.thread.head.id}")

    @rx.event
    @requires(Permission.own_bills, Permission.feedback)
    async def reply(self, form: dict[str, Any]) -> Any:
        """Write below the feedback; the other side is told."""
        self.field_errors, self.busy = {}, "reply"
        yield
        try:
            await in_uow(service.reply, me(), feedback_id=path_number(self), text=str(form.get("text", "")))
            self.written += 1
            await self._refresh(me())
            yield toast_done(await say(self, self._sent))
        finally:
            self.busy = ""

    async def _end(self, done: Message, satisfaction: int | None = None) -> AsyncIterator[Any]:
        """End the thread with its button busy, and say so."""
        self.field_errors, self.busy = {}, "close"
        yield
        try:
            await in_uow(service.close, me(), feedback_id=path_number(self), satisfaction=satisfaction)
            await self._refresh(me())
            yield toast_done(await say(self, done))
        finally:
            self.busy = ""

    async def _refresh(self, actor: Actor) -> None:
        try:
            found, now = await in_uow(_read, actor, path_number(self))
        except NotFoundError:
            self.is_missing, self.stage = True, READY
            return
        self.thread = thread_card(found, now=now, locale=await locale_of(self), for_staff=self._for_staff)
        self.is_missing, self.stage = False, READY


def _read(uow: UnitOfWork, actor: Actor, feedback_id: int) -> tuple[Thread, datetime]:
    return read_feedback(uow.session, actor, feedback_id, now=uow.now), uow.now
