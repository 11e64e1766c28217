"""The channels and their stops as a manager reads them. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from estate_app.kit.i18n import msg, translate
from estate_app.payment.channel import Channel
from estate_app.payment.receipts import channel_name
from estate_app.payment.stops import StopRow
from estate_app.ui.view import Badge, Option
from estate_app.ui.when import moment_text

ONLINE = tuple(channel for channel in Channel if channel.is_online)


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One online channel: set up or not, and whether a stop of all estates holds it."""

    value: str
    label: str
    badge: Badge


@dataclass(frozen=True, slots=True)
class StopLine:
    """One stop in force."""

    id: int
    what: str
    reason: str
    since: str
    by: str
    may_end: bool


def channel_lines(set_up: Collection[Channel], stops: Collection[StopRow], *, locale: str) -> list[ChannelLine]:
    """Every online channel, in the order in which residents see them."""
    stopped = {stop.channel for stop in stops if stop.estate_id is None and not stop.item_name}
    return [
        ChannelLine(channel.value, translate(channel_name(channel.value), locale), _badge(channel, set_up, stopped, locale))
        for channel in ONLINE
    ]


def _badge(channel: Channel, set_up: Collection[Channel], stopped: Collection[Channel | None], locale: str) -> Badge:
    if channel not in set_up:
        return Badge(translate(msg("Not set up"), locale), "gray", icon="circle-dashed")
    if channel in stopped:
        return Badge(translate(msg("Stopped everywhere"), locale), "red", icon="ban")
    return Badge(translate(msg("Takes payments"), locale), "green", icon="check")


def stop_line(stop: StopRow, *, may_end: bool, now: datetime, locale: str) -> StopLine:
    """Say what a stop stops: estate, item and channel, as far as they are named."""
    channel = translate(channel_name(stop.channel.value), locale) if stop.channel else ""
    named = [part for part in (stop.estate_name or translate(msg("All estates"), locale), stop.item_name, channel) if part]
    return StopLine(stop.id, " · ".join(named), stop.reason, moment_text(stop.started_at, now=now, locale=locale), stop.started_by, may_end)


def channel_options(*, locale: str) -> list[Option]:
    """The channels that can be stopped; the counter and the balance too."""
    return [Option(channel.value, translate(channel_name(channel.value), locale)) for channel in Channel]
