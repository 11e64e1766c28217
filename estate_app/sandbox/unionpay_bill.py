"""Writes UnionPay's settlement file: a ZM member of fixed-width GBK lines in a zip."""

import io
import zipfile
from datetime import date, datetime, timedelta

from estate_app.payment.gateways.unionpay_statement import ZM_FIELDS
from estate_app.sandbox.book import VENDOR_ZONE, Order, OrderBook, Refund, fee_of
from estate_app.sandbox.config import UNIONPAY_MERCHANT_ID

TURN = timedelta(hours=1)


def write_settlement_zip(book: OrderBook, day: date) -> bytes | None:
    """Return the zip of a settlement day (23:00 to 23:00), or None when nothing was settled."""
    days = (day - timedelta(days=1), day)
    orders = [order for each in days for order in book.paid_on("unionpay", each)]
    refunds = [refund for each in days for refund in book.refunded_on("unionpay", each)]
    lines = [_payment_line(order) for order in orders if _settled_on(order.paid_at) == day]
    lines += [_refund_line(refund) for refund in refunds if _settled_on(refund.done_at) == day]
    if not lines:
        return None
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"INN{day:%y%m%d}88ZM_{UNIONPAY_MERCHANT_ID}", b"".join(lines))
    return buffer.getvalue()


def _settled_on(instant: str) -> date:
    return settlement_day(datetime.fromisoformat(instant).astimezone(VENDOR_ZONE))


def settlement_day(local: datetime) -> date:
    """Return the settlement day of a moment in Shanghai: the day turns at 23:00."""
    return (local + TURN).date()


def _payment_line(order: Order) -> bytes:
    fee = order.fee_fen
    return _line(
        order.paid_at,
        order.amount_fen,
        {
            "交易代码": "S22",
            "查询流水号": order.transaction_id,
            "商户订单号": order.order_no,
            "商户手续费": f"D{fee:012d}",
            "结算金额": f"C{order.amount_fen - fee:012d}",
            "交易类型": "01",
            "交易子类": "01",
        },
    )


def _refund_line(refund: Refund) -> bytes:
    fee = fee_of(refund.amount_fen)
    return _line(
        refund.done_at,
        refund.amount_fen,
        {
            "交易代码": "S30",
            "查询流水号": refund.refund_id,
            "商户订单号": refund.refund_no,
            "原交易查询流水号": refund.transaction_id,
            "商户手续费": f"C{fee:012d}",
            "结算金额": f"D{refund.amount_fen - fee:012d}",
            "交易类型": refund.extra.get("txnType", "04"),
            "交易子类": "00",
        },
    )


def _line(instant: str, amount_fen: int, values: dict[str, str]) -> bytes:
    local = datetime.fromisoformat(instant).astimezone(VENDOR_ZONE)
    common = {
        "代理机构标识码": "01020000",
        "发送机构标识码": "01020000",
        "系统跟踪号": values["查询流水号"][-6:],
        "交易传输时间": f"{local:%m%d%H%M%S}",
        "账号": "6216***********0018",
        "交易金额": f"{amount_fen:012d}",
        "商户类别": "4900",
        "业务类型": "000201",
        "商户代码": UNIONPAY_MERCHANT_ID,
    }
    fields = common | values
    return b" ".join(fields.get(name, "").encode("gbk").ljust(width) for name, width in ZM_FIELDS) + b"\r\n"
