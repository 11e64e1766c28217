"""Reads Alipay's business bill: a zip of GBK CSV files with `#` comment lines. Pure.

Layout after a real bill of 2019 (alipay.data.dataservice.bill.downloadurl.query, bill_type `trade`): texts end with a tab,
refunds are negative, the member's name is GBK without the flag that would say so.
"""

import csv
import re
import zipfile
from collections.abc import Mapping
from datetime import date

from estate_app.payment.channel import Channel
from estate_app.payment.gateways.contract import Statement, StatementError, StatementKind, StatementRow, StatementTotals
from estate_app.payment.gateways.statement import unzip_member
from estate_app.payment.gateways.wire import VENDOR_ZONE, fee_fen_from_yuan, fen_from_yuan, vendor_time

PAYMENT, REFUND = "交易", "退款"
FIRST_COLUMN = "支付宝交易号"
DETAIL_NAME = "业务明细"
SUMMARY_NAME = "汇总"
UTF8_NAME_FLAG = 0x800
BEGIN = re.compile(r"#起始日期：\[(\d{4})年(\d{2})月(\d{2})日")
END_OF_LIST = re.compile(r"^#-*业务明细列表结束", re.MULTILINE)
PAID_TOTAL = re.compile(r"#交易合计：(\d+)笔，商家实收共(-?[\d.]+)元")
REFUNDED_TOTAL = re.compile(r"#退款合计：(\d+)笔，商家实收退款共(-?[\d.]+)元")


def unpack_alipay_statement(packed: bytes) -> bytes:
    """Return the detail file of the zip. Raises StatementError when there is none."""

    def is_detail(info: zipfile.ZipInfo) -> bool:
        name = _member_name(info)
        return DETAIL_NAME in name and SUMMARY_NAME not in name

    found = unzip_member(packed, is_detail)
    if found is None:
        raise StatementError("not_a_statement", "the zip holds no detail file")
    return found[1]


def parse_alipay_statement(day: date, raw: bytes) -> Statement:
    """Read an unpacked business bill. Raises StatementError for anything but the whole bill of that day."""
    text = _text(raw)
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip() and not line.startswith("#")]
    if not lines or not lines[0].startswith(FIRST_COLUMN):
        raise StatementError("not_a_statement", f"the first column is not {FIRST_COLUMN}")
    try:
        records = _records(lines)
        rows = tuple(_read_row(record) for record in records)
        totals = _read_totals(text, rows)
        shop_fen = [fen_from_yuan(record["商家实收（元）"]) for record in records]
    except (KeyError, ValueError, csv.Error) as error:
        raise StatementError("unreadable_line", str(error)) from error
    if totals is None and not END_OF_LIST.search(text):
        raise StatementError("truncated", "neither the end of the list nor the totals follow the lines")
    begins = BEGIN.search(text)
    if begins and date(*map(int, begins.groups())) != day:
        raise StatementError("wrong_day", f"the bill begins on {begins[0]}")
    if any(row.traded_at.astimezone(VENDOR_ZONE).date() != day for row in rows):
        raise StatementError("wrong_day", f"a line is not of {day}")
    if totals is not None:
        _require_totals(totals, shop_fen)
    return Statement(Channel.alipay, day, rows, raw, totals)


def _text(raw: bytes) -> str:
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError as error:
        raise StatementError("wrong_charset", "a business bill is GBK") from error
    if FIRST_COLUMN in text:
        return text
    is_utf8 = FIRST_COLUMN.encode() in raw
    raise StatementError("wrong_charset" if is_utf8 else "not_a_statement", "a business bill is GBK and has a column 支付宝交易号")


def _records(lines: list[str]) -> list[dict[str, str]]:
    names, *records = ([value.strip() for value in record] for record in csv.reader(lines, strict=True))
    if any(len(record) != len(names) for record in records):
        raise ValueError("a line of the bill has another number of values than there are columns")
    return [dict(zip(names, record, strict=True)) for record in records]


def _require_totals(totals: StatementTotals, shop_fen: list[int]) -> None:
    # The footer sums what reached the merchant, not what was ordered: a coupon of the merchant's own lies between the two.
    paid, refunded = sum(fen for fen in shop_fen if fen > 0), -sum(fen for fen in shop_fen if fen < 0)
    if (totals.count, totals.paid_fen, totals.refunded_fen) != (len(shop_fen), paid, refunded):
        raise StatementError("truncated", "the lines are not those that the footer sums")


def _read_row(record: Mapping[str, str]) -> StatementRow:
    kind = record["业务类型"]
    if kind not in {PAYMENT, REFUND}:
        raise ValueError(f"a line of the kind {kind!r}")
    is_refund = kind == REFUND
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
