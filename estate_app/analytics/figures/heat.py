"""Heat maps: sequential scale, numbers in few cells, tested hot-spots framed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from estate_app.analytics.figures.base import Look, figure, x_axis
from estate_app.analytics.figures.parts import HOVER

MAX_NUMBERED_CELLS = 60
_DARK_TEXT_UP_TO = 0.7


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a heat map."""

    x: str
    y: str
    value: float
    text: str
    hover: str
    id: str = ""
    frame_text: str = ""


def heat_map(look: Look, xs: Sequence[str], ys: Sequence[str], cells: Sequence[Cell]) -> go.Figure:
    """A heat map with 2-px gaps; numbers in the cells up to 60 of them; framed cells in colour 2 with their level."""
    by_place = {(cell.x, cell.y): cell for cell in cells}
    grid = [[by_place.get((x, y)) for x in xs] for y in ys]
    top = max((cell.value for cell in cells), default=0) or 1
    trace = go.Heatmap(
        x=list(xs),
        y=list(ys),
        z=[[cell.value if cell else None for cell in row] for row in grid],
        hovertext=[[cell.hover if cell else "" for cell in row] for row in grid],
        customdata=[[cell.id if cell else "" for cell in row] for row in grid],
        hovertemplate=HOVER,
        colorscale=look.scale,
        zmin=0,
        zmax=top,
        showscale=False,
        xgap=2,
        ygap=2,
        hoverongaps=False,
    )
    numbers = [_number(look, cell, top) for cell in cells] if len(cells) <= MAX_NUMBERED_CELLS else []
    framed = [cell for cell in cells if cell.frame_text]
    levels = [] if numbers else [_frame_label(look, cell) for cell in framed]
    return figure(
        look,
        [trace],
        hovermode="closest",
        margin={"l": 8, "r": 8, "t": 8, "b": 28},
        xaxis=x_axis(look, linecolor="rgba(0,0,0,0)", nticks=0 if len(xs) <= MAX_NUMBERED_CELLS else 12),
        yaxis=x_axis(look, autorange="reversed", linecolor="rgba(0,0,0,0)", nticks=0),
        annotations=numbers + levels,
        shapes=[_frame(look, list(xs).index(cell.x), list(ys).index(cell.y)) for cell in framed],
    )


def _number(look: Look, cell: Cell, top: float) -> dict[str, Any]:
    """Text that stays readable: the scale runs from light to dark, in the dark appearance the other way round."""
    share = cell.value / top
    is_on_dark = share < 1 - _DARK_TEXT_UP_TO if look.is_dark else share > _DARK_TEXT_UP_TO
    color = "#FFFFFF" if is_on_dark else "#1C2024"
    text = f"{cell.text} · {cell.frame_text}" if cell.frame_text else cell.text
    return {"x": cell.x, "y": cell.y, "text": text, "showarrow": False, "font": {"color": color, "size": 12}}


def _frame_label(look: Look, cell: Cell) -> dict[str, Any]:
    font = {"color": look.palette.warn_text, "size": 11}
    return {"x": cell.x, "y": cell.y, "yshift": 14, "text": cell.frame_text, "showarrow": False, "font": font}


def _frame(look: Look, column: int, row: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": column - 0.5,
        "x1": column + 0.5,
        "y0": row - 0.5,
        "y1": row + 0.5,
        "line": {"color": look.attention, "width": 2},
    }
