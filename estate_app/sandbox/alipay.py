"""Alipay's open gateway as its server behaves: RSA2-signed forms in, signed JSON nodes out, form-encoded notices."""

import hashlib
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from estate_app.payment.gateways.pem import alipay_root_sn, alipay_sn, certificates
from estate_app.sandbox.alipay_bill import write_alipay_bill
from estate_app.sandbox.book import VENDOR_ZONE, Order, OrderBookError, Refund, after, new_token, vendor_text
from estate_app.sandbox.config import ALIPAY_APP_ID, ALIPAY_SELLER_ID
from estate_app.sandbox.courier import Notice, Tamper
from estate_app.sandbox.runtime import ReturnTarget, Sandbox
from estate_app.sandbox.signing import is_signed, private_key, sign, spoil

CHANNEL = "alipay"
BILL_LINK_SECONDS = 30
BILL_READY_HOUR = 10
ERRORS = {
    "not_found": ("ACQ.TRADE_NOT_EXIST", "交易不存在"),
    "paid": ("ACQ.TRADE_STATUS_ERROR", "交易状态不合法"),
    "closed": ("ACQ.TRADE_STATUS_ERROR", "交易状态不合法"),
    "not_paid": ("ACQ.TRADE_STATUS_ERROR", "交易状态不合法"),
    "exists": ("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改"),
    "too_much": ("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限"),
    "differs": ("ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致"),
}
Fields = dict[str, str]


class AlipayBusinessError(Exception):
    """A signed answer with code 40004."""

    def __init__(self, sub_code: str, sub_msg: str) -> None:
        super().__init__(sub_code)
        self.sub_code = sub_code
        self.sub_msg = sub_msg


