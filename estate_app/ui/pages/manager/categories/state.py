"""The category tree: read by managers, changed by those of all estates."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.i18n import Message, msg
from estate_app.repair import category_admin
from estate_app.repair.category_admin import AdminRow
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.categories import present
from estate_app.ui.stage import LOADING, READY

_READ, _EDIT = Permission.technicians_read, Permission.technicians_edit


class CategoriesState(rx.State):
    """The tree in view; `values` is what the form begins with."""

    rows: list[present.CategoryLine] = []
    lists: present.Lists = present.Lists()
    values: present.Values = present.Values()
    dialog: str = ""
    may_edit: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING
    _values: dict[str, present.Values] = {}

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the tree."""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale, found = await locale_of(self), await in_uow(_read, actor)
        self.rows = [present.line(row, locale=locale) for row in found]
        self.lists = present.lists(found, locale=locale)
        self._values = {str(row.category.id): present.values_of(row.category) for row in found}
        self.may_edit, self.stage = category_admin.may_edit(actor), READY

    @rx.event
    @requires(_EDIT)
    async def ask(self, key: str) -> None:
        """Open the form of a category, or of a new one."""
        self.values = self._values.get(key, present.Values())
        self.dialog, self.field_errors = "form", {}

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close the form; nothing changes."""
        self.dialog = ""

    @rx.event
    @requires(_EDIT)
    async def save(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Add or change a category."""
        async for event in self._busy(_save, msg("The category is kept"), self.values.id, form):
            yield event

    @rx.event
    @requires(_EDIT)
    async def switch(self, key: str, is_active: bool) -> AsyncIterator[Any]:
        """Take a category out of the report form, or bring it back."""
        done = msg("It can be reported again") if is_active else msg("It is no longer offered; open orders go on")
        async for event in self._busy(_switch, done, key, is_active):
            yield event

    async def _busy(self, command: Any, done: Message, *given: Any) -> AsyncIterator[Any]:
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            await in_uow(command, me(), *given)
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, done))
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor) -> list[AdminRow]:
    return category_admin.admin_tree(uow.session, actor)


def _save(uow: UnitOfWork, actor: Actor, key: str, form: dict[str, Any]) -> None:
    facts = present.read_facts(form)
    if key:
        category_admin.edit_category(uow, actor, category_id=int(key), facts=facts)
    else:
        category_admin.add_category(uow, actor, facts=facts)


def _switch(uow: UnitOfWork, actor: Actor, key: str, is_active: bool) -> None:
    category_admin.switch_category(uow, actor, category_id=present.number(key) or 0, is_active=is_active)
