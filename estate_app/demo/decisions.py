"""Why the orders of the last two weeks went to whom they went: weighed by the dispatcher's own rules."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from estate_app.demo.copying import Row
from estate_app.demo.stories import Story
from estate_app.demo.world import Worker, World
from estate_app.repair.decisions import packed
from estate_app.repair.models import DispatchDecision, OrderStatus, Trade, Urgency
from estate_app.repair.scoring import Facts, Need, Ranking, rank

_DAYS = 14
_BY_HAND = "离现场最近，顺路处理"


def build_decisions(world: World, stories: list[Story]) -> None:
    """Write the decisions of recent orders."""
    rng = world.rng("decisions")
    since = world.now - timedelta(days=_DAYS)
    recent = [s for s in stories if s.report.submitted_at >= since and (s.worker or s.status is OrderStatus.submitted)]
    rows = (_row(world, rng, story) for story in recent)
    world.copier.write(DispatchDecision, "id order_id technician_id mode at actor_id reason candidates exclusions", rows)


def _row(world: World, rng: Random, story: Story) -> Row:
    report = story.report
    block = next((b for b in report.place.blocks if b.id == report.building_id), None)
    need = Need(
        report.plan.trade, report.plan.level, report.plan.minutes, report.urgency, report.place.id, report.building_id,
        block.latitude if block else None, block.longitude if block else None, frozenset(w.id for w, _, _ in story.passed),
    )  # fmt: skip
    facts = [_facts(world, rng, worker, story) for worker in world.workers if worker.place is report.place]
    ranking = rank(need, facts)
    chosen = story.worker
    if chosen and report.urgency is not Urgency.emergency:
        ranking = _with_busy_rivals(need, facts, ranking, chosen.id)
    is_best = chosen is None or (ranking.best is not None and ranking.best.technician_id == chosen.id)
    mode = "queue" if chosen is None else "auto" if is_best else "by_hand"
    actor_id = world.accounts["dispatcher"] if mode == "by_hand" else None
    reason = (story.queue_reason or "") if chosen is None else "" if is_best else _BY_HAND
    at = story.times.get("assigned", story.changed_at)
    return (
        world.copier.new_id(DispatchDecision), story.id, chosen.id if chosen else None, mode, at, actor_id, reason, *packed(ranking),
    )  # fmt: skip


def _with_busy_rivals(need: Need, facts: list[Facts], ranking: Ranking, chosen_id: int) -> Ranking:
    """Whoever would have been better than the one who went had no minutes left."""
    better = set()
    for candidate in ranking.candidates:
        if candidate.technician_id == chosen_id:
            break
        better.add(candidate.technician_id)
    busy = [replace(f, booked_minutes=f.daily_minutes) if f.technician_id in better else f for f in facts]
    return rank(need, busy)


def _facts(world: World, rng: Random, worker: Worker, story: Story) -> Facts:
    at = story.times.get("assigned", story.report.submitted_at)
    kinds = {kind for kind, starts, ends in world.shifts_of.get(worker.id, ()) if starts <= at < ends}
    is_chosen = story.worker is worker
    last = rng.choice(worker.place.blocks)
    has_passed = any(w is worker for w, _, _ in story.passed)
    return Facts(
        technician_id=worker.id,
        name=worker.name,
        is_active=True,
        levels={Trade(trade): level for trade, level in worker.levels.items()},
        estate_ids=frozenset({worker.place.id}),
        building_ids=frozenset(worker.building_ids),
        is_on_duty=is_chosen or has_passed or "duty" in kinds,
        is_on_call="on_call" in kinds,
        is_on_leave=False,
        daily_minutes=worker.daily_minutes,
        booked_minutes=0 if is_chosen or has_passed else rng.randrange(0, 440, 10),
        score_milli=round(4600 + 130 * max(-2.0, min(2.0, worker.skill))),
        score_count=60,
        building_visits=rng.randrange(0, 9),
        same_trade_done=rng.randrange(3, 50),
        latitude=last.latitude,
        longitude=last.longitude,
    )
