"""One's rooms today."""

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.property.queries import own_rooms
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.pages.resident.rooms.present import RoomCard, present_room
from estate_app.ui.stage import LOADING, READY


class RoomsState(rx.State):
    """The rooms that a resident belongs to."""

    rows: list[RoomCard] = []
    stage: str = LOADING

    @rx.event
    @requires(Permission.own_account)
    async def load(self) -> None:
        """Read one's rooms."""
        self.rows = await in_uow(_read, me(), await locale_of(self))
        self.stage = READY


def _read(uow: UnitOfWork, actor: Actor, locale: str) -> list[RoomCard]:
    return [present_room(room, locale=locale) for room in own_rooms(uow.session, actor, business_date(uow.now))]
