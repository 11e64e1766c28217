"""What an order may do next, what people call its state, and the limits of time and size. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from estate_app.errors import ConflictError
from estate_app.kit.i18n import Message, msg
from estate_app.repair.models import OfferOutcome, OrderStatus, PauseReason, QueueReason, ShiftKind, Trade, Urgency

_S = OrderStatus

MOVES: Mapping[OrderStatus, frozenset[OrderStatus]] = {
    _S.submitted: frozenset({_S.assigned, _S.cancelled, _S.rejected}),
    _S.assigned: frozenset({_S.accepted, _S.assigned, _S.submitted, _S.cancelled, _S.rejected}),
    _S.accepted: frozenset({_S.on_the_way, _S.working, _S.assigned, _S.submitted, _S.cancelled, _S.rejected}),
    _S.on_the_way: frozenset({_S.working, _S.assigned, _S.submitted, _S.rejected}),
    _S.working: frozenset({_S.paused, _S.completed, _S.assigned, _S.submitted}),
    _S.paused: frozenset({_S.working, _S.assigned, _S.submitted}),
    _S.completed: frozenset({_S.closed}),
    _S.closed: frozenset(),
    _S.cancelled: frozenset(),
    _S.rejected: frozenset(),
}

WITH_TECHNICIAN = frozenset({_S.assigned, _S.accepted, _S.on_the_way, _S.working, _S.paused})
UNDER_REPAIR = frozenset({_S.accepted, _S.on_the_way, _S.working, _S.paused})
OPEN = WITH_TECHNICIAN | {_S.submitted}
DONE = frozenset({_S.completed, _S.closed})
ENDED_EARLY = frozenset({_S.cancelled, _S.rejected})

MIN_DESCRIPTION = 10
MAX_DESCRIPTION = 1000
MAX_PHOTOS = 9
MAX_VIDEOS = 1
MAX_LEVEL = 5
LOW_STARS = 2
REOPEN_WITHIN = timedelta(days=15)
RATE_WITHIN = timedelta(days=15)
REWORK_WITHIN = timedelta(days=30)
CLOSE_AFTER = timedelta(days=7)
URGE_EVERY = timedelta(hours=2)
SIMILAR_WITHIN = timedelta(days=14)
CLOCK_TRUST = timedelta(days=1)
RESPOND_MINUTES: Mapping[Urgency, int] = {Urgency.emergency: 15, Urgency.high: 30, Urgency.normal: 120}
WARN_PERCENTS = (50, 80, 100, 150)

STATUS_NAMES: Mapping[OrderStatus, Message] = {
    _S.submitted: msg("Submitted"),
    _S.assigned: msg("Awaiting"),
    _S.accepted: msg("Accepted"),
    _S.on_the_way: msg("On the way"),
    _S.working: msg("In progress"),
    _S.paused: msg("Paused"),
    _S.completed: msg("Done"),
    _S.closed: msg("Closed"),
    _S.cancelled: msg("Cancelled"),
    _S.rejected: msg("Rejected"),
}
STAGE_NAMES = (msg("Submitted"), msg("Awaiting"), msg("In repair"), msg("Done"), msg("Rated"))
PAUSE_NAMES: Mapping[PauseReason, Message] = {
    PauseReason.waiting_for_parts: msg("Waiting for parts"),
    PauseReason.waiting_for_resident: msg("Waiting for the resident"),
    PauseReason.waiting_for_access: msg("Waiting for access"),
    PauseReason.bad_weather: msg("Bad weather"),
}
QUEUE_NAMES: Mapping[QueueReason, Message] = {
    QueueReason.no_trade: msg("Nobody has this trade at the needed level"),
    QueueReason.no_zone: msg("Nobody with this trade works in this estate"),
    QueueReason.no_shift: msg("Nobody with this trade is on shift"),
    QueueReason.no_capacity: msg("Everybody with this trade is fully booked"),
    QueueReason.all_excluded: msg("Everybody who could take it has been ruled out"),
    QueueReason.all_passed: msg("Everybody who could take it has passed"),
    QueueReason.open_to_all: msg("Open to everybody who qualifies; whoever is first takes it"),
    QueueReason.by_hand: msg("Waits for a dispatcher's decision"),
}
TRADE_NAMES: Mapping[Trade, Message] = {
    Trade.plumbing: msg("Plumbing"),
    Trade.electrical: msg("Electrical"),
    Trade.masonry: msg("Masonry"),
    Trade.carpentry: msg("Carpentry"),
    Trade.lift: msg("Lifts"),
    Trade.hvac: msg("Heating and cooling"),
    Trade.general: msg("General repairs"),
}
SHIFT_NAMES: Mapping[ShiftKind, Message] = {ShiftKind.duty: msg("On duty"), ShiftKind.on_call: msg("On call")}
DECLINE_REASONS = ("busy", "too_far", "wrong_trade", "no_tools", "off_duty", "other")
DECLINE_NAMES: Mapping[str, Message] = {
    "busy": msg("Busy with another order"),
    "too_far": msg("Too far away"),
    "wrong_trade": msg("Not my trade"),
    "no_tools": msg("Tools or parts are missing"),
    "off_duty": msg("Off duty soon"),
    "other": msg("Another reason"),
}
LOW_REASONS = ("late", "not_fixed", "rude", "messy", "overcharged", "other")
LOW_NAMES: Mapping[str, Message] = {
    "late": msg("Came late"),
    "not_fixed": msg("Not really fixed"),
    "rude": msg("Unfriendly"),
    "messy": msg("Left a mess"),
    "overcharged": msg("Charged too much"),
    "other": msg("Another reason"),
}
ACTION_NAMES: Mapping[str, Message] = {
    "report": msg("Report received"),
    "assign": msg("Assigned to a technician"),
    "assign_by_hand": msg("Assigned by the dispatcher"),
    "queue": msg("Waiting for a technician"),
    "accept": msg("Accepted by the technician"),
    "decline": msg("Declined by the technician"),
    "time_out": msg("Not answered in time"),
    "set_out": msg("The technician is on the way"),
    "arrive": msg("At the door"),
    "start": msg("Repair started"),
    "pause": msg("Repair paused"),
    "resume": msg("Repair resumed"),
    "note": msg("Note added"),
    "material": msg("Material used"),
    "photo": msg("Photos added"),
    "check": msg("Ticked on the checklist"),
    "uncheck": msg("Tick taken back"),
    "complete": msg("Repair completed"),
    "charge": msg("Material charged to the room"),
    "return": msg("Returned by the technician"),
    "transfer": msg("Transferred"),
    "open": msg("Open to everybody who qualifies"),
    "grab": msg("Taken by the technician who was first"),
    "plan": msg("Assigned by a batch plan"),
    "escalate": msg("Brought to the next role"),
    "merge": msg("Merged into an incident"),
    "split": msg("Taken out of the incident"),
    "follow": msg("Moved together with the incident"),
    "release": msg("Freed because the technician is away"),
    "cancel": msg("Cancelled"),
    "reject": msg("Rejected"),
    "reopen": msg("Reopened as rework"),
    "urge": msg("Urged by the resident"),
    "rate": msg("Rated by the resident"),
    "reply": msg("Answered by the technician"),
    "close": msg("Closed"),
    "urgency": msg("Urgency changed"),
    "appeal": msg("The technician appealed against the rating"),
    "verdict": msg("The appeal was decided"),
    "call_back": msg("The resident was called back"),
    "remove_material": msg("Material put back"),
}


def ensure_can_move(current: OrderStatus, target: OrderStatus) -> None:
    """Raise `ConflictError`, naming the state, unless an order may go from one state to the other."""
    if target not in MOVES[current]:
        raise ConflictError(msg("The order is {state} now; this is no longer possible", state=STATUS_NAMES[current]))


def is_open(status: OrderStatus) -> bool:
    """Whether somebody still has to do something about the fault."""
    return status in OPEN


def is_with_technician(status: OrderStatus) -> bool:
    """Whether a technician holds the order."""
    return status in WITH_TECHNICIAN


def is_done(status: OrderStatus) -> bool:
    """Whether the fault was repaired."""
    return status in DONE


def resident_stage(status: OrderStatus, *, is_rated: bool) -> int:
    """Which of the resident's five words applies (0 submitted … 4 rated); −1 for an order that ended early."""
    if status in ENDED_EARLY:
        return -1
    if status is OrderStatus.submitted:
        return 0
    if status is OrderStatus.assigned:
        return 1
    if status in UNDER_REPAIR:
        return 2
    return 4 if is_rated else 3


def trusted_client_time(client_at: datetime | None, now: datetime) -> datetime | None:
    """Keep a phone's time only while it is within a day of the server's and not in the future; else it is ignored."""
    if client_at is None or client_at.tzinfo is None or not -CLOCK_TRUST <= client_at - now <= timedelta(minutes=5):
        return None
    return min(client_at, now)


def urgency_rank(urgency: Urgency) -> int:
    """Sort emergencies first."""
    return (Urgency.emergency, Urgency.high, Urgency.normal).index(urgency)


def pass_forgotten_after(outcome: OfferOutcome) -> timedelta:
    """After how long somebody who passed may be asked again: an unanswered offer soon, a refusal later, a return never."""
    if outcome is OfferOutcome.timed_out:
        return timedelta(hours=1)
    return timedelta(hours=12) if outcome is OfferOutcome.declined else timedelta(days=3650)
