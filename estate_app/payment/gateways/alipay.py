"""Alipay behind the contract: QR code (precreate), desktop page and phone page, signed with RSA2."""

import binascii
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx
from alipay.exceptions import AliPayValidationError

from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.gateways.alipay_client import AlipayClient, UnsignedAnswerError
from estate_app.payment.gateways.alipay_statement import parse_alipay_statement, unpack_alipay_statement
from estate_app.payment.gateways.contract import (
    CallbackAnswer,
    CallbackEvent,
    CallbackKind,
    CallbackRejectedError,
    ChannelPayment,
    ChannelRefund,
    ChannelState,
    Created,
    GatewayLogicalError,
    GatewayTechnicalError,
    OrderRef,
    PaymentRequest,
    RefundRef,
    RefundRequest,
    RefundState,
    Statement,
    StatementError,
)
from estate_app.payment.gateways.credentials import AlipayCredentials
from estate_app.payment.gateways.wire import (
    VENDOR_ZONE,
    checked_event,
    fen_from_yuan,
    is_loopback,
    require_number,
    vendor_time,
    yuan_from_fen,
)

SUCCESS_CODE = "10000"
BUSY_CODES = frozenset({"10003", "20000"})
BUSY_SUB_CODES = frozenset({"ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR", "isp.unknow-error", "isp.unknown-error"})
MISSING_SUB_CODE = "ACQ.TRADE_NOT_EXIST"
STATE_SUB_CODES = frozenset({"ACQ.TRADE_STATUS_ERROR", "ACQ.REASON_TRADE_STATUS_INVALID", "ACQ.REASON_ILLEGAL_STATUS"})
NO_BILL_SUB_CODE = "isp.bill_not_exist"
SUBJECT_CHARACTERS = 128
TRADE_STATES = {
    "WAIT_BUYER_PAY": ChannelState.awaiting,
    "TRADE_SUCCESS": ChannelState.paid,
    "TRADE_FINISHED": ChannelState.paid,
    "TRADE_CLOSED": ChannelState.closed,
}


def _utc_now() -> datetime:
    return datetime.now(UTC)


