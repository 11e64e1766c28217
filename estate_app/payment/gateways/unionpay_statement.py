"""Reads UnionPay's settlement file (ZM): fixed widths in bytes of GBK, amounts in fen, signs as C and D. Pure.

The layout is the published one (对账文件格式 ZM); two readers of it agree (playniuniu/python-unionpay, lyonliyang/demo). Lines of the
official SDK have a space between fields, those of V2.5 have none: the fourth byte tells.
"""

import binascii
import re
import zlib
from base64 import b64decode
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from estate_app.payment.channel import Channel
from estate_app.payment.gateways.contract import Statement, StatementError, StatementKind, StatementRow
from estate_app.payment.gateways.statement import MAX_BYTES, unzip_member
from estate_app.payment.gateways.wire import VENDOR_ZONE

ZM_FIELDS = (
    ("交易代码", 3), ("代理机构标识码", 11), ("发送机构标识码", 11), ("系统跟踪号", 6), ("交易传输时间", 10), ("账号", 19),
    ("交易金额", 12), ("商户类别", 4), ("终端类型", 2), ("查询流水号", 21), ("支付方式旧", 2), ("商户订单号", 32), ("支付卡类型", 2),
    ("原始交易的系统跟踪号", 6), ("原始交易日期时间", 10), ("商户手续费", 13), ("结算金额", 13), ("支付方式", 4), ("集团商户代码", 15),
    ("交易类型", 2), ("交易子类", 2), ("业务类型", 6), ("账号类型", 2), ("账单类型", 4), ("账单号码", 32), ("交互方式", 1),
    ("原交易查询流水号", 21), ("商户代码", 15), ("分账入账方式", 1), ("二级商户代码", 15), ("二级商户简称", 32),
    ("二级商户分账入账金额", 13), ("清算净额", 13), ("终端号", 8), ("商户自定义域", 32), ("优惠金额", 13), ("发票金额", 13),
    ("分期付款附加手续费", 12), ("分期付款期数", 2), ("交易介质", 1), ("保留使用", 131),
)  # fmt: skip
STARTS = dict(zip((name for name, _ in ZM_FIELDS), accumulate((width for _, width in ZM_FIELDS), initial=0), strict=False))
WIDTHS = dict(ZM_FIELDS)
ORDINALS = {name: number for number, (name, _) in enumerate(ZM_FIELDS)}
LONGEST = sum(WIDTHS.values()) + len(ZM_FIELDS) - 1
NAMED_DAY = re.compile(r"INN(\d{6})88ZM_")
TIME_DIGITS, HALF_A_YEAR = 10, 180
PAYMENT_TYPE = "01"
REFUND_TYPES = frozenset({"04", "31"})
SECOND = "R"
"""Ends the number of the refund that takes the place of a refused void; our own numbers end with a digit."""


def unpack_unionpay_statement(content: str, day: date | None = None) -> bytes:
    """Return the ZM file of `fileContent` (base64 of zlib of a zip), empty when the zip holds none.

    Raises StatementError; also when `day` is given and the member's name tells another one.
    """
    try:
        inflater = zlib.decompressobj()
        packed = inflater.decompress(b64decode(content, validate=True), MAX_BYTES)
    except (zlib.error, binascii.Error) as error:
        raise StatementError("not_a_statement", "the settlement file cannot be unpacked") from error
    if not inflater.eof:
        raise StatementError("truncated", "the settlement file ends too early")
    found = unzip_member(packed, lambda info: "ZM_" in info.filename)
    if found is None:
        return b""
    name, raw = found
    named = NAMED_DAY.match(name.rpartition("/")[2])
    if day is not None and named and named[1] != f"{day:%y%m%d}":
        raise StatementError("wrong_day", name)
    return raw


