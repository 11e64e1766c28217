"""The technician's own week, live."""

from datetime import datetime, timedelta

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.repair.queries import OrderRow, planned_visits
from estate_app.repair.roster import Span, schedule
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.technician.schedule import present
from estate_app.ui.stage import LOADING, READY


class ScheduleState(rx.State):
    """Seven days from today on."""

    days: list[present.Day] = []
    is_empty: bool = False
    stage: str = LOADING

    @rx.event
    @requires(Permission.work_orders)
    async def load(self) -> None:
        """Read the week and stay live."""
        await self._refresh(me())
        watch(self, f"tech:{me().id}")

    async def _refresh(self, actor: Actor) -> None:
        spans, visits, now = await in_uow(_read, actor)
        self.days = present.week(spans, visits, now=now, locale=await locale_of(self))
        self.is_empty = all(day.is_free for day in self.days)
        self.stage = READY


def _read(uow: UnitOfWork, actor: Actor) -> tuple[list[Span], list[OrderRow], datetime]:
    first = business_date(uow.now)
    last = first + timedelta(days=present.DAYS - 1)
    spans = schedule(uow.session, actor, from_on=first, to_on=last)
    return spans, planned_visits(uow.session, actor, from_on=first, to_on=last, now=uow.now), uow.now
