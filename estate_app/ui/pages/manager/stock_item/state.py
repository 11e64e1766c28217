"""One material: deliveries booked, counts corrected, what is known of it changed; live while technicians take from it."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.i18n import Message, msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.repair import stock, stock_queries
from estate_app.repair.stock_queries import MovementRow, StockLine
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.stock import present as register
from estate_app.ui.pages.manager.stock_item import present
from estate_app.ui.query import page_of, page_size_of, path_number, read_query
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Pager, make_pager

_READ, _EDIT = Permission.repairs_read, Permission.stock_edit
_DIALOGS = frozenset({"receive", "correct", "edit", "active"})


class StockItemState(rx.State):
    """The material in view; `dialog` is receive, correct, edit or active."""

    view: present.View = present.View()
    values: register.ItemValues = register.ItemValues()
    pager: Pager = Pager()
    dialog: str = ""
    may_edit: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING
    _shown: int = 0
    _left_milli: int = 0
    _seen_milli: int = 0

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the material of the URL and stay live."""
        if self._shown != path_number(self):
            self._shown, self.stage, self.dialog, self.field_errors = path_number(self), LOADING, "", {}
        await self._refresh(me())
        watch(self, stock.TOPIC)

    async def _refresh(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        request = PageRequest(page_of(query), page_size_of(query))
        line, moves, now = await in_uow(_read, actor, path_number(self), request)
        self.view, self.values = present.view(line, moves, now=now, locale=locale), register.values_of(line.item)
        self.pager = make_pager(page=request.number, page_size=request.size, total=moves.total, locale=locale)
        self._left_milli, self.may_edit, self.stage = line.item.on_hand_milli, actor.can(_EDIT), READY

    @rx.event
    @requires(_EDIT)
    async def ask(self, what: str) -> None:
        """Open one of the forms; what is on hand now is what a count is compared with."""
        self.field_errors, self._seen_milli = {}, self._left_milli
        self.dialog = what if what in _DIALOGS else ""

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close the form; nothing changes."""
        self.dialog, self.field_errors = "", {}

    @rx.event
    @requires(_EDIT)
    async def receive(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Book a delivery."""
        self.field_errors = {}
        quantity = register.read_quantity(str(form.get("quantity") or ""), "quantity")
        fields = {"quantity_milli": quantity, "reference": str(form.get("reference") or "")}
        async for event in self._saving(stock.receive, msg("The delivery is booked"), **fields):
            yield event

    @rx.event
    @requires(_EDIT)
    async def correct(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Book the difference of a count with its reason."""
        self.field_errors = {}
        counted, seen = register.read_quantity(str(form.get("counted") or ""), "counted"), self._seen_milli
        self._seen_milli = self._left_milli
        fields = {"counted_milli": counted, "reason": str(form.get("reason") or ""), "seen_milli": seen}
        async for event in self._saving(stock.correct, msg("The count is booked"), **fields):
            yield event

    @rx.event
    @requires(_EDIT)
    async def edit(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Change what is known of the material."""
        self.field_errors = {}
        facts = register.read_facts({name: str(value or "").strip() for name, value in form.items()})
        async for event in self._saving(stock.edit_item, msg("Saved"), facts=facts):
            yield event

    @rx.event
    @requires(_EDIT)
    async def switch_active(self, _form: dict[str, Any]) -> AsyncIterator[Any]:
        """Take the material off the technicians' list, or bring it back."""
        async for event in self._saving(stock.switch_item, msg("Saved"), is_active=not self.view.is_active):
            yield event

    async def _saving(self, command: Any, done: Message, **fields: Any) -> AsyncIterator[Any]:
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            await in_uow(command, me(), stock_item_id=path_number(self), **fields)
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, done))
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor, key: int, request: PageRequest) -> tuple[StockLine, Page[MovementRow], datetime]:
    line = stock_queries.get_item(uow.session, actor, key, now=uow.now)
    return line, stock_queries.history(uow.session, actor, stock_item_id=key, page=request), uow.now
