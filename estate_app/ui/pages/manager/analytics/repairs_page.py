"""What is reported, how fast and how well it is repaired."""

import reflex as rx

from estate_app.analytics.tables import REPAIRS
from estate_app.ui.components.kpi import kpi_row
from estate_app.ui.components.layout import grid
from estate_app.ui.components.link import text_link
from estate_app.ui.components.list_page import filter_menu
from estate_app.ui.pages.manager.analytics.parts import ROLLING_WORDS, dashboard, panel, table_panel
from estate_app.ui.pages.manager.analytics.repairs_state import RepairChartsState
from estate_app.ui.text import t

_S = RepairChartsState
_TABLES = {table.name: table for table in REPAIRS}


def repair_charts_page() -> rx.Component:
    """Volume with its forecast, kinds, places, speed, quality and people."""
    kind = filter_menu(t("Kind"), _S.categories, value=_S.head.category, name="category")
    return dashboard(
        _S,
        kpi_row(_S.kpis, columns="6"),
        grid(
            _chart("volume", "span-8", height=250),
            _chart("by_problem", "span-4", height=250, drills=True),
            _chart("responses", "span-4", height=300),
            _chart("buildings_by_category", "span-8", height=300, bundle="cartesian", drills=True),
            _chart("durations", "span-4", height=300, drills=True),
            _chart("on_time", "span-4", height=300, drills=True),
            _chart("satisfaction", "span-4", height=300),
            _chart("backlog", "span-4", height=280),
            _technicians(),
            _chart("by_category", "span-6", height=260, drills=True),
            _chart("by_building", "span-6", height=260, drills=True),
            columns="12",
        ),
        title=t("Repair analytics"),
        choices=ROLLING_WORDS,
        filters=kind,
    )


def _chart(name: str, span: str, *, height: int, bundle: str = "basic", drills: bool = False) -> rx.Component:
    return panel(_S, "repairs", _TABLES[name], span=span, height=height, bundle=bundle, drills=drills)


def _technicians() -> rx.Component:
    numbers = {
        "completed": t("Orders finished"),
        "open": t("Not finished"),
        "completion_median": t("Median (min)"),
        "rework": t("Done again"),
        "rating": t("Stars"),
    }
    more = text_link(t("All technicians"), href="/manage/technicians", arrow=True)
    return table_panel(_S, "repairs", _TABLES["technicians"], span="span-8", numbers=numbers, more=more)
