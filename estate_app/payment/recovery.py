"""Timed jobs of payment: ask for pending payments, close old ones, and carry refunds out. A row is claimed before a vendor is called."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlmodel import col

from estate_app.access.actor import SYSTEM
from estate_app.access.audit import record
from estate_app.db import UnitOfWork, unit_of_work
from estate_app.payment.channel import Channel
from estate_app.payment.gateway_registry import gateway, notify_url
from estate_app.payment.gateways.contract import (
    ChannelRefund,
    Gateway,
    GatewayLogicalError,
    GatewayTechnicalError,
    RefundRef,
    RefundRequest,
    RefundState,
)
from estate_app.payment.models import Payment, PaymentStatus, Refund, RefundStatus
from estate_app.payment.opening import refresh_payment
from estate_app.payment.refund_outcome import apply_refund

log = structlog.get_logger(__name__)
QUERY_GAPS = tuple(timedelta(minutes=minutes) for minutes in (3, 5, 10, 10))
"""After two minutes the first question, then these gaps; the last one is past the half hour at which a payment is closed."""
LATE_GAP = timedelta(minutes=10)
REFUND_GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60))
AT_ONCE = 50
Gateways = Callable[[Channel], Gateway]


def query_pending(now: datetime | None = None, gateways: Gateways = gateway) -> int:
    """Ask the vendors for payments whose question is due, and close those past their time; returns how many were asked for.

    An unknown outcome is never taken for a failure: it is asked for again, for as long as it takes.
    """
    with unit_of_work(now) as uow:
        due = _claim_payments(uow)
    for payment_id, channel in due:
        refresh_payment(payment_id, gateways(channel), now=now)
    return len(due)


def run_refunds(now: datetime | None = None, gateways: Gateways = gateway) -> int:
    """Ask the vendors to make the refunds that are due, always under the same number; returns how many were asked for."""
    with unit_of_work(now) as uow:
        due = _claim_refunds(uow)
    for request, channel, is_asked in due:
        try:
            answer = _ask(gateways(channel), request, is_asked=is_asked)
        except GatewayTechnicalError as error:
            log.warning("refund_unknown", refund=request.refund_no, code=error.code)
            continue
        with unit_of_work(now) as uow:
            apply_refund(uow, answer=answer)
    return len(due)


def _claim_payments(uow: UnitOfWork) -> list[tuple[int, Channel]]:
    """Take the due payments and put their next question off, so that no other process asks at the same time."""
    payments = uow.session.scalars(
        select(Payment)
        .where(col(Payment.status) == PaymentStatus.pending, col(Payment.next_query_at) <= uow.now)
        .order_by(col(Payment.next_query_at))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for payment in payments:
        gap = QUERY_GAPS[payment.query_count] if payment.query_count < len(QUERY_GAPS) else LATE_GAP
        # A payment is closed on time even when the gap would pass over its end.
        after = uow.now + gap
        payment.next_query_at = payment.expires_at if uow.now < payment.expires_at < after else after
        payment.query_count += 1
    return [(payment.id or 0, payment.channel) for payment in payments]


def _claim_refunds(uow: UnitOfWork) -> list[tuple[RefundRequest, Channel, bool]]:
    rows = uow.session.execute(
        select(Refund, Payment)
        .join(Payment, col(Payment.id) == col(Refund.payment_id))
        .where(
            col(Refund.status).in_((RefundStatus.requested, RefundStatus.processing)),
            col(Refund.next_try_at) <= uow.now,
        )
        .order_by(col(Refund.next_try_at))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=Refund)
        .execution_options(populate_existing=True)
    ).all()
    claimed = []
    for refund, payment in rows:
        refund.next_try_at = uow.now + REFUND_GAPS[min(refund.tries, len(REFUND_GAPS) - 1)]
        refund.tries += 1
        record(uow, SYSTEM, "refund:ask", "refund", refund.id or 0, after={"try": refund.tries})
        claimed.append((_request(refund, payment), payment.channel, refund.status is RefundStatus.processing))
    return claimed


def _request(refund: Refund, payment: Payment) -> RefundRequest:
    return RefundRequest(
        refund_no=refund.number,
        requested_at=refund.requested_at or refund.created_at,
        order_no=payment.number,
        transaction_id=payment.transaction_id or "",
        amount_fen=refund.amount_fen,
        total_fen=payment.amount_fen,
        reason=refund.reason,
        notify_url=notify_url(payment.channel),
        paid_at=payment.paid_at,
    )


def _ask(vendor: Gateway, request: RefundRequest, *, is_asked: bool) -> ChannelRefund:
    """Ask for the refund, or for its state once the vendor has it. What the vendor refuses is looked up before it is called failed."""
    if is_asked:
        answer = vendor.query_refund(request.ref)
        if answer.state is not RefundState.missing:
            return answer
    try:
        return vendor.refund(request)
    except GatewayLogicalError as error:
        known = vendor.query_refund(RefundRef(request.refund_no, request.order_no, request.requested_at))
        if known.state is not RefundState.missing:
            return known
        return ChannelRefund(request.refund_no, RefundState.closed, detail=f"{error.code} {error.reason}".strip())