class Alipay:
    """The vendor's side of trades, refunds and bills."""

    channel = CHANNEL
    name = "支付宝"
    # Alipay, 异步通知: 4m, 10m, 10m, 1h, 2h, 6h, 15h.
    resend_schedule: tuple[float, ...] = (240, 600, 600, 3600, 7200, 21600, 54000)

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._platform_key = private_key(sandbox.keys.alipay_platform_private)
        self._app_key = private_key(sandbox.keys.alipay_app_private).public_key()
        app = certificates(sandbox.keys.alipay_app_certificate)[0]
        self._certificate_serials = (alipay_sn(app), alipay_root_sn(sandbox.keys.alipay_root_certificate))
        self._methods: dict[str, Callable[[Fields, dict[str, Any]], dict[str, Any]]] = {
            "alipay.trade.precreate": self._precreate,
            "alipay.trade.query": self._query,
            "alipay.trade.close": self._close,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._query_refund,
            "alipay.data.dataservice.bill.downloadurl.query": self._announce_bill,
        }

    def handle(self, fields: Fields) -> Response:
        """Answer one request of the gateway."""
        method = fields.get("method", "")
        node = method.replace(".", "_") + "_response"
        signature = fields.get("sign", "")
        text = _signed_text({name: value for name, value in fields.items() if name != "sign"})
        is_ours = fields.get("app_id") == ALIPAY_APP_ID and fields.get("sign_type") == "RSA2" and self._knows_certificates(fields)
        if not is_ours or not is_signed(self._app_key, text.encode(), signature):
            content = {"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.invalid-signature", "sub_msg": "验签出错"}
            return _json(f'{{"{node}":{json.dumps(content, ensure_ascii=False)}}}')
        biz: dict[str, Any] = json.loads(fields.get("biz_content") or "{}")
        try:
            if method in {"alipay.trade.page.pay", "alipay.trade.wap.pay"}:
                order = self._open(fields, biz, "page" if method.endswith("page.pay") else "wap")
                return RedirectResponse(f"/cashier/{order.token}", 302)
            if method not in self._methods:
                return self._signed(node, {"code": "40004", "msg": "Business Failed", "sub_code": "isv.invalid-method"})
            return self._signed(node, {"code": "10000", "msg": "Success", **self._methods[method](fields, biz)})
        except OrderBookError as error:
            sub_code, sub_msg = ERRORS[error.code]
        except AlipayBusinessError as error:
            sub_code, sub_msg = error.sub_code, error.sub_msg
        return self._signed(node, {"code": "40004", "msg": "Business Failed", "sub_code": sub_code, "sub_msg": sub_msg})

    def _knows_certificates(self, fields: Fields) -> bool:
        """A merchant in certificate mode names its own and Alipay's root certificate; one in public-key mode neither."""
        named = (fields.get("app_cert_sn", ""), fields.get("alipay_root_cert_sn", ""))
        return named in {("", ""), self._certificate_serials}

    def bill_file(self, token: str) -> bytes | None:
        """Return the zip of an announced bill while its address works."""
        ticket = self._sandbox.store.get("bill", token)
        if ticket is None or self._sandbox.config.now() > datetime.fromisoformat(ticket["expires_at"]):
            return None
        return write_alipay_bill(self._sandbox.book, date.fromisoformat(ticket["day"]))

    def payment_notice(self, order: Order, tamper: Tamper) -> Notice:
        """Build a signed trade_status_sync notice."""
        amount = order.amount_fen + int(tamper.wrong_amount)
        fields = self._notice_fields(order, _event_id(order.transaction_id)) | {
            "trade_status": "TRADE_SUCCESS",
            "total_amount": _yuan(amount),
            "receipt_amount": _yuan(amount),
            "buyer_pay_amount": _yuan(amount),
        }
        return self._notice(order.notify_url, fields, tamper)

    def refund_notice(self, refund: Refund, tamper: Tamper) -> Notice:
        """Build the trade notice that a refund causes: to the trade's address, with the sum of all refunds."""
        order = self._sandbox.book.require(CHANNEL, refund.order_no)
        refunded = self._sandbox.book.refunded_fen(order)
        fields = self._notice_fields(order, _event_id(order.transaction_id)) | {
            "trade_status": "TRADE_CLOSED" if refunded == order.amount_fen else "TRADE_SUCCESS",
            "total_amount": _yuan(order.amount_fen),
            "refund_fee": _yuan(refunded + int(tamper.wrong_amount)),
            "gmt_refund": f"{vendor_text(refund.done_at)}.123",
            "out_biz_no": refund.refund_no,
        }
        return self._notice(order.notify_url, fields, tamper)

    def is_accepted(self, status: int, body: bytes) -> bool:
        """Alipay waits for the bare word."""
        return status == 200 and body.strip() == b"success"

    def return_target(self, order: Order, fallback_url: str) -> ReturnTarget:
        """Add the signed parameters of a return to the merchant's page."""
        url = order.return_url
        if order.state != "paid" or not url:
            return ReturnTarget(url or fallback_url, {})
        fields = {
            "app_id": ALIPAY_APP_ID,
            "charset": "utf-8",
            "method": f"alipay.trade.{order.way}.pay.return",
            "out_trade_no": order.order_no,
            "seller_id": ALIPAY_SELLER_ID,
            "timestamp": self._time(),
            "total_amount": _yuan(order.amount_fen),
            "trade_no": order.transaction_id,
            "version": "1.0",
        }
        signed = fields | {"sign": sign(self._platform_key, _signed_text(fields).encode()), "sign_type": "RSA2"}
        return ReturnTarget(f"{url}{'&' if '?' in url else '?'}{urlencode(signed)}", {})

    def _open(self, fields: Fields, biz: dict[str, Any], way: str) -> Order:
        expires = str(biz.get("time_expire", ""))
        expires_at = datetime.strptime(expires, "%Y-%m-%d %H:%M:%S").replace(tzinfo=VENDOR_ZONE).isoformat() if expires else ""
        notify_url = fields.get("notify_url", "")
        if urlsplit(notify_url).scheme not in {"http", "https"} or not biz.get("subject"):
            raise AlipayBusinessError("ACQ.INVALID_PARAMETER", "参数无效")
        if expires_at and self._sandbox.config.now() >= datetime.fromisoformat(expires_at):
            raise AlipayBusinessError("ACQ.INVALID_PARAMETER", "订单已超时")
        order = Order(
            channel=CHANNEL,
            order_no=str(biz["out_trade_no"]),
            amount_fen=_fen(str(biz["total_amount"])),
            description=str(biz["subject"]),
            way=way,
            notify_url=notify_url,
            created_at=self._sandbox.config.now().isoformat(),
            token=new_token(),
            return_url=fields.get("return_url", ""),
            expires_at=expires_at,
        )
        return self._sandbox.book.open(order)

    def _precreate(self, fields: Fields, biz: dict[str, Any]) -> dict[str, Any]:
        order = self._open(fields, biz, "native")
        return {"out_trade_no": order.order_no, "qr_code": f"{self._sandbox.config.base_url}/cashier/{order.token}"}

    def _query(self, _: Fields, biz: dict[str, Any]) -> dict[str, Any]:
        order = self._sandbox.book.require(CHANNEL, str(biz.get("out_trade_no", "")))
        refunded = self._sandbox.book.refunded_fen(order)
        status = {"paid": "TRADE_SUCCESS", "closed": "TRADE_CLOSED"}.get(order.state, "WAIT_BUYER_PAY")
        if order.state == "paid" and refunded == order.amount_fen:
            status = "TRADE_CLOSED"
        content = {
            "out_trade_no": order.order_no,
            "trade_no": order.transaction_id or f"{order.created_at[:10].replace('-', '')}22001000000000000000",
            "trade_status": status,
            "total_amount": _yuan(order.amount_fen),
            "buyer_logon_id": "159****5620",
            "subject": order.description,
        }
        return content | ({"send_pay_date": vendor_text(order.paid_at)} if order.paid_at else {})

    def _close(self, _: Fields, biz: dict[str, Any]) -> dict[str, Any]:
        order = self._sandbox.book.require(CHANNEL, str(biz.get("out_trade_no", "")))
        if order.state == "closed":
            raise OrderBookError("closed")
        self._sandbox.book.close(CHANNEL, order.order_no)
        return {"out_trade_no": order.order_no}

    def _refund(self, _: Fields, biz: dict[str, Any]) -> dict[str, Any]:
        order = self._sandbox.book.require(CHANNEL, str(biz.get("out_trade_no", "")))
        now = self._sandbox.config.now().isoformat()
        wanted = Refund(
            channel=CHANNEL,
            refund_no=str(biz.get("out_request_no", "")),
            order_no=order.order_no,
            transaction_id=order.transaction_id,
            refund_id=new_token(),
            amount_fen=_fen(str(biz["refund_amount"])),
            total_fen=order.amount_fen,
            reason=str(biz.get("refund_reason", "")),
            notify_url=order.notify_url,
            requested_at=now,
            done_at=now,
            notice="due",
        )
        refund = self._sandbox.book.refund(wanted)
        is_new = refund.refund_id == wanted.refund_id
        if is_new:
            self._sandbox.announce_refund(refund)
        return {
            "out_trade_no": order.order_no,
            "trade_no": order.transaction_id,
            "fund_change": "Y" if is_new else "N",
            "refund_fee": _yuan(self._sandbox.book.refunded_fen(order)),
            "gmt_refund_pay": vendor_text(refund.done_at),
        }

    def _query_refund(self, _: Fields, biz: dict[str, Any]) -> dict[str, Any]:
        order = self._sandbox.book.require(CHANNEL, str(biz.get("out_trade_no", "")))
        refund = self._sandbox.book.find_refund(CHANNEL, str(biz.get("out_request_no", "")))
        if refund is None or refund.order_no != order.order_no:
            return {}
        return {
            "out_trade_no": order.order_no,
            "trade_no": order.transaction_id,
            "out_request_no": refund.refund_no,
            "total_amount": _yuan(order.amount_fen),
            "refund_amount": _yuan(refund.amount_fen),
            "refund_status": "REFUND_SUCCESS",
            "gmt_refund_pay": vendor_text(refund.done_at),
        }

    def _announce_bill(self, _: Fields, biz: dict[str, Any]) -> dict[str, Any]:
        day = date.fromisoformat(str(biz.get("bill_date", "")))
        local = self._sandbox.config.now().astimezone(VENDOR_ZONE)
        is_early = day >= local.date() or (day == local.date() - timedelta(days=1) and local.hour < BILL_READY_HOUR)
        if is_early or write_alipay_bill(self._sandbox.book, day) is None:
            raise AlipayBusinessError("isp.bill_not_exist", "账单不存在")
        token = new_token()
        expires_at = after(self._sandbox.config.now(), BILL_LINK_SECONDS)
        self._sandbox.store.put("bill", token, {"day": day.isoformat(), "expires_at": expires_at})
        return {"bill_download_url": f"{self._sandbox.config.base_url}/alipay-files/{token}"}

    def _notice_fields(self, order: Order, notify_id: str) -> Fields:
        return {
            "app_id": ALIPAY_APP_ID,
            "auth_app_id": ALIPAY_APP_ID,
            "buyer_logon_id": "159****5620",
            "charset": "utf-8",
            "gmt_create": vendor_text(order.created_at),
            "gmt_payment": vendor_text(order.paid_at),
            "notify_id": notify_id,
            "notify_time": self._time(),
            "notify_type": "trade_status_sync",
            "out_trade_no": order.order_no,
            "seller_id": ALIPAY_SELLER_ID,
            "subject": order.description,
            "trade_no": order.transaction_id,
            "version": "1.0",
        }

    def _notice(self, url: str, fields: Fields, tamper: Tamper) -> Notice:
        # sign_type is left out of what a notice's signature covers.
        signature = sign(self._platform_key, _signed_text(fields).encode())
        form = fields | {"sign": spoil(signature) if tamper.bad_signature else signature, "sign_type": "RSA2"}
        return Notice(url, {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, urlencode(form).encode())

    def _signed(self, node: str, content: dict[str, Any]) -> Response:
        inner = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return _json(f'{{"{node}":{inner},"sign":"{sign(self._platform_key, inner.encode())}"}}')

    def _time(self) -> str:
        return vendor_text(self._sandbox.config.now().isoformat())


def alipay_router(vendor: Alipay) -> APIRouter:
    """Return the gateway's single address and that of its bills."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/gateway.do", methods=["GET", "POST"])
    async def call(request: Request) -> Response:
        fields = dict(request.query_params)
        if request.method == "POST":
            fields = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        return await run_in_threadpool(vendor.handle, fields)

    @router.get("/alipay-files/{token}")
    def bill(token: str) -> Response:
        packed = vendor.bill_file(token)
        return Response(packed, media_type="application/zip") if packed else Response(status_code=404)

    return router


def _signed_text(fields: Fields) -> str:
    return "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if value)


def _json(text: str) -> Response:
    return Response(text, media_type="text/html;charset=utf-8")


def _event_id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:34]


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _fen(yuan: str) -> int:
    whole, _, cents = yuan.partition(".")
    if not whole.isdigit() or not (cents.isdigit() or not cents) or len(cents) > 2:
        raise AlipayBusinessError("ACQ.INVALID_PARAMETER", "金额格式错误")
    return int(whole) * 100 + int(cents.ljust(2, "0"))
