"""Reads what WeChat Pay v3 answers and sends. Pure."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from estate_app.payment.gateways.contract import (
    CallbackEvent,
    CallbackKind,
    ChannelPayment,
    ChannelRefund,
    ChannelState,
    GatewayTechnicalError,
    RefundState,
)
from estate_app.payment.gateways.wire import utc_of

Answer = TypeVar("Answer")

TRADE_STATES = {
    "SUCCESS": ChannelState.paid,
    "REFUND": ChannelState.refunded,
    "NOTPAY": ChannelState.awaiting,
    "USERPAYING": ChannelState.awaiting,
    "CLOSED": ChannelState.closed,
    "REVOKED": ChannelState.closed,
    "PAYERROR": ChannelState.failed,
}
REFUND_STATES = {
    "SUCCESS": RefundState.success,
    "PROCESSING": RefundState.processing,
    "ABNORMAL": RefundState.abnormal,
    "CLOSED": RefundState.closed,
}


def read_event(message: Mapping[str, Any]) -> CallbackEvent:
    """Translate a decrypted notice. Raises ValueError, KeyError or TypeError for an unexpected one."""
    event_type, resource = text_of(message, "event_type"), message["resource"]
    if event_type.startswith("REFUND."):
        return _read_refund_event(text_of(message, "id"), resource)
    if not event_type.startswith("TRANSACTION."):
        raise ValueError(f"unexpected event {event_type}")
    payment = read_payment(resource)
    if payment.amount_fen is None:
        raise ValueError("a payment without an amount")
    return CallbackEvent(
        kind=CallbackKind.payment,
        external_id=text_of(message, "id"),
        order_no=payment.order_no,
        transaction_id=payment.transaction_id,
        amount_fen=payment.amount_fen,
        currency=payment.currency,
        merchant_id=payment.merchant_id,
        app_id=payment.app_id,
        state=payment.state,
        success_at=payment.success_at,
    )


def _read_refund_event(external_id: str, resource: Mapping[str, Any]) -> CallbackEvent:
    return CallbackEvent(
        kind=CallbackKind.refund,
        external_id=external_id,
        order_no=text_of(resource, "out_trade_no"),
        transaction_id=text_of(resource, "transaction_id"),
        amount_fen=_whole_fen(resource["amount"], "refund"),
        # A refund notice names no currency and no app: WeChat Pay of the mainland settles in CNY only.
        currency="CNY",
        merchant_id=text_of(resource, "mchid"),
        app_id="",
        state=ChannelState.refunded,
        success_at=_instant(resource.get("success_time")),
        refund_no=text_of(resource, "out_refund_no"),
        refund_id=text_of(resource, "refund_id"),
        refund_state=REFUND_STATES.get(text_of(resource, "refund_status"), RefundState.unknown),
    )


def read_payment(body: Mapping[str, Any]) -> ChannelPayment:
    """Read a transaction as queries and notices hold it."""
    amount = body.get("amount") or {}
    return ChannelPayment(
        order_no=text_of(body, "out_trade_no"),
        state=TRADE_STATES.get(text_of(body, "trade_state"), ChannelState.unknown),
        transaction_id=str(body.get("transaction_id") or ""),
        # With a coupon payer_total is lower than total; the merchant is credited with total.
        amount_fen=_whole_fen(amount, "total") if amount else None,
        currency=str(amount.get("currency") or ""),
        merchant_id=text_of(body, "mchid"),
        app_id=text_of(body, "appid"),
        success_at=_instant(body.get("success_time")),
        detail=str(body.get("trade_state_desc") or ""),
    )


def read_refund(body: Mapping[str, Any]) -> ChannelRefund:
    """Read a refund as the refund call and its query answer it."""
    return ChannelRefund(
        refund_no=text_of(body, "out_refund_no"),
        state=REFUND_STATES.get(text_of(body, "status"), RefundState.unknown),
        refund_id=str(body.get("refund_id") or ""),
        amount_fen=_whole_fen(body["amount"], "refund"),
        success_at=_instant(body.get("success_time")),
        detail=str(body.get("user_received_account") or ""),
    )


def read_answer(read: Callable[[Mapping[str, Any]], Answer], body: Mapping[str, Any]) -> Answer:
    """Apply a reader to an answer; raise GatewayTechnicalError when the answer has another form than documented."""
    try:
        return read(body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise GatewayTechnicalError("WeChat Pay's answer has an unexpected form", code="answer_unreadable") from error


def json_object(raw: bytes) -> dict[str, Any] | None:
    """Read a JSON object, or return None for anything else."""
    try:
        content = json.loads(raw)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def text_of(body: Mapping[str, Any], name: str) -> str:
    """Return a non-empty text, or raise ValueError."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"the message lacks {name}")
    return value


def _whole_fen(amount: Mapping[str, Any], name: str) -> int:
    value = amount[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} is not a whole number of fen")
    return value


def _instant(text: object) -> datetime | None:
    if not isinstance(text, str) or not text:
        return None
    return utc_of(datetime.fromisoformat(text))
