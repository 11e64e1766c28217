"""The promise of an order: until when it is answered and repaired, and how a pause moves that."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from estate_app.repair.calendar import add_working, clock_percent, working_between
from estate_app.repair.categories import Kind
from estate_app.repair.models import OrderStatus, RepairCategory, RepairOrder, Urgency
from estate_app.repair.rules import RESPOND_MINUTES, urgency_rank

_OVER = {True: 101, False: 100}
_UNANSWERED = frozenset({OrderStatus.submitted, OrderStatus.assigned})


@dataclass(frozen=True, slots=True)
class Promise:
    """Until when somebody answers, and until when it is repaired."""

    respond_due_at: datetime
    complete_due_at: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """How an order stands against its promise at a moment; `percent` past 100 is late, and of what is over nothing else is asked."""

    due_at: datetime
    percent: int
    is_answer: bool
    is_stopped: bool
    minutes_left: int


def promise(category: RepairCategory | Kind, urgency: Urgency, now: datetime, visit_to_at: datetime | None) -> Promise:
    """Promise an answer by the category and the urgency, and the repair, after the agreed visit at the earliest."""
    is_raised = urgency_rank(urgency) < urgency_rank(category.urgency)
    respond = min(category.respond_minutes, RESPOND_MINUTES[urgency]) if is_raised else category.respond_minutes
    done = add_working(now, timedelta(minutes=category.complete_minutes), urgency=urgency)
    if visit_to_at is not None:
        done = max(done, visit_to_at + timedelta(minutes=category.minutes))
    return Promise(add_working(now, timedelta(minutes=respond), urgency=urgency), done)


def settle_pause(order: RepairOrder, now: datetime) -> None:
    """End a running pause: add it up and move the promised end by its working time."""
    if order.paused_at is not None:
        rested = working_between(order.paused_at, now, urgency=order.urgency)
        order.paused_seconds += int(rested.total_seconds())
        order.complete_due_at = add_working(order.complete_due_at, rested, urgency=order.urgency)
    order.paused_at = order.pause_reason = None


def due_at(order: RepairOrder, now: datetime) -> datetime:
    """The promised end of the repair, moved by a pause that is still going on."""
    if order.paused_at is None:
        return order.complete_due_at
    rested = working_between(order.paused_at, now, urgency=order.urgency)
    return add_working(order.complete_due_at, rested, urgency=order.urgency)


def clock_of(order: RepairOrder, now: datetime) -> Clock:
    """Read the clock that matters now: the answer while nobody has accepted, else the repair; it stands once it is done."""
    is_answer = order.status in _UNANSWERED
    due = order.respond_due_at if is_answer else due_at(order, now)
    at = order.completed_at or order.closed_at or now
    percent = clock_percent(order.submitted_at, due, at, urgency=order.urgency) if at is now else _OVER[at > due]
    left = int((due - at).total_seconds() // 60)
    return Clock(due, percent, is_answer, order.paused_at is not None, left)
