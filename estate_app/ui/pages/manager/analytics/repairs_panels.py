"""The panels of the repair dashboard. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import plotly.graph_objects as go
import polars as pl

from estate_app.analytics.dashboards import RepairDashboard
from estate_app.analytics.figures import repairs as draw
from estate_app.analytics.figures.base import Look
from estate_app.analytics.figures.text import step_text
from estate_app.analytics.frames.common import Grain
from estate_app.analytics.insight import Forecast
from estate_app.analytics.tables import REPAIRS
from estate_app.repair.catalogue import CategoryGroup
from estate_app.ui.pages.manager.analytics.present import Draw, Href, Panel, panel

RESPONSE_MINUTES = 30
"""The house's usual promise to answer, drawn as the limit."""
_MOST_PROBLEMS = 8
_MOST_TECHNICIANS = 8


@dataclass(frozen=True, slots=True)
class Lists:
    """Where bars lead: the list of orders of the same days; empty when the lists show another estate."""

    since: str
    until: str
    categories: Mapping[str, int]
    buildings: Mapping[str, int]
    is_open: bool = True

    def orders(self, **narrowed: object) -> str:
        """The address of the list, narrowed further."""
        if not self.is_open or None in narrowed.values():
            return ""
        return "/manage/repairs?" + urlencode({"from_on": self.since, "to_on": self.until} | narrowed)


def english_names(groups: tuple[CategoryGroup, ...], locale: str) -> dict[str, str]:
    """The categories' names in the reader's language, by the name that the extracts hold."""
    if locale == "zh":
        return {}
    pairs = [(group.name, group.name_en) for group in groups] + [(leaf.name, leaf.name_en) for g in groups for leaf in g.leaves]
    return {name: english for name, english in pairs if english}


def category_ids(groups: tuple[CategoryGroup, ...]) -> dict[str, int]:
    """The ids of groups and leaves by name; where a leaf is called as its group, the leaf."""
    return {group.name: group.id for group in groups} | {leaf.name: leaf.id for group in groups for leaf in group.leaves}


def repair_panels(board: RepairDashboard, lists: Lists, names: Mapping[str, str], *, locale: str) -> dict[str, Panel]:
    """Draw every panel; `names` are those of categories in the reader's language."""
    local = {name: _named(frame, names) for name, frame in _frames(board).items()}
    drawn, findings, known = _draws(board, local), dict(board.findings), {english: name for name, english in names.items()}
    hrefs = _hrefs(lists, known)
    return {
        table.name: panel(
            table,
            local[table.name],
            drawn.get(table.name),
            findings=findings,
            locale=locale,
            href=hrefs.get(table.name),
            most=_MOST_TECHNICIANS if table.name == "technicians" else None,
        )
        for table in REPAIRS
    }


def _frames(board: RepairDashboard) -> dict[str, pl.DataFrame]:
    return {table.name: getattr(board, table.name) for table in REPAIRS}


def _named(frame: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    columns = [column for column in ("category", "problem") if column in frame.columns]
    return frame.with_columns(pl.col(column).replace(dict(names)) for column in columns) if names and columns else frame


def _draws(board: RepairDashboard, frames: Mapping[str, pl.DataFrame]) -> dict[str, Draw]:
    grid = _largest(frames["buildings_by_category"], {spot.category for spot in board.hot_spots})
    return {
        "volume": lambda look: _volume(look, board),
        "by_category": lambda look: draw.distribution(look, frames["by_category"]),
        "by_problem": lambda look: draw.distribution(look, frames["by_problem"], "problem"),
        "by_building": lambda look: draw.distribution(look, frames["by_building"], "building"),
        "buildings_by_category": lambda look: draw.building_by_category(look, grid, board.hot_spots),
        "responses": lambda look: draw.responses(look, frames["responses"], promised=RESPONSE_MINUTES),
        "durations": lambda look: draw.durations(look, frames["durations"], "category"),
        "on_time": lambda look: draw.rates(look, frames["on_time"], "category", of="decided"),
        "satisfaction": lambda look: draw.satisfaction(look, frames["satisfaction"]),
        "backlog": lambda look: draw.backlog(look, frames["backlog"]),
    }


def _volume(look: Look, board: RepairDashboard) -> go.Figure:
    """By day with the forecast behind, by week without."""
    starts = board.volume["start"].to_list()
    grain = Grain.week if len(starts) > 1 and starts[1] - starts[0] > timedelta(days=1) else Grain.day
    if grain is Grain.day and board.forecast is not None:
        return draw.volume_forecast(look, board.volume, board.forecast, _ahead(board, board.forecast), before=board.volume_before)
    return draw.volume(look, board.volume, grain=grain, before=board.volume_before)


def _ahead(board: RepairDashboard, forecast: Forecast) -> list[str]:
    return [step_text(board.until + timedelta(days=step), Grain.day) for step in range(1, len(forecast.steps) + 1)]


def _largest(grid: pl.DataFrame, spotted: set[str]) -> pl.DataFrame:
    """The problems that a heat map has room for: the most frequent, and those with a hot-spot."""
    totals = grid.group_by("category").agg(pl.col("orders").sum()).sort(["orders", "category"], descending=[True, False])
    kept = {*totals["category"].head(_MOST_PROBLEMS).to_list(), *spotted}
    return grid.filter(pl.col("category").is_in(list(kept)))


def _hrefs(lists: Lists, known: Mapping[str, str]) -> dict[str, Href]:
    """`known` leads from a name in the reader's language back to the one by which the id is found."""

    def category(name: str) -> int | None:
        return lists.categories.get(known.get(name, name))

    def grid(row: dict[str, Any]) -> str:
        return lists.orders(building_id=lists.buildings.get(row["building"]), category_id=category(row["category"]))

    return {
        "by_category": lambda row: lists.orders(category_id=category(row["category"])),
        "by_problem": lambda row: lists.orders(category_id=category(row["problem"])),
        "by_building": lambda row: lists.orders(building_id=lists.buildings.get(row["building"])),
        "buildings_by_category": grid,
        "durations": lambda row: lists.orders(category_id=category(row["category"])),
        "on_time": lambda row: lists.orders(category_id=category(row["category"])),
        "technicians": lambda row: lists.orders(technician_id=row["technician_id"]),
    }
