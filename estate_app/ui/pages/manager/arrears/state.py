"""The list of households that owe: narrowed by its address; chosen ones are reminded together."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.arrears_ladder import Climbed, climb
from estate_app.billing.arrears_models import Stage
from estate_app.billing.arrears_queries import ArrearsFilter, ArrearsRow, ArrearsTotals, arrears_totals, list_arrears
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.property.models import Building
from estate_app.property.queries import visible_buildings
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.arrears import present
from estate_app.ui.query import page_of, page_size_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Kpi, Pager, make_pager

_READ, _CHASE = Permission.bills_read, Permission.arrears_chase
_BY_HAND = frozenset({Stage.reminder, Stage.sms, Stage.letter})


@dataclass(frozen=True, slots=True)
class _Seen:
    page: Page[ArrearsRow]
    totals: ArrearsTotals
    buildings: list[Building]
    on: date


class ArrearsState(rx.State):
    """The page of the list in view; `asked` is the step that the dialog asks about."""

    rows: list[present.DebtLine] = []
    pager: Pager = Pager()
    kpis: list[Kpi] = []
    filters: present.Filters = present.Filters()
    choices: present.Choices = present.Choices()
    chosen_ids: list[int] = []
    asked: str = ""
    may_chase: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read what the URL asks for, with nothing chosen."""
        self.chosen_ids, self.asked = [], ""
        await self._refresh(me())
        watch(self, "arrears")

    async def _refresh(self, actor: Actor) -> None:
        locale, query, estate_id = await locale_of(self), read_query(self), await chosen_estate(self)
        wanted, self.filters = present.read_url(query, estate_id)
        request = PageRequest(page_of(query), page_size_of(query), self.filters.sort)
        seen = await in_uow(_read, actor, wanted, request)
        self.rows = [present.debt_line(row, on=seen.on, locale=locale) for row in seen.page.rows]
        self.kpis = present.figures(seen.totals, locale=locale)
        self.choices = present.choices(seen.buildings, estate_id=estate_id, locale=locale)
        self.pager = make_pager(page=request.number, page_size=request.size, total=seen.page.total, locale=locale)
        self.may_chase = actor.can(_CHASE)
        self.stage = READY

    @rx.event
    @requires(_CHASE)
    async def toggle(self, room_id: int) -> None:
        """Choose a household of the page, or leave it out."""
        shown = {row.id for row in self.rows}
        self.chosen_ids = sorted((set(self.chosen_ids) ^ {int(room_id)}) & shown)

    @rx.event
    @requires(_CHASE)
    async def toggle_all(self) -> None:
        """Choose every household of the page, or none."""
        shown = sorted(row.id for row in self.rows)
        self.chosen_ids = [] if self.chosen_ids == shown else shown

    @rx.event
    @requires(_CHASE)
    async def ask(self, stage: str) -> None:
        """Ask before a step towards the chosen households."""
        if stage in {one.value for one in _BY_HAND} and self.chosen_ids:
            self.asked, self.field_errors = stage, {}

    @rx.event
    @requires(_CHASE)
    async def keep(self) -> None:
        """Take no step."""
        self.asked = ""

    @rx.event
    @requires(_CHASE)
    async def chase(self, _form: dict[str, Any]) -> AsyncIterator[Any]:
        """Take the step that was asked about."""
        self.is_saving = True
        yield
        try:
            done = await in_uow(_climb, me(), self.chosen_ids, Stage(self.asked))
            self.asked, self.chosen_ids = "", []
            await self._refresh(me())
            skipped = msg("{count} passed over: held back, or told today already", count=done.skipped)
            body = await say(self, skipped) if done.skipped else ""
            yield toast_done(await say(self, msg("{count} households reached", count=done.done)), body=body)
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor, wanted: ArrearsFilter, request: PageRequest) -> _Seen:
    session, on = uow.session, business_date(uow.now)
    return _Seen(
        page=list_arrears(session, actor, filter=wanted, page=request, on=on),
        totals=arrears_totals(session, actor, filter=wanted, on=on),
        buildings=visible_buildings(session, actor, _READ),
        on=on,
    )


def _climb(uow: UnitOfWork, actor: Actor, room_ids: list[int], stage: Stage) -> Climbed:
    return climb(uow, actor, room_ids=list(room_ids), stage=stage)
