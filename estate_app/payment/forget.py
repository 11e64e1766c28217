"""Takes a person out of payments: amounts, numbers and receipts stay, without who paid."""

from sqlalchemy import func, or_, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from estate_app.blotting import Forgotten, blot
from estate_app.db import UnitOfWork
from estate_app.payment.desk_models import RoomBalance
from estate_app.payment.invoice_models import EInvoice, TitleKind
from estate_app.payment.models import Payment, PaymentStatus, Receipt, Refund, RefundStatus, Suspense
from estate_app.payment.reconciliation.models import BankArrival

_MOVING = (RefundStatus.proposed, RefundStatus.requested, RefundStatus.processing, RefundStatus.failed)


def money_under_way(session: Session, account_id: int) -> tuple[int, int, int]:
    """How many of a person's payments are pending, refunds not yet made, and payments held for a look."""
    own = col(Payment.payer_id) == account_id
    pending = select(func.count()).select_from(Payment).where(own, Payment.status == PaymentStatus.pending)
    refunds = select(func.count()).select_from(Refund).join(Payment).where(own, col(Refund.status).in_(_MOVING))
    held = select(func.count()).select_from(Suspense).join(Payment).where(own, col(Suspense.resolved_at).is_(None))
    return session.scalar(pending) or 0, session.scalar(refunds) or 0, session.scalar(held) or 0


def forget(uow: UnitOfWork, who: Forgotten) -> None:
    """Unname the payments that the person made, their receipts, invoices and what the bank wrote; end automatic deductions.

    The vendors' own messages and an issued invoice's file are the originals that tax law keeps, and stay sealed as they came.
    """
    session, words = uow.session, who.words
    mine = sa_select(col(Payment.id)).where(col(Payment.payer_id) == who.account_id)
    session.execute(update(Payment).where(col(Payment.payer_id) == who.account_id).values(openid="", cashier={}, code_url=""))
    blot(session, Receipt, ("content",), words, col(Receipt.payment_id).in_(mine))
    blot(session, Refund, ("reason",), words, col(Refund.payment_id).in_(mine))
    blot(session, Suspense, ("reason", "resolution"), words, col(Suspense.payment_id).in_(mine))
    blot(session, BankArrival, ("payer_name", "remark", "note", "reasons"), words, col(BankArrival.payment_id).in_(mine))
    session.execute(update(BankArrival).where(col(BankArrival.payment_id).in_(mine)).values(payer_account=""))
    own_invoice = or_(col(EInvoice.payment_id).in_(mine), col(EInvoice.requested_by) == who.account_id)
    session.execute(
        update(EInvoice).where(own_invoice, col(EInvoice.title_kind) == TitleKind.person).values(title=who.alias, tax_number="")
    )
    session.execute(update(EInvoice).where(own_invoice).values(email=""))
    session.execute(update(RoomBalance).where(col(RoomBalance.account_id) == who.account_id).values(is_automatic=False, account_id=None))
    session.expire_all()
