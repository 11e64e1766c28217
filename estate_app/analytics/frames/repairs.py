"""Frames over `REPAIRS`. Planned work is left out of what speaks of reports, by `reported`, which callers apply first."""

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

from estate_app.analytics.frames.common import Grain, calendar, grain_start, grouped, local_date, with_rate

BACKLOG_DAYS = ((1, "0-1"), (3, "1-3"), (7, "3-7"), (15, "7-15"))
BACKLOG_OLDEST = "15+"
RESPONSE_STEP = 10
RESPONSE_TOP = 60
_RATINGS = ("quality", "attitude", "timeliness")
# Two-sided 95 % of a mean.
_Z = 1.959963984540054


def reported(repairs: pl.LazyFrame) -> pl.LazyFrame:
    """What people reported: planned maintenance is left out."""
    return repairs.filter(~pl.col("is_planned").fill_null(value=False))


def volume(repairs: pl.LazyFrame, *, from_on: date, to_on: date, grain: Grain = Grain.day) -> pl.LazyFrame:
    """Orders by step: `start`, `orders`, `completed` (of those reported in the step)."""
    counted = (
        repairs.with_columns(day=local_date("submitted_at"))
        .filter(pl.col("day").is_between(from_on, to_on))
        .group_by(start=grain_start(pl.col("day"), grain))
        .agg(orders=pl.len().cast(pl.Int64), completed=pl.col("completed_at").is_not_null().sum().cast(pl.Int64))
    )
    return (
        calendar(from_on, to_on, grain)
        .join(counted, on="start", how="left")
        .with_columns(pl.col("orders", "completed").fill_null(0))
        .sort("start")
    )


def volume_by(repairs: pl.LazyFrame, by: str, *, from_on: date, to_on: date, grain: Grain = Grain.month) -> pl.LazyFrame:
    """Orders by step and group: `start`, the column, `orders`; steps and groups without orders have no row."""
    return (
        repairs.with_columns(day=local_date("submitted_at"))
        .filter(pl.col("day").is_between(from_on, to_on) & pl.col(by).is_not_null())
        .group_by(by, start=grain_start(pl.col("day"), grain))
        .agg(orders=pl.len().cast(pl.Int64))
        .select("start", by, "orders")
        .sort("start", by)
    )


def distribution(repairs: pl.LazyFrame, by: str = "category") -> pl.LazyFrame:
    """Orders by a column, most first: the column, `orders`, `share`."""
    return (
        repairs.filter(pl.col(by).is_not_null())
        .group_by(by)
        .agg(orders=pl.len().cast(pl.Int64))
        .with_columns(share=pl.col("orders") / pl.col("orders").sum())
        .sort(["orders", by], descending=[True, False])
    )


def building_by_category(repairs: pl.LazyFrame) -> pl.LazyFrame:
    """The full grid: `building_id`, `building`, `category`, `orders`; a pair without orders is a zero."""
    placed = repairs.filter(pl.col("building_id").is_not_null())
    buildings = placed.select("building_id", "building").unique("building_id", keep="first")
    categories = placed.select("category").unique()
    counts = placed.group_by("building_id", "category").agg(orders=pl.len().cast(pl.Int64))
    return (
        buildings.join(categories, how="cross")
        .join(counts, on=["building_id", "category"], how="left")
        .with_columns(pl.col("orders").fill_null(0))
        .sort("building", "building_id", "category")
    )


def durations(repairs: pl.LazyFrame, by: Sequence[str] = ()) -> pl.LazyFrame:
    """Service-level minutes: `by`, and for response and completion `…_n`, `…_median`, `…_p90` (nearest rank)."""
    measures: list[pl.Expr] = []
    for kind in ("response", "completion"):
        minutes = pl.col(f"{kind}_minutes")
        measures += [
            minutes.count().cast(pl.Int64).alias(f"{kind}_n"),
            minutes.median().alias(f"{kind}_median"),
            minutes.quantile(0.9, interpolation="nearest").alias(f"{kind}_p90"),
        ]
    return grouped(repairs, by, *measures)


