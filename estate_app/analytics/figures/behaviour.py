"""Behaviour charts, each from a collected frame of `frames.behaviour`."""

import plotly.graph_objects as go
import polars as pl

from estate_app.analytics.figures.base import Look
from estate_app.analytics.figures.heat import Cell, heat_map
from estate_app.analytics.figures.parts import Mark, Series, columns, lines, ranked_bars
from estate_app.analytics.figures.text import STAGES, WEEKDAYS, step_text
from estate_app.analytics.finding import MIN_GROUP, percent
from estate_app.analytics.frames.common import Grain
from estate_app.kit.i18n import msg

_MANY_TIMES = 6


def active(look: Look, frame: pl.DataFrame, *, grain: Grain = Grain.day, is_last_open: bool = False) -> go.Figure:
    """Active residents by step."""
    counts = frame["residents"].to_list()
    hovers = [look.say(msg("{count} residents", count=count)) for count in counts]
    series = Series(look.say(msg("Active residents")), counts, hovers, look.main)
    return lines(look, [step_text(start, grain) for start in frame["start"]], [series], is_last_open=is_last_open)


def login_hours(look: Look, frame: pl.DataFrame) -> go.Figure:
    """Logins over the week, weekday by hour."""
    days = [look.say(day) for day in WEEKDAYS]
    cells = [
        Cell(
            f"{row['hour']:02d}",
            days[row["weekday"] - 1],
            row["logins"],
            str(row["logins"]),
            look.say(msg("{day} {hour}:00, {count} logins", day=WEEKDAYS[row["weekday"] - 1], hour=row["hour"], count=row["logins"])),
        )
        for row in frame.iter_rows(named=True)
    ]
    return heat_map(look, [f"{hour:02d}" for hour in range(24)], days, cells)


def frequency(look: Look, frame: pl.DataFrame) -> go.Figure:
    """How often residents did something; six times and more are one column."""
    counts = dict.fromkeys(range(1, _MANY_TIMES + 1), 0)
    for row in frame.iter_rows(named=True):
        counts[min(row["times"], _MANY_TIMES)] += row["residents"]
    marks = []
    for times, residents in counts.items():
        name = f"{times}+" if times == _MANY_TIMES else str(times)
        hover = look.say(msg("{times} times: {count} residents", times=name, count=residents))
        marks.append(Mark(str(times), name, residents, str(residents), hover))
    return columns(look, marks)


def funnel(look: Look, frame: pl.DataFrame) -> go.Figure:
    """A funnel as bars with numbers and the share of the first stage."""
    marks = []
    for row in frame.iter_rows(named=True):
        name, share = look.say(STAGES[row["stage"]]), percent(row["share"] or 0)
        hover = look.say(msg("{name}: {count}, {share} of the first", name=name, count=row["subjects"], share=share))
        marks.append(Mark(row["stage"], name, row["subjects"], f"{row['subjects']} · {share}", hover))
    return ranked_bars(look, marks)


def cohorts(look: Look, frame: pl.DataFrame) -> go.Figure:
    """Share of a month's newcomers active in later months; cohorts under 20 residents are not shown."""
    rows = frame.filter(pl.col("size") >= MIN_GROUP)
    cells = []
    for row in rows.iter_rows(named=True):
        cohort, month, share = f"{row['cohort']:%Y-%m}", row["month"], percent(row["share"])
        hover = msg("{cohort}, month {month}: {share} of {size} residents", cohort=cohort, month=month, share=share, size=row["size"])
        cells.append(Cell(str(month), cohort, row["share"], share, look.say(hover)))
    months = [str(month) for month in rows["month"].unique().sort()]
    names = [f"{cohort:%Y-%m}" for cohort in rows["cohort"].unique().sort()]
    return heat_map(look, months, names, cells)
