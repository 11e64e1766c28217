"""A receipt of one's own, and the invoice of its payment."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.money import format_yuan
from estate_app.payment.invoice_models import TitleKind
from estate_app.payment.invoice_registry import has_issuer
from estate_app.payment.invoices import PaymentInvoices, invoices_of, request_invoice
from estate_app.payment.receipts import ReceiptView, receipt_view
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.invoices.present import InvoiceLine, invoice_line
from estate_app.ui.pages.resident.receipt import present
from estate_app.ui.query import path_number


@dataclass(frozen=True, slots=True)
class _Seen:
    view: ReceiptView
    invoices: PaymentInvoices
    may_ask: bool
    now: datetime


class ReceiptState(rx.State):
    """What the receipt says, which never changes; and its payment's invoices. `open_amount` can be invoiced now."""

    paper: present.Paper = present.Paper()
    lines: list[present.PaperLine] = []
    invoices: list[InvoiceLine] = []
    open_amount: str = ""
    is_asking: bool = False
    kind: str = TitleKind.person.value
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    is_missing: bool = False
    is_loading: bool = True
    _payment_id: int = 0

    @rx.event
    @requires(Permission.own_bills)
    async def load(self) -> None:
        """Read the receipt of the URL and follow its payment."""
        self.is_missing = False
        try:
            await self._refresh(me())
            watch(self, f"payment:{self._payment_id}")
        except NotFoundError:
            self.is_missing = True
        self.is_loading = False

    async def _refresh(self, actor: Actor) -> None:
        locale = await locale_of(self)
        seen = await in_uow(_read, actor, path_number(self))
        self._payment_id = seen.view.payment_id
        self.paper = present.paper(seen.view, locale=locale)
        self.lines = present.paper_lines(seen.view.doc.lines)
        self.invoices = [invoice_line(row, now=seen.now, locale=locale) for row in seen.invoices.rows]
        is_open = seen.may_ask and seen.invoices.open_fen > 0 and not seen.view.doc.reverses_number
        self.open_amount = format_yuan(seen.invoices.open_fen) if is_open else ""

    @rx.event
    @requires(Permission.own_bills)
    async def ask(self) -> None:
        """Open the form for an invoice."""
        self.is_asking, self.field_errors = True, {}

    @rx.event
    @requires(Permission.own_bills)
    async def keep(self) -> None:
        """Close the form; nothing was asked for."""
        self.is_asking = False

    @rx.event
    @requires(Permission.own_bills)
    async def choose_kind(self, kind: str) -> None:
        """For a person, or for a company with its tax number."""
        if kind in set(TitleKind):
            self.kind, self.field_errors = kind, {}

    @rx.event
    @requires(Permission.own_bills)
    async def request(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Ask for the invoice."""
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            typed = {name: str(form.get(name, "")) for name in ("title", "tax_number", "email")}
            await in_uow(_request, me(), self._payment_id, self.kind, typed)
            self.is_asking = False
            await self._refresh(me())
            yield toast_done(await say(self, msg("Asked for. The invoice appears here, usually within a minute")))
        finally:
            self.is_saving = False


def _read(uow: UnitOfWork, actor: Actor, receipt_id: int) -> _Seen:
    on = business_date(uow.now)
    view = receipt_view(uow.session, actor, receipt_id=receipt_id, on=on)
    return _Seen(view, invoices_of(uow.session, actor, payment_id=view.payment_id, on=on), has_issuer(), uow.now)


def _request(uow: UnitOfWork, actor: Actor, payment_id: int, kind: str, typed: dict[str, str]) -> None:
    title_kind = TitleKind(kind)
    number = typed["tax_number"] if title_kind is TitleKind.company else ""
    request_invoice(uow, actor, payment_id=payment_id, title_kind=title_kind, title=typed["title"], tax_number=number, email=typed["email"])
