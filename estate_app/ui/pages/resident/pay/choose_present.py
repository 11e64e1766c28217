"""The ways to pay as a person chooses between them. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from estate_app.billing.queries import BillRow
from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan
from estate_app.payment.channel import Channel
from estate_app.payment.receipts import channel_name

_ON_A_PHONE = {
    Channel.wechat: msg("WeChat opens to finish the payment"),
    Channel.alipay: msg("Alipay opens to finish the payment"),
    Channel.unionpay: msg("Debit and credit cards"),
}
_AT_A_DESK = {
    Channel.wechat: msg("Scan a code with WeChat"),
    Channel.alipay: msg("Scan or sign in on Alipay's page"),
    Channel.unionpay: msg("Debit and credit cards"),
}


@dataclass(frozen=True, slots=True)
class ChannelChoice:
    """One way to pay."""

    value: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the bills: whether one is being written, the written order, and what the button says is paid."""

    is_open: bool = False
    policy: str = ""
    amount: str = "0.00"


def choices(channels: Collection[Channel], *, on_phone: bool, locale: str, balance_fen: int = 0) -> list[ChannelChoice]:
    """The channels by name, with what happens next on this device; the room's balance last, when there is one."""
    hints = _ON_A_PHONE if on_phone else _AT_A_DESK
    found = [
        ChannelChoice(channel.value, translate(channel_name(channel.value), locale), translate(hints[channel], locale))
        for channel in channels
    ]
    if balance_fen > 0:
        hint = translate(msg("¥{amount} on it; paid at once", amount=format_yuan(balance_fen)), locale)
        found.append(ChannelChoice(Channel.balance.value, translate(channel_name(Channel.balance.value), locale), hint))
    return found


def places(rows: Collection[BillRow]) -> str:
    """Where the bills belong, each place once."""
    return "、".join(dict.fromkeys(f"{row.estate_name} {row.place}" for row in rows))
