"""The closed days of all cashiers of an estate, differences to approve, and the written order of part payments."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.rules.allocation import AllocationOrder
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.i18n import msg, translate
from estate_app.kit.pagination import Page, PageRequest
from estate_app.payment.allocation import ORDERS, allocation_order, change_order
from estate_app.payment.day_close import approve_close
from estate_app.payment.day_report import CloseRow, list_closes
from estate_app.property.queries import ensure_estate
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.cashier.day_present import CloseLine, close_line
from estate_app.ui.query import page_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option, Pager, make_pager

_READ, _APPROVE, _SET = Permission.ledger_read, Permission.reconcile, Permission.tariffs_edit
_PAGE = 20


@dataclass(frozen=True, slots=True)
class _Seen:
    closes: Page[CloseRow]
    order: AllocationOrder


class DayClosesState(rx.State):
    """The list of the estate in view."""

    rows: list[CloseLine] = []
    pager: Pager = Pager()
    orders: list[Option] = []
    order: str = ""
    asked: CloseLine = CloseLine()
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the page of the URL and stay live."""
        await self._refresh(me())
        watch(self, f"till:{await chosen_estate(self)}")

    async def _refresh(self, actor: Actor) -> None:
        locale, request = await locale_of(self), PageRequest(page_of(read_query(self)), _PAGE)
        seen = await in_uow(_read, actor, await chosen_estate(self), request)
        may = actor.can(_APPROVE)
        self.rows = [close_line(row, my_id=actor.id, may_approve=may, locale=locale) for row in seen.closes.rows]
        self.pager = make_pager(page=request.number, page_size=_PAGE, total=seen.closes.total, locale=locale)
        self.orders = [Option(order.value, translate(name, locale)) for order, name in ORDERS.items()]
        self.order = seen.order.value
        self.stage = READY

    @rx.event
    @requires(_APPROVE)
    async def ask(self, close_id: int) -> None:
        """Ask before a difference is booked."""
        self.asked = next((line for line in self.rows if line.id == close_id and line.may_approve), CloseLine())

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close the dialog; the difference still waits."""
        self.asked = CloseLine()

    @rx.event
    @requires(_APPROVE)
    async def approve(self, _form: dict[str, Any]) -> AsyncIterator[Any]:
        """Book the difference on its day."""
        self.is_saving = True
        yield
        try:
            await in_uow(_approve, me(), self.asked.id)
            self.asked = CloseLine()
            await self._refresh(me())
            yield toast_done(await say(self, msg("The difference is booked")))
        finally:
            self.is_saving = False

    @rx.event
    @requires(_SET)
    async def choose_order(self, order: str) -> AsyncIterator[Any]:
        """Change the written order of part payments."""
        if order in set(AllocationOrder) and order != self.order:
            await in_uow(_change, me(), await chosen_estate(self), AllocationOrder(order))
            await self._refresh(me())
            yield toast_done(await say(self, msg("Saved. It holds for payments from now on")))


def _read(uow: UnitOfWork, actor: Actor, estate_id: int, request: PageRequest) -> _Seen:
    ensure_estate(uow.session, actor, estate_id, _READ)
    return _Seen(list_closes(uow.session, actor, estate_id=estate_id, page=request), allocation_order(uow.session, estate_id))


def _approve(uow: UnitOfWork, actor: Actor, close_id: int) -> None:
    approve_close(uow, actor, close_id=close_id)


def _change(uow: UnitOfWork, actor: Actor, estate_id: int, order: AllocationOrder) -> None:
    change_order(uow, actor, estate_id=estate_id, order=order)
