"""What a room is charged for an item in a month, from facts alone. Pure: the run, the replacement of a bill and previews all ask here."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from estate_app.billing.models import SkipReason
from estate_app.billing.prices import AreaBasis, AreaPrice, FixedPrice, ParkingPrice, Price, SharedPrice
from estate_app.billing.rules.meter import MeterUse, meter_use
from estate_app.billing.rules.metered import TariffVersion, Use, price_use_over
from estate_app.billing.rules.periodic import area_fee, fixed_fee, share_of_month
from estate_app.billing.rules.shared import Share
from estate_app.billing.rules.tariff import Cycle, Tariff
from estate_app.billing.rules.values import E4, MILLI, Explanation, Line, priced_line
from estate_app.kit.clock import add_months
from estate_app.kit.i18n import Message, msg

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What a charge needs to know of a room; areas in thousandths of a square metre."""

    room_id: int
    area_milli: int
    interior_milli: int | None = None
    persons: int = 1
    handover_on: date | None = None
    is_occupied: bool = True


@dataclass(frozen=True, slots=True)
class DatedPrice:
    """A price and the first day on which it holds."""

    starts_on: date
    price: Price


@dataclass(frozen=True, slots=True)
class Standing:
    """The days on which an item is attached to a room; both ends count."""

    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class MeterSpan:
    """From which reading to which a meter is charged."""

    meter_id: int
    digits: int
    from_reading_id: int
    from_milli: int
    from_on: date
    reading_id: int
    to_milli: int
    to_on: date
    is_rollover: bool = False
    band: str = ""
    multiplier_milli: int = MILLI

    @property
    def is_falling(self) -> bool:
        """Whether the dial went back without having passed zero."""
        return self.to_milli < self.from_milli and not self.is_rollover


@dataclass(frozen=True, slots=True)
class MeterFacts:
    """The spans of a room's meters, and what was used before; `prior_milli` is of the same calendar year."""

    has_meter: bool = False
    is_complete: bool = False
    spans: tuple[MeterSpan, ...] = ()
    prior_milli: int = 0
    history_milli: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldSpace:
    """A parking space that a room holds, on its days."""

    code: str
    scope: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class PoolShare:
    """What of a month's shared cost falls on a room, with what led to the cost; or why there is none."""

    share: Share | None
    steps: tuple[Message, ...] = ()
    skip: SkipReason = SkipReason.no_pool


@dataclass(frozen=True, slots=True)
class Beside:
    """What a shared or a parking item needs beside the room: the share of the cost, the spaces that the room holds."""

    pool: PoolShare | None = None
    spaces: tuple[HeldSpace, ...] = ()


NOTHING = Beside()


@dataclass(frozen=True, slots=True)
class Charge:
    """A priced month of an item: its lines, the steps that led to them, and the readings that it uses up."""

    lines: tuple[Line, ...]
    steps: tuple[Message, ...]
    unit: str
    quantity_milli: int
    used: tuple[tuple[MeterSpan, int], ...] = field(default=())

    @property
    def total_fen(self) -> int:
        """The sum of the lines; there is no other total."""
        return sum(line.amount_fen for line in self.lines)


def charge_month(
    name: str,
    prices: Sequence[DatedPrice],
    standings: Sequence[Standing],
    room: RoomFacts,
    meters: MeterFacts,
    month: date,
    beside: Beside = NOTHING,
) -> Charge | SkipReason:
    """Charge an item for a month (its first day), or say why not: a missing input never becomes a zero bill.

    Area and fixed prices are split by days where the price or the attachment changes inside the month. Metered items are
    charged from the reading that the last bill ended with to the newest one of the month.
    """
    if not prices:
        return SkipReason.no_price
    ordered = sorted(prices, key=lambda dated: dated.starts_on)
    if isinstance(ordered[0].price, Tariff):
        return _metered(ordered, room, meters, month)
    if isinstance(ordered[0].price, SharedPrice):
        return _shared(name, beside.pool)
    if isinstance(ordered[0].price, ParkingPrice):
        return _parking(name, ordered, beside.spaces, room, month)
    return _periodic(name, ordered, standings, room, month)


