"""What the three dashboards share: the figures in view, the period and estate of the address, and a period chosen anew."""

from typing import ClassVar

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.ui.guard import me, requires
from estate_app.ui.pages.manager.analytics import present
from estate_app.ui.pages.manager.analytics.period import CUSTOM, ROLLING
from estate_app.ui.query import go, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING
from estate_app.ui.view import Kpi, Option

_ANY = (Permission.repair_analytics, Permission.payment_analytics, Permission.behaviour_analytics)


class ChartsView(rx.State, mixin=True):
    """A dashboard in view; its queries check the permission that is its own."""

    head: present.Head = present.Head()
    kpis: list[Kpi] = []
    panels: dict[str, present.Panel] = {}
    estates: list[Option] = []
    stage: str = LOADING
    _shell: int = 0

    _periods: ClassVar[tuple[str, ...]] = ROLLING

    @rx.event
    @requires(*_ANY)
    async def load(self) -> rx.event.EventSpec | None:
        """Read what the URL asks for; another estate chosen at the top takes the place of the URL's."""
        before, self._shell = self._shell, await chosen_estate(self)
        if before not in {0, self._shell} and "estate" in read_query(self):
            return go(self, estate="")
        await self._refresh(me())
        return None

    @rx.event
    @requires(*_ANY)
    async def choose_days(self, key: str) -> rx.event.EventSpec:
        """Another period; one's own begins with the days in view."""
        own, days = key == CUSTOM, key if key in self._periods[1:] else ""
        return go(self, days=days, since=self.head.since if own else "", until=self.head.until if own else "")

    async def _refresh(self, actor: Actor) -> None:
        """Read and draw; every dashboard has its own way."""
        raise NotImplementedError
