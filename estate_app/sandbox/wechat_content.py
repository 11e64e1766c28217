"""What WeChat Pay v3 says of an order and of a refund. Pure."""

from datetime import datetime
from typing import Any

from estate_app.sandbox.book import VENDOR_ZONE, Order, Refund
from estate_app.sandbox.config import APP_ID, MERCHANT_ID

TRADE_STATES = {
    "awaiting": ("NOTPAY", "订单未支付"),
    "paid": ("SUCCESS", "支付成功"),
    "failed": ("PAYERROR", "支付失败，银行卡余额不足"),
    "closed": ("CLOSED", "订单已关闭"),
}
TRADE_TYPES = {"native": "NATIVE", "jsapi": "JSAPI", "h5": "MWEB"}


def transaction_content(order: Order, *, is_refunded: bool) -> dict[str, Any]:
    """Return the order as queries answer it and as a payment notice holds it."""
    state, description = TRADE_STATES[order.state]
    if order.state == "paid" and is_refunded:
        state, description = "REFUND", "转入退款"
    content: dict[str, Any] = {
        "appid": APP_ID,
        "mchid": MERCHANT_ID,
        "out_trade_no": order.order_no,
        "trade_state": state,
        "trade_state_desc": description,
        "attach": order.extra.get("attach", ""),
        "amount": {"total": order.amount_fen, "currency": "CNY"},
    }
    if order.state == "paid":
        content |= {
            "transaction_id": order.transaction_id,
            "trade_type": TRADE_TYPES[order.way],
            "bank_type": "OTHERS",
            "success_time": wechat_time(order.paid_at),
            "payer": {"openid": order.payer},
        }
        content["amount"] |= {"payer_total": order.amount_fen, "payer_currency": "CNY"}
    return content


def refund_content(refund: Refund, *, is_done: bool) -> dict[str, Any]:
    """Return the refund as the refund call and its query answer it."""
    content = {
        "refund_id": refund.refund_id,
        "out_refund_no": refund.refund_no,
        "transaction_id": refund.transaction_id,
        "out_trade_no": refund.order_no,
        "channel": "ORIGINAL",
        "user_received_account": "支付用户零钱",
        "create_time": wechat_time(refund.requested_at),
        "status": "SUCCESS" if is_done else "PROCESSING",
        "funds_account": "AVAILABLE",
        "amount": {
            "total": refund.total_fen,
            "refund": refund.amount_fen,
            "payer_total": refund.total_fen,
            "payer_refund": refund.amount_fen,
            "settlement_refund": refund.amount_fen,
            "settlement_total": refund.total_fen,
            "discount_refund": 0,
            "currency": "CNY",
        },
    }
    return {**content, "success_time": wechat_time(refund.done_at)} if is_done else content


def refund_notice_content(refund: Refund) -> dict[str, Any]:
    """Return what a REFUND.SUCCESS notice holds; it names neither the app nor a currency."""
    return {
        "mchid": MERCHANT_ID,
        "transaction_id": refund.transaction_id,
        "out_trade_no": refund.order_no,
        "refund_id": refund.refund_id,
        "out_refund_no": refund.refund_no,
        "refund_status": "SUCCESS",
        "success_time": wechat_time(refund.done_at),
        "user_received_account": "支付用户零钱",
        "amount": {
            "total": refund.total_fen,
            "refund": refund.amount_fen,
            "payer_total": refund.total_fen,
            "payer_refund": refund.amount_fen,
        },
    }


def wechat_time(instant: str) -> str:
    """Write an ISO instant with Shanghai's offset."""
    return datetime.fromisoformat(instant).astimezone(VENDOR_ZONE).isoformat(timespec="seconds")
