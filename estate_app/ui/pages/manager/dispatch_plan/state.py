"""The batch plan: made on request, looked at, applied; nothing is assigned before."""

from collections.abc import AsyncIterator
from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.i18n import msg
from estate_app.repair import batch
from estate_app.repair.batch import PlanCard
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.dispatch_plan import present
from estate_app.ui.query import go, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Kpi, Option


class PlanState(rx.State):
    """The plan in view; its number stands in the URL, so that it may be sent and reloaded."""

    plan: present.Preview = present.Preview()
    kpis: list[Kpi] = []
    visits: list[present.VisitRow] = []
    left: list[present.LeftRow] = []
    skipped: list[Option] = []
    stage: str = LOADING
    is_planning: bool = False
    is_saving: bool = False
    is_asking: bool = False

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def load(self) -> None:
        """Show the plan of the URL, or the way to make one."""
        number = read_query(self).get("plan", "")
        if number != self.plan.id:
            self.skipped = []
        self.is_asking = False
        if number.isascii() and number.isdigit() and len(number) < 19:
            await self._show(int(number))
        else:
            self.plan, self.kpis, self.visits, self.left = present.Preview(), [], [], []
        self.stage = READY

    async def _show(self, plan_id: int) -> None:
        locale = await locale_of(self)
        card, _ = await in_uow(_read, me(), plan_id)
        self.plan = present.preview(card, locale=locale)
        self.kpis = present.kpis(card, locale=locale)
        self.visits, self.left = present.visit_rows(card, locale=locale), present.left_rows(card, locale=locale)

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def make(self) -> AsyncIterator[rx.event.EventSpec | None]:
        """Plan what waits now."""
        self.is_planning = True
        yield None
        try:
            plan = await in_uow(batch.draft_plan, me(), estate_id=await chosen_estate(self))
            yield go(self, plan=plan.id)
        finally:
            self.is_planning = False

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def ask(self) -> None:
        """Ask before the offers go out."""
        self.is_asking = True

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def keep(self) -> None:
        """Close the question; nothing happens."""
        self.is_asking = False

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def apply(self, form: dict) -> AsyncIterator[rx.event.EventSpec | None]:
        """Offer every planned order that still waits; the others are named."""
        del form
        self.is_saving = True
        yield None
        try:
            plan_id = int(self.plan.id or 0)
            done = await in_uow(batch.apply_plan, me(), plan_id=plan_id)
            self.skipped = present.skipped(done, locale=await locale_of(self))
            await self._show(plan_id)
            yield toast_done(await say(self, msg("{count} orders offered", count=done.count)))
        finally:
            self.is_saving = self.is_asking = False


def _read(uow: UnitOfWork, actor: Actor, plan_id: int) -> tuple[PlanCard, datetime]:
    return batch.read_plan(uow.session, actor, plan_id, now=uow.now), uow.now
