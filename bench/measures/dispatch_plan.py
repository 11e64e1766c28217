"""How long a batch plan of 10,000 waiting orders and 1,000 technicians takes, beside the solver alone, and how far from the optimum.

The optimum comes from SciPy's dense solver over every pair that is feasible, on sizes at which that fits into memory.
"""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
from scipy.optimize import linear_sum_assignment

from bench.plan import IS_QUICK, ratio, say
from bench.process import forget_peak, peak_mb
from estate_app.repair.models import Trade, Urgency
from estate_app.repair.plan import make_plan, slot_minutes, solve, total_cost
from estate_app.repair.plan_cells import LEFT_POINTS, Job, Known, Worker, cells
from estate_app.repair.scoring import Facts, Need

_NOW = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
_FULL = (1_000, 100) if IS_QUICK else (10_000, 1_000)
_COMPARED = ((200, 20),) if IS_QUICK else ((200, 20), (1_000, 100), (2_000, 200))
_ESTATES = 10
_MIX = (2, 8, 90)


def measure() -> dict[str, object]:
    """Plan the full size, time the solver on the very same cells, and compare smaller sizes with the optimum."""
    say(f"  planning {_FULL[0]} orders onto {_FULL[1]} technicians")
    forget_peak()
    jobs, workers, known = crowd(1, *_FULL, estates=_ESTATES)
    started = time.perf_counter()
    plan = make_plan(jobs, workers, known, now=_NOW)
    whole = time.perf_counter() - started
    found = cells(jobs, workers, known, now=_NOW, slot_minutes=slot_minutes(jobs))
    started = time.perf_counter()
    solve(jobs, found)
    alone = time.perf_counter() - started
    return {
        "orders": _FULL[0],
        "technicians": _FULL[1],
        "planned": len(plan.visits),
        "left": len(plan.left),
        "plan_s": round(whole, 2),
        "cells": len(found.rows),
        "solver_alone_s": round(alone, 2),
        "plan_ratio": ratio(whole, alone),
        "peak_mb": peak_mb(),
        "against_optimum": [_compared(*size) for size in _COMPARED],
    }


def _compared(orders: int, technicians: int) -> dict[str, object]:
    """What the plan's choice costs against the optimum over all pairs, in parts per million."""
    say(f"  the optimum of {orders} orders and {technicians} technicians")
    jobs, workers, known = crowd(2, orders, technicians, estates=1)
    slot = slot_minutes(jobs)
    ours = cells(jobs, workers, known, now=_NOW, slot_minutes=slot)
    cost = total_cost(jobs, ours, solve(jobs, ours))
    every = cells(jobs, workers, known, now=_NOW, slot_minutes=slot, kept=technicians)
    width = len(workers) * every.slots
    dense = np.full((orders, width + orders), 1e9)
    dense[every.rows, every.columns] = every.costs
    dense[np.arange(orders), width + np.arange(orders)] = [LEFT_POINTS[job.need.urgency] for job in jobs]
    started = time.perf_counter()
    rows, columns = linear_sum_assignment(dense)
    taken = time.perf_counter() - started
    optimum = float(dense[rows, columns].sum())
    above = round(1e6 * (cost - optimum) / optimum)
    return {"orders": orders, "technicians": technicians, "above_optimum_ppm": above, "dense_solver_s": round(taken, 2)}


def crowd(seed: int, orders: int, technicians: int, *, estates: int) -> tuple[list[Job], list[Worker], Known]:
    """Orders and technicians as a company has them: seven trades, one in three orders with a visit window, people with two trades."""
    rng = Random(seed)
    workers = [_worker(rng, n, n % estates) for n in range(technicians)]
    jobs = [_job(rng, n, n % estates) for n in range(orders)]
    crew = {e: [n for n in range(technicians) if n % estates == e] for e in range(estates)}
    buildings = {e * 100 + b: {n: rng.randint(1, 12) for n in rng.sample(crew[e], len(crew[e]) // 4)} for e in crew for b in range(20)}
    return jobs, workers, Known({}, buildings)


def _worker(rng: Random, number: int, estate: int) -> Worker:
    facts = Facts(
        technician_id=number, name=f"T{number}", is_active=True, levels={t: rng.randint(2, 5) for t in rng.sample(list(Trade), 2)},
        estate_ids=frozenset({estate}), building_ids=frozenset(estate * 100 + b for b in rng.sample(range(20), rng.randint(0, 4))),
        is_on_duty=True, is_on_call=False, is_on_leave=False, daily_minutes=420, booked_minutes=rng.randrange(0, 240, 15),
        score_milli=rng.randint(3500, 5000), score_count=30, latitude=_near(rng, 30 + estate / 10), longitude=_near(rng, 114),
    )  # fmt: skip
    return Worker(facts, _NOW, _NOW + timedelta(hours=8))


def _job(rng: Random, number: int, estate: int) -> Job:
    begins = _NOW + timedelta(hours=rng.randint(0, 6)) if rng.random() < 1 / 3 else None
    need = Need(
        rng.choice(list(Trade)), rng.randint(1, 3), rng.choice((30, 45, 60, 60, 90)), rng.choices(list(Urgency), _MIX)[0], estate,
        estate * 100 + rng.randrange(20), _near(rng, 30 + estate / 10), _near(rng, 114),
    )  # fmt: skip
    job = Job(number, need, _NOW + timedelta(hours=rng.choice((2, 8, 24))))
    return job if begins is None else replace(job, window_from=begins, window_to=begins + timedelta(hours=2))


def _near(rng: Random, at: float) -> float:
    return at + rng.uniform(-0.01, 0.01)
