"""The ground of the estate in view: one building's coordinates and outline, and the public areas."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import NotFoundError
from estate_app.kit.i18n import Message, msg
from estate_app.property import grounds
from estate_app.property.outline import read_outline, read_point
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.grounds import present
from estate_app.ui.query import go, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY

_READ, _EDIT = Permission.property_read, Permission.property_edit
_NONE = present.AreaLine("", "", "", present.Badge(""), is_retired=False)


class GroundsState(rx.State):
    """The building of the address and the areas; `dialog` is empty, "add", "rename" or "retire", about `chosen`."""

    view: present.GroundView = present.GroundView()
    drawing: present.Drawing = present.Drawing()
    dialog: str = ""
    chosen: present.AreaLine = _NONE
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the estate in view."""
        self.field_errors = {}
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale, estate_id = await locale_of(self), await chosen_estate(self)
        wanted = read_query(self).get("building", "")
        chosen = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) <= len("1000000000000") else 0
        buildings, areas = await in_uow(_read, actor, estate_id)
        may_edit = actor.can(_EDIT) and actor.scope(_EDIT).covers(estate_id=estate_id)
        self.view = present.ground_view(buildings, areas, chosen, may_edit=may_edit, locale=locale)
        self.drawing, self.stage = self.view.drawing, READY

    @rx.event
    @requires(_READ)
    async def choose(self, building_id: str) -> rx.event.EventSpec:
        """Show another building."""
        return go(self, building=building_id)

    @rx.event
    @requires(_EDIT)
    async def sketch(self, text: str) -> None:
        """Draw the outline as it is typed; a line that is wrong is named under the field."""
        self.field_errors = {}
        self.drawing = present.draw(read_outline(text), locale=await locale_of(self))

    @rx.event
    @requires(_EDIT)
    async def save(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Keep where the building stands."""
        async for event in self._busy(_save, msg("The building's place is saved"), self.view.building.id, form):
            yield event

    @rx.event
    @requires(_EDIT)
    async def ask(self, what: str, key: str) -> None:
        """Open a form, about an area of the page."""
        self.chosen = next((area for area in self.view.areas if area.id == key), _NONE)
        self.dialog, self.field_errors = what if what in {"add", "rename", "retire"} else "", {}

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close the form; nothing changes."""
        self.dialog, self.field_errors = "", {}

    @rx.event
    @requires(_EDIT)
    async def add(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Add a public area."""
        async for event in self._busy(_add, msg("The public area is added"), str(await chosen_estate(self)), form):
            yield event

    @rx.event
    @requires(_EDIT)
    async def rename(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Rename the chosen area."""
        async for event in self._busy(_rename, msg("The public area is renamed"), self.chosen.id, form):
            yield event

    @rx.event
    @requires(_EDIT)
    async def retire(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Retire the chosen area."""
        async for event in self._busy(_retire, msg("The public area is retired; orders there keep its name"), self.chosen.id, form):
            yield event

    @rx.event
    @requires(_EDIT)
    async def restore(self, key: str) -> AsyncIterator[Any]:
        """Offer a retired area again."""
        async for event in self._busy(_restore, msg("The public area can be chosen again"), key, {}):
            yield event

    async def _busy(self, command: Any, done: Message, key: str, form: dict[str, Any]) -> AsyncIterator[Any]:
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            if not key.isdigit():
                raise NotFoundError
            await in_uow(command, me(), int(key), {name: str(value or "").strip() for name, value in form.items()})
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, done))
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor, estate_id: int) -> tuple[list[grounds.BuildingRow], list[grounds.AreaRow]]:
    buildings = grounds.list_buildings(uow.session, actor, estate_id=estate_id)
    return buildings, grounds.list_areas(uow.session, actor, estate_id=estate_id)


def _save(uow: UnitOfWork, actor: Actor, building_id: int, form: dict[str, str]) -> None:
    centre = read_point(form.get("latitude", ""), form.get("longitude", ""))
    grounds.set_ground(uow, actor, building_id=building_id, centre=centre, corners=read_outline(form.get("outline", "")))


def _add(uow: UnitOfWork, actor: Actor, estate_id: int, form: dict[str, str]) -> None:
    building = form.get("building", "")
    grounds.add_area(uow, actor, estate_id=estate_id, building_id=int(building) if building.isdigit() else None, name=form.get("name", ""))


def _rename(uow: UnitOfWork, actor: Actor, area_id: int, form: dict[str, str]) -> None:
    grounds.rename_area(uow, actor, area_id=area_id, name=form.get("name", ""))


def _retire(uow: UnitOfWork, actor: Actor, area_id: int, _form: dict[str, str]) -> None:
    grounds.retire_area(uow, actor, area_id=area_id, is_retired=True)


def _restore(uow: UnitOfWork, actor: Actor, area_id: int, _form: dict[str, str]) -> None:
    grounds.retire_area(uow, actor, area_id=area_id, is_retired=False)
