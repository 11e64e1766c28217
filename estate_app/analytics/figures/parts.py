"""The kinds of chart in use: lines, ranked bars, columns, stacks, dots with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from estate_app.analytics.figures.base import Look, figure, x_axis, y_axis

HOVER = "%{hovertext}<extra></extra>"
# Pixels between two labels, and of a usual plot: enough to keep names apart at any height in use.
_LABEL_GAP = 14
_PLOT_HEIGHT = 200


@dataclass(frozen=True, slots=True)
class Series:
    """One line or stack layer: its name in the reader's language, values, hover texts, and colour."""

    name: str
    values: Sequence[float | None]
    hovers: Sequence[str]
    color: str
    is_dotted: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar or dot of a ranking; `id` is what a click drills into."""

    id: str
    name: str
    value: float | None
    text: str
    hover: str
    low: float | None = None
    high: float | None = None
    is_emphasised: bool = False
    is_late: bool = False


def lines(
    look: Look,
    steps: Sequence[str],
    series: Sequence[Series],
    *,
    is_last_open: bool = False,
    band: tuple[Sequence[float | None], Sequence[float | None]] | None = None,
    y: dict[str, Any] | None = None,
) -> go.Figure:
    """Lines with their name at the end. `is_last_open` dots the step into an unfinished last period of the first series."""
    traces: list[Any] = []
    if band is not None:
        traces += _band(look, steps, band)
    for index, one in enumerate(series):
        is_cut = is_last_open and index == 0 and len(steps) > 1
        shown = [*one.values[:-1], None] if is_cut else list(one.values)
        traces.append(_line(steps, one, shown, is_dotted=one.is_dotted))
        if is_cut:
            tail = [None] * (len(steps) - 2) + list(one.values[-2:])
            traces.append(_line(steps, one, tail, is_dotted=True, hover_from=len(steps) - 1))
    return figure(
        look,
        traces,
        annotations=_end_labels(steps, series),
        margin={"l": 44, "r": 72, "t": 10, "b": 28},
        yaxis=y_axis(look, **(y or {})),
    )


def _line(steps: Sequence[str], one: Series, values: Sequence[float | None], *, is_dotted: bool, hover_from: int = 0) -> go.Scatter:
    hovers = ["" if i < hover_from else text for i, text in enumerate(one.hovers)]
    return go.Scatter(
        x=list(steps),
        y=list(values),
        mode="lines+markers" if sum(v is not None for v in values) == 1 else "lines",
        name=one.name,
        line={"color": one.color, "width": 2, "dash": "dot" if is_dotted else "solid"},
        hovertext=hovers,
        hovertemplate=HOVER,
        connectgaps=False,
    )


def _band(look: Look, steps: Sequence[str], band: tuple[Sequence[float | None], Sequence[float | None]]) -> list[Any]:
    low, high = band
    edge = {"width": 0, "color": look.palette.pale}
    common = {"x": list(steps), "mode": "lines", "line": edge, "hoverinfo": "skip"}
    return [
        go.Scatter(y=list(low), **common),
        go.Scatter(y=list(high), fill="tonexty", fillcolor=_translucent(look.main), **common),
    ]


def _translucent(color: str) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.16)"


def _end_labels(steps: Sequence[str], series: Sequence[Series]) -> list[dict[str, Any]]:
    """Names at the line ends, moved apart where ends lie close; a series without a name has no label."""
    ends: list[tuple[float, int, Series]] = []
    for one in series:
        known = [(value, i) for i, value in enumerate(one.values) if value is not None]
        if known and one.name:
            ends.append((*known[-1], one))
    top = max((value for one in series for value in one.values if value is not None), default=0) or 1
    labels = []
    free_from = float(-_LABEL_GAP)
    for value, last, one in sorted(ends, key=lambda end: end[0]):
        height = value / top * _PLOT_HEIGHT
        place = max(height, free_from + _LABEL_GAP)
        free_from = place
        labels.append(
            {
                "x": steps[last],
                "y": value,
                "text": one.name,
                "font": {"color": one.color},
                "showarrow": False,
                "xanchor": "left",
                "xshift": 6,
                "yshift": round(place - height),
            }
        )
    return labels


def ranked_bars(look: Look, marks: Sequence[Mark]) -> go.Figure:
    """Horizontal bars, the first on top; the emphasised in colour 1, the rest pale, each with its number."""
    colors = look.palette
    is_any = any(mark.is_emphasised for mark in marks)
    bars = go.Bar(
        x=[mark.value for mark in marks],
        y=[mark.name for mark in marks],
        orientation="h",
        marker={"color": [look.main if mark.is_emphasised or not is_any else colors.pale for mark in marks], "line": {"width": 0}},
        text=[mark.text for mark in marks],
        textposition="outside",
        cliponaxis=False,
        textfont={"color": colors.strong},
        hovertext=[mark.hover for mark in marks],
        hovertemplate=HOVER,
        customdata=[mark.id for mark in marks],
    )
    return figure(
        look,
        [bars],
        hovermode="closest",
        margin={"l": 8, "r": 56, "t": 4, "b": 4},
        xaxis=y_axis(look, showgrid=False, showticklabels=False),
        yaxis=x_axis(look, autorange="reversed", linecolor="rgba(0,0,0,0)", nticks=0),
    )


def columns(look: Look, marks: Sequence[Mark], *, y: dict[str, Any] | None = None) -> go.Figure:
    """Vertical bars in their natural order, each with its number; the emphasised in colour 1, the rest pale, what is late in colour 2."""
    colors = look.palette
    is_any = any(mark.is_emphasised for mark in marks)
    plain = colors.pale if is_any else look.main
    shades = [look.attention if mark.is_late else look.main if mark.is_emphasised else plain for mark in marks]
    bars = go.Bar(
        x=[mark.name for mark in marks],
        y=[mark.value for mark in marks],
        marker={"color": shades, "line": {"width": 0}},
        text=[mark.text for mark in marks],
        textposition="outside",
        cliponaxis=False,
        textfont={"color": colors.strong},
        hovertext=[mark.hover for mark in marks],
        hovertemplate=HOVER,
        customdata=[mark.id for mark in marks],
    )
    return figure(look, [bars], hovermode="closest", margin={"l": 44, "r": 16, "t": 22, "b": 28}, yaxis=y_axis(look, **(y or {})))


def stacks(look: Look, steps: Sequence[str], series: Sequence[Series], *, y: dict[str, Any] | None = None) -> go.Figure:
    """Stacked columns with the one legend that is allowed, in stack order."""
    traces = [
        go.Bar(
            x=list(steps),
            y=list(one.values),
            name=one.name,
            marker={"color": one.color, "line": {"width": 0}},
            hovertext=list(one.hovers),
            hovertemplate=HOVER,
        )
        for one in series
    ]
    return figure(
        look,
        traces,
        barmode="stack",
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        margin={"l": 44, "r": 16, "t": 30, "b": 28},
        yaxis=y_axis(look, **(y or {})),
    )


def dots(look: Look, marks: Sequence[Mark], *, target: tuple[float, str] | None = None, x: dict[str, Any] | None = None) -> go.Figure:
    """Dots with intervals, one row each; a target is a dotted line with its name."""
    colors = look.palette
    known = [mark for mark in marks if mark.value is not None]
    trace = go.Scatter(
        x=[mark.value for mark in known],
        y=[mark.name for mark in known],
        mode="markers+text",
        marker={"size": 10, "color": [look.attention if mark.is_emphasised else look.main for mark in known]},
        text=[mark.text for mark in known],
        textposition="top center",
        cliponaxis=False,
        textfont={"color": colors.strong},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [_reach(mark.high, mark.value) for mark in known],
            "arrayminus": [-_reach(mark.low, mark.value) for mark in known],
            "color": colors.muted,
            "thickness": 1.5,
            "width": 0,
        },
        hovertext=[mark.hover for mark in known],
        hovertemplate=HOVER,
        customdata=[mark.id for mark in known],
    )
    layout: dict[str, Any] = {}
    if target is not None:
        value, name = target
        line = {"color": colors.strong, "width": 1, "dash": "dot"}
        layout["shapes"] = [{"type": "line", "x0": value, "x1": value, "y0": 0, "y1": 1, "yref": "paper", "line": line}]
        layout["annotations"] = [
            {"x": value, "y": 1, "yref": "paper", "yanchor": "bottom", "text": name, "showarrow": False, "font": {"color": colors.strong}}
        ]
    return figure(
        look,
        [trace],
        hovermode="closest",
        margin={"l": 8, "r": 24, "t": 24, "b": 28},
        xaxis=y_axis(look, **(x or {})),
        yaxis=x_axis(look, range=[max(len(known), 1) - 0.5, -0.75], linecolor="rgba(0,0,0,0)", nticks=0),
        **layout,
    )


def _reach(edge: float | None, value: float | None) -> float:
    return 0.0 if edge is None or value is None else edge - value
