"""The stock of materials: found, added, and what is low."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.pagination import Page, PageRequest
from estate_app.repair import stock, stock_queries
from estate_app.repair.stock_queries import StockFilter, StockLine, StockTotals
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.stock import present
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Kpi, Option, Pager, make_pager

_READ, _EDIT = Permission.repairs_read, Permission.stock_edit


class StockState(rx.State):
    """One page of the materials."""

    rows: list[present.MaterialRow] = []
    kpis: list[Kpi] = []
    pager: Pager = Pager()
    filters: present.Filters = present.Filters()
    shows: list[Option] = []
    is_open: bool = False
    may_edit: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the page of the URL and stay live: technicians take from it all day."""
        await self._refresh(me())
        watch(self, stock.TOPIC)

    async def _refresh(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        wanted, self.filters = present.read_url(query)
        request = PageRequest(page_of(query), page_size_of(query), self.filters.sort)
        found, figures = await in_uow(_read, actor, wanted, request)
        self.rows = [present.material_row(line, locale=locale) for line in found.rows]
        self.pager = make_pager(page=request.number, page_size=request.size, total=found.total, locale=locale)
        self.kpis, self.shows = present.kpis(figures, locale=locale), present.show_options(locale)
        self.may_edit, self.stage = actor.can(_EDIT), READY

    @rx.event
    @requires(_EDIT)
    async def ask(self) -> None:
        """Open the form of a new material."""
        self.is_open, self.field_errors = True, {}

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close the form; nothing changes."""
        self.is_open = False

    @rx.event
    @requires(_EDIT)
    async def add(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Put a material on the list and go to it."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            typed = {name: str(value or "").strip() for name, value in form.items()}
            facts, there = present.read_facts(typed), present.read_quantity(typed.get("on_hand", "") or "0", "on_hand")
            key = await in_uow(_add, me(), facts, there)
            self.is_open = False
            yield rx.redirect(f"/manage/stock/{key}")
        finally:
            self.is_saving = False


def _add(uow: UnitOfWork, actor: Actor, facts: stock.ItemFacts, on_hand_milli: int) -> int:
    return stock.add_item(uow, actor, facts=facts, on_hand_milli=on_hand_milli).id


def _read(uow: UnitOfWork, actor: Actor, wanted: StockFilter, request: PageRequest) -> tuple[Page[StockLine], StockTotals]:
    found = stock_queries.list_stock(uow.session, actor, filter=wanted, page=request, now=uow.now)
    return found, stock_queries.totals(uow.session, actor)
