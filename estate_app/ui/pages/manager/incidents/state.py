"""Incidents: proposed by the rule, merged or declined here, a single report taken out again."""

from collections.abc import AsyncIterator
from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.i18n import msg
from estate_app.repair import incidents
from estate_app.repair.incidents import IncidentCard
from estate_app.ui.components.toast import toast_done, toast_info
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.incidents import present
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY


class IncidentsState(rx.State):
    """The living incidents of the estate in view; `asking` is `decline:<id>` or `split:<order>` while a reason is asked for."""

    cards: list[present.Card] = []
    asking: str = ""
    stage: str = LOADING
    busy: str = ""
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(Permission.repairs_dispatch, Permission.repairs_read)
    async def load(self) -> None:
        """Read the incidents and stay live."""
        await self._refresh(me())
        watch(self, f"orders:{await chosen_estate(self)}")

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        found, now = await in_uow(_read, actor, await chosen_estate(self))
        self.cards = [present.card(one, now=now, locale=locale) for one in found]
        self.stage = READY

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def merge(self, incident_id: str) -> AsyncIterator[rx.event.EventSpec | None]:
        """Make one repair of the reports and tell every reporter."""
        self.busy = incident_id
        yield None
        try:
            done = await in_uow(incidents.merge, me(), incident_id=_number(incident_id))
            await self._refresh(me())
            yield toast_done(await say(self, msg("{count} reports follow now; every reporter has been told", count=done.count)))
            if done.left_out:
                text = msg("Somebody is on the way for {numbers}; it stays by itself", numbers="、".join(done.left_out))
                yield toast_info(await say(self, text))
        finally:
            self.busy = ""

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def ask(self, what: str) -> None:
        """Ask why."""
        self.field_errors, self.asking = {}, what

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def keep(self) -> None:
        """Close the question; nothing happens."""
        self.field_errors, self.asking = {}, ""

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def decide(self, form: dict) -> AsyncIterator[rx.event.EventSpec | None]:
        """Decline the proposal, or take the report out, with the reason."""
        kind, _, key = self.asking.partition(":")
        self.field_errors, self.busy = {}, self.asking
        yield None
        try:
            reason = str(form.get("reason", ""))
            if kind == "split":
                await in_uow(incidents.split, me(), order_id=_number(key), reason=reason)
            else:
                await in_uow(incidents.decline, me(), incident_id=_number(key), reason=reason)
            self.asking = ""
            await self._refresh(me())
            done = msg("The report is dispatched by itself") if kind == "split" else msg("Each report stays an order of its own")
            yield toast_done(await say(self, done))
        finally:
            self.busy = ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _read(uow: UnitOfWork, actor: Actor, estate_id: int) -> tuple[list[IncidentCard], datetime]:
    return incidents.live_incidents(uow.session, actor, estate_id, now=uow.now), uow.now
