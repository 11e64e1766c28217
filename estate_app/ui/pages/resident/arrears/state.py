"""A resident's overdue bills: late fees, an own promise to pay, instalments, notices."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.arrears_detail import OwnArrears, own_arrears
from estate_app.billing.arrears_promises import make_promise
from estate_app.billing.queries import amount_due
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.money import parse_yuan
from estate_app.property.queries import own_rooms
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.arrears.household_present import AgreedView
from estate_app.ui.pages.resident.arrears import present
from estate_app.ui.session import chosen_room
from estate_app.ui.stage import LOADING, READY

_OWN = Permission.own_bills


@dataclass(frozen=True, slots=True)
class _Seen:
    room_id: int
    found: OwnArrears
    owed_fen: int
    on: date


class OwnArrearsState(rx.State):
    """The page of the room in view."""

    late: list[present.LateView] = []
    agreed: list[AgreedView] = []
    letters: list[present.LetterView] = []
    promised: str = ""
    may_promise: bool = False
    dialog: str = ""
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING
    _room_id: int = 0

    @rx.event
    @requires(_OWN)
    async def load(self) -> None:
        """Read what is overdue in the room in view, and stay live."""
        self.dialog, self.field_errors = "", {}
        self._room_id = await chosen_room(self)
        await self._refresh(me())
        watch(self, f"bill:{self._room_id}")

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        seen = await in_uow(_read, actor, self._room_id)
        self._room_id = seen.room_id
        view = present.own_view(seen.found, owed_fen=seen.owed_fen, on=seen.on, locale=locale)
        self.late, self.agreed, self.letters = view.late, view.agreed, view.letters
        self.promised, self.may_promise = view.promised, view.may_promise
        self.stage = READY

    @rx.event
    @requires(_OWN)
    async def begin(self) -> None:
        """Open the form for a promise."""
        self.dialog, self.field_errors = "promise", {}

    @rx.event
    @requires(_OWN)
    async def keep(self) -> None:
        """Promise nothing."""
        self.dialog = ""

    @rx.event
    @requires(_OWN)
    async def promise(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Promise to pay an amount by a day."""
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            await in_uow(_promise, me(), self._room_id, str(form.get("amount", "")), str(form.get("due_on", "")))
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, msg("Noted. You get no reminders until that day")))
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor, room_id: int) -> _Seen:
    session, on = uow.session, business_date(uow.now)
    room_id = room_id or next((room.id for room in own_rooms(session, actor, on)), 0)
    if not room_id:
        return _Seen(0, OwnArrears((), (), (), ()), 0, on)
    due = amount_due(session, actor, on=on, room_id=room_id)
    return _Seen(room_id, own_arrears(session, actor, room_id=room_id, on=on), due.overdue_fen, on)


def _promise(uow: UnitOfWork, actor: Actor, room_id: int, amount: str, day: str) -> None:
    try:
        due_on = date.fromisoformat(day)
    except ValueError:
        raise InvalidError(msg("Choose a day"), field="due_on") from None
    make_promise(uow, actor, room_id=room_id, amount_fen=parse_yuan(amount, field="amount"), due_on=due_on)
