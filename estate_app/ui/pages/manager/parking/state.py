"""Parking spaces of the estate in view: add one, let a room hold it, end that."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property import parking
from estate_app.property.find import room_by_code
from estate_app.property.parking import SpaceFilter, SpaceRow
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.item_rooms.present import read_day
from estate_app.ui.pages.manager.meter.present import options
from estate_app.ui.pages.manager.parking import present
from estate_app.ui.query import go, page_of, page_size_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option, Pager, make_pager

_READ, _EDIT = Permission.property_read, Permission.property_edit
_NONE = present.SpaceLine("", "", "", "", "", "", "", "", "", present.Badge(""))


class ParkingState(rx.State):
    """One page of spaces; `dialog` is add, give or end; `chosen` is the space that it is about."""

    rows: list[present.SpaceLine] = []
    pager: Pager = Pager()
    filters: present.Filters = present.Filters()
    kinds: list[Option] = []
    today: str = ""
    dialog: str = ""
    chosen: present.SpaceLine = _NONE
    may_edit: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the page of the URL."""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale, query, estate_id = await locale_of(self), read_query(self), await chosen_estate(self)
        wanted, self.filters = present.read_url(query)
        request = PageRequest(page_of(query), page_size_of(query))
        found, on = await in_uow(_read, actor, estate_id, wanted, request)
        self.rows = [present.space_line(row, locale=locale) for row in found.rows]
        self.pager = make_pager(page=request.number, page_size=request.size, total=found.total, locale=locale)
        self.kinds, self.today = options(present.KINDS, locale), on.isoformat()
        self.may_edit = actor.scope(_EDIT).covers(estate_id=estate_id)
        self.stage = READY

    @rx.event
    @requires(_READ)
    async def search(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """Find by number, room or plate."""
        return go(self, text=str(form.get("q", "")).strip())

    @rx.event
    @requires(_EDIT)
    async def ask(self, what: str, key: str) -> None:
        """Open a form, about a space of the page."""
        self.chosen = next((row for row in self.rows if row.id == key), _NONE)
        self.dialog, self.field_errors = what if what in {"add", "give", "end"} else "", {}

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close the form; nothing changes."""
        self.dialog = ""

    @rx.event
    @requires(_EDIT)
    async def add(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Put a space into the register."""
        async for event in self._busy(_add, msg("The space is added"), await chosen_estate(self), form):
            yield event

    @rx.event
    @requires(_EDIT)
    async def give(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Let a room hold the chosen space."""
        async for event in self._busy(_give, msg("The room holds the space"), int(self.chosen.id or 0), form, await chosen_estate(self)):
            yield event

    @rx.event
    @requires(_EDIT)
    async def end(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """End the hold of the chosen space."""
        async for event in self._busy(_end, msg("The hold ends; that day is still charged"), int(self.chosen.use or 0), form):
            yield event

    async def _busy(self, command: Any, done: Message, key: int, form: dict[str, Any], *more: Any) -> AsyncIterator[Any]:
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            await in_uow(command, me(), key, {name: str(value or "").strip() for name, value in form.items()}, *more)
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, done))
        finally:
            self.is_saving = False


def _add(uow: UnitOfWork, actor: Actor, estate_id: int, form: dict[str, str]) -> None:
    parking.add_space(uow, actor, estate_id=estate_id, code=form.get("code", ""), kind=form.get("kind", ""))


def _give(uow: UnitOfWork, actor: Actor, key: int, form: dict[str, str], estate_id: int) -> None:
    ends = form.get("ends_on", "")
    parking.give_space(
        uow,
        actor,
        space_id=key,
        room_id=room_by_code(uow.session, actor, _EDIT, estate_id=estate_id, code=form.get("room", "")),
        starts_on=read_day(form.get("starts_on", ""), "starts_on"),
        ends_on=read_day(ends, "ends_on") if ends else None,
        plate=form.get("plate", ""),
    )


def _end(uow: UnitOfWork, actor: Actor, key: int, form: dict[str, str]) -> None:
    parking.end_space(uow, actor, use_id=key, last_on=read_day(form.get("last_on", ""), "last_on"))


def _read(uow: UnitOfWork, actor: Actor, estate_id: int, wanted: SpaceFilter, request: PageRequest) -> tuple[Page[SpaceRow], date]:
    on = business_date(uow.now)
    return parking.list_spaces(uow.session, actor, estate_id=estate_id, filter=wanted, page=request, on=on), on
