"""WeChat Pay v3 as its servers behave: signed requests, signed answers, encrypted callbacks."""

import gzip
import hashlib
import json
import re
import secrets
import time
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from typing import Any

from cryptography import x509
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from estate_app.sandbox.book import VENDOR_ZONE, Order, OrderBookError, Refund, after, new_token, new_transaction_id
from estate_app.sandbox.config import APP_ID, MERCHANT_ID
from estate_app.sandbox.courier import Notice, Tamper
from estate_app.sandbox.runtime import ReturnTarget, Sandbox
from estate_app.sandbox.signing import encrypt_aes_gcm, is_signed, private_key, sign, spoil
from estate_app.sandbox.wechat_bill import write_trade_bill
from estate_app.sandbox.wechat_content import refund_content, refund_notice_content, transaction_content, wechat_time

CHANNEL = "wechat"
SCHEME = "WECHATPAY2-SHA256-RSA2048"
AUTHORIZATION = re.compile(r'(\w+)="([^"]*)"')
REQUEST_TOLERANCE_SECONDS = 300
BILL_READY_HOUR = 10
BILL_LINK_SECONDS = 300
OUT_TRADE_NO = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
JSON_TYPE = "application/json; charset=utf-8"
_signed_under: ContextVar[str] = ContextVar("signed_under")
"""The serial under which the message in hand is signed."""

BOOK_ERRORS = {
    "not_found": (404, "ORDER_NOT_EXIST", "订单不存在"),
    "paid": (400, "ORDERPAID", "该订单已支付"),
    "closed": (400, "ORDER_CLOSED", "订单已关闭"),
    "exists": (403, "OUT_TRADE_NO_USED", "商户订单号重复"),
    "not_paid": (403, "INVALID_REQUEST", "订单未支付，不能退款"),
    "too_much": (403, "NOT_ENOUGH", "退款金额大于可退金额"),
    "differs": (400, "PARAM_ERROR", "同一退款单号的金额与首次请求不一致"),
}