def parse_unionpay_statement(day: date, raw: bytes) -> Statement:
    """Read a ZM file of a settlement day. Raises StatementError for anything but the whole file of that day."""
    lines = [line.rstrip(b"\r") for line in raw.split(b"\n") if line.strip()]
    if len({len(line) for line in lines}) > 1:
        # Fixed widths: a shorter line was cut off, a longer one is in another character set.
        raise StatementError("truncated", "the lines are not of one length")
    if lines and len(lines[0]) > LONGEST:
        raise StatementError("wrong_charset", "a line is longer than its fields in GBK")
    try:
        rows = tuple(row for row in (_read_row(day, line) for line in lines) if row is not None)
    except StatementError:
        raise
    except UnicodeDecodeError as error:
        raise StatementError("wrong_charset", "a settlement file is GBK") from error
    except ValueError as error:
        raise StatementError("unreadable_line", str(error)) from error
    # A settlement day runs from 23:00 to 23:00; the turn may be some minutes off.
    begins = datetime.combine(day, time(0), VENDOR_ZONE) - timedelta(hours=2)
    if any(not begins <= row.traded_at < begins + timedelta(hours=26) for row in rows):
        raise StatementError("wrong_day", f"a line is not of {day}")
    return Statement(Channel.unionpay, day, rows, raw)


def _read_row(day: date, line: bytes) -> StatementRow | None:
    line.decode("gbk")
    kind = _field(line, "交易类型")
    if kind != PAYMENT_TYPE and kind not in REFUND_TYPES:
        return None  # Not a purchase of ours: pre-authorisations, payouts.
    is_refund = kind in REFUND_TYPES
    number, query_id = _field(line, "商户订单号"), _field(line, "查询流水号")
    return StatementRow(
        kind=StatementKind.refund if is_refund else StatementKind.payment,
        # A refund is an order of its own at UnionPay and names the payment only by the payment's query number.
        order_no="" if is_refund else number,
        transaction_id=_field(line, "原交易查询流水号") if is_refund else query_id,
        amount_fen=_whole_fen(_field(line, "交易金额")),
        fee_fen=_signed_fen(_field(line, "商户手续费")),
        traded_at=full_time(_field(line, "交易传输时间"), day),
        state=kind,
        refund_no=number.removesuffix(SECOND) if is_refund else "",
        refund_id=query_id if is_refund else "",
        merchant_id=_field(line, "商户代码"),
    )


def _field(line: bytes, name: str) -> str:
    start = STARTS[name] + (ORDINALS[name] if line[3:4] == b" " else 0)
    value = line[start : start + WIDTHS[name]]
    if len(value) < WIDTHS[name]:
        raise ValueError("a line of the settlement file is too short")
    return value.decode("gbk").strip()


def _signed_fen(text: str) -> int:
    # D takes from the merchant: a fee. C gives back.
    if not text:
        return 0
    if text[0] not in "CD":
        raise ValueError(f"an amount without its side: {text!r}")
    return _whole_fen(text[1:]) * (1 if text[0] == "D" else -1)


def _whole_fen(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"not an amount in fen: {text!r}")
    return int(text)


def full_time(text: str, near: date) -> datetime:
    """Read MMDDhhmmss of Shanghai, which has no year, as the instant closest to a date, in UTC."""
    if not (len(text) == TIME_DIGITS and text.isascii() and text.isdigit()):
        raise ValueError(f"not a time: {text!r}")
    month, day, hour, minute, second = (int(text[at : at + 2]) for at in range(0, TIME_DIGITS, 2))
    found: datetime | None = None
    for year in (near.year, near.year - 1, near.year + 1):
        try:
            moment = datetime(year, month, day, hour, minute, second, tzinfo=VENDOR_ZONE)
        except ValueError:
            continue  # 29 February exists in one of the years only.
        apart = abs((moment.date() - near).days)
        if apart <= HALF_A_YEAR:
            return moment.astimezone(UTC)
        if found is None or apart < abs((found.date() - near).days):
            found = moment
    if found is None:
        raise ValueError(f"not a time: {text!r}")
    return found.astimezone(UTC)
