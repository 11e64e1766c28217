"""Sends invoices and red letters to the issuer: claimed first, asked outside any transaction, written down afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from estate_app.access.actor import SYSTEM
from estate_app.access.audit import record
from estate_app.access.people import managers_with
from estate_app.access.permission import Permission
from estate_app.billing.settlement import bill_labels
from estate_app.db import UnitOfWork, unit_of_work
from estate_app.kit.i18n import msg
from estate_app.kit.money import format_yuan
from estate_app.notification.service import tell
from estate_app.payment import invoice_registry
from estate_app.payment.gateways.invoice_contract import (
    InvoiceAnswer,
    InvoiceIssuer,
    InvoiceLine,
    InvoiceOrder,
    InvoiceState,
    InvoiceUnknownError,
)
from estate_app.payment.invoice_models import EInvoice, InvoiceStatus
from estate_app.payment.models import PaymentItem, RefundItem
from estate_app.settings import settings

log = structlog.get_logger(__name__)
GAPS = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 1800))
AT_ONCE = 20
OPEN = (InvoiceStatus.requested, InvoiceStatus.sent)


@dataclass(frozen=True, slots=True)
class _Due:
    id: int
    order: InvoiceOrder
    is_sent: bool


def send_invoices(now: datetime | None = None, issuer: Callable[[], InvoiceIssuer] = invoice_registry.issuer) -> int:
    """Ask the issuer for what is due and write its answers down; returns how many requests were met.

    An unknown outcome is asked for again under the same number, for as long as it takes.
    """
    with unit_of_work(now) as uow:
        due = _claim(uow)
    for one in due:
        try:
            answer = _ask(issuer(), one)
        except InvoiceUnknownError as error:
            log.warning("invoice_unknown", invoice=one.order.number, reason=str(error))
            continue
        with unit_of_work(now) as uow:
            apply_answer(uow, invoice_id=one.id, answer=answer)
    return len(due)


def apply_answer(uow: UnitOfWork, *, invoice_id: int, answer: InvoiceAnswer) -> None:
    """Write down what the issuer made of a request; repeated, it changes nothing."""
    invoice = uow.session.get_one(EInvoice, invoice_id, with_for_update=True, populate_existing=True)
    if not invoice.status.is_open:
        return
    before: dict[str, object] = {"status": invoice.status.value}
    if answer.state is InvoiceState.accepted:
        invoice.status = InvoiceStatus.sent
    elif answer.state is InvoiceState.issued:
        invoice.status, invoice.issued_at, invoice.next_try_at = InvoiceStatus.issued, uow.now, None
        invoice.invoice_number, invoice.file = answer.invoice_number[:30], answer.file
        _tell_issued(uow, invoice)
    elif answer.state is InvoiceState.rejected:
        invoice.status, invoice.fail_reason, invoice.next_try_at = InvoiceStatus.failed, answer.reason[:200], None
        _tell_failed(uow, invoice)
    after: dict[str, object] = {"status": invoice.status.value, "invoice_number": invoice.invoice_number, "reason": invoice.fail_reason}
    if before["status"] != after["status"]:
        record(uow, SYSTEM, "invoice:answer", "e_invoice", invoice_id, before=before, after=after)
        uow.notify(f"payment:{invoice.payment_id}")


def _ask(issuer: InvoiceIssuer, one: _Due) -> InvoiceAnswer:
    if one.is_sent:
        answer = issuer.query(one.order.number)
        if answer.state is not InvoiceState.missing:
            return answer
    return issuer.issue(one.order)


def _claim(uow: UnitOfWork) -> list[_Due]:
    """Take what is due and put its next question off; a red letter waits for its invoice, and falls with it."""
    blue = aliased(EInvoice)
    statement = (
        select(EInvoice, blue)
        .join(blue, col(blue.id) == col(EInvoice.reverses_id), isouter=True)
        .where(
            col(EInvoice.status).in_(OPEN),
            col(EInvoice.next_try_at) <= uow.now,
            or_(col(blue.id).is_(None), col(blue.status).not_in(OPEN)),
        )
        .order_by(col(EInvoice.next_try_at))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=EInvoice)
        .execution_options(populate_existing=True)
    )
    due = []
    for invoice, reversed_one in uow.session.execute(statement).all():
        if reversed_one is not None and reversed_one.status is not InvoiceStatus.issued:
            invoice.status, invoice.next_try_at = InvoiceStatus.cancelled, None
            continue
        invoice.next_try_at = uow.now + GAPS[min(invoice.tries, len(GAPS) - 1)]
        invoice.tries += 1
        due.append((invoice, reversed_one.invoice_number if reversed_one else ""))
    lines = _lines(uow, [invoice for invoice, _ in due])
    return [_Due(one.id or 0, _order(one, red_of, lines[one.id or 0]), one.status is InvoiceStatus.sent) for one, red_of in due]


def _lines(uow: UnitOfWork, invoices: list[EInvoice]) -> dict[int, tuple[InvoiceLine, ...]]:
    """What each is for: the bills' items with what was put on them, or, of a red letter, taken off; cut to the invoiced amount."""
    of_payment = select(col(PaymentItem.payment_id), col(PaymentItem.bill_id), col(PaymentItem.amount_fen)).where(
        col(PaymentItem.payment_id).in_([one.payment_id for one in invoices if one.reverses_id is None])
    )
    of_refund = select(col(RefundItem.refund_id), col(RefundItem.bill_id), col(RefundItem.amount_fen)).where(
        col(RefundItem.refund_id).in_([one.refund_id for one in invoices if one.refund_id is not None])
    )
    put, taken = uow.session.execute(of_payment).all(), uow.session.execute(of_refund).all()
    names = bill_labels(uow.session, {bill_id for _, bill_id, _ in (*put, *taken)})
    found: dict[int, tuple[InvoiceLine, ...]] = {}
    for one in invoices:
        source, wanted = (taken, one.refund_id) if one.reverses_id else (put, one.payment_id)
        lines = [InvoiceLine(names[bill_id], fen) for key, bill_id, fen in source if key == wanted]
        found[one.id or 0] = _cut(lines, one.amount_fen)
    return found


