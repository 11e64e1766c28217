"""The technicians' month of the estate in view; the month stands in the address."""

import re
from datetime import date, datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date, month_start
from estate_app.repair.callbacks import ToCall, to_call
from estate_app.repair.settlement import TeamRow, team_month
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.pages.manager.performance import present
from estate_app.ui.query import read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Kpi

_READ = Permission.technicians_read
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


class PerformanceState(rx.State):
    """Each figure apart; `query` goes to the export."""

    rows: list[present.MonthLine] = []
    kpis: list[Kpi] = []
    calls: list[present.CallBack] = []
    calls_total: int = 0
    month: str = ""
    query: str = ""
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the month of the address, or the current one."""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale, wanted, estate_id = await locale_of(self), read_query(self).get("month", ""), await chosen_estate(self)
        found, month_on = await in_uow(_read, actor, wanted if _MONTH.fullmatch(wanted) else "", estate_id)
        self.month = f"{month_on:%Y-%m}"
        self.query = f"?month={self.month}" + (f"&estate_id={estate_id}" if estate_id else "")
        self.rows = [present.month_line(row, locale=locale) for row in found]
        self.kpis = present.kpis(found, locale=locale)
        waiting, self.calls_total, now = await in_uow(_to_call, actor, estate_id)
        self.calls = [present.call_back(row, now=now, locale=locale) for row in waiting]
        self.stage = READY


def _read(uow: UnitOfWork, actor: Actor, wanted: str, estate_id: int) -> tuple[list[TeamRow], date]:
    month_on = date.fromisoformat(f"{wanted}-01") if wanted else month_start(business_date(uow.now))
    return team_month(uow.session, actor, month_on=month_on, estate_id=estate_id or None), month_on


def _to_call(uow: UnitOfWork, actor: Actor, estate_id: int) -> tuple[list[ToCall], int, datetime]:
    if not actor.can(Permission.repairs_read):
        return [], 0, uow.now
    rows, total = to_call(uow.session, actor, now=uow.now, estate_id=estate_id or None)
    return rows, total, uow.now
