"""The channels, the stops in force, and stopping and taking payments again."""

from dataclasses import dataclass
from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.tariff_queries import list_items
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg, translate
from estate_app.payment.channel import Channel
from estate_app.payment.gateway_registry import channels
from estate_app.payment.stops import StopRow, end_stop, list_stops, stop_payments
from estate_app.property.queries import visible_estates
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.channels import present
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option

_READ = Permission.payments_read
_ACT = Permission.reconcile
_ESTATE, _ITEM = "estate:", "item:"


@dataclass(frozen=True, slots=True)
class _Seen:
    stops: list[StopRow]
    places: list[Option]
    now: datetime


class ChannelsState(rx.State):
    """What is set up, what is stopped, and the form of a new stop."""

    lines: list[present.ChannelLine] = []
    stops: list[present.StopLine] = []
    places: list[Option] = []
    options: list[Option] = []
    may_act: bool = False
    is_open: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_READ, _ACT)
    async def load(self) -> None:
        """Read channels and stops and stay live."""
        await self._refresh(me())
        watch(self, "payment-stops")

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        seen = await in_uow(_read, actor, locale)
        scope = actor.scope(_ACT)
        self.may_act = actor.can(_ACT)
        self.lines = present.channel_lines(channels(), seen.stops, locale=locale)
        self.stops = [
            present.stop_line(stop, may_end=self.may_act and scope.covers(estate_id=stop.estate_id), now=seen.now, locale=locale)
            for stop in seen.stops
        ]
        self.places, self.options = seen.places, present.channel_options(locale=locale)
        self.stage = READY

    @rx.event
    @requires(_ACT)
    async def begin(self) -> None:
        """Open the form."""
        self.field_errors, self.is_open = {}, True

    @rx.event
    @requires(_READ, _ACT)
    async def keep(self) -> None:
        """Close the form; nothing is stopped."""
        self.is_open = False

    @rx.event
    @requires(_ACT)
    async def stop(self, form: dict[str, str]) -> rx.event.EventSpec:
        """Stop what the form names."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            await in_uow(stop_payments, me(), **_wish(form))
            self.is_open = False
            await self._refresh(me())
            yield toast_done(await say(self, msg("Payments are stopped. Those that are open go on to their end")))
        finally:
            self.is_saving = False

    @rx.event
    @requires(_ACT)
    async def resume(self, stop_id: int) -> rx.event.EventSpec:
        """Take payments again."""
        await in_uow(end_stop, me(), stop_id=int(stop_id))
        await self._refresh(me())
        return toast_done(await say(self, msg("Payments are taken again")))


def _read(uow: UnitOfWork, actor: Actor, locale: str) -> _Seen:
    places: list[Option] = []
    on = business_date(uow.now)
    if actor.scope(_ACT).is_everywhere:
        places.append(Option("", translate(msg("All estates"), locale)))
    for estate in visible_estates(uow.session, actor, _ACT):
        places.append(Option(f"{_ESTATE}{estate.id}", estate.name))
        # A handful of estates, each with a handful of items.
        items = list_items(uow.session, actor, estate_id=estate.id or 0, on=on) if actor.can(Permission.tariffs_read) else []
        places += [Option(f"{_ITEM}{item.id}", f"{estate.name} · {item.name}") for item in items if item.is_active]
    return _Seen(list_stops(uow.session, actor), places, uow.now)


def _wish(form: dict[str, str]) -> dict[str, object]:
    """What the form names, as the service takes it; what nobody can have chosen names nothing."""
    place, channel = str(form.get("place", "")), str(form.get("channel", ""))
    number = place.rpartition(":")[2]
    if place and not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise InvalidError(msg("Choose one from the list"), field="place")
    if channel and channel not in {known.value for known in Channel}:
        raise InvalidError(msg("Choose one from the list"), field="channel")
    return {
        "estate_id": int(number) if place.startswith(_ESTATE) else None,
        "fee_item_id": int(number) if place.startswith(_ITEM) else None,
        "channel": Channel(channel) if channel else None,
        "reason": str(form.get("reason", "")),
    }
