"""The cashier that a QR code, a redirect or a mini-program leads to."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from estate_app.sandbox.book import Order, OrderBookError
from estate_app.sandbox.pages import cashier_page, messages_page, missing_page, result_page
from estate_app.sandbox.runtime import Sandbox
from estate_app.sandbox.wechat_pay import WechatPay

OUTCOMES = {"pay": "paid", "fail": "failed", "leave": "left"}


def act(sandbox: Sandbox, order: Order, action: str, *, payer: str = "") -> str:
    """Do what the payer pressed (pay, fail, leave) and return the outcome to show."""
    try:
        if action == "pay":
            sandbox.announce_payment(sandbox.book.pay(order.channel, order.order_no, payer=payer))
        elif action == "fail":
            sandbox.book.fail(order.channel, order.order_no)
    except OrderBookError as error:
        return error.code
    return OUTCOMES[action]


def cashier_router(sandbox: Sandbox) -> APIRouter:
    """Return the pages of the cashier and of the received messages."""
    router = APIRouter(include_in_schema=False)

    def show(order: Order, outcome: str) -> HTMLResponse:
        vendor = sandbox.vendors[order.channel]
        target = vendor.return_target(order, sandbox.config.app_url)
        return HTMLResponse(result_page(order, vendor.name, outcome, target))

    @router.get("/cashier/{token}")
    def open_cashier(token: str, redirect_url: str = "", outcome: str = "") -> Response:
        order = sandbox.book.by_token(token)
        if order is None:
            return HTMLResponse(missing_page(), 404)
        if urlsplit(redirect_url).scheme in {"http", "https"} and not order.return_url:
            order.return_url = redirect_url
            sandbox.book.save(order)
        if order.state in {"paid", "closed"}:
            return show(order, order.state)
        if outcome in {"failed", "left"}:
            return show(order, outcome)
        return HTMLResponse(cashier_page(order, sandbox.vendors[order.channel].name))

    @router.post("/cashier/{token}")
    def press(token: str, action: Annotated[str, Form()]) -> Response:
        order = sandbox.book.by_token(token)
        if order is None or action not in OUTCOMES:
            return HTMLResponse(missing_page(), 404)
        outcome = act(sandbox, order, action)
        # A page that is reloaded after this must not press again.
        return RedirectResponse(f"/cashier/{token}?outcome={outcome}", 303)

    @router.get("/messages")
    def messages() -> HTMLResponse:
        return HTMLResponse(messages_page(sandbox.store.all("message")))

    return router


def wallet_router(sandbox: Sandbox, wechat: WechatPay) -> APIRouter:
    """Return the stand-in for what a phone does on `wx.requestPayment`."""
    router = APIRouter(include_in_schema=False)

    @router.post("/wallet/pay")
    def pay(parameters: dict[str, str]) -> Response:
        """Check paySign, then pay (or `action`: fail, leave)."""
        if not wechat.is_pay_sign(parameters):
            return JSONResponse({"errMsg": "requestPayment:fail 支付验证签名失败"}, 400)
        order = sandbox.book.by_token(parameters["package"].removeprefix("prepay_id=wx"))
        action = parameters.get("action", "pay")
        if order is None or action not in OUTCOMES:
            return JSONResponse({"errMsg": "requestPayment:fail"}, 400)
        if act(sandbox, order, action) == "paid":
            return JSONResponse({"errMsg": "requestPayment:ok"})
        reason = "requestPayment:fail cancel" if action == "leave" else "requestPayment:fail"
        return JSONResponse({"errMsg": reason}, 400)

    return router
