"""How residents use the product: only those who agreed, never a person, never a small group."""

import reflex as rx

from estate_app.analytics.tables import BEHAVIOUR
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.kpi import kpi_row
from estate_app.ui.components.layout import grid
from estate_app.ui.pages.manager.analytics.behaviour_state import BehaviourChartsState
from estate_app.ui.pages.manager.analytics.parts import ROLLING_WORDS, dashboard, panel
from estate_app.ui.text import t

_S = BehaviourChartsState
_TABLES = {table.name: table for table in BEHAVIOUR}


def behaviour_charts_page() -> rx.Component:
    """Activity, the way from bill to payment, hours, frequencies and who stays."""
    hidden = card(
        empty(
            t("Too few residents to show"),
            body=t("Groups of fewer than 20 residents are not shown. Choose a longer period or all estates"),
            icon_name="shield",
        )
    )
    return dashboard(
        _S,
        callout(
            t("Only residents who agreed are counted, under pseudonyms; groups of fewer than 20 are not shown"),
            tone="indigo",
            icon_name="shield",
        ),
        rx.cond(_S.head.is_hidden, hidden, rx.fragment(kpi_row(_S.kpis, columns="4"), _charts())),
        title=t("Behaviour analytics"),
        choices=ROLLING_WORDS,
    )


def _charts() -> rx.Component:
    return grid(
        _chart("bill_funnel", "span-4", height=220),
        _chart("active", "span-8", height=220),
        _chart("logins", "span-8", height=280, bundle="cartesian"),
        _chart("repair_funnel", "span-4", height=280),
        _chart("payment_frequency", "span-4", height=260),
        _chart("repair_frequency", "span-4", height=260),
        _chart("cohorts", "span-4", height=260, bundle="cartesian"),
        columns="12",
    )


def _chart(name: str, span: str, *, height: int, bundle: str = "basic") -> rx.Component:
    return panel(_S, "behaviour", _TABLES[name], span=span, height=height, bundle=bundle)
