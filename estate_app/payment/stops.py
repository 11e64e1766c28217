"""The switch by which a manager stops paying: an estate, a fee item, a channel, or where what is named meets."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.models import Account
from estate_app.access.permission import Permission
from estate_app.access.second_factor import ensure_fresh
from estate_app.billing.models import FeeItem
from estate_app.billing.settlement import LockedBill
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.payment.channel import Channel
from estate_app.payment.gateway_registry import channels
from estate_app.payment.models import PaymentStop
from estate_app.property.models import Estate

MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class StopRow:
    """One stop; an empty name means that all are meant."""

    id: int
    estate_id: int | None
    estate_name: str
    item_name: str
    channel: Channel | None
    reason: str
    started_at: datetime
    started_by: str


def stop_payments(
    uow: UnitOfWork,
    actor: Actor,
    *,
    reason: str,
    estate_id: int | None = None,
    fee_item_id: int | None = None,
    channel: Channel | None = None,
) -> PaymentStop:
    """Take no new payments where everything that is named meets; payments that are open go on to their end.

    Raises:
        InvalidError: nothing is named, or the reason is missing.
        NotFoundError: an estate or item outside the actor's scope; all estates are stopped only by who reconciles everywhere.
        ConflictError: exactly this is stopped already.
    """
    actor.require(Permission.reconcile)
    ensure_fresh(uow, actor)
    scope = actor.scope(Permission.reconcile)
    item = uow.session.get(FeeItem, fee_item_id) if fee_item_id is not None else None
    if fee_item_id is not None and (item is None or estate_id not in {None, item.estate_id}):
        raise NotFoundError
    place = estate_id if item is None else item.estate_id
    if not scope.covers(estate_id=place) or (place is not None and uow.session.get(Estate, place) is None):
        raise NotFoundError
    if place is None and channel is None:
        raise InvalidError(msg("Name an estate, an item or a way to pay"), field="estate")
    if not reason.strip() or len(reason) > MAX_REASON:
        raise InvalidError(msg("Give a reason of at most {count} characters", count=MAX_REASON), field="reason")
    same = select(col(PaymentStop.id)).where(
        col(PaymentStop.ended_at).is_(None),
        col(PaymentStop.estate_id).is_not_distinct_from(place),
        col(PaymentStop.fee_item_id).is_not_distinct_from(fee_item_id),
        col(PaymentStop.channel).is_not_distinct_from(channel),
    )
    if uow.session.scalar(same.limit(1)) is not None:
        raise ConflictError(msg("This is stopped already"))
    stop = PaymentStop(
        estate_id=place, fee_item_id=fee_item_id, channel=channel, reason=reason.strip(), started_at=uow.now, started_by=actor.id
    )
    uow.session.add(stop)
    uow.flush()
    record(uow, actor, "payment:stop", "payment_stop", stop.id or 0, after=_fact(stop))
    uow.notify("payment-stops")
    return stop


def end_stop(uow: UnitOfWork, actor: Actor, *, stop_id: int) -> PaymentStop:
    """Take payments again; a stop that has ended already stays as it is."""
    actor.require(Permission.reconcile)
    stop = uow.session.get(PaymentStop, stop_id, with_for_update=True, populate_existing=True)
    if stop is None or not actor.scope(Permission.reconcile).covers(estate_id=stop.estate_id):
        raise NotFoundError
    if stop.ended_at is None:
        stop.ended_at, stop.ended_by = uow.now, actor.id
        record(uow, actor, "payment:resume", "payment_stop", stop_id, before=_fact(stop), after={"ended": True})
        uow.notify("payment-stops")
    return stop


def list_stops(session: Session, actor: Actor) -> list[StopRow]:
    """The stops in force that touch the actor's estates, the newest first."""
    actor.require(Permission.reconcile, Permission.payments_read)
    scope = actor.scope(Permission.reconcile, Permission.payments_read)
    statement = (
        select(PaymentStop, col(Estate.name), col(FeeItem.name), col(Account.name))
        .join(Estate, col(Estate.id) == col(PaymentStop.estate_id), isouter=True)
        .join(FeeItem, col(FeeItem.id) == col(PaymentStop.fee_item_id), isouter=True)
        .join(Account, col(Account.id) == col(PaymentStop.started_by))
        .where(col(PaymentStop.ended_at).is_(None))
        .order_by(col(PaymentStop.id).desc())
    )
    if not scope.is_everywhere:
        statement = statement.where(or_(col(PaymentStop.estate_id).is_(None), col(PaymentStop.estate_id).in_(scope.estate_ids)))
    return [
        StopRow(stop.id or 0, stop.estate_id, estate or "", item or "", stop.channel, stop.reason, stop.started_at, person)
        for stop, estate, item, person in session.execute(statement)
    ]


def ensure_not_stopped(session: Session, bills: Collection[LockedBill], channel: Channel | None) -> None:
    """Refuse bills that a stop meets; `channel` None asks only for stops of all channels."""
    places = {bill.estate_id for bill in bills}
    items = {bill.fee_item_id for bill in bills}
    statement = select(PaymentStop).where(
        col(PaymentStop.ended_at).is_(None),
        or_(col(PaymentStop.estate_id).is_(None), col(PaymentStop.estate_id).in_(places)),
        or_(col(PaymentStop.fee_item_id).is_(None), col(PaymentStop.fee_item_id).in_(items)),
        or_(col(PaymentStop.channel).is_(None), col(PaymentStop.channel) == channel),
    )
    stop = session.scalar(statement.order_by(col(PaymentStop.id)).limit(1))
    if stop is None:
        return
    if stop.channel is not None:
        raise ConflictError(msg("This way of paying is stopped at the moment; please choose another one"))
    if stop.fee_item_id is not None:
        name = next(bill.item_name for bill in bills if bill.fee_item_id == stop.fee_item_id)
        raise ConflictError(msg("Paying {item} is stopped at the moment; leave it out and pay the others", item=name))
    raise ConflictError(msg("This estate takes no payments at the moment"))


def open_channels(session: Session, estate_ids: Collection[int]) -> tuple[Channel, ...]:
    """The online channels that are set up and not stopped in all of these estates; any estate when none is named."""
    stopped = set(
        session.scalars(
            select(col(PaymentStop.channel)).where(
                col(PaymentStop.ended_at).is_(None),
                col(PaymentStop.channel).is_not(None),
                col(PaymentStop.fee_item_id).is_(None),
                or_(col(PaymentStop.estate_id).is_(None), col(PaymentStop.estate_id).in_(estate_ids)),
            )
        )
    )
    return tuple(channel for channel in channels() if channel not in stopped)


def _fact(stop: PaymentStop) -> dict[str, object]:
    channel = stop.channel.value if stop.channel else None
    return {"estate_id": stop.estate_id, "fee_item_id": stop.fee_item_id, "channel": channel, "reason": stop.reason}
