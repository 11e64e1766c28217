"""A batch plan: the waiting orders and the technicians' slots as one assignment problem, solved by SciPy. Pure.

Leaving an order in the queue is a choice with a price, so the cheapest plan always exists. The solver sees slots of one length;
each technician's line is then laid out with the real minutes, and what no longer fits goes into another round.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import fmean

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from estate_app.repair.models import QueueReason, Urgency
from estate_app.repair.plan_cells import KEPT, LEFT_POINTS, Cells, Job, Known, Worker, cells

_ROUNDS = 4
_SHORTEST, _LONGEST = 30, 120


@dataclass(frozen=True, slots=True)
class Visit:
    """One order in the plan: who, from when until when, with how many points."""

    order_id: int
    technician_id: int
    starts_at: datetime
    ends_at: datetime
    points: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The visits by technician and time, and the orders that stay with the reason."""

    visits: tuple[Visit, ...]
    left: tuple[tuple[int, QueueReason], ...]


def make_plan(jobs: Sequence[Job], workers: Sequence[Worker], known: Known, *, now: datetime, kept: int = KEPT) -> Plan:
    """Plan as many orders as fit, the urgent first, at the least total cost."""
    visits: list[Visit] = []
    waiting, crew = list(jobs), list(workers)
    for _ in range(_ROUNDS):
        if not waiting or not crew:
            break
        found = cells(waiting, crew, known, now=now, slot_minutes=slot_minutes(waiting), kept=kept)
        made, crew = _lay_out(waiting, crew, found, solve(waiting, found))
        if not made:
            break
        visits += made
        taken = {visit.order_id for visit in made}
        waiting = [job for job in waiting if job.order_id not in taken]
    visits.sort(key=lambda v: (v.technician_id, v.starts_at, v.order_id))
    return Plan(tuple(visits), tuple((job.order_id, _why_left(job, workers)) for job in waiting))


def slot_minutes(jobs: Sequence[Job]) -> int:
    """The length of a slot: the mean of the estimates, between half an hour and two."""
    return max(_SHORTEST, min(_LONGEST, round(fmean(job.need.minutes for job in jobs))))


def solve(jobs: Sequence[Job], found: Cells) -> list[tuple[int, int]]:
    """Choose the (order, cell) pairs of the least total cost; an order without a pair is left.

    Each order also has a column of its own, priced at what leaving it costs: a full matching is then the optimum.
    """
    count, slots = len(jobs), int(found.columns.max(initial=-1)) + 1
    own = np.arange(count)
    prices = np.array([LEFT_POINTS[job.need.urgency] for job in jobs])
    rows, columns = np.concatenate([found.rows, own]), np.concatenate([found.columns, slots + own])
    # A sparse matrix forgets zeros; one more for every cell changes no comparison.
    lowest = min(0.0, float(found.costs.min(initial=0.0)))
    weights = np.concatenate([found.costs, prices]) - lowest + 1
    matrix = coo_matrix((weights, (rows, columns)), shape=(count, slots + count)).tocsr()
    chosen_rows, chosen_columns = min_weight_full_bipartite_matching(matrix)
    where = {(int(r), int(c)): n for n, (r, c) in enumerate(zip(found.rows, found.columns, strict=True))}
    return [
        (int(r), where[int(r), int(c)]) for r, c in zip(chosen_rows, chosen_columns, strict=True) if c < slots
    ]  # fmt: skip


def total_cost(jobs: Sequence[Job], found: Cells, pairs: Sequence[tuple[int, int]]) -> float:
    """What a choice costs, with the price of every order that is left."""
    placed = {row for row, _ in pairs}
    left = sum(LEFT_POINTS[job.need.urgency] for row, job in enumerate(jobs) if row not in placed)
    return left + float(sum(found.costs[cell] for _, cell in pairs))


def _lay_out(
    jobs: Sequence[Job], workers: Sequence[Worker], found: Cells, pairs: Sequence[tuple[int, int]]
) -> tuple[list[Visit], list[Worker]]:
    """Put each technician's orders one after the other with their real minutes, and give back the time that is left."""
    lines: dict[int, list[tuple[int, int, int]]] = {}
    for row, cell in pairs:
        worker, place = divmod(int(found.columns[cell]), found.slots)
        lines.setdefault(worker, []).append((place, row, int(found.points[cell])))
    visits, crew = [], list(workers)
    for index, line in lines.items():
        for _, row, points in sorted(line):
            visit = _fit(jobs[row], crew[index], points)
            if visit is not None:
                visits.append(visit)
                facts = crew[index].facts
                booked = replace(facts, booked_minutes=facts.booked_minutes + jobs[row].need.minutes)
                crew[index] = replace(crew[index], facts=booked, free_from=visit.ends_at)
    return visits, crew


def _fit(job: Job, worker: Worker, points: int) -> Visit | None:
    starts = max(worker.free_from, job.window_from or worker.free_from)
    ends = starts + timedelta(minutes=job.need.minutes)
    has_room = worker.facts.booked_minutes + job.need.minutes <= worker.facts.daily_minutes
    if ends > worker.until or (job.window_to and starts > job.window_to):
        return None
    if not has_room and job.need.urgency is not Urgency.emergency:
        return None
    return Visit(job.order_id, worker.facts.technician_id, starts, ends, points)


def _why_left(job: Job, workers: Sequence[Worker]) -> QueueReason:
    """The reason of those who came closest."""
    need = job.need
    skilled = [w for w in workers if w.facts.is_active and w.facts.levels.get(need.trade, 0) >= need.level]
    if not skilled:
        return QueueReason.no_trade
    near = [w for w in skilled if need.estate_id in w.facts.estate_ids]
    if not near:
        return QueueReason.no_zone
    there = [w for w in near if not w.facts.is_on_leave and w.until > w.free_from]
    if not there:
        return QueueReason.no_shift
    if all(w.facts.technician_id in need.excluded_ids for w in there):
        return QueueReason.all_passed
    return QueueReason.no_capacity
