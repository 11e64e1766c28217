"""The technician's jobs of today: answer offers, go on with what is in hand."""

from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.i18n import msg
from estate_app.repair import queries, work
from estate_app.repair.queries import TechnicianJobs
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.technician.jobs import present


class JobsState(rx.State):
    """The lists in view."""

    offered: list[present.Card] = []
    active: list[present.Card] = []
    finished: list[present.Card] = []
    running: present.Running = present.Running()
    tab: str = "offered"
    is_loading: bool = True
    declining: str = ""
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(Permission.work_orders)
    async def load(self) -> None:
        """Read the jobs and stay live; an empty first tab gives way to the second."""
        first = self.is_loading
        await self._refresh(me())
        if first and not self.offered and self.active:
            self.tab = "active"
        watch(self, f"tech:{me().id}")

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        jobs, now = await in_uow(_read, actor)
        self.offered, self.active, self.finished = present.lists(jobs, now=now, locale=locale)
        self.running = present.running(jobs, locale=locale)
        self.is_loading = False

    @rx.event
    @requires(Permission.work_orders)
    async def show(self, tab: str) -> None:
        """Look at another list."""
        self.tab = tab if tab in {"offered", "active", "finished"} else "offered"

    @rx.event
    @requires(Permission.work_orders)
    async def accept(self, order_id: str) -> rx.event.EventSpec:
        """Take an offer."""
        await in_uow(work.accept, me(), order_id=int(order_id) if order_id.isdigit() else 0)
        await self._refresh(me())
        self.tab = "active"
        return toast_done(await say(self, msg("Accepted. The resident has been told")))

    @rx.event
    @requires(Permission.work_orders)
    async def ask_decline(self, order_id: str) -> None:
        """Ask why an offer is declined."""
        self.field_errors = {}
        self.declining = order_id

    @rx.event
    @requires(Permission.work_orders)
    async def keep(self) -> None:
        """Close the sheet; nothing happens."""
        self.declining = ""

    @rx.event
    @requires(Permission.work_orders)
    async def decline(self, form: dict) -> None:
        """Pass an offer on, with a listed reason."""
        self.field_errors = {}
        order_id = int(self.declining) if self.declining.isdigit() else 0
        await in_uow(work.decline, me(), order_id=order_id, reason=str(form.get("reason", "")), note=str(form.get("note", "")))
        self.declining = ""
        await self._refresh(me())


def _read(uow: UnitOfWork, actor: Actor) -> tuple[TechnicianJobs, datetime]:
    return queries.technician_jobs(uow.session, actor, now=uow.now), uow.now
