"""The one filter that every frame, count, list and export shares; calendar grains; intervals of rates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import polars as pl

ZONE = "Asia/Shanghai"
# Two-sided 95 %.
_Z = 1.959963984540054


class Grain(StrEnum):
    """How long a step of a trend is; weeks begin on Monday."""

    day = "day"
    week = "week"
    month = "month"


_STEPS = {Grain.day: "1d", Grain.week: "1w", Grain.month: "1mo"}


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader chose; empty means everything. Both dates count."""

    from_on: date | None = None
    to_on: date | None = None
    estate_ids: tuple[str, ...] = ()
    building_ids: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


def local_date(column: str) -> pl.Expr:
    """The Shanghai date of an instant."""
    return pl.col(column).dt.convert_time_zone(ZONE).dt.date()


def month_of(column: str) -> pl.Expr:
    """The Shanghai month of an instant as `YYYY-MM`."""
    return pl.col(column).dt.convert_time_zone(ZONE).dt.strftime("%Y-%m")


def apply_filter(frame: pl.LazyFrame, chosen: Filter, *, at: str) -> pl.LazyFrame:
    """Keep the rows that were chosen; `at` is the instant or date column that the period speaks of."""
    schema = frame.collect_schema()
    day = pl.col(at) if schema[at] == pl.Date else local_date(at)
    if chosen.from_on:
        frame = frame.filter(day >= chosen.from_on)
    if chosen.to_on:
        frame = frame.filter(day <= chosen.to_on)
    choices = (
        ("estate_id", chosen.estate_ids),
        ("building_id", chosen.building_ids),
        ("category", chosen.categories),
        ("item", chosen.items),
    )
    for column, values in choices:
        if values and column in schema:
            frame = frame.filter(pl.col(column).is_in(values))
    return frame


def grain_start(day: pl.Expr, grain: Grain) -> pl.Expr:
    """The first day of the step a date falls into."""
    return day.dt.truncate(_STEPS[grain])


def calendar(from_on: date, to_on: date, grain: Grain) -> pl.LazyFrame:
    """Every step between two dates, as `start`, so that a step without rows is a zero and not a gap."""
    first = from_on
    if grain is Grain.week:
        first = from_on - timedelta(days=from_on.weekday())
    elif grain is Grain.month:
        first = from_on.replace(day=1)
    return pl.LazyFrame({"start": pl.date_range(first, to_on, interval=_STEPS[grain], eager=True)})


def with_rate(frame: pl.LazyFrame, hits: str, of: str) -> pl.LazyFrame:
    """Add `rate` and its 95 % Wilson interval `rate_low`, `rate_high`; null where there is nothing to divide by."""
    n, k = pl.col(of).cast(pl.Float64), pl.col(hits).cast(pl.Float64)
    share = k / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * (share * (1 - share) / n + _Z**2 / (4 * n**2)).sqrt()
    empty = pl.col(of) == 0
    return frame.with_columns(
        pl.when(empty).then(None).otherwise(share).alias("rate"),
        pl.when(empty).then(None).otherwise((middle - half).clip(0, 1)).alias("rate_low"),
        pl.when(empty).then(None).otherwise((middle + half).clip(0, 1)).alias("rate_high"),
    )


def grouped(frame: pl.LazyFrame, by: Sequence[str], *measures: pl.Expr) -> pl.LazyFrame:
    """Group by columns, or give a single row when there are none; groups come sorted."""
    if not by:
        return frame.select(*measures)
    return frame.group_by(list(by)).agg(*measures).sort(list(by))
