"""Fees that come round every month: by area, fixed, per space, one-off; with proration by days and discounts."""

from calendar import monthrange
from datetime import date

from estate_app.billing.rules.values import MILLI, WHOLE_BP, DayShare, Explanation, Line, priced_line
from estate_app.errors import InvalidError
from estate_app.kit.i18n import Message, msg


def share_of_month(month: date, *, starts_on: date | None = None, ends_on: date | None = None) -> DayShare | None:
    """Count the days of a month on which a standard applies (both ends count); None when there is none."""
    of_days = monthrange(month.year, month.month)[1]
    first, last = month.replace(day=1), month.replace(day=of_days)
    begins, ends = max(first, starts_on or first), min(last, ends_on or last)
    if begins > ends:
        return None
    return DayShare(begins, ends, (ends - begins).days + 1, of_days)


def area_fee(
    *,
    area_milli_m2: int,
    price_e4: int,
    months: int = 1,
    share: DayShare | None = None,
    discount_bp: int = 0,
    label: Message | None = None,
) -> Explanation:
    """Charge area (thousandths of m²) × price per m² and month × months, rounded once for the whole."""
    name = label or msg("Property fee")
    line = _periodic_line(name, area_milli_m2, price_e4, months, share, discount_bp)
    return Explanation((line,), _steps(share, discount_bp))


def fixed_fee(
    *,
    price_e4: int,
    months: int = 1,
    share: DayShare | None = None,
    discount_bp: int = 0,
    label: Message | None = None,
) -> Explanation:
    """Charge a fixed price per month."""
    line = _periodic_line(label or msg("Fixed fee"), MILLI, price_e4, months, share, discount_bp)
    return Explanation((line,), _steps(share, discount_bp))


def space_fee(
    *,
    spaces: int,
    price_e4: int,
    months: int = 1,
    share: DayShare | None = None,
    discount_bp: int = 0,
    label: Message | None = None,
) -> Explanation:
    """Charge a price per parking space and month."""
    line = _periodic_line(label or msg("Parking fee"), spaces * MILLI, price_e4, months, share, discount_bp)
    return Explanation((line,), _steps(share, discount_bp))


def _periodic_line(label: Message, quantity_milli: int, price_e4: int, months: int, share: DayShare | None, discount_bp: int) -> Line:
    if quantity_milli <= 0:
        raise InvalidError(msg("The quantity to charge must be more than zero"), field="quantity")
    if price_e4 < 0:
        raise InvalidError(msg("A price cannot be negative"), field="price")
    if months < 1:
        raise InvalidError(msg("Charge at least one month"), field="months")
    if share is not None and months != 1:
        raise InvalidError(msg("Days are counted within a single month"), field="months")
    if not 0 <= discount_bp <= WHOLE_BP:
        raise InvalidError(msg("A discount lies between 0% and 100%"), field="discount")
    return priced_line(label, quantity_milli * months, price_e4, share=share, discount_bp=discount_bp)


def _steps(share: DayShare | None, discount_bp: int) -> tuple[Message, ...]:
    steps: list[Message] = []
    if share and share.days != share.of_days:
        steps.append(
            msg(
                "Charged for {days} of {of_days} days, from {from_on} to {to_on}",
                days=share.days,
                of_days=share.of_days,
                from_on=share.from_on.isoformat(),
                to_on=share.to_on.isoformat(),
            )
        )
    if discount_bp:
        steps.append(msg("A discount of {percent}% applies", percent=f"{discount_bp / 100:g}"))
    return tuple(steps)
