"""The cells of a batch plan: what each waiting order would cost with each technician in each slot of the shift. Pure.

The points are those of `scoring`, computed for whole groups at once; a test compares them pair by pair.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from estate_app.repair.models import Urgency
from estate_app.repair.rules import MAX_LEVEL
from estate_app.repair.scoring import FAR_M, NEAR_M, Factor, Facts, Need

Numbers = NDArray[np.float64]
# What ten minutes of waiting cost in points, what a broken promise costs, and what it costs to leave an order in the queue.
WAIT_POINTS: Mapping[Urgency, float] = {Urgency.emergency: 20.0, Urgency.high: 4.0, Urgency.normal: 1.0}
LEFT_POINTS: Mapping[Urgency, float] = {Urgency.emergency: 10_000.0, Urgency.high: 3_000.0, Urgency.normal: 1_000.0}
LATE_POINTS = 50.0
KEPT = 24
_EARTH_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Job:
    """One waiting order: its need, its visit window and its promise."""

    order_id: int
    need: Need
    due_at: datetime
    room_id: int | None = None
    window_from: datetime | None = None
    window_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """One technician's time: free from an instant until the shift ends, with the minutes that the day still holds."""

    facts: Facts
    free_from: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """Finished orders by home and by building, then by technician."""

    rooms: Mapping[int, Mapping[int, int]]
    buildings: Mapping[int, Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Cells:
    """Feasible (order, slot) pairs with their cost and the points behind it; a slot is `worker * slots + place in line`."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    costs: Numbers
    points: NDArray[np.int64]
    slots: int


def eligible(need: Need, worker: Worker) -> bool:
    """Whether somebody could take an order at all: active, there, of the trade and the estate, and not one who passed."""
    facts = worker.facts
    return (
        facts.is_active
        and not facts.is_on_leave
        and facts.levels.get(need.trade, 0) >= need.level
        and need.estate_id in facts.estate_ids
        and facts.technician_id not in need.excluded_ids
    )


def cells(jobs: Sequence[Job], workers: Sequence[Worker], known: Known, *, now: datetime, slot_minutes: int, kept: int = KEPT) -> Cells:
    """Cost every feasible pair; of many technicians an order keeps the `kept` with the most points."""
    spans = np.array([(w.until - w.free_from).total_seconds() / 60 for w in workers])
    slots = max(1, int(spans.max(initial=0) // slot_minutes))
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, job in enumerate(jobs):
        need = job.need
        groups[need.trade, need.level, need.estate_id, need.excluded_ids, tuple(need.weights.items())].append(index)
    parts = [_group(jobs, workers, known, members, now, slot_minutes, slots, kept) for members in groups.values()]
    if not parts:
        nothing = np.zeros(0, dtype=np.int64)
        return Cells(nothing, nothing, np.zeros(0), nothing, slots)
    rows, columns, costs, points = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Cells(rows, columns, costs, points, slots)


def base_points(jobs: Sequence[Job], workers: Sequence[Worker], known: Known) -> NDArray[np.int64]:
    """The points of jobs of one trade, level, estate and weighting with eligible workers: every factor but the load."""
    need = jobs[0].need
    levels = np.array([w.facts.levels.get(need.trade, 0) for w in workers])
    skill = np.where((levels > need.level) | (levels == MAX_LEVEL), 1000, 850)
    scores = np.array([(w.facts.score_milli - 1000) // 4 for w in workers])
    per_worker = _points(need, Factor.skill, skill) + _points(need, Factor.rating, scores)
    total: NDArray[np.int64] = np.broadcast_to(per_worker, (len(jobs), len(workers))) + _points(need, Factor.travel, _travel(jobs, workers))
    by_building = {b: _of_building(b, workers, known) for b in {job.need.building_id for job in jobs}}
    zone = np.stack([by_building[job.need.building_id][0] for job in jobs])
    familiar = np.stack([by_building[job.need.building_id][1] for job in jobs])
    for row, job in enumerate(jobs):
        seen = known.rooms.get(job.room_id or 0)
        if seen:
            familiar[row] = [1000 if seen.get(w.facts.technician_id) else familiar[row, n] for n, w in enumerate(workers)]
    return total + _points(need, Factor.zone, zone) + _points(need, Factor.familiarity, familiar)


def _group(
    jobs: Sequence[Job], workers: Sequence[Worker], known: Known, members: list[int], now: datetime, slot: int, slots: int, kept: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Numbers, NDArray[np.int64]]:
    able = np.array([n for n, w in enumerate(workers) if eligible(jobs[members[0]].need, w)], dtype=np.int64)
    if not len(able):
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, np.zeros(0), nothing
    mine, crew = [jobs[i] for i in members], [workers[n] for n in able]
    base = base_points(mine, crew, known)
    chosen = np.argsort(-base, axis=1, kind="stable")[:, :kept] if len(able) > kept else np.broadcast_to(np.arange(len(able)), base.shape)
    base = np.take_along_axis(base, chosen, axis=1)
    starts, fits, late = _times(mine, crew, chosen, now, slot, slots)
    points = base[:, :, None] + _load(mine, crew, chosen, slot, slots)
    ready = np.array([_minutes(max(job.window_from or now, now), now) for job in mine])
    rate = np.array([WAIT_POINTS[job.need.urgency] / 10 for job in mine])
    costs = 100 - points + np.maximum(0, starts - ready[:, None, None]) * rate[:, None, None] + LATE_POINTS * late
    row, worker, place = np.nonzero(fits)
    return np.array(members)[row], able[chosen[row, worker]] * slots + place, costs[fits], points[fits]


def _times(
    jobs: list[Job], crew: list[Worker], chosen: NDArray[np.int64], now: datetime, slot: int, slots: int
) -> tuple[Numbers, NDArray[np.bool_], NDArray[np.bool_]]:
    """When each slot would begin (minutes from now), whether the order fits into it, and whether it would break its promise."""
    free = np.array([_minutes(w.free_from, now) for w in crew])[chosen]
    until = np.array([_minutes(w.until, now) for w in crew])[chosen]
    room = np.array([float(w.facts.daily_minutes - w.facts.booked_minutes) for w in crew])[chosen]
    needs = np.array([float(job.need.minutes) for job in jobs])[:, None, None]
    opens = np.array([_minutes(job.window_from, now) if job.window_from else -np.inf for job in jobs])[:, None, None]
    shuts = np.array([_minutes(job.window_to, now) if job.window_to else np.inf for job in jobs])[:, None, None]
    due = np.array([_minutes(job.due_at, now) for job in jobs])[:, None, None]
    ignores = np.array([job.need.urgency is Urgency.emergency for job in jobs])[:, None, None]
    begins = free[:, :, None] + slot * np.arange(slots)
    starts = np.maximum(begins, opens)
    fits = (starts < begins + slot) & (starts <= shuts) & (starts + needs <= until[:, :, None])
    fits &= ignores | (needs <= room[:, :, None] - slot * np.arange(slots))
    return starts, fits, starts + needs > due


def _load(jobs: list[Job], crew: list[Worker], chosen: NDArray[np.int64], slot: int, slots: int) -> NDArray[np.int64]:
    """The points for what stays free of the day, with `place` orders of a slot's length before this one."""
    booked = np.array([w.facts.booked_minutes for w in crew])[chosen]
    daily = np.array([w.facts.daily_minutes for w in crew])[chosen]
    needs = np.array([job.need.minutes for job in jobs])
    after = booked[:, :, None] + needs[:, None, None] + slot * np.arange(slots)
    share = np.where(daily[:, :, None] > 0, 1000 * (daily[:, :, None] - after) // np.maximum(daily, 1)[:, :, None], 0)
    return _points(jobs[0].need, Factor.load, share)


def _travel(jobs: Sequence[Job], workers: Sequence[Worker]) -> Numbers:
    """The share of the way's points; half where a place is unknown."""
    there = np.array([_place(job.need.latitude, job.need.longitude) for job in jobs])
    here = np.array([_place(w.facts.latitude, w.facts.longitude) for w in workers])
    metres = np.rint(_distances(there, here))
    share = 1000 * (FAR_M - np.maximum(metres, NEAR_M)) // (FAR_M - NEAR_M)
    return np.where(np.isnan(metres), 500, np.nan_to_num(share))


def _distances(there: Numbers, here: Numbers) -> Numbers:
    """Haversine, as `kit.geo.distance_m`."""
    a, b = np.radians(there), np.radians(here)
    rise = np.sin((b[None, :, 0] - a[:, None, 0]) / 2) ** 2
    turn = np.cos(a[:, None, 0]) * np.cos(b[None, :, 0]) * np.sin((b[None, :, 1] - a[:, None, 1]) / 2) ** 2
    distance: Numbers = 2 * _EARTH_M * np.arcsin(np.sqrt(rise + turn))
    return distance


def _of_building(building_id: int | None, workers: Sequence[Worker], known: Known) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The shares of zone and of familiarity in a building, by worker."""
    seen = known.buildings.get(building_id or 0, {})
    zone, familiar = [], []
    for worker in workers:
        mains, visits = worker.facts.building_ids, seen.get(worker.facts.technician_id, 0)
        zone.append(1000 if building_id is not None and building_id in mains else 500 if mains else 800)
        familiar.append(400 + 50 * min(visits, 8) if visits else 0)
    return np.array(zone), np.array(familiar)


def _points(need: Need, factor: Factor, share: NDArray[np.int64] | Numbers) -> NDArray[np.int64]:
    """Round as `scoring` does."""
    points: NDArray[np.int64] = (need.weights[factor] * np.clip(share, 0, 1000).astype(np.int64) + 500) // 1000
    return points


def _place(latitude: float | None, longitude: float | None) -> tuple[float, float]:
    return (latitude, longitude) if latitude is not None and longitude is not None else (np.nan, np.nan)


def _minutes(at: datetime, now: datetime) -> float:
    return (at - now) / timedelta(minutes=1)
