"""The data behind every chart as an export, with the period and places of its page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from estate_app.access.actor import Actor
from estate_app.analytics import tables
from estate_app.analytics.dashboards import BehaviourDashboard, PaymentDashboard, RepairDashboard
from estate_app.analytics.queries import behaviour_dashboard, payment_dashboard, repair_dashboard
from estate_app.analytics.rooms import with_rooms
from estate_app.analytics.tables import PanelTable
from estate_app.db import UnitOfWork
from estate_app.export import Cell, Export, Rows, read_filter, register
from estate_app.kit.clock import business_date

_DAYS = 30
Board = RepairDashboard | PaymentDashboard | BehaviourDashboard


@dataclass(frozen=True, slots=True)
class ChartFilter:
    """What a chart shows; without a period, the thirty whole days up to yesterday. Both days count."""

    estate_id: int | None = None
    category_id: int | None = None
    since: date | None = None
    until: date | None = None


def _chosen(uow: UnitOfWork, query: Mapping[str, str]) -> dict[str, Any]:
    wanted = read_filter(ChartFilter, query)
    until = wanted.until or business_date(uow.now) - timedelta(days=1)
    return {"estate_id": wanted.estate_id, "since": wanted.since or until - timedelta(days=_DAYS - 1), "until": until}


def _repairs(uow: UnitOfWork, actor: Actor, query: Mapping[str, str]) -> Board:
    return repair_dashboard(actor, category_id=read_filter(ChartFilter, query).category_id, **_chosen(uow, query))


def _payments(uow: UnitOfWork, actor: Actor, query: Mapping[str, str]) -> Board:
    board = payment_dashboard(actor, **_chosen(uow, query))
    return replace(board, arrears_rooms=with_rooms(uow.session, board.arrears_rooms))


def _behaviour(uow: UnitOfWork, actor: Actor, query: Mapping[str, str]) -> Board:
    return behaviour_dashboard(actor, **_chosen(uow, query))


def _rows(table: PanelTable, read: Callable[[UnitOfWork, Actor, Mapping[str, str]], Board]) -> Rows:
    def rows(uow: UnitOfWork, actor: Actor, query: Mapping[str, str]) -> Iterator[Sequence[Cell]]:
        return table.rows(getattr(read(uow, actor, query), table.name))

    return rows


for _page, _tables, _read in (
    ("repairs", tables.REPAIRS, _repairs),
    ("payments", tables.PAYMENTS, _payments),
    ("behaviour", tables.BEHAVIOUR, _behaviour),
):
    for _table in _tables:
        _columns = tuple((column.title, column.kind) for column in _table.columns)
        register(Export(f"{_page}-{_table.name}", _table.title, _columns, _rows(_table, _read)))
