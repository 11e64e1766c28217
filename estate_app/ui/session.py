"""Who is signed in, as every shell shows it: name, rooms or estates, unread notices."""

import reflex as rx

from estate_app.access import service as access
from estate_app.access.actor import Actor
from estate_app.access.permission import Permission, Role
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.notification import queries as notices
from estate_app.property import queries as property_queries
from estate_app.settings import settings
from estate_app.ui.guard import actor_of, me, public, requires
from estate_app.ui.live import watch
from estate_app.ui.view import Option

HOME = {Role.resident: "/", Role.technician: "/tech", Role.manager: "/manage"}


class Session(rx.State):
    """The identity in view. It decides what is shown; what is allowed is decided by the services."""

    is_loaded: bool = False
    name: str = ""
    role: str = ""
    permissions: list[str] = []
    unread: int = 0
    is_elder: bool = False
    rooms: list[Option] = []
    room_id: str = ""
    estates: list[Option] = []
    estate_id: str = ""
    is_demo: bool = settings().demo
    _account_id: int = 0

    @rx.var
    def room_name(self) -> str:
        """The label of the room in view."""
        return next((room.label for room in self.rooms if room.value == self.room_id), "")

    @rx.var
    def estate_name(self) -> str:
        """The name of the estate in view."""
        room = next((room.hint for room in self.rooms if room.value == self.room_id), "")
        return room or next((estate.label for estate in self.estates if estate.value == self.estate_id), "")

    @rx.var
    def initial(self) -> str:
        """The first character of the name, for the avatar."""
        return self.name[:1]

    @rx.event
    @public
    async def load(self) -> None:
        """Read who is signed in; another person in the same tab finds nothing of the one before."""
        actor = me()
        if (actor.account_id or 0) != self._account_id:
            await self._forget_everybody()
            self._account_id = actor.account_id or 0
        await self._refresh(actor)
        if actor.account_id:
            watch(self, f"inbox:{actor.account_id}", keep=True)

    @rx.event
    @requires(Permission.own_bills, Permission.own_repairs)
    async def choose_room(self, room_id: str) -> list[rx.event.EventSpec] | None:
        """Look at another of one's rooms."""
        if any(room.value == room_id for room in self.rooms):
            self.room_id = room_id
            return self._reload()
        return None

    @rx.event
    @requires(*(set(Permission) - {Permission.own_bills, Permission.own_repairs, Permission.work_orders, Permission.own_account}))
    async def choose_estate(self, estate_id: str) -> list[rx.event.EventSpec] | None:
        """Look at another estate of one's scope."""
        if any(estate.value == estate_id for estate in self.estates):
            self.estate_id = estate_id
            return self._reload()
        return None

    async def _refresh(self, actor: Actor) -> None:
        seen = await in_uow(_look, actor) if actor.account_id else None
        self.name = actor.name
        self.role = actor.role.value if actor.role else ""
        self.permissions = sorted(p.value for p in actor.permissions) if actor.account_id else []
        self.unread = seen.unread if seen else 0
        self.is_elder = seen.is_elder if seen else False
        self.rooms = seen.rooms if seen else []
        self.estates = seen.estates if seen else []
        self.room_id = _kept(self.room_id, self.rooms)
        self.estate_id = _kept(self.estate_id, self.estates)
        self.is_loaded = True

    async def _forget_everybody(self) -> None:
        from estate_app.ui.locale import Locale

        root = self._get_root_state()
        for substate in root.substates.values():
            if not isinstance(substate, Locale):
                substate.reset()

    def _reload(self) -> list[rx.event.EventSpec]:
        from estate_app.ui.locale import reload_page_data

        return reload_page_data(self)


class _Seen:
    """What the shell shows of a person, read in one unit of work."""

    def __init__(self, uow: UnitOfWork, actor: Actor) -> None:
        self.unread = notices.count_unread(uow.session, actor)
        self.is_elder = access.own_account(uow, actor).is_elder
        self.rooms: list[Option] = []
        self.estates: list[Option] = []
        if actor.role is Role.resident:
            rooms = property_queries.own_rooms(uow.session, actor, business_date(uow.now))
            self.rooms = [Option(str(room.id), room.label, room.estate_name) for room in rooms]
        elif actor.role is Role.manager:
            estates = property_queries.visible_estates(uow.session, actor, *Permission)
            self.estates = [Option(str(estate.id), estate.name) for estate in estates]


def _look(uow: UnitOfWork, actor: Actor) -> _Seen:
    return _Seen(uow, actor)


def _kept(chosen: str, options: list[Option]) -> str:
    """Keep the choice while it is among the options, else the first."""
    if any(option.value == chosen for option in options):
        return chosen
    return options[0].value if options else ""


async def chosen_room(state: rx.State) -> int:
    """The id of the room in view; 0 when the person has none."""
    return int((await state.get_state(Session)).room_id or 0)


async def chosen_estate(state: rx.State) -> int:
    """The id of the estate in view; 0 when the person manages none."""
    return int((await state.get_state(Session)).estate_id or 0)


async def home_of(state: rx.State) -> str:
    """Where the person behind a state belongs."""
    actor = await actor_of(state)
    return HOME[actor.role] if actor.role else "/login"
