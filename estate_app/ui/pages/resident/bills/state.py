"""The resident's bills: which are shown, which are chosen, and the one payment for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.filters import BillFilter, BillState
from estate_app.billing.queries import BillRow, amount_due, list_bills
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.crypto import new_token
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.payment.asking import Asked, asked
from estate_app.payment.channel import Channel
from estate_app.payment.queries import being_paid
from estate_app.payment.service import MAX_BILLS
from estate_app.payment.stops import open_channels
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.resident.bills import present
from estate_app.ui.pages.resident.bills.bill_state import BillState as OpenBill
from estate_app.ui.pages.resident.bills.starting import begin_payment
from estate_app.ui.query import address, go, page_of, read_query
from estate_app.ui.session import chosen_room
from estate_app.ui.view import Fact, Option, Pager, make_pager

_SHOWN = {"": BillState.open, "paid": BillState.paid, "all": None}
_PAGE = 12


@dataclass(frozen=True, slots=True)
class _Seen:
    found: Page[BillRow]
    ask: Asked
    paying: dict[int, int]
    count: int
    channels: tuple[Channel, ...]
    on: date


class BillsState(rx.State):
    """The list and the selection. The idempotency key lives as long as one selection."""

    rows: list[present.BillCard] = []
    pager: Pager = Pager()
    show: str = ""
    unpaid: int = 0
    chosen: list[Fact] = []
    chosen_ids: list[int] = []
    total: str = "0.00"
    late: str = ""
    channels: list[Option] = []
    channel: str = ""
    is_paying: bool = False
    is_loading: bool = True
    _key: str = ""
    _room_id: int = -1

    @rx.event
    @requires(Permission.own_bills)
    async def load(self) -> None:
        """Read the list of the URL and stay live; what is due in a room that was not in view before is chosen."""
        show = read_query(self).get("show", "")
        self.show = show if show in _SHOWN else ""
        room_id = await chosen_room(self)
        if room_id != self._room_id:
            self._room_id = room_id
            self.chosen_ids = list(await in_uow(_due, me(), room_id))
        self._key = new_token()
        await self._list(me())
        watch(self, f"resident:{me().id}", f"bill:{room_id}")

    @rx.event
    @requires(Permission.own_bills)
    async def show_first(self) -> None:
        """Show the first bill of the list beside it, which is not yet a reading of it."""
        await (await self.get_state(OpenBill))._show(me(), self.rows[0].id if self.rows else 0)

    async def _refresh(self, actor: Actor) -> None:
        await self._list(actor)
        await (await self.get_state(OpenBill))._refresh(actor)

    async def _list(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        page = PageRequest(page_of(query), _PAGE)
        seen = await in_uow(_read, actor, self._room_id, _SHOWN[self.show], page, self.chosen_ids)
        kept = address("", {name: value for name, value in query.items() if name in {"show", "page"}}, page=query.get("page"))
        self.rows = [
            present.bill_card(row, payment_id=seen.paying.get(row.id), query=kept, on=seen.on, locale=locale) for row in seen.found.rows
        ]
        self.pager = make_pager(page=page.number, page_size=_PAGE, total=seen.found.total, locale=locale)
        self.unpaid = seen.count
        self.channels = present.channel_options(seen.channels, locale=locale)
        if self.channel not in {option.value for option in self.channels}:
            self.channel = self.channels[0].value if self.channels else ""
        ask = seen.ask
        self._keep(present.chosen(ask.rows, ask.paying, on=ask.on, locale=locale, accrued_fen=ask.accrued_fen))
        self.is_loading = False

    def _keep(self, chosen: present.Chosen) -> None:
        if chosen.ids != self.chosen_ids:
            self._key = new_token()
        self.chosen, self.total, self.chosen_ids, self.late = chosen.lines, chosen.total, chosen.ids, chosen.late

    async def _choose(self, bill_ids: Collection[int]) -> None:
        ask = await in_uow(asked, me(), bill_ids)
        self._keep(present.chosen(ask.rows, ask.paying, on=ask.on, locale=await locale_of(self), accrued_fen=ask.accrued_fen))

    @rx.event
    @requires(Permission.own_bills)
    async def toggle(self, bill_id: int) -> None:
        """Choose a bill, or leave it out."""
        ids = set(self.chosen_ids) ^ {int(bill_id)}
        if len(ids) > MAX_BILLS:
            raise InvalidError(msg("Pay at most {count} bills at once", count=MAX_BILLS))
        await self._choose(ids)

    @rx.event
    @requires(Permission.own_bills)
    async def toggle_all(self) -> None:
        """Choose everything that is due in the room, or nothing when all of it is chosen."""
        due = await in_uow(_due, me(), self._room_id)
        before = self.chosen_ids
        await self._choose(due)
        if self.chosen_ids == before:
            await self._choose(())

    @rx.event
    @requires(Permission.own_bills)
    async def choose_channel(self, channel: str) -> None:
        """Pay in another way."""
        if channel in {option.value for option in self.channels} and channel != self.channel:
            self.channel = channel
            self._key = new_token()

    @rx.event
    @requires(Permission.own_bills)
    async def filter_show(self, value: str) -> rx.event.EventSpec:
        """Show what is unpaid, paid or all."""
        return go(self, show=value)

    @rx.event
    @requires(Permission.own_bills)
    async def pay(self) -> rx.event.EventSpec:
        """Pay everything that is chosen, in one payment, and go to its page."""
        self.is_paying = True
        yield
        try:
            yield rx.redirect(await self._pay())
        finally:
            self.is_paying = False

    @rx.event
    @requires(Permission.own_bills)
    async def check_out(self) -> rx.event.EventSpec:
        """Go to the page on which a phone chooses how to pay what is chosen."""
        return rx.redirect(f"/pay/new?bills={','.join(map(str, self.chosen_ids))}")

    async def _pay(self) -> str:
        if not self.channel:
            raise InvalidError(msg("This way of paying is not set up"))
        agent = self.router.headers.user_agent or ""
        channel = Channel(self.channel)
        return f"/pay/{await begin_payment(me(), self.chosen_ids, channel=channel, key=self._key, user_agent=agent)}"


def _due(uow: UnitOfWork, actor: Actor, room_id: int) -> tuple[int, ...]:
    return amount_due(uow.session, actor, on=business_date(uow.now), room_id=room_id or None).bill_ids[:MAX_BILLS]


def _read(uow: UnitOfWork, actor: Actor, room_id: int, state: BillState | None, page: PageRequest, chosen_ids: Collection[int]) -> _Seen:
    ask = asked(uow, actor, chosen_ids)
    on = ask.on
    found = list_bills(uow.session, actor, filter=BillFilter(room_id=room_id or None, state=state), page=page, on=on)
    paying = being_paid(uow.session, actor, [row.id for row in found.rows], on=on)
    due = amount_due(uow.session, actor, on=on, room_id=room_id or None)
    estates = {row.estate_id for row in (*ask.rows, *found.rows)}
    return _Seen(found, ask, paying, due.count, open_channels(uow.session, estates), on)
