"""Reconciliation: a day's channels, its differences, and one of them beside the list until it is resolved."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.payment import gateway_registry
from estate_app.payment.channel import Channel
from estate_app.payment.reconciliation.adjusting import ADJUSTMENTS, DECISIONS
from estate_app.payment.reconciliation.models import Action, Difference
from estate_app.payment.reconciliation.queries import ItemFilter, days_of_channels, find_item, latest_day, list_items
from estate_app.payment.reconciliation.resolving import decide_adjustment, resolve_item
from estate_app.payment.reconciliation.rows import DayOfChannel, ItemRow
from estate_app.payment.reconciliation.service import close_day, reconcile
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.reconciliation import case_present, present
from estate_app.ui.query import go, page_of, read_query
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option, Pager, make_pager

_READ, _ACT, _DECIDE = (Permission.reconcile, Permission.ledger_read), Permission.reconcile, Permission.refunds_approve
_PROPOSED = msg("Proposed. Another manager must approve it")
_DONE = {action.value: _PROPOSED for action in ADJUSTMENTS} | {"reject": msg("Rejected. Nothing moves")}
_RECENT, _PAGE = 5, 10
_TABS = ("open", "resolved", "matched")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the URL narrows the list by, and what the export repeats."""

    tab: str = "open"
    kind: str = ""
    channel: str = ""
    q: str = ""
    export: str = ""


@dataclass(frozen=True, slots=True)
class _Seen:
    on: date
    recent: list[DayOfChannel]
    found: Page[ItemRow]
    chosen: ItemRow | None
    now: datetime


