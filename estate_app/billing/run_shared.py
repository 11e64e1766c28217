"""What shared and parking items of a run need beside the rooms: the month's cost split over all rooms, and the spaces that are held."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from estate_app.billing.charges import ONE_DAY, DatedPrice, HeldSpace, PoolShare, RoomFacts, Standing
from estate_app.billing.common import month_uses, unit_meters
from estate_app.billing.models import FeeItem, Meter, SharedPool, SkipReason
from estate_app.billing.prices import SharedPrice
from estate_app.billing.rules.meter import common_use
from estate_app.billing.rules.shared import Sharer, share_cost
from estate_app.billing.rules.values import amount_fen, format_milli, format_price
from estate_app.errors import InvalidError
from estate_app.kit.clock import add_months
from estate_app.kit.i18n import Message, msg
from estate_app.property.queries import held_spaces

Key = tuple[int, int]
_Cost = tuple[int, tuple[Message, ...]]


def pool_shares(
    session: Session, item: FeeItem, prices: Sequence[DatedPrice], rooms: Mapping[int, RoomFacts], room_ids: Collection[int], month: date
) -> dict[Key, PoolShare]:
    """Split a shared item's cost of a month over every room that it is attached to on any day of the month."""
    keys = sorted(room_ids)
    last = add_months(month, 1) - ONE_DAY
    price = next((d.price for d in sorted(prices, key=lambda d: d.starts_on, reverse=True) if d.starts_on <= last), None)
    item_id = item.id or 0
    if not isinstance(price, SharedPrice):
        return {(item_id, key): PoolShare(None, skip=SkipReason.no_price) for key in keys}
    cost = _cost(session, item, price, month)
    if isinstance(cost, SkipReason):
        return {(item_id, key): PoolShare(None, skip=cost) for key in keys}
    sharers = [Sharer(str(key), rooms[key].area_milli, is_occupied=rooms[key].is_occupied) for key in keys]
    try:
        shares = share_cost(cost[0], sharers, price.by)
    except InvalidError:
        return {(item_id, key): PoolShare(None, skip=SkipReason.not_attached) for key in keys}
    return {(item_id, int(share.key)): PoolShare(share, cost[1]) for share in shares}


def _cost(  # noqa: PLR0911 -- one return for each thing that can be missing
    session: Session, item: FeeItem, price: SharedPrice, month: date
) -> _Cost | SkipReason:
    if price.meter_id is None:
        pool = session.scalar(select(SharedPool).where(col(SharedPool.fee_item_id) == item.id, col(SharedPool.period) == month))
        if pool is None:
            return SkipReason.no_pool
        return pool.amount_fen, (msg("{note}", note=pool.note),) if pool.note else ()
    main = session.get(Meter, price.meter_id)
    if main is None or main.estate_id != item.estate_id:
        return SkipReason.no_meter
    counted = month_uses(session, [main], month).get(main.id or 0)
    if counted is None:
        return SkipReason.no_reading
    step = msg("Common meter {code} counted {quantity}", code=main.code, quantity=format_milli(counted))
    steps: tuple[Message, ...] = (step,)
    if price.less_units:
        groups = unit_meters(session, item.estate_id, {main.kind}, month)
        units = [meter for meter, building_id in groups if main.building_id in (None, building_id)]
        uses = month_uses(session, units, month)
        if len(uses) < len(units):
            return SkipReason.no_reading
        try:
            counted = common_use(counted, list(uses.values()))
        except InvalidError:
            return SkipReason.reading_falls
        steps += (msg("Less {quantity} of the rooms' own meters", quantity=format_milli(sum(uses.values()))),)
    cost = amount_fen(counted, price.price_e4)
    if cost == 0:
        return SkipReason.nothing_used
    return cost, (*steps, msg("{quantity} × ¥{price}", quantity=format_milli(counted), price=format_price(price.price_e4)))


def spaces_of(session: Session, estate_id: int, month: date, span: tuple[int, int]) -> dict[int, tuple[HeldSpace, ...]]:
    """The parking spaces that rooms of an estate, whose ids lie within a span, hold on any day of a month, by room."""
    found: dict[int, list[HeldSpace]] = defaultdict(list)
    for use, space in held_spaces(session, estate_id, from_on=month, to_on=add_months(month, 1) - ONE_DAY, span=span):
        found[use.room_id].append(HeldSpace(space.code, space.kind.value, Standing(use.starts_on, use.ends_on)))
    return {room_id: tuple(spaces) for room_id, spaces in found.items()}
