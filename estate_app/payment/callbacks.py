"""Inbound messages of vendors: verified, stored, then acted on once. The reply is given after the commit."""

from collections.abc import Mapping
from datetime import datetime

import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from estate_app.db import UnitOfWork, unit_of_work
from estate_app.payment.channel import Channel
from estate_app.payment.gateway_registry import gateway
from estate_app.payment.gateways.contract import (
    CallbackAnswer,
    CallbackEvent,
    CallbackKind,
    CallbackRejectedError,
    ChannelRefund,
    RefundState,
)
from estate_app.payment.models import MessageVerdict, VendorMessage
from estate_app.payment.refunds import apply_refund
from estate_app.payment.settle import Settled, settle

log = structlog.get_logger(__name__)


def handle_callback(channel: Channel, headers: Mapping[str, str], raw: bytes, *, now: datetime | None = None) -> CallbackAnswer:
    """Verify a message, store it and act on it; what cannot be verified is answered with a refusal and leaves no trace but a log line.

    For the HTTP route, outside any transaction; it blocks, so it runs in a thread.
    """
    vendor = gateway(channel)
    with unit_of_work(now) as uow:
        try:
            event = vendor.read_callback(headers, raw, uow.now)
        except CallbackRejectedError as error:
            log.warning("callback_rejected", channel=channel.value, reason=error.reason)
            return vendor.answer(ok=False)
        receive(uow, channel, event, raw)
    return vendor.answer(ok=True)


def receive(uow: UnitOfWork, channel: Channel, event: CallbackEvent, raw: bytes) -> bool:
    """Store a verified message and act on it; a resend of one that was stored changes nothing and gives False.

    A concurrent resend waits at the unique key until the first has committed; if that one rolls back, the resend acts.
    """
    message_id = uow.session.scalar(
        insert(VendorMessage)
        .values(
            source=channel.value,
            external_id=event.external_id,
            order_number=event.order_no,
            body=raw,
            received_at=uow.now,
            verdict=MessageVerdict.received,
            reason="",
        )
        .on_conflict_do_nothing(index_elements=["source", "external_id"])
        .returning(col(VendorMessage.id))
    )
    if message_id is None:
        return False
    message = uow.session.get_one(VendorMessage, message_id)
    message.verdict, message.reason = _act(uow, channel, event, message_id)
    message.handled_at = uow.now
    return True


def _act(uow: UnitOfWork, channel: Channel, event: CallbackEvent, message_id: int) -> tuple[MessageVerdict, str]:
    if event.kind is CallbackKind.refund:
        answer = ChannelRefund(
            refund_no=event.refund_no,
            state=event.refund_state or RefundState.unknown,
            refund_id=event.refund_id,
            amount_fen=event.amount_fen,
            success_at=event.success_at,
        )
        refund = apply_refund(uow, answer=answer)
        return (MessageVerdict.ignored, "unknown_refund") if refund is None else (MessageVerdict.handled, refund.status.value)
    if not event.state.has_money:
        # Only money moves anything here; that an order ended without it is learned by the query, which may be repeated.
        return MessageVerdict.ignored, event.state.value
    outcome = settle(
        uow,
        channel=channel,
        number=event.order_no,
        transaction_id=event.transaction_id,
        amount_fen=event.amount_fen,
        currency=event.currency,
        merchant=event.merchant_id,
        paid_at=event.success_at,
        source="callback",
        message_id=message_id,
    )
    return (MessageVerdict.held if outcome is Settled.held else MessageVerdict.handled), outcome.value
