"""The two palettes, the layout every figure shares, and the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from estate_app.kit.i18n import DEFAULT_LOCALE, Message, translate

FONTS = (
    '"Inter Variable","PingFang SC","HarmonyOS Sans SC","MiSans","Microsoft YaHei UI","Microsoft YaHei",'
    '"Noto Sans SC","Noto Sans CJK SC",system-ui,sans-serif'
)
CONFIG = {"displayModeBar": False, "responsive": True}
SEQUENTIAL = ("#F7F9FF", "#E1E9FF", "#C1D0FF", "#8DA4EF", "#3E63DD", "#1F2D5C")
MAX_SERIES = 4


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by role for one appearance."""

    colorway: tuple[str, ...]
    text: str
    strong: str
    grid: str
    axis: str
    muted: str
    pale: str
    track: str
    warn_text: str


LIGHT = Palette(
    ("#3E63DD", "#E07414", "#1B6E55", "#A62C7B", "#0F9CC9", "#6B630F"),
    text="#60646C",
    strong="#1C2024",
    grid="#E8E8EC",
    axis="#D9D9E0",
    muted="#8B8D98",
    pale="#ABBDF9",
    track="#E6E8EF",
    warn_text="#B85A00",
)
DARK = Palette(
    ("#7590FF", "#E58A2B", "#3D9071", "#C267A8", "#62CEF2", "#E9D08A"),
    text="#B0B4BA",
    strong="#EDEEF0",
    grid="#26282C",
    axis="#363A3F",
    muted="#777B84",
    pale="#3A4A8C",
    track="#26282C",
    warn_text="#E58A2B",
)


@dataclass(frozen=True, slots=True)
class Look:
    """For whom a figure is drawn: language and appearance."""

    locale: str = DEFAULT_LOCALE
    is_dark: bool = False

    @property
    def palette(self) -> Palette:
        """The colours of the appearance."""
        return DARK if self.is_dark else LIGHT

    @property
    def main(self) -> str:
        """Colour 1: this period, the main thing."""
        return self.palette.colorway[0]

    @property
    def attention(self) -> str:
        """Colour 2: what needs attention, and only that."""
        return self.palette.colorway[1]

    @property
    def scale(self) -> list[list[float | str]]:
        """The sequential scale of heat maps, reversed in the dark."""
        colors = tuple(reversed(SEQUENTIAL)) if self.is_dark else SEQUENTIAL
        return [[index / (len(colors) - 1), color] for index, color in enumerate(colors)]

    def say(self, message: Message) -> str:
        """Say a message in the reader's language."""
        return translate(message, self.locale)


def figure(look: Look, traces: Sequence[Any], **layout: Any) -> go.Figure:
    """Put traces on the shared ground; `layout` overrides single entries."""
    colors = look.palette
    plain = {
        "font": {"family": FONTS, "size": 12, "color": colors.text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": list(colors.colorway),
        "showlegend": False,
        "bargap": 0.36,
        "barcornerradius": 3,
        "margin": {"l": 44, "r": 16, "t": 10, "b": 28},
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": "#1C2024", "bordercolor": "#1C2024", "font": {"color": "#FFF", "family": FONTS}},
        "xaxis": x_axis(look),
        "yaxis": y_axis(look),
        "template": None,
    }
    return go.Figure(data=list(traces), layout=plain | layout)


def x_axis(look: Look, **entries: Any) -> dict[str, Any]:
    """A bare category axis: no grid, few ticks."""
    axis = {"type": "category", "showgrid": False, "linecolor": look.palette.axis, "ticks": "", "nticks": 8, "automargin": True}
    return axis | {"fixedrange": True} | entries


def y_axis(look: Look, **entries: Any) -> dict[str, Any]:
    """A value axis from zero with a hairline grid."""
    axis = {"rangemode": "tozero", "gridcolor": look.palette.grid, "zeroline": False, "ticks": "", "nticks": 5}
    return axis | {"fixedrange": True, "automargin": True} | entries