class WechatPayError(Exception):
    """An answer other than 2xx."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


class WechatPay:
    """The vendor's side of orders, refunds and bills."""

    channel = CHANNEL
    name = "微信支付"
    # WeChat Pay v3, 支付通知: 15s/15s/30s/3m/10m/20m/30m/30m/30m/60m/3h/3h/3h/6h/6h.
    resend_schedule: tuple[float, ...] = (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._platform_key = private_key(sandbox.keys.wechat_platform_private)
        self._merchant_key = private_key(sandbox.keys.wechat_merchant_private).public_key()
        platform = x509.load_pem_x509_certificate(sandbox.keys.wechat_platform_certificate.encode())
        self._certificate_serial = f"{platform.serial_number:X}"

    def handle(self, method: str, target: str, authorization: str, body: bytes, serial: str = "") -> Response:
        """Answer one request; `target` is the path with its query as received, `serial` the Wechatpay-Serial that it names.

        Who names the platform certificate is a merchant in certificate mode and is answered under it.
        """
        _signed_under.set(serial if serial == self._certificate_serial else self._sandbox.keys.wechat_public_key_id)
        try:
            self._check_signature(method, target, authorization, body)
            path, _, query = target.partition("?")
            content = self._dispatch(method, path, _query(query), body)
        except WechatPayError as error:
            return self._signed({"code": error.code, "message": error.message}, error.status)
        except OrderBookError as error:
            status, code, message = BOOK_ERRORS[error.code]
            return self._signed({"code": code, "message": message}, status)
        if isinstance(content, bytes):
            return Response(content, media_type="application/octet-stream")
        return self._signed(content, 200 if content is not None else 204)

    def is_pay_sign(self, parameters: dict[str, str]) -> bool:
        """Tell whether `wx.requestPayment` would take these parameters."""
        text = "".join(f"{parameters.get(name, '')}\n" for name in ("appId", "timeStamp", "nonceStr", "package"))
        return parameters.get("signType") == "RSA" and is_signed(self._merchant_key, text.encode(), parameters.get("paySign", ""))

    def payment_notice(self, order: Order, tamper: Tamper) -> Notice:
        """Build an encrypted, signed TRANSACTION.SUCCESS."""
        resource = transaction_content(order, is_refunded=False)
        if tamper.wrong_amount:
            resource["amount"]["total"] += 1
        event_id = f"EV-{hashlib.sha256(order.transaction_id.encode()).hexdigest()[:32]}"
        _signed_under.set(order.extra.get("serial") or self._sandbox.keys.wechat_public_key_id)
        return self._notice(order.notify_url, event_id, "TRANSACTION.SUCCESS", "transaction", "支付成功", resource, tamper)

    def refund_notice(self, refund: Refund, tamper: Tamper) -> Notice:
        """Build an encrypted, signed REFUND.SUCCESS."""
        resource = refund_notice_content(refund)
        resource["amount"]["refund"] += int(tamper.wrong_amount)
        event_id = f"EV-{hashlib.sha256(refund.refund_id.encode()).hexdigest()[:32]}"
        order = self._sandbox.book.require(CHANNEL, refund.order_no)
        _signed_under.set(order.extra.get("serial") or self._sandbox.keys.wechat_public_key_id)
        return self._notice(refund.notify_url, event_id, "REFUND.SUCCESS", "refund", "退款成功", resource, tamper)

    def is_accepted(self, status: int, body: bytes) -> bool:  # noqa: ARG002
        """WeChat looks at the status alone."""
        return status in {200, 204}

    def return_target(self, order: Order, fallback_url: str) -> ReturnTarget:
        """A plain link: WeChat adds nothing to the address."""
        return ReturnTarget(order.return_url or fallback_url, {})

    def _notice(self, url: str, event_id: str, event: str, kind: str, summary: str, resource: dict[str, Any], tamper: Tamper) -> Notice:
        nonce = secrets.token_hex(6)
        plaintext = json.dumps(resource, ensure_ascii=False).encode()
        content = {
            "id": event_id,
            "create_time": wechat_time(self._sandbox.config.now().isoformat()),
            "resource_type": "encrypt-resource",
            "event_type": event,
            "summary": summary,
            "resource": {
                "original_type": kind,
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": encrypt_aes_gcm(self._sandbox.keys.wechat_apiv3_key, nonce, kind, plaintext),
                "associated_data": kind,
                "nonce": nonce,
            },
        }
        body = json.dumps(content, ensure_ascii=False).encode()
        headers = self._signature_headers(body)
        if tamper.bad_signature:
            headers["Wechatpay-Signature"] = spoil(headers["Wechatpay-Signature"])
        return Notice(url, {**headers, "Content-Type": JSON_TYPE}, body)

    def _signature_headers(self, body: bytes) -> dict[str, str]:
        timestamp, nonce = str(int(self._sandbox.config.now().timestamp())), secrets.token_hex(16)
        return {
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": _signed_under.get(),
            "Wechatpay-Signature": sign(self._platform_key, f"{timestamp}\n{nonce}\n".encode() + body + b"\n"),
            "Wechatpay-Signature-Type": SCHEME,
        }

    def _signed(self, content: dict[str, Any] | None, status: int) -> Response:
        body = b"" if content is None else json.dumps(content, ensure_ascii=False).encode()
        headers = self._signature_headers(body)
        return Response(body, status, headers={**headers, "Content-Type": JSON_TYPE} if body else headers)

    def _check_signature(self, method: str, target: str, authorization: str, body: bytes) -> None:
        scheme, _, rest = authorization.partition(" ")
        parts = dict(AUTHORIZATION.findall(rest))
        message = f"{method}\n{target}\n{parts.get('timestamp')}\n{parts.get('nonce_str')}\n".encode() + body + b"\n"
        timestamp = parts.get("timestamp", "")
        # Against this machine's clock, not the sandbox's: both ends of a request live now.
        is_fresh = timestamp.isdigit() and abs(time.time() - int(timestamp)) <= REQUEST_TOLERANCE_SECONDS
        if (
            scheme != SCHEME
            or parts.get("mchid") != MERCHANT_ID
            or parts.get("serial_no") != self._sandbox.keys.wechat_merchant_serial
            or not is_fresh
            or not is_signed(self._merchant_key, message, parts.get("signature", ""))
        ):
            raise WechatPayError(401, "SIGN_ERROR", "签名错误，请检查后再试")

    def _dispatch(  # noqa: PLR0911 - one return for each route
        self, method: str, path: str, query: dict[str, str], body: bytes
    ) -> dict[str, Any] | bytes | None:
        parts = path.removeprefix("/v3/").split("/")
        match (method, parts):
            case ("POST", ["pay", "transactions", ("native" | "jsapi" | "h5") as way]):
                return self._create(way, _json(body))
            case ("GET", ["pay", "transactions", "out-trade-no", order_no]):
                return self._transaction(self._sandbox.book.require(CHANNEL, order_no))
            case ("GET", ["pay", "transactions", "id", transaction_id]):
                order = self._sandbox.book.by_transaction(CHANNEL, transaction_id)
                return self._transaction(order or self._sandbox.book.require(CHANNEL, ""))
            case ("POST", ["pay", "transactions", "out-trade-no", order_no, "close"]):
                self._sandbox.book.close(CHANNEL, order_no)
                return None
            case ("POST", ["refund", "domestic", "refunds"]):
                return self._refund(_json(body))
            case ("GET", ["refund", "domestic", "refunds", refund_no]):
                return self._query_refund(refund_no)
            case ("GET", ["bill", "tradebill"]):
                return self._announce_bill(query)
            case ("GET", ["billdownload", "file"]):
                return self._bill_file(query)
            case _:
                raise WechatPayError(404, "RESOURCE_NOT_EXISTS", "请求的资源不存在")

    def _create(self, way: str, request: dict[str, Any]) -> dict[str, Any]:
        order_no, total = str(request.get("out_trade_no", "")), request.get("amount", {}).get("total")
        openid = str(request.get("payer", {}).get("openid", ""))
        if request.get("mchid") != MERCHANT_ID or request.get("appid") != APP_ID:
            raise WechatPayError(400, "APPID_MCHID_NOT_MATCH", "appid 与 mchid 不匹配")
        if not OUT_TRADE_NO.fullmatch(order_no) or not isinstance(total, int) or total < 1:
            raise WechatPayError(400, "PARAM_ERROR", "参数错误：out_trade_no 或 amount.total")
        if not str(request.get("notify_url", "")).startswith(("http://", "https://")) or not request.get("description"):
            raise WechatPayError(400, "PARAM_ERROR", "参数错误：notify_url 或 description")
        if way == "jsapi" and not openid:
            raise WechatPayError(400, "PARAM_ERROR", "参数错误：payer.openid")
        expires_at = str(request.get("time_expire", ""))
        order = self._sandbox.book.open(
            Order(
                channel=CHANNEL,
                order_no=order_no,
                amount_fen=total,
                description=str(request["description"]),
                way=way,
                notify_url=str(request["notify_url"]),
                created_at=self._sandbox.config.now().isoformat(),
                token=new_token(),
                expires_at=expires_at,
                payer=openid,
                extra={"attach": str(request.get("attach", "")), "serial": _signed_under.get()},
            )
        )
        cashier = f"{self._sandbox.config.base_url}/cashier/{order.token}"
        if way == "native":
            return {"code_url": cashier}
        if way == "h5":
            return {"h5_url": f"{cashier}?prepay_id={order.token}"}
        return {"prepay_id": f"wx{order.token}"}

    def _transaction(self, order: Order) -> dict[str, Any]:
        return transaction_content(order, is_refunded=self._sandbox.book.refunded_fen(order) > 0)

    def _refund(self, request: dict[str, Any]) -> dict[str, Any]:
        amount = request.get("amount", {})
        order_no = str(request.get("out_trade_no", ""))
        if transaction_id := str(request.get("transaction_id", "")):
            found = self._sandbox.book.by_transaction(CHANNEL, transaction_id)
            order_no = found.order_no if found else ""
        order = self._sandbox.book.find(CHANNEL, order_no)
        if order is None:
            raise WechatPayError(404, "RESOURCE_NOT_EXISTS", "订单不存在")
        if amount.get("total") != order.amount_fen or not isinstance(amount.get("refund"), int) or amount["refund"] < 1:
            raise WechatPayError(400, "PARAM_ERROR", "订单金额或退款金额不正确")
        now = self._sandbox.config.now()
        wanted = Refund(
            channel=CHANNEL,
            refund_no=str(request.get("out_refund_no", "")),
            order_no=order.order_no,
            transaction_id=order.transaction_id,
            refund_id=f"503{new_transaction_id('unionpay', now)}",
            amount_fen=amount["refund"],
            total_fen=order.amount_fen,
            reason=str(request.get("reason", "")),
            notify_url=str(request.get("notify_url", "")),
            requested_at=now.isoformat(),
            done_at=after(now, self._sandbox.config.refund_seconds),
            notice="due" if request.get("notify_url") else "",
        )
        refund = self._sandbox.book.refund(wanted)
        if refund.refund_id == wanted.refund_id and refund.notice == "due":
            self._sandbox.announce_refund(refund)
        return refund_content(refund, is_done=self._sandbox.book.is_done(refund))

    def _query_refund(self, refund_no: str) -> dict[str, Any]:
        refund = self._sandbox.book.find_refund(CHANNEL, refund_no)
        if refund is None:
            raise WechatPayError(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
        return refund_content(refund, is_done=self._sandbox.book.is_done(refund))

    def _announce_bill(self, query: dict[str, str]) -> dict[str, Any]:
        try:
            day = date.fromisoformat(query.get("bill_date", ""))
        except ValueError as error:
            raise WechatPayError(400, "PARAM_ERROR", "账单日期格式错误") from error
        local = self._sandbox.config.now().astimezone(VENDOR_ZONE)
        if day >= local.date():
            raise WechatPayError(400, "INVALID_REQUEST", "只能查询今天之前的账单")
        if day == local.date() - timedelta(days=1) and local.hour < BILL_READY_HOUR:
            raise WechatPayError(400, "STATEMENT_CREATING", "账单生成中，请 10 点后再试")
        raw = write_trade_bill(self._sandbox.book, day)
        if raw is None:
            raise WechatPayError(400, "NO_STATEMENT_EXIST", "请求的账单文件不存在")
        token = new_token()
        expires_at = after(self._sandbox.config.now(), BILL_LINK_SECONDS)
        tar_type = query.get("tar_type", "")
        self._sandbox.store.put("bill", token, {"day": day.isoformat(), "tar_type": tar_type, "expires_at": expires_at})
        return {
            "hash_type": "SHA1",
            "hash_value": hashlib.sha1(raw, usedforsecurity=False).hexdigest(),
            "download_url": f"{self._sandbox.config.base_url}/v3/billdownload/file?token={token}",
        }

    def _bill_file(self, query: dict[str, str]) -> bytes:
        ticket = self._sandbox.store.get("bill", query.get("token", ""))
        if ticket is None or self._sandbox.config.now() > datetime.fromisoformat(ticket["expires_at"]):
            raise WechatPayError(400, "INVALID_REQUEST", "下载链接已失效")
        raw = write_trade_bill(self._sandbox.book, date.fromisoformat(ticket["day"])) or b""
        return gzip.compress(raw) if ticket["tar_type"] == "GZIP" else raw


def wechat_pay_router(vendor: WechatPay) -> APIRouter:
    """Return the routes below /v3."""
    router = APIRouter()

    @router.api_route("/v3/{rest:path}", methods=["GET", "POST"], include_in_schema=False)
    async def call(request: Request) -> Response:
        query = request.scope["query_string"].decode()
        target = request.scope["raw_path"].decode() + (f"?{query}" if query else "")
        body = await request.body()
        authorization, serial = request.headers.get("authorization", ""), request.headers.get("wechatpay-serial", "")
        return await run_in_threadpool(vendor.handle, request.method, target, authorization, body, serial)

    return router


def _query(text: str) -> dict[str, str]:
    return dict(part.partition("=")[::2] for part in text.split("&") if part)


def _json(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError as error:
        raise WechatPayError(400, "PARAM_ERROR", "请求体不是 JSON") from error
    if not isinstance(content, dict):
        raise WechatPayError(400, "PARAM_ERROR", "请求体不是 JSON 对象")
    return content
