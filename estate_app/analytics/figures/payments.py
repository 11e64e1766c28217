"""Payment charts, each from a collected frame of `frames.payments`."""

from typing import Any

import plotly.graph_objects as go
import polars as pl

from estate_app.analytics.figures.base import Look
from estate_app.analytics.figures.parts import Mark, Series, columns, lines, ranked_bars, stacks
from estate_app.analytics.figures.text import AGEING, ARREARS, CHANNELS, yuan_text
from estate_app.analytics.finding import MIN_GROUP, percent
from estate_app.kit.i18n import Message, msg

_PERCENT_AXIS = {"tickformat": ".0%", "range": [0, 1.08]}


def collection_by_period(look: Look, frame: pl.DataFrame, *, is_last_open: bool = False) -> go.Figure:
    """Collection rate by billing month; the running month is dotted."""
    rows = frame.sort("period")
    hovers = [
        look.say(
            msg(
                "{rate} collected, {owed} of {billed} still open",
                rate=percent(row["rate"] or 0),
                owed=yuan_text(look, row["owed_fen"]),
                billed=yuan_text(look, row["billed_fen"]),
            )
        )
        for row in rows.iter_rows(named=True)
    ]
    series = Series(look.say(msg("Collection rate")), rows["rate"].to_list(), hovers, look.main)
    return lines(look, rows["period"].to_list(), [series], is_last_open=is_last_open, y=_PERCENT_AXIS)


def collection_by_building(look: Look, frame: pl.DataFrame) -> go.Figure:
    """Collection rate by building, the lowest in colour; buildings under 20 households are not shown."""
    return _collection(look, frame.filter(pl.col("households") >= MIN_GROUP), "building")


def collection_by_item(look: Look, frame: pl.DataFrame) -> go.Figure:
    """Collection rate by fee item, the lowest in colour."""
    return _collection(look, frame, "item")


def _collection(look: Look, frame: pl.DataFrame, by: str) -> go.Figure:
    marks = []
    for index, row in enumerate(frame.filter(pl.col("rate").is_not_null()).sort("rate", by).iter_rows(named=True)):
        name, rate = row[by], percent(row["rate"])
        hover = look.say(msg("{name}: {rate} collected, {owed} still open", name=name, rate=rate, owed=yuan_text(look, row["owed_fen"])))
        marks.append(Mark(row.get(f"{by}_id") or name, name, row["rate"], rate, hover, is_emphasised=index == 0))
    return ranked_bars(look, marks)


def ageing(look: Look, frame: pl.DataFrame) -> go.Figure:
    """Unpaid principal by days overdue, the oldest in colour."""
    return _amount_columns(look, frame, "age", {key: look.say(name) for key, name in AGEING.items()})


def arrears(look: Look, frame: pl.DataFrame) -> go.Figure:
    """Households by what each owes, in number of households."""
    marks = []
    for row in frame.iter_rows(named=True):
        name = look.say(ARREARS[row["band"]])
        hover = msg("{name}: {count} households, {owed}", name=name, count=row["households"], owed=yuan_text(look, row["owed_fen"]))
        marks.append(Mark(row["band"], name, row["households"], str(row["households"]), look.say(hover)))
    return columns(look, marks)


def _amount_columns(look: Look, frame: pl.DataFrame, key: str, names: dict[str, str]) -> go.Figure:
    marks = []
    for row in frame.iter_rows(named=True):
        name, owed = names[row[key]], yuan_text(look, row["owed_fen"])
        hover = look.say(msg("{name}: {owed}, {count} households", name=name, owed=owed, count=row["households"]))
        marks.append(Mark(row[key], name, row["owed_fen"] / 100, owed, hover, is_emphasised=row[key] == frame[key][-1]))
    return columns(look, marks, y={"showticklabels": False})


def channels(look: Look, frame: pl.DataFrame) -> go.Figure:
    """Channel share of the money, by period when the frame has periods, in the channels' fixed colours."""
    periods = frame["period"].unique().sort().to_list() if "period" in frame.columns else [look.say(msg("All"))]
    series = []
    for code, label in CHANNELS.items():
        rows = frame.filter(pl.col("channel") == code)
        if rows.is_empty():
            continue
        by_period = {row.get("period", periods[0]): row for row in rows.iter_rows(named=True)}
        values = [by_period[p]["share"] if p in by_period else 0.0 for p in periods]
        hovers = [_channel_hover(look, label, by_period[p]) if p in by_period else "" for p in periods]
        series.append(Series(look.say(label), values, hovers, _channel_color(look, code)))
    return stacks(look, periods, series, y={"tickformat": ".0%", "range": [0, 1]})


def _channel_hover(look: Look, label: Message, row: dict[str, Any]) -> str:
    share, amount = percent(row["share"] or 0), yuan_text(look, row["amount_fen"])
    return look.say(msg("{name}: {share}, {amount}", name=label, share=share, amount=amount))


def _channel_color(look: Look, code: str) -> str:
    colors = look.palette
    fixed = {
        "wechat": colors.colorway[0],
        "alipay": colors.colorway[4],
        "unionpay": colors.colorway[2],
        "card": colors.colorway[3],
        "transfer": colors.colorway[5],
        "balance": colors.pale,
    }
    return fixed.get(code, colors.muted)


def days_to_pay(look: Look, frame: pl.DataFrame) -> go.Figure:
    """Share of bills paid by days since issue."""
    steps = [str(day) for day in frame["day"]]
    hovers = [
        look.say(msg("{share} paid within {days} days", share=percent(row["share"] or 0), days=row["day"]))
        for row in frame.iter_rows(named=True)
    ]
    series = Series(look.say(msg("Paid")), frame["share"].to_list(), hovers, look.main)
    return lines(look, steps, [series], y=_PERCENT_AXIS)
