"""Gaining a room: by the code on its bill, or by a request that a manager decides."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.room_code import claim_by_code
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg, translate
from estate_app.property.claims import ClaimRow, all_estates, own_claims, request_room
from estate_app.property.models import ClaimStatus, Relation
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.item_rooms.present import read_day
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Badge, Option
from estate_app.ui.words import RELATIONS

_OWN = Permission.own_account
STATUS: dict[ClaimStatus, tuple[Message, str]] = {
    ClaimStatus.waiting: (msg("Being looked at"), "indigo"),
    ClaimStatus.approved: (msg("Approved"), "green"),
    ClaimStatus.rejected: (msg("Not accepted"), "red"),
}


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """One own request."""

    id: str
    room: str
    about: str
    reason: str
    badge: Badge


class ClaimState(rx.State):
    """The form in view (`way` is code or request) and one's own requests."""

    rows: list[ClaimCard] = []
    estates: list[Option] = []
    relations: list[Option] = []
    way: str = "code"
    today: str = ""
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_OWN)
    async def load(self) -> None:
        """Read one's requests and what may be chosen."""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        claims, estates, on = await in_uow(_read, actor)
        self.rows = [_card(row, locale) for row in claims]
        self.estates = [Option(str(key), name) for key, name in estates]
        self.relations = [Option(kind.value, translate(word, locale)) for kind, word in RELATIONS.items()]
        self.today, self.stage = on.isoformat(), READY

    @rx.event
    @requires(_OWN)
    async def choose_way(self, way: str) -> None:
        """By code or by request."""
        self.way, self.field_errors = "request" if way == "request" else "code", {}

    @rx.event
    @requires(_OWN)
    async def by_code(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Gain the room of a bill at once."""
        async for event in self._busy(_by_code, msg("The room is yours now"), form):
            yield event
        if not self.field_errors:
            yield rx.redirect("/me/rooms")

    @rx.event
    @requires(_OWN)
    async def ask_estate(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Send a request to the estate."""
        async for event in self._busy(_request, msg("Sent; you are told when it is decided"), form):
            yield event

    async def _busy(self, command: Any, done: Message, form: dict[str, Any]) -> AsyncIterator[Any]:
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            await in_uow(command, me(), {name: str(value or "").strip() for name, value in form.items()})
            await self._refresh(me())
            yield toast_done(await say(self, done))
        finally:
            self.is_saving = False


def _card(row: ClaimRow, locale: str) -> ClaimCard:
    word, tone = STATUS[row.status]
    about = f"{row.estate} · {translate(RELATIONS[row.relation], locale)}"
    return ClaimCard(str(row.id), row.room, about, row.reason, Badge(translate(word, locale), tone, "soft", ""))


def _relation(form: dict[str, str]) -> Relation:
    chosen = form.get("relation", "")
    if chosen not in set(Relation):
        raise InvalidError(msg("Choose what you are to the room"), field="relation")
    return Relation(chosen)


def _last(form: dict[str, str]) -> date | None:
    return read_day(form["to_on"], "to_on") if form.get("to_on") else None


def _by_code(uow: UnitOfWork, actor: Actor, form: dict[str, str]) -> None:
    number, code = form.get("bill_number", ""), form.get("code", "")
    claim_by_code(uow, actor, bill_number=number, code=code, relation=_relation(form), to_on=_last(form))


def _request(uow: UnitOfWork, actor: Actor, form: dict[str, str]) -> None:
    estate = form.get("estate", "")
    request_room(
        uow,
        actor,
        estate_id=int(estate) if estate.isascii() and estate.isdigit() and len(estate) < 12 else 0,
        code=form.get("room", ""),
        relation=_relation(form),
        from_on=read_day(form.get("from_on", ""), "from_on"),
        to_on=_last(form),
        note=form.get("note", ""),
    )


def _read(uow: UnitOfWork, actor: Actor) -> tuple[list[ClaimRow], list[tuple[int, str]], date]:
    return own_claims(uow.session, actor), all_estates(uow.session, actor), business_date(uow.now)
