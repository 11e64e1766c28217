"""The behaviour dashboard: period and estate are in the address; the figures come from the extracts, in a thread."""

import asyncio

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.analytics.dashboards import BehaviourDashboard
from estate_app.analytics.queries import behaviour_dashboard
from estate_app.ui.guard import locale_of
from estate_app.ui.pages.manager.analytics import present
from estate_app.ui.pages.manager.analytics.aim import Aim, take_aim
from estate_app.ui.pages.manager.analytics.behaviour_panels import behaviour_panels
from estate_app.ui.pages.manager.analytics.charts_view import ChartsView
from estate_app.ui.pages.manager.analytics.period import ROLLING
from estate_app.ui.stage import READY

_READ = Permission.behaviour_analytics


class BehaviourChartsState(ChartsView, rx.State):
    """The dashboard in view."""

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        aim = await take_aim(self, actor, _READ, ROLLING)
        board, self.panels = await asyncio.to_thread(_read, actor, aim, locale)
        self.kpis = [present.kpi(number, locale=locale) for number in board.kpis]
        self.head = aim.head(board.extracted_at, locale=locale, is_hidden=board.is_hidden)
        self.estates = aim.estates
        self.stage = READY


def _read(actor: Actor, aim: Aim, locale: str) -> tuple[BehaviourDashboard, dict[str, present.Panel]]:
    board = behaviour_dashboard(actor, estate_id=aim.estate_id, since=aim.period.since, until=aim.period.until)
    return board, behaviour_panels(board, locale=locale)
