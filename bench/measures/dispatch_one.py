"""How long one order's dispatch takes with 30 and with 1,000 technicians, and the board, beside one INSERT+COMMIT and one SELECT."""

import time
from collections.abc import Callable
from functools import partial

import psycopg
from sqlmodel import col, select

from bench import orders
from bench.load import percentile, spread
from bench.plan import BOARDS, DISPATCHES, ratio, say
from bench.world import World, on_duty, small, world
from estate_app import db
from estate_app.access.actor import SYSTEM, Actor
from estate_app.db import UnitOfWork
from estate_app.repair.board import board
from estate_app.repair.dispatch import dispatch_order
from estate_app.repair.models import OrderStatus, RepairOrder

_PAGE = "SELECT * FROM repair_order ORDER BY submitted_at DESC, id DESC LIMIT 50"
_ROW = "INSERT INTO bench_decision (body) VALUES (%s)"


_SIZES = (30, 1_000)
_HISTORY = 8_000


def measure() -> dict[str, object]:
    """Dispatch waiting orders one by one, each committed by itself, then read the board; with 30 technicians and with 1,000."""
    return {"sizes": [_measured(technicians) for technicians in _SIZES]}


def _measured(technicians: int) -> dict[str, object]:
    with world(small(technicians=technicians, orders=400)) as site:
        on_duty(site.engine)
        orders.homes(site.engine)
        orders.add_orders(site.engine, _HISTORY, prefix="BH", is_open=False)
        orders.add_orders(site.engine, DISPATCHES, prefix="BD", is_open=True)
        waiting = db.run_in_uow(_waiting)
        say(f"  dispatching {len(waiting)} orders among {technicians} technicians")
        dispatched = [_timed(partial(db.run_in_uow, _dispatch, key)) for key in waiting]
        found = db.run_in_uow(_assigned)
        actor = site.actor("supervisor")
        estate_id = db.run_in_uow(lambda uow: uow.session.exec(select(RepairOrder.estate_id).limit(1)).one())
        boards = [_timed(lambda: db.run_in_uow(_board, actor, estate_id)) for _ in range(BOARDS)]
        commits, pages = _limits(site)
        return {
            "technicians": technicians,
            "dispatches": len(dispatched),
            "found_somebody": found,
            "dispatch": spread(dispatched),
            "bare_insert_commit": spread(commits),
            "dispatch_ratio": ratio(percentile(dispatched, 50), percentile(commits, 50)),
            "board": spread(boards),
            "bare_select_50": spread(pages),
            "board_ratio": ratio(percentile(boards, 50), percentile(pages, 50)),
            **site.durability,
        }


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _waiting(uow: UnitOfWork) -> list[int]:
    mine = (col(RepairOrder.number).startswith("BD"), RepairOrder.status == OrderStatus.submitted)
    return [key for key in uow.session.exec(select(RepairOrder.id).where(*mine).order_by(col(RepairOrder.id))) if key is not None]


def _assigned(uow: UnitOfWork) -> int:
    mine = (col(RepairOrder.number).startswith("BD"), RepairOrder.status == OrderStatus.assigned)
    return len(uow.session.exec(select(RepairOrder.id).where(*mine)).all())


def _dispatch(uow: UnitOfWork, order_id: int) -> None:
    dispatch_order(uow, SYSTEM, uow.session.get_one(RepairOrder, order_id, with_for_update=True))


def _board(uow: UnitOfWork, actor: Actor, estate_id: int) -> object:
    return board(uow.session, actor, estate_id, now=uow.now)


def _limits(site: World) -> tuple[list[float], list[float]]:
    """One row committed, and fifty rows read, through the bare driver."""
    with psycopg.connect(site.environment["ESTATE_DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE bench_decision (id bigserial PRIMARY KEY, body text NOT NULL)")
        commits = [_timed(lambda: connection.execute(_ROW, ("x" * 500,))) for _ in range(DISPATCHES)]
        pages = [_timed(lambda: connection.execute(_PAGE).fetchall()) for _ in range(BOARDS)]
    return commits, pages
