"""What is about to be paid and how: the page on which a phone chooses a channel. Nothing is started before the button is pressed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.queries import BillRow, bill_rows
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.crypto import new_token
from estate_app.kit.i18n import msg
from estate_app.payment.channel import Channel
from estate_app.payment.queries import being_paid
from estate_app.payment.service import MAX_BILLS
from estate_app.payment.stops import open_channels
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.resident.bills.present import chosen
from estate_app.ui.pages.resident.bills.starting import begin_payment, is_phone
from estate_app.ui.pages.resident.pay import choose_present as present
from estate_app.ui.query import read_query
from estate_app.ui.view import Fact


@dataclass(frozen=True, slots=True)
class _Seen:
    rows: list[BillRow]
    paying: dict[int, int]
    channels: tuple[Channel, ...]
    on: date


class ChooseState(rx.State):
    """The bills of the URL that can be paid, and the channels that take payments for them."""

    place: str = ""
    lines: list[Fact] = []
    total: str = "0.00"
    bill_ids: list[int] = []
    channels: list[present.ChannelChoice] = []
    channel: str = ""
    channel_name: str = ""
    is_paying: bool = False
    is_loading: bool = True
    _key: str = ""

    @rx.event
    @requires(Permission.own_bills)
    async def load(self) -> None:
        """Read the bills of the URL."""
        self._key = new_token()
        await self._refresh(me())
        watch(self, f"resident:{me().id}", "payment-stops")

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        seen = await in_uow(_read, actor, _ids(read_query(self).get("bills", "")))
        payable = chosen(seen.rows, seen.paying, on=seen.on, locale=locale)
        kept = [row for row in seen.rows if row.id in payable.ids]
        self.lines, self.total, self.bill_ids = payable.lines, payable.total, payable.ids
        self.place = present.places(kept)
        self.channels = present.choices(seen.channels, on_phone=is_phone(self._agent()), locale=locale)
        if self.channel not in {choice.value for choice in self.channels}:
            self.channel = self.channels[0].value if self.channels else ""
        self._name()
        self.is_loading = False

    def _name(self) -> None:
        self.channel_name = next((choice.label for choice in self.channels if choice.value == self.channel), "")

    def _agent(self) -> str:
        return self.router.headers.user_agent or ""

    @rx.event
    @requires(Permission.own_bills)
    async def choose(self, channel: str) -> None:
        """Pay in another way."""
        if channel in {choice.value for choice in self.channels} and channel != self.channel:
            self.channel, self._key = channel, new_token()
            self._name()

    @rx.event
    @requires(Permission.own_bills)
    async def pay(self) -> rx.event.EventSpec:
        """Start the one payment; a phone goes straight to the vendor's cashier, a desk to the code."""
        self.is_paying = True
        yield
        try:
            if not self.channel:
                raise InvalidError(msg("This way of paying is not set up"))
            agent = self._agent()
            payment_id = await begin_payment(me(), self.bill_ids, channel=Channel(self.channel), key=self._key, user_agent=agent)
            leaves = is_phone(agent) or self.channel != Channel.wechat.value
            yield rx.redirect(f"/go/pay/{payment_id}", is_external=True) if leaves else rx.redirect(f"/pay/{payment_id}")
        finally:
            self.is_paying = False


def _ids(text: str) -> Sequence[int]:
    """The ids of the URL; whatever is none is left out."""
    return [int(part) for part in text.split(",")[:MAX_BILLS] if part.isascii() and part.isdigit() and len(part) <= 18]


def _read(uow: UnitOfWork, actor: Actor, bill_ids: Sequence[int]) -> _Seen:
    on = business_date(uow.now)
    rows = bill_rows(uow.session, actor, tuple(bill_ids), on=on)
    paying = being_paid(uow.session, actor, bill_ids, on=on)
    return _Seen(rows, paying, open_channels(uow.session, {row.estate_id for row in rows}), on)
