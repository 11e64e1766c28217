"""One repair of the resident's: live progress, and what may still be done about it."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError, NotFoundError
from estate_app.kit.i18n import Message, msg
from estate_app.repair import detail, ratings, resident
from estate_app.repair.detail import OrderDetail
from estate_app.repair.rules import LOW_REASONS
from estate_app.ui.components.toast import toast_done
from estate_app.ui.components.upload import draft_cleared, uploaded_ids
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.resident.repair import present
from estate_app.ui.query import path_number
from estate_app.ui.stage import LOADING, MISSING, READY

_OWN = Permission.own_repairs
Events = AsyncIterator[rx.event.EventSpec | None]


class RepairState(rx.State):
    """The order in view."""

    view: present.View = present.View()
    dialog: str = ""
    stage: str = LOADING
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    _shown: int = 0

    @rx.event
    @requires(_OWN)
    async def load(self) -> None:
        """Read the order of the URL and stay live; a stranger's is no page."""
        try:
            if self._shown != path_number(self):
                self._shown, self.stage, self.dialog, self.field_errors = path_number(self), LOADING, "", {}
            await self._refresh(me())
        except NotFoundError:
            self.stage = MISSING
            return
        watch(self, f"order:{path_number(self)}")

    async def _refresh(self, actor: Actor) -> None:
        found, now = await in_uow(_read, actor, path_number(self))
        self.view = present.view(found, now=now, locale=await locale_of(self))
        self.stage = READY

    @rx.event
    @requires(_OWN)
    async def ask(self, what: str) -> None:
        """Open a dialog or the rating sheet."""
        self.field_errors = {}
        self.dialog = what if what in {"cancel", "reopen", "rate"} else ""

    @rx.event
    @requires(_OWN)
    async def keep(self) -> None:
        """Close what is open; nothing happens."""
        self.dialog, self.field_errors = "", {}

    @rx.event
    @requires(_OWN)
    async def urge(self) -> Events:
        """Ask for speed."""
        async for event in self._step(resident.urge, msg("The technician and the office have been told")):
            yield event

    @rx.event
    @requires(_OWN)
    async def cancel(self, form: dict) -> Events:
        """Withdraw the report."""
        async for event in self._step(resident.cancel, msg("The report is withdrawn"), _reason, form):
            yield event

    @rx.event
    @requires(_OWN)
    async def reopen(self, form: dict) -> Events:
        """Ask for rework, which is free and linked, and go to it."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            order_id = await in_uow(_reopen, me(), path_number(self), **_reason(form))
            self.dialog = ""
            yield rx.redirect(f"/repairs/{order_id}")
        finally:
            self.is_saving = False

    @rx.event
    @requires(_OWN)
    async def rate(self, form: dict) -> Events:
        """Give stars for quality, attitude and timeliness."""
        async for event in self._step(ratings.rate, msg("Thank you for your rating"), _rating, form, draft="rate"):
            yield event

    async def _step(
        self,
        service: Callable[..., Any],
        done: Message,
        fields: Callable[[dict], dict[str, Any]] = lambda _: {},
        form: dict | None = None,
        *,
        draft: str = "",
    ) -> Events:
        """Run one command; a refusal leaves the dialog open and everything typed in place."""
        self.field_errors, self.is_saving = {}, True
        yield None
        try:
            await in_uow(service, me(), order_id=path_number(self), **fields(form or {}))
            self.dialog = ""
            await self._refresh(me())
            if draft:
                yield draft_cleared(f"{draft}-{self.view.head.number}")
            yield toast_done(await say(self, done))
        finally:
            self.is_saving = False


def _reason(form: dict) -> dict[str, Any]:
    return {"reason": str(form.get("reason") or "")}


def _rating(form: dict) -> dict[str, Any]:
    photo_ids = uploaded_ids(form, "photo_ids")
    if photo_ids is None:
        raise InvalidError(msg("A photo is still being uploaded. Wait a moment and send again"), field="photo_ids")
    stars = {name: _stars(form, name) for name in ("quality", "attitude", "timeliness")}
    reasons = [code for code in LOW_REASONS if form.get(f"reasons.{code}")]
    return stars | {"reasons": reasons, "text": str(form.get("text") or ""), "photo_ids": photo_ids}


def _stars(form: dict, name: str) -> int:
    value = str(form.get(name, ""))
    return int(value) if value.isascii() and value.isdigit() and len(value) == 1 else 0


def _reopen(uow: UnitOfWork, actor: Actor, order_id: int, *, reason: str) -> int:
    return resident.reopen(uow, actor, order_id=order_id, reason=reason).id


def _read(uow: UnitOfWork, actor: Actor, order_id: int) -> tuple[OrderDetail, datetime]:
    return detail.order_detail(uow.session, actor, order_id, now=uow.now), uow.now
