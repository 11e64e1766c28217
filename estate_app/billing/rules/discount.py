"""Discounts on a charge: a line of its own, for the days of the charge that the discount covers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from estate_app.billing.rules.values import WHOLE_BP, Line, format_milli
from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import round_half_up


@dataclass(frozen=True, slots=True)
class DatedDiscount:
    """A part of the price that is let go on the days from one to another, both included."""

    label: Message
    percent_bp: int
    starts_on: date
    ends_on: date


def discount_lines(lines: Sequence[Line], discounts: Sequence[DatedDiscount], *, first: date, last: date) -> list[Line]:
    """One negative line for each discount that meets the charge; lines without days of their own stand for all of first to last.

    Each is amount × days covered / days × percent, summed and rounded half up once. Together they never exceed the charge.
    """
    left = sum(line.amount_fen for line in lines)
    found = []
    for discount in discounts:
        exact = sum((_part(line, discount, first, last) for line in lines), Decimal(0))
        amount = min(round_half_up(exact), left)
        if amount > 0:
            left -= amount
            starts, ends = max(discount.starts_on, first), min(discount.ends_on, last)
            found.append(_line(discount, amount, starts, ends))
    return found


def _part(line: Line, discount: DatedDiscount, first: date, last: date) -> Decimal:
    begins, ends = line.from_on or first, line.to_on or last
    covered = (min(ends, discount.ends_on) - max(begins, discount.starts_on)).days + 1
    if covered <= 0:
        return Decimal(0)
    return Decimal(line.amount_fen * covered * discount.percent_bp) / ((ends - begins).days + 1) / WHOLE_BP


def _line(discount: DatedDiscount, amount: int, starts: date, ends: date) -> Line:
    note = msg("{percent}% off from {from_on} to {to_on}", percent=_percent(discount), from_on=starts.isoformat(), to_on=ends.isoformat())
    return Line(discount.label, 1_000, -amount * 100, -amount, note=note, from_on=starts, to_on=ends, is_adjustment=True)


def _percent(discount: DatedDiscount) -> str:
    return format_milli(discount.percent_bp * 10)
