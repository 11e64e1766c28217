"""What becomes of a report: the steps of its order, who did them and when."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from math import log
from random import Random

from estate_app.demo.reports import Report
from estate_app.demo.world import Worker, World
from estate_app.kit.clock import at_local, business_date, local
from estate_app.repair.arrival_models import Doubt, Means
from estate_app.repair.calendar import add_working, working_between
from estate_app.repair.models import OrderStatus, PauseReason, QueueReason, Urgency
from estate_app.repair.rules import CLOSE_AFTER, RESPOND_MINUTES

_S = OrderStatus
_SYSTEM = (None, "system")
_CANCELLED, _REJECTED = 0.03, 0.04
_RAISED_MINUTES = 240
"""Within how many minutes an emergency is to be over, whatever its category."""
_ARRIVALS = (
    *(Means.location,) * 9, *(Means.label,) * 7, Doubt.denied, Doubt.inaccurate, Doubt.not_given, Doubt.too_far,
)  # fmt: skip
"""Sixteen of twenty arrivals are proven, by location or by the label at the door."""
Person = tuple[int | None, str]


@dataclass(slots=True)
class Step:
    """One step as it will be written."""

    who: Person
    action: str
    from_status: OrderStatus | None
    to_status: OrderStatus
    at: datetime
    reason: str = ""
    note: str = ""


@dataclass(slots=True)
class Story:
    """One order with its steps so far."""

    report: Report
    status: OrderStatus
    steps: list[Step]
    respond_due_at: datetime
    complete_due_at: datetime
    worker: Worker | None = None
    times: dict[str, datetime] = field(default_factory=dict)
    paused_seconds: int = 0
    labour_minutes: int = 0
    end_reason: str = ""
    queue_reason: QueueReason | None = None
    pause_reason: PauseReason | None = None
    rework_of: "Story | None" = None
    passed: list[tuple[Worker, datetime, datetime]] = field(default_factory=list)
    id: int = 0
    number: str = ""

    def move(self, who: Person, action: str, to: OrderStatus, at: datetime, *, reason: str = "", note: str = "") -> None:
        """Add a step and go on to its state."""
        self.steps.append(Step(who, action, self.status, to, at, reason, note))
        self.status = to

    @property
    def changed_at(self) -> datetime:
        """When the last step was made."""
        return max(step.at for step in self.steps)


def begin(world: World, report: Report) -> Story:
    """Open an order for a report, with its promises in working time."""
    plan, at = report.plan, report.submitted_at
    is_raised = report.urgency is not plan.urgency
    respond = min(plan.leaf.respond, RESPOND_MINUTES[report.urgency]) if is_raised else plan.leaf.respond
    complete = min(plan.leaf.complete, _RAISED_MINUTES) if report.urgency is Urgency.emergency else plan.leaf.complete
    who = (report.reporter_id, world.account_names[report.reporter_id])
    return Story(
        report,
        _S.submitted,
        [Step(who, "report", None, _S.submitted, at)],
        add_working(at, timedelta(minutes=respond), urgency=report.urgency),
        add_working(at, timedelta(minutes=complete), urgency=report.urgency),
    )


def tell_past(world: World, rng: Random, report: Report) -> Story:
    """Let an order run to its end."""
    story = begin(world, report)
    chance = rng.random()
    if chance < _REJECTED:
        _end_early(world, rng, story, is_cancelled=chance < _CANCELLED)
        return story
    worker = pick_worker(world, rng, report)
    assign(rng, story, worker, report.submitted_at)
    accept(rng, story, story.times["assigned"] + _minutes(rng, 3 if report.urgency is Urgency.emergency else 8, 0.75))
    visit = story.times["accepted"] + _minutes(rng, 22, 0.6)
    if report.urgency is not Urgency.emergency and rng.random() < 0.3:
        visit = at_local(business_date(visit) + timedelta(days=1), time(9)) + timedelta(minutes=rng.randrange(480))
    set_out(story, visit)
    start(story, visit + timedelta(minutes=rng.randrange(4, 16)))
    labour = _minutes(rng, report.plan.minutes * (0.85 - 0.05 * worker.skill), 0.35)
    done = story.times["started"] + labour
    if rng.random() < 0.06:
        done = _pause(rng, story, done)
    finish(story, done, labour)
    return story


def pick_worker(world: World, rng: Random, report: Report) -> Worker:
    """Choose among those who can do it, the better ones more often."""
    trade = report.plan.trade.value
    able = able_workers(world, report)
    weights = [w.levels[trade] * (1.6 if report.building_id in w.building_ids else 1.0) for w in able]
    return rng.choices(able, weights)[0]


def able_workers(world: World, report: Report) -> list[Worker]:
    """Everybody of the estate who could do it."""
    trade, level = report.plan.trade.value, report.plan.level
    return [w for w in world.workers if w.place is report.place and w.levels.get(trade, 0) >= level]


def queue_after_passes(world: World, rng: Random, story: Story) -> None:
    """Everybody who could take it was asked and declined: the order waits for a dispatcher."""
    able = able_workers(world, story.report)
    at = story.report.submitted_at
    gap = (world.now - at) / (len(able) + 1)
    for worker in able:
        story.worker = worker
        story.move(_SYSTEM, "assign", _S.assigned, at + timedelta(seconds=2))
        answered = at + gap * rng.uniform(0.5, 0.9)
        story.move(_worker(story), "decline", _S.submitted, answered, reason="busy")
        story.passed.append((worker, at + timedelta(seconds=2), answered))
        at = answered
    story.worker, story.queue_reason = None, QueueReason.all_passed
    story.move(_SYSTEM, "queue", _S.submitted, at, reason=QueueReason.all_passed.value)


def assign(rng: Random, story: Story, worker: Worker, at: datetime) -> None:
    """Dispatch finds somebody in seconds; at night an ordinary order waits for the morning shift."""
    hour = local(at).hour
    if story.report.urgency is not Urgency.emergency and not 8 <= hour < 21:
        at = at_local(business_date(at) + timedelta(days=1 if hour >= 21 else 0), time(8))
    story.worker = worker
    story.times["assigned"] = at + timedelta(seconds=rng.randrange(2, 90))
    story.move(_SYSTEM, "assign", _S.assigned, story.times["assigned"])


def accept(rng: Random, story: Story, at: datetime) -> None:
    """The technician takes it."""
    story.times["accepted"] = at + timedelta(seconds=rng.randrange(60))
    story.move(_worker(story), "accept", _S.accepted, story.times["accepted"])


def set_out(story: Story, at: datetime) -> None:
    """The technician is on the way."""
    story.move(_worker(story), "set_out", _S.on_the_way, at)


def start(story: Story, at: datetime) -> None:
    """The technician arrives and begins."""
    story.times["started"] = at
    story.move(_worker(story), "arrive", story.status, at - timedelta(seconds=40), reason=_shown(story))
    story.move(_worker(story), "start", _S.working, at)


def _shown(story: Story) -> str:
    """How the arrival was shown, or why it was not; by the order's own time, so that the dice of the rest stay as they are."""
    return _ARRIVALS[int(story.report.submitted_at.timestamp()) % len(_ARRIVALS)]


