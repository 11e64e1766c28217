"""A report on behalf of a caller: where, what, who called. Nothing typed is lost; it is sent once."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg, translate
from estate_app.property.find import RoomHit, find_rooms
from estate_app.repair import catalogue, intake, place
from estate_app.repair.models import Access, Source, Urgency
from estate_app.ui.components.toast import toast_done
from estate_app.ui.components.upload import draft_cleared, uploaded_ids
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.report import present
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option

_REPORT = Permission.repairs_report


@dataclass(frozen=True, slots=True)
class _Choices:
    groups: tuple[catalogue.CategoryGroup, ...]
    areas: list[place.AreaChoice]
    now: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the caller about the chosen kind, and the answer: yes, no or empty."""

    category_id: str = ""
    first: str = ""
    questions: list[str] = field(default_factory=list)
    answer: str = ""


class CallerReportState(rx.State):
    """The form in view. Text fields belong to the browser and its draft."""

    categories: list[Option] = []
    areas: list[Option] = []
    days: list[Option] = []
    hits: list[Option] = []
    q: str = ""
    room: Option = Option("", "")
    asked: Asked = Asked()
    where: str = "room"
    account_id: int = 0
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING
    _key: str = ""
    _dangers: dict[str, present.Danger] = {}

    @rx.event
    @requires(_REPORT)
    async def load(self) -> None:
        """Read the choices; what was typed stays in the browser."""
        locale, found = await locale_of(self), await in_uow(_read, me(), await chosen_estate(self))
        self.categories, self._dangers = present.leaf_options(found.groups, locale=locale), present.questions_of(found.groups)
        self.areas = [Option(str(a.id), a.name) for a in found.areas]
        self.days = present.days(found.now, locale=locale)
        self._key, self.account_id = self._key or secrets.token_hex(16), me().id
        self.field_errors, self.stage = {}, READY

    @rx.event
    @requires(_REPORT)
    async def find(self, form: dict[str, Any]) -> None:
        """Look for rooms by code, written address, or a name or phone of the household."""
        self.q = str(form.get("q", "")).strip()
        found = await in_uow(_find, me(), self.q, await chosen_estate(self))
        self.hits = [Option(str(hit.id), hit.label, hit.code) for hit in found]
        self.room = self.hits[0] if len(self.hits) == 1 else Option("", "")

    @rx.event
    @requires(_REPORT)
    async def choose(self, room_id: str) -> None:
        """Take one of the rooms that were found."""
        self.room = next((hit for hit in self.hits if hit.value == room_id), Option("", ""))
        self.field_errors = {name: text for name, text in self.field_errors.items() if name != "room_id"}

    @rx.event
    @requires(_REPORT)
    async def choose_kind(self, category_id: str) -> None:
        """Choose the kind; what is dangerous about it is asked of the caller before the form goes on."""
        found, locale = self._dangers.get(category_id, present.Danger()), await locale_of(self)
        self.asked = Asked(category_id, translate(found.first, locale) if found.first else "", found.questions)

    @rx.event
    @requires(_REPORT)
    async def answer(self, word: str) -> None:
        """Note whether the caller is in danger."""
        self.asked = replace(self.asked, answer="yes" if word == "yes" else "no")
        self.field_errors = {name: text for name, text in self.field_errors.items() if name not in {"danger", "has_danger"}}

    @rx.event
    @requires(_REPORT)
    async def switch_where(self, where: str) -> None:
        """Report a fault in a home or in a public area."""
        self.where = "area" if where == "area" else "room"

    @rx.event
    @requires(_REPORT)
    async def submit(self, form: dict[str, Any]) -> AsyncIterator[rx.event.EventSpec | None]:
        """Take the report and go to the order."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            order_id = await in_uow(_report, me(), _fields(self, form))
            self._key, self.room, self.hits, self.q, self.asked = "", Option("", ""), [], "", Asked()
            yield draft_cleared(f"caller-report-{self.account_id}")
            yield toast_done(await say(self, msg("The order is taken and on its way to a technician")))
            yield rx.redirect(f"/manage/repairs/{order_id}")
        finally:
            self.is_saving = False


def _fields(state: CallerReportState, form: dict[str, Any]) -> dict[str, Any]:
    """What the service is given: the place that the State remembers, everything else as it was typed."""
    if state.asked.questions and not state.asked.answer:
        raise InvalidError(msg("Ask the caller about the dangers first"), field="danger")
    photo_ids = uploaded_ids(form, "photo_ids")
    if photo_ids is None:
        raise InvalidError(msg("A photo is still being uploaded. Wait a moment and send again"), field="photo_ids")
    room_id = _number(state.room.value) if state.where == "room" else 0
    area_id = _number(form.get("public_area_id")) if state.where == "area" else 0
    if not room_id and not area_id:
        missing = msg("Find the room first") if state.where == "room" else msg("Choose the public area")
        raise InvalidError(missing, field="room_id" if state.where == "room" else "public_area_id")
    urgency, access, source = (str(form.get(name) or "") for name in ("urgency", "access", "source"))
    start, end = present.window(str(form.get("visit_day") or ""), str(form.get("visit_hours") or ""))
    return {
        "category_id": _number(form.get("category_id")),
        "description": str(form.get("description", "")),
        "room_id": room_id or None,
        "public_area_id": area_id or None,
        "urgency": Urgency(urgency) if urgency in set(Urgency) else None,
        "visit_from_at": start,
        "visit_to_at": end,
        "access": Access(access) if access in set(Access) else Access.call_first,
        "source": Source(source) if source in present.SOURCES else Source.phone,
        "photo_ids": photo_ids,
        "contact_name": str(form.get("contact_name", "")),
        "contact_phone": str(form.get("contact_phone", "")),
        "client_key": state._key,
        "has_danger": state.asked.answer == "yes" if state.asked.questions else None,
    }


def _number(value: object) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _read(uow: UnitOfWork, actor: Actor, estate_id: int) -> _Choices:
    areas = place.area_choices(uow.session, actor, now=uow.now, estate_id=estate_id or None)
    return _Choices(catalogue.category_tree(uow.session), areas, uow.now)


def _find(uow: UnitOfWork, actor: Actor, text: str, estate_id: int) -> list[RoomHit]:
    return find_rooms(uow.session, actor, _REPORT, text=text, on=business_date(uow.now), estate_id=estate_id or None)


def _report(uow: UnitOfWork, actor: Actor, fields: dict[str, Any]) -> int:
    return intake.report(uow, actor, **fields).id
