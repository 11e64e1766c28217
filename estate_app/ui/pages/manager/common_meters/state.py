"""Common meters of a month beside their rooms', and the form that installs a meter in a room or as a common one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.common import CommonRow, list_common
from estate_app.billing.meters import add_common_meter, add_meter
from estate_app.billing.models import MeterKind
from estate_app.billing.rules.values import parse_milli
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.clock import business_date, month_start
from estate_app.kit.i18n import msg
from estate_app.property.find import room_by_code
from estate_app.property.models import Building
from estate_app.property.queries import visible_buildings
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.common_meters import present
from estate_app.ui.pages.manager.item_rooms.present import read_day, read_month
from estate_app.ui.pages.manager.meter.present import BANDS, options
from estate_app.ui.pages.manager.meters.present import KINDS
from estate_app.ui.query import go, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option

_READ, _EDIT = Permission.bills_read, Permission.meters_edit


@dataclass(frozen=True, slots=True)
class _Seen:
    rows: list[CommonRow]
    buildings: list[Building]
    today: date


class CommonMetersState(rx.State):
    """The common meters of a month; `dialog` is add when the form is open."""

    rows: list[present.CommonLine] = []
    month: str = ""
    today: str = ""
    buildings: list[Option] = []
    kinds: list[Option] = []
    bands: list[Option] = []
    dialog: str = ""
    may_edit: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the month of the URL."""
        if read_query(self).get("add") and me().can(_EDIT):
            self.dialog = "add"
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale, estate_id = await locale_of(self), await chosen_estate(self)
        seen = await in_uow(_read, actor, estate_id, read_query(self).get("month", ""))
        self.rows = [present.common_line(row, locale=locale) for row in seen.rows]
        self.month = read_query(self).get("month", "") or f"{seen.today:%Y-%m}"
        self.today = seen.today.isoformat()
        self.buildings = [Option(str(b.id), b.name) for b in seen.buildings if b.estate_id == estate_id]
        self.kinds, self.bands = options(KINDS, locale), options(BANDS, locale)
        self.may_edit = actor.scope(_EDIT).covers(estate_id=estate_id)
        self.stage = READY

    @rx.event
    @requires(_READ)
    async def choose_month(self, month: str) -> rx.event.EventSpec:
        """Another month."""
        return go(self, month=month, add="")

    @rx.event
    @requires(_EDIT)
    async def ask(self) -> None:
        """Open the form of a new meter."""
        self.dialog, self.field_errors = "add", {}

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close the form; nothing changes."""
        self.dialog = ""

    @rx.event
    @requires(_EDIT)
    async def add(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Install a meter and open it."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            texts = {name: str(value or "").strip() for name, value in form.items()}
            meter = await in_uow(_add, me(), await chosen_estate(self), texts)
            self.dialog = ""
            yield toast_done(await say(self, msg("The meter is installed")))
            yield rx.redirect(f"/manage/meters/{meter}")
        finally:
            self.is_saving = False


def _add(uow: UnitOfWork, actor: Actor, estate_id: int, form: dict[str, str]) -> int:
    kind, digits = form.get("kind", ""), form.get("digits", "")
    if kind not in set(MeterKind):
        raise InvalidError(msg("Choose what the meter measures"), field="kind")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 1):
        raise InvalidError(msg("A dial has 1 to 9 digits"), field="digits")
    facts: dict[str, Any] = {
        "kind": MeterKind(kind),
        "code": form.get("code", ""),
        "digits": int(digits),
        "installed_on": read_day(form.get("installed_on", ""), "installed_on"),
        "first_milli": parse_milli(form.get("first", ""), field="first"),
        "multiplier_milli": parse_milli(form.get("multiplier", "") or "1", field="multiplier"),
    }
    if form.get("room"):
        room_id = room_by_code(uow.session, actor, _EDIT, estate_id=estate_id, code=form["room"])
        return add_meter(uow, actor, room_id=room_id, band=form.get("band", ""), **facts).id
    building = form.get("building", "")
    chosen = int(building) if building.isascii() and building.isdigit() else None
    return add_common_meter(uow, actor, estate_id=estate_id, building_id=chosen, **facts).id


def _read(uow: UnitOfWork, actor: Actor, estate_id: int, month: str) -> _Seen:
    today = business_date(uow.now)
    try:
        period = read_month(month, "month")
    except InvalidError:
        period = month_start(today)
    rows = list_common(uow.session, actor, estate_id=estate_id, month=period)
    return _Seen(rows, visible_buildings(uow.session, actor, _READ), today)
