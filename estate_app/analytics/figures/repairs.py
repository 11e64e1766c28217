"""Repair charts, each from a collected frame of `frames.repairs`."""

from collections.abc import Sequence
from dataclasses import replace

import plotly.graph_objects as go
import polars as pl

from estate_app.analytics.figures.base import MAX_SERIES, Look
from estate_app.analytics.figures.heat import Cell, heat_map
from estate_app.analytics.figures.parts import Mark, Series, columns, dots, lines, ranked_bars
from estate_app.analytics.figures.text import BACKLOG, DIMENSIONS, minutes_message, step_text
from estate_app.analytics.finding import percent
from estate_app.analytics.frames.common import Grain
from estate_app.analytics.insight import Forecast, HotSpot
from estate_app.kit.i18n import msg

_TOP_BARS = 8


def volume(
    look: Look,
    frame: pl.DataFrame,
    *,
    grain: Grain = Grain.day,
    before: pl.DataFrame | None = None,
    is_last_open: bool = False,
) -> go.Figure:
    """Trend of reports; `before` is the same length of time earlier, drawn muted under the same steps."""
    steps = [step_text(start, grain) for start in frame["start"]]
    series = [_orders_series(look, frame["orders"].to_list(), "now")]
    if before is not None:
        earlier = before["orders"].to_list()[: len(steps)]
        series.append(_orders_series(look, [*earlier, *[None] * (len(steps) - len(earlier))], "before"))
    return lines(look, steps, series, is_last_open=is_last_open)


def _orders_series(look: Look, orders: Sequence[int | None], which: str) -> Series:
    is_now = which == "now"
    name = msg("This period") if is_now else msg("Last period")
    hovers = [look.say(msg("{period}: {count} orders", period=name, count=count)) if count is not None else "" for count in orders]
    return Series(look.say(name), orders, hovers, look.main if is_now else look.palette.muted)


def volume_forecast(
    look: Look, frame: pl.DataFrame, ahead: Forecast, days: Sequence[str], *, before: pl.DataFrame | None = None
) -> go.Figure:
    """History with the forecast dotted behind it and its 80 % band; `days` are the texts of the future steps; `before` as in `volume`."""
    past = frame["orders"].to_list()
    future = [step.value for step in ahead.steps]
    steps = [*(step_text(start, Grain.day) for start in frame["start"]), *days]
    # The forecast starts from the last known day, so that both lines meet.
    pad: list[float | None] = [None] * (len(past) - 1) + past[-1:]
    hovers = [""] * len(past) + [
        look.say(msg("About {count} orders, 80% between {low} and {high}", count=round(s.value), low=round(s.low), high=round(s.high)))
        for s in ahead.steps
    ]
    history = replace(_orders_series(look, [*past, *[None] * len(future)], "now"), name="")
    expected = Series(look.say(msg("Forecast")), [*pad, *future], hovers, look.main, is_dotted=True)
    band = ([*pad, *(s.low for s in ahead.steps)], [*pad, *(s.high for s in ahead.steps)])
    series = [history, expected]
    if before is not None:
        earlier = before["orders"].to_list()[: len(past)]
        series.append(_orders_series(look, [*earlier, *[None] * (len(steps) - len(earlier))], "before"))
    return lines(look, steps, series, band=band)


def distribution(look: Look, frame: pl.DataFrame, by: str = "category") -> go.Figure:
    """Ranked bars of categories or buildings, the largest in colour; what is beyond eight becomes one bar."""
    rows = frame.rows(named=True)
    marks = [_share_mark(look, row[by], row[by], row["orders"], row["share"], is_first=i == 0) for i, row in enumerate(rows[:_TOP_BARS])]
    rest = rows[_TOP_BARS:]
    if rest:
        other = look.say(msg("Others"))
        marks.append(_share_mark(look, "", other, sum(r["orders"] for r in rest), sum(r["share"] for r in rest), is_first=False))
    return ranked_bars(look, marks)


def _share_mark(look: Look, id: str, name: str, orders: int, share: float, *, is_first: bool) -> Mark:
    hover = look.say(msg("{name}: {count} orders, {share}", name=name, count=orders, share=percent(share)))
    return Mark(id, name, orders, str(orders), hover, is_emphasised=is_first)


def building_by_category(look: Look, frame: pl.DataFrame, spots: Sequence[HotSpot] = ()) -> go.Figure:
    """Heat map of buildings and categories; tested hot-spots are framed with their level."""
    levels = {(spot.building_id, spot.category): spot.level_text for spot in spots}
    cells = []
    for row in frame.iter_rows(named=True):
        level = levels.get((row["building_id"], row["category"]), "")
        hover = msg("{building}, {category}: {count} orders", building=row["building"], category=row["category"], count=row["orders"])
        cells.append(
            Cell(
                row["category"],
                row["building"],
                row["orders"],
                str(row["orders"]),
                look.say(hover),
                id=f"{row['building_id']}|{row['category']}",
                frame_text=level,
            )
        )
    names = frame["building"].unique(maintain_order=True).to_list()
    return heat_map(look, frame["category"].unique(maintain_order=True).to_list(), names, cells)


