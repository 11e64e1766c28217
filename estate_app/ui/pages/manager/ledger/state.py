"""The ledger: its trial balance until a day, and the money that is held until somebody resolves it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.ledger.queries import TrialBalance, trial_balance
from estate_app.payment.queries import SuspenseRow, list_suspense
from estate_app.payment.suspense import Resolution, resolve
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.ledger import present
from estate_app.ui.query import go, page_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option, Pager, make_pager

_READ, _RESOLVE = Permission.ledger_read, Permission.reconcile
_HELD_A_PAGE = 10


@dataclass(frozen=True, slots=True)
class _Seen:
    trial: TrialBalance
    since: date | None
    on: date
    held: Page[SuspenseRow] | None
    now: datetime


class LedgerState(rx.State):
    """The ledger of the period in the URL; `held_kind` is open or resolved."""

    span: present.Span = present.Span()
    rows: list[present.AccountLine] = []
    totals: present.Totals = present.Totals()
    held: list[present.HeldLine] = []
    pager: Pager = Pager()
    held_kind: str = "open"
    sees_held: bool = False
    asked: present.HeldLine = present.HeldLine()
    outcomes: list[Option] = []
    field_errors: dict[str, str] = {}
    is_saving: bool = False
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the ledger of the estate in view."""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        kind = "resolved" if query.get("held") == "resolved" else "open"
        request = PageRequest(page_of(query), _HELD_A_PAGE)
        estate_id, since = await chosen_estate(self), _day(query.get("since", ""))
        seen = await in_uow(_read, actor, estate_id, since, _day(query.get("on", "")), request, kind == "open")
        self.held_kind, self.span = kind, present.span(seen.since, seen.on, estate_id)
        self.rows = [present.account_line(row, locale=locale) for row in seen.trial.rows]
        self.totals = present.totals(seen.trial)
        self.sees_held = seen.held is not None
        if seen.held is not None:
            self.held = [present.held_line(row, now=seen.now, locale=locale) for row in seen.held.rows]
            self.pager = make_pager(page=request.number, page_size=request.size, total=seen.held.total, locale=locale)
        else:
            self.held = []
        self.stage = READY

    @rx.event
    @requires(_READ)
    async def show_day(self, day: str) -> rx.event.EventSpec:
        """Show the ledger until another day."""
        found = _day(day)
        return go(self, on=found.isoformat() if found else "")

    @rx.event
    @requires(_READ)
    async def show_since(self, day: str) -> rx.event.EventSpec:
        """Show the ledger from another day on, or from its beginning."""
        found = _day(day)
        return go(self, since=found.isoformat() if found else "")

    @rx.event
    @requires(_RESOLVE)
    async def show_held(self, kind: str) -> rx.event.EventSpec:
        """Show what is held, or what was."""
        return go(self, held="" if kind == "open" else kind)

    @rx.event
    @requires(_RESOLVE)
    async def ask(self, held_id: int) -> None:
        """Ask what becomes of a claim."""
        self.field_errors = {}
        self.asked = next((line for line in self.held if line.id == held_id), present.HeldLine())
        self.outcomes = present.resolutions(is_booked=self.asked.is_booked, locale=await locale_of(self))

    @rx.event
    @requires(_RESOLVE)
    async def keep(self) -> None:
        """Close the dialog; it stays held."""
        self.asked = present.HeldLine()

    @rx.event
    @requires(_RESOLVE)
    async def resolve(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Decide what becomes of the claim."""
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            await in_uow(_resolve, me(), self.asked.id, str(form.get("resolution", "")), str(form.get("note", "")))
            self.asked = present.HeldLine()
            await self._refresh(me())
            yield toast_done(await say(self, msg("Resolved")))
        finally:
            self.is_saving = False


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _resolve(uow: UnitOfWork, actor: Actor, suspense_id: int, resolution: str, note: str) -> None:
    if resolution not in set(Resolution):
        raise InvalidError(msg("Choose what becomes of it"), field="resolution")
    resolve(uow, actor, suspense_id=suspense_id, resolution=Resolution(resolution), note=note)


def _read(uow: UnitOfWork, actor: Actor, estate_id: int, since: date | None, until: date | None, page: PageRequest, is_open: bool) -> _Seen:
    on = until or business_date(uow.now)
    first = since if since and since <= on else None
    trial = trial_balance(uow.session, actor, estate_id=estate_id, until=on, since=first)
    held = list_suspense(uow.session, actor, page=page, is_open=is_open) if actor.can(_RESOLVE) else None
    return _Seen(trial, first, on, held, uow.now)