def _cut(lines: list[InvoiceLine], amount_fen: int) -> tuple[InvoiceLine, ...]:
    """Leave out, from the end, what was given back before the invoice was sent."""
    kept, left = [], amount_fen
    for line in lines:
        fen = min(line.amount_fen, left)
        if fen:
            kept.append(InvoiceLine(line.name, fen))
            left -= fen
    return tuple(kept)


def _order(invoice: EInvoice, reverses_number: str, lines: tuple[InvoiceLine, ...]) -> InvoiceOrder:
    return InvoiceOrder(
        number=invoice.number,
        seller=settings().company,
        title=invoice.title,
        tax_number=invoice.tax_number,
        email=invoice.email,
        amount_fen=invoice.amount_fen,
        lines=lines,
        reverses_number=reverses_number,
    )


def _tell_issued(uow: UnitOfWork, invoice: EInvoice) -> None:
    if invoice.requested_by is None:
        return
    amount = format_yuan(invoice.amount_fen)
    tell(
        uow,
        [invoice.requested_by],
        event="invoice_issued",
        title=msg("Your invoice is issued"),
        body=msg("¥{amount} for {title}, number {number}.", amount=amount, title=invoice.title, number=invoice.invoice_number),
        link=f"/pay/{invoice.payment_id}/result",
        dedupe=f"invoice:{invoice.id}",
    )


def _tell_failed(uow: UnitOfWork, invoice: EInvoice) -> None:
    """Who asked can ask again with other facts; a red letter that is refused is for finance."""
    people = [invoice.requested_by] if invoice.requested_by else []
    if invoice.reverses_id is not None:
        people = managers_with(uow.session, Permission.reconcile, estate_id=invoice.estate_id)
    tell(
        uow,
        people,
        event="invoice_failed",
        title=msg("An invoice was refused"),
        body=msg("{title}: {reason}. Check the facts and ask again.", title=invoice.title, reason=invoice.fail_reason),
        link="/manage/invoices" if invoice.reverses_id else f"/pay/{invoice.payment_id}/result",
        dedupe=f"invoice_failed:{invoice.id}",
    )
