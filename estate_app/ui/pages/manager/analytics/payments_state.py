"""The payment dashboard: period and estate are in the address; the figures come from the extracts, in a thread."""

from typing import Any, ClassVar

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.analytics.dashboards import PaymentDashboard
from estate_app.analytics.queries import payment_dashboard
from estate_app.analytics.rooms import with_rooms
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.i18n import msg
from estate_app.ui.guard import locale_of, requires, say
from estate_app.ui.pages.manager.analytics import present
from estate_app.ui.pages.manager.analytics.aim import Aim, take_aim
from estate_app.ui.pages.manager.analytics.charts_view import ChartsView
from estate_app.ui.pages.manager.analytics.payments_panels import BillLists, payment_panels
from estate_app.ui.pages.manager.analytics.period import BILLING
from estate_app.ui.stage import READY

_READ = Permission.payment_analytics


class PaymentChartsState(ChartsView, rx.State):
    """The dashboard in view."""

    _periods: ClassVar[tuple[str, ...]] = BILLING

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
