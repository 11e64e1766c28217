"""The register's list of rooms: searched, filtered, a page at a time; all of it is in the URL."""

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.models import Building
from estate_app.property.queries import visible_buildings
from estate_app.property.register import RoomFilter, RoomRow, list_rooms
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.pages.manager.property import present
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option, Pager, make_pager

_READ = Permission.property_read


class RegisterState(rx.State):
    """The page of the list in view."""

    rows: list[present.RoomLine] = []
    pager: Pager = Pager()
    filters: present.Filters = present.Filters()
    buildings: list[Option] = []
    states: list[Option] = []
    uses: list[Option] = []
    is_choosing: bool = False
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read what the URL asks for."""
        await self._refresh(me())

    @rx.event
    @requires(_READ)
    async def choose_doors(self, is_open: bool) -> None:
        """Ask of which building the door labels are wanted."""
        self.is_choosing = is_open

    async def _refresh(self, actor: Actor) -> None:
        locale, query, estate_id = await locale_of(self), read_query(self), await chosen_estate(self)
        wanted, self.filters = present.read_url(query, estate_id)
        request = PageRequest(page_of(query), page_size_of(query))
        found, buildings = await in_uow(_read, actor, wanted, request)
        self.rows = [present.room_line(room, locale=locale) for room in found.rows]
        self.pager = make_pager(page=request.number, page_size=request.size, total=found.total, locale=locale)
        self.buildings = [Option(str(b.id), b.name) for b in buildings if not estate_id or b.estate_id == estate_id]
        self.states, self.uses = present.state_options(locale), present.options(present.USES, locale)
        self.stage = READY


def _read(uow: UnitOfWork, actor: Actor, wanted: RoomFilter, request: PageRequest) -> tuple[Page[RoomRow], list[Building]]:
    found = list_rooms(uow.session, actor, filter=wanted, page=request, on=business_date(uow.now))
    return found, visible_buildings(uow.session, actor, _READ)
