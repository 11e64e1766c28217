"""One's own meters: send what a dial shows, with its photo."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.rules.values import parse_milli
from estate_app.billing.self_readings import OwnMeter, own_meters, send_reading
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.ui.components.toast import toast_done
from estate_app.ui.components.upload import uploaded_ids
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.resident.meters import present
from estate_app.ui.stage import LOADING, READY

_OWN = Permission.own_bills
_NONE = present.MeterCard("", "", "", "", "", "", "", present.Badge(""), "", can_send=False)


class OwnMetersState(rx.State):
    """The meters of one's rooms; `chosen` is the one whose form is open."""

    rows: list[present.MeterCard] = []
    chosen: present.MeterCard = _NONE
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_OWN)
    async def load(self) -> None:
        """Read one's meters and stay live."""
        await self._refresh(me())
        watch(self, f"resident:{me().id}")

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        found, on = await in_uow(_read, actor)
        self.rows = [present.meter_card(meter, today=on, locale=locale) for meter in found]
        self.stage = READY

    @rx.event
    @requires(_OWN)
    async def ask(self, key: str) -> None:
        """Open the form of a meter."""
        self.chosen = next((row for row in self.rows if row.id == key), _NONE)
        self.field_errors = {}

    @rx.event
    @requires(_OWN)
    async def keep(self) -> None:
        """Close the form; nothing is sent."""
        self.chosen = _NONE

    @rx.event
    @requires(_OWN)
    async def send(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Send a reading with its photo."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            photo_ids = uploaded_ids(form, "photo_ids")
            if photo_ids is None:
                raise InvalidError(msg("A photo is still being uploaded. Wait a moment and send again"), field="photo_ids")
            value = parse_milli(str(form.get("value", "")), field="value")
            await in_uow(_send, me(), int(self.chosen.id or 0), value, photo_ids[0] if photo_ids else "")
            self.chosen = _NONE
            await self._refresh(me())
            yield toast_done(await say(self, msg("Sent; the staff looks at it")))
        finally:
            self.is_saving = False


def _send(uow: UnitOfWork, actor: Actor, key: int, value: int, photo_id: str) -> None:
    send_reading(uow, actor, meter_id=key, value_milli=value, photo_id=photo_id)


def _read(uow: UnitOfWork, actor: Actor) -> tuple[list[OwnMeter], date]:
    on = business_date(uow.now)
    return own_meters(uow.session, actor, on=on), on
