"""Numbers that people read: orders, bills, payments, receipts."""

from datetime import date


def dated_number(prefix: str, day: date, serial: int, *, width: int = 4) -> str:
    """`WX20261118-0027`: prefix, business date, serial of that day."""
    return f"{prefix}{day:%Y%m%d}-{serial:0{width}d}"


MONTHLY_WIDTH = 5


def monthly_number(prefix: str, month: date, serial: int, *, width: int = MONTHLY_WIDTH) -> str:
    """`ZD202611-30215`: prefix, month, serial of that month."""
    return f"{monthly_prefix(prefix, month)}{serial:0{width}d}"


def monthly_prefix(prefix: str, month: date) -> str:
    """`ZD202611-`: what all numbers of a month begin with."""
    return f"{prefix}{month:%Y%m}-"
