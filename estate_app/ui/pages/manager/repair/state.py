"""One work order of the manager's: live, with the three decisions a dispatcher may take."""

from collections.abc import AsyncIterator
from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.audit_queries import AuditRow, entries_of
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg
from estate_app.repair import appeals, callbacks, decisions, detail, dispatch, manage
from estate_app.repair.appeal_models import Verdict
from estate_app.repair.appeals import AppealCard
from estate_app.repair.detail import OrderDetail
from estate_app.repair.models import Urgency
from estate_app.repair.scoring import Ranking
from estate_app.repair.step import ENTITY
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.dispatch.present import exclusion_options
from estate_app.ui.pages.manager.repair import present
from estate_app.ui.query import path_number
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option

_READ, _LEAD = Permission.repairs_read, Permission.repairs_dispatch


class ManagedRepairState(rx.State):
    """The order in view."""

    view: present.OrderView = present.OrderView()
    candidates: list[Option] = []
    excluded: list[Option] = []
    dialog: str = ""
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING
    _technician_seen: int | None = None
    _shown: int = 0

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the order of the URL and stay live."""
        if self._shown != path_number(self):
            self._shown, self.stage, self.dialog, self.field_errors = path_number(self), LOADING, "", {}
        await self._refresh(me())
        watch(self, f"order:{path_number(self)}")

    async def _refresh(self, actor: Actor) -> None:
        found, audit, card, called, now = await in_uow(_read, actor, path_number(self))
        self.view = present.order_view(found, audit, card, called, now=now, locale=await locale_of(self))
        if self.dialog == "":
            self._technician_seen = found.order.technician_id
        self.stage = READY

    @rx.event
    @requires(_LEAD)
    async def ask(self, what: str) -> None:
        """Open one of the dialogs; the list of technicians is weighed as things stand now."""
        self.field_errors = {}
        if what == "assign":
            ranking, holder = await in_uow(_candidates, me(), path_number(self))
            locale = await locale_of(self)
            self.candidates = present.candidate_options(ranking, holder, locale=locale)
            self.excluded = exclusion_options(ranking.exclusions, locale=locale)
            self._technician_seen = holder
        self.dialog = what if what in {"assign", "reject", "urgency"} else ""

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close what is open; nothing happens."""
        self.dialog, self.field_errors = "", {}

    @rx.event
    @requires(_LEAD)
    async def assign(self, form: dict) -> AsyncIterator[rx.event.EventSpec | None]:
        """Give the order to a technician; a reason is needed unless it is the recommended one of a waiting order."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            chosen = str(form.get("technician_id", ""))
            order = await in_uow(_assign, me(), path_number(self), chosen, str(form.get("reason", "")), self._technician_seen)
            name = next((o.label.split(" · ")[0] for o in self.candidates if o.value == str(order)), "")
            yield await self._done(msg("Assigned to {name}", name=name))
        finally:
            self.is_saving = False

    @rx.event
    @requires(_LEAD)
    async def reject(self, form: dict) -> AsyncIterator[rx.event.EventSpec | None]:
        """Refuse the report with the reason that the resident reads."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            await in_uow(manage.reject, me(), order_id=path_number(self), reason=str(form.get("reason", "")))
            yield await self._done(msg("The report is rejected; the resident has been told"))
        finally:
            self.is_saving = False

    @rx.event
    @requires(_LEAD)
    async def change_urgency(self, form: dict) -> AsyncIterator[rx.event.EventSpec | None]:
        """Raise or lower the urgency with a reason; the promise is made anew."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            urgency = _urgency(str(form.get("urgency", "")))
            await in_uow(manage.change_urgency, me(), order_id=path_number(self), urgency=urgency, reason=str(form.get("reason", "")))
            yield await self._done(msg("The urgency is changed"))
        finally:
            self.is_saving = False

    @rx.event
    @requires(_LEAD)
    async def judge(self, form: dict) -> AsyncIterator[rx.event.EventSpec | None]:
        """Decide the technician's appeal against the rating, with the reason that the technician reads."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            await in_uow(_judge, me(), path_number(self), str(form.get("verdict", "")), str(form.get("answer", "")))
            yield await self._done(msg("The appeal is decided; the technician has been told"))
        finally:
            self.is_saving = False

    @rx.event
    @requires(*callbacks.CALL)
    async def call_back(self, form: dict) -> AsyncIterator[rx.event.EventSpec | None]:
        """Note the call to a resident whose rating was low."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            words = {"outcome": str(form.get("outcome", "")), "note": str(form.get("call_note", ""))}
            await in_uow(callbacks.note_call, me(), order_id=path_number(self), **words)
            yield await self._done(msg("The call is noted"))
        finally:
            self.is_saving = False

    async def _done(self, message: object) -> rx.event.EventSpec:
        self.dialog = ""
        await self._refresh(me())
        return toast_done(await say(self, message))


def _judge(uow: UnitOfWork, actor: Actor, order_id: int, verdict: str, answer: str) -> None:
    if verdict not in {Verdict.granted, Verdict.refused}:
        raise InvalidError(msg("Choose whether the appeal is granted"), field="verdict")
    appeals.decide(uow, actor, order_id=order_id, is_granted=verdict == Verdict.granted, answer=answer)


def _urgency(text: str) -> Urgency:
    if text not in set(Urgency):
        raise InvalidError(msg("Choose an urgency"), field="urgency")
    return Urgency(text)


def _assign(uow: UnitOfWork, actor: Actor, order_id: int, technician: str, reason: str, seen: int | None) -> int:
    if not (technician.isascii() and technician.isdigit() and len(technician) < 19):
        raise InvalidError(msg("Choose a technician from the list"), field="technician_id")
    dispatch.assign_by_hand(uow, actor, order_id=order_id, technician_id=int(technician), reason=reason, seen_technician_id=seen)
    return int(technician)


def _candidates(uow: UnitOfWork, actor: Actor, order_id: int) -> tuple[Ranking, int | None]:
    order = detail.order_detail(uow.session, actor, order_id, now=uow.now).order
    return decisions.candidates_for(uow.session, actor, order_id, now=uow.now), order.technician_id


def _read(uow: UnitOfWork, actor: Actor, order_id: int) -> tuple[OrderDetail, list[AuditRow], AppealCard, present.Called, datetime]:
    found = detail.order_detail(uow.session, actor, order_id, now=uow.now)
    card = appeals.appeal_card(uow.session, actor, order_id, now=uow.now) if found.rating else AppealCard()
    called = _called(uow, actor, found) if found.rating else present.Called()
    return found, entries_of(uow.session, actor, entity=ENTITY, entity_id=order_id), card, called, uow.now


def _called(uow: UnitOfWork, actor: Actor, found: OrderDetail) -> present.Called:
    may_call = found.rating is not None and found.rating.is_low and any(actor.can(permission) for permission in callbacks.CALL)
    return present.Called(callbacks.calls_of(uow.session, actor, found.order.id), may_call)
