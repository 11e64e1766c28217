"""The public income of a resident's estates: the quarters, and one of them."""

from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import NotFoundError
from estate_app.feedback.disclosure_queries import DisclosureRow, DisclosureView, list_disclosures, read_disclosure
from estate_app.kit.pagination import Page, PageRequest
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.common.disclosure import QuarterCard, ReportCard, quarter_card, report_card
from estate_app.ui.query import page_of, path_number, read_query
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Pager, make_pager

_OWN = Permission.own_account
_SIZE = 12


class IncomeState(rx.State):
    """Every published quarter, the newest first."""

    rows: list[QuarterCard] = []
    pager: Pager = Pager()
    stage: str = LOADING

    @rx.event
    @requires(_OWN)
    async def load(self) -> None:
        """Read the page of the address and stay live."""
        await self._refresh(me())
        watch(self, "disclosures")

    async def _refresh(self, actor: Actor) -> None:
        locale, request = await locale_of(self), PageRequest(page_of(read_query(self)), _SIZE)
        found, now = await in_uow(_list, actor, request)
        self.rows = [quarter_card(row, now=now, locale=locale) for row in found.rows]
        self.pager = make_pager(page=request.number, page_size=request.size, total=found.total, locale=locale)
        self.stage = READY


class IncomeReportState(rx.State):
    """One quarter with its items."""

    shown: ReportCard = ReportCard()
    is_missing: bool = False
    stage: str = LOADING

    @rx.event
    @requires(_OWN)
    async def load(self) -> None:
        """Read the quarter of the address."""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        try:
            found, now = await in_uow(_read, actor, path_number(self))
        except NotFoundError:
            self.is_missing, self.stage = True, READY
            return
        self.shown = report_card(found, now=now, locale=await locale_of(self))
        self.is_missing, self.stage = False, READY


def _list(uow: UnitOfWork, actor: Actor, request: PageRequest) -> tuple[Page[DisclosureRow], datetime]:
    return list_disclosures(uow.session, actor, page=request, now=uow.now), uow.now


def _read(uow: UnitOfWork, actor: Actor, disclosure_id: int) -> tuple[DisclosureView, datetime]:
    return read_disclosure(uow.session, actor, disclosure_id, now=uow.now), uow.now
