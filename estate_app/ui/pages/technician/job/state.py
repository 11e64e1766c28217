"""One job: answer it, go there, repair it, finish it. Each step is one handler and one service."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError, NotFoundError
from estate_app.kit.geo import device_of
from estate_app.kit.i18n import Message, msg
from estate_app.repair import appeals, catalogue, detail, materials, ratings, roster, work
from estate_app.repair.appeals import AppealCard
from estate_app.repair.catalogue import StockRow
from estate_app.repair.detail import OrderDetail
from estate_app.repair.roster import Presence
from estate_app.ui.components.toast import toast_done
from estate_app.ui.components.upload import draft_cleared
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.technician.job import form as read
from estate_app.ui.pages.technician.job import present
from estate_app.ui.query import path_number
from estate_app.ui.stage import LOADING, MISSING, READY
from estate_app.ui.view import Option

_WORK = Permission.work_orders
_SIMPLE: dict[str, tuple[Callable[..., Any], Message]] = {
    "accept": (work.accept, msg("Accepted. The resident has been told")),
    "set_out": (work.set_out, msg("On the way. The resident has been told")),
    "start": (work.start, msg("Repair started")),
    "resume": (work.resume, msg("Repair resumed")),
}
_SHEETS = frozenset({"decline", "transfer", "pause", "give_back", "complete", "note"})
Events = AsyncIterator[rx.event.EventSpec | None]


class JobState(rx.State):
    """The job in view."""

    view: present.View = present.View()
    colleagues: list[Option] = []
    dialog: str = ""
    stage: str = LOADING
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    _shown: int = 0

    @rx.event
    @requires(_WORK)
    async def load(self) -> None:
        """Read the job of the URL and stay live; one that is not held (any more) is no page."""
        try:
            if self._shown != path_number(self):
                self._shown, self.stage, self.dialog, self.field_errors = path_number(self), LOADING, "", {}
            await self._refresh(me())
        except NotFoundError:
            self.stage = MISSING
            return
        watch(self, f"order:{path_number(self)}", f"tech:{me().id}")

    async def _refresh(self, actor: Actor) -> None:
        device = device_of(self.router.headers.user_agent or "")
        found, stock, card, now = await in_uow(_read, actor, path_number(self))
        self.view = present.view(found, stock, card, device=device, now=now, locale=await locale_of(self))
        self.stage = READY

    @rx.event
    @requires(_WORK)
    async def ask(self, what: str) -> None:
        """Open a sheet; the colleagues are read as things stand now."""
        self.field_errors = {}
        if what == "transfer":
            found = await in_uow(_colleagues, me(), path_number(self))
            self.colleagues = present.colleagues(found, locale=await locale_of(self))
        self.dialog = what if what in _SHEETS else ""

    @rx.event
    @requires(_WORK)
    async def keep(self) -> None:
        """Close what is open; nothing happens."""
        self.dialog, self.field_errors = "", {}

    @rx.event
    @requires(_WORK)
    async def do(self, what: str) -> Events:
        """Take a step that asks nothing: accept, set out, start, resume."""
        if what in _SIMPLE:
            async for event in self._step(*_SIMPLE[what]):
                yield event

    @rx.event
    @requires(_WORK)
    async def decline(self, form: dict) -> Events:
        """Pass the offer on with a listed reason."""
        async for event in self._step(work.decline, msg("Declined. The next technician is asked"), read.refusal, form, leaves=True):
            yield event

    @rx.event
    @requires(_WORK)
    async def transfer(self, form: dict) -> Events:
        """Hand the job over to a colleague, who still has to accept it."""
        async for event in self._step(work.transfer, msg("Handed over. Your colleague is asked"), read.handing_over, form, leaves=True):
            yield event

    @rx.event
    @requires(_WORK)
    async def give_back(self, form: dict) -> Events:
        """Return the order with a reason."""
        async for event in self._step(work.give_back, msg("Returned. The office has been told"), read.returning, form, leaves=True):
            yield event

    @rx.event
    @requires(_WORK)
    async def pause(self, form: dict) -> Events:
        """Rest for a listed reason; the clock stops."""
        async for event in self._step(work.pause, msg("Repair paused"), read.pausing, form):
            yield event

    @rx.event
    @requires(_WORK)
    async def add_note(self, form: dict) -> Events:
        """Write down what was found, with photos from before the repair."""
        async for event in self._step(work.add_note, msg("Note added"), read.finding, form, draft="job-note"):
            yield event

    @rx.event
    @requires(_WORK)
    async def use_material(self, form: dict) -> Events:
        """Book a material from the stock."""
        async for event in self._step(materials.add_material, msg("Material used"), read.material, form):
            yield event

    @rx.event
    @requires(_WORK)
    async def put_back(self, material_id: str) -> Events:
        """Put a material back that was booked by mistake."""
        number = {"material_id": read.number(material_id)}
        async for event in self._step(materials.remove_material, msg("Material put back"), lambda _: number):
            yield event

    @rx.event
    @requires(_WORK)
    async def complete(self, form: dict) -> Events:
        """Finish with what was done, photos, minutes and, for paid material, the signature."""
        async for event in self._step(work.complete, msg("Repair completed"), read.finishing, form, draft="job-done"):
            yield event

    @rx.event
    @requires(_WORK)
    async def reply(self, form: dict) -> Events:
        """Answer the rating, once."""
        async for event in self._step(ratings.reply, msg("Answer sent"), lambda f: {"text": read.text(f, "text")}, form):
            yield event

    @rx.event
    @requires(_WORK)
    async def appeal(self, form: dict) -> Events:
        """Object to the rating, once and within seven days."""
        async for event in self._step(_appeal, msg("Appeal sent. The office decides"), read.objecting, form):
            yield event

    async def _step(
        self,
        service: Callable[..., Any],
        done: Message,
        fields: Callable[[dict], dict[str, Any]] = lambda _: {},
        form: dict | None = None,
        *,
        draft: str = "",
        leaves: bool = False,
    ) -> Events:
        """Run one command; a refusal leaves the sheet open and everything typed in place. `leaves`: the job is no longer one's own."""
        self.field_errors, self.is_saving = {}, True
        yield None
        try:
            await in_uow(service, me(), order_id=path_number(self), **fields(form or {}))
            self.dialog = ""
            if draft:
                yield draft_cleared(f"{draft}-{self.view.head.number}")
            if leaves:
                yield rx.redirect("/tech")
            else:
                await self._refresh(me())
            yield toast_done(await say(self, done))
        finally:
            self.is_saving = False


def _appeal(uow: UnitOfWork, actor: Actor, *, order_id: int, text: str) -> None:
    try:
        appeals.appeal(uow, actor, order_id=order_id, text=text)
    except InvalidError as error:
        raise InvalidError(error.message, field="appeal") from error


def _colleagues(uow: UnitOfWork, actor: Actor, order_id: int) -> list[Presence]:
    return roster.colleagues(uow.session, actor, order_id=order_id, now=uow.now)


def _read(uow: UnitOfWork, actor: Actor, order_id: int) -> tuple[OrderDetail, list[StockRow], AppealCard, datetime]:
    found = detail.order_detail(uow.session, actor, order_id, now=uow.now)
    card = appeals.appeal_card(uow.session, actor, order_id, now=uow.now) if found.rating else AppealCard()
    return found, catalogue.stock_list(uow.session, actor), card, uow.now
