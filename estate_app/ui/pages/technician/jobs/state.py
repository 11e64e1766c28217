"""The technician's jobs of today: answer offers, go on with what is in hand."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.property.places import Ground, ground_of
from estate_app.repair import grab, queries, work
from estate_app.repair.grab import GrabCard
from estate_app.repair.queries import OrderRow, TechnicianJobs
from estate_app.repair.roster import Span, schedule
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.technician.jobs import present
from estate_app.ui.pages.technician.jobs.route import BY_PROMISE, BY_WAY, Route, route, stops
from estate_app.ui.stage import LOADING, READY

_TABS = frozenset({"offered", "active", "finished"})


@dataclass(frozen=True, slots=True)
class _Seen:
    jobs: TechnicianJobs
    grabs: list[GrabCard]
    spans: list[Span]
    visits: list[OrderRow]
    grounds: list[Ground]
    now: datetime


class JobsState(rx.State):
    """The lists in view; `busy` is the offer that is being answered."""

    open_to_all: list[present.Card] = []
    offered: list[present.Card] = []
    active: list[present.Card] = []
    finished: list[present.Card] = []
    running: present.Running = present.Running()
    today: present.Today = present.Today()
    route: Route = Route()
    tab: str = "offered"
    stage: str = LOADING
    busy: str = ""
    declining: str = ""
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(Permission.work_orders)
    async def load(self) -> None:
        """Read the jobs and stay live; an empty first tab gives way to the second."""
        is_first = self.stage != READY
        await self._refresh(me())
        if is_first and not self.offered and self.active:
            self.tab = "active"
        watch(self, f"tech:{me().id}")

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        seen = await in_uow(_read, actor)
        active = stops(seen.jobs.active, by=self.route.by, locale=locale)
        self.offered, self.active, self.finished = present.lists(seen.jobs, active, now=seen.now, locale=locale)
        self.route = route(active, seen.grounds, by=self.route.by)
        self.open_to_all = present.grabs(seen.grabs, now=seen.now, locale=locale)
        self.running = present.running(seen.jobs, locale=locale)
        self.today = present.today(actor.name, seen.spans, seen.visits, now=seen.now, locale=locale)
        self.stage = READY

    @rx.event
    @requires(Permission.work_orders)
    async def show(self, tab: str) -> None:
        """Look at another list."""
        self.tab = tab if tab in _TABS else "offered"

    @rx.event
    @requires(Permission.work_orders)
    async def sort_jobs(self, by: str) -> None:
        """Sort the jobs in hand by their promise or by the way."""
        self.route = replace(self.route, by=BY_WAY if by == BY_WAY else BY_PROMISE)
        await self._refresh(me())

    @rx.event
    @requires(Permission.work_orders)
    async def accept(self, order_id: str) -> AsyncIterator[rx.event.EventSpec | None]:
        """Take an offer."""
        async for event in self._answer(order_id, work.accept, msg("Accepted. The resident has been told")):
            yield event
        self.tab = "active"

    @rx.event
    @requires(Permission.work_orders)
    async def grab(self, order_id: str) -> AsyncIterator[rx.event.EventSpec | None]:
        """Take an order that is open to all; whoever is first has it."""
        async for event in self._answer(order_id, grab.grab, msg("It is yours. The resident has been told")):
            yield event
        self.tab = "active"

    @rx.event
    @requires(Permission.work_orders)
    async def ask_decline(self, order_id: str) -> None:
        """Ask why an offer is declined."""
        self.field_errors, self.declining = {}, order_id

    @rx.event
    @requires(Permission.work_orders)
    async def keep(self) -> None:
        """Close the sheet; nothing happens."""
        self.field_errors, self.declining = {}, ""

    @rx.event
    @requires(Permission.work_orders)
    async def decline(self, form: dict) -> AsyncIterator[rx.event.EventSpec | None]:
        """Pass an offer on, with a listed reason."""
        fields = {"reason": str(form.get("reason", "")), "note": str(form.get("note", ""))}
        async for event in self._answer(self.declining, work.decline, msg("Declined. The next technician is asked"), **fields):
            yield event

    async def _answer(
        self, order_id: str, service: Callable[..., Any], done: Message, **fields: str
    ) -> AsyncIterator[rx.event.EventSpec | None]:
        self.field_errors, self.busy = {}, order_id
        yield None
        try:
            number = int(order_id) if order_id.isascii() and order_id.isdigit() and len(order_id) < 19 else 0
            await in_uow(service, me(), order_id=number, **fields)
            self.declining = ""
            await self._refresh(me())
            yield toast_done(await say(self, done))
        finally:
            self.busy = ""


def _read(uow: UnitOfWork, actor: Actor) -> _Seen:
    on = business_date(uow.now)
    jobs = queries.technician_jobs(uow.session, actor, now=uow.now)
    return _Seen(
        jobs,
        grab.open_orders(uow.session, actor, now=uow.now),
        schedule(uow.session, actor, from_on=on, to_on=on),
        queries.planned_visits(uow.session, actor, from_on=on, to_on=on, now=uow.now),
        [ground_of(uow.session, estate_id=key, building_id=None) for key in sorted({job.order.estate_id for job in jobs.active})],
        uow.now,
    )
