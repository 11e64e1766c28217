"""The sandbox's levers for tests and demonstrations: faults, payments without a page, waiting callbacks, received messages."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from estate_app.sandbox.book import Order, new_token
from estate_app.sandbox.cashier import OUTCOMES, act
from estate_app.sandbox.faults import Fault
from estate_app.sandbox.mini_program import MiniProgram, openid_of
from estate_app.sandbox.runtime import Sandbox


class FaultRequest(BaseModel):
    """Faults of `channel` (wechat, alipay, unionpay, mini_program, sms); `order_no` narrows callback faults to one order."""

    channel: str
    fault: Fault
    times: Annotated[int, Field(ge=1, le=1000)] = 1
    order_no: str = ""


class PayRequest(BaseModel):
    """Press a button of an order's cashier: pay, fail or leave."""

    channel: str = "wechat"
    order_no: str
    action: str = "pay"


class GrantRequest(BaseModel):
    """A person agrees to subscribe messages."""

    openid: str
    template_id: str
    count: Annotated[int, Field(ge=1)] = 1


class PastPayment(BaseModel):
    """A payment of the past for demonstration data, so that statements and queries know it."""

    channel: str
    order_no: str
    transaction_id: str
    amount_fen: Annotated[int, Field(ge=1)]
    paid_at: datetime
    description: str
    way: str = "native"
    payer: str = ""


def fault_router(sandbox: Sandbox) -> APIRouter:
    """Return the levers of faults."""
    router = APIRouter(prefix="/control")

    @router.get("/faults")
    def planned_faults() -> list[dict[str, Any]]:
        return [asdict(plan) for plan in sandbox.faults.planned()]

    @router.post("/faults")
    def plan_fault(request: FaultRequest) -> list[dict[str, Any]]:
        sandbox.faults.add(request.channel, request.fault, times=request.times, order_no=request.order_no)
        return planned_faults()

    @router.delete("/faults")
    def clear_faults() -> list[dict[str, Any]]:
        sandbox.faults.clear()
        return []

    return router


def payment_control_router(sandbox: Sandbox) -> APIRouter:
    """Return the levers of payments and their callbacks."""
    router = APIRouter(prefix="/control")

    @router.post("/pay")
    def pay(request: PayRequest) -> dict[str, str]:
        order = sandbox.book.find(request.channel, request.order_no)
        if order is None or request.action not in OUTCOMES:
            raise HTTPException(404, "no such order or action")
        return {"outcome": act(sandbox, order, request.action), "order_no": order.order_no}

    @router.post("/deliver")
    def deliver() -> dict[str, str]:
        sandbox.courier.deliver_now()
        return {"outcome": "ok"}

    @router.get("/waiting")
    def waiting() -> dict[str, int]:
        return {"callbacks": sandbox.courier.waiting}

    @router.get("/callbacks")
    def callbacks() -> list[dict[str, Any]]:
        return [asdict(attempt) for attempt in list(sandbox.courier.log)]

    @router.get("/orders/{channel}/{order_no}")
    def order(channel: str, order_no: str) -> dict[str, Any]:
        found = sandbox.book.find(channel, order_no)
        if found is None:
            raise HTTPException(404, "no such order")
        return {**asdict(found), "cashier_url": f"{sandbox.config.base_url}/cashier/{found.token}"}

    @router.post("/past-payments")
    def past_payments(payments: list[PastPayment]) -> dict[str, int]:
        return {"added": sum(sandbox.book.import_paid(_past_order(payment)) for payment in payments)}

    return router


def message_control_router(sandbox: Sandbox, mini_program: MiniProgram) -> APIRouter:
    """Return the levers of messages and of the mini-program."""
    router = APIRouter(prefix="/control")

    @router.get("/messages")
    def messages(to: str = "") -> list[dict[str, Any]]:
        return [message for message in sandbox.store.all("message") if to in {"", message["to"]}]

    @router.post("/grants")
    def grant(request: GrantRequest) -> dict[str, int]:
        return {"left": mini_program.grant(request.openid, request.template_id, request.count)}

    @router.get("/openid/{person}")
    def openid(person: str) -> dict[str, str]:
        return {"openid": openid_of(person)}

    @router.post("/expire-token")
    def expire_token() -> dict[str, str]:
        mini_program.expire_token()
        return {"outcome": "ok"}

    return router


def _past_order(payment: PastPayment) -> Order:
    return Order(
        channel=payment.channel,
        order_no=payment.order_no,
        amount_fen=payment.amount_fen,
        description=payment.description,
        way=payment.way,
        notify_url="",
        created_at=payment.paid_at.isoformat(),
        token=new_token(),
        transaction_id=payment.transaction_id,
        paid_at=payment.paid_at.isoformat(),
        payer=payment.payer,
    )
