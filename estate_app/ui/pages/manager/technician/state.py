"""One technician: what managers change of trades, zones, shifts, leave and capacity."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.property.models import Building
from estate_app.property.queries import visible_buildings
from estate_app.repair import technicians
from estate_app.repair.roster import Span, TechnicianRow, list_technicians, schedule
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.technician import present, week
from estate_app.ui.query import path_number
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option

_READ, _EDIT = Permission.technicians_read, Permission.technicians_edit
_TOLD = {0: msg("Saved"), 1: msg("Saved; one open order went to others")}


@dataclass(frozen=True, slots=True)
class _Seen:
    row: TechnicianRow
    spans: list[Span]
    buildings: list[Building]
    now: datetime


class TechnicianState(rx.State):
    """The technician in view."""

    view: present.TechnicianView = present.TechnicianView()
    levels: list[Option] = []
    weekdays: list[Option] = []
    may_edit: bool = False
    dialog: str = ""
    saving: str = ""
    field_errors: dict[str, str] = {}
    stage: str = LOADING
    _shown: int = 0

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the technician of the URL and stay live."""
        if self._shown != path_number(self):
            self._shown, self.stage, self.dialog, self.field_errors = path_number(self), LOADING, "", {}
        await self._refresh(me())
        watch(self, f"tech:{path_number(self)}")

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        estate_id = await chosen_estate(self)
        seen = await in_uow(_read, actor, path_number(self), estate_id)
        self.view = present.technician_view(seen.row, seen.spans, seen.buildings, estate_id=estate_id, now=seen.now, locale=locale)
        self.levels, self.weekdays = present.level_options(locale), week.weekday_options(locale)
        self.may_edit = actor.can(_EDIT)
        self.stage = READY

    @rx.event
    @requires(_EDIT)
    async def ask(self, what: str) -> None:
        """Open one of the dialogs."""
        self.field_errors = {}
        self.dialog = what if what in {"shift", "leave", "active", "estate"} else ""

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close what is open; nothing happens."""
        self.dialog, self.field_errors = "", {}

    @rx.event
    @requires(_EDIT)
    async def save_trades(self, form: dict[str, Any]) -> AsyncIterator[rx.event.EventSpec | None]:
        """Replace the trades and their levels."""
        async for event in self._saving("trades", technicians.save_trades, levels=present.read_levels(form)):
            yield event

    @rx.event
    @requires(_EDIT)
    async def save_zones(self, form: dict[str, Any]) -> AsyncIterator[rx.event.EventSpec | None]:
        """Replace the main buildings in the estate in view; none means the whole estate alike."""
        buildings = present.read_buildings(form, self.view.zones)
        estate_id = await chosen_estate(self)
        async for event in self._saving("zones", technicians.save_zones, estate_id=estate_id, building_ids=buildings):
            yield event

    @rx.event
    @requires(_EDIT)
    async def save_capacity(self, form: dict[str, Any]) -> AsyncIterator[rx.event.EventSpec | None]:
        """Change the minutes that a day may hold."""
        text = str(form.get("daily_minutes", "")).strip()
        minutes = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
        async for event in self._saving("capacity", technicians.save_capacity, daily_minutes=minutes):
            yield event

    @rx.event
    @requires(_EDIT)
    async def add_shift(self, form: dict[str, Any]) -> AsyncIterator[rx.event.EventSpec | None]:
        """Put the technician on duty or on call, once or by the week."""
        self.field_errors = {}
        if week.ticked_weekdays(form) or form.get("last_on"):
            async for event in self._saving("shift", technicians.add_week, pattern=week.read_week(form)):
                yield event
            return
        starts_at, ends_at, kind = present.read_shift(form)
        async for event in self._saving("shift", technicians.add_shift, starts_at=starts_at, ends_at=ends_at, kind=kind):
            yield event

    @rx.event
    @requires(_EDIT)
    async def add_leave(self, form: dict[str, Any]) -> AsyncIterator[rx.event.EventSpec | None]:
        """Note that the technician is away."""
        self.field_errors = {}
        starts_at, ends_at = present.read_leave(form)
        why = str(form.get("reason", ""))
        async for event in self._saving("leave", technicians.add_leave, starts_at=starts_at, ends_at=ends_at, reason=why):
            yield event

    @rx.event
    @requires(_EDIT)
    async def switch_active(self, _form: dict[str, Any]) -> AsyncIterator[rx.event.EventSpec | None]:
        """Take the technician off the list, or back onto it."""
        async for event in self._saving("active", technicians.save_active, is_active=not self.view.head.is_active):
            yield event

    @rx.event
    @requires(_EDIT)
    async def leave_estate(self, _form: dict[str, Any]) -> AsyncIterator[rx.event.EventSpec | None]:
        """Take the technician out of the estate in view, and go back to those who work there."""
        self.saving, estate_id = "estate", await chosen_estate(self)
        yield None
        try:
            freed = await in_uow(technicians.leave_estate, me(), technician_id=path_number(self), estate_id=estate_id)
            self.dialog = ""
            yield toast_done(await say(self, _told(freed)))
            yield rx.redirect("/manage/technicians")
        finally:
            self.saving = ""

    @rx.event
    @requires(_EDIT)
    async def remove(self, span_key: str) -> rx.event.EventSpec:
        """Take a shift or a leave off the roster."""
        kind, _, number = span_key.partition("-")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise NotFoundError
        await in_uow(_remove, me(), kind, int(number))
        await self._refresh(me())
        return toast_done(await say(self, msg("Taken off the roster")))

    async def _saving(self, what: str, service: Any, **fields: Any) -> AsyncIterator[rx.event.EventSpec | None]:
        self.field_errors, self.saving = {}, what
        yield None
        try:
            freed = await in_uow(service, me(), technician_id=path_number(self), **fields)
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, _told(freed)))
        finally:
            self.saving = ""


def _told(freed: object) -> Message:
    count = freed if isinstance(freed, int) else 0
    return _TOLD.get(count) or msg("Saved; {count} open orders went to others", count=count)


def _remove(uow: UnitOfWork, actor: Actor, kind: str, number: int) -> None:
    if kind == "leave":
        technicians.remove_leave(uow, actor, leave_id=number)
    else:
        technicians.remove_shift(uow, actor, shift_id=number)


def _read(uow: UnitOfWork, actor: Actor, technician_id: int, estate_id: int) -> _Seen:
    row = next((r for r in list_technicians(uow.session, actor, now=uow.now) if r.who.technician_id == technician_id), None)
    if row is None:
        raise NotFoundError
    today = business_date(uow.now)
    to_on = today + timedelta(days=present.DAYS - 1)
    spans = schedule(uow.session, actor, from_on=today, to_on=to_on, technician_id=technician_id)
    buildings = [b for b in visible_buildings(uow.session, actor, _READ) if b.estate_id == estate_id]
    return _Seen(row, spans, buildings, uow.now)
