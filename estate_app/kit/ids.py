"""Numbers that people read: orders, bills, payments, receipts."""

from datetime import date


def dated_number(prefix: str, day: date, serial: int, *, width: int = 4) -> str:
    """`WX20261118-0027`: prefix, business date, serial of that day."""
    return f"{prefix}{day:%Y%m%d}-{serial:0{width}d}"


def monthly_number(prefix: str, month: date, serial: int, *, width: int = 5) -> str:
    """`ZD202611-30215`: prefix, month, serial of that month."""
    return f"{prefix}{month:%Y%m}-{serial:0{width}d}"
