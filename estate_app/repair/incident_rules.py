"""When several reports are one trouble, and which of them is worked on for all. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from estate_app.repair.models import OrderStatus

_FURTHEST = (
    OrderStatus.working,
    OrderStatus.paused,
    OrderStatus.on_the_way,
    OrderStatus.accepted,
    OrderStatus.assigned,
    OrderStatus.submitted,
)
# Once somebody has set out to a home, that visit is made: the report stays an order of its own.
MERGEABLE = frozenset({OrderStatus.submitted, OrderStatus.assigned, OrderStatus.accepted})


@dataclass(frozen=True, slots=True)
class Sighting:
    """One open report of one kind in one building; `household` tells apart who reported."""

    order_id: int
    household: str
    at: datetime
    status: OrderStatus


def same_trouble(reports: Sequence[Sighting], *, needed: int, within: timedelta) -> tuple[int, ...]:
    """The orders that make an incident: those within a span before the newest, from enough different households; else none."""
    if not reports:
        return ()
    newest = max(r.at for r in reports)
    close = sorted((r for r in reports if newest - r.at <= within), key=lambda r: (r.at, r.order_id))
    if len({r.household for r in close}) < needed:
        return ()
    return tuple(r.order_id for r in close)


def suggested_lead(reports: Sequence[Sighting]) -> int:
    """The order that is worked on for all: the one that has got furthest, then the earliest."""
    return min(reports, key=lambda r: (_FURTHEST.index(r.status), r.at, r.order_id)).order_id
