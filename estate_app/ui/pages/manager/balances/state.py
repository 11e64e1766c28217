"""Rooms' balances brought forward or paid out: one manager proposes, another decides, a cashier hands out."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import InvalidError
from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import parse_yuan
from estate_app.kit.pagination import Page, PageRequest
from estate_app.payment.balance_orders import BalanceOrderRow, decide_order, hand_out_balance, list_orders, propose_order
from estate_app.payment.channel import Means
from estate_app.payment.desk_models import BalanceOrderKind, OrderStatus
from estate_app.property.find import room_by_code
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.balances import present
from estate_app.ui.query import go, page_of, page_size_of, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Fact, Pager, make_pager

_READ, _PROPOSE, _APPROVE, _COLLECT = Permission.payments_read, Permission.refunds_request, Permission.refunds_approve, Permission.cashier


class BalancesState(rx.State):
    """The list; `dialog` is propose, approve, reject or give."""

    rows: list[present.OrderLine] = []
    pager: Pager = Pager()
    status: str = ""
    dialog: str = ""
    asked: present.OrderLine = present.OrderLine()
    facts: list[Fact] = []
    may_propose: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the page of the URL."""
        self.dialog = ""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        status = OrderStatus(query["status"]) if query.get("status") in set(OrderStatus) else None
        request = PageRequest(page_of(query), page_size_of(query))
        found, now = await in_uow(_read, actor, request, status)
        self.status, self.may_propose = status.value if status else "", actor.can(_PROPOSE)
        self.rows = [present.order_line(row, now=now, locale=locale) for row in found.rows]
        self.pager = make_pager(page=request.number, page_size=request.size, total=found.total, locale=locale)
        self.stage = READY

    @rx.event
    @requires(_READ)
    async def narrow(self, status: str) -> rx.event.EventSpec:
        """Show orders of one state."""
        return go(self, status=status)

    @rx.event
    @requires(_PROPOSE)
    async def begin(self) -> None:
        """Ask for the room, the amount and the reason."""
        self.dialog, self.field_errors = "propose", {}

    @rx.event
    @requires(_READ)
    async def ask(self, what: str, order_id: int) -> None:
        """Ask before a decision or before money is handed out."""
        line = next((row for row in self.rows if row.id == order_id), present.OrderLine())
        may = {"approve": line.may_decide, "reject": line.may_decide, "give": line.may_hand_out}
        if may.get(what):
            self.dialog, self.asked, self.field_errors = what, line, {}
            self.facts = present.facts(line, locale=await locale_of(self))

    @rx.event
    @requires(_READ)
    async def keep(self) -> None:
        """Close whatever is open; nothing changes."""
        self.dialog = ""

    @rx.event
    @requires(_PROPOSE)
    async def propose(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Propose what the form says."""
        done = msg("Proposed. Another manager must approve it")
        async for event in self._busy(done, _propose, await chosen_estate(self), {name: str(value or "") for name, value in form.items()}):
            yield event

    @rx.event
    @requires(_APPROVE)
    async def decide(self, _form: dict[str, Any]) -> AsyncIterator[Any]:
        """Approve or reject, as was asked."""
        is_yes = self.dialog == "approve"
        done = msg("The order is approved") if is_yes else msg("Rejected. Nothing moves")
        async for event in self._busy(done, _decide, self.asked.id, is_yes):
            yield event

    @rx.event
    @requires(_COLLECT)
    async def give(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Hand the money out."""
        typed = (str(form.get("means", "")), str(form.get("voucher", "")))
        async for event in self._busy(msg("The money is handed out"), _give, self.asked.id, *typed):
            yield event

    async def _busy(self, done: Message, command: Any, *args: Any) -> AsyncIterator[Any]:
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            await in_uow(command, me(), *args)
            self.dialog = ""
            await self._refresh(me())
            yield toast_done(await say(self, done))
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor, request: PageRequest, status: OrderStatus | None) -> tuple[Page[BalanceOrderRow], datetime]:
    return list_orders(uow.session, actor, page=request, status=status), uow.now


def _propose(uow: UnitOfWork, actor: Actor, estate_id: int, form: dict[str, str]) -> None:
    if form.get("kind") not in set(BalanceOrderKind):
        raise InvalidError(msg("Choose what is to be done"), field="kind")
    propose_order(
        uow,
        actor,
        room_id=room_by_code(uow.session, actor, _PROPOSE, estate_id=estate_id, code=form.get("room", "").strip()),
        kind=BalanceOrderKind(form["kind"]),
        amount_fen=parse_yuan(form.get("amount", ""), field="amount"),
        reason=form.get("reason", ""),
    )


def _decide(uow: UnitOfWork, actor: Actor, order_id: int, is_approved: bool) -> None:
    decide_order(uow, actor, order_id=order_id, is_approved=is_approved)


def _give(uow: UnitOfWork, actor: Actor, order_id: int, means: str, voucher: str) -> None:
    chosen = Means.transfer if means == Means.transfer.value else Means.cash
    hand_out_balance(uow, actor, order_id=order_id, means=chosen, voucher=voucher)
