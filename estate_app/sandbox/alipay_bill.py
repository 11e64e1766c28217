"""Writes Alipay's business bill: GBK CSV files, with GBK names, in a zip."""

import io
import zipfile
from datetime import date

from estate_app.sandbox.book import Order, OrderBook, Refund, fee_of, vendor_text
from estate_app.sandbox.config import ALIPAY_SELLER_ID

COLUMNS = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,"
    "支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注"
)
PAYER = "*业主(159****5620)"


def write_alipay_bill(book: OrderBook, day: date) -> bytes | None:
    """Return the zip, or None when nothing was traded."""
    orders, refunds = book.paid_on("alipay", day), book.refunded_on("alipay", day)
    if not orders and not refunds:
        return None
    lines = [
        "#支付宝业务明细查询",
        f"#账号：[{ALIPAY_SELLER_ID}0156]",
        f"#起始日期：[{day:%Y年%m月%d日} 00:00:00]   终止日期：[{day:%Y年%m月%d日} 24:00:00]",
        "#-----------------------------------------业务明细列表----------------------------------------",
        COLUMNS,
        *(_payment_line(order) for order in orders),
        *(_refund_line(book.require("alipay", refund.order_no), refund) for refund in refunds),
        "#-----------------------------------------业务明细列表结束------------------------------------",
        f"#交易合计：{len(orders)}笔，商家实收共{_yuan(sum(o.amount_fen for o in orders))}元，商家优惠共0.00元",
        f"#退款合计：{len(refunds)}笔，商家实收退款共{_yuan(-sum(r.amount_fen for r in refunds))}元，商家优惠退款共0.00元",
    ]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # Written through cp437, so that the name's bytes are GBK without the flag that would call them UTF-8, as in the real file.
        name = f"{ALIPAY_SELLER_ID}0156_{day:%Y%m%d}_业务明细.csv".encode("gbk").decode("cp437")
        member = _RawName(name)
        archive.writestr(member, ("\r\n".join(lines) + "\r\n").encode("gbk", "replace"), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


class _RawName(zipfile.ZipInfo):
    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the standard library's hook
        return self.filename.encode("cp437"), self.flag_bits


def _payment_line(order: Order) -> str:
    amount, fee = _yuan(order.amount_fen), _yuan(-order.fee_fen)
    return _line(order, "交易", vendor_text(order.paid_at), amount, "", fee)


def _refund_line(order: Order, refund: Refund) -> str:
    amount, fee = _yuan(-refund.amount_fen), _yuan(fee_of(refund.amount_fen))
    return _line(order, "退款", vendor_text(refund.done_at), amount, refund.refund_no, fee)


def _line(order: Order, kind: str, done: str, amount: str, refund_no: str, fee: str) -> str:
    name = order.description.replace(",", "，").replace('"', "”")
    values = [
        f"{order.transaction_id}\t", f"{order.order_no}\t", f"{kind}\t", name, vendor_text(order.created_at), done,
        "\t", "\t", "\t", "\t", PAYER, amount, amount, "0.00", "0.00", "0.00", "0.00", "0.00", "", "0.00\t", "0.00",
        f"{refund_no}\t", fee, "0.00", "",
    ]  # fmt: skip
    return ",".join(values)


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
