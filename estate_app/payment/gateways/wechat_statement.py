"""Reads WeChat Pay's trade bill. Pure.

The file is UTF-8 with a byte-order mark; every value is prefixed by a back-quote; the columns differ by year and kind of bill
(20, 24, 27, 29), so they are read by name (WeChat Pay v3, 申请交易账单; samples in WxJava `WxPayBillResultTest`).
"""

from collections.abc import Iterable, Mapping
from datetime import date

from estate_app.payment.channel import Channel
from estate_app.payment.gateways.contract import Statement, StatementError, StatementKind, StatementRow, StatementTotals
from estate_app.payment.gateways.statement import require_totals
from estate_app.payment.gateways.wire import fee_fen_from_yuan, fen_from_yuan, vendor_time

FOOTER_FIRST_COLUMN = "总交易单数"
# The newer layouts name the full amount 订单金额; 应结订单金额 is what is left after the merchant's own coupons.
PAID_COLUMNS = ("订单金额", "总金额", "应结订单金额")
REFUNDED_COLUMNS = ("申请退款金额", "退款金额")
TIME_OF_REFUND_COLUMNS = ("退款成功时间", "交易时间")
TIMES = ("交易时间", "退款申请时间", "退款成功时间")
FOOTER_LINES = 2
TOTAL_PAID_COLUMNS = ("订单总金额", "总交易额", "应结订单总金额")
TOTAL_REFUNDED_COLUMNS = ("申请退款总金额", "退款总金额", "总退款金额")


def parse_wechat_statement(day: date, raw: bytes) -> Statement:
    """Read a decompressed trade bill of any layout. Raises StatementError for anything but the whole bill of that day."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StatementError("wrong_charset", "a trade bill is UTF-8") from error
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    if not lines or not lines[0].startswith("交易时间"):
        raise StatementError("not_a_statement", "the first column is not 交易时间")
    footer_at = next((number for number, line in enumerate(lines) if line.startswith(FOOTER_FIRST_COLUMN)), len(lines))
    if len(lines) - footer_at != FOOTER_LINES:
        raise StatementError("truncated", "a trade bill ends with its two lines of totals")
    try:
        records = _records(lines[0], lines[1:footer_at])
        rows = tuple(_read_row(record) for record in records)
        totals = _read_totals(lines[footer_at:])
    except (KeyError, ValueError) as error:
        raise error if isinstance(error, StatementError) else StatementError("unreadable_line", str(error)) from error
    begins = day.isoformat()
    if any(not _is_of(begins, record) for record in records):
        raise StatementError("wrong_day", f"a line is not of {day}")
    require_totals(rows, totals)
    return Statement(Channel.wechat, day, rows, raw, totals)


def _is_of(day: str, record: Mapping[str, str]) -> bool:
    # A refund bill of 29 columns gives the time of the payment first; the refund was asked for or done on the day.
    return any(record.get(name, "").startswith(day) for name in TIMES)


def _records(header: str, lines: Iterable[str]) -> list[dict[str, str]]:
    names = header.split(",")
    records = []
    for line in lines:
        # A product's name may hold commas; only a comma before a back-quote ends a value.
        values = line.removeprefix("`").split(",`")
        if len(values) != len(names):
            raise ValueError(f"a line of the bill has {len(values)} values for {len(names)} columns")
        records.append(dict(zip(names, values, strict=True)))
    return records


def _read_row(record: Mapping[str, str]) -> StatementRow:
    is_refund = record.get("交易状态") == "REFUND"
    return StatementRow(
        kind=StatementKind.refund if is_refund else StatementKind.payment,
        order_no=record["商户订单号"],
        transaction_id=record["微信订单号"],
        amount_fen=fen_from_yuan(_first(record, REFUNDED_COLUMNS if is_refund else PAID_COLUMNS)),
        fee_fen=fee_fen_from_yuan(record.get("手续费", "")),
        traded_at=vendor_time(_first(record, TIME_OF_REFUND_COLUMNS) if is_refund else record["交易时间"]),
        state=record.get("退款状态", "") if is_refund else record.get("交易状态", ""),
        refund_no=record.get("商户退款单号", "") if is_refund else "",
        refund_id=record.get("微信退款单号", "") if is_refund else "",
        merchant_id=record.get("商户号", ""),
        app_id=record.get("公众账号ID", ""),
    )


def _read_totals(lines: list[str]) -> StatementTotals:
    (record,) = _records(lines[0], lines[1:])
    return StatementTotals(
        count=_whole(record[FOOTER_FIRST_COLUMN]),
        paid_fen=fen_from_yuan(_first(record, TOTAL_PAID_COLUMNS)),
        refunded_fen=fen_from_yuan(_first(record, TOTAL_REFUNDED_COLUMNS)),
        fee_fen=fee_fen_from_yuan(record["手续费总金额"]),
    )


def _whole(text: str) -> int:
    """Read a count; WeChat Pay's own sample writes 45 as `45.0`."""
    number, _, rest = text.strip().partition(".")
    if not (number.isascii() and number.isdigit()) or rest.strip("0"):
        raise ValueError(f"not a count: {text!r}")
    return int(number)


def _first(record: Mapping[str, str], names: tuple[str, ...]) -> str:
    for name in names:
        if record.get(name, "").strip():
            return record[name]
    raise ValueError(f"the bill has none of the columns {', '.join(names)}")
