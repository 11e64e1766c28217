"""Appointments: searched, given and taken back."""

from typing import Any

import reflex as rx

from estate_app.access import grants
from estate_app.access.actor import Actor
from estate_app.access.permission import Permission, PermissionSet
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg, translate
from estate_app.kit.pagination import PageRequest
from estate_app.property.queries import visible_buildings, visible_estates
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.permissions.present import (
    GrantCard,
    present_facts,
    present_grant,
    read_place,
    set_options,
)
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Fact, Option, Pager, make_pager


class PermissionsState(rx.State):
    """Who is appointed to what."""

    rows: list[GrantCard] = []
    pager: Pager = Pager()
    q: str = ""
    chosen_set: str = ""
    sets: list[Option] = []
    places: list[Option] = []
    is_open: bool = False
    asked: int = 0
    facts: list[Fact] = []
    is_saving: bool = False
    stage: str = LOADING
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(Permission.grants_edit)
    async def load(self) -> None:
        """Read the appointments of the URL's filter."""
        await self._refresh(me())

    @rx.event
    @requires(Permission.grants_edit)
    async def show_form(self, is_open: bool) -> None:
        """Open or close the form of a new appointment."""
        self.is_open, self.field_errors = is_open, {}

    @rx.event
    @requires(Permission.grants_edit)
    async def appoint(self, form: dict[str, Any]) -> Any:
        """Appoint somebody."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            await in_uow(_appoint, me(), {name: str(value) for name, value in form.items()})
            self.is_open = False
            await self._refresh(me())
            yield toast_done(await say(self, msg("Appointed. It holds at once")))
        finally:
            self.is_saving = False

    @rx.event
    @requires(Permission.grants_edit)
    async def ask_revoke(self, grant_id: int) -> None:
        """Ask before an appointment is taken back; 0 closes the question."""
        card = next((row for row in self.rows if row.id == grant_id), None)
        self.asked = card.id if card else 0
        self.facts = present_facts(card, locale=await locale_of(self)) if card else []

    @rx.event
    @requires(Permission.grants_edit)
    async def revoke(self) -> Any:
        """Take the appointment in question back."""
        self.is_saving = True
        yield
        try:
            await in_uow(grants.revoke, me(), grant_id=self.asked)
            await self._refresh(me())
            yield toast_done(await say(self, msg("Appointment taken back. It no longer holds")))
        finally:
            self.asked, self.is_saving = 0, False

    async def _refresh(self, actor: Actor) -> None:
        query, locale = read_query(self), await locale_of(self)
        known = {one.value for one in PermissionSet}
        self.q, self.chosen_set = query.get("q", ""), query.get("set", "") if query.get("set") in known else ""
        request = PageRequest(page_of(query), page_size_of(query))
        wanted = grants.GrantFilter(self.q, PermissionSet(self.chosen_set) if self.chosen_set else None)
        self.rows, total, self.places = await in_uow(_read, actor, wanted, request, locale)
        self.sets = set_options(locale=locale)
        self.pager = make_pager(page=request.number, page_size=request.size, total=total, locale=locale)
        self.stage = READY


def _read(
    uow: UnitOfWork, actor: Actor, wanted: grants.GrantFilter, request: PageRequest, locale: str
) -> tuple[list[GrantCard], int, list[Option]]:
    page = grants.list_grants(uow.session, actor, filter=wanted, page=request)
    estates = {estate.id: estate.name for estate in visible_estates(uow.session, actor, Permission.grants_edit)}
    buildings = visible_buildings(uow.session, actor, Permission.grants_edit)
    named = {f"estate:{key}": name for key, name in estates.items()} | {
        f"building:{one.id}": f"{estates.get(one.estate_id, '')} {one.name}".strip() for one in buildings
    }
    everywhere = [Option("all", translate(msg("All estates"), locale))] if actor.scope(Permission.grants_edit).is_everywhere else []
    places = everywhere + [Option(key, name) for key, name in named.items()]
    return [present_grant(row, places=named, locale=locale) for row in page.rows], page.total, places


def _appoint(uow: UnitOfWork, actor: Actor, form: dict[str, str]) -> None:
    place = read_place(form.get("place", ""))
    if place is None:
        raise InvalidError(msg("Choose where it holds"), field="place")
    if form.get("permission_set") not in {one.value for one in PermissionSet}:
        raise InvalidError(msg("Choose as what"), field="permission_set")
    grants.appoint(
        uow,
        actor,
        phone=form.get("phone", ""),
        name=form.get("name", ""),
        permission_set=PermissionSet(form["permission_set"]),
        estate_id=place[0],
        building_id=place[1],
    )
