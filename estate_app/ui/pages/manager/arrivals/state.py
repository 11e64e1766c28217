"""Money that has arrived at the bank: suggested, confirmed or rejected."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.payment.reconciliation.arrival_rules import CandidateKind
from estate_app.payment.reconciliation.arrivals import ArrivalRow, confirm_arrival, list_arrivals, reject_arrival
from estate_app.payment.reconciliation.models import ArrivalState
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.arrivals import present
from estate_app.ui.query import go, page_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Pager, make_pager

_READ, _ACT = (Permission.reconcile, Permission.ledger_read), Permission.reconcile
_PAGE = 10


class ArrivalsState(rx.State):
    """The arrivals of the estate in view; `asked` is the one that a dialog speaks of, `hit` the suggestion that is to be confirmed."""

    rows: list[present.Arrival] = []
    pager: Pager = Pager()
    status: str = "open"
    dialog: str = ""
    asked: present.Arrival = present.Arrival()
    hit: present.Hit = present.Hit("", "", "", "", "", is_likely=False)
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(*_READ)
    async def load(self) -> None:
        """Read the page of the URL."""
        self.dialog, self.field_errors = "", {}
        await self._refresh(me())
        watch(self, "arrivals")

    async def _refresh(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        status = query.get("status", "open") if query.get("status") in set(ArrivalState) else "open"
        request = PageRequest(page_of(query), _PAGE)
        found, now = await in_uow(_read, actor, await chosen_estate(self), request, ArrivalState(status))
        self.status = status
        self.rows = [present.arrival(row, now=now, locale=locale) for row in found.rows]
        self.pager = make_pager(page=request.number, page_size=_PAGE, total=found.total, locale=locale)
        self.stage = READY

    @rx.event
    @requires(*_READ)
    async def narrow(self, status: str) -> rx.event.EventSpec:
        """Show what is open, confirmed or rejected."""
        return go(self, status="" if status == "open" else status)

    @rx.event
    @requires(*_READ)
    async def go_to(self, page: int) -> rx.event.EventSpec:
        """Another page."""
        return go(self, page=page)

    @rx.event
    @requires(_ACT)
    async def ask(self, what: str, arrival_id: int, key: str) -> None:
        """Ask before a decision; `key` names the suggestion."""
        self.field_errors = {}
        self.asked = next((row for row in self.rows if row.id == arrival_id), present.Arrival())
        self.hit = next((hit for hit in self.asked.hits if hit.key == key), self.hit)
        self.dialog = what if what in {"confirm", "reject", "upload"} else ""

    @rx.event
    @requires(_ACT)
    async def keep(self) -> None:
        """Close the dialog; nothing is decided."""
        self.dialog = ""

    @rx.event
    @requires(_ACT)
    async def decide(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Confirm the suggestion, or reject the arrival."""
        is_yes = self.dialog == "confirm"
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            if is_yes:
                await in_uow(_confirm, me(), self.asked.id, self.hit.key)
            else:
                await in_uow(_reject, me(), self.asked.id, str(form.get("note", "")))
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, msg("Confirmed") if is_yes else msg("Rejected. Nothing moves")))
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor, estate_id: int, page: PageRequest, state: ArrivalState) -> tuple[Page[ArrivalRow], datetime]:
    return list_arrivals(uow.session, actor, estate_id=estate_id, page=page, now=uow.now, state=state), uow.now


def _confirm(uow: UnitOfWork, actor: Actor, arrival_id: int, key: str) -> None:
    kind, _, target = key.partition(":")
    if kind not in set(CandidateKind) or not target.removeprefix("-").isdigit():
        raise InvalidError(msg("Choose a suggestion"), field="")
    confirm_arrival(uow, actor, arrival_id=arrival_id, kind=CandidateKind(kind), target_id=int(target))


def _reject(uow: UnitOfWork, actor: Actor, arrival_id: int, note: str) -> None:
    reject_arrival(uow, actor, arrival_id=arrival_id, note=note)
