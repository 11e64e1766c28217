"""What a charge is made of: lines that keep their inputs, and the steps that led to them; with the text forms of both."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from estate_app.errors import InvalidError
from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import round_half_up

MILLI = 1_000
E4 = 10_000
WHOLE_BP = 10_000
# Nine digits before the point keep every product far inside 64 bits.
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,12})?")


def parse_milli(text: str, *, field: str | None = None) -> int:
    """Read a quantity with at most three decimals as thousandths; refuse more instead of rounding."""
    return _scaled(text, 3, msg("Write a quantity of zero or more with at most three decimals, such as 41.161"), field)


def parse_price(text: str, *, field: str | None = None) -> int:
    """Read a price in yuan with at most four decimals as ten-thousandths of a yuan; refuse more instead of rounding."""
    return _scaled(text, 4, msg("Write a price of zero or more with at most four decimals, such as 0.4883"), field)


def _scaled(text: str, decimals: int, refusal: Message, field: str | None) -> int:
    plain = text.strip()
    if not _NUMBER.fullmatch(plain):
        raise InvalidError(refusal, field=field)
    scaled = Decimal(plain).scaleb(decimals)
    if scaled != scaled.to_integral_value():
        raise InvalidError(refusal, field=field)
    return int(scaled)


def format_milli(milli: int) -> str:
    """Write thousandths as a plain decimal without needless zeros, `37.5`."""
    return _plain(Decimal(milli).scaleb(-3))


def format_price(price_e4: int) -> str:
    """Write ten-thousandths of a yuan with at least two decimals, `1.30`, `0.4883`."""
    sign = "-" if price_e4 < 0 else ""
    whole, rest = divmod(abs(price_e4), E4)
    return f"{sign}{whole}.{f'{rest:04d}'.rstrip('0').ljust(2, '0')}"


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def amount_fen(
    quantity_milli: int,
    price_e4: int,
    *,
    days: int = 1,
    of_days: int = 1,
    discount_bp: int = 0,
) -> int:
    """Multiply quantity, price, share of days and discount, and round half up to the fen once, at the end."""
    whole = quantity_milli * price_e4 * days * (WHOLE_BP - discount_bp)
    return round_half_up(Decimal(whole) / Decimal(MILLI * E4 // 100 * of_days * WHOLE_BP))


@dataclass(frozen=True, slots=True)
class DayShare:
    """How many of a month's days are charged; `from_on` and `to_on` are both charged."""

    from_on: date
    to_on: date
    days: int
    of_days: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a charge with everything it was computed from.

    `amount_fen` is `quantity × price × days / of_days × (1 − discount)`, rounded half up once; only an adjustment
    (`is_adjustment`) is the difference of two such lines.
    """

    label: Message
    quantity_milli: int
    price_e4: int
    amount_fen: int
    tier: int | None = None
    note: Message | None = None
    from_on: date | None = None
    to_on: date | None = None
    days: int = 1
    of_days: int = 1
    discount_bp: int = 0
    is_adjustment: bool = False

    @property
    def formula(self) -> str:
        """The arithmetic in figures, `94.56 × 1.30 × 15/31 × 80%`, the same in every language."""
        text = f"{format_milli(self.quantity_milli)} × {format_price(self.price_e4)}"
        if self.days != self.of_days:
            text += f" × {self.days}/{self.of_days}"
        if self.discount_bp:
            text += f" × {_plain(Decimal(WHOLE_BP - self.discount_bp) / 100)}%"
        return text


@dataclass(frozen=True, slots=True)
class Explanation:
    """A priced charge: its lines, and the steps (readings, tiers, price version) that a resident may read."""

    lines: tuple[Line, ...]
    steps: tuple[Message, ...] = ()

    @property
    def total_fen(self) -> int:
        """The sum of the lines; there is no other total."""
        return sum(line.amount_fen for line in self.lines)


def priced_line(
    label: Message,
    quantity_milli: int,
    price_e4: int,
    *,
    tier: int | None = None,
    share: DayShare | None = None,
    discount_bp: int = 0,
) -> Line:
    """Price one line; the only way a line that is not an adjustment comes to be."""
    days, of_days = (share.days, share.of_days) if share else (1, 1)
    amount = amount_fen(quantity_milli, price_e4, days=days, of_days=of_days, discount_bp=discount_bp)
    line = Line(label, quantity_milli, price_e4, amount, tier=tier, days=days, of_days=of_days, discount_bp=discount_bp)
    return replace(line, from_on=share.from_on, to_on=share.to_on) if share else line
