"""Batch plans: the points agree with the single order's score, the choice is the optimum, and no line breaks a limit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from estate_app.repair.models import QueueReason, Trade, Urgency
from estate_app.repair.plan import Plan, make_plan, slot_minutes, solve, total_cost
from estate_app.repair.plan_cells import LEFT_POINTS, Job, Known, Worker, cells, eligible
from estate_app.repair.scoring import Facts, Need, rank

NOW = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
TRADES = (Trade.plumbing, Trade.electrical, Trade.hvac)


def worker(number: int, *, hours: float = 8, levels=None, daily=420, booked=0, **extra) -> Worker:
    facts = Facts(
        technician_id=number, name=f"T{number}", is_active=True, levels=levels or {Trade.plumbing: 4}, estate_ids=frozenset({1}),
        building_ids=frozenset(), is_on_duty=True, is_on_call=False, is_on_leave=False, daily_minutes=daily, booked_minutes=booked,
        score_milli=4500, score_count=10,
    )  # fmt: skip
    return Worker(replace(facts, **extra), NOW, NOW + timedelta(hours=hours))


def job(number: int, *, minutes=60, urgency=Urgency.normal, trade=Trade.plumbing, due_hours=24, window=None, **extra) -> Job:
    need = Need(trade, 2, minutes, urgency, 1, **extra)
    start, end = (NOW + timedelta(hours=h) for h in window) if window else (None, None)
    return Job(number, need, NOW + timedelta(hours=due_hours), window_from=start, window_to=end)


def crowd(seed: int, jobs: int, workers: int) -> tuple[list[Job], list[Worker], Known]:
    """A random estate."""
    rng = Random(seed)
    point = lambda: (30 + rng.random() / 50, 114 + rng.random() / 50)  # noqa: E731 -- used a few lines below only
    people = []
    for n in range(workers):
        place = point() if rng.random() < 0.7 else (None, None)
        people.append(worker(
            n, hours=rng.choice((3, 5, 8)), levels={t: rng.randint(1, 5) for t in rng.sample(TRADES, 2)}, daily=rng.choice((240, 420)),
            booked=rng.randrange(0, 200, 15), building_ids=frozenset(rng.sample(range(1, 9), rng.randint(0, 3))),
            score_milli=rng.randint(3000, 5000), latitude=place[0], longitude=place[1],
        ))  # fmt: skip
    orders = []
    for n in range(jobs):
        place, begins = point(), rng.choice((None, None, None, 2, 3))
        urgency = rng.choices(list(Urgency), (1, 3, 12))[0]
        made = job(
            n, minutes=rng.choice((30, 45, 60, 90)), urgency=urgency, trade=rng.choice(TRADES), due_hours=rng.choice((2, 6, 24)),
            window=(begins, begins + 2) if begins else None, building_id=rng.randint(1, 8), latitude=place[0], longitude=place[1],
            excluded_ids=frozenset({rng.randrange(workers)}) if rng.random() < 0.1 else frozenset(),
        )  # fmt: skip
        orders.append(replace(made, room_id=rng.randint(1, 40)))
    rooms = {r: {rng.randrange(workers): 1} for r in range(1, 40, 3)}
    buildings = {b: {n: rng.randint(1, 12) for n in rng.sample(range(workers), workers // 3)} for b in range(1, 9)}
    return orders, people, Known(rooms, buildings)


def seen_by(known: Known, who: Worker, one: Job) -> Facts:
    return replace(
        who.facts,
        room_visits=known.rooms.get(one.room_id or 0, {}).get(who.facts.technician_id, 0),
        building_visits=known.buildings.get(one.need.building_id or 0, {}).get(who.facts.technician_id, 0),
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_points_of_the_first_slot_are_those_of_the_single_order(seed):
    orders, people, known = crowd(seed, 40, 25)
    found = cells(orders, people, known, now=NOW, slot_minutes=60, kept=100)
    first = found.columns % found.slots == 0
    compared = 0
    for row, column, points in zip(found.rows[first], found.columns[first], found.points[first], strict=True):
        who, one = people[column // found.slots], orders[row]
        ranked = rank(one.need, [seen_by(known, who, one)])
        if ranked.candidates:
            assert points == ranked.candidates[0].total
            compared += 1
    assert compared > 100


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_the_choice_costs_what_the_dense_solver_finds_to_be_the_optimum(seed):
    orders, people, known = crowd(seed, 60, 20)
    found = cells(orders, people, known, now=NOW, slot_minutes=slot_minutes(orders), kept=100)
    width = len(people) * found.slots
    dense = np.full((len(orders), width + len(orders)), 1e9)
    dense[found.rows, found.columns] = found.costs
    dense[np.arange(len(orders)), width + np.arange(len(orders))] = [LEFT_POINTS[o.need.urgency] for o in orders]
    rows, columns = linear_sum_assignment(dense)
    assert total_cost(orders, found, solve(orders, found)) == pytest.approx(dense[rows, columns].sum())


@pytest.mark.parametrize("seed", range(10, 16))
def test_no_line_overlaps_ends_after_the_shift_breaks_a_window_or_the_day(seed):
    orders, people, known = crowd(seed, 80, 12)
    plan = make_plan(orders, people, known, now=NOW)
    by_id = {o.order_id: o for o in orders}
    assert sorted([v.order_id for v in plan.visits] + [key for key, _ in plan.left]) == sorted(by_id)
    for who in people:
        mine = [v for v in plan.visits if v.technician_id == who.facts.technician_id]
        assert all(a.ends_at <= b.starts_at for a, b in pairwise(mine))
        assert all(who.free_from <= v.starts_at and v.ends_at <= who.until for v in mine)
        plain = [by_id[v.order_id] for v in mine]
        assert all(eligible(o.need, who) for o in plain)
        ordinary = sum(o.need.minutes for o in plain if o.need.urgency is not Urgency.emergency)
        assert who.facts.booked_minutes + ordinary <= who.facts.daily_minutes or ordinary == 0
        for visit, one in zip(mine, plain, strict=True):
            assert one.window_from is None or one.window_from <= visit.starts_at <= one.window_to


class TestChoices:
    def test_the_emergency_goes_first_and_the_ordinary_order_stays_when_only_one_fits(self):
        plan = make_plan([job(1), job(2, urgency=Urgency.emergency)], [worker(7, hours=1)], Known({}, {}), now=NOW)
        assert [(v.order_id, v.technician_id, v.starts_at) for v in plan.visits] == [(2, 7, NOW)]
        assert plan.left == ((1, QueueReason.no_capacity),)

    def test_a_visit_window_is_kept(self):
        plan = make_plan([job(1), job(2, window=(3, 4))], [worker(7)], Known({}, {}), now=NOW)
        assert {v.order_id: (v.starts_at - NOW) / timedelta(hours=1) for v in plan.visits} == {1: 0, 2: 3}

    def test_two_equal_orders_are_spread_over_two_technicians(self):
        plan = make_plan([job(1), job(2)], [worker(7), worker(8)], Known({}, {}), now=NOW)
        assert {v.technician_id for v in plan.visits} == {7, 8}

    def test_a_full_day_takes_an_emergency_only(self):
        orders = [job(1), job(2, urgency=Urgency.emergency)]
        plan = make_plan(orders, [worker(7, booked=400)], Known({}, {}), now=NOW)
        assert [v.order_id for v in plan.visits] == [2]

    def test_who_is_left_has_the_reason_of_those_who_came_closest(self):
        crew = [worker(7, is_on_leave=True), worker(8, estate_ids=frozenset({9}))]
        plan = make_plan([job(1, trade=Trade.lift), job(2)], crew, Known({}, {}), now=NOW)
        assert plan.left == ((1, QueueReason.no_trade), (2, QueueReason.no_shift))

    def test_nothing_waiting_and_nobody_there(self):
        assert make_plan([], [worker(7)], Known({}, {}), now=NOW) == Plan((), ())
        assert make_plan([job(1)], [], Known({}, {}), now=NOW).left == ((1, QueueReason.no_trade),)
