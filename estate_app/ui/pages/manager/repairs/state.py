"""The list of work orders: searched, filtered, sorted, a page at a time; all of it is in the URL."""

from dataclasses import dataclass
from datetime import date, datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.models import Building
from estate_app.property.queries import visible_buildings
from estate_app.repair.catalogue import CategoryGroup, category_tree
from estate_app.repair.filters import OrderFilter
from estate_app.repair.queries import OrderRow, list_orders
from estate_app.repair.roster import TechnicianRow, list_technicians
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.repairs import present
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Pager, make_pager

_READ = Permission.repairs_read
_FILTERS = frozenset({"family", "urgencies", "category_id", "building_id", "technician_id"})


@dataclass(frozen=True, slots=True)
class _Seen:
    page: Page[OrderRow]
    groups: tuple[CategoryGroup, ...]
    buildings: list[Building]
    technicians: list[TechnicianRow]
    now: datetime


class RepairsState(rx.State):
    """The page of the list in view."""

    rows: list[present.OrderLine] = []
    pager: Pager = Pager()
    filters: present.Filters = present.Filters()
    choices: present.Choices = present.Choices()
    may_report: bool = False
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read what the URL asks for and stay live."""
        await self._refresh(me())
        watch(self, f"orders:{await chosen_estate(self)}")

    async def _refresh(self, actor: Actor) -> None:
        locale, query, estate_id = await locale_of(self), read_query(self), await chosen_estate(self)
        wanted, self.filters = present.read_url(query, estate_id)
        request = PageRequest(page_of(query), page_size_of(query), self.filters.sort)
        seen = await in_uow(_read, actor, wanted, request)
        self.rows = [present.order_line(order, now=seen.now, locale=locale) for order in seen.page.rows]
        self.choices = present.choices(seen.groups, seen.buildings, seen.technicians, estate_id, locale=locale)
        self.pager = make_pager(page=request.number, page_size=request.size, total=seen.page.total, locale=locale)
        self.may_report = actor.can(Permission.repairs_report)
        self.stage = READY


def _read(uow: UnitOfWork, actor: Actor, wanted: OrderFilter, request: PageRequest) -> _Seen:
    session, now = uow.session, uow.now
    page = list_orders(session, actor, filter=wanted, page=request, now=now)
    sees = actor.can(Permission.technicians_read)
    technicians = list_technicians(session, actor, now=now, estate_id=wanted.estate_id) if sees else []
    return _Seen(page, category_tree(session), visible_buildings(session, actor, _READ), technicians, now)


def _day(text: str) -> str:
    """A date as it is; anything odd is none."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
