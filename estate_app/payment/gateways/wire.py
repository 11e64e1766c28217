"""Amounts, times and numbers as vendors write them; shared by the gateways. Pure."""

import binascii
import re
from base64 import b64decode
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from estate_app.payment.gateways.contract import CallbackEvent

MAX_FEN = 10**13
"""A hundred billion yuan: whoever names more is mistaken."""
VENDOR_ZONE = ZoneInfo("Asia/Shanghai")
AMOUNT_PATTERN = re.compile(r"[+-]?[0-9]{1,13}(\.[0-9]{1,8})?")
TIME_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
NUMBER_PATTERN = re.compile(r"[0-9A-Za-z]{8,32}")
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def require_number(number: str) -> str:
    """Return the order or refund number, or raise ValueError when it does not fit all three vendors."""
    if not NUMBER_PATTERN.fullmatch(number):
        raise ValueError(f"order and refund numbers are 8 to 32 letters and digits, not {number!r}")
    return number


def yuan_from_fen(fen: int) -> str:
    """Write fen as yuan without separators, as vendors want it: 107345 → "1073.45"."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def fen_from_yuan(text: str) -> int:
    """Read an amount in yuan as fen. Raises ValueError for anything but a finite amount of whole fen."""
    fen = _decimal(text).scaleb(2)
    if fen != fen.to_integral_value():
        raise ValueError(f"not a whole number of fen: {text!r}")
    return int(fen)


def fee_fen_from_yuan(text: str) -> int:
    """Read a fee, which vendors print with up to five decimals, rounded half up to fen; an empty text is no fee."""
    if not text.strip():
        return 0
    return int(_decimal(text).scaleb(2).to_integral_value(rounding=ROUND_HALF_UP))


def _decimal(text: str) -> Decimal:
    plain = text.strip().removeprefix("¥").removeprefix("￥")
    if not AMOUNT_PATTERN.fullmatch(plain):
        # Decimal itself takes exponents, underscores, full-width digits and NaN.
        raise ValueError(f"not an amount: {text!r}")
    return Decimal(plain)


def vendor_time(text: str) -> datetime:
    """Read `2026-11-18 10:58:26`, a vendor's local time, as an instant in UTC."""
    plain = text.strip()
    if TIME_PATTERN.fullmatch(plain):
        # A day's statement holds a hundred thousand of them: strptime takes ten times as long.
        return utc_of(datetime.fromisoformat(plain).replace(tzinfo=VENDOR_ZONE))
    return utc_of(datetime.strptime(plain, "%Y-%m-%d %H:%M:%S").replace(tzinfo=VENDOR_ZONE))


def utc_of(moment: datetime) -> datetime:
    """Return an aware instant in UTC. Raises ValueError where UTC has no year for it, and for a time without its offset."""
    if moment.tzinfo is None:
        raise ValueError("a time without its offset")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"not a time: {moment!r}") from error


def checked_event(event: CallbackEvent) -> CallbackEvent:
    """Return an event whose texts and amount can be kept, or raise ValueError."""
    texts = ((event.external_id, 80), (event.order_no, 40), (event.transaction_id, 64), (event.merchant_id, 64), (event.refund_no, 32),
             (event.refund_id, 64), (event.currency, 16), (event.app_id, 64))  # fmt: skip
    if not event.external_id or any(len(text) > longest or not text.isprintable() for text, longest in texts):
        raise ValueError("a number that is empty, too long or not printable")
    if not 0 < event.amount_fen <= MAX_FEN:
        raise ValueError(f"not an amount: {event.amount_fen}")
    return event


def is_base64(text: str) -> bool:
    """Tell whether a signature is exact base64; the libraries read past what is not."""
    try:
        return bool(b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return False


def is_loopback(url: str) -> bool:
    """Tell whether a base URL points at this machine, where a proxy from the environment must be passed by."""
    return urlsplit(url).hostname in LOOPBACK_HOSTS
