"""Money is an integer number of fen; this is the only place where it becomes text, and back."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg

MAX_FEN = 10**12
_YUAN = re.compile(r"[-−]?\d{1,11}(\.\d{1,2})?")


def round_half_up(amount: Decimal) -> int:
    """Round to a whole number, halves away from zero: the one rounding of money."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def format_yuan(fen: int, *, sign: bool = False) -> str:
    """Write fen as yuan with two decimals and thousands commas, `1,073.45`; `sign` puts ¥ before it."""
    whole, cents = divmod(abs(fen), 100)
    return f"{'−' if fen < 0 else ''}{'¥' if sign else ''}{whole:,}.{cents:02d}"


def parse_yuan(text: str, *, field: str | None = None) -> int:
    """Read yuan written by a person; refuse more than two decimals instead of rounding them away."""
    plain = text.strip().replace(",", "").replace("，", "").removeprefix("¥").removeprefix("￥").strip()
    if not _YUAN.fullmatch(plain):
        raise InvalidError(msg("Write an amount in yuan with at most two decimals, such as 120.50"), field=field)
    return int(Decimal(plain.replace("−", "-")) * 100)


def split_largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Split a whole by weights so that the parts sum to it exactly; ties go to the earlier part.

    Raises:
        ValueError: a weight is negative or all are zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and not all zero")
    sign = -1 if total < 0 else 1
    quotas = [divmod(abs(total) * w, whole) for w in weights]
    parts = [q for q, _ in quotas]
    order = sorted(range(len(weights)), key=lambda i: (-quotas[i][1], i))
    for i in order[: abs(total) - sum(parts)]:
        parts[i] += 1
    return [sign * p for p in parts]