def pause(story: Story, at: datetime, reason: PauseReason) -> None:
    """The work rests for a reason that stops the clock."""
    story.pause_reason, story.times["paused"] = reason, at
    story.move(_worker(story), "pause", _S.paused, at, reason=reason.value)


def finish(story: Story, at: datetime, labour: timedelta) -> None:
    """The fault is repaired."""
    story.times["completed"] = at
    story.labour_minutes = max(5, round(labour / timedelta(minutes=1)))
    story.move(_worker(story), "complete", _S.completed, at, note=story.report.fix)


def close_if_due(story: Story, now: datetime) -> None:
    """Close what was completed more than a week ago."""
    done = story.times.get("completed")
    if story.status is _S.completed and done and done + CLOSE_AFTER <= now:
        story.times["closed"] = done + CLOSE_AFTER
        story.move(_SYSTEM, "close", _S.closed, story.times["closed"])


def _pause(rng: Random, story: Story, done: datetime) -> datetime:
    reason = rng.choice((PauseReason.waiting_for_parts, PauseReason.waiting_for_parts, PauseReason.waiting_for_resident))
    paused_at = story.times["started"] + timedelta(minutes=10)
    span = timedelta(hours=rng.randrange(2, 40))
    pause(story, paused_at, reason)
    story.move(_worker(story), "resume", _S.working, paused_at + span)
    del story.times["paused"]
    rested = working_between(paused_at, paused_at + span, urgency=story.report.urgency)
    story.pause_reason, story.paused_seconds = None, int(rested.total_seconds())
    story.complete_due_at = add_working(story.complete_due_at, rested, urgency=story.report.urgency)
    return max(done, paused_at + timedelta(minutes=5)) + span


def _end_early(world: World, rng: Random, story: Story, *, is_cancelled: bool) -> None:
    at = story.report.submitted_at + timedelta(minutes=rng.randrange(3, 60))
    if is_cancelled:
        story.end_reason = rng.choice(("自己修好了", "重复报修", "时间不方便，改天再报"))
        who = (story.report.reporter_id, world.account_names[story.report.reporter_id])
        story.move(who, "cancel", _S.cancelled, at, reason=story.end_reason)
    else:
        story.end_reason = rng.choice(("不属于物业维修范围，建议联系厂家售后", "与已有工单重复"))
        dispatcher = world.accounts["dispatcher"]
        story.move((dispatcher, world.account_names[dispatcher]), "reject", _S.rejected, at, reason=story.end_reason)


def _worker(story: Story) -> Person:
    if story.worker is None:
        raise ValueError("nobody holds the order")
    return story.worker.id, story.worker.name


def _minutes(rng: Random, median: float, spread: float) -> timedelta:
    """A skewed span: most are short, a few are long."""
    return timedelta(minutes=min(rng.lognormvariate(log(median), spread), 40 * median))
