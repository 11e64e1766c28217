"""WeChat Pay v3 behind the contract, on wechatpayv3, in public-key and in certificate mode."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import requests
from wechatpayv3 import WeChatPay, WeChatPayType

from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.gateways.contract import (
    CallbackAnswer,
    CallbackEvent,
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
from estate_app.payment.gateways.credentials import WechatCredentials
from estate_app.payment.gateways.pem import certificate_key_pem, certificates, private_key_pem, public_key_pem
from estate_app.payment.gateways.statement import unpack_gzip
from estate_app.payment.gateways.wechat_reading import json_object, read_answer, read_event, read_payment, read_refund, text_of
from estate_app.payment.gateways.wechat_statement import parse_wechat_statement
from estate_app.payment.gateways.wire import VENDOR_ZONE, checked_event, is_base64, is_loopback, require_number

SIGNATURE_TYPE = "WECHATPAY2-SHA256-RSA2048"
SIGNED_HEADERS = (
    "wechatpay-timestamp",
    "wechatpay-nonce",
    "wechatpay-serial",
    "wechatpay-signature",
    "wechatpay-signature-type",
)
# The official Go and Java SDKs refuse a message whose time is more than five minutes off.
CALLBACK_TOLERANCE_SECONDS = 300
TIMESTAMP_DIGITS = 12
APIV3_KEY_BYTES = 32
DESCRIPTION_CHARACTERS = 127
REASON_CHARACTERS = 80
BUSY_CODES = frozenset({"SYSTEM_ERROR", "SYSTEMERROR", "FREQUENCY_LIMITED", "BANK_ERROR", "STATEMENT_CREATING"})
SUCCESSES = range(200, 300)
TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500

PAY_TYPES = {PayWay.native: WeChatPayType.NATIVE, PayWay.jsapi: WeChatPayType.JSAPI, PayWay.h5: WeChatPayType.H5}


class WechatGateway:
    """WeChat Pay for one merchant; safe to share between threads."""

    channel = Channel.wechat
    ways = frozenset(PAY_TYPES)

    def __init__(self, credentials: WechatCredentials, *, timeout: tuple[float, float] = (3.0, 10.0)) -> None:
        """Prepare the client without any network call; `timeout` is (connect, read) in seconds. Raises ValueError for unusable keys."""
        if len(credentials.apiv3_key.encode()) != APIV3_KEY_BYTES:
            raise ValueError("the WeChat Pay APIv3 key must be 32 bytes long")
        self._credentials = credentials
        pinned = certificates(credentials.platform_certificates_pem) if credentials.platform_certificates_pem else []
        self._pinned = {f"{certificate.serial_number:X}": certificate for certificate in pinned}
        if not credentials.public_key_id and not pinned:
            raise ValueError("neither WeChat Pay's public key nor a platform certificate is given")
        base_url = credentials.base_url.rstrip("/")
        self._client = WeChatPay(
            wechatpay_type=WeChatPayType.NATIVE,
            mchid=credentials.merchant_id,
            private_key=private_key_pem(credentials.private_key_pem),
            cert_serial_no=credentials.serial_no,
            appid=credentials.app_id,
            apiv3_key=credentials.apiv3_key,
            # Without a public key the library asks WeChat for certificates while it is constructed: in certificate mode the
            # newest pinned one stands in its place, under its own serial, which is also what a request names.
            public_key=public_key_pem(credentials.public_key_pem) if credentials.public_key_id else certificate_key_pem(pinned[-1]),
            public_key_id=credentials.public_key_id or f"{pinned[-1].serial_number:X}",
            timeout=timeout,
            # requests takes proxies from the environment; this machine's own addresses must not go through one.
            proxy={"no_proxy": "127.0.0.1,localhost,::1"} if is_loopback(base_url) else None,
        )
        # The library has no public way to name another server.
        core = self._client._core  # noqa: SLF001
        core._gate_way = base_url  # noqa: SLF001
        core._certificates = pinned  # noqa: SLF001
        # The library would fetch certificates for every message with a serial it does not know, so that a stranger's request
        # caused one of ours. What is not pinned is not known.
        core._update_certificates = lambda: None  # noqa: SLF001

    def create(self, request: PaymentRequest) -> Created:
        """Open the order as a QR code, for the mini-program or for a phone's browser."""
        arguments: dict[str, Any] = {
            "description": request.description[:DESCRIPTION_CHARACTERS],
            "out_trade_no": require_number(request.order_no),
            "amount": {"total": request.amount_fen, "currency": "CNY"},
            "time_expire": request.expires_at.astimezone(VENDOR_ZONE).isoformat(timespec="seconds"),
            "notify_url": request.notify_url,
            "pay_type": PAY_TYPES[request.way],
        }
        if request.way is PayWay.jsapi:
            if not request.openid:
                raise ValueError("a mini-program payment needs the payer's openid")
            arguments["payer"] = {"openid": request.openid}
        if request.way is PayWay.h5:
            arguments["scene_info"] = {"payer_client_ip": request.client_ip or "127.0.0.1", "h5_info": {"type": "Wap"}}
        body = self._call(self._client.pay, **arguments)
        if request.way is PayWay.native:
            return Created(code_url=_answered(body, "code_url"))
        if request.way is PayWay.h5:
            return Created(redirect_url=_with_return(_answered(body, "h5_url"), request.return_url))
        return Created(jsapi_parameters=self._jsapi_parameters(_answered(body, "prepay_id"), request.opened_at))

    def query(self, order: OrderRef) -> ChannelPayment:
        """Ask for the state of an order by our number."""
        try:
            body = self._call(self._client.query, out_trade_no=require_number(order.order_no))
        except GatewayLogicalError as error:
            if error.code in {"ORDER_NOT_EXIST", "ORDERNOTEXIST"}:
                return ChannelPayment(order.order_no, ChannelState.missing, detail=error.reason)
            raise
        return read_answer(read_payment, body)

    def close(self, order: OrderRef) -> None:
        """Close an unpaid order; an order that WeChat does not know cannot be paid either."""
        try:
            self._call(self._client.close, out_trade_no=require_number(order.order_no))
        except GatewayLogicalError as error:
            if error.code in {"ORDER_NOT_EXIST", "ORDERNOTEXIST", "ORDER_CLOSED"}:
                return
            if error.code in {"ORDERPAID", "ORDER_PAID"}:
                raise GatewayLogicalError(error.reason, code="order_paid") from error
            raise

    def refund(self, request: RefundRequest) -> ChannelRefund:
        """Refund to where the money came from."""
        body = self._call(
            self._client.refund,
            out_refund_no=require_number(request.refund_no),
            transaction_id=request.transaction_id,
            amount={"refund": request.amount_fen, "total": request.total_fen, "currency": "CNY"},
            reason=request.reason[:REASON_CHARACTERS],
            notify_url=request.notify_url,
        )
        return read_answer(read_refund, body)

    def query_refund(self, refund: RefundRef) -> ChannelRefund:
        """Ask for the state of a refund by our number."""
        try:
            body = self._call(self._client.query_refund, out_refund_no=require_number(refund.refund_no))
        except GatewayLogicalError as error:
            if error.code in {"RESOURCE_NOT_EXISTS", "NOT_FOUND"}:
                return ChannelRefund(refund.refund_no, RefundState.missing, detail=error.reason)
            raise
        return read_answer(read_refund, body)

    def read_callback(self, headers: Mapping[str, str], raw_body: bytes, now: datetime) -> CallbackEvent:
        """Verify, decrypt and translate a notice; every doubt ends in CallbackRejectedError, before any network call."""
        received = {name.lower(): value for name, value in headers.items()}
        signed = {name: received.get(name, "") for name in SIGNED_HEADERS}
        if not all(signed.values()):
            raise CallbackRejectedError("header_missing")
        if signed["wechatpay-signature-type"] != SIGNATURE_TYPE:
            raise CallbackRejectedError("signature_type")
        self._require_known(signed["wechatpay-serial"], now)
        if not _is_fresh(signed["wechatpay-timestamp"], now):
            raise CallbackRejectedError("stale")
        if not is_base64(signed["wechatpay-signature"]):
            raise CallbackRejectedError("not_verified")
        try:
            message = self._client.callback(signed, raw_body)
        except Exception as error:
            # On a malformed message the library raises what its parts raise: ValueError, binascii.Error, AttributeError, Exception.
            raise CallbackRejectedError("unreadable") from error
        if not message:
            raise CallbackRejectedError("not_verified")
        try:
            return checked_event(read_event(message))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CallbackRejectedError("unexpected_content", is_genuine=True) from error

    def answer(self, *, ok: bool) -> CallbackAnswer:
        """204 accepts; otherwise WeChat's failure form. WeChat looks at the status alone."""
        if ok:
            return CallbackAnswer(204, {}, b"")
        return CallbackAnswer(500, {"Content-Type": "application/json"}, b'{"code":"FAIL","message":"try again"}')

    def download_statement(self, day: date) -> Statement:
        """Fetch the trade bill (ready from 10:00 the next day) and check it against the SHA-1 that WeChat announced."""
        try:
            ticket = self._call(self._client.trade_bill, bill_date=day.isoformat(), bill_type="ALL", tar_type="GZIP")
        except GatewayLogicalError as error:
            if error.code == "NO_STATEMENT_EXIST":
                return Statement(Channel.wechat, day, ())
            raise
        packed = self._request(self._client.download_bill, url=_answered(ticket, "download_url"))
        try:
            # The announced hash is that of the uncompressed file; the library neither unpacks nor checks it.
            raw = unpack_gzip(packed)
            if hashlib.sha1(raw, usedforsecurity=False).hexdigest() != _answered(ticket, "hash_value").lower():
                raise StatementError("hash_mismatch")  # noqa: TRY301 -- told like every other reason, below
            return parse_wechat_statement(day, raw)
        except StatementError as error:
            raise GatewayTechnicalError("the statement cannot be used", code=error.reason) from error

    def _require_known(self, serial: str, now: datetime) -> None:
        if self._credentials.public_key_id and serial == self._credentials.public_key_id:
            return
        certificate = self._pinned.get(serial.upper())
        if certificate is None:
            raise CallbackRejectedError("unknown_serial")
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise CallbackRejectedError("certificate_expired")

    def _jsapi_parameters(self, prepay_id: str, opened_at: datetime) -> dict[str, str]:
        timestamp, nonce, package = str(int(opened_at.timestamp())), secrets.token_hex(16), f"prepay_id={prepay_id}"
        return {
            "appId": self._credentials.app_id,
            "timeStamp": timestamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": self._client.sign([self._credentials.app_id, timestamp, nonce, package]),
        }

    def _call(self, method: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
        body = self._request(method, **arguments)
        if not body:
            return {}
        content = json_object(body)
        if content is None:
            raise GatewayTechnicalError("the answer is not JSON", code="answer_unreadable")
        return content

    def _request(self, method: Callable[..., Any], **arguments: Any) -> bytes:
        try:
            status, body = method(**arguments)
        except requests.RequestException as error:
            raise GatewayTechnicalError("no answer from WeChat Pay", code=type(error).__name__) from error
        except Exception as error:
            # The library raises a bare Exception when an answer's signature fails.
            raise GatewayTechnicalError("WeChat Pay's answer is not verified", code="answer_not_verified") from error
        raw: bytes = body.encode() if isinstance(body, str) else body
        if status in SUCCESSES:
            return raw
        # Errors are not signature-checked by the library: their content may only lead to a repetition or a query.
        content = json_object(raw) or {}
        code, reason = str(content.get("code") or status), str(content.get("message") or "WeChat Pay refused")
        if status >= SERVER_ERROR or status == TOO_MANY_REQUESTS or code in BUSY_CODES:
            raise GatewayTechnicalError(reason, code=code)
        raise GatewayLogicalError(reason, code=code)


def _is_fresh(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= TIMESTAMP_DIGITS):
        return False
    return abs(now.timestamp() - int(timestamp)) <= CALLBACK_TOLERANCE_SECONDS


def _with_return(url: str, return_url: str) -> str:
    if not return_url:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'redirect_url': return_url})}"


def _answered(body: Mapping[str, Any], name: str) -> str:
    return read_answer(lambda answer: text_of(answer, name), body)
