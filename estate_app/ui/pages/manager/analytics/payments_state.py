"""The payment dashboard: period and estate are in the address; the figures come from the extracts, in a thread."""

from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.analytics.dashboards import PaymentDashboard
from estate_app.analytics.queries import payment_dashboard
from estate_app.analytics.rooms import with_rooms
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.i18n import msg
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.analytics import present
from estate_app.ui.pages.manager.analytics.aim import Aim, take_aim
from estate_app.ui.pages.manager.analytics.payments_panels import BillLists, payment_panels
from estate_app.ui.pages.manager.analytics.period import BILLING, CUSTOM
from estate_app.ui.query import go, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Kpi, Option

_READ = Permission.payment_analytics


class PaymentChartsState(rx.State):
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
        aim = await take_aim(self, actor, _READ, BILLING)
        board, self.panels = await in_uow(_read, actor, aim, locale)
        self.kpis = [present.kpi(number, locale=locale) for number in board.kpis]
        self.head = aim.head(board.extracted_at, locale=locale)
        self.estates = aim.estates
        self.stage = READY

    @rx.event
    @requires(_READ)
    async def choose_days(self, key: str) -> rx.event.EventSpec:
        """Another period; one's own begins with the days in view."""
        own = key == CUSTOM
        return go(self, days=key if key in BILLING[1:] else "", since=self.head.since if own else "", until=self.head.until if own else "")

    @rx.event
    @requires(_READ)
    async def drill(self, name: str, points: list[Any]) -> rx.event.EventSpec | None:
        """Open the list of the bills behind a bar."""
        href = present.drill(self.panels.get(name), points[0]) if points else ""
        if href:
            return rx.redirect(href)
        return rx.toast.info(await say(self, msg("Choose the estate at the top to open its list"))) if not self.head.estate else None


def _read(uow: UnitOfWork, actor: Actor, aim: Aim, locale: str) -> tuple[PaymentDashboard, dict[str, present.Panel]]:
    board = payment_dashboard(actor, estate_id=aim.estate_id, since=aim.period.since, until=aim.period.until)
    rooms = with_rooms(uow.session, board.arrears_rooms.head(8))
    lists = BillLists(aim.period.since.isoformat(), aim.period.until.isoformat(), aim.can_drill)
    return board, payment_panels(board, rooms, lists, today=aim.today.isoformat(), locale=locale)
