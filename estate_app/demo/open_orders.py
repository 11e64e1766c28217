"""The orders that are open at the end: some in every state, some late, and the one that the demo's resident watches."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from estate_app.demo.catalogue import CategoryPlan
from estate_app.demo.reports import make_report
from estate_app.demo.stories import Story, accept, begin, pause, pick_worker, queue_after_passes, set_out, start
from estate_app.demo.world import Worker, World
from estate_app.repair.models import OrderStatus, PauseReason, QueueReason, Source, Urgency

_S = OrderStatus
_HOME_TEXT = "厨房水槽下方漏水，角阀处一直滴水，地柜底板已经泡湿，早上发现的。"
_SAME_TROUBLE = (
    (38, "厨房水龙头突然没水，问了楼上也停水，不知道是不是主管的问题"),
    (27, "家里水压很小，卫生间几乎不出水，早上还是正常的"),
    (16, "整户停水，热水器报警，邻居家也是一样的情况"),
)
_STAGES = (_S.assigned, _S.accepted, _S.on_the_way, _S.working, _S.paused)


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """Some orders of one kind that stand in one state, reported so many minutes ago."""

    status: OrderStatus
    code: str
    minutes_ago: int
    urgency: Urgency | None = None
    pause: PauseReason | None = None


_P, _U = PauseReason, Urgency
_PLANS = (
    OpenPlan(_S.submitted, "door_lock", 72, _U.emergency),
    OpenPlan(_S.submitted, "power_light", 18, _U.high),
    OpenPlan(_S.submitted, "wall_seepage", 34, _U.high),
    OpenPlan(_S.submitted, "air_heat", 51),
    OpenPlan(_S.submitted, "drain_blocked", 26),
    OpenPlan(_S.submitted, "gate", 145),
    OpenPlan(_S.submitted, "public_light", 190),
    OpenPlan(_S.assigned, "pipe_leak", 4),
    OpenPlan(_S.assigned, "power_light", 7),
    OpenPlan(_S.assigned, "intercom", 3),
    OpenPlan(_S.assigned, "drain_blocked", 6),
    OpenPlan(_S.assigned, "other_home", 9),
    OpenPlan(_S.accepted, "pipe_leak", 42),
    OpenPlan(_S.accepted, "air_heat", 130),
    OpenPlan(_S.accepted, "door_lock", 95),
    OpenPlan(_S.accepted, "drain_blocked", 66),
    OpenPlan(_S.accepted, "lift", 58, _U.high),
    OpenPlan(_S.on_the_way, "power_light", 47),
    OpenPlan(_S.on_the_way, "pipe_leak", 39, _U.emergency),
    OpenPlan(_S.on_the_way, "other_public", 120),
    OpenPlan(_S.working, "power_light", 105),
    OpenPlan(_S.working, "air_heat", 160),
    OpenPlan(_S.working, "lift", 110, _U.high),
    OpenPlan(_S.working, "wall_seepage", 240),
    OpenPlan(_S.working, "door_lock", 88),
    OpenPlan(_S.paused, "air_heat", 1500, pause=_P.waiting_for_parts),
    OpenPlan(_S.paused, "wall_seepage", 2800, pause=_P.bad_weather),
    OpenPlan(_S.paused, "door_lock", 700, pause=_P.waiting_for_resident),
    OpenPlan(_S.paused, "intercom", 420, pause=_P.waiting_for_access),
    OpenPlan(_S.accepted, "ground", 11_500),
    OpenPlan(_S.working, "drain_blocked", 4_400),
    OpenPlan(_S.accepted, "power_light", 4_350),
)


def open_stories(world: World, rng: Random) -> Iterator[Story]:
    """Deal the open orders; nobody works on two at once."""
    leaves = {plan.code: (category_id, plan) for category_id, plan in world.categories}
    demo = next(w for w in world.workers if w.id == world.accounts["technician"])
    yield _watched(world, rng, leaves["pipe_leak"], demo)
    busy = {demo.id}
    for plan in _PLANS:
        at = world.now - timedelta(minutes=plan.minutes_ago, seconds=rng.randrange(60))
        report = make_report(world, rng, leaves[plan.code], at)
        report.urgency = plan.urgency or report.plan.urgency
        story = begin(world, report)
        if plan.status is _S.submitted:
            queue_after_passes(world, rng, story)
        else:
            _advance(rng, story, plan, _free_worker(world, rng, story, busy))
        yield story
    yield from _own_queue(world, rng, leaves, demo)
    yield from _same_trouble(world, rng, leaves["pipe_leak"], busy)
    yield _open_to_all(world, rng, leaves["other_home"])


def _same_trouble(world: World, rng: Random, leaf: tuple[int, CategoryPlan], busy: set[int]) -> Iterator[Story]:
    """Three homes of one building report the same within the hour: the rule proposes an incident as soon as the jobs run."""
    homes = {
        h.id: h for h in world.places[0].homes if h.resident_ids and h.building_code == world.home.building_code and h is not world.home
    }
    for home, (ago, text) in zip(homes.values(), _SAME_TROUBLE, strict=False):
        report = make_report(world, rng, leaf, world.now - timedelta(minutes=ago), place=world.places[0], home=home)
        report.text, report.urgency, report.area = text, Urgency.high, None
        story = begin(world, report)
        _advance(rng, story, OpenPlan(_S.assigned, "pipe_leak", ago), _free_worker(world, rng, story, busy))
        yield story


def _open_to_all(world: World, rng: Random, leaf: tuple[int, CategoryPlan]) -> Story:
    """One order that the technicians of the first estate may take."""
    report = make_report(world, rng, leaf, world.now - timedelta(minutes=3), place=world.places[0])
    report.urgency = Urgency.normal
    story = begin(world, report)
    story.queue_reason = QueueReason.open_to_all
    story.move((None, "system"), "open", _S.submitted, report.submitted_at + timedelta(seconds=1), reason=QueueReason.open_to_all.value)
    return story


def _watched(world: World, rng: Random, leaf: tuple[int, CategoryPlan], demo: Worker) -> Story:
    report = make_report(world, rng, leaf, world.now - timedelta(minutes=100), place=world.places[0], home=world.home)
    report.text, report.urgency, report.source = _HOME_TEXT, Urgency.high, Source.mini_program
    report.reporter_id, report.contact = world.accounts["owner"], ("林晓雯", world.home.phones[0])
    story = begin(world, report)
    story.worker = demo
    at = report.submitted_at + timedelta(seconds=41)
    story.times["assigned"] = at
    story.move((None, "system"), "assign", _S.assigned, at)
    accept(rng, story, at + timedelta(minutes=6))
    set_out(story, at + timedelta(minutes=52))
    start(story, at + timedelta(minutes=61))
    return story


def _own_queue(world: World, rng: Random, leaves: dict[str, tuple[int, CategoryPlan]], demo: Worker) -> Iterator[Story]:
    """The demo technician's list: one just offered, three accepted for later."""
    for status, code, ago in ((_S.assigned, "drain_blocked", 2), (_S.accepted, "pipe_leak", 75), (_S.accepted, "drain_blocked", 140)):
        report = make_report(world, rng, leaves[code], world.now - timedelta(minutes=ago), place=world.places[0])
        story = begin(world, report)
        _advance(rng, story, OpenPlan(status, code, ago), demo)
        yield story


