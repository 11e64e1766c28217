"""Reads Alipay's business bill: a zip of GBK CSV files with `#` comment lines. Pure.

Layout after a real bill of 2019 (alipay.data.dataservice.bill.downloadurl.query, bill_type `trade`): texts end with a tab,
refunds are negative, the member's name is GBK without the flag that would say so.
"""

import csv
import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date

from estate_app.payment.channel import Channel
from estate_app.payment.gateways.contract import Statement, StatementKind, StatementRow, StatementTotals
from estate_app.payment.gateways.wire import fee_fen_from_yuan, fen_from_yuan, vendor_time

DETAIL_NAME = "业务明细"
SUMMARY_NAME = "汇总"
UTF8_NAME_FLAG = 0x800
PAID_TOTAL = re.compile(r"#交易合计：(\d+)笔，商家实收共(-?[\d.]+)元")
REFUNDED_TOTAL = re.compile(r"#退款合计：(\d+)笔，商家实收退款共(-?[\d.]+)元")


def unpack_alipay_statement(packed: bytes) -> bytes:
    """Return the detail file of the zip. Raises ValueError when there is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            for info in archive.infolist():
                name = _member_name(info)
                if DETAIL_NAME in name and SUMMARY_NAME not in name:
                    return archive.read(info)
    except zipfile.BadZipFile as error:
        raise ValueError("the bill is no zip file") from error
    raise ValueError("the zip holds no detail file")


def parse_alipay_statement(day: date, raw: bytes) -> Statement:
    """Read an unpacked business bill. Raises ValueError for a file that is none."""
    text = raw.decode("gbk")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines or not lines[0].startswith("支付宝交易号"):
        raise ValueError("not an Alipay business bill: the first column is not 支付宝交易号")
    names, *records = ([value.strip() for value in record] for record in csv.reader(lines))
    if any(len(record) != len(names) for record in records):
        raise ValueError("a line of the bill has another number of values than there are columns")
    rows = tuple(_read_row(dict(zip(names, record, strict=True))) for record in records)
    return Statement(Channel.alipay, day, rows, raw, _read_totals(text, rows))


def _read_row(record: Mapping[str, str]) -> StatementRow:
    is_refund = record["业务类型"] == "退款"
    # The bill prints what the merchant pays as a fee or gets back of it; only the size is the same in all years.
    fee = abs(fee_fen_from_yuan(record.get("服务费（元）", "")))
    return StatementRow(
        kind=StatementKind.refund if is_refund else StatementKind.payment,
        order_no=record["商户订单号"],
        transaction_id=record["支付宝交易号"],
        amount_fen=abs(fen_from_yuan(record["订单金额（元）"])),
        fee_fen=-fee if is_refund else fee,
        traded_at=vendor_time(record["完成时间"]),
        state=record["业务类型"],
        refund_no=record.get("退款批次号/请求号", "") if is_refund else "",
    )


def _read_totals(text: str, rows: tuple[StatementRow, ...]) -> StatementTotals | None:
    paid, refunded = PAID_TOTAL.search(text), REFUNDED_TOTAL.search(text)
    if paid is None or refunded is None:
        return None
    return StatementTotals(
        count=int(paid[1]) + int(refunded[1]),
        paid_fen=fen_from_yuan(paid[2]),
        refunded_fen=abs(fen_from_yuan(refunded[2])),
        # The footer has no sum of fees.
        fee_fen=sum(row.fee_fen for row in rows),
    )


def _member_name(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & UTF8_NAME_FLAG:
        return info.filename
    return info.filename.encode("cp437").decode("gbk", "replace")
