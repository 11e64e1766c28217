"""Frames over `BILLS` and `PAYMENTS`. Void bills never count; what is owed is principal unless a name says late fee."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from estate_app.analytics.frames.common import grouped, local_date

AGEING = ((0, "not_due"), (30, "0-30"), (60, "31-60"), (90, "61-90"))
AGEING_OLDEST = "90+"
ARREARS_BANDS_FEN = ((20_000, "<200"), (50_000, "200-500"), (100_000, "500-1000"), (200_000, "1000-2000"))
ARREARS_TOP = "2000+"


def valid(bills: pl.LazyFrame) -> pl.LazyFrame:
    """Bills that stand: void ones are left out; `owed_fen` is the unpaid principal."""
    return bills.filter(pl.col("status") != "void").with_columns(owed_fen=(pl.col("total_fen") - pl.col("paid_fen")).clip(lower_bound=0))


def collection(bills: pl.LazyFrame, by: Sequence[str] = ("period",)) -> pl.LazyFrame:
    """Collection rate: `by`, `bills`, `households`, `billed_fen`, `paid_fen`, `owed_fen`, `rate` = paid / billed."""
    return grouped(
        valid(bills),
        by,
        pl.len().cast(pl.Int64).alias("bills"),
        pl.col("room_id").n_unique().cast(pl.Int64).alias("households"),
        pl.col("total_fen").sum().alias("billed_fen"),
        pl.min_horizontal("paid_fen", "total_fen").sum().alias("paid_fen"),
        pl.col("owed_fen").sum(),
    ).with_columns(rate=pl.when(pl.col("billed_fen") == 0).then(None).otherwise(pl.col("paid_fen") / pl.col("billed_fen")))


def ageing(bills: pl.LazyFrame, *, on: date, by: Sequence[str] = ()) -> pl.LazyFrame:
    """Unpaid principal by days overdue: `by`, `age` (`not_due`, `0-30`, `31-60`, `61-90`, `90+`), `households`, `owed_fen`.

    The day after the due date is day 1. Without `by` every class is present, in this order.
    """
    overdue = (pl.lit(on) - pl.col("due_on")).dt.total_days()
    owed = valid(bills).filter(pl.col("owed_fen") > 0).with_columns(age=_band(overdue, AGEING, AGEING_OLDEST, closed=True))
    counts = grouped(
        owed,
        [*by, "age"],
        pl.col("room_id").n_unique().cast(pl.Int64).alias("households"),
        pl.col("owed_fen").sum(),
    )
    return counts if by else _complete(counts, "age", _names(AGEING, AGEING_OLDEST))


def arrears_distribution(bills: pl.LazyFrame, *, on: date) -> pl.LazyFrame:
    """Households by what each owes past the due date: `band` (yuan), `households`, `owed_fen`, every band present."""
    rooms = valid(bills).filter((pl.col("due_on") < on) & (pl.col("owed_fen") > 0)).group_by("room_id").agg(pl.col("owed_fen").sum())
    counts = (
        rooms.with_columns(band=_band(pl.col("owed_fen"), ARREARS_BANDS_FEN, ARREARS_TOP, closed=False))
        .group_by("band")
        .agg(households=pl.len().cast(pl.Int64), owed_fen=pl.col("owed_fen").sum())
    )
    return _complete(counts, "band", _names(ARREARS_BANDS_FEN, ARREARS_TOP))


def channel_share(payments: pl.LazyFrame, by: Sequence[str] = ()) -> pl.LazyFrame:
    """Money by channel, net of refunds: `by`, `channel`, `payments`, `amount_fen`, `share` of the amount within `by`."""
    counted = grouped(
        payments,
        [*by, "channel"],
        pl.col("payment_id").filter(~pl.col("is_refund")).n_unique().cast(pl.Int64).alias("payments"),
        pl.col("amount_fen").sum(),
    )
    whole = pl.col("amount_fen").sum()
    whole = whole.over(list(by)) if by else whole
    return counted.with_columns(share=pl.when(whole == 0).then(None).otherwise(pl.col("amount_fen") / whole)).sort(
        [*by, "amount_fen", "channel"], descending=[*(False for _ in by), True, False]
    )


def days_to_pay(bills: pl.LazyFrame, *, on: date, horizon: int = 90) -> pl.LazyFrame:
    """How fast bills are paid: `day` since issue (0 to `horizon`), `at_risk`, `paid`, `share` paid by that day.

    The share is one minus Kaplan and Meier's estimate, so that bills issued lately, whose later days are still unknown,
    count for the days they have lived and no more.
    """
    issued = local_date("issued_at")
    lived = (pl.lit(on) - issued).dt.total_days()
    took = (local_date("paid_at") - issued).dt.total_days()
    lives = (
        valid(bills)
        .filter(pl.col("total_fen") > 0)
        .select(took=pl.when(took <= lived).then(took), lived=lived)
        .select(is_paid=pl.col("took").is_not_null(), day=pl.coalesce("took", "lived").clip(lower_bound=0))
    )
    total = lives.select(total=pl.len().cast(pl.Int64))
    ends = lives.group_by("day").agg(paid=pl.col("is_paid").sum().cast(pl.Int64), ended=pl.len().cast(pl.Int64))
    days = pl.LazyFrame({"day": pl.int_range(0, horizon + 1, dtype=pl.Int64, eager=True)})
    # A cross join keeps no order, and the running sums below need it.
    curve = days.join(ends, on="day", how="left").with_columns(pl.col("paid", "ended").fill_null(0)).join(total, how="cross").sort("day")
    gone = pl.col("ended").cum_sum() - pl.col("ended")
    step = pl.when(pl.col("at_risk") > 0).then(1 - pl.col("paid") / pl.col("at_risk")).otherwise(1.0)
    return (
        curve.with_columns(at_risk=pl.col("total") - gone)
        .with_columns(share=pl.when(pl.col("total") > 0).then(1 - step.cum_prod()))
        .select("day", "at_risk", "paid", "share")
    )


def arrears_list(bills: pl.LazyFrame, *, on: date) -> pl.LazyFrame:
    """Who to speak to first: `room_id`, `building`, `owed_fen`, `oldest_days`, `bills`, `reminders`, `is_disputed`; most owed first."""
    overdue = (pl.lit(on) - pl.col("due_on")).dt.total_days()
    return (
        valid(bills)
        .filter((pl.col("due_on") < on) & (pl.col("owed_fen") > 0))
        .group_by("room_id")
        .agg(
            pl.col("building").first(),
            pl.col("owed_fen").sum(),
            oldest_days=overdue.max(),
            bills=pl.len().cast(pl.Int64),
            reminders=pl.col("reminders").max(),
            is_disputed=pl.col("is_disputed").any(),
        )
        .sort(["owed_fen", "room_id"], descending=[True, False])
    )


def _band(value: pl.Expr, bands: Sequence[tuple[int, str]], top: str, *, closed: bool) -> pl.Expr:
    label = pl.lit(top)
    for bound, name in reversed(bands):
        label = pl.when(value <= bound if closed else value < bound).then(pl.lit(name)).otherwise(label)
    return label


def _names(bands: Sequence[tuple[int, str]], top: str) -> list[str]:
    return [*(name for _, name in bands), top]


def _complete(counts: pl.LazyFrame, key: str, names: Sequence[str]) -> pl.LazyFrame:
    return (
        pl.LazyFrame({key: list(names)})
        .join(counts, on=key, how="left", maintain_order="left")
        .with_columns(pl.col("households", "owed_fen").fill_null(0))
    )
