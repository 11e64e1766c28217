"""Inbound messages of vendors: verified, stored, then acted on once. The reply is given after the commit."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

import structlog
from sqlalchemy import select, text
from sqlmodel import col

from estate_app.access.people import managers_anywhere
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, unit_of_work
from estate_app.kit.i18n import msg
from estate_app.notification.service import tell
from estate_app.payment.channel import Channel
from estate_app.payment.gateway_registry import gateway, merchant
from estate_app.payment.gateways.contract import (
    CallbackAnswer,
    CallbackEvent,
    CallbackKind,
    CallbackRejectedError,
    ChannelRefund,
    RefundState,
)
from estate_app.payment.models import MessageVerdict, Payment, Refund
from estate_app.payment.refund_outcome import apply_refund
from estate_app.payment.settle import CURRENCY, Settled, settle
from estate_app.prepared import Prepared

log = structlog.get_logger(__name__)
_KEEP = Prepared(
    text(
        "INSERT INTO vendor_message (source, external_id, order_number, body, received_at, handled_at, verdict, reason)"
        " VALUES (:source, :external_id, :order_number, :body, :at, :at, :verdict, :reason)"
        " ON CONFLICT (source, external_id) DO NOTHING RETURNING id"
    ),
    is_apart=True,
)
_REWRITE = Prepared(text("UPDATE vendor_message SET verdict = :verdict, reason = :reason WHERE id = :id"), is_apart=True)


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
            if error.is_genuine:
                _keep_unexpected(uow, channel, raw, error.reason)
            return vendor.answer(ok=False)
        receive(uow, channel, event, raw)
    return vendor.answer(ok=True)


def receive(uow: UnitOfWork, channel: Channel, event: CallbackEvent, raw: bytes) -> bool:
    """Store a verified message and act on it; a resend of one that was stored changes nothing and gives False.

    A concurrent resend waits at the unique key until the first has committed; if that one rolls back, the resend acts.
    """
    booked = (MessageVerdict.handled, Settled.booked.value)
    message_id = _keep(uow, channel, external_id=event.external_id, order_number=event.order_no, raw=raw, verdict=booked)
    if message_id is None:
        return False
    outcome = _act(uow, channel, event, message_id)
    if outcome != booked:
        _REWRITE.run(uow.session, id=message_id, verdict=outcome[0].value, reason=outcome[1])
    return True


def _keep(
    uow: UnitOfWork, channel: Channel, *, external_id: str, order_number: str, raw: bytes, verdict: tuple[MessageVerdict, str]
) -> int | None:
    """Store a message with what becomes of nearly every one like it, so that one statement does; None when it is stored already.

    Nobody sees it before the commit, and what became of it otherwise is written over it before.
    """
    values = {"source": channel.value, "external_id": external_id, "order_number": order_number, "body": raw}
    row = _KEEP.first(uow.session, **values, at=uow.now, verdict=verdict[0].value, reason=verdict[1])
    return None if row is None else int(row[0])


def _keep_unexpected(uow: UnitOfWork, channel: Channel, raw: bytes, reason: str) -> None:
    """Keep, once, what the vendor did sign and nobody can read, and tell finance: it may speak of money."""
    held, name = (MessageVerdict.held, reason), f"sha256:{sha256(raw).hexdigest()}"
    message_id = _keep(uow, channel, external_id=name, order_number="", raw=raw, verdict=held)
    if message_id is not None:
        _tell_held(uow, message_id)


def _tell_held(uow: UnitOfWork, message_id: int) -> None:
    tell(
        uow,
        managers_anywhere(uow.session, Permission.reconcile),
        event="message_held",
        title=msg("A payment company's message is held"),
        body=msg("Message {id} is signed, but does not fit what we know. Nothing was booked", id=message_id),
        link="/manage/reconciliation",
        urgent=True,
        dedupe=f"message_held:{message_id}",
    )


def _refund_misfit(uow: UnitOfWork, channel: Channel, event: CallbackEvent) -> str:
    """Why a refund's message does not fit the payment that we asked to be refunded; empty when it does, or when it is not ours."""
    payment = uow.session.scalar(
        select(Payment).join(Refund, col(Refund.payment_id) == col(Payment.id)).where(col(Refund.number) == event.refund_no)
    )
    if payment is None:
        return ""
    misfits = {
        "wrong_channel": payment.channel is not channel,
        "wrong_merchant": event.merchant_id != payment.merchant_id,
        "wrong_order": event.order_no not in {"", payment.number} or event.transaction_id not in {"", payment.transaction_id},
        "wrong_currency": event.currency != CURRENCY,
    }
    return next((reason for reason, is_true in misfits.items() if is_true), "")


def _act(uow: UnitOfWork, channel: Channel, event: CallbackEvent, message_id: int) -> tuple[MessageVerdict, str]:
    if event.kind is CallbackKind.refund:
        if misfit := _refund_misfit(uow, channel, event):
            _tell_held(uow, message_id)
            return MessageVerdict.held, misfit
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
        is_other_app=bool(event.app_id) and merchant(channel).app_id not in {"", event.app_id},
    )
    return (MessageVerdict.held if outcome is Settled.held else MessageVerdict.handled), outcome.value
