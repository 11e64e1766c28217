"""What UnionPay's answers and notices say, in the contract's own words. Pure; whether they are UnionPay's has been checked before."""

from collections.abc import Mapping
from datetime import datetime

from estate_app.payment.gateways.contract import CallbackEvent, CallbackKind, ChannelRefund, ChannelState, RefundRef, RefundState
from estate_app.payment.gateways.unionpay_statement import SECOND, full_time
from estate_app.payment.gateways.wire import VENDOR_ZONE

CNY = "156"
DONE_CODES = frozenset({"00", "A6"})
OPEN_CODES = frozenset({"03", "04", "05"})
PAYMENT_TYPE = "01"
REFUND_TYPE, VOID_TYPE = "04", "31"
REFUND_TYPES = frozenset({REFUND_TYPE, VOID_TYPE})


def refund_state(answer: Mapping[str, str]) -> RefundState:
    """What became of a refund that was asked about."""
    code = answer.get("origRespCode", "")
    if code in DONE_CODES:
        return RefundState.success
    return RefundState.processing if code in OPEN_CODES or not code else RefundState.closed


def read_refund(refund: RefundRef, answer: Mapping[str, str]) -> ChannelRefund:
    """What an answer says of a refund."""
    state = refund_state(answer)
    return ChannelRefund(
        refund_no=refund.refund_no,
        state=state,
        refund_id=answer.get("queryId", ""),
        amount_fen=fen_of(answer),
        success_at=moment_of(answer, refund.requested_at) if state is RefundState.success else None,
        detail=answer.get("origRespMsg", ""),
    )


def read_event(fields: Mapping[str, str], now: datetime) -> CallbackEvent:
    """What a notice says; a field that is missing or odd raises KeyError or ValueError."""
    kind, is_done = fields["txnType"], fields["respCode"] in DONE_CODES
    if kind != PAYMENT_TYPE and kind not in REFUND_TYPES:
        raise ValueError(f"unexpected transaction type {kind}")
    is_refund = kind in REFUND_TYPES
    unknown_or_failed = ChannelState.unknown if fields["respCode"] in OPEN_CODES else ChannelState.failed
    # A void that failed is no refusal yet: the job asks, and refunds in its place.
    refused = RefundState.unknown if kind == VOID_TYPE else RefundState.closed
    refund_open = RefundState.processing if fields["respCode"] in OPEN_CODES else refused
    return CallbackEvent(
        kind=CallbackKind.refund if is_refund else CallbackKind.payment,
        external_id=f"{fields['queryId']}:{fields['respCode']}",
        # A refund's notice names the payment by origQryId only.
        order_no="" if is_refund else fields["orderId"],
        transaction_id=fields["origQryId"] if is_refund else fields["queryId"],
        amount_fen=_whole(fields["txnAmt"]),
        currency=currency_of(fields),
        merchant_id=fields["merId"],
        app_id="",
        state=ChannelState.refunded if is_refund else (ChannelState.paid if is_done else unknown_or_failed),
        success_at=moment_of(fields, now) if is_done else None,
        refund_no=fields["orderId"].removesuffix(SECOND) if is_refund else "",
        refund_id=fields["queryId"] if is_refund else "",
        refund_state=(RefundState.success if is_done else refund_open) if is_refund else None,
    )


def stamp(moment: datetime) -> str:
    """A moment as UnionPay writes it: fourteen digits in Shanghai."""
    return moment.astimezone(VENDOR_ZONE).strftime("%Y%m%d%H%M%S")


def moment_of(fields: Mapping[str, str], near: datetime) -> datetime | None:
    """When it was traced; the message names no year, which is that of the day near by."""
    text = fields.get("traceTime", "")
    return full_time(text, near.astimezone(VENDOR_ZONE).date()) if text else None


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError("not an amount in fen")
    return int(text)


def fen_of(fields: Mapping[str, str]) -> int | None:
    """The amount of a message in fen, if it names one."""
    text = fields.get("txnAmt", "")
    return _whole(text) if text else None


def currency_of(fields: Mapping[str, str]) -> str:
    """The currency by its letters."""
    code = fields.get("currencyCode", "")
    return "CNY" if code == CNY else code
