"""UnionPay's gateway as its server behaves: signed forms in, unescaped signed text out, its certificate in every message."""

import hashlib
import zlib
from base64 import b64encode
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

from cryptography import x509
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from estate_app.sandbox.book import VENDOR_ZONE, Order, OrderBookError, Refund, after, new_token, new_transaction_id
from estate_app.sandbox.config import UNIONPAY_MERCHANT_ID
from estate_app.sandbox.courier import Notice, Tamper
from estate_app.sandbox.runtime import ReturnTarget, Sandbox
from estate_app.sandbox.signing import is_signed, private_key, sign, spoil
from estate_app.sandbox.unionpay_bill import settlement_day, write_settlement_zip

CHANNEL = "unionpay"
ERRORS = {
    "not_found": ("34", "查无此交易"),
    "paid": ("12", "重复交易"),
    "closed": ("35", "订单已过支付有效期"),
    "exists": ("12", "重复交易"),
    "not_paid": ("36", "交易状态不允许"),
    "too_much": ("61", "金额超限"),
    "differs": ("12", "重复交易"),
}
STATES = {
    "paid": ("00", "成功"),
    "failed": ("51", "可用余额不足"),
    "closed": ("35", "订单已过支付有效期"),
    "awaiting": ("05", "交易已受理"),
}
VOID = "31"
Fields = dict[str, str]


