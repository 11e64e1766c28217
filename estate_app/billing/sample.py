"""What a price would charge for a use that somebody tries out, by the same rules as the bills. Pure."""

from dataclasses import dataclass

from estate_app.billing.prices import AreaPrice, FixedPrice, ParkingPrice, Price, SharedPrice
from estate_app.billing.rules.metered import Use, price_use
from estate_app.billing.rules.periodic import area_fee, fixed_fee, space_fee
from estate_app.billing.rules.values import MILLI, Explanation
from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg


@dataclass(frozen=True, slots=True)
class Sample:
    """A use to try: square metres, months or metered units in thousandths; what the year counted before; the month (1–12)."""

    quantity_milli: int
    prior_milli: int = 0
    persons: int = 1
    month: int = 1


def sample_charge(price: Price, sample: Sample) -> Explanation:
    """Price a sample as a bill of one month would be.

    Raises:
        InvalidError: a use that the price cannot charge, such as a part of a month.
    """
    if isinstance(price, AreaPrice):
        return area_fee(area_milli_m2=sample.quantity_milli, price_e4=price.price_e4)
    if isinstance(price, SharedPrice):
        raise InvalidError(msg("A shared cost is split over all its rooms at once; see the bill run"), field="quantity")
    if isinstance(price, ParkingPrice):
        return space_fee(spaces=_whole(sample), price_e4=price.price_e4)
    if isinstance(price, FixedPrice):
        return fixed_fee(price_e4=price.price_e4, months=_whole(sample))
    use = Use(sample.quantity_milli, sample.prior_milli, sample.persons)
    return price_use(price, use, month=sample.month)


def _whole(sample: Sample) -> int:
    if sample.quantity_milli % MILLI:
        raise InvalidError(msg("Write a whole number of months"), field="quantity")
    return sample.quantity_milli // MILLI
