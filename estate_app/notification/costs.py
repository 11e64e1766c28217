"""What messages outside the app cost: by month and channel, counted as the carrier counts, priced by the company's contract."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Date, cast, func
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.kit.clock import add_months, at_local, business_date, month_start
from estate_app.notification.models import NoticeChannel, OutboxMessage, SendAttempt
from estate_app.settings import settings

_MONTHS = 6


@dataclass(frozen=True, slots=True)
class MonthCost:
    """One channel in one month; `cost_fen` is rounded half up once, over the whole month."""

    month: date
    channel: NoticeChannel
    messages: int
    parts: int
    cost_fen: int


def month_costs(session: Session, actor: Actor, *, now: datetime) -> list[MonthCost]:
    """The last six months, the newest first; a channel that carried nothing in a month has no line. WeChat costs nothing."""
    actor.require(Permission.notices_read)
    since = at_local(add_months(month_start(business_date(now)), 1 - _MONTHS))
    month = cast(func.date_trunc("month", func.timezone("Asia/Shanghai", col(SendAttempt.at))), Date)
    rows = session.execute(
        select(month, OutboxMessage.channel, func.count(), func.sum(SendAttempt.parts))
        .join(OutboxMessage, col(OutboxMessage.id) == col(SendAttempt.message_id))
        .where(col(SendAttempt.is_sent), col(SendAttempt.at) >= since)
        .group_by(month, col(OutboxMessage.channel))
        .order_by(month.desc(), col(OutboxMessage.channel))
    )
    return [MonthCost(on, channel, count, int(parts), cost_fen(channel, int(parts))) for on, channel, count, parts in rows]


def cost_fen(channel: NoticeChannel, parts: int) -> int:
    """What so many parts cost, in fen, half up."""
    price_e4 = settings().sms_price_e4 if channel is NoticeChannel.sms else 0
    return (parts * price_e4 + 50) // 100
