"""A stand-in for an issuer of electronic invoices: takes a signed request, thinks for a moment, gives a number and a PDF.

A title that begins with 拒绝 is refused, so that the refusal can be tried.
"""

import base64
import hmac
import json
import re
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from estate_app.kit.money import format_yuan
from estate_app.kit.printing import build_pdf, paragraph
from estate_app.payment.gateways.invoice_http import PATH, signature
from estate_app.sandbox.config import INVOICE_KEY_ID, invoice_secret
from estate_app.sandbox.runtime import Sandbox

THINKING = timedelta(seconds=2)
FRESH_SECONDS = 300
_AUTHORIZATION = re.compile(r'EINV-HMAC-SHA256 key="([^"]+)",timestamp="(\d{1,12})",signature="([0-9a-f]{64})"')


class EInvoiceDesk:
    """The issuer's side."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._secret = invoice_secret(sandbox.keys)

    def is_signed(self, authorization: str, method: str, path: str, body: bytes) -> bool:
        """Whether a request is fresh and the taxpayer's own."""
        found = _AUTHORIZATION.fullmatch(authorization)
        if found is None or found[1] != INVOICE_KEY_ID:
            return False
        age = abs(self._sandbox.config.now().timestamp() - int(found[2]))
        return age <= FRESH_SECONDS and hmac.compare_digest(signature(self._secret, method, path, found[2], body), found[3])

    def submit(self, order: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Take a request; under a number that is known it answers how that one stands."""
        number = str(order["number"])
        if str(order["title"]).startswith("拒绝"):
            return 422, {"state": "rejected", "reason": "购买方名称与税号不符"}
        if sum(int(line["amount_fen"]) for line in order["lines"]) != int(order["amount_fen"]) or int(order["amount_fen"]) <= 0:
            return 422, {"state": "rejected", "reason": "明细与价税合计不符"}
        serial = len(self._sandbox.store.all("einvoice")) + 1
        now = self._sandbox.config.now()
        self._sandbox.store.add(
            "einvoice", number, {"order": order, "taken_at": now.isoformat(), "invoice_number": f"{now:%y}42200000{serial:010d}"}
        )
        return self.state(number)

    def state(self, number: str) -> tuple[int, dict[str, Any]]:
        """How a request stands: accepted at first, issued a moment later."""
        known = self._sandbox.store.get("einvoice", number)
        if known is None:
            return 404, {"state": "missing"}
        if self._sandbox.config.now().isoformat() < self._ready_at(known):
            return 202, {"state": "accepted"}
        file = base64.b64encode(_print(known["order"], known["invoice_number"])).decode()
        return 200, {"state": "issued", "invoice_number": known["invoice_number"], "pdf_base64": file}

    def _ready_at(self, known: dict[str, Any]) -> str:
        return (datetime.fromisoformat(known["taken_at"]) + THINKING).isoformat()


def _print(order: dict[str, Any], invoice_number: str) -> bytes:
    is_red = bool(order["reverses_number"])
    sign = -1 if is_red else 1
    story = [
        paragraph("电子发票（普通发票）" + ("（红字）" if is_red else ""), size=18, align="center", color="#8A2B2B", leading=30),
        paragraph("沙箱样票，不是税务凭证", size=9, align="center", color="#60646C"),
        paragraph(f"发票号码：{invoice_number}", size=10),
        paragraph(f"购买方：{order['title']}　{order['tax_number']}", size=10),
        paragraph(f"销售方：{order['seller']}", size=10),
        *[paragraph(f"*物业管理服务*{line['name']}　{format_yuan(sign * int(line['amount_fen']), sign=True)}") for line in order["lines"]],
        paragraph(f"价税合计：{format_yuan(sign * int(order['amount_fen']), sign=True)}", size=12),
    ]
    if is_red:
        story.append(paragraph(f"对应蓝字发票号码：{order['reverses_number']}", size=10))
    return build_pdf(story, title=f"发票 {invoice_number}", author=str(order["seller"]))


def einvoice_router(desk: EInvoiceDesk) -> APIRouter:
    """Return the two routes of the issuer."""
    router = APIRouter(include_in_schema=False)

    @router.post(PATH)
    async def submit(request: Request) -> JSONResponse:
        body = await request.body()
        if not desk.is_signed(request.headers.get("authorization", ""), "POST", PATH, body):
            return JSONResponse({"error": "signature"}, 401)
        status, content = desk.submit(json.loads(body))
        return JSONResponse(content, status)

    @router.get(PATH + "/{number}")
    async def state(number: str, request: Request) -> JSONResponse:
        if not desk.is_signed(request.headers.get("authorization", ""), "GET", f"{PATH}/{number}", b""):
            return JSONResponse({"error": "signature"}, 401)
        status, content = desk.state(number)
        return JSONResponse(content, status)

    return router
