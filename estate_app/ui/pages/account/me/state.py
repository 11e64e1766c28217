"""One's own page, for every role."""

import reflex as rx

from estate_app.access import service as access
from estate_app.access.actor import Actor
from estate_app.access.permission import Permission, Role
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.property.queries import own_rooms, visible_estates
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.pages.account.me.present import MeCard, present_me
from estate_app.ui.stage import LOADING, READY


class MeState(rx.State):
    """Who is signed in, with a little more than the frame shows."""

    person: MeCard = MeCard()
    stage: str = LOADING

    @rx.event
    @requires(Permission.own_account)
    async def load(self) -> None:
        """Read one's own account."""
        self.person = await in_uow(_read, me(), await locale_of(self))
        self.stage = READY


def _read(uow: UnitOfWork, actor: Actor, locale: str) -> MeCard:
    rooms = [f"{room.estate_name} {room.label}" for room in own_rooms(uow.session, actor, business_date(uow.now))]
    estates = {e.id: e.name for e in visible_estates(uow.session, actor, *Permission)} if actor.role is Role.manager else {}
    return present_me(actor, phone=access.own_account(uow, actor).phone or "", rooms=rooms, estates=estates, locale=locale)