class AlipayGateway:
    """Alipay for one merchant; safe to share between threads.

    A page order exists at Alipay only once the payer has opened it: until then `query` answers `missing`, and only
    `expires_at` within the signed address keeps it from being paid later.
    """

    channel = Channel.alipay
    ways = frozenset({PayWay.native, PayWay.page, PayWay.wap})

    def __init__(self, credentials: AlipayCredentials, *, timeout: float = 10.0, now: Callable[[], datetime] = _utc_now) -> None:
        """Prepare the client without any network call; `now` stamps the requests. Raises ValueError for unusable keys."""
        self._credentials = credentials
        self._http = httpx.Client(timeout=timeout, trust_env=not is_loopback(credentials.gateway_url))
        self._client = AlipayClient(
            credentials,
            http=self._http,
            now=now,
        )

    def create(self, request: PaymentRequest) -> Created:
        """Sign the address of the cashier, or fetch a QR code. Signing makes no network call."""
        biz = {"time_expire": request.expires_at.astimezone(VENDOR_ZONE).strftime("%Y-%m-%d %H:%M:%S")}
        order: dict[str, Any] = {
            "subject": request.description[:SUBJECT_CHARACTERS],
            "out_trade_no": require_number(request.order_no),
            "total_amount": yuan_from_fen(request.amount_fen),
            "notify_url": request.notify_url,
            **biz,
        }
        match request.way:
            case PayWay.native:
                return Created(code_url=_text(self._call(self._client.api_alipay_trade_precreate, **order), "qr_code"))
            case PayWay.page:
                signed = self._client.api_alipay_trade_page_pay(return_url=request.return_url, **order)
            case PayWay.wap:
                # The library's own product code is outdated (go-pay #556).
                order |= {"product_code": "QUICK_WAP_WAY", "quit_url": request.return_url}
                signed = self._client.api_alipay_trade_wap_pay(return_url=request.return_url, **order)
            case _:
                raise ValueError(f"Alipay has no way {request.way}")
        return Created(redirect_url=f"{self._credentials.gateway_url}?{signed}")

    def query(self, order: OrderRef) -> ChannelPayment:
        """Ask for the state of an order by our number."""
        try:
            body = self._call(self._client.api_alipay_trade_query, out_trade_no=require_number(order.order_no))
        except GatewayLogicalError as error:
            if error.code == MISSING_SUB_CODE:
                return ChannelPayment(order.order_no, ChannelState.missing, detail=error.reason)
            raise
        paid_at = str(body.get("send_pay_date") or "")
        state = TRADE_STATES.get(_text(body, "trade_status"), ChannelState.unknown)
        if state is ChannelState.closed and paid_at:
            state = ChannelState.refunded  # A full refund closes the trade.
        return ChannelPayment(
            order_no=_text(body, "out_trade_no"),
            state=state,
            transaction_id=str(body.get("trade_no") or ""),
            amount_fen=_fen(body, "total_amount"),
            currency="CNY",
            success_at=_time(paid_at),
            detail=str(body["trade_status"]),
        )

    def close(self, order: OrderRef) -> None:
        """Close an unpaid order."""
        try:
            self._call(self._client.api_alipay_trade_close, out_trade_no=require_number(order.order_no))
        except GatewayLogicalError as error:
            if error.code == MISSING_SUB_CODE:
                return
            if error.code not in STATE_SUB_CODES:
                raise
            if self.query(order).state.has_money:
                raise GatewayLogicalError(error.reason, code="order_paid") from error

    def refund(self, request: RefundRequest) -> ChannelRefund:
        """Refund to where the money came from; done at once unless Alipay says otherwise."""
        body = self._call(
            self._client.api_alipay_trade_refund,
            refund_amount=yuan_from_fen(request.amount_fen),
            out_trade_no=require_number(request.order_no),
            out_request_no=require_number(request.refund_no),
            refund_reason=request.reason,
        )
        if body.get("fund_change") != "Y":
            # Accepted, but no money moved by this very call: a repetition, or not done yet.
            return self.query_refund(request.ref)
        # refund_fee of this answer is the sum of all refunds of the order, so it is left unread.
        done_at = _time(str(body.get("gmt_refund_pay") or ""))
        return ChannelRefund(request.refund_no, RefundState.success, request.refund_no, request.amount_fen, done_at)

    def query_refund(self, refund: RefundRef) -> ChannelRefund:
        """Ask for the state of a refund by our number; Alipay has no number of its own for it."""
        question = {
            "out_trade_no": require_number(refund.order_no),
            "out_request_no": require_number(refund.refund_no),
            "query_options": ["gmt_refund_pay"],
        }
        try:
            body = self._call(self._client.server_api, api_name="alipay.trade.fastpay.refund.query", biz_content=question)
        except GatewayLogicalError as error:
            if error.code == MISSING_SUB_CODE:
                return ChannelRefund(refund.refund_no, RefundState.missing, detail=error.reason)
            raise
        if "refund_amount" not in body:
            return ChannelRefund(refund.refund_no, RefundState.missing)
        state = RefundState.success if body.get("refund_status") == "REFUND_SUCCESS" else RefundState.processing
        done_at = _time(str(body.get("gmt_refund_pay") or ""))
        return ChannelRefund(refund.refund_no, state, refund.refund_no, _fen(body, "refund_amount"), done_at)

    def read_callback(self, headers: Mapping[str, str], raw_body: bytes, now: datetime) -> CallbackEvent:  # noqa: ARG002
        """Verify and translate a notice. Alipay dates each resend anew, so its age says nothing and is not judged."""
        try:
            pairs = parse_qsl(raw_body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, errors="strict")
        except ValueError as error:
            raise CallbackRejectedError("unreadable") from error
        form = dict(pairs)
        if len(form) != len(pairs):
            raise CallbackRejectedError("repeated_field")
        signature = form.pop("sign", "")
        if not signature or form.get("sign_type") != "RSA2":
            raise CallbackRejectedError("signature_type")
        try:
            # The library decodes what is not base64 at all by leaving it out.
            b64decode(signature, validate=True)
            is_genuine = self._client.verify(dict(form), signature)
        except (binascii.Error, ValueError) as error:
            raise CallbackRejectedError("unreadable") from error
        if not is_genuine:
            raise CallbackRejectedError("not_verified")
        try:
            return checked_event(_read_event(form))
        except (KeyError, ValueError) as error:
            raise CallbackRejectedError("unexpected_content", is_genuine=True) from error

    def answer(self, *, ok: bool) -> CallbackAnswer:
        """Alipay takes the bare word `success`, nothing else."""
        return CallbackAnswer(200, {"Content-Type": "text/plain"}, b"success" if ok else b"fail")

    def download_statement(self, day: date) -> Statement:
        """Fetch the business bill (ready from 10:00 the next day); its address works for thirty seconds."""
        question = {"bill_type": "trade", "bill_date": day.isoformat()}
        try:
            body = self._call(self._client.server_api, api_name="alipay.data.dataservice.bill.downloadurl.query", biz_content=question)
        except GatewayLogicalError as error:
            if error.code == NO_BILL_SUB_CODE:
                return Statement(Channel.alipay, day, ())
            raise
        try:
            response = self._http.get(_text(body, "bill_download_url"))
            response.raise_for_status()
            return parse_alipay_statement(day, unpack_alipay_statement(response.content))
        except httpx.HTTPError as error:
            raise GatewayTechnicalError("the statement cannot be fetched", code=type(error).__name__) from error
        except StatementError as error:
            raise GatewayTechnicalError("the statement cannot be used", code=error.reason) from error

    def _call(self, method: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
        try:
            body: dict[str, Any] = method(**arguments)
        except httpx.HTTPError as error:
            raise GatewayTechnicalError("no answer from Alipay", code=type(error).__name__) from error
        except AliPayValidationError as error:
            raise GatewayTechnicalError("Alipay's answer is not verified", code="answer_not_verified") from error
        except UnsignedAnswerError as error:
            # Nobody signed this: it may lead to a repetition or a query, never to "no such order".
            if error.code in BUSY_CODES:
                raise GatewayTechnicalError("Alipay is busy", code=error.code) from error
            raise GatewayLogicalError("Alipay refused the request", code=error.code) from error
        except (ValueError, KeyError, AttributeError) as error:
            raise GatewayTechnicalError("Alipay's answer has an unexpected form", code="answer_unreadable") from error
        if body.get("code") == SUCCESS_CODE:
            return body
        code = str(body.get("sub_code") or body.get("code") or "")
        reason = str(body.get("sub_msg") or body.get("msg") or "Alipay refused")
        if body.get("code") in BUSY_CODES or code in BUSY_SUB_CODES:
            raise GatewayTechnicalError(reason, code=code)
        raise GatewayLogicalError(reason, code=code)


def _read_event(form: Mapping[str, str]) -> CallbackEvent:
    state = TRADE_STATES.get(form["trade_status"], ChannelState.unknown)
    notify_id, refund_no = form["notify_id"], form.get("out_biz_no", "")
    is_refund = bool(form.get("gmt_refund"))
    return CallbackEvent(
        kind=CallbackKind.refund if is_refund else CallbackKind.payment,
        external_id=f"{notify_id}:{refund_no}" if is_refund else notify_id,
        order_no=form["out_trade_no"],
        transaction_id=form["trade_no"],
        amount_fen=fen_from_yuan(form["refund_fee"] if is_refund else form["total_amount"]),
        currency="CNY",
        merchant_id=form["seller_id"],
        app_id=form["app_id"],
        state=ChannelState.refunded if is_refund else state,
        success_at=_time(form.get("gmt_payment", "")),
        refund_no=refund_no if is_refund else "",
        refund_id=refund_no if is_refund else "",
        # refund_fee is the sum of all refunds of the order: only a query tells what became of this one.
        refund_state=RefundState.unknown if is_refund else None,
    )


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise GatewayTechnicalError(f"Alipay's answer lacks {name}", code="answer_unreadable")
    return value


def _fen(body: Mapping[str, Any], name: str) -> int:
    try:
        return fen_from_yuan(_text(body, name))
    except ValueError as error:
        raise GatewayTechnicalError(f"Alipay's answer has no amount in {name}", code="answer_unreadable") from error


def _time(text: str) -> datetime | None:
    return vendor_time(text) if text else None
