"""The list of bills: searched, filtered, sorted, a page at a time; all of it is in the URL."""

from dataclasses import dataclass
from datetime import date

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.filters import BillFilter
from estate_app.billing.queries import BillRow, count_bills, list_bills
from estate_app.billing.tariff_queries import ItemRow, list_items
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.models import Building
from estate_app.property.queries import visible_buildings
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.bills import present
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Pager, make_pager

_READ = Permission.bills_read
_FILTERS = frozenset({"state", "fee_item_id", "period", "building_id"})


@dataclass(frozen=True, slots=True)
class _Seen:
    page: Page[BillRow]
    totals: tuple[int, int, int]
    items: list[ItemRow]
    buildings: list[Building]
    on: date


class ManagedBillsState(rx.State):
    """The page of the list in view."""

    rows: list[present.BillLine] = []
    pager: Pager = Pager()
    summary: str = ""
    filters: present.Filters = present.Filters()
    choices: present.Choices = present.Choices()
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read what the URL asks for; runs that are issued show by themselves."""
        await self._refresh(me())
        watch(self, "runs")

    async def _refresh(self, actor: Actor) -> None:
        locale, query, estate_id = await locale_of(self), read_query(self), await chosen_estate(self)
        wanted, filters = present.read_url(query, estate_id)
        request = PageRequest(page_of(query), page_size_of(query), filters.sort)
        seen = await in_uow(_read, actor, wanted, request)
        self.rows = [present.bill_line(row, on=seen.on, locale=locale) for row in seen.page.rows]
        self.summary = present.summary(seen.totals, locale=locale)
        self.filters = filters
        self.choices = present.choices(seen.items, seen.buildings, estate_id=estate_id, filters=filters, on=seen.on, locale=locale)
        self.pager = make_pager(page=request.number, page_size=request.size, total=seen.page.total, locale=locale)
        self.stage = READY


def _read(uow: UnitOfWork, actor: Actor, wanted: BillFilter, request: PageRequest) -> _Seen:
    session, on = uow.session, business_date(uow.now)
    estate_id = wanted.estate_id or 0
    sees_items = bool(estate_id) and actor.scope(Permission.tariffs_read).covers(estate_id=estate_id)
    return _Seen(
        page=list_bills(session, actor, filter=wanted, page=request, on=on),
        totals=count_bills(session, actor, filter=wanted, on=on),
        items=list_items(session, actor, estate_id=estate_id, on=on) if sees_items else [],
        buildings=visible_buildings(session, actor, _READ),
        on=on,
    )
