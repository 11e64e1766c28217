"""One payment, live: its cashier, and what became of it. A page never decides that money has come; it only asks."""

import asyncio
from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.payment.models import PaymentStatus
from estate_app.payment.opening import cancel_payment, open_payment, own_payment, refresh_payment
from estate_app.payment.queries import PaymentView, payment_view
from estate_app.ui.components.toast import toast_done, toast_info
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.resident.bills.starting import begin_payment, way_for
from estate_app.ui.pages.resident.pay import present
from estate_app.ui.query import path_number
from estate_app.ui.view import Fact


class PayState(rx.State):
    """The payment in view; `busy` names the button that runs."""

    pay: present.PayView = present.PayView()
    items: list[Fact] = []
    busy: str = ""
    is_missing: bool = False
    is_loading: bool = True

    @rx.event
    @requires(Permission.own_bills)
    async def load(self) -> None:
        """Read the payment of the URL and stay live."""
        self.is_missing = False
        try:
            await self._refresh(me())
            watch(self, f"payment:{self.pay.id}")
        except NotFoundError:
            self.is_missing = True
        self.is_loading = False

    async def _refresh(self, actor: Actor) -> None:
        found, now = await in_uow(_read, actor, path_number(self, 1))
        locale = await locale_of(self)
        self.pay = present.pay_view(found, now=now, locale=locale)
        self.items = present.item_facts(found, locale=locale)

    @rx.event
    @requires(Permission.own_bills)
    async def open_again(self) -> None:
        """Ask the vendor once more for its cashier, after it did not answer."""
        self.busy = "open"
        yield
        try:
            await in_uow(_own, me(), path_number(self, 1))
            await asyncio.to_thread(open_payment, path_number(self, 1))
            await self._refresh(me())
        finally:
            self.busy = ""

    @rx.event
    @requires(Permission.own_bills)
    async def check(self) -> rx.event.EventSpec:
        """Ask the vendor what became of the payment, because the payer says that it is paid."""
        self.busy = "check"
        yield
        try:
            if await self._ask() is PaymentStatus.pending:
                yield toast_info(await say(self, msg("The payment has not arrived yet. Do not pay again; this page changes by itself")))
        finally:
            self.busy = ""

    @rx.event
    @requires(Permission.own_bills)
    async def time_is_over(self) -> None:
        """Ask the vendor when the time is over, which also closes the payment there."""
        await self._ask()

    @rx.event
    @requires(Permission.own_bills)
    async def cancel(self) -> rx.event.EventSpec:
        """Give this payment up; if the money was faster, it is shown as paid instead."""
        self.busy = "cancel"
        yield
        try:
            status = await asyncio.to_thread(cancel_payment, me(), path_number(self, 1))
            await self._refresh(me())
            if status is not PaymentStatus.paid:
                yield toast_done(await say(self, msg("The payment is cancelled. Nothing was charged")))
                yield rx.redirect("/bills")
        finally:
            self.busy = ""

    @rx.event
    @requires(Permission.own_bills)
    async def pay_again(self) -> rx.event.EventSpec:
        """Start one new payment of the same bills, after this one failed or was closed; pressing twice starts one."""
        self.busy = "again"
        yield
        try:
            found, _ = await in_uow(_read, me(), path_number(self, 1))
            bills = [bill for bill, _ in found.items if bill.status.is_open and bill.owed_fen > 0]
            # Who wanted to pay a part pays that part again.
            part = found.row.amount_fen if found.row.amount_fen < sum(bill.owed_fen for bill in bills) else None
            agent = self.router.headers.user_agent or ""
            key = f"again-{found.row.id}-{way_for(found.row.channel, agent)}"
            payment_id = await begin_payment(
                me(), [bill.id for bill in bills], channel=found.row.channel, key=key, user_agent=agent, amount_fen=part
            )
            yield rx.redirect(f"/pay/{payment_id}")
        finally:
            self.busy = ""

    @rx.event
    @requires(Permission.own_bills)
    async def come_back(self) -> None:
        """Ask the vendor at once when the payer comes back from its cashier; the address that led here proves nothing."""
        if self.pay.is_own and self.pay.standing == "pending":
            await self._ask()

    async def _ask(self) -> PaymentStatus:
        payment_id = path_number(self, 1)
        await in_uow(_own, me(), payment_id)
        status = await asyncio.to_thread(refresh_payment, payment_id)
        await self._refresh(me())
        return status


def _read(uow: UnitOfWork, actor: Actor, payment_id: int) -> tuple[PaymentView, datetime]:
    return payment_view(uow.session, actor, payment_id=payment_id, on=business_date(uow.now)), uow.now


def _own(uow: UnitOfWork, actor: Actor, payment_id: int) -> None:
    own_payment(uow.session, actor, payment_id)
