"""The facilities of the estate in view: found, added, chosen for a sheet of labels."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg, translate
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.models import Building, PublicArea
from estate_app.property.places import areas_of
from estate_app.property.queries import visible_buildings
from estate_app.repair import facilities
from estate_app.repair.catalogue import CategoryGroup, category_tree
from estate_app.repair.facility_queries import FacilityFilter, FacilityRow, list_facilities
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.pages.manager.facilities import present
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Pager, make_pager

_READ, _EDIT = Permission.technicians_read, Permission.technicians_edit


class FacilitiesState(rx.State):
    """One page of facilities; `selected` are the ids that are ticked for labels."""

    rows: list[present.FacilityLine] = []
    pager: Pager = Pager()
    filters: present.Filters = present.Filters()
    lists: present.Lists = present.Lists()
    values: present.Values = present.Values()
    selected: list[str] = []
    dialog: str = ""
    may_edit: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.var
    def labels_href(self) -> str:
        """The sheet of labels of what is ticked."""
        return f"/labels.pdf?facilities={','.join(self.selected)}"

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the page of the URL."""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale, query, estate_id = await locale_of(self), read_query(self), await chosen_estate(self)
        wanted, self.filters = present.read_url(query)
        request = PageRequest(page_of(query), page_size_of(query), self.filters.sort)
        found, today = await in_uow(_read, actor, estate_id, wanted, request)
        self.rows = [present.facility_line(row, today=today, locale=locale) for row in found.rows]
        self.pager = make_pager(page=request.number, page_size=request.size, total=found.total, locale=locale)
        self.lists = present.lists(*await in_uow(_lists, actor, estate_id), locale=locale)
        self.may_edit = actor.scope(_EDIT).covers(estate_id=estate_id)
        self.selected = [row.id for row in self.rows if row.id in self.selected]
        self.stage = READY

    @rx.event
    @requires(_READ)
    async def tick(self, key: str) -> None:
        """Choose a facility for the sheet of labels, or leave it out again."""
        self.selected = [k for k in self.selected if k != key] if key in self.selected else [*self.selected, key]

    @rx.event
    @requires(_READ)
    async def untick(self) -> None:
        """Choose none."""
        self.selected = []

    @rx.event
    @requires(_READ)
    async def ask(self, what: str) -> None:
        """Open the form of a new facility, or the choice of areas whose labels are printed."""
        self.dialog, self.field_errors = what if what in {"add", "areas"} else "", {}

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close the form; nothing changes."""
        self.dialog = ""

    @rx.event
    @requires(_READ)
    async def print_areas(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """Open the sheet of labels of the ticked areas."""
        ids = [area.value for area in self.lists.areas if form.get(f"areas.{area.value}")]
        if not ids:
            locale = await locale_of(self)
            self.field_errors = {"areas": translate(msg("Choose at least one public area"), locale)}
            return None
        self.dialog = ""
        return rx.redirect(f"/labels.pdf?areas={','.join(ids)}", is_external=True)

    @rx.event
    @requires(_EDIT)
    async def add(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Put a facility into the register and go to it."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            facts = present.read_facts({name: str(value or "").strip() for name, value in form.items()})
            key = await in_uow(_add, me(), await chosen_estate(self), facts)
            self.dialog = ""
            yield rx.redirect(f"/manage/facilities/{key}")
        finally:
            self.is_saving = False


def _add(uow: UnitOfWork, actor: Actor, estate_id: int, facts: facilities.FacilityFacts) -> int:
    return facilities.add_facility(uow, actor, estate_id=estate_id, facts=facts).id


def _lists(uow: UnitOfWork, actor: Actor, estate_id: int) -> tuple[list[Building], list[PublicArea], tuple[CategoryGroup, ...]]:
    buildings = [b for b in visible_buildings(uow.session, actor, _READ) if b.estate_id == estate_id]
    return buildings, areas_of(uow.session, {estate_id}), category_tree(uow.session)


def _read(uow: UnitOfWork, actor: Actor, estate_id: int, wanted: FacilityFilter, request: PageRequest) -> tuple[Page[FacilityRow], date]:
    today = business_date(uow.now)
    found = list_facilities(uow.session, actor, estate_id=estate_id, filter=wanted, page=request, now=uow.now, today=today)
    return found, today
