"""Talks to the vendor about an order, outside any transaction: open it, ask for it, close it. Every outcome is written afterwards."""

from datetime import datetime

import structlog
from sqlmodel import Session

from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, unit_of_work
from estate_app.errors import ConflictError, NotFoundError, UnavailableError
from estate_app.kit.i18n import msg
from estate_app.payment.channel import PayWay
from estate_app.payment.gateway_registry import gateway, notify_url
from estate_app.payment.gateways.contract import (
    ChannelPayment,
    ChannelState,
    Created,
    Gateway,
    GatewayError,
    GatewayLogicalError,
    GatewayTechnicalError,
    OrderRef,
    PaymentRequest,
)
from estate_app.payment.models import Payment, PaymentStatus
from estate_app.payment.settle import CURRENCY, settle
from estate_app.settings import settings

log = structlog.get_logger(__name__)
ENDED = frozenset({ChannelState.closed, ChannelState.failed, ChannelState.missing})
"""The vendor says that this order has no money and will get none."""


def open_payment(payment_id: int, vendor: Gateway | None = None, *, now: datetime | None = None) -> Payment:
    """Ask the vendor for the cashier of a pending payment and keep what it gives; a payment that is open already stays as it is.

    Runs outside any transaction. `code_url` is for a QR code; `cashier` holds `jsapi`, `redirect_url` and `form_fields`.

    Raises:
        UnavailableError: the vendor did not answer; nothing is lost, call again.
        ConflictError: the payment has ended, or the vendor refused it.
    """
    with unit_of_work(now) as uow:
        payment = uow.session.get(Payment, payment_id)
        if payment is None:
            raise NotFoundError
        if payment.status is not PaymentStatus.pending or payment.expires_at <= uow.now:
            raise ConflictError(msg("This payment has ended"))
    if payment.opened_at is not None:
        return payment
    chosen = vendor or gateway(payment.channel)
    try:
        created = chosen.create(_request(payment))
    except GatewayTechnicalError as error:
        log.warning("payment_not_opened", payment=payment.number, code=error.code)
        raise UnavailableError(msg("The payment could not be opened; please try again")) from error
    except GatewayLogicalError as error:
        log.warning("payment_refused", payment=payment.number, code=error.code)
        refresh_payment(payment_id, chosen, now=now, is_refused=True)
        raise ConflictError(msg("The payment could not be opened; please start again")) from error
    with unit_of_work(now) as uow:
        return _keep(uow, payment_id, created)


def refresh_payment(
    payment_id: int, vendor: Gateway | None = None, *, now: datetime | None = None, is_refused: bool = False
) -> PaymentStatus:
    """Ask the vendor what became of a pending payment and write it down; an unknown outcome stays pending.

    A payment past its time is closed at the vendor first, so that nobody can pay it any more. An order that the vendor does
    not have may still be on its way there, unless its time is over or the vendor refused it (`is_refused`).
    """
    with unit_of_work(now) as uow:
        payment = uow.session.get(Payment, payment_id)
        if payment is None:
            raise NotFoundError
        is_over = payment.expires_at <= uow.now
    if payment.status is not PaymentStatus.pending or not payment.channel.is_online:
        return payment.status
    chosen = vendor or gateway(payment.channel)
    ref = OrderRef(payment.number, payment.created_at)
    try:
        answer = chosen.query(ref)
        if is_over and answer.state is ChannelState.awaiting:
            answer = _close(chosen, ref)
    except GatewayError as error:
        # Nobody knows: the payment stays pending and is asked for again.
        log.warning("payment_not_queried", payment=payment.number, code=error.code)
        return payment.status
    if answer.state is ChannelState.missing and not is_over and not is_refused:
        return payment.status
    with unit_of_work(now) as uow:
        return apply_query(uow, payment_id, answer)