class ReconciliationState(rx.State):
    """One day; `chosen` is the difference beside the list, `dialog` is upload or close."""

    day: present.DayView = present.DayView()
    recent: list[present.RecentDay] = []
    rows: list[present.Line] = []
    pager: Pager = Pager()
    filters: Filters = Filters()
    kinds: list[Option] = []
    chosen: case_present.Case = case_present.Case()
    action: str = ""
    dialog: str = ""
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(*_READ)
    async def load(self) -> None:
        """Read the day of the URL, the newest compared one without."""
        self.dialog, self.field_errors, self.chosen = "", {}, case_present.Case()
        await self._refresh(me())
        watch(self, "reconciliation")

    async def _refresh(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        number = page_of(query)
        seen = await in_uow(_read, actor, query, self.chosen.id)
        today = business_date(seen.now)
        runs = [run for run in seen.recent if run.on == seen.on]
        live = gateway_registry.channels()
        self.day = present.day_view(runs, live, on=seen.on, may_act=_closes(actor), now=seen.now, locale=locale)
        self.recent = present.recent_days(seen.recent, today=today, locale=locale)
        self.rows = [present.line(row, now=seen.now, locale=locale) for row in seen.found.rows]
        self.pager = make_pager(page=number, page_size=_PAGE, total=seen.found.total, locale=locale)
        self.filters, self.kinds = _filters(query, seen.on), present.kinds(locale=locale)
        place = next((at for at, row in enumerate(seen.found.rows, 1) if seen.chosen and row.id == seen.chosen.id), 0)
        shown = (number - 1) * _PAGE + place if place else 0
        was = self.chosen.id
        self.chosen = (
            case_present.case(seen.chosen, number=shown, total=seen.found.total, locale=locale) if seen.chosen else case_present.Case()
        )
        if self.chosen.id != was:
            self.action = self.chosen.actions[0].value if self.chosen.actions else ""
        self.stage = READY

    @rx.event
    @requires(*_READ)
    async def show_day(self, day: str) -> rx.event.EventSpec:
        """Another business day."""
        return go(self, on=day)

    @rx.event
    @requires(*_READ)
    async def narrow(self, name: str, value: str) -> Any:
        """Narrow the list by tab, kind or channel."""
        if name in {"tab", "kind", "channel"}:
            return go(self, **{name: "" if value == "open" else value})
        return None

    @rx.event
    @requires(*_READ)
    async def search(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """Find lines by number or room."""
        return go(self, q=str(form.get("q", "")).strip())

    @rx.event
    @requires(*_READ)
    async def clear(self) -> rx.event.EventSpec:
        """Show every line of the tab again."""
        return go(self, kind="", channel="", q="")

    @rx.event
    @requires(*_READ)
    async def go_to(self, page: int) -> rx.event.EventSpec:
        """Another page."""
        return go(self, page=page)

    @rx.event
    @requires(*_READ)
    async def choose(self, item_id: int) -> Any:
        """Put a line beside the list."""
        self.field_errors = {}
        self.chosen = case_present.Case(id=item_id)
        self.action = ""
        await self._refresh(me())
        self.action = self.chosen.actions[0].value if self.chosen.actions else ""
        return rx.call_script("document.querySelector('[data-testid=case]')?.scrollIntoView({block: 'nearest'})")

    @rx.event
    @requires(*_READ)
    async def step(self) -> Any:
        """The next line of the list, the first again after the last."""
        ids = [row.id for row in self.rows]
        if not ids:
            return None
        at = ids.index(self.chosen.id) if self.chosen.id in ids else -1
        return ReconciliationState.choose(ids[(at + 1) % len(ids)])

    @rx.event
    @requires(_ACT, _DECIDE)
    async def pick(self, action: str) -> None:
        """Choose how the difference is resolved."""
        self.action = action if action in {option.value for option in self.chosen.actions} else self.action

    @rx.event
    @requires(_ACT)
    async def open_dialog(self, what: str) -> None:
        """Ask for a file, or whether the day is to be closed."""
        self.dialog, self.field_errors = what if what in {"upload", "close"} else "", {}

    @rx.event
    @requires(_ACT, _DECIDE)
    async def resolve(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Resolve the difference beside the list, propose how or decide another's proposal, and go on to the next."""
        item_id, action, note = self.chosen.id, self.action, str(form.get("note", ""))
        async for event in self._busy(in_uow(_resolve, me(), item_id, action, note)):
            yield event
        self.chosen = case_present.Case()
        await self._refresh(me())
        yield toast_done(await say(self, _DONE.get(action, msg("Resolved"))))

    @rx.event
    @requires(_ACT)
    async def fetch(self, channel: str) -> AsyncIterator[Any]:
        """Fetch the statement from the channel once more and compare."""
        chosen, day = _channel(channel), _day(self.day.on)
        async for event in self._busy(asyncio.to_thread(reconcile, me(), chosen, day)):
            yield event
        await self._refresh(me())
        yield toast_done(await say(self, msg("Compared")))

    @rx.event
    @requires(_ACT)
    async def close(self, _form: dict[str, Any]) -> AsyncIterator[Any]:
        """Close the day."""
        async for event in self._busy(in_uow(_close, me(), _day(self.day.on))):
            yield event
        self.dialog = ""
        await self._refresh(me())
        yield toast_done(await say(self, msg("The day is closed")))

    async def _busy(self, work: Any) -> AsyncIterator[None]:
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            await work
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor, query: dict[str, str], chosen_id: int) -> _Seen:
    session = uow.session
    newest = latest_day(session, actor)
    on = _maybe_day(query.get("on", "")) or newest or business_date(uow.now) - timedelta(days=1)
    recent = days_of_channels(session, actor, until=max(on, newest or on), days=max(((newest or on) - on).days, 0) + _RECENT)
    found = list_items(session, actor, filter=_wanted(query, on), page=PageRequest(page_of(query), _PAGE))
    chosen = next((row for row in found.rows if row.id == chosen_id), found.rows[0] if found.rows else None)
    if chosen_id and (chosen is None or chosen.id != chosen_id):
        chosen = find_item(session, actor, chosen_id)
    return _Seen(on, [run for run in recent if run.on <= on], found, chosen, uow.now)


def _wanted(query: dict[str, str], on: date) -> ItemFilter:
    kind, channel = query.get("kind", ""), query.get("channel", "")
    return ItemFilter(
        on=on,
        channel=Channel(channel) if channel in set(Channel) else None,
        kind=Difference(kind) if kind in set(Difference) else None,
        tab=query.get("tab", "open") if query.get("tab") in _TABS else "open",
        text=query.get("q", ""),
    )


def _filters(query: dict[str, str], on: date) -> Filters:
    wanted = _wanted(query, on)
    kind, channel = wanted.kind.value if wanted.kind else "", wanted.channel.value if wanted.channel else ""
    export = present.export_query(on=on.isoformat(), tab=wanted.tab, kind=kind, channel=channel, text=wanted.text)
    return Filters(wanted.tab, kind, channel, wanted.text, export)


def _closes(actor: Actor) -> bool:
    return actor.can(_ACT) and actor.scope(_ACT).is_everywhere


def _maybe_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day(text: str) -> date:
    found = _maybe_day(text)
    if found is None:
        raise InvalidError(msg("Choose a day"), field="day")
    return found


def _channel(text: str) -> Channel:
    if text not in set(Channel):
        raise InvalidError(msg("Choose a channel"), field="channel")
    return Channel(text)


def _resolve(uow: UnitOfWork, actor: Actor, item_id: int, action: str, note: str) -> None:
    if action not in set(Action):
        raise InvalidError(msg("Choose how the difference is resolved"), field="action")
    if action in DECISIONS:
        decide_adjustment(uow, actor, item_id=item_id, is_approved=action == Action.approve)
        return
    resolve_item(uow, actor, item_id=item_id, action=Action(action), note=note)


def _close(uow: UnitOfWork, actor: Actor, day: date) -> None:
    close_day(uow, actor, day=day)
