"""What other weights would have done: the last decisions weighed again from their stored reasons. It changes nothing.

Only what was stored is used: who could take each order, each factor's share, the way in minutes, the minutes taken. How often a
technician is in time comes from the finished orders of half a year, drawn towards the estate's mean where there are few.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, pstdev

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.errors import NotFoundError
from estate_app.repair.decisions import stored_ranking
from estate_app.repair.models import DispatchDecision, RepairOrder
from estate_app.repair.rules import DONE
from estate_app.repair.scoring import Candidate, Factor
from estate_app.repair.weights import Policy, ensure_sound, policy_of

_LOOK_BACK = timedelta(days=180)
_PRIOR_ORDERS = 20
_REPLAYED_MODES = ("auto",)


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a weighting picks, with the points, the way in minutes (None: not known) and the share of the day that was taken."""

    technician_id: int
    name: str
    points: int
    walk_minutes: int | None
    load_percent: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """One order that would have gone to somebody else."""

    order_id: int
    number: str
    before: Choice
    after: Choice


@dataclass(frozen=True, slots=True)
class Outcome:
    """The figures of one weighting over all replayed orders; None where nothing is known. Permille of orders in time."""

    walk_minutes: float | None
    load_spread: float
    on_time_milli: int | None


@dataclass(frozen=True, slots=True)
class Replay:
    """What would have changed: how many of how many orders, the figures before and after, and the changes, newest first."""

    replayed: int
    changes: tuple[Change, ...]
    before: Outcome
    after: Outcome


def replay(session: Session, actor: Actor, *, estate_id: int, weights: Mapping[Factor, int], last: int = 200, now: datetime) -> Replay:
    """Weigh the last automatic decisions of an estate again with other weights, beside the weights that hold now."""
    actor.require(Permission.repairs_dispatch)
    if not actor.scope(Permission.repairs_dispatch).covers(estate_id=estate_id):
        raise NotFoundError
    ensure_sound(Policy(weights=weights))
    current = policy_of(session, estate_id).weights
    rows = session.execute(
        select(DispatchDecision, RepairOrder)
        .join(RepairOrder, col(RepairOrder.id) == DispatchDecision.order_id)
        .where(RepairOrder.estate_id == estate_id, col(DispatchDecision.mode).in_(_REPLAYED_MODES))
        .order_by(col(DispatchDecision.id).desc())
        .limit(max(1, min(last, 1000)))
    ).all()
    pairs, changes = [], []
    everybody: set[int] = set()
    for decision, order in rows:
        candidates = stored_ranking(decision).candidates
        if not candidates:
            continue
        old, new = pick(candidates, current), pick(candidates, weights)
        everybody.update(c.technician_id for c in candidates)
        pairs.append((order.estimate_minutes, old, new))
        if old.technician_id != new.technician_id:
            changes.append(Change(order.id or 0, order.number, old, new))
    rates = _on_time(session, estate_id, now)
    before = _outcome([(minutes, old) for minutes, old, _ in pairs], rates, everybody)
    after = _outcome([(minutes, new) for minutes, _, new in pairs], rates, everybody)
    return Replay(len(pairs), tuple(changes), before, after)


def pick(candidates: Sequence[Candidate], weights: Mapping[Factor, int]) -> Choice:
    """The best of stored candidates under some weights; equal points keep the stored order."""
    totals = [sum((weights[p.factor] * p.share_milli + 500) // 1000 for p in c.parts) for c in candidates]
    best = max(range(len(candidates)), key=lambda n: (totals[n], -n))
    facts = {p.factor: dict(p.fact.params) for p in candidates[best].parts}
    walk, booked, daily = (
        _number(facts.get(Factor.travel, {}).get("minutes")),
        _number(facts.get(Factor.load, {}).get("booked")),
        _number(facts.get(Factor.load, {}).get("daily")),
    )
    load = 100 * booked // daily if booked is not None and daily else None
    return Choice(candidates[best].technician_id, candidates[best].name, totals[best], walk, load)


def _outcome(choices: Sequence[tuple[int, Choice]], rates: Mapping[int, int], everybody: set[int]) -> Outcome:
    minutes = dict.fromkeys(everybody, 0)
    for estimate, choice in choices:
        minutes[choice.technician_id] += estimate
    walks = [choice.walk_minutes for _, choice in choices if choice.walk_minutes is not None]
    known = [rates[choice.technician_id] for _, choice in choices if choice.technician_id in rates]
    return Outcome(
        round(fmean(walks), 1) if walks else None,
        round(pstdev(minutes.values()), 1) if minutes else 0.0,
        round(fmean(known)) if known else None,
    )


def _on_time(session: Session, estate_id: int, now: datetime) -> dict[int, int]:
    """The permille of finished orders that kept their promise, by technician, with 20 orders of the estate's mean added to each."""
    kept = func.sum(case((col(RepairOrder.completed_at) <= col(RepairOrder.complete_due_at), 1), else_=0))
    rows = session.execute(
        select(col(RepairOrder.technician_id), func.count(), kept)
        .where(RepairOrder.estate_id == estate_id, col(RepairOrder.status).in_(DONE), col(RepairOrder.technician_id).is_not(None))
        .where(col(RepairOrder.completed_at) > now - _LOOK_BACK)
        .group_by(col(RepairOrder.technician_id))
    ).all()
    total = sum(int(count) for _, count, _ in rows)
    if not total:
        return {}
    mean = sum(int(in_time) for _, _, in_time in rows) / total
    return {who: round(1000 * (int(in_time) + _PRIOR_ORDERS * mean) / (int(count) + _PRIOR_ORDERS)) for who, count, in_time in rows}


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) else None
