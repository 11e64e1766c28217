"""The repair dashboard: period, estate and kind are in the address; the figures come from the extracts, in a thread."""

import asyncio
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.analytics.dashboards import RepairDashboard
from estate_app.analytics.queries import repair_dashboard
from estate_app.kit.i18n import msg
from estate_app.ui.guard import locale_of, requires, say
from estate_app.ui.pages.common.repair import named
from estate_app.ui.pages.manager.analytics import present
from estate_app.ui.pages.manager.analytics.aim import Aim, take_aim
from estate_app.ui.pages.manager.analytics.charts_view import ChartsView
from estate_app.ui.pages.manager.analytics.period import ROLLING
from estate_app.ui.pages.manager.analytics.repairs_panels import Lists, category_ids, english_names, repair_panels
from estate_app.ui.stage import READY
from estate_app.ui.view import Option

_READ = Permission.repair_analytics


class RepairChartsState(ChartsView, rx.State):
    """The dashboard in view."""

    categories: list[Option] = []

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        aim = await take_aim(self, actor, _READ, ROLLING)
        seen = await asyncio.to_thread(_read, actor, aim, locale)
        self.kpis, self.panels = seen.kpis, seen.panels
        self.head = aim.head(seen.board.extracted_at, locale=locale)
        self.estates = aim.estates
        self.categories = [
            Option(str(leaf.id), f"{named(group.name, group.name_en, locale)} · {named(leaf.name, leaf.name_en, locale)}")
            for group in aim.around.groups
            for leaf in group.leaves
        ]
        self.stage = READY

    @rx.event
    @requires(_READ)
    async def drill(self, name: str, points: list[Any]) -> rx.event.EventSpec | None:
        """Open the list of the orders behind a bar."""
        href = present.drill(self.panels.get(name), points[0]) if points else ""
        if href:
            return rx.redirect(href)
        return rx.toast.info(await say(self, msg("Choose the estate at the top to open its list"))) if not self.head.estate else None


class _Seen:
    """The dashboard as the page shows it, read and drawn outside of the event loop."""

    def __init__(self, board: RepairDashboard, aim: Aim, locale: str) -> None:
        groups = aim.around.groups
        since, until = aim.period.since.isoformat(), aim.period.until.isoformat()
        lists = Lists(since, until, category_ids(groups), aim.buildings, aim.can_drill)
        self.board = board
        self.kpis = [present.kpi(number, locale=locale) for number in board.kpis]
        self.panels = repair_panels(board, lists, english_names(groups, locale), locale=locale)


def _read(actor: Actor, aim: Aim, locale: str) -> _Seen:
    board = repair_dashboard(
        actor, estate_id=aim.estate_id, since=aim.period.since, until=aim.period.until, category_id=aim.category_id
    )  # fmt: skip
    return _Seen(board, aim, locale)
