"""The board's filters and its map, read together with the board by its own State."""

from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.property.models import Building
from estate_app.property.queries import visible_buildings
from estate_app.repair.board_filter import READ
from estate_app.repair.board_map import BoardMap, board_map
from estate_app.ui.guard import locale_of, requires
from estate_app.ui.pages.manager.dispatch import map_present
from estate_app.ui.query import go, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.view import Option

_LOOK = (Permission.repairs_dispatch, Permission.repairs_read)


class BoardMapState(rx.State):
    """What the board may be narrowed to, and the map while it is looked at."""

    filters: map_present.Filters = map_present.Filters()
    buildings: list[Option] = []
    trades: list[Option] = []
    plan: map_present.MapPlan = map_present.MapPlan()

    async def _refresh(self, actor: Actor) -> None:
        """Read the filters of the URL, and the map if it is wanted; the board's State calls it before it reads itself."""
        locale, query = await locale_of(self), read_query(self)
        buildings, found, now = await in_uow(_read, actor, await chosen_estate(self), query)
        self.filters, _ = map_present.read_filters(query, buildings)
        self.buildings = [Option(str(b.id), b.name) for b in buildings]
        self.trades = map_present.trade_options(locale)
        self.plan = map_present.plan_of(found, now=now, locale=locale) if found else map_present.MapPlan()

    @rx.event
    @requires(*_LOOK)
    async def look(self, view: str) -> rx.event.EventSpec:
        """Look at the lanes or at the map."""
        return go(self, view="map" if view == "map" else "")

    @rx.event
    @requires(*_LOOK)
    async def choose(self, building_id: str) -> rx.event.EventSpec:
        """Narrow the board to a building of the map; a second press takes it back."""
        return go(self, building="" if building_id == self.filters.building else building_id)

    @rx.event
    @requires(*_LOOK)
    async def widen(self) -> rx.event.EventSpec:
        """Show every building and trade again."""
        return go(self, building="", trade="")


def _read(uow: UnitOfWork, actor: Actor, estate_id: int, query: dict[str, str]) -> tuple[list[Building], BoardMap | None, datetime]:
    buildings = [b for b in visible_buildings(uow.session, actor, *READ) if b.estate_id == estate_id]
    shown, wanted = map_present.read_filters(query, buildings)
    found = board_map(uow.session, actor, estate_id, now=uow.now, filter=wanted) if shown.view == "map" else None
    return buildings, found, uow.now
