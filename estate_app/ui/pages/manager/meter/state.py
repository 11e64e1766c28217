"""One meter: its readings, a correction, an estimate, a replacement, its removal."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing import meters, reading_fixes
from estate_app.billing.meter_queries import MeterDetail, meter_detail
from estate_app.billing.rules.values import parse_milli
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.kit.pagination import PageRequest
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.item_rooms.present import read_day
from estate_app.ui.pages.manager.meter import present
from estate_app.ui.query import page_of, page_size_of, path_number, read_query
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Pager, make_pager

_READ, _EDIT = Permission.bills_read, Permission.meters_edit


class MeterState(rx.State):
    """The meter of the URL; `dialog` is correct, estimate, replace or remove; `chosen` is the reading to correct."""

    view: present.MeterView = present.MeterView()
    rows: list[present.ReadingRow] = []
    pager: Pager = Pager()
    today: str = ""
    dialog: str = ""
    chosen: present.ReadingRow = present.ReadingRow("", "", "", "", present.Badge(""), "", False)
    may_edit: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the meter of the URL."""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        request = PageRequest(page_of(query), page_size_of(query))
        meter, on = await in_uow(_read, actor, path_number(self), request)
        self.view = present.meter_view(meter, locale=locale)
        self.rows = [present.reading_row(line, locale=locale) for line in meter.readings.rows]
        self.pager = make_pager(page=request.number, page_size=request.size, total=meter.readings.total, locale=locale)
        self.today = present.today_text(on)
        self.may_edit = actor.scope(_EDIT).covers(estate_id=meter.estate_id)
        self.stage = READY

    @rx.event
    @requires(_EDIT)
    async def ask(self, what: str) -> None:
        """Open a form."""
        self.dialog, self.field_errors = what if what in {"estimate", "replace", "remove"} else "", {}

    @rx.event
    @requires(_EDIT)
    async def ask_correct(self, row_key: str) -> None:
        """Open the correction of a reading."""
        found = next((row for row in self.rows if row.id == row_key), None)
        if found is not None:
            self.chosen, self.dialog, self.field_errors = found, "correct", {}

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close the form; nothing changes."""
        self.dialog = ""

    @rx.event
    @requires(_EDIT)
    async def correct(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Put a reading right; bills that rest on it are corrected by lines of their own."""
        async for event in self._busy(
            _correct, msg("The reading is put right; {count} bills are corrected"), int(self.chosen.id or 0), form
        ):
            yield event

    @rx.event
    @requires(_EDIT)
    async def estimate(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Record an estimate."""
        async for event in self._busy(
            _estimate, msg("The estimate is kept; the next reading settles the difference"), path_number(self), form
        ):
            yield event

    @rx.event
    @requires(_EDIT)
    async def replace(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Put another meter in this one's place."""
        async for event in self._busy(_replace, msg("The meter is replaced; the next bill charges both"), path_number(self), form):
            yield event

    @rx.event
    @requires(_EDIT)
    async def remove(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Take the meter out with its last reading."""
        async for event in self._busy(_remove, msg("The meter is removed"), path_number(self), form):
            yield event

    async def _busy(self, command: Any, done: Message, key: int, form: dict[str, Any]) -> AsyncIterator[Any]:
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            count = await in_uow(command, me(), key, {name: str(value or "").strip() for name, value in form.items()})
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, Message(done.id, (("count", count),)) if "{count}" in done.id else done))
        finally:
            self.is_saving = False


def _milli(form: dict[str, str], name: str) -> int:
    return parse_milli(form.get(name, ""), field=name)


def _digits(form: dict[str, str]) -> int:
    text = form.get("digits", "")
    if not (text.isascii() and text.isdigit() and len(text) == 1):
        raise InvalidError(msg("A dial has 1 to 9 digits"), field="digits")
    return int(text)


def _correct(uow: UnitOfWork, actor: Actor, key: int, form: dict[str, str]) -> int:
    value = _milli(form, "value")
    return len(reading_fixes.correct_reading(uow, actor, reading_id=key, value_milli=value, reason=form.get("reason", "")))


def _estimate(uow: UnitOfWork, actor: Actor, key: int, form: dict[str, str]) -> int:
    reading_fixes.estimate_reading(uow, actor, meter_id=key, read_on=read_day(form.get("read_on", ""), "read_on"))
    return 1


def _replace(uow: UnitOfWork, actor: Actor, key: int, form: dict[str, str]) -> int:
    meters.replace_meter(
        uow,
        actor,
        meter_id=key,
        on=read_day(form.get("on", ""), "on"),
        last_milli=_milli(form, "value"),
        code=form.get("code", ""),
        digits=_digits(form),
        first_milli=_milli(form, "first"),
    )
    return 1


def _remove(uow: UnitOfWork, actor: Actor, key: int, form: dict[str, str]) -> int:
    meters.remove_meter(uow, actor, meter_id=key, on=read_day(form.get("on", ""), "on"), last_milli=_milli(form, "value"))
    return 1


def _read(uow: UnitOfWork, actor: Actor, key: int, request: PageRequest) -> tuple[MeterDetail, date]:
    return meter_detail(uow.session, actor, meter_id=key, page=request, now=uow.now), business_date(uow.now)
