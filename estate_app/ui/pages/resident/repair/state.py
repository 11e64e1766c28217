"""One repair of the resident's: live progress, and what may still be done about it."""

from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg
from estate_app.repair import detail, ratings, resident
from estate_app.repair.detail import OrderDetail
from estate_app.ui.components.toast import toast_done
from estate_app.ui.components.upload import uploaded_ids
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.common.repair import MaterialLine
from estate_app.ui.pages.resident.repair import present
from estate_app.ui.query import path_number
from estate_app.ui.view import Photo, Step, TimelineEntry


class RepairState(rx.State):
    """The order in view."""

    head: present.Head = present.Head()
    worker: present.Worker = present.Worker()
    steps: list[Step] = []
    timeline: list[TimelineEntry] = []
    photos: list[Photo] = []
    videos: list[Photo] = []
    materials: list[MaterialLine] = []
    rated: present.Rated = present.Rated()
    may: present.May = present.May()
    dialog: str = ""
    is_saving: bool = False
    field_errors: dict[str, str] = {}

    @rx.var
    def is_loading(self) -> bool:
        """Whether nothing has been read yet."""
        return not self.head.number

    @rx.event
    @requires(Permission.own_repairs)
    async def load(self) -> None:
        """Read the order of the URL and stay live."""
        await self._refresh(me())
        watch(self, f"order:{path_number(self)}")

    async def _refresh(self, actor: Actor) -> None:
        found, now = await in_uow(_read, actor, path_number(self))
        view = present.view(found, now=now, locale=await locale_of(self))
        self.head, self.worker, self.may, self.rated = view.head, view.worker, view.may, view.rated
        self.steps, self.timeline, self.materials = view.steps, view.timeline, view.materials
        self.photos, self.videos = view.photos, view.videos

    @rx.event
    @requires(Permission.own_repairs)
    async def ask(self, what: str) -> None:
        """Open a dialog or the rating sheet."""
        self.field_errors = {}
        self.dialog = what if what in {"cancel", "reopen", "rate"} else ""

    @rx.event
    @requires(Permission.own_repairs)
    async def keep(self) -> None:
        """Close what is open; nothing happens."""
        self.dialog = ""

    @rx.event
    @requires(Permission.own_repairs)
    async def urge(self) -> rx.event.EventSpec:
        """Ask for speed."""
        await in_uow(resident.urge, me(), order_id=path_number(self))
        await self._refresh(me())
        return toast_done(await say(self, msg("The technician and the office have been told")))

    @rx.event
    @requires(Permission.own_repairs)
    async def cancel(self, form: dict) -> rx.event.EventSpec:
        """Withdraw the report."""
        self.field_errors = {}
        await in_uow(resident.cancel, me(), order_id=path_number(self), reason=str(form.get("reason", "")))
        self.dialog = ""
        await self._refresh(me())
        return toast_done(await say(self, msg("The report is withdrawn")))

    @rx.event
    @requires(Permission.own_repairs)
    async def reopen(self, form: dict) -> rx.event.EventSpec:
        """Ask for rework, which is free and linked, and go to it."""
        self.field_errors = {}
        order_id = await in_uow(_reopen, me(), path_number(self), str(form.get("reason", "")))
        self.dialog = ""
        return rx.redirect(f"/repairs/{order_id}")

    @rx.event
    @requires(Permission.own_repairs)
    async def rate(self, form: dict) -> rx.event.EventSpec:
        """Give stars for quality, attitude and timeliness."""
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            photo_ids = uploaded_ids(form, "photo_ids")
            if photo_ids is None:
                raise InvalidError(msg("A photo is still being uploaded. Wait a moment and send again"), field="")
            await in_uow(
                ratings.rate,
                me(),
                order_id=path_number(self),
                quality=_stars(form, "quality"),
                attitude=_stars(form, "attitude"),
                timeliness=_stars(form, "timeliness"),
                reasons=[name.removeprefix("reasons.") for name, value in form.items() if name.startswith("reasons.") and value],
                text=str(form.get("text", "")),
                photo_ids=photo_ids,
            )
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, msg("Thank you for your rating")))
        finally:
            self.is_saving = False


def _stars(form: dict, name: str) -> int:
    value = str(form.get(name, ""))
    return int(value) if value.isdigit() and len(value) == 1 else 0


def _reopen(uow: UnitOfWork, actor: Actor, order_id: int, reason: str) -> int:
    return resident.reopen(uow, actor, order_id=order_id, reason=reason).id


def _read(uow: UnitOfWork, actor: Actor, order_id: int) -> tuple[OrderDetail, datetime]:
    return detail.order_detail(uow.session, actor, order_id, now=uow.now), uow.now
