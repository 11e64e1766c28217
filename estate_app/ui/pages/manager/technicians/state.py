"""The technicians of the estate in view; live with its orders."""

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.repair.roster import TechnicianRow, list_technicians
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.technicians import present
from estate_app.ui.query import read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Kpi

_READ = Permission.technicians_read


class TechniciansState(rx.State):
    """Who can be sent."""

    rows: list[present.TechnicianLine] = []
    kpis: list[Kpi] = []
    total: int = 0
    q: str = ""
    duty: str = ""
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the roster and stay live."""
        await self._refresh(me())
        watch(self, f"orders:{await chosen_estate(self)}")

    async def _refresh(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        self.q, self.duty = query.get("q", ""), "on" if query.get("duty") == "on" else ""
        found = await in_uow(_read, actor, await chosen_estate(self))
        self.kpis, self.total = present.kpis(found, locale=locale), len(found)
        lines = [present.technician_line(row, locale=locale) for row in found if not self.duty or row.who.is_on_duty]
        self.rows = [line for line in lines if self.q.lower() in f"{line.name} {line.trades} {line.phone}".lower()]
        self.stage = READY


def _read(uow: UnitOfWork, actor: Actor, estate_id: int) -> list[TechnicianRow]:
    return list_technicians(uow.session, actor, now=uow.now, estate_id=estate_id or None)
