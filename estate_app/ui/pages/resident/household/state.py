"""The people of one own room: seen by who lives there, invited and ended by its owner."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.property import family
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.property.present import read_day
from estate_app.ui.pages.resident.household import present
from estate_app.ui.query import path_number
from estate_app.ui.stage import LOADING, READY

_OWN = Permission.own_account


class HouseholdState(rx.State):
    """The room of the address. `dialog` is empty, "invite" or "end"; `ending` is whose membership ends."""

    view: present.HouseholdView = present.HouseholdView()
    dialog: str = ""
    ending: str = ""
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING
    _member_id: int = 0

    @rx.event
    @requires(_OWN)
    async def load(self) -> None:
        """Read who belongs to the room, and stay live."""
        await self._refresh(me())
        watch(self, f"room:{path_number(self)}")

    async def _refresh(self, actor: Actor) -> None:
        found = await in_uow(_read, actor, path_number(self))
        self.view = present.household_view(found, locale=await locale_of(self))
        self.stage = READY

    @rx.event
    @requires(_OWN)
    async def ask_invite(self) -> None:
        """Open the form of an invitation."""
        self.field_errors, self.dialog = {}, "invite"

    @rx.event
    @requires(_OWN)
    async def ask_end(self, member_id: str) -> None:
        """Ask before a membership ends."""
        person = next((one for one in self.view.people if one.id == member_id and one.can_end), None)
        if person is None:
            raise NotFoundError
        self.field_errors, self.dialog = {}, "end"
        self.ending, self._member_id = person.name, int(person.id)

    @rx.event
    @requires(_OWN)
    async def keep(self) -> None:
        """Close what is open; nothing happens."""
        self.dialog, self.field_errors = "", {}

    @rx.event
    @requires(_OWN)
    async def invite(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Put somebody on the room's list."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            last = str(form.get("to_on", "") or "")
            await in_uow(
                family.invite,
                me(),
                room_id=path_number(self),
                name=str(form.get("name", "")),
                phone=str(form.get("phone", "")),
                relation=present.read_invited(str(form.get("relation", ""))),
                from_on=read_day(str(form.get("from_on", "")), "from_on"),
                to_on=read_day(last, "to_on") if last else None,
            )
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, msg("Invited to the room")))
        finally:
            self.is_saving = False

    @rx.event
    @requires(_OWN)
    async def end(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """End a membership after its last day."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            last_on = read_day(str(form.get("last_on", "")), "last_on")
            await in_uow(family.end_invited, me(), member_id=self._member_id, last_on=last_on)
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, msg("The membership ends after its last day")))
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor, room_id: int) -> family.OwnHousehold:
    return family.own_household(uow.session, actor, room_id=room_id, on=business_date(uow.now))
