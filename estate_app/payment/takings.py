"""What has come in on one day, by channel, for the morning page."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.kit.clock import day_bounds
from estate_app.payment.channel import Channel
from estate_app.payment.models import Payment, PaymentStatus
from estate_app.property.queries import in_scope


@dataclass(frozen=True, slots=True)
class ChannelTakings:
    """One channel's money of a day, in fen."""

    channel: Channel
    amount_fen: int
    count: int


@dataclass(frozen=True, slots=True)
class Takings:
    """The money of a day, in fen: in all, and by channel, the largest first."""

    amount_fen: int
    count: int
    channels: tuple[ChannelTakings, ...]


def takings(session: Session, actor: Actor, *, on: date, estate_id: int | None = None) -> Takings:
    """The payments that arrived on a Shanghai day within the actor's scope. Credit used up is no new money and is left out."""
    actor.require(Permission.payments_read)
    start, end = day_bounds(on)
    amount = func.sum(col(Payment.amount_fen))
    where = [
        in_scope(actor, Permission.payments_read, estate=col(Payment.estate_id)),
        col(Payment.status) == PaymentStatus.paid,
        col(Payment.channel) != Channel.balance,
        col(Payment.paid_at) >= start,
        col(Payment.paid_at) < end,
    ]
    if estate_id is not None:
        where.append(col(Payment.estate_id) == estate_id)
    found = session.execute(
        select(col(Payment.channel), amount, func.count()).where(*where).group_by(col(Payment.channel)).order_by(amount.desc())
    ).all()
    parts = tuple(ChannelTakings(channel, int(total), count) for channel, total, count in found)
    return Takings(sum(p.amount_fen for p in parts), sum(p.count for p in parts), parts)
