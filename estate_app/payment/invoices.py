"""Electronic invoices (数电票): asked for by the payer, sent by a job, turned red by a refund.

Only what a payment has put on bills is invoiced: money paid in advance follows when it pays bills.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, defer
from sqlmodel import Session, col

from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.payment.filters import visible_payments
from estate_app.payment.invoice_models import EInvoice, InvoiceStatus, TitleKind
from estate_app.payment.invoice_rules import check_title
from estate_app.payment.models import Payment, PaymentItem, PaymentStatus, Refund, RefundItem
from estate_app.payment.numbers import new_number

STATUS_NAMES: Mapping[InvoiceStatus, Message] = {
    InvoiceStatus.requested: msg("Invoice requested"),
    InvoiceStatus.sent: msg("Being invoiced"),
    InvoiceStatus.issued: msg("Invoice issued"),
    InvoiceStatus.failed: msg("Invoice refused"),
    InvoiceStatus.cancelled: msg("Invoice cancelled"),
}
_DEAD = (InvoiceStatus.failed, InvoiceStatus.cancelled)


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice or a red letter, in fen; `is_red` takes back `reverses_number`."""

    id: int
    number: str
    payment_id: int
    payment_number: str
    estate_id: int
    title: str
    tax_number: str
    amount_fen: int
    status: InvoiceStatus
    invoice_number: str
    fail_reason: str
    is_red: bool
    reverses_number: str
    has_file: bool
    created_at: datetime
    issued_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaymentInvoices:
    """The invoices of a payment, newest first, and what of it can be invoiced now, in fen (0: nothing)."""

    rows: tuple[InvoiceRow, ...]
    open_fen: int


def request_invoice(
    uow: UnitOfWork, actor: Actor, *, payment_id: int, title_kind: TitleKind, title: str, tax_number: str = "", email: str = ""
) -> EInvoice:
    """Ask for the invoice of a paid payment; the job sends it. The same request again gives the one that there is.

    Raises:
        ConflictError: the payment is not paid, has an invoice for somebody else, or has put nothing on bills.
        InvalidError: the name, the tax number or the address cannot be right.
    """
    actor.require(Permission.own_bills, Permission.cashier)
    visible = visible_payments(actor, business_date(uow.now))
    payment = uow.session.scalar(select(Payment).where(col(Payment.id) == payment_id, visible).with_for_update())
    if payment is None:
        raise NotFoundError
    name, number, address = check_title(title_kind, title, tax_number, email)
    live = uow.session.scalar(_live(payment_id))
    if live is not None and (live.title, live.tax_number) == (name, number):
        return live
    if live is not None:
        raise ConflictError(msg("This payment has an invoice already"))
    amount = invoiceable_fen(uow.session, payment)
    if amount <= 0:
        raise ConflictError(msg("Only what was paid on bills can be invoiced; there is none of it here"))
    invoice = EInvoice(
        number=new_number("FP", uow.now), payment_id=payment_id, estate_id=payment.estate_id, requested_by=actor.account_id,
        title_kind=title_kind, title=name, tax_number=number, email=address, amount_fen=amount, created_at=uow.now, next_try_at=uow.now,
    )  # fmt: skip
    uow.session.add(invoice)
    uow.flush()
    fact: dict[str, object] = {"payment": payment.number, "amount_fen": amount, "kind": title_kind.value}
    record(uow, actor, "invoice:request", "e_invoice", invoice.id or 0, after=fact)
    uow.notify(f"payment:{payment_id}")
    return invoice


def redden(uow: UnitOfWork, payment: Payment, refund: Refund) -> EInvoice | None:
    """Take back of a payment's invoice what a refund has taken off its bills: by a red letter, or before it is sent by asking for less."""
    taken = select(func.coalesce(func.sum(col(RefundItem.amount_fen)), 0)).where(col(RefundItem.refund_id) == refund.id)
    amount = int(uow.session.scalar(taken) or 0)
    blue = uow.session.scalar(_live(payment.id or 0).with_for_update().execution_options(populate_existing=True))
    # A surplus that went back at once was on no bill and in no invoice.
    if blue is None or not amount or refund.is_automatic:
        return None
    if blue.status is InvoiceStatus.requested and not blue.tries:
        _shrink(uow, blue, amount)
        return None
    red = EInvoice(
        number=new_number("HP", uow.now), payment_id=blue.payment_id, estate_id=blue.estate_id, reverses_id=blue.id, refund_id=refund.id,
        title_kind=blue.title_kind, title=blue.title, tax_number=blue.tax_number, email=blue.email, amount_fen=amount,
        created_at=uow.now, next_try_at=uow.now,
    )  # fmt: skip
    uow.session.add(red)
    uow.flush()
    fact: dict[str, object] = {"invoice": blue.number, "refund": refund.number, "amount_fen": amount}
    record(uow, SYSTEM, "invoice:redden", "e_invoice", red.id or 0, after=fact)
    return red


