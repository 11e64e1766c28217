"""One room of the register: its people, adding one and ending one."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.property import members
from estate_app.property.register import RoomDetail, room_detail
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.property import present
from estate_app.ui.pages.manager.property.household import HouseholdFacts, HouseholdView, household_view, read_household
from estate_app.ui.query import path_number
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option

_READ, _EDIT = Permission.property_read, Permission.property_edit


class RoomState(rx.State):
    """The room in view. `dialog` is empty, "add" or "end"; `ending` is whose membership ends."""

    view: present.RoomView = present.RoomView()
    household: HouseholdView = HouseholdView()
    relations: list[Option] = []
    dialog: str = ""
    ending: str = ""
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING
    _member_id: int = 0

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the room of the URL and stay live."""
        await self._refresh(me())
        watch(self, f"room:{path_number(self)}", f"bill:{path_number(self)}")

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        detail, facts = await in_uow(_read, actor, path_number(self))
        self.view = present.room_view(detail, locale=locale)
        self.household = household_view(facts, locale=locale)
        self.relations = present.relation_options(locale)
        self.stage = READY

    @rx.event
    @requires(_EDIT)
    async def ask_add(self) -> None:
        """Open the form of a new person."""
        self.field_errors, self.dialog = {}, "add"

    @rx.event
    @requires(_EDIT)
    async def ask_end(self, member_id: str) -> None:
        """Ask before a membership ends."""
        member = next((m for m in self.view.members if m.id == member_id and m.can_end), None)
        if member is None:
            raise NotFoundError
        self.field_errors, self.dialog = {}, "end"
        self.ending, self._member_id = member.name, int(member.id)

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close what is open; nothing happens."""
        self.dialog, self.field_errors = "", {}

    @rx.event
    @requires(_EDIT)
    async def add(self, form: dict[str, Any]) -> AsyncIterator[rx.event.EventSpec | None]:
        """Put somebody on the contact list."""
        self.field_errors, self.is_saving = {}, True
        yield None
        try:
            await in_uow(
                members.add_member,
                me(),
                room_id=path_number(self),
                name=str(form.get("name", "")),
                phone=str(form.get("phone", "")),
                relation=present.read_relation(str(form.get("relation", ""))),
                from_on=present.read_day(str(form.get("from_on", "")), "from_on"),
            )
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, msg("Added to the room")))
        finally:
            self.is_saving = False

    @rx.event
    @requires(_EDIT)
    async def end(self, form: dict[str, Any]) -> AsyncIterator[rx.event.EventSpec | None]:
        """End a membership after its last day."""
        self.field_errors, self.is_saving = {}, True
        yield None
        try:
            last_on = present.read_day(str(form.get("last_on", "")), "last_on")
            await in_uow(members.end_member, me(), member_id=self._member_id, last_on=last_on)
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, msg("The membership ends; bills and repairs of the room stay")))
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor, room_id: int) -> tuple[RoomDetail, HouseholdFacts]:
    detail = room_detail(uow.session, actor, room_id=room_id, on=business_date(uow.now))
    return detail, read_household(uow, actor, room_id, detail.estate_id)
