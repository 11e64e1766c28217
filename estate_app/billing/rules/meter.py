"""What a meter's readings mean: use, rollover, replacement, common loss, and the flags raised before billing."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from estate_app.billing.rules.values import MILLI, format_milli
from estate_app.errors import InvalidError
from estate_app.kit.i18n import Message, msg

MIN_HISTORY = 3
MAX_DIGITS = 9


class ReadingFlag(StrEnum):
    """Why a reading is looked at before it is billed."""

    zero = "zero"
    negative = "negative"
    spike = "spike"
    drop = "drop"


@dataclass(frozen=True, slots=True)
class Replacement:
    """A meter changed inside the period: the old one's last reading and the new one's first."""

    old_last_milli: int
    new_first_milli: int


@dataclass(frozen=True, slots=True)
class MeterUse:
    """Use found from readings, with the sentence that explains it."""

    usage_milli: int
    is_rollover: bool
    step: Message


def meter_use(
    *,
    previous_milli: int,
    current_milli: int,
    digits: int | None = None,
    multiplier_milli: int = MILLI,
    replacement: Replacement | None = None,
    is_rollover_confirmed: bool = False,
) -> MeterUse:
    """Find the use between two readings.

    A reading below the one before is refused unless the rollover of the dial (`digits` before the point) is confirmed.
    `multiplier_milli` is the ratio of the current transformer in thousandths.

    Raises:
        InvalidError: a reading beyond the dial, an unconfirmed backward reading, or a multiplier that is not positive.
    """
    if multiplier_milli <= 0:
        raise InvalidError(msg("The multiplier must be more than zero"), field="multiplier")
    _check_dial(digits, (previous_milli, current_milli))
    if replacement is None:
        counted, rolled = _dial_difference(previous_milli, current_milli, digits, is_confirmed=is_rollover_confirmed)
        step = msg("Reading {previous} → {current}", previous=format_milli(previous_milli), current=format_milli(current_milli))
    else:
        # The dial of the new meter may have other digits, so only the old one's are checked.
        old, rolled = _dial_difference(previous_milli, replacement.old_last_milli, digits, is_confirmed=is_rollover_confirmed)
        if current_milli < replacement.new_first_milli:
            raise InvalidError(msg("The new meter's reading is below its first reading"), field="current")
        counted = old + current_milli - replacement.new_first_milli
        step = msg(
            "Old meter {previous} → {old_last}, new meter {new_first} → {current}",
            previous=format_milli(previous_milli),
            old_last=format_milli(replacement.old_last_milli),
            new_first=format_milli(replacement.new_first_milli),
            current=format_milli(current_milli),
        )
    # A ratio may leave less than a thousandth; half up keeps the rule of money.
    return MeterUse((counted * multiplier_milli * 2 + MILLI) // (2 * MILLI), rolled, step)


def _check_dial(digits: int | None, readings: Sequence[int]) -> None:
    if min(readings) < 0:
        raise InvalidError(msg("A reading cannot be negative"), field="current")
    if digits is None:
        return
    if not 1 <= digits <= MAX_DIGITS:
        raise InvalidError(msg("A dial has 1 to 9 digits"), field="digits")
    if max(readings) >= 10**digits * MILLI:
        raise InvalidError(msg("The reading has more digits than the dial's {digits}", digits=digits), field="current")


def _dial_difference(previous: int, current: int, digits: int | None, *, is_confirmed: bool) -> tuple[int, bool]:
    if current >= previous:
        return current - previous, False
    if digits is None or not is_confirmed:
        raise InvalidError(
            msg(
                "The reading {current} is below the last one {previous}; confirm that the dial passed zero, or correct it",
                current=format_milli(current),
                previous=format_milli(previous),
            ),
            field="current",
        )
    return 10**digits * MILLI - previous + current, True


def flag_use(usage_milli: int, history_milli: Sequence[int], *, factor: int = 3) -> ReadingFlag | None:
    """Flag use that is negative, zero, or `factor` times above or below the median of at least three own periods."""
    if usage_milli < 0:
        return ReadingFlag.negative
    if usage_milli == 0:
        return ReadingFlag.zero
    if len(history_milli) < MIN_HISTORY:
        return None
    usual = median(history_milli)
    if usual > 0 and usage_milli > factor * usual:
        return ReadingFlag.spike
    if usage_milli * factor < usual:
        return ReadingFlag.drop
    return None


def common_use(main_milli: int, units_milli: Sequence[int]) -> int:
    """What the main meter counted beyond the sum of its units (lighting, lifts, loss); refuse a negative remainder."""
    remainder = main_milli - sum(units_milli)
    if remainder < 0:
        raise InvalidError(msg("The units' meters count more than the main meter; check the readings"), field="main")
    return remainder