def _advance(rng: Random, story: Story, plan: OpenPlan, worker: Worker) -> None:
    """Walk an order to its state, its steps spread over the time that has passed."""
    at = story.report.submitted_at
    span = timedelta(minutes=plan.minutes_ago)
    story.worker = worker
    story.times["assigned"] = at + min(timedelta(seconds=rng.randrange(5, 80)), span / 4)
    story.move((None, "system"), "assign", _S.assigned, story.times["assigned"])
    stage = _STAGES.index(plan.status)
    if stage >= _STAGES.index(_S.accepted):
        accept(rng, story, at + min(timedelta(minutes=rng.randrange(3, 14)), span / 4))
    if stage >= _STAGES.index(_S.on_the_way):
        set_out(story, at + span * 0.55)
    if stage >= _STAGES.index(_S.working):
        start(story, at + span * 0.65)
    if plan.pause:
        pause(story, at + span * 0.75, plan.pause)


def _free_worker(world: World, rng: Random, story: Story, busy: set[int]) -> Worker:
    """Somebody who is not busy, if there is anybody; whoever starts is busy from now on."""
    worker = pick_worker(world, rng, story.report)
    for _ in range(30):
        if worker.id not in busy:
            break
        worker = pick_worker(world, rng, story.report)
    busy.add(worker.id)
    return worker
