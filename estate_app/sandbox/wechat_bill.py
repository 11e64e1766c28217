"""Writes WeChat Pay's trade bill in the 27-column layout."""

from datetime import date

from estate_app.sandbox.book import Order, OrderBook, Refund, fee_of, vendor_text
from estate_app.sandbox.config import APP_ID, MERCHANT_ID

COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"
    "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
FOOTER = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
TRADE_TYPES = {"native": "NATIVE", "jsapi": "JSAPI", "h5": "MWEB"}


def write_trade_bill(book: OrderBook, day: date) -> bytes | None:
    """Return the file (BOM, CRLF, back-quotes, two-line footer), or None when nothing was traded."""
    orders, refunds = book.paid_on("wechat", day), book.refunded_on("wechat", day)
    if not orders and not refunds:
        return None
    lines = [COLUMNS]
    lines += [_line(_payment_fields(order)) for order in orders]
    lines += [_line(_refund_fields(book.require("wechat", refund.order_no), refund)) for refund in refunds]
    paid, refunded = sum(order.amount_fen for order in orders), sum(refund.amount_fen for refund in refunds)
    fees = sum(order.fee_fen for order in orders) - sum(fee_of(refund.amount_fen) for refund in refunds)
    totals = [str(len(orders) + len(refunds)), _yuan(paid), _yuan(refunded), "0.00", f"{_yuan(fees)}000", _yuan(paid), _yuan(refunded)]
    lines += [FOOTER, _line(totals)]
    return b"\xef\xbb\xbf" + ("\r\n".join(lines) + "\r\n").encode()


def _payment_fields(order: Order) -> list[str]:
    amount = _yuan(order.amount_fen)
    return [
        *_head(order, vendor_text(order.paid_at), "SUCCESS"),
        amount, "0.00", "0", "0", "0.00", "0.00", "", "", order.description, order.extra.get("attach", ""),
        f"{_yuan(order.fee_fen)}000", "0.60%", amount, "0.00", "",
    ]  # fmt: skip


def _refund_fields(order: Order, refund: Refund) -> list[str]:
    amount = _yuan(refund.amount_fen)
    return [
        *_head(order, vendor_text(refund.done_at), "REFUND"),
        "0.00", "0.00", refund.refund_id, refund.refund_no, amount, "0.00", "ORIGINAL", "SUCCESS", order.description,
        order.extra.get("attach", ""), f"{_yuan(-fee_of(refund.amount_fen))}000", "0.60%", "0.00", amount, "",
    ]  # fmt: skip


def _head(order: Order, moment: str, state: str) -> list[str]:
    return [
        moment, APP_ID, MERCHANT_ID, "0", "", order.transaction_id, order.order_no, order.payer,
        TRADE_TYPES[order.way], state, "OTHERS", "CNY",
    ]  # fmt: skip


def _line(values: list[str]) -> str:
    return ",".join(f"`{value}" for value in values)


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
