"""What is about to be paid and how: the page on which a phone chooses a channel. Nothing is started before the button is pressed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.crypto import new_token
from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan, parse_yuan
from estate_app.payment.asking import Asked, asked
from estate_app.payment.channel import Channel
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
    ask: Asked
    channels: tuple[Channel, ...]


class ChooseState(rx.State):
    """The bills of the URL that can be paid, and the channels that take payments for them."""

    place: str = ""
    lines: list[Fact] = []
    total: str = "0.00"
    bill_ids: list[int] = []
    channels: list[present.ChannelChoice] = []
    channel: str = ""
    channel_name: str = ""
    part: present.Part = present.Part()
    is_paying: bool = False
    field_errors: dict[str, str] = {}
    is_loading: bool = True
    _key: str = ""
    _typed: str = ""

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
        ask = seen.ask
        payable = chosen(ask.rows, ask.paying, on=ask.on, locale=locale, accrued_fen=ask.accrued_fen)
        kept = [row for row in ask.rows if row.id in payable.ids]
        self.lines, self.total, self.bill_ids = payable.lines, payable.total, payable.ids
        self.place = present.places(kept)
        on_phone = is_phone(self._agent())
        self.channels = present.choices(seen.channels, on_phone=on_phone, locale=locale, balance_fen=ask.balance_fen)
        policy = translate(ask.policy, locale) if ask.policy else ""
        self.part = present.Part(self.part.is_open, policy, self._amount_text())
        if self.channel not in {choice.value for choice in self.channels}:
            self.channel = self.channels[0].value if self.channels else ""
        self._name()
        self.is_loading = False

    def _name(self) -> None:
        self.channel_name = next((choice.label for choice in self.channels if choice.value == self.channel), "")

    def _amount_text(self) -> str:
        """What will be paid: the part that was written, as far as it is an amount, or all."""
        try:
            return format_yuan(parse_yuan(self._typed)) if self.part.is_open and self._typed.strip() else self.total
        except InvalidError:
            return self.total

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
    async def toggle_part(self) -> None:
        """Pay a part only, or all again."""
        self._typed, self._key, self.field_errors = "", new_token(), {}
        self.part = replace(self.part, is_open=not self.part.is_open, amount=self.total)

    @rx.event
    @requires(Permission.own_bills)
    async def write_part(self, typed: str) -> None:
        """Say on the button what will be paid."""
        self._typed, self._key, self.field_errors = typed, new_token(), {}
        self.part = replace(self.part, amount=self._amount_text())

    @rx.event
    @requires(Permission.own_bills)
    async def pay(self) -> rx.event.EventSpec:
        """Start the one payment; a phone goes straight to the vendor's cashier, a desk to the code."""
        self.is_paying, self.field_errors = True, {}
        yield
        try:
            if not self.channel:
                raise InvalidError(msg("This way of paying is not set up"))
            agent = self._agent()
            channel = Channel(self.channel)
            amount = parse_yuan(self._typed, field="amount") if self.part.is_open else None
            payment_id = await begin_payment(me(), self.bill_ids, channel=channel, key=self._key, user_agent=agent, amount_fen=amount)
            if channel is Channel.balance:
                yield rx.redirect(f"/pay/{payment_id}/result")
                return
            leaves = is_phone(agent) or self.channel != Channel.wechat.value
            # A full page load in this very tab: the router knows no address outside the pages, and another tab would be blocked.
            yield rx.call_script(f"window.location.assign('/go/pay/{payment_id}')") if leaves else rx.redirect(f"/pay/{payment_id}")
        finally:
            self.is_paying = False


def _ids(text: str) -> Sequence[int]:
    """The ids of the URL; whatever is none is left out."""
    return [int(part) for part in text.split(",")[:MAX_BILLS] if part.isascii() and part.isdigit() and len(part) <= 18]


def _read(uow: UnitOfWork, actor: Actor, bill_ids: Sequence[int]) -> _Seen:
    ask = asked(uow, actor, bill_ids)
    return _Seen(ask, open_channels(uow.session, {row.estate_id for row in ask.rows}))
