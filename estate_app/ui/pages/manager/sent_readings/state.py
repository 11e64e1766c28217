"""What residents read on their own meters: look at the photo, take the reading over or send it back; and when they may send."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.models import SelfReadingStatus
from estate_app.billing.self_readings import SentRow, decide_reading, list_sent, set_window, window_text
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.models import Estate
from estate_app.property.queries import ensure_estate
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.sent_readings import present
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Pager, make_pager

_EDIT = Permission.meters_edit


@dataclass(frozen=True, slots=True)
class _Seen:
    page: Page[SentRow]
    estate: Estate
    today: date


class SentReadingsState(rx.State):
    """One page of sent readings; `dialog` is reject or window."""

    rows: list[present.SentLine] = []
    pager: Pager = Pager()
    window: str = ""
    from_day: str = ""
    to_day: str = ""
    dialog: str = ""
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING
    _sent_id: int = 0

    @rx.event
    @requires(_EDIT)
    async def load(self) -> None:
        """Read what waits, and stay live."""
        await self._refresh(me())
        watch(self, f"sent:{await chosen_estate(self)}")

    async def _refresh(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        request = PageRequest(page_of(query), page_size_of(query))
        seen = await in_uow(_read, actor, await chosen_estate(self), request)
        self.rows = [present.sent_line(row, today=seen.today, locale=locale) for row in seen.page.rows]
        self.pager = make_pager(page=request.number, page_size=request.size, total=seen.page.total, locale=locale)
        self.window = translate(window_text(seen.estate), locale)
        first, last = seen.estate.self_reading_from_day, seen.estate.self_reading_to_day
        self.from_day, self.to_day = str(first or ""), str(last or "")
        self.stage = READY

    @rx.event
    @requires(_EDIT)
    async def approve(self, key: str) -> AsyncIterator[Any]:
        """Take a reading over."""
        self.field_errors = {}
        await in_uow(_decide, me(), _number(key), "")
        await self._refresh(me())
        yield toast_done(await say(self, msg("Taken over; it counts for the next bill")))

    @rx.event
    @requires(_EDIT)
    async def ask_reject(self, key: str) -> None:
        """Ask why a reading goes back."""
        self._sent_id, self.dialog, self.field_errors = _number(key), "reject", {}

    @rx.event
    @requires(_EDIT)
    async def ask_window(self) -> None:
        """Open the days on which readings may be sent."""
        self.dialog, self.field_errors = "window", {}

    @rx.event
    @requires(_EDIT)
    async def keep(self) -> None:
        """Close the form; nothing changes."""
        self.dialog = ""

    @rx.event
    @requires(_EDIT)
    async def reject(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Send a reading back with its reason."""
        reason = str(form.get("reason", "")).strip()
        if not reason:
            raise InvalidError(msg("Give a reason"), field="reason")
        async for event in self._busy(_decide, msg("Sent back; the resident is told"), self._sent_id, reason):
            yield event

    @rx.event
    @requires(_EDIT)
    async def save_window(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Keep the days on which readings may be sent."""
        days = [_day(str(form.get(name, "") or "").strip(), name) for name in ("from_day", "to_day")]
        async for event in self._busy(_window, msg("Saved"), await chosen_estate(self), *days):
            yield event

    async def _busy(self, command: Any, done: Message, *args: Any) -> AsyncIterator[Any]:
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            await in_uow(command, me(), *args)
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, done))
        finally:
            self.is_saving = False


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _day(text: str, field: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 3):
        raise InvalidError(msg("Write days from 1 to 31, the first not after the last"), field=field)
    return int(text)


def _decide(uow: UnitOfWork, actor: Actor, key: int, reason: str) -> None:
    decide_reading(uow, actor, sent_id=key, approve=not reason, reason=reason)


def _window(uow: UnitOfWork, actor: Actor, estate_id: int, first: int | None, last: int | None) -> None:
    set_window(uow, actor, estate_id=estate_id, from_day=first, to_day=last)


def _read(uow: UnitOfWork, actor: Actor, estate_id: int, request: PageRequest) -> _Seen:
    estate = ensure_estate(uow.session, actor, estate_id, _EDIT)
    page = list_sent(uow, actor, estate_id=estate_id, status=SelfReadingStatus.waiting, page=request)
    return _Seen(page, estate, business_date(uow.now))