class Unionpay:
    """The vendor's side of purchases, refunds and settlement files."""

    channel = CHANNEL
    name = "银联在线支付"
    # UnionPay, 后台通知: at most five times, after 1, 2, 4 and 5 minutes.
    resend_schedule: tuple[float, ...] = (60, 120, 240, 300)

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._signer_key = private_key(sandbox.keys.unionpay_signer_private)
        self._merchant_key = private_key(sandbox.keys.unionpay_merchant_private).public_key()
        merchant = x509.load_pem_x509_certificate(sandbox.keys.unionpay_merchant_certificate.encode())
        self._merchant_cert_id = str(merchant.serial_number)
        # The real server's certificate comes with Windows line ends, which are part of what is signed.
        self._signer_certificate = sandbox.keys.unionpay_signer_certificate.strip().replace("\n", "\r\n")

    def open(self, fields: Fields) -> Response:
        """Take the form of the payer's browser (frontTransReq)."""
        if not self._is_genuine(fields):
            return Response("respCode=11&respMsg=验证签名失败", 400, media_type="text/plain;charset=utf-8")
        order = Order(
            channel=CHANNEL,
            order_no=fields["orderId"],
            amount_fen=int(fields["txnAmt"]),
            description=fields.get("orderDesc") or fields["orderId"],
            way="gateway",
            notify_url=fields.get("backUrl", ""),
            created_at=self._sandbox.config.now().isoformat(),
            token=new_token(),
            return_url=fields.get("frontUrl", ""),
            expires_at=_instant(fields["payTimeout"]) if fields.get("payTimeout") else "",
            extra={"txnTime": fields["txnTime"]},
        )
        try:
            opened = self._sandbox.book.open(order)
        except OrderBookError as error:
            code, message = ERRORS[error.code]
            return Response(f"respCode={code}&respMsg={message}", 400, media_type="text/plain;charset=utf-8")
        return RedirectResponse(f"/cashier/{opened.token}", 303)

    def handle(self, call: str, fields: Fields) -> Response:
        """Answer a server's call: queryTrans, backTransReq or a settlement file."""
        if not self._is_genuine(fields):
            return _plain({"respCode": "11", "respMsg": "验证签名失败"})
        echoed = {name: fields[name] for name in ("merId", "txnType", "txnSubType", "bizType", "txnTime", "orderId") if fields.get(name)}
        try:
            content = {"query": self._query, "back": self._refund, "file": self._settlement_file}[call](fields)
        except OrderBookError as error:
            code, message = ERRORS[error.code]
            content = {"respCode": code, "respMsg": message}
        return _plain(self._signed(echoed | content))

    def payment_notice(self, order: Order, tamper: Tamper) -> Notice:
        """Build the back notice of a purchase."""
        fields = self._payment_fields(order) | {"txnAmt": str(order.amount_fen + int(tamper.wrong_amount))}
        return self._notice(order.notify_url, fields, tamper)

    def refund_notice(self, refund: Refund, tamper: Tamper) -> Notice:
        """Build the back notice of a refund."""
        fields = self._refund_fields(refund) | {"txnAmt": str(refund.amount_fen + int(tamper.wrong_amount))}
        return self._notice(refund.notify_url, fields | {"respCode": "00", "respMsg": "成功"}, tamper)

    def is_accepted(self, status: int, body: bytes) -> bool:  # noqa: ARG002
        """UnionPay looks at the status alone."""
        return status == 200

    def return_target(self, order: Order, fallback_url: str) -> ReturnTarget:
        """Post the signed outcome to the merchant's front page."""
        if order.state != "paid" or not order.return_url:
            return ReturnTarget(order.return_url or fallback_url, {})
        return ReturnTarget(order.return_url, self._signed(self._payment_fields(order)))

    def _query(self, fields: Fields) -> Fields:
        number, moment = fields.get("orderId", ""), fields.get("txnTime", "")
        refund = self._sandbox.book.find_refund(CHANNEL, number)
        if refund is not None and refund.extra.get("txnTime") == moment:
            code, message = ("00", "成功") if self._sandbox.book.is_done(refund) else ("05", "交易已受理")
            return {**self._refund_fields(refund), "respCode": "00", "respMsg": "成功", "origRespCode": code, "origRespMsg": message}
        order = self._sandbox.book.require(CHANNEL, number)
        if order.extra.get("txnTime") != moment:
            raise OrderBookError("not_found")
        code, message = STATES[order.state]
        return {**self._payment_fields(order), "origRespCode": code, "origRespMsg": message}

    def _refund(self, fields: Fields) -> Fields:
        order = self._sandbox.book.by_transaction(CHANNEL, fields.get("origQryId", ""))
        if order is None:
            raise OrderBookError("not_found")
        now, kind = self._sandbox.config.now(), fields["txnType"]
        if kind == VOID and not (_is_today(order, now) and int(fields["txnAmt"]) == order.amount_fen):
            # 消费撤销 undoes a whole purchase before the settlement day turns; afterwards there is 退货 only.
            raise OrderBookError("not_paid")
        wanted = Refund(
            channel=CHANNEL,
            refund_no=fields["orderId"],
            order_no=order.order_no,
            transaction_id=order.transaction_id,
            refund_id=new_transaction_id(CHANNEL, now),
            amount_fen=int(fields["txnAmt"]),
            total_fen=order.amount_fen,
            reason="",
            notify_url=fields.get("backUrl", ""),
            requested_at=now.isoformat(),
            done_at=after(now, self._sandbox.config.refund_seconds),
            notice="due" if fields.get("backUrl") else "",
            extra={"txnTime": fields["txnTime"], "txnType": kind},
        )
        refund = self._sandbox.book.refund(wanted)
        if refund.refund_id == wanted.refund_id and refund.notice == "due":
            self._sandbox.announce_refund(refund)
        return {"respCode": "00", "respMsg": "成功", "queryId": refund.refund_id}

    def _settlement_file(self, fields: Fields) -> Fields:
        local = self._sandbox.config.now().astimezone(VENDOR_ZONE).date()
        day = datetime.strptime(f"{local.year}{fields['settleDate']}", "%Y%m%d").replace(tzinfo=VENDOR_ZONE).date()
        if day > local:
            day = day.replace(year=day.year - 1)
        packed = write_settlement_zip(self._sandbox.book, day) if day < local else None
        if packed is None:
            return {"respCode": "98", "respMsg": "文件不存在", "settleDate": fields["settleDate"]}
        name = f"{UNIONPAY_MERCHANT_ID}_{day:%Y%m%d}.zip"
        return {"respCode": "00", "respMsg": "成功", "fileName": name, "fileContent": b64encode(zlib.compress(packed)).decode()}

    def _payment_fields(self, order: Order) -> Fields:
        fields = {
            "accNo": "6216***********0018",
            "accessType": "0",
            "bizType": "000201",
            "currencyCode": "156",
            "merId": UNIONPAY_MERCHANT_ID,
            "orderId": order.order_no,
            "queryId": order.transaction_id,
            "respCode": "00",
            "respMsg": "成功[0000000]",
            "txnAmt": str(order.amount_fen),
            "txnSubType": "01",
            "txnTime": order.extra.get("txnTime", ""),
            "txnType": "01",
        }
        return fields | (_trace(order.paid_at, order.amount_fen, order.transaction_id) if order.paid_at else {})

    def _refund_fields(self, refund: Refund) -> Fields:
        return {
            "accessType": "0",
            "bizType": "000201",
            "currencyCode": "156",
            "merId": UNIONPAY_MERCHANT_ID,
            "orderId": refund.refund_no,
            "origQryId": refund.transaction_id,
            "queryId": refund.refund_id,
            "txnAmt": str(refund.amount_fen),
            "txnSubType": "00",
            "txnTime": refund.extra.get("txnTime", ""),
            "txnType": refund.extra.get("txnType", "04"),
            **_trace(refund.done_at, refund.amount_fen, refund.refund_id),
        }

    def _notice(self, url: str, fields: Fields, tamper: Tamper) -> Notice:
        signed = self._signed(fields)
        if tamper.bad_signature:
            signed["signature"] = spoil(signed["signature"])
        return Notice(url, {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}, urlencode(signed).encode())

    def _signed(self, fields: Fields) -> Fields:
        content = {"encoding": "UTF-8", "signMethod": "01", "version": "5.1.0", "signPubKeyCert": self._signer_certificate, **fields}
        filled = {name: value for name, value in content.items() if value}
        return filled | {"signature": sign(self._signer_key, _digest(filled))}

    def _is_genuine(self, fields: Fields) -> bool:
        is_ours = fields.get("merId") == UNIONPAY_MERCHANT_ID and fields.get("certId") == self._merchant_cert_id
        return is_ours and is_signed(self._merchant_key, _digest(fields), fields.get("signature", ""))


