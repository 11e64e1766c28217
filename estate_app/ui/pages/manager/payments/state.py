"""The list of payments of the estate in view; all of its filters are in the URL."""

from dataclasses import dataclass
from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.export import read_filter
from estate_app.kit.clock import business_date
from estate_app.kit.pagination import Page, PageRequest
from estate_app.payment.filters import PaymentFilter
from estate_app.payment.queries import PaymentRow, list_payments
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.payments import present
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option, Pager, make_pager

_READ = Permission.payments_read


@dataclass(frozen=True, slots=True)
class _Seen:
    page: Page[PaymentRow]
    now: datetime


class ManagedPaymentsState(rx.State):
    """The page of the list in view."""

    rows: list[present.PaymentLine] = []
    pager: Pager = Pager()
    filters: present.Filters = present.Filters()
    states: list[Option] = []
    channels: list[Option] = []
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read what the URL asks for; what comes in shows by itself."""
        await self._refresh(me())
        watch(self, f"takings:{await chosen_estate(self)}")

    async def _refresh(self, actor: Actor) -> None:
        locale, query, estate_id = await locale_of(self), read_query(self), await chosen_estate(self)
        chosen = present.filters(query, estate_id)
        request = PageRequest(page_of(query), page_size_of(query), chosen.sort)
        kept = {name: getattr(chosen, name) for name in ("text", "status", "channel", "from_on", "to_on")}
        seen = await in_uow(_read, actor, {**kept, "estate_id": str(estate_id) if estate_id else ""}, request)
        may = actor.can(Permission.refunds_request)
        self.rows = [present.payment_line(row, may_refund=may, now=seen.now, locale=locale) for row in seen.page.rows]
        self.filters = chosen
        self.states, self.channels = present.states(locale=locale), present.channels(locale=locale)
        self.pager = make_pager(page=request.number, page_size=request.size, total=seen.page.total, locale=locale)
        self.stage = READY


def _read(uow: UnitOfWork, actor: Actor, query: dict[str, str], request: PageRequest) -> _Seen:
    wanted = read_filter(PaymentFilter, query)
    return _Seen(list_payments(uow.session, actor, filter=wanted, page=request, on=business_date(uow.now)), uow.now)
