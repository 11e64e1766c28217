"""Parts of a plan of instalments: equal sums by the largest remainder, a month apart."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from estate_app.errors import InvalidError
from estate_app.kit.clock import add_months
from estate_app.kit.i18n import msg
from estate_app.kit.money import split_largest_remainder

LEAST, MOST = 2, 24


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a plan."""

    position: int
    due_on: date
    amount_fen: int


def split_plan(total_fen: int, count: int, first_due_on: date) -> list[Part]:
    """Split a debt into 2 to 24 parts that sum to it; each is due on the same day of its month (or on the last one)."""
    if not LEAST <= count <= MOST:
        raise InvalidError(msg("A plan has between {least} and {most} parts", least=LEAST, most=MOST), field="count")
    if total_fen < count:
        raise InvalidError(msg("There is too little to split"), field="count")
    sums = split_largest_remainder(total_fen, [1] * count)
    return [Part(index + 1, _same_day(first_due_on, index), fen) for index, fen in enumerate(sums)]


def _same_day(first: date, months: int) -> date:
    month = add_months(first, months)
    return month.replace(day=min(first.day, monthrange(month.year, month.month)[1]))