def unionpay_router(vendor: Unionpay) -> APIRouter:
    """Return the routes of the gateway and of the file host."""
    router = APIRouter(include_in_schema=False)

    async def form(request: Request) -> Fields:
        return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))

    @router.post("/gateway/api/frontTransReq.do")
    async def front(request: Request) -> Response:
        return await run_in_threadpool(vendor.open, await form(request))

    @router.post("/gateway/api/queryTrans.do")
    async def query(request: Request) -> Response:
        return await run_in_threadpool(vendor.handle, "query", await form(request))

    @router.post("/gateway/api/backTransReq.do")
    async def back(request: Request) -> Response:
        return await run_in_threadpool(vendor.handle, "back", await form(request))

    @router.post("/unionpay-files/")
    async def file(request: Request) -> Response:
        return await run_in_threadpool(vendor.handle, "file", await form(request))

    return router


def _digest(fields: Fields) -> bytes:
    text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if value and name != "signature")
    return hashlib.sha256(text.encode()).hexdigest().encode()


def _plain(fields: Fields) -> Response:
    # Synchronous answers are not URL-encoded.
    return Response("&".join(f"{name}={value}" for name, value in fields.items()), media_type="text/html;charset=UTF-8")


def _trace(instant: str, amount_fen: int, number: str) -> Fields:
    local = datetime.fromisoformat(instant).astimezone(VENDOR_ZONE)
    settled = settlement_day(local)
    return {
        "settleAmt": str(amount_fen),
        "settleCurrencyCode": "156",
        "settleDate": f"{settled:%m%d}",
        "traceNo": number[-6:],
        "traceTime": f"{local:%m%d%H%M%S}",
    }


def _is_today(order: Order, now: datetime) -> bool:
    """Whether an order was paid on the settlement day of now."""
    return bool(order.paid_at) and settlement_day(datetime.fromisoformat(order.paid_at).astimezone(VENDOR_ZONE)) == settlement_day(
        now.astimezone(VENDOR_ZONE)
    )


def _instant(stamp: str) -> str:
    return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=VENDOR_ZONE).astimezone(UTC).isoformat()