def responses(repairs: pl.LazyFrame) -> pl.LazyFrame:
    """Orders by service-level minutes until acceptance: `from_minutes`, `minutes` (`0–10` … `60+`), `orders`, every class present."""
    answered = pl.col("response_minutes")
    start = (answered // RESPONSE_STEP * RESPONSE_STEP).clip(0, RESPONSE_TOP).cast(pl.Int64)
    counts = repairs.filter(answered.is_not_null()).group_by(from_minutes=start).agg(orders=pl.len().cast(pl.Int64))
    starts = list(range(0, RESPONSE_TOP, RESPONSE_STEP))
    names = [*(f"{low}–{low + RESPONSE_STEP}" for low in starts), f"{RESPONSE_TOP}+"]
    classes = pl.LazyFrame({"from_minutes": [*starts, RESPONSE_TOP], "minutes": names}, schema_overrides={"from_minutes": pl.Int64})
    return classes.join(counts, on="from_minutes", how="left", maintain_order="left").with_columns(pl.col("orders").fill_null(0))


def on_time(repairs: pl.LazyFrame, by: Sequence[str] = (), *, kind: str = "completion") -> pl.LazyFrame:
    """On-time rate of `response` or `completion`: `by`, `decided`, `on_time`, `rate` with its interval."""
    verdict = pl.col(f"is_{kind}_on_time")
    return with_rate(
        grouped(
            repairs,
            by,
            verdict.count().cast(pl.Int64).alias("decided"),
            verdict.sum().cast(pl.Int64).alias("on_time"),
        ),
        "on_time",
        "decided",
    )


def satisfaction(repairs: pl.LazyFrame, by: Sequence[str] = ()) -> pl.LazyFrame:
    """Ratings by dimension: `by`, `dimension`, `ratings`, `mean` and its 95 % interval `low`, `high` (null below two)."""
    columns = [f"rating_{name}" for name in _RATINGS]
    long = (
        repairs.select(*by, *(pl.col(column).cast(pl.Float64) for column in columns))
        .unpivot(on=columns, index=list(by) or None, variable_name="dimension", value_name="score")
        .filter(pl.col("score").is_not_null())
        .with_columns(pl.col("dimension").str.strip_prefix("rating_"))
    )
    half = _Z * pl.col("deviation") / pl.col("ratings").sqrt()
    return (
        grouped(
            long,
            [*by, "dimension"],
            pl.len().cast(pl.Int64).alias("ratings"),
            pl.col("score").mean().alias("mean"),
            pl.col("score").std().alias("deviation"),
        )
        .with_columns(low=(pl.col("mean") - half).clip(1, 5), high=(pl.col("mean") + half).clip(1, 5))
        .drop("deviation")
    )


def technician_load(repairs: pl.LazyFrame) -> pl.LazyFrame:
    """Each technician's work, the busiest first.

    Columns: `technician_id`, `technician`, `open`, `completed`, `labour_minutes`, `completion_median`, `rating` (mean of the
    three dimensions), `ratings` (rated orders), `rework`.
    """
    scores = pl.mean_horizontal([pl.col(f"rating_{name}") for name in _RATINGS])
    redone = _redone_ids(repairs)
    return (
        repairs.filter(pl.col("technician_id").is_not_null())
        .join(redone, on="order_id", how="left")
        .with_columns(score=scores)
        .group_by("technician_id")
        .agg(
            technician=pl.col("technician").last(),
            open=pl.col("is_open").sum().cast(pl.Int64),
            completed=pl.col("completed_at").count().cast(pl.Int64),
            labour_minutes=pl.col("labour_minutes").sum().cast(pl.Int64),
            completion_median=pl.col("completion_minutes").median(),
            rating=pl.col("score").mean(),
            ratings=pl.col("score").count().cast(pl.Int64),
            rework=pl.col("is_redone").sum().cast(pl.Int64),
        )
        .sort(["open", "completed", "technician_id"], descending=[True, True, False])
    )


def backlog_age(repairs: pl.LazyFrame, *, now: datetime) -> pl.LazyFrame:
    """Open orders by age in days: `age` (`0-1`, `1-3`, `3-7`, `7-15`, `15+`), `orders`, every class present, youngest first."""
    days = (pl.lit(now) - pl.col("submitted_at")).dt.total_seconds() / 86_400
    label = pl.lit(BACKLOG_OLDEST)
    for bound, name in reversed(BACKLOG_DAYS):
        label = pl.when(days < bound).then(pl.lit(name)).otherwise(label)
    counts = repairs.filter(pl.col("is_open")).group_by(age=label).agg(orders=pl.len().cast(pl.Int64))
    names = [*(name for _, name in BACKLOG_DAYS), BACKLOG_OLDEST]
    return (
        pl.LazyFrame({"age": names}).join(counts, on="age", how="left", maintain_order="left").with_columns(pl.col("orders").fill_null(0))
    )


def rework(repairs: pl.LazyFrame, by: Sequence[str] = ()) -> pl.LazyFrame:
    """Share of completed orders that had to be done again: `by`, `completed`, `redone`, `rate` with its interval.

    A rework counts for the order that it redoes, so for that order's category, building and technician.
    """
    done = repairs.filter(pl.col("completed_at").is_not_null()).join(_redone_ids(repairs), on="order_id", how="left")
    return with_rate(
        grouped(
            done,
            by,
            pl.len().cast(pl.Int64).alias("completed"),
            pl.col("is_redone").sum().cast(pl.Int64).alias("redone"),
        ),
        "redone",
        "completed",
    )


def _redone_ids(repairs: pl.LazyFrame) -> pl.LazyFrame:
    return (
        repairs.filter(pl.col("rework_of_id").is_not_null())
        .select(order_id=pl.col("rework_of_id"))
        .unique()
        .with_columns(is_redone=pl.lit(True))
    )
