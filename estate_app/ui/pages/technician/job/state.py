"""One job: answer it, go there, repair it, finish it. Each step is one handler and one service."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.geo import device_of
from estate_app.kit.i18n import Message, msg
from estate_app.repair import catalogue, detail, materials, ratings, work
from estate_app.repair.catalogue import StockRow
from estate_app.repair.detail import OrderDetail
from estate_app.repair.models import PauseReason
from estate_app.ui.components.toast import toast_done
from estate_app.ui.components.upload import draft_cleared, uploaded_ids
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.common.repair import MaterialLine
from estate_app.ui.pages.technician.job import present
from estate_app.ui.query import path_number
from estate_app.ui.view import Option, Photo, Step, TimelineEntry

_SIMPLE: dict[str, tuple[Callable[..., Any], Message]] = {
    "accept": (work.accept, msg("Accepted. The resident has been told")),
    "set_out": (work.set_out, msg("On the way. The resident has been told")),
    "start": (work.start, msg("Repair started")),
    "resume": (work.resume, msg("Repair resumed")),
}


class JobState(rx.State):
    """The job in view."""

    head: present.Head = present.Head()
    steps: list[Step] = []
    timeline: list[TimelineEntry] = []
    photos: list[Photo] = []
    materials: list[MaterialLine] = []
    links: list[Option] = []
    stock: list[Option] = []
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
    @requires(Permission.work_orders)
    async def load(self) -> None:
        """Read the job of the URL and stay live."""
        await self._refresh(me())
        watch(self, f"order:{path_number(self)}")

    async def _refresh(self, actor: Actor) -> None:
        device = device_of(self.router.headers.user_agent or "")
        found, stock, now = await in_uow(_read, actor, path_number(self))
        view = present.view(found, stock, device=device, now=now, locale=await locale_of(self))
        self.head, self.may, self.rated = view.head, view.may, view.rated
        self.steps, self.timeline, self.photos, self.materials = view.steps, view.timeline, view.photos, view.materials
        self.links, self.stock = view.links, view.stock

    @rx.event
    @requires(Permission.work_orders)
    async def ask(self, what: str) -> None:
        """Open a sheet."""
        self.field_errors = {}
        self.dialog = what if what in {"decline", "pause", "give_back", "complete", "note"} else ""

    @rx.event
    @requires(Permission.work_orders)
    async def keep(self) -> None:
        """Close what is open; nothing happens."""
        self.dialog = ""

    @rx.event
    @requires(Permission.work_orders)
    async def do(self, what: str) -> rx.event.EventSpec | None:
        """Take a step that asks nothing: accept, set out, start, resume."""
        if what not in _SIMPLE:
            return None
        service, done = _SIMPLE[what]
        return await self._step(service, done)

    @rx.event
    @requires(Permission.work_orders)
    async def decline(self, form: dict) -> rx.event.EventSpec:
        """Pass the offer on with a listed reason."""
        await in_uow(work.decline, me(), order_id=path_number(self), reason=str(form.get("reason", "")), note=str(form.get("note", "")))
        self.dialog = ""
        return rx.redirect("/tech")

    @rx.event
    @requires(Permission.work_orders)
    async def pause(self, form: dict) -> rx.event.EventSpec:
        """Rest for a listed reason; the clock stops."""
        reason = str(form.get("reason", ""))
        if reason not in set(PauseReason):
            raise InvalidError(msg("Choose a reason from the list"), field="reason")
        return await self._step(work.pause, msg("Repair paused"), reason=PauseReason(reason), note=str(form.get("note", "")))

    @rx.event
    @requires(Permission.work_orders)
    async def give_back(self, form: dict) -> rx.event.EventSpec:
        """Return the order with a reason."""
        await in_uow(work.give_back, me(), order_id=path_number(self), reason=str(form.get("reason", "")))
        self.dialog = ""
        return rx.redirect("/tech")

    @rx.event
    @requires(Permission.work_orders)
    async def add_note(self, form: dict) -> rx.event.EventSpec:
        """Write down what was found, with photos from before the repair."""
        note, photo_ids = str(form.get("note", "")), _ids(form, "before_ids")
        done = await self._step(work.add_note, msg("Note added"), note=note, photo_ids=photo_ids)
        return [done, draft_cleared(f"job-note-{self.head.number}")]

    @rx.event
    @requires(Permission.work_orders)
    async def use_material(self, form: dict) -> rx.event.EventSpec:
        """Book a material from the stock."""
        item, quantity = str(form.get("stock_item_id", "")), _milli(str(form.get("quantity", "1")))
        number = int(item) if item.isdigit() else 0
        return await self._step(materials.add_material, msg("Material used"), stock_item_id=number, quantity_milli=quantity)

    @rx.event
    @requires(Permission.work_orders)
    async def put_back(self, material_id: str) -> rx.event.EventSpec:
        """Put a material back that was booked by mistake."""
        number = int(material_id) if material_id.isdigit() else 0
        return await self._step(materials.remove_material, msg("Material put back"), material_id=number)

    @rx.event
    @requires(Permission.work_orders)
    async def complete(self, form: dict) -> rx.event.EventSpec:
        """Finish with what was done, photos, minutes and, for paid material, the signature."""
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            minutes = str(form.get("labour_minutes", "") or "0").strip()
            fields = {
                "note": str(form.get("note", "")),
                "labour_minutes": int(minutes) if minutes.isdigit() and len(minutes) < 6 else -1,
                "photo_ids": _ids(form, "after_ids"),
                "signature_id": (_ids(form, "signature_id") or [None])[0],
            }
            yield await self._step(work.complete, msg("Repair completed"), **fields)
            yield draft_cleared(f"job-done-{self.head.number}")
        finally:
            self.is_saving = False

    @rx.event
    @requires(Permission.work_orders)
    async def reply(self, form: dict) -> rx.event.EventSpec:
        """Answer the rating, once."""
        return await self._step(ratings.reply, msg("Answer sent"), text=str(form.get("text", "")))

    async def _step(self, service: Callable[..., Any], done: Message, **fields: Any) -> rx.event.EventSpec:
        self.field_errors = {}
        await in_uow(service, me(), order_id=path_number(self), **fields)
        self.dialog = ""
        await self._refresh(me())
        return toast_done(await say(self, done))


def _ids(form: dict, name: str) -> list[str]:
    ids = uploaded_ids(form, name)
    if ids is None:
        raise InvalidError(msg("A photo is still being uploaded. Wait a moment and send again"), field="")
    return ids


def _milli(text: str) -> int:
    try:
        quantity = Decimal(text.strip()) * 1000
    except InvalidOperation:
        quantity = Decimal(0)
    if not quantity.is_finite() or quantity != quantity.to_integral_value() or not 0 < quantity <= 1_000_000:
        raise InvalidError(msg("Give a quantity such as 1 or 0.5"), field="quantity")
    return int(quantity)


def _read(uow: UnitOfWork, actor: Actor, order_id: int) -> tuple[OrderDetail, list[StockRow], datetime]:
    return detail.order_detail(uow.session, actor, order_id, now=uow.now), catalogue.stock_list(uow.session, actor), uow.now
