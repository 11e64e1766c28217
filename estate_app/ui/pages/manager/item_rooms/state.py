"""Which rooms a fee item is charged to: attach and end it in bulk; the amounts of a shared cost."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.attaching import AttachedRow, attach_rooms, detach_rooms, list_attached
from estate_app.billing.models import FeeKind
from estate_app.billing.pools import PoolRow, list_pools, set_pool
from estate_app.billing.tariff_queries import ItemRow, list_items
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date, month_start
from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import parse_yuan
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.models import Building
from estate_app.property.queries import visible_buildings
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.common.repair import named
from estate_app.ui.pages.manager.item_rooms import present
from estate_app.ui.query import go, page_of, page_size_of, path_number, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option, Pager, make_pager

_READ, _EDIT, _RUN = Permission.tariffs_read, Permission.tariffs_edit, Permission.billing_run


@dataclass(frozen=True, slots=True)
class _Seen:
    item: ItemRow
    rooms: Page[AttachedRow]
    pools: list[PoolRow]
    buildings: list[Building]
    today: date


class ItemRoomsState(rx.State):
    """The item of the URL with one page of its rooms; `dialog` is attach, detach or pool."""

    head: present.ItemHead = present.ItemHead()
    rows: list[present.RoomLine] = []
    pools: list[present.PoolLine] = []
    pager: Pager = Pager()
    buildings: list[Option] = []
    text: str = ""
    today: str = ""
    dialog: str = ""
    may_edit: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the item of the URL and a page of its rooms."""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale, query, estate_id = await locale_of(self), read_query(self), await chosen_estate(self)
        request = PageRequest(page_of(query), page_size_of(query))
        self.text = query.get("text", "")
        seen = await in_uow(_read, actor, estate_id, path_number(self), self.text, request)
        kind = seen.item.kind
        month = f"{month_start(seen.today):%Y-%m}"
        name = named(seen.item.name, seen.item.name_en, locale)
        self.head = present.ItemHead(name, kind is FeeKind.shared, kind is FeeKind.parking, month)
        self.rows = [present.room_line(row, on=seen.today, locale=locale) for row in seen.rooms.rows]
        self.pools = present.pool_lines(seen.pools, locale=locale)
        self.pager = make_pager(page=request.number, page_size=request.size, total=seen.rooms.total, locale=locale)
        self.buildings = [Option(str(b.id), b.name) for b in seen.buildings if b.estate_id == estate_id]
        self.today = seen.today.isoformat()
        self.may_edit = actor.scope(_EDIT).covers(estate_id=estate_id)
        self.stage = READY

    @rx.event
    @requires(_READ)
    async def search(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """Find rooms by code."""
        return go(self, text=str(form.get("q", "")).strip())

    @rx.event
    @requires(_EDIT, _RUN)
    async def ask(self, what: str) -> None:
        """Open a form."""
        self.dialog, self.field_errors = what if what in {"attach", "detach", "pool"} else "", {}

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close the form; nothing changes."""
        self.dialog = ""

    @rx.event
    @requires(_EDIT)
    async def attach(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Attach the item to the chosen rooms."""
        async for event in self._busy(_attach, msg("{count} rooms have the item now"), _texts(form)):
            yield event

    @rx.event
    @requires(_EDIT)
    async def detach(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """End the item in the chosen rooms."""
        async for event in self._busy(_detach, msg("The item ends in {count} rooms"), _texts(form)):
            yield event

    @rx.event
    @requires(_RUN)
    async def enter_pool(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Enter what a shared cost was in a month."""
        async for event in self._busy(_pool, msg("The amount is kept; the next bill run splits it"), _texts(form)):
            yield event

    async def _busy(self, command: Any, done: Message, form: dict[str, str]) -> AsyncIterator[Any]:
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            count = await in_uow(command, me(), path_number(self), form)
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, Message(done.id, (("count", count),)) if "{count}" in done.id else done))
        finally:
            self.is_saving = False


def _texts(form: dict[str, Any]) -> dict[str, str]:
    return {name: str(value or "").strip() for name, value in form.items()}


def _attach(uow: UnitOfWork, actor: Actor, key: int, form: dict[str, str]) -> int:
    ends = form.get("ends_on", "")
    return attach_rooms(
        uow,
        actor,
        item_id=key,
        choice=present.read_choice(form),
        starts_on=present.read_day(form.get("starts_on", ""), "starts_on"),
        ends_on=present.read_day(ends, "ends_on") if ends else None,
    )


def _detach(uow: UnitOfWork, actor: Actor, key: int, form: dict[str, str]) -> int:
    day = present.read_day(form.get("ends_on", ""), "ends_on")
    return detach_rooms(uow, actor, item_id=key, choice=present.read_choice(form), ends_on=day)


def _pool(uow: UnitOfWork, actor: Actor, key: int, form: dict[str, str]) -> int:
    month = present.read_month(form.get("month", ""), "month")
    amount = parse_yuan(form.get("amount", ""), field="amount")
    return set_pool(uow, actor, item_id=key, period=month, amount_fen=amount, note=form.get("note", "")).id


def _read(uow: UnitOfWork, actor: Actor, estate_id: int, key: int, text: str, request: PageRequest) -> _Seen:
    today = business_date(uow.now)
    item = next((i for i in list_items(uow.session, actor, estate_id=estate_id, on=today) if i.id == key), None)
    if item is None:
        raise NotFoundError
    rooms = list_attached(uow.session, actor, item_id=key, text=text, page=request)
    pools = list_pools(uow.session, actor, item_id=key) if item.kind is FeeKind.shared else []
    return _Seen(item, rooms, pools, visible_buildings(uow.session, actor, _READ), today)
