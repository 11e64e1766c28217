"""The report form: what is broken, where, how bad, when somebody may come. Nothing typed is lost; it is sent once."""

import secrets
from dataclasses import dataclass
from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.property.queries import OwnRoom
from estate_app.repair import catalogue, intake, place
from estate_app.repair import resident as resident_service
from estate_app.repair.models import Access
from estate_app.repair.place import PlaceHint, SimilarOrder
from estate_app.ui.components.toast import toast_info
from estate_app.ui.components.upload import draft_cleared, uploaded_ids
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.resident.report import present
from estate_app.ui.session import Session
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option


@dataclass(frozen=True, slots=True)
class _Choices:
    groups: tuple[catalogue.CategoryGroup, ...]
    homes: list[OwnRoom]
    areas: list[place.AreaChoice]
    now: datetime


class ReportState(rx.State):
    """The form in view. Text fields belong to the browser and its draft."""

    choices: present.Choices = present.Choices()
    leaf: present.Leaf = present.Leaf()
    similar: list[present.Similar] = []
    picked: str = ""
    where: str = "room"
    located: str = ""
    room_id: str = ""
    draft: str = ""
    stage: str = LOADING
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    danger: str = ""
    _area: str = ""
    _point: tuple[float, float] | None = None
    _key: str = ""

    @rx.event
    @requires(Permission.own_repairs)
    async def load(self) -> None:
        """Read the choices; what was typed stays in the browser."""
        locale, session = await locale_of(self), await self.get_state(Session)
        found = await in_uow(_read, me())
        self.choices = present.Choices(
            present.group_tiles(found.groups, locale=locale),
            present.leaves(found.groups, locale=locale),
            [Option(str(r.id), f"{r.estate_name} {r.label}") for r in found.homes],
            [Option(str(a.id), a.name) for a in found.areas],
            present.days(found.now, locale=locale),
        )
        self.leaf = self._leaf_of(self.leaf.id)
        self.room_id = _kept(self.room_id, session.room_id, self.choices.rooms)
        self._area = _kept(self._area, "", self.choices.areas)
        self._key = self._key or secrets.token_hex(16)
        self.draft = f"report-{me().id}"
        self.field_errors, self.stage = {}, READY

    @rx.event
    @requires(Permission.own_repairs)
    async def pick(self, group_id: str) -> None:
        """Choose a group of faults."""
        self.picked = group_id

    @rx.event
    @requires(Permission.own_repairs)
    async def choose(self, category_id: str) -> None:
        """Choose the fault and look for the same trouble nearby."""
        self.leaf, self.danger = self._leaf_of(category_id), ""
        self.picked = self.leaf.group_id or self.picked
        await self._look()

    @rx.event
    @requires(Permission.own_repairs)
    async def answer(self, word: str) -> None:
        """Say whether one of the fault's dangers holds."""
        self.danger = "yes" if word == "yes" else "no"

    @rx.event
    @requires(Permission.own_repairs)
    async def switch_where(self, where: str) -> None:
        """Report a fault at home or in a public area."""
        self.where = "area" if where == "area" else "room"
        await self._look()

    @rx.event
    @requires(Permission.own_repairs)
    async def choose_room(self, room_id: str) -> None:
        """Choose the home."""
        self.room_id = room_id
        await self._look()

    @rx.event
    @requires(Permission.own_repairs)
    async def choose_area(self, area_id: str) -> None:
        """Choose the public area."""
        self._area = area_id
        await self._look()

    @rx.event
    @requires(Permission.own_repairs)
    async def locate(self) -> rx.event.EventSpec:
        """Ask the browser where it is; a refusal blocks nothing."""
        return rx.call_script("window.estateLocate()", callback=ReportState.take_place)

    @rx.event
    @requires(Permission.own_repairs)
    async def take_place(self, found: dict) -> None:
        """Fill in the nearest of the own homes."""
        try:
            point = float(found["latitude"]), float(found["longitude"])
        except (KeyError, TypeError, ValueError):
            self.located = await say(self, msg("Your location is not available; choose the address yourself"))
            return
        hint = await in_uow(_nearest, me(), *point)
        self._point = point
        if hint is None:
            self.located = await say(self, msg("You are not near one of your homes; choose the address yourself"))
            return
        self.room_id, self.where = str(hint.room.id), "room"
        self.located = await say(self, msg("Filled in by location: {place}, {metres} m away", place=hint.room.label, metres=hint.metres))

    @rx.event
    @requires(Permission.own_repairs)
    async def follow(self, order_id: int) -> rx.event.EventSpec:
        """Follow an open order instead of reporting the same again."""
        await in_uow(resident_service.follow, me(), order_id=order_id)
        return toast_info(await say(self, msg("You follow this order now; you are told when something happens")))

    @rx.event
    @requires(Permission.own_repairs)
    async def submit(self, form: dict) -> rx.event.EventSpec:
        """Send the report once, clear its draft, and go to it."""
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            order_id = await in_uow(_report, me(), _fields(self, form))
            self._key, self.leaf, self.picked, self.similar, self.located = "", present.Leaf(), "", [], ""
            yield draft_cleared(self.draft)
            yield rx.redirect(f"/repairs/{order_id}")
        finally:
            self.is_saving = False

    def _leaf_of(self, category_id: str) -> present.Leaf:
        return next((leaf for leaf in self.choices.leaves if leaf.id == category_id), present.Leaf())

    async def _look(self) -> None:
        category, where = _number(self.leaf.id), _number(self.room_id if self.where == "room" else self._area)
        if not category or not where:
            self.similar = []
            return
        found, now = await in_uow(_similar, me(), category, where, self.where == "room")
        self.similar = present.similar_cards(found, now=now, locale=await locale_of(self))


