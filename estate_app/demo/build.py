"""Builds the demo company in an empty database, all of it or nothing."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy import text

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.demo.arrears import build_arrears
from estate_app.demo.bills import WRITTEN_BY_BILLS, build_bills
from estate_app.demo.books import Books
from estate_app.demo.checks import Indexes, check_at_once, defer_checks, drop_indexes
from estate_app.demo.common_things import build_common
from estate_app.demo.copying import Copier
from estate_app.demo.decisions import build_decisions
from estate_app.demo.desk import build_desk
from estate_app.demo.facilities import build_facilities
from estate_app.demo.fees import build_items, build_next_readings
from estate_app.demo.payments import WRITTEN_BY_PAYMENTS, build_payments
from estate_app.demo.people import build_people
from estate_app.demo.repairs import build_repairs
from estate_app.demo.reports import build_catalogue
from estate_app.demo.stock import build_calls, build_stock
from estate_app.demo.traces import build_traces, write_serials
from estate_app.demo.world import FULL, Scale, World, build_property
from estate_app.errors import ConflictError
from estate_app.kit.i18n import Message, msg

SEED = 2026
Progress = Callable[[Message, int, int], object]
"""Is told what is being made, how many steps are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class DemoReport:
    """How many rows each table got."""

    counts: tuple[tuple[str, int], ...]

    def of(self, table: str) -> int:
        """The rows of one table."""
        return dict(self.counts).get(table, 0)


def build_demo(uow: UnitOfWork, actor: Actor, *, seed: int = SEED, scale: Scale = FULL, on_progress: Progress | None = None) -> DemoReport:
    """Fill an empty database with the demo company, its history ending at `uow.now`.

    One transaction: a kill leaves nothing behind. The same seed and instant give the same rows, password hashes apart.

    Raises:
        ConflictError: there is an estate already; the demo never mixes with real data.
    """
    actor.require(Permission.system)
    if uow.session.scalar(text("SELECT EXISTS (SELECT 1 FROM estate)")):
        raise ConflictError(msg("There is data already; the demo is only made in an empty database"))
    world = World(Copier(uow.session), uow.now, seed, scale)
    is_deferred = defer_checks(uow.session)
    indexes = drop_indexes(uow.session) if is_deferred else Indexes(uow.session, [])
    stages = _stages(world, indexes)
    with _without_cycle_search():
        with world.copier.in_background():
            for number, (what, stage) in enumerate(stages):
                if on_progress:
                    on_progress(what, number, len(stages))
                stage()
        if is_deferred:
            indexes.make_rest()
            check_at_once(uow.session)
        _finish(uow, world)
    if on_progress:
        on_progress(msg("The demo is ready"), len(stages), len(stages))
    return DemoReport(tuple(sorted(world.copier.counts.items())))


def _finish(uow: UnitOfWork, world: World) -> None:
    """Let the services themselves add what they know best."""
    write_serials(world)
    world.copier.set_sequences()
    build_arrears(uow, world)
    build_common(uow, world)
    build_desk(uow, world)
    build_facilities(uow, world)
    build_stock(uow, world)
    build_calls(uow, world)


@contextmanager
def _without_cycle_search() -> Iterator[None]:
    """A million small objects hold no cycles; looking for them takes as long as making them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _stages(world: World, indexes: Indexes) -> list[tuple[Message, Callable[[], object]]]:
    """The stages in order: the database makes the indexes of what is complete while the next stage is generated."""
    books = Books()
    stories = []

    def items() -> None:
        made = build_items(world)
        books.items, books.payers, books.water = made.items, made.payers, made.water

    def readings() -> None:
        build_next_readings(world, books)
        world.copier.then(indexes.make_of, WRITTEN_BY_BILLS)

    def payments() -> None:
        build_payments(world, books)
        world.copier.then(indexes.make_of, WRITTEN_BY_PAYMENTS)

    def repairs() -> None:
        stories.extend(build_repairs(world))

    stages: list[tuple[Message, Callable[[], object]]] = [
        (msg("Estates, buildings and rooms"), partial(build_property, world)),
        (msg("People and technicians"), partial(build_people, world)),
        (msg("Categories and materials"), partial(build_catalogue, world)),
        (msg("Fees and meters"), items),
    ]
    months = (partial(build_bills, world, books, month) for month in world.months)
    stages += [(msg("Bills of {month}", month=f"{month:%Y-%m}"), stage) for month, stage in zip(world.months, months, strict=True)]
    stages += [
        (msg("Meter readings for the next bills"), readings),
        (msg("Payments and receipts"), payments),
        (msg("Repairs"), repairs),
        (msg("Decisions of dispatch"), lambda: build_decisions(world, stories)),
        (msg("Notices and traces"), lambda: build_traces(world, books, stories)),
    ]
    return stages
