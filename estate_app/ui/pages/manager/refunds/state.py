"""Refunds: one manager proposes, another approves or rejects."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.money import parse_yuan
from estate_app.kit.pagination import Page, PageRequest
from estate_app.payment.filters import PaymentFilter
from estate_app.payment.models import PaymentStatus, RefundStatus
from estate_app.payment.queries import PaymentRow, RefundRow, list_payments, list_refunds, payment_view
from estate_app.payment.refunds import approve_refund, propose_refund, reject_refund
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.refunds import present
from estate_app.ui.query import go, page_of, page_size_of, read_query
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Fact, Pager, make_pager

_READ, _APPROVE = Permission.refunds_request, Permission.refunds_approve
_MOST_HITS = 20


@dataclass(frozen=True, slots=True)
class _Seen:
    refunds: Page[RefundRow]
    payment: PaymentRow | None
    now: datetime


class RefundsState(rx.State):
    """The list; `dialog` is find, propose, approve or reject."""

    rows: list[present.RefundLine] = []
    pager: Pager = Pager()
    status: str = ""
    dialog: str = ""
    asked: present.RefundLine = present.RefundLine()
    facts: list[Fact] = []
    hits: list[present.PaymentHit] = []
    payment: present.PaymentHit = present.PaymentHit()
    is_searched: bool = False
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the page of the URL; with a payment in it, open the proposal."""
        await self._refresh(me())
        if self.payment.id:
            self.dialog = "propose"

    async def _refresh(self, actor: Actor) -> None:
        locale, query = await locale_of(self), read_query(self)
        status = RefundStatus(query["status"]) if query.get("status") in set(RefundStatus) else None
        request = PageRequest(page_of(query), page_size_of(query))
        seen = await in_uow(_read, actor, request, status, _number(query.get("payment_id", "")))
        may = actor.can(_APPROVE)
        self.status = status.value if status else ""
        self.rows = [present.refund_line(r, my_id=actor.id, may_approve=may, now=seen.now, locale=locale) for r in seen.refunds.rows]
        self.pager = make_pager(page=request.number, page_size=request.size, total=seen.refunds.total, locale=locale)
        if seen.payment is not None:
            self.payment = present.payment_hit(seen.payment, now=seen.now, locale=locale)
        self.stage = READY

    @rx.event
    @requires(_READ)
    async def narrow(self, status: str) -> rx.event.EventSpec:
        """Show refunds of one state."""
        return go(self, status=status)

    @rx.event
    @requires(_READ)
    async def begin(self) -> None:
        """Look for the payment to give back."""
        self.dialog, self.hits, self.is_searched, self.field_errors = "find", [], False, {}

    @rx.event
    @requires(_READ)
    async def find(self, form: dict[str, Any]) -> None:
        """Find payments by number, transaction or room."""
        locale = await locale_of(self)
        rows, now = await in_uow(_find, me(), str(form.get("q", "")).strip())
        self.hits, self.is_searched = [present.payment_hit(row, now=now, locale=locale) for row in rows], True

    @rx.event
    @requires(_READ)
    async def choose(self, payment_id: int) -> None:
        """Propose to give this payment back."""
        self.payment = next((hit for hit in self.hits if hit.id == payment_id), present.PaymentHit())
        self.dialog, self.field_errors = "propose" if self.payment.id else self.dialog, {}

    @rx.event
    @requires(_READ)
    async def propose(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Propose the refund."""
        async for event in self._busy(_propose, self.payment.id, str(form.get("amount", "")), str(form.get("reason", ""))):
            yield event
        if not self.dialog:
            yield toast_done(await say(self, msg("Proposed. Another manager must approve it")))

    @rx.event
    @requires(_APPROVE)
    async def ask(self, what: str, refund_id: int) -> None:
        """Ask before a decision."""
        line = next((row for row in self.rows if row.id == refund_id and row.may_decide), None)
        if line is not None and what in {"approve", "reject"}:
            self.dialog, self.asked, self.field_errors = what, line, {}
            self.facts = present.facts(line, locale=await locale_of(self))

    @rx.event
    @requires(_READ)
    async def keep(self) -> Any:
        """Close whatever is open."""
        self.dialog, self.payment = "", present.PaymentHit()
        return go(self, payment_id="") if "payment_id" in read_query(self) else None

    @rx.event
    @requires(_APPROVE)
    async def decide(self, _form: dict[str, Any]) -> AsyncIterator[Any]:
        """Approve or reject, as was asked."""
        is_yes = self.dialog == "approve"
        async for event in self._busy(_approve if is_yes else _reject, self.asked.id):
            yield event
        if not self.dialog:
            done = msg("Approved. The money goes back the way it came") if is_yes else msg("Rejected. Nothing moves")
            yield toast_done(await say(self, done))

    async def _busy(self, command: Any, *args: Any) -> AsyncIterator[Any]:
        """Run a command while the button is busy; when it is done the dialog closes and the list is read again."""
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            await in_uow(command, me(), *args)
            self.dialog, self.payment = "", present.PaymentHit()
            if "payment_id" in read_query(self):
                yield go(self, payment_id="")
            else:
                await self._refresh(me())
        finally:
            self.is_saving = False


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _read(uow: UnitOfWork, actor: Actor, request: PageRequest, status: RefundStatus | None, payment_id: int) -> _Seen:
    on = business_date(uow.now)
    payment = payment_view(uow.session, actor, payment_id=payment_id, on=on).row if payment_id else None
    found = list_refunds(uow.session, actor, page=request, status=status)
    return _Seen(found, payment if payment and present.is_refundable(payment) else None, uow.now)


def _find(uow: UnitOfWork, actor: Actor, text: str) -> tuple[list[PaymentRow], datetime]:
    wanted = PaymentFilter(status=PaymentStatus.paid, text=text)
    page = list_payments(uow.session, actor, filter=wanted, page=PageRequest(size=_MOST_HITS), on=business_date(uow.now))
    return [row for row in page.rows if present.is_refundable(row)] if text else [], uow.now


def _propose(uow: UnitOfWork, actor: Actor, payment_id: int, amount: str, reason: str) -> None:
    propose_refund(uow, actor, payment_id=payment_id, amount_fen=parse_yuan(amount, field="amount"), reason=reason)


def _approve(uow: UnitOfWork, actor: Actor, refund_id: int) -> None:
    approve_refund(uow, actor, refund_id=refund_id)


def _reject(uow: UnitOfWork, actor: Actor, refund_id: int) -> None:
    reject_refund(uow, actor, refund_id=refund_id)