def responses(look: Look, frame: pl.DataFrame, *, promised: int) -> go.Figure:
    """Orders by minutes until acceptance; classes beyond the usual promise (in minutes) in colour 2."""
    marks = []
    for row in frame.iter_rows(named=True):
        hover = look.say(msg("{minutes} minutes: {count} orders", minutes=row["minutes"], count=row["orders"]))
        marks.append(
            Mark(row["minutes"], row["minutes"], row["orders"], str(row["orders"]), hover, is_late=row["from_minutes"] >= promised)
        )
    return columns(look, marks)


def durations(look: Look, frame: pl.DataFrame, by: str, *, kind: str = "completion") -> go.Figure:
    """Median with a line up to the 90th percentile, by category, building or technician; slowest first."""
    marks = []
    for row in frame.filter(pl.col(f"{kind}_n") > 0).sort(f"{kind}_median", descending=True).iter_rows(named=True):
        median, p90 = row[f"{kind}_median"], row[f"{kind}_p90"]
        hover = msg(
            "{name}: half within {median}, nine in ten within {p90}, n = {n}",
            name=row[by],
            median=minutes_message(median),
            p90=minutes_message(p90),
            n=row[f"{kind}_n"],
        )
        text = look.say(minutes_message(median))
        marks.append(Mark(row[by], row[by], median / 60, text, look.say(hover), low=median / 60, high=p90 / 60))
    return dots(look, marks, x={"ticksuffix": look.say(msg(" h"))})


def rates(look: Look, frame: pl.DataFrame, by: str, *, of: str, target: float | None = None) -> go.Figure:
    """On-time or rework rates with 95 % intervals and n; below a target in colour 2 when the whole interval is."""
    marks = []
    for row in frame.filter(pl.col("rate").is_not_null()).iter_rows(named=True):
        low, high = percent(row["rate_low"]), percent(row["rate_high"])
        hover = msg(
            "{name}: {rate} (95% interval {low} to {high}, n = {n})", name=row[by], rate=percent(row["rate"]), low=low, high=high, n=row[of]
        )
        marks.append(
            Mark(
                row[by],
                row[by],
                row["rate"],
                percent(row["rate"]),
                look.say(hover),
                low=row["rate_low"],
                high=row["rate_high"],
                is_emphasised=target is not None and row["rate_high"] < target,
            )
        )
    line = None if target is None else (target, look.say(msg("Target {share}", share=percent(target))))
    return dots(look, marks, target=line, x={"tickformat": ".0%", "range": [0, 1.02]})


def satisfaction(look: Look, frame: pl.DataFrame) -> go.Figure:
    """Mean score by dimension with its interval, on the scale from 1 to 5."""
    marks = []
    for row in frame.iter_rows(named=True):
        name = look.say(DIMENSIONS[row["dimension"]])
        hover = look.say(msg("{name}: {mean} of 5, {n} ratings", name=name, mean=f"{row['mean']:.2f}", n=row["ratings"]))
        marks.append(Mark(row["dimension"], name, row["mean"], f"{row['mean']:.2f}", hover, low=row["low"], high=row["high"]))
    return dots(look, marks, x={"range": [1, 5.05], "rangemode": "normal", "dtick": 1})


def technician_load(look: Look, frame: pl.DataFrame) -> go.Figure:
    """Open orders by technician, the most loaded in colour."""
    marks = []
    for index, row in enumerate(frame.iter_rows(named=True)):
        hover = msg("{name}: {open} open, {done} completed", name=row["technician"], open=row["open"], done=row["completed"])
        marks.append(
            Mark(row["technician_id"], row["technician"], row["open"], str(row["open"]), look.say(hover), is_emphasised=index == 0)
        )
    return ranked_bars(look, marks)


def backlog(look: Look, frame: pl.DataFrame) -> go.Figure:
    """Open orders by age, the oldest class in colour."""
    marks = []
    for row in frame.iter_rows(named=True):
        name = look.say(BACKLOG[row["age"]])
        hover = look.say(msg("{name}: {count} orders", name=name, count=row["orders"]))
        is_oldest = row["age"] == frame["age"][-1]
        marks.append(Mark(row["age"], name, row["orders"], str(row["orders"]), hover, is_emphasised=is_oldest))
    return columns(look, marks)


def trend_by(look: Look, frame: pl.DataFrame, by: str, *, grain: Grain = Grain.month) -> go.Figure:
    """Lines of the four largest groups and the rest as one muted line; the frame holds `start`, `by`, `orders`."""
    totals = frame.group_by(by).agg(pl.col("orders").sum()).sort(["orders", by], descending=[True, False])
    names = totals[by].to_list()
    shown = names[:MAX_SERIES]
    starts = frame["start"].unique().sort().to_list()
    series = [
        _group_series(look, name, frame.filter(pl.col(by) == name), starts, look.palette.colorway[index])
        for index, name in enumerate(shown)
    ]
    if len(names) > MAX_SERIES:
        rest = frame.filter(~pl.col(by).is_in(shown))
        series.append(_group_series(look, look.say(msg("Others")), rest, starts, look.palette.muted))
    return lines(look, [step_text(start, grain) for start in starts], series)


def _group_series(look: Look, name: str, frame: pl.DataFrame, starts: Sequence[object], color: str) -> Series:
    by_start = dict(frame.group_by("start").agg(pl.col("orders").sum()).rows())
    orders = [by_start.get(start, 0) for start in starts]
    return Series(name, orders, [look.say(msg("{name}: {count} orders", name=name, count=count)) for count in orders], color)