def cancel_payment(actor: Actor, payment_id: int, vendor: Gateway | None = None, *, now: datetime | None = None) -> PaymentStatus:
    """Give up a pending payment of one's own, to pay in another way; if the money has come meanwhile, it is booked instead.

    Raises:
        UnavailableError: the vendor did not answer, so that the payment may still be paid.
    """
    with unit_of_work(now) as uow:
        payment = own_payment(uow.session, actor, payment_id)
        held = payment.next_query_at is None
    if payment.status is not PaymentStatus.pending:
        return payment.status
    if held:
        raise ConflictError(msg("This payment is being looked into; you will be told"))
    chosen = vendor or gateway(payment.channel)
    ref = OrderRef(payment.number, payment.created_at)
    try:
        answer = chosen.query(ref)
        if answer.state not in ENDED and not answer.state.has_money:
            answer = _close(chosen, ref)
    except GatewayError as error:
        raise UnavailableError(msg("The payment cannot be cancelled right now; please try again")) from error
    with unit_of_work(now) as uow:
        return apply_query(uow, payment_id, answer)


def own_payment(session: Session, actor: Actor, payment_id: int) -> Payment:
    """A payment that the actor has started; a stranger gets a 404."""
    actor.require(Permission.own_bills)
    payment = session.get(Payment, payment_id)
    if payment is None or payment.payer_id != actor.id:
        raise NotFoundError
    return payment


def apply_query(uow: UnitOfWork, payment_id: int, answer: ChannelPayment) -> PaymentStatus:
    """Write down what a vendor answered about a payment; what it cannot tell changes nothing."""
    payment = uow.session.get_one(Payment, payment_id, with_for_update=True, populate_existing=True)
    if answer.state.has_money and answer.amount_fen is not None:
        settle(
            uow,
            channel=payment.channel,
            number=payment.number,
            transaction_id=answer.transaction_id,
            amount_fen=answer.amount_fen,
            # The vendor was asked about our own order: what it does not repeat is as we ordered it.
            currency=answer.currency or CURRENCY,
            merchant=answer.merchant_id or payment.merchant_id,
            paid_at=answer.success_at,
            source="query",
        )
    elif answer.state in ENDED and payment.status is PaymentStatus.pending:
        status = PaymentStatus.failed if answer.state is ChannelState.failed else PaymentStatus.closed
        payment.status, payment.closed_at, payment.next_query_at = status, uow.now, None
        payment.fail_reason = answer.detail[:200]
        record(uow, SYSTEM, f"payment:{status.value}", "payment", payment_id, before={"status": "pending"}, after={"status": status.value})
        uow.notify(f"payment:{payment_id}")
        uow.notify(f"bill:{payment.room_id}")
    return payment.status


def _close(vendor: Gateway, ref: OrderRef) -> ChannelPayment:
    """Close an order at the vendor; when the money was faster, say so."""
    try:
        vendor.close(ref)
    except GatewayLogicalError as error:
        if error.code != "order_paid":
            raise
        return vendor.query(ref)
    return ChannelPayment(ref.order_no, ChannelState.closed)


def _request(payment: Payment) -> PaymentRequest:
    return PaymentRequest(
        order_no=payment.number,
        opened_at=payment.created_at,
        amount_fen=payment.amount_fen,
        description=f"{settings().company} {payment.number}",
        way=PayWay(payment.method),
        notify_url=notify_url(payment.channel),
        expires_at=payment.expires_at,
        return_url=f"{settings().public_url.rstrip('/')}/return/{payment.id}",
        openid=payment.openid,
        client_ip=str(payment.cashier.get("client_ip") or ""),
    )


def _keep(uow: UnitOfWork, payment_id: int, created: Created) -> Payment:
    payment = uow.session.get_one(Payment, payment_id, with_for_update=True, populate_existing=True)
    if payment.status is PaymentStatus.pending and payment.opened_at is None:
        payment.opened_at = uow.now
        payment.code_url = created.code_url
        payment.cashier = payment.cashier | {
            "jsapi": dict(created.jsapi_parameters),
            "redirect_url": created.redirect_url,
            "form_fields": dict(created.form_fields),
        }
        uow.notify(f"payment:{payment_id}")
    return payment
