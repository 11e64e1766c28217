"""Requests of residents for rooms: give the room, or refuse with a reason."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg, translate
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.claims import ClaimRow, decide_claim, list_claims
from estate_app.property.models import ClaimStatus
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Pager, make_pager
from estate_app.ui.when import full_day
from estate_app.ui.words import RELATIONS

_EDIT = Permission.property_edit


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One request."""

    id: str
    room: str
    estate: str
    name: str
    phone: str
    relation: str
    span: str
    note: str


class ClaimsState(rx.State):
    """One page of waiting requests; `chosen` is the one to refuse."""

    rows: list[ClaimLine] = []
    pager: Pager = Pager()
    chosen: str = ""
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_EDIT)
    async def load(self) -> None:
        """Read what waits and stay live."""
        await self._refresh(me())
        watch(self, "claims")

    async def _refresh(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        request = PageRequest(page_of(query), page_size_of(query))
        found = await in_uow(_read, actor, request)
        self.rows = [_line(row, locale) for row in found.rows]
        self.pager = make_pager(page=request.number, page_size=request.size, total=found.total, locale=locale)
        self.stage = READY

    @rx.event
    @requires(_EDIT)
    async def approve(self, key: str) -> AsyncIterator[Any]:
        """Give the room."""
        await in_uow(_decide, me(), int(key or 0), "")
        await self._refresh(me())
        yield toast_done(await say(self, msg("The room is given; the resident is told")))

    @rx.event
    @requires(_EDIT)
    async def ask_refuse(self, key: str) -> None:
        """Ask why a request is refused."""
        self.chosen, self.field_errors = key, {}

    @rx.event
    @requires(_EDIT)
    async def keep(self) -> None:
        """Close the form; nothing changes."""
        self.chosen = ""

    @rx.event
    @requires(_EDIT)
    async def refuse(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Refuse with a reason."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            reason = str(form.get("reason", "") or "").strip()
            if not reason:
                raise InvalidError(msg("Give a reason"), field="reason")
            await in_uow(_decide, me(), int(self.chosen or 0), reason)
            self.chosen = ""
            await self._refresh(me())
            yield toast_done(await say(self, msg("Refused; the resident is told")))
        finally:
            self.is_saving = False


def _line(row: ClaimRow, locale: str) -> ClaimLine:
    until = full_day(row.to_on, locale=locale) if row.to_on else "—"
    span = f"{full_day(row.from_on, locale=locale)} – {until}"
    return ClaimLine(str(row.id), row.room, row.estate, row.name, row.phone, translate(RELATIONS[row.relation], locale), span, row.note)


def _decide(uow: UnitOfWork, actor: Actor, key: int, reason: str) -> None:
    decide_claim(uow, actor, claim_id=key, approve=not reason, reason=reason)


def _read(uow: UnitOfWork, actor: Actor, request: PageRequest) -> Page[ClaimRow]:
    return list_claims(uow.session, actor, status=ClaimStatus.waiting, page=request)
