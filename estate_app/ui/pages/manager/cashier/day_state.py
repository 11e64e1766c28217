"""The end of a cashier's day: what was taken, the cash that was counted, refunds to hand out, and the closed days."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.money import parse_yuan
from estate_app.kit.pagination import Page, PageRequest
from estate_app.payment.channel import Means
from estate_app.payment.day_close import DayFigures, close_day, day_figures, open_days
from estate_app.payment.day_report import CloseRow, list_closes
from estate_app.payment.queries import RefundRow, refunds_at_counter
from estate_app.payment.refunds import hand_out
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.cashier import day_present as present
from estate_app.ui.query import go, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Fact, Kpi, Option

_COLLECT = Permission.cashier
_MOST_CLOSES = 10


@dataclass(frozen=True, slots=True)
class _Seen:
    days: list[date]
    figures: DayFigures
    waits: list[RefundRow]
    closes: Page[CloseRow]
    now: datetime


class CashierDayState(rx.State):
    """One's own day at the counter of the estate in view; `dialog` is close or refund."""

    days: list[Option] = []
    day: present.Day = present.Day()
    kpis: list[Kpi] = []
    lines: list[present.TillLine] = []
    waits: list[present.WaitLine] = []
    closes: list[present.CloseLine] = []
    dialog: str = ""
    asked: present.WaitLine = present.WaitLine()
    facts: list[Fact] = []
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_COLLECT)
    async def load(self) -> None:
        """Read the day of the URL, or the oldest that is open."""
        await self._refresh(me())
        watch(self, f"till:{await chosen_estate(self)}", f"takings:{await chosen_estate(self)}")

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        seen = await in_uow(_read, actor, await chosen_estate(self), _day(read_query(self).get("on", "")))
        today = business_date(seen.now)
        self.days = present.day_options(seen.days, today=today, locale=locale)
        self.day = present.day_view(seen.figures, today=today, locale=locale)
        self.kpis = present.day_kpis(seen.figures, locale=locale)
        self.lines = present.till_lines(seen.figures.lines, locale=locale)
        self.waits = [present.wait_line(row, now=seen.now, locale=locale) for row in seen.waits]
        self.closes = [present.close_line(row, my_id=actor.id, may_approve=False, locale=locale) for row in seen.closes.rows]
        self.stage = READY

    @rx.event
    @requires(_COLLECT)
    async def show_day(self, day: str) -> rx.event.EventSpec:
        """Show another open day."""
        return go(self, on=day)

    @rx.event
    @requires(_COLLECT)
    async def ask_close(self) -> None:
        """Ask for the cash that was counted."""
        self.dialog, self.field_errors = "close", {}

    @rx.event
    @requires(_COLLECT)
    async def ask_refund(self, refund_id: int) -> None:
        """Ask how a refund is handed out."""
        self.asked = next((line for line in self.waits if line.id == refund_id), present.WaitLine())
        self.facts = present.wait_facts(self.asked, locale=await locale_of(self))
        self.dialog, self.field_errors = "refund" if self.asked.id else "", {}

    @rx.event
    @requires(_COLLECT)
    async def keep(self) -> None:
        """Close whatever is open."""
        self.dialog = ""

    @rx.event
    @requires(_COLLECT)
    async def close(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Close the day with what was counted."""
        typed = (str(form.get("counted", "")), str(form.get("reason", "")))
        async for event in self._busy(_close, await chosen_estate(self), self.day.on, *typed):
            yield event
        if not self.dialog:
            yield toast_done(await say(self, msg("The day is counted. Money taken from now on falls on the next day")))
            yield go(self, on="")

    @rx.event
    @requires(_COLLECT)
    async def give(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Hand the refund out."""
        async for event in self._busy(_give, self.asked.id, str(form.get("means", "")), str(form.get("voucher", ""))):
            yield event
        if not self.dialog:
            yield toast_done(await say(self, msg("Handed out. The receipt is reversed")))

    async def _busy(self, command: Any, *args: Any) -> AsyncIterator[Any]:
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            await in_uow(command, me(), *args)
            self.dialog = ""
            await self._refresh(me())
        finally:
            self.is_saving = False


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _read(uow: UnitOfWork, actor: Actor, estate_id: int, wanted: date | None) -> _Seen:
    today = business_date(uow.now)
    days = open_days(uow.session, actor, estate_id=estate_id, today=today)
    on = wanted if wanted in days else days[0] if days else today + timedelta(days=1)
    return _Seen(
        days=days,
        figures=day_figures(uow.session, cashier_id=actor.id, estate_id=estate_id, on=on),
        waits=refunds_at_counter(uow.session, actor, estate_id=estate_id),
        closes=list_closes(uow.session, actor, estate_id=estate_id, page=PageRequest(size=_MOST_CLOSES)),
        now=uow.now,
    )


def _close(uow: UnitOfWork, actor: Actor, estate_id: int, day: str, counted: str, reason: str) -> None:
    fen = parse_yuan(counted, field="counted")
    close_day(uow, actor, estate_id=estate_id, business_on=date.fromisoformat(day), counted_fen=fen, reason=reason)


def _give(uow: UnitOfWork, actor: Actor, refund_id: int, means: str, voucher: str) -> None:
    chosen = Means.transfer if means == Means.transfer.value else Means.cash
    hand_out(uow, actor, refund_id=refund_id, means=chosen, voucher=voucher)
