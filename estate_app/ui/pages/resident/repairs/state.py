"""The resident's repairs, open ones first."""

from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.pagination import Page, PageRequest
from estate_app.repair import queries
from estate_app.repair.filters import Family, OrderFilter
from estate_app.repair.queries import OrderRow
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.resident.repairs.present import RepairCard, repair_card
from estate_app.ui.query import go, page_of, read_query
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Pager, make_pager

_FAMILIES = {"open": Family.open, "done": Family.done, "all": Family.all}


class RepairsState(rx.State):
    """The list in view; its filter and page stand in the URL."""

    cards: list[RepairCard] = []
    pager: Pager = Pager()
    family: str = "open"
    stage: str = LOADING

    @rx.event
    @requires(Permission.own_repairs)
    async def load(self) -> None:
        """Read the list of the URL and stay live."""
        await self._refresh(me())
        watch(self, f"resident:{me().id}")

    async def _refresh(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        self.family = query.get("show", "open") if query.get("show") in _FAMILIES else "open"
        found, now = await in_uow(_read, actor, _FAMILIES[self.family], page_of(query))
        self.cards = [repair_card(row, now=now, locale=locale) for row in found.rows]
        self.pager = make_pager(page=found.request.number, page_size=found.request.size, total=found.total, locale=locale)
        self.stage = READY

    @rx.event
    @requires(Permission.own_repairs)
    async def show(self, family: str) -> rx.event.EventSpec:
        """Show the open ones, the finished ones, or all."""
        return go(self, show="" if family == "open" else family)


def _read(uow: UnitOfWork, actor: Actor, family: Family, number: int) -> tuple[Page[OrderRow], datetime]:
    page = PageRequest(number, 10, "-changed")
    return queries.list_orders(uow.session, actor, filter=OrderFilter(family=family), page=page, now=uow.now), uow.now
