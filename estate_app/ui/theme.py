"""The Radix theme and the Plotly templates; appearance follows the system until a person switches it."""

from typing import Any, Literal

import reflex as rx

STYLESHEETS = [
    "/css/tokens.css",
    "/css/base.css",
    "/css/controls.css",
    "/css/form.css",
    "/css/data.css",
    "/css/shell.css",
    "/css/entry.css",
    "/css/board.css",
    "/css/map.css",
    "/css/home.css",
    "/css/report.css",
    "/css/job.css",
    "/css/bills.css",
    "/css/reconciliation.css",
    "/css/manager.css",
    "/css/analytics.css",
]

# The colour scales that exist; any other `color_scheme` would draw nothing.
SCALES = ("gray", "slate", "indigo", "green", "orange", "red", "amber")
_FONT = (
    '"Inter Variable","PingFang SC","HarmonyOS Sans SC","MiSans","Microsoft YaHei UI","Microsoft YaHei",'
    '"Noto Sans SC","Noto Sans CJK SC",system-ui,sans-serif'
)
CHART: dict[str, dict[str, Any]] = {
    "light": {
        "colorway": ["#3E63DD", "#E07414", "#1B6E55", "#A62C7B", "#0F9CC9", "#6B630F"],
        "text": "#60646C",
        "grid": "#E8E8EC",
        "axis": "#D9D9E0",
    },
    "dark": {
        "colorway": ["#7590FF", "#E58A2B", "#3D9071", "#C267A8", "#62CEF2", "#E9D08A"],
        "text": "#B0B4BA",
        "grid": "#26282C",
        "axis": "#363A3F",
    },
}
CHART_CONFIG = {"displayModeBar": False, "responsive": True}


class Themes(rx.plugins.RadixThemesPlugin):
    """Radix Themes with the scales this look uses; the whole sheet would be 180 KB more."""

    def get_frontend_dependencies(self, **_context: Any) -> tuple[str, ...]:
        """None: what this names is bundled whole, while the components that are used bring the package by themselves."""
        return ()

    def get_stylesheet_paths(self, **_context: Any) -> tuple[str, ...]:
        """The sheets to bundle, in Radix's own order."""
        scales = tuple(f"@radix-ui/themes/tokens/colors/{name}.css" for name in SCALES)
        return ("@radix-ui/themes/tokens/base.css", *scales, "@radix-ui/themes/components.css", "@radix-ui/themes/utilities.css")


def theme() -> rx.Component:
    """The theme that wraps every page."""
    return rx.theme(
        appearance="inherit",
        accent_color="indigo",
        gray_color="slate",
        radius="large",
        scaling="100%",
        panel_background="solid",
        has_background=False,
    )


def chart_template(appearance: Literal["light", "dark"]) -> dict[str, Any]:
    """The Plotly template of an appearance: horizontal grid, no frame, dark hover label."""
    look = CHART[appearance]
    axis = {"color": look["text"], "linecolor": look["axis"], "gridcolor": look["grid"], "zeroline": False, "automargin": True}
    return {
        "layout": {
            "font": {"family": _FONT, "size": 12, "color": look["text"]},
            "colorway": look["colorway"],
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "showlegend": False,
            "bargap": 0.36,
            "barcornerradius": 3,
            "margin": {"l": 44, "r": 16, "t": 10, "b": 28},
            "hovermode": "x unified",
            "hoverlabel": {"bgcolor": "#1C2024", "font": {"color": "#FFF"}},
            "xaxis": {**axis, "showgrid": False},
            "yaxis": {**axis, "showgrid": True, "linecolor": "rgba(0,0,0,0)"},
        }
    }
