"""The reading sheet: every cell is saved when it is left, errors stay in their row, and nothing typed is lost."""

from dataclasses import dataclass
from datetime import date

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.meters import Recorded, record_reading, remove_reading
from estate_app.billing.rules.values import parse_milli
from estate_app.billing.tariff_queries import MeterRow, list_meters
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import EstateError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg, translate
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.models import Building
from estate_app.property.queries import visible_buildings
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.meters import present
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option, Pager, make_pager

_READ, _EDIT = Permission.bills_read, Permission.meters_edit
_FILTERS = frozenset({"kind", "building_id", "unread"})
# The refusal after which a person may say that the dial passed zero (`billing.rules.meter`).
_FALLS = "The reading {current} is below the last one {previous}; confirm that the dial passed zero, or correct it"


@dataclass(frozen=True, slots=True)
class _Seen:
    page: Page[MeterRow]
    buildings: list[Building]
    filters: present.Filters
    today: date


class MetersState(rx.State):
    """The page of meters in view with what is typed into it."""

    rows: list[present.MeterLine] = []
    pager: Pager = Pager()
    filters: present.Filters = present.Filters()
    buildings: list[Option] = []
    progress: str = ""
    may_edit: bool = False
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the page of the URL; cells of meters that stay in view are kept."""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale, query, estate_id = await locale_of(self), read_query(self), await chosen_estate(self)
        request = PageRequest(page_of(query), page_size_of(query, default=50))
        seen = await in_uow(_read, actor, estate_id, query, request)
        # Another day of reading is another sheet.
        before = {line.id: line for line in self.rows} if seen.filters.on == self.filters.on else {}
        rows = seen.page.rows
        self.rows = [present.meter_line(row, before.get(row.id), today=seen.today, locale=locale) for row in rows]
        self.filters = seen.filters
        self.buildings = [Option(str(b.id), b.name) for b in seen.buildings if b.estate_id == estate_id]
        self.pager = make_pager(page=request.number, page_size=request.size, total=seen.page.total, locale=locale)
        self.progress = present.progress_text(self.rows, locale=locale)
        self.may_edit = actor.scope(_EDIT).covers(estate_id=estate_id)
        self.stage = READY

    @rx.event
    @requires(_EDIT)
    async def enter(self, meter_id: int, typed: str) -> None:
        """Save a cell that was left; an empty one, or one that is saved, is left alone."""
        line = self._line(meter_id)
        if line is None or line.state == "saved" or typed.strip() == (line.typed if line.state == "wrong" else ""):
            return
        await self._take(line, typed.strip(), is_rollover=False)

    @rx.event
    @requires(_EDIT)
    async def roll_over(self, meter_id: int) -> None:
        """Confirm that the dial passed zero, and save what is typed."""
        line = self._line(meter_id)
        if line is not None and line.may_roll:
            await self._take(line, line.typed, is_rollover=True)

    @rx.event
    @requires(_EDIT)
    async def take_back(self, meter_id: int) -> None:
        """Take a reading back that was just saved; the cell can be typed anew."""
        line, locale = self._line(meter_id), await locale_of(self)
        if line is not None and line.reading_id:
            await in_uow(_remove, me(), line.reading_id, await say(self, msg("Typed wrongly")))
            self._put(present.blank(line), locale)

    async def _take(self, line: present.MeterLine, typed: str, *, is_rollover: bool) -> None:
        locale = await locale_of(self)
        if not typed:
            self._put(present.blank(line), locale)
            return
        try:
            recorded = await in_uow(_record, me(), line.id, self.filters.on, typed, is_rollover)
        except EstateError as error:
            may_roll = error.message.id == _FALLS
            self._put(present.wrong(line, typed, translate(error.message, locale), may_roll=may_roll), locale)
        else:
            self._put(present.saved(line, typed, recorded, locale=locale), locale)

    def _line(self, meter_id: int) -> present.MeterLine | None:
        return next((line for line in self.rows if line.id == meter_id), None)

    def _put(self, line: present.MeterLine, locale: str) -> None:
        self.rows = [line if row.id == line.id else row for row in self.rows]
        self.progress = present.progress_text(self.rows, locale=locale)


def _record(uow: UnitOfWork, actor: Actor, meter_id: int, on: str, typed: str, is_rollover: bool) -> Recorded:
    try:
        day = date.fromisoformat(on)
    except ValueError:
        day = business_date(uow.now)
    value = parse_milli(typed.replace(",", ""), field="value")
    return record_reading(uow, actor, meter_id=meter_id, read_on=day, value_milli=value, is_rollover=is_rollover)


def _remove(uow: UnitOfWork, actor: Actor, reading_id: int, reason: str) -> None:
    remove_reading(uow, actor, reading_id=reading_id, reason=reason)


def _read(uow: UnitOfWork, actor: Actor, estate_id: int, query: dict[str, str], request: PageRequest) -> _Seen:
    today = business_date(uow.now)
    wanted, filters, _ = present.read_url(query, today)
    page = list_meters(uow.session, actor, estate_id=estate_id, filter=wanted, page=request)
    return _Seen(page, visible_buildings(uow.session, actor, _READ), filters, today)
