"""The electronic invoices of the estate in view."""

from dataclasses import dataclass
from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.kit.pagination import Page, PageRequest
from estate_app.payment.invoice_models import InvoiceStatus
from estate_app.payment.invoices import InvoiceRow, list_invoices
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.pages.manager.invoices import present
from estate_app.ui.query import go, page_of, page_size_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Pager, make_pager

_READ = Permission.payments_read


@dataclass(frozen=True, slots=True)
class _Seen:
    found: Page[InvoiceRow]
    now: datetime


class InvoicesState(rx.State):
    """The list; the filter lives in the URL."""

    rows: list[present.InvoiceLine] = []
    pager: Pager = Pager()
    status: str = ""
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the page of the URL."""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        status = InvoiceStatus(query["status"]) if query.get("status") in set(InvoiceStatus) else None
        request = PageRequest(page_of(query), page_size_of(query))
        seen = await in_uow(_read, actor, await chosen_estate(self), status, request)
        self.status = status.value if status else ""
        self.rows = [present.invoice_line(row, now=seen.now, locale=locale) for row in seen.found.rows]
        self.pager = make_pager(page=request.number, page_size=request.size, total=seen.found.total, locale=locale)
        self.stage = READY

    @rx.event
    @requires(_READ)
    async def narrow(self, status: str) -> rx.event.EventSpec:
        """Show one state only."""
        return go(self, status=status)


def _read(uow: UnitOfWork, actor: Actor, estate_id: int, status: InvoiceStatus | None, request: PageRequest) -> _Seen:
    on = business_date(uow.now)
    return _Seen(list_invoices(uow.session, actor, on=on, page=request, status=status, estate_id=estate_id or None), uow.now)
