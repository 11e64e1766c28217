"""Accounts that will be deleted, as managers see them; it is the person's own decision, nobody else ends or hastens it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.pagination import Page, PageRequest
from estate_app.personal.erasure import TOPIC
from estate_app.personal.models import ErasureStatus
from estate_app.personal.queries import ErasureRow, list_erasures
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Badge, Pager, make_pager
from estate_app.ui.when import moment_text

_SEE = Permission.property_edit
_LOOKS: Mapping[ErasureStatus, tuple[Message, str, str]] = {
    ErasureStatus.cooling: (msg("Can be taken back"), "orange", "clock"),
    ErasureStatus.cancelled: (msg("Taken back"), "gray", "undo-2"),
    ErasureStatus.held: (msg("Held back: something is open"), "red", "circle-alert"),
    ErasureStatus.done: (msg("Deleted"), "gray", "check"),
}


@dataclass(frozen=True, slots=True)
class ErasureLine:
    """One wish."""

    id: int
    name: str
    phone: str
    badge: Badge
    asked: str
    due: str
    ended: str


class ErasuresState(rx.State):
    """The list, what is coming first."""

    rows: list[ErasureLine] = []
    pager: Pager = Pager()
    stage: str = LOADING

    @rx.event
    @requires(_SEE)
    async def load(self) -> None:
        """Read the page of the address and stay live."""
        await self._refresh(me())
        watch(self, TOPIC)

    async def _refresh(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        request = PageRequest(page_of(query), page_size_of(query))
        found, now = await in_uow(_read, actor, request)
        self.rows = [_line(row, now, locale) for row in found.rows]
        self.pager = make_pager(page=request.number, page_size=request.size, total=found.total, locale=locale)
        self.stage = READY


def _line(row: ErasureRow, now: datetime, locale: str) -> ErasureLine:
    word, tone, icon = _LOOKS[row.status]
    asked, due = (moment_text(at, now=now, locale=locale) for at in (row.asked_at, row.due_at))
    ended = moment_text(row.ended_at, now=now, locale=locale) if row.ended_at else "—"
    return ErasureLine(row.id, row.name, row.phone or "—", Badge(translate(word, locale), tone, "soft", icon), asked, due, ended)


def _read(uow: UnitOfWork, actor: Actor, request: PageRequest) -> tuple[Page[ErasureRow], datetime]:
    return list_erasures(uow.session, actor, page=request), uow.now