def _shared(name: str, pool: PoolShare | None) -> Charge | SkipReason:
    if pool is None:
        return SkipReason.not_attached
    if pool.share is None:
        return pool.skip
    if pool.share.amount_fen == 0:
        return SkipReason.nothing_used
    line = priced_line(msg("{name}", name=name), MILLI, pool.share.amount_fen * (E4 // 100))
    return Charge((line,), (*pool.steps, pool.share.step), "", MILLI)


def _parking(name: str, prices: Sequence[DatedPrice], spaces: Sequence[HeldSpace], room: RoomFacts, month: date) -> Charge | SkipReason:
    """One line for each space and price, on its days of the month."""
    charges: list[Charge] = []
    for space in spaces:
        fitting = [dated for dated in prices if isinstance(dated.price, ParkingPrice) and dated.price.spaces in ("all", space.scope)]
        if not fitting:
            continue
        label = msg("{name}, space {space}", name=msg("{name}", name=name), space=space.code)
        # A space is charged to who holds it, whatever day the room was handed over.
        charge = _periodic(label, fitting, [space.standing], replace(room, handover_on=None), month)
        if isinstance(charge, SkipReason):
            if charge is SkipReason.no_price:
                return charge
            continue
        charges.append(charge)
    if not charges:
        return SkipReason.not_attached
    lines = tuple(line for charge in charges for line in charge.lines)
    return Charge(lines, tuple(step for charge in charges for step in charge.steps), "", MILLI * len(charges))


def _periodic(
    name: str | Message, prices: Sequence[DatedPrice], standings: Sequence[Standing], room: RoomFacts, month: date
) -> Charge | SkipReason:
    last = add_months(month, 1) - ONE_DAY
    lines: list[Line] = []
    steps: list[Message] = []
    quantity = 0
    for standing in standings:
        begins = max(standing.starts_on, room.handover_on or standing.starts_on, month)
        ends = min(standing.ends_on or last, last)
        if begins > ends:
            continue
        if prices[0].starts_on > begins:
            return SkipReason.no_price
        if room.interior_milli is None and any(_is_interior(dated.price) for dated in prices):
            return SkipReason.no_area
        for position, dated in enumerate(prices):
            until = prices[position + 1].starts_on - ONE_DAY if position + 1 < len(prices) else ends
            part = _part(name, dated.price, room, month, max(begins, dated.starts_on), min(ends, until))
            if part:
                lines += part.lines
                steps += part.steps
                quantity = max(quantity, *(line.quantity_milli for line in part.lines))
    unit = "m²" if isinstance(prices[0].price, AreaPrice) else ""
    return Charge(tuple(lines), tuple(steps), unit, quantity) if lines else SkipReason.not_attached


def _part(name: str | Message, price: Price, room: RoomFacts, month: date, begins: date, ends: date) -> Explanation | None:
    share = share_of_month(month, starts_on=begins, ends_on=ends) if begins <= ends else None
    if share is None:
        return None
    label = name if isinstance(name, Message) else msg("{name}", name=name)
    if isinstance(price, AreaPrice):
        area = (room.interior_milli or 0) if _is_interior(price) else room.area_milli
        return area_fee(area_milli_m2=area, price_e4=price.price_e4, share=share, label=label)
    if isinstance(price, FixedPrice | ParkingPrice):
        return fixed_fee(price_e4=price.price_e4, share=share, label=label)
    raise TypeError("a tariff has no share of a month")


def _is_interior(price: Price) -> bool:
    return isinstance(price, AreaPrice) and price.area is AreaBasis.interior


@dataclass(frozen=True, slots=True)
class Metered:
    """What a room's meters counted in a month, ready to be priced: rooms of the same use are priced alike."""

    versions: tuple[TariffVersion, ...]
    use: Use
    from_on: date
    to_on: date
    used: tuple[tuple[MeterSpan, MeterUse], ...]

    @property
    def steps(self) -> tuple[Message, ...]:
        """The sentences that tell each meter's readings."""
        return tuple(use.step for _, use in self.used)

    @property
    def readings(self) -> tuple[tuple[MeterSpan, int], ...]:
        """Each meter's span with its use in thousandths."""
        return tuple((span, use.usage_milli) for span, use in self.used)


def metered_use(prices: Sequence[DatedPrice], room: RoomFacts, meters: MeterFacts) -> Metered | SkipReason:
    """Find what the meters of a room counted under an item's prices, the oldest first, or say what is missing."""
    if not meters.has_meter:
        return SkipReason.no_meter
    if not meters.spans or not meters.is_complete:
        return SkipReason.no_reading
    if any(span.is_falling for span in meters.spans):
        return SkipReason.reading_falls
    versions = tuple(TariffVersion(dated.starts_on, dated.price) for dated in prices if isinstance(dated.price, Tariff))
    from_on = min(span.from_on for span in meters.spans) + ONE_DAY
    to_on = max(span.to_on for span in meters.spans)
    if versions[0].from_on > from_on:
        return SkipReason.no_price
    used = tuple((span, _use(span)) for span in meters.spans)
    bands = _bands(versions[-1].tariff, used)
    if bands is None:
        return SkipReason.no_meter
    total = sum(use.usage_milli for _, use in used)
    prior = meters.prior_milli if versions[-1].tariff.cycle is Cycle.year else 0
    return Metered(versions, Use(total, prior, max(1, room.persons), bands), from_on, to_on, used)


def metered_charge(found: Metered, month: date, *, steps: tuple[Message, ...]) -> Charge | SkipReason:
    """Price what meters counted; `steps` come before those of the tariff."""
    explained = price_use_over(found.versions, found.use, from_on=found.from_on, to_on=found.to_on, month=month.month)
    if explained.total_fen <= 0:
        return SkipReason.nothing_used
    unit = found.versions[-1].tariff.unit
    return Charge(explained.lines, (*steps, *explained.steps), unit, found.use.total_milli, found.readings)


def _metered(prices: Sequence[DatedPrice], room: RoomFacts, meters: MeterFacts, month: date) -> Charge | SkipReason:
    found = metered_use(prices, room, meters)
    return found if isinstance(found, SkipReason) else metered_charge(found, month, steps=found.steps)


def _bands(tariff: Tariff, used: Sequence[tuple[MeterSpan, MeterUse]]) -> tuple[tuple[str, int], ...] | None:
    """The use of each band where the meters count bands; None when one of the priced bands has no meter."""
    if tariff.time_of_use is None or not any(span.band for span, _ in used):
        return ()
    names = [name for name, _ in tariff.time_of_use.band_prices_e4]
    if {span.band for span, _ in used} != set(names):
        return None
    return tuple((name, sum(use.usage_milli for span, use in used if span.band == name)) for name in names)


def _use(span: MeterSpan) -> MeterUse:
    return meter_use(
        previous_milli=span.from_milli,
        current_milli=span.to_milli,
        digits=span.digits,
        multiplier_milli=span.multiplier_milli,
        is_rollover_confirmed=span.is_rollover,
    )
