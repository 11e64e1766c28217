"""The morning page: each part is read only for those who hold its permission, and read again when something changes."""

from dataclasses import dataclass
from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.queries import CollectionProgress, collection_progress
from estate_app.db import UnitOfWork, in_uow
from estate_app.jobs.models import JobRun
from estate_app.jobs.registry import last_run
from estate_app.kit.clock import business_date
from estate_app.payment.takings import Takings, takings
from estate_app.repair import board
from estate_app.repair.board import Morning
from estate_app.repair.days import DayCount, day_counts
from estate_app.repair.filters import Family, OrderFilter
from estate_app.repair.queries import OrderRow, count_orders
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.overview import present
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Kpi

_P = Permission
MANAGERS = tuple(set(_P) - {_P.own_bills, _P.own_repairs, _P.work_orders, _P.own_account})
_QUEUE = 6
_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class _Repairs:
    morning: Morning
    days: list[DayCount]
    risks: list[OrderRow]
    open_count: int


@dataclass(frozen=True, slots=True)
class _Seen:
    repairs: _Repairs | None
    collection: CollectionProgress | None
    takings: Takings | None
    backup: JobRun | None
    now: datetime


class OverviewState(rx.State):
    """What is going on in the estate in view."""

    head: present.Head = present.Head()
    kpis: list[Kpi] = []
    queue: list[present.QueueRow] = []
    risks: list[present.RiskRow] = []
    collection: present.Collection = present.Collection()
    days: present.DaysChart = present.DaysChart()
    channels: present.Channels = present.Channels()
    stage: str = LOADING
    has_repairs: bool = False
    has_bills: bool = False
    has_payments: bool = False
    may_report: bool = False

    @rx.event
    @requires(*MANAGERS)
    async def load(self) -> None:
        """Read the figures and stay live."""
        await self._refresh(me())
        watch(self, f"orders:{await chosen_estate(self)}", f"takings:{await chosen_estate(self)}")

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        seen = await in_uow(_read, actor, await chosen_estate(self))
        self.has_repairs, self.has_bills, self.has_payments = bool(seen.repairs), bool(seen.collection), bool(seen.takings)
        self.may_report = actor.can(Permission.repairs_report)
        self.kpis = []
        if seen.repairs:
            self._show_repairs(seen.repairs, actor.can(Permission.repairs_dispatch), locale)
        if seen.collection:
            self.kpis = [*self.kpis, present.rate_kpi(seen.collection, today=business_date(seen.now), locale=locale)]
            self.collection = present.collection(seen.collection, locale=locale)
        if seen.takings:
            self.kpis = [*self.kpis, present.takings_kpi(seen.takings, locale=locale)]
            self.channels = present.channels(seen.takings, locale=locale)
        self.head = _head(seen, actor, locale)
        self.stage = READY

    def _show_repairs(self, found: _Repairs, may_dispatch: bool, locale: str) -> None:
        near = sum(present.is_near(order) for order in found.risks)
        self.kpis = present.repair_kpis(found.morning, found.days, near=near, locale=locale)
        self.queue = [present.queue_row(order, locale=locale) for order in found.risks[:_QUEUE]]
        at_risk = [order for order in found.risks if present.is_at_risk(order)]
        self.risks = [present.risk_row(order, may_dispatch=may_dispatch, locale=locale) for order in at_risk[:4]]
        self.days = present.days_chart(found.days, locale=locale)


def _head(seen: _Seen, actor: Actor, locale: str) -> present.Head:
    backup, tone = "", ""
    if actor.can(Permission.system):
        run = seen.backup
        ended = (run.ended_at or run.started_at) if run else None
        backup, tone = present.backup_text(ended, run.is_ok if run else False, now=seen.now, locale=locale)
    repairs = seen.repairs
    at_risk = sum(present.is_at_risk(order) for order in repairs.risks) if repairs else 0
    return present.Head(present.updated_text(seen.now, locale=locale), backup, tone, repairs.open_count if repairs else 0, at_risk)


def _read(uow: UnitOfWork, actor: Actor, estate_id: int) -> _Seen:
    session, now, estate = uow.session, uow.now, estate_id or None
    repairs = None
    if actor.can(Permission.repairs_read):
        repairs = _Repairs(
            board.morning(session, actor, now=now, estate_id=estate),
            day_counts(session, actor, now=now, estate_id=estate),
            board.risks(session, actor, now=now, estate_id=estate, size=_LOOKED_AT),
            count_orders(session, actor, filter=OrderFilter(family=Family.open, estate_id=estate), now=now),
        )
    sees_bills = actor.can(Permission.bills_read) and actor.scope(Permission.bills_read).covers(estate_id=estate_id)
    bills = collection_progress(session, actor, estate_id=estate_id, period=business_date(now)) if sees_bills and estate else None
    money = takings(session, actor, on=business_date(now), estate_id=estate) if actor.can(Permission.payments_read) else None
    return _Seen(repairs, bills, money, last_run(uow, "backup") if actor.can(Permission.system) else None, now)
