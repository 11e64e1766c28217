"""The technician's own results."""

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.repair.performance import Performance, own_performance
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.technician.stats import present
from estate_app.ui.stage import LOADING, READY


class StatsState(rx.State):
    """The score, and one of two months."""

    view: present.Stats = present.Stats()
    month: present.Month = present.Month()
    tab: str = "this"
    stage: str = LOADING

    @rx.event
    @requires(Permission.work_orders)
    async def load(self) -> None:
        """Read the results and stay live."""
        await self._refresh(me())
        watch(self, f"tech:{me().id}")

    async def _refresh(self, actor: Actor) -> None:
        found = await in_uow(_read, actor)
        self.view = present.stats(found, locale=await locale_of(self))
        self.month = self.view.last_month if self.tab == "last" else self.view.this_month
        self.stage = READY

    @rx.event
    @requires(Permission.work_orders)
    async def show(self, tab: str) -> None:
        """Look at this month or at the last."""
        self.tab = "last" if tab == "last" else "this"
        self.month = self.view.last_month if self.tab == "last" else self.view.this_month


def _read(uow: UnitOfWork, actor: Actor) -> Performance:
    return own_performance(uow.session, actor, now=uow.now)
