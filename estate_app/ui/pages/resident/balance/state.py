"""The prepaid balance of the room in view: what is on it, topping it up, and paying bills by itself."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import reflex as rx
import structlog

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from estate_app.kit.clock import business_date
from estate_app.kit.crypto import new_token
from estate_app.kit.i18n import msg
from estate_app.kit.money import parse_yuan
from estate_app.kit.pagination import Page, PageRequest
from estate_app.ledger.queries import Movement
from estate_app.payment.balance import BalanceView, balance_movements, balance_view, set_automatic, start_top_up
from estate_app.payment.channel import Channel
from estate_app.payment.opening import open_payment
from estate_app.payment.stops import open_channels
from estate_app.property.queries import own_room
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.resident.balance import present
from estate_app.ui.pages.resident.bills.present import channel_options
from estate_app.ui.pages.resident.bills.starting import is_phone, way_for
from estate_app.ui.query import page_of, read_query
from estate_app.ui.session import chosen_room
from estate_app.ui.view import Option, Pager, make_pager

log = structlog.get_logger(__name__)
_PAGE = 10


@dataclass(frozen=True, slots=True)
class _Seen:
    place: str
    view: BalanceView
    moves: Page[Movement]
    channels: tuple[Channel, ...]
    now: datetime


class BalanceState(rx.State):
    """The balance of the room in view."""

    place: str = ""
    purse: present.Purse = present.Purse()
    moves: list[present.MoveLine] = []
    pager: Pager = Pager()
    channels: list[Option] = []
    channel: str = ""
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    is_missing: bool = False
    is_loading: bool = True
    _key: str = ""

    @rx.event
    @requires(Permission.own_bills)
    async def load(self) -> None:
        """Read the balance and stay live."""
        self._key, self.is_missing = new_token(), False
        room_id = await chosen_room(self)
        try:
            await self._refresh(me())
            watch(self, f"bill:{room_id}", f"resident:{me().id}")
        except NotFoundError:
            self.is_missing = True
        self.is_loading = False

    async def _refresh(self, actor: Actor) -> None:
        locale, page = await locale_of(self), PageRequest(page_of(read_query(self)), _PAGE)
        seen = await in_uow(_read, actor, await chosen_room(self), page)
        self.place, self.purse = seen.place, present.purse(seen.view, now=seen.now, locale=locale)
        self.moves = [present.move_line(row, now=seen.now, locale=locale) for row in seen.moves.rows]
        self.pager = make_pager(page=page.number, page_size=_PAGE, total=seen.moves.total, locale=locale)
        self.channels = channel_options(seen.channels, locale=locale)
        if self.channel not in {option.value for option in self.channels}:
            self.channel = self.channels[0].value if self.channels else ""

    @rx.event
    @requires(Permission.own_bills)
    async def choose_channel(self, channel: str) -> None:
        """Pay in another way."""
        if channel in {option.value for option in self.channels} and channel != self.channel:
            self.channel, self._key = channel, new_token()

    @rx.event
    @requires(Permission.own_bills)
    async def switch(self) -> AsyncIterator[Any]:
        """Let the balance pay by itself, or stop it."""
        is_on = not self.purse.is_automatic
        await in_uow(_switch, me(), await chosen_room(self), is_on)
        await self._refresh(me())
        on, off = msg("On. Bills are paid from the balance by themselves"), msg("Off. The balance pays only when you choose it")
        yield toast_done(await say(self, on if is_on else off))

    @rx.event
    @requires(Permission.own_bills)
    async def top_up(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Pay money in advance through the chosen channel."""
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            if not self.channel:
                raise InvalidError(msg("This way of paying is not set up"))
            agent, channel = self.router.headers.user_agent or "", Channel(self.channel)
            amount = parse_yuan(str(form.get("amount", "")), field="amount")
            payment_id = await in_uow(_top_up, me(), await chosen_room(self), amount, channel, way_for(channel, agent), self._key)
            self._key = new_token()
            try:
                await asyncio.to_thread(open_payment, payment_id)
            except (UnavailableError, ConflictError) as error:
                log.info("payment_page_without_cashier", payment_id=payment_id, reason=str(error.message))
            leaves = is_phone(agent) or channel is not Channel.wechat
            yield rx.redirect(f"/go/pay/{payment_id}", is_external=True) if leaves else rx.redirect(f"/pay/{payment_id}")
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor, room_id: int, page: PageRequest) -> _Seen:
    on = business_date(uow.now)
    room = own_room(uow.session, actor, room_id, on, sees_repairs=False)
    return _Seen(
        place=f"{room.estate_name} {room.label}",
        view=balance_view(uow.session, actor, room_id=room_id, on=on),
        moves=balance_movements(uow.session, actor, room_id=room_id, on=on, page=page),
        channels=open_channels(uow.session, {room.estate_id}),
        now=uow.now,
    )


def _switch(uow: UnitOfWork, actor: Actor, room_id: int, is_on: bool) -> None:
    set_automatic(uow, actor, room_id=room_id, is_on=is_on)


def _top_up(uow: UnitOfWork, actor: Actor, room_id: int, amount_fen: int, channel: Channel, method: Any, key: str) -> int:
    payment = start_top_up(uow, actor, room_id=room_id, amount_fen=amount_fen, channel=channel, method=method, idempotency_key=key)
    return payment.id or 0
