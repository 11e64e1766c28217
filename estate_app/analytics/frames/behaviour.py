"""Frames over `EVENTS`, which hold only the people who consented, under pseudonyms. No frame returns a person."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from estate_app.analytics.frames.common import ZONE, Grain, calendar, grain_start, local_date

BILL_FUNNEL = ("bill_seen", "bill_opened", "payment_started", "bill_paid")
REPAIR_FUNNEL = ("repair_reported", "repair_rated")


def residents(events: pl.LazyFrame) -> pl.LazyFrame:
    """What residents did."""
    return events.filter(pl.col("role") == "resident")


def active(events: pl.LazyFrame, *, from_on: date, to_on: date, grain: Grain = Grain.day) -> pl.LazyFrame:
    """Residents who did anything, by step: `start`, `residents`."""
    counted = (
        residents(events)
        .with_columns(day=local_date("at"))
        .filter(pl.col("day").is_between(from_on, to_on))
        .group_by(start=grain_start(pl.col("day"), grain))
        .agg(residents=pl.col("user_id").n_unique().cast(pl.Int64))
    )
    return (
        calendar(from_on, to_on, grain).join(counted, on="start", how="left").with_columns(pl.col("residents").fill_null(0)).sort("start")
    )


def logins_by_hour(events: pl.LazyFrame) -> pl.LazyFrame:
    """Logins over the week, all 168 cells: `weekday` (1 Monday … 7), `hour`, `logins`."""
    at = pl.col("at").dt.convert_time_zone(ZONE)
    counted = (
        residents(events)
        .filter(pl.col("name") == "login")
        .group_by(weekday=at.dt.weekday().cast(pl.Int64), hour=at.dt.hour().cast(pl.Int64))
        .agg(logins=pl.len().cast(pl.Int64))
    )
    days = pl.LazyFrame({"weekday": pl.int_range(1, 8, dtype=pl.Int64, eager=True)})
    hours = pl.LazyFrame({"hour": pl.int_range(24, dtype=pl.Int64, eager=True)})
    return (
        days.join(hours, how="cross")
        .join(counted, on=["weekday", "hour"], how="left")
        .with_columns(pl.col("logins").fill_null(0))
        .sort("weekday", "hour")
    )


def frequency(events: pl.LazyFrame, *, name: str) -> pl.LazyFrame:
    """How often residents did something: `times`, `residents`; those who never did are not in the extract."""
    return (
        residents(events)
        .filter(pl.col("name") == name)
        .group_by("user_id")
        .agg(times=pl.len().cast(pl.Int64))
        .group_by("times")
        .agg(residents=pl.len().cast(pl.Int64))
        .sort("times")
    )


def funnel(events: pl.LazyFrame, stages: Sequence[str] = BILL_FUNNEL) -> pl.LazyFrame:
    """How many bills (or orders) came how far: `stage`, `subjects`, `share` of the first, `step` of the stage before.

    A subject reaches a stage only after all stages before it, each not earlier than the one before; who did it in the
    household does not matter.
    """
    firsts = (
        residents(events)
        .filter(pl.col("name").is_in(list(stages)) & pl.col("subject_id").is_not_null())
        .group_by("subject_id")
        .agg(pl.col("at").filter(pl.col("name") == stage).min().alias(stage) for stage in stages)
    )
    reached: list[pl.Expr] = []
    passed = pl.col(stages[0]).is_not_null()
    for index, stage in enumerate(stages):
        if index:
            passed &= pl.col(stage).is_not_null() & (pl.col(stage) >= pl.col(stages[index - 1]))
        reached.append(passed.sum().cast(pl.Int64).alias(stage))
    counts = firsts.select(reached).unpivot(variable_name="stage", value_name="subjects")
    return counts.with_columns(
        share=_ratio(pl.col("subjects"), pl.col("subjects").first()),
        step=_ratio(pl.col("subjects"), pl.col("subjects").shift(1)),
    )


def cohorts(events: pl.LazyFrame) -> pl.LazyFrame:
    """Residents by month of their first event and months since: `cohort`, `size`, `month`, `residents`, `share`."""
    month = local_date("at").dt.truncate("1mo")
    seen = residents(events).select("user_id", month=month).unique()
    first = seen.group_by("user_id").agg(cohort=pl.col("month").min())
    sizes = first.group_by("cohort").agg(size=pl.len().cast(pl.Int64))
    since = (pl.col("month").dt.year() - pl.col("cohort").dt.year()).cast(pl.Int64) * 12 + (
        pl.col("month").dt.month().cast(pl.Int64) - pl.col("cohort").dt.month().cast(pl.Int64)
    )
    return (
        seen.join(first, on="user_id")
        .group_by("cohort", month=since)
        .agg(residents=pl.len().cast(pl.Int64))
        .join(sizes, on="cohort")
        .select("cohort", "size", "month", "residents", share=pl.col("residents") / pl.col("size"))
        .sort("cohort", "month")
    )


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)