def invoices_of(session: Session, actor: Actor, *, payment_id: int, on: date) -> PaymentInvoices:
    """The invoices of a payment, for whoever sees the payment; a stranger gets a 404."""
    actor.require(Permission.own_bills, Permission.payments_read)
    payment = session.scalar(select(Payment).where(col(Payment.id) == payment_id, visible_payments(actor, on)))
    if payment is None:
        raise NotFoundError
    rows = [_row(*found) for found in session.execute(_rows().where(col(EInvoice.payment_id) == payment_id))]
    has_live = any(not row.is_red and row.status not in _DEAD for row in rows)
    return PaymentInvoices(tuple(rows), 0 if has_live else max(0, invoiceable_fen(session, payment)))


def list_invoices(
    session: Session, actor: Actor, *, on: date, page: PageRequest, status: InvoiceStatus | None = None, estate_id: int | None = None
) -> Page[InvoiceRow]:
    """One page of the invoices of the payments that a manager sees, newest first."""
    actor.require(Permission.payments_read)
    where = [visible_payments(actor, on)]
    if status is not None:
        where.append(col(EInvoice.status) == status)
    if estate_id is not None:
        where.append(col(EInvoice.estate_id) == estate_id)
    counted = select(func.count()).select_from(EInvoice).join(Payment, col(Payment.id) == col(EInvoice.payment_id)).where(*where)
    total = session.scalar(counted) or 0
    found = session.execute(_rows().where(*where).offset(page.offset).limit(page.size))
    return Page(tuple(_row(*row) for row in found), int(total), page)


def invoice_file(session: Session, actor: Actor, *, invoice_id: int, on: date) -> tuple[str, bytes]:
    """The name and the PDF of an issued invoice, for whoever sees its payment; a stranger gets a 404."""
    actor.require(Permission.own_bills, Permission.payments_read)
    statement = select(EInvoice).join(Payment, col(Payment.id) == col(EInvoice.payment_id))
    invoice = session.scalar(statement.where(col(EInvoice.id) == invoice_id, visible_payments(actor, on)))
    if invoice is None or invoice.file is None:
        raise NotFoundError
    return f"{invoice.invoice_number}.pdf", invoice.file


def invoiceable_fen(session: Session, payment: Payment) -> int:
    """What a paid payment has put on bills and not given back, in fen."""
    if payment.status is not PaymentStatus.paid:
        return 0
    put = session.scalar(select(func.sum(col(PaymentItem.amount_fen))).where(col(PaymentItem.payment_id) == payment.id))
    back = session.scalar(
        select(func.sum(col(RefundItem.amount_fen)))
        .join(Refund, col(Refund.id) == col(RefundItem.refund_id))
        .where(col(Refund.payment_id) == payment.id)
    )
    return int(put or 0) - int(back or 0)


def _shrink(uow: UnitOfWork, blue: EInvoice, amount_fen: int) -> None:
    before: dict[str, object] = {"amount_fen": blue.amount_fen, "status": blue.status.value}
    if blue.amount_fen <= amount_fen:
        blue.status, blue.next_try_at = InvoiceStatus.cancelled, None
    else:
        blue.amount_fen -= amount_fen
    after: dict[str, object] = {"amount_fen": blue.amount_fen, "status": blue.status.value}
    record(uow, SYSTEM, "invoice:shrink", "e_invoice", blue.id or 0, before=before, after=after)


def _live(payment_id: int) -> Select[EInvoice]:
    return select(EInvoice).where(
        col(EInvoice.payment_id) == payment_id, col(EInvoice.reverses_id).is_(None), col(EInvoice.status).not_in(_DEAD)
    )


def _rows() -> Select[*tuple[Any, ...]]:
    blue = aliased(EInvoice)
    statement: Select[*tuple[Any, ...]] = (
        select(EInvoice, col(EInvoice.file).is_not(None), col(Payment.number), col(blue.invoice_number))
        .join(Payment, col(Payment.id) == col(EInvoice.payment_id))
        .join(blue, col(blue.id) == col(EInvoice.reverses_id), isouter=True)
        .order_by(col(EInvoice.id).desc())
        # A list does not read the files.
        .options(defer(col(EInvoice.file)))  # type: ignore[arg-type]  # SQLModel hides that this is a column
    )
    return statement


def _row(invoice: EInvoice, has_file: bool, payment_number: str, reverses_number: str | None) -> InvoiceRow:  # noqa: FBT001 -- a row of _rows
    return InvoiceRow(
        id=invoice.id or 0,
        number=invoice.number,
        payment_id=invoice.payment_id,
        payment_number=payment_number,
        estate_id=invoice.estate_id,
        title=invoice.title,
        tax_number=invoice.tax_number,
        amount_fen=invoice.amount_fen,
        status=invoice.status,
        invoice_number=invoice.invoice_number,
        fail_reason=invoice.fail_reason,
        is_red=invoice.reverses_id is not None,
        reverses_number=reverses_number or "",
        has_file=has_file,
        created_at=invoice.created_at,
        issued_at=invoice.issued_at,
    )
