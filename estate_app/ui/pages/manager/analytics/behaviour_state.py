"""The behaviour dashboard: period and estate are in the address; the figures come from the extracts, in a thread."""

import asyncio

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.analytics.dashboards import BehaviourDashboard
from estate_app.analytics.queries import behaviour_dashboard
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.pages.manager.analytics import present
from estate_app.ui.pages.manager.analytics.aim import Aim, take_aim
from estate_app.ui.pages.manager.analytics.behaviour_panels import behaviour_panels
from estate_app.ui.pages.manager.analytics.period import CUSTOM, ROLLING
from estate_app.ui.query import go, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Kpi, Option

_READ = Permission.behaviour_analytics


class BehaviourChartsState(rx.State):
    """The dashboard in view."""

    head: present.Head = present.Head()
    kpis: list[Kpi] = []
    panels: dict[str, present.Panel] = {}
    estates: list[Option] = []
    stage: str = LOADING
    _shell: int = 0

    @rx.event
    @requires(_READ)
    async def load(self) -> rx.event.EventSpec | None:
        """Read what the URL asks for; another estate chosen at the top takes the place of the URL's."""
        before, self._shell = self._shell, await chosen_estate(self)
        if before not in {0, self._shell} and "estate" in read_query(self):
            return go(self, estate="")
        await self._refresh(me())
        return None

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        aim = await take_aim(self, actor, _READ, ROLLING)
        board, self.panels = await asyncio.to_thread(_read, actor, aim, locale)
        self.kpis = [present.kpi(number, locale=locale) for number in board.kpis]
        self.head = aim.head(board.extracted_at, locale=locale, is_hidden=board.is_hidden)
        self.estates = aim.estates
        self.stage = READY

    @rx.event
    @requires(_READ)
    async def choose_days(self, key: str) -> rx.event.EventSpec:
        """Another period; one's own begins with the days in view."""
        own = key == CUSTOM
        return go(self, days=key if key in ROLLING[1:] else "", since=self.head.since if own else "", until=self.head.until if own else "")


def _read(actor: Actor, aim: Aim, locale: str) -> tuple[BehaviourDashboard, dict[str, present.Panel]]:
    board = behaviour_dashboard(actor, estate_id=aim.estate_id, since=aim.period.since, until=aim.period.until)
    return board, behaviour_panels(board, locale=locale)
