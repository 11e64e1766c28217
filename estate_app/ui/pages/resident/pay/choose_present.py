"""The ways to pay as a person chooses between them. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from estate_app.billing.queries import BillRow
from estate_app.kit.i18n import msg, translate
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


def choices(channels: Collection[Channel], *, on_phone: bool, locale: str) -> list[ChannelChoice]:
    """The channels by name, with what happens next on this device."""
    hints = _ON_A_PHONE if on_phone else _AT_A_DESK
    return [
        ChannelChoice(channel.value, translate(channel_name(channel.value), locale), translate(hints[channel], locale))
        for channel in channels
    ]


def places(rows: Collection[BillRow]) -> str:
    """Where the bills belong, each place once."""
    return "、".join(dict.fromkeys(f"{row.estate_name} {row.place}" for row in rows))