def _fields(state: ReportState, form: dict) -> dict[str, object]:
    """What the service is given: the form's own fields before what the State remembers."""
    if state.leaf.questions and not state.danger:
        raise InvalidError(msg("Answer the question about dangers first"), field="danger")
    photo_ids = uploaded_ids(form, "photo_ids")
    if photo_ids is None:
        raise InvalidError(msg("A photo is still being uploaded. Wait a moment and send again"), field="photo_ids")
    start, end = present.window(str(form.get("visit_day") or ""), str(form.get("visit_hours") or ""))
    access = str(form.get("access") or "")
    return {
        "category_id": _number(form.get("category_id") or state.leaf.id),
        "description": str(form.get("description", "")),
        "room_id": _number(form.get("room_id") or state.room_id) if state.where == "room" else None,
        "public_area_id": _number(form.get("public_area_id") or state._area) if state.where == "area" else None,
        "visit_from_at": start,
        "visit_to_at": end,
        "access": Access(access) if access in set(Access) else Access.call_first,
        "photo_ids": photo_ids,
        "latitude": state._point[0] if state._point else None,
        "longitude": state._point[1] if state._point else None,
        "client_key": state._key,
        "has_danger": state.danger == "yes",
    }


def _kept(current: str, otherwise: str, options: list[Option]) -> str:
    """What is chosen, as long as it is offered; else the suggestion, else the first."""
    offered = [option.value for option in options]
    return next((value for value in (current, otherwise, *offered) if value in offered), "")


def _number(value: object) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _read(uow: UnitOfWork, actor: Actor) -> _Choices:
    homes = place.own_homes(uow.session, actor, business_date(uow.now))
    areas = place.area_choices(uow.session, actor, now=uow.now)
    return _Choices(catalogue.category_tree(uow.session), homes, areas, uow.now)


def _nearest(uow: UnitOfWork, actor: Actor, latitude: float, longitude: float) -> PlaceHint | None:
    return place.suggest_place(uow.session, actor, latitude=latitude, longitude=longitude, now=uow.now)


def _similar(uow: UnitOfWork, actor: Actor, category_id: int, place_id: int, at_home: bool) -> tuple[list[SimilarOrder], datetime]:
    where = {"room_id": place_id} if at_home else {"public_area_id": place_id}
    return place.similar_open_orders(uow.session, actor, category_id=category_id, now=uow.now, **where), uow.now


def _report(uow: UnitOfWork, actor: Actor, fields: dict[str, object]) -> int:
    return intake.report(uow, actor, **fields).id
