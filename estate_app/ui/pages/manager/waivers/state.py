"""Waivers and discounts: one person asks, another decides."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.arrears_models import Decision, DiscountKind
from estate_app.billing.discounts import (
    DiscountRow,
    approve_discount,
    discount_items,
    end_discount,
    list_discounts,
    reject_discount,
    request_discount,
)
from estate_app.billing.rules.values import parse_milli
from estate_app.billing.waivers import WaiverRow, approve_waiver, list_waivers, reject_waiver
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.find import find_rooms
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.common.repair import named
from estate_app.ui.pages.manager.waivers import present
from estate_app.ui.query import go, page_of, page_size_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Fact, Option, Pager, make_pager

_REQUEST, _APPROVE = Permission.waivers_request, Permission.waivers_approve


@dataclass(frozen=True, slots=True)
class _Seen:
    page: Page[WaiverRow] | Page[DiscountRow]
    now: datetime


class WaiversState(rx.State):
    """The list; `show` is waivers or discounts, `dialog` is approve, reject, end or request."""

    rows: list[present.RequestLine] = []
    pager: Pager = Pager()
    show: str = "waivers"
    status: str = ""
    dialog: str = ""
    asked: present.RequestLine = present.RequestLine()
    facts: list[Fact] = []
    items: list[Option] = []
    today: str = ""
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_REQUEST, _APPROVE)
    async def load(self) -> None:
        """Read the page of the URL and stay live."""
        self.dialog, self.field_errors = "", {}
        await self._refresh(me())
        watch(self, "waivers")

    async def _refresh(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        status = Decision(query["status"]) if query.get("status") in set(Decision) else None
        self.show = "discounts" if query.get("show") == "discounts" else "waivers"
        self.status = status.value if status else ""
        request = PageRequest(page_of(query), page_size_of(query))
        seen = await in_uow(_read, actor, request, status, self.show)
        may, my_id = actor.can(_APPROVE), actor.id
        self.rows = [
            present.waiver_line(row, my_id=my_id, may_approve=may, now=seen.now, locale=locale)
            if isinstance(row, WaiverRow)
            else present.discount_line(row, my_id=my_id, may_approve=may, now=seen.now, locale=locale)
            for row in seen.page.rows
        ]
        self.pager = make_pager(page=request.number, page_size=request.size, total=seen.page.total, locale=locale)
        self.today = business_date(seen.now).isoformat()
        self.stage = READY

    @rx.event
    @requires(_REQUEST, _APPROVE)
    async def turn(self, show: str) -> rx.event.EventSpec:
        """Show waivers or discounts."""
        return go(self, show=show)

    @rx.event
    @requires(_REQUEST)
    async def begin(self) -> None:
        """Open the form for a discount."""
        found = await in_uow(_items, me(), await chosen_estate(self))
        locale = await locale_of(self)
        self.items = [Option(str(key), named(name, name_en, locale)) for key, name, name_en in found]
        self.dialog, self.field_errors = "request", {}

    @rx.event
    @requires(_APPROVE)
    async def ask(self, what: str, kind: str, request_id: int) -> None:
        """Ask before a decision."""
        line = next((row for row in self.rows if row.id == request_id and row.kind == kind), None)
        if line is not None and (line.may_decide if what in {"approve", "reject"} else what == "end" and line.may_end):
            self.dialog, self.asked, self.field_errors = what, line, {}
            self.facts = present.facts(line, locale=await locale_of(self))

    @rx.event
    @requires(_REQUEST, _APPROVE)
    async def keep(self) -> None:
        """Close whatever is open."""
        self.dialog = ""

    @rx.event
    @requires(_REQUEST)
    async def propose(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Ask for a discount of a room."""
        estate_id = await chosen_estate(self)
        async for event in self._busy(_discount, msg("Requested. Another person must approve it"), estate_id, form):
            yield event

    @rx.event
    @requires(_APPROVE)
    async def decide(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Approve or reject, as was asked."""
        is_yes = self.dialog == "approve"
        done = msg("Approved") if is_yes else msg("Rejected. Nothing moves")
        async for event in self._busy(_decide, done, self.asked.kind, self.asked.id, is_yes, str(form.get("answer", ""))):
            yield event

    @rx.event
    @requires(_APPROVE)
    async def end(self, form: dict[str, Any]) -> AsyncIterator[Any]:  # noqa: ARG002 -- the dialog has no fields
        """End the running discount that was asked about, today."""
        async for event in self._busy(_end, msg("The discount ends today; issued bills keep theirs"), self.asked.id):
            yield event

    async def _busy(self, command: Callable[..., None], done: Message, *args: Any) -> AsyncIterator[Any]:
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            await in_uow(command, me(), *args)
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, done))
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor, request: PageRequest, status: Decision | None, show: str) -> _Seen:
    if show == "discounts":
        return _Seen(list_discounts(uow.session, actor, page=request, status=status), uow.now)
    return _Seen(list_waivers(uow.session, actor, page=request, on=business_date(uow.now), status=status), uow.now)


def _decide(uow: UnitOfWork, actor: Actor, kind: str, request_id: int, is_yes: bool, answer: str) -> None:
    if kind == "waiver" and is_yes:
        approve_waiver(uow, actor, waiver_id=request_id, answer=answer)
    elif kind == "waiver":
        reject_waiver(uow, actor, waiver_id=request_id, answer=answer)
    elif is_yes:
        approve_discount(uow, actor, discount_id=request_id, answer=answer)
    else:
        reject_discount(uow, actor, discount_id=request_id, answer=answer)


def _end(uow: UnitOfWork, actor: Actor, discount_id: int) -> None:
    end_discount(uow, actor, discount_id=discount_id)


def _items(uow: UnitOfWork, actor: Actor, estate_id: int) -> list[tuple[int, str, str]]:
    return discount_items(uow.session, actor, estate_id=estate_id)


def _discount(uow: UnitOfWork, actor: Actor, estate_id: int, form: dict[str, Any]) -> None:
    text = str(form.get("room", ""))
    hits = find_rooms(uow.session, actor, _REQUEST, text=text, on=business_date(uow.now), estate_id=estate_id or None, limit=2)
    if len(hits) != 1:
        raise InvalidError(msg("Write the room so that exactly one is meant, such as 3-2-1501"), field="room")
    if form.get("kind") not in set(DiscountKind):
        raise InvalidError(msg("Choose the kind of discount"), field="kind")
    milli = parse_milli(str(form.get("percent", "")), field="percent")
    if milli % 10:
        raise InvalidError(msg("Write a percentage with at most two decimals"), field="percent")
    request_discount(
        uow,
        actor,
        room_id=hits[0].id,
        kind=DiscountKind(str(form["kind"])),
        percent_bp=milli // 10,
        starts_on=_day(form, "starts_on"),
        ends_on=_day(form, "ends_on"),
        fee_item_id=_item(form),
        reason=str(form.get("reason", "")),
    )


def _item(form: dict[str, Any]) -> int | None:
    text = str(form.get("item", "") or "")
    if text and not text.isdigit():
        raise InvalidError(msg("Choose an item of the list"), field="item")
    return int(text) if text else None


def _day(form: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(str(form.get(name, "")))
    except ValueError:
        raise InvalidError(msg("Choose a day"), field=name) from None
