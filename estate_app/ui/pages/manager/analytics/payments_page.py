"""What is billed, what comes in, by which way, and who owes."""

import reflex as rx

from estate_app.analytics.tables import PAYMENTS
from estate_app.ui.components.kpi import kpi_row
from estate_app.ui.components.layout import grid
from estate_app.ui.components.link import text_link
from estate_app.ui.pages.manager.analytics.parts import BILLING_WORDS, dashboard, panel, table_panel
from estate_app.ui.pages.manager.analytics.payments_state import PaymentChartsState
from estate_app.ui.text import t

_S = PaymentChartsState
_TABLES = {table.name: table for table in PAYMENTS}


def payment_charts_page() -> rx.Component:
    """Collection by time, item and building, age of what is owed, channels."""
    return dashboard(
        _S,
        kpi_row(_S.kpis, columns="5"),
        grid(
            _chart("days_to_pay", "span-8", height=260),
            _chart("by_item", "span-4", height=260, drills=True),
            _chart("ageing", "span-4", height=280),
            _chart("channels", "span-4", height=280),
            _arrears(),
            _chart("by_month", "span-4", height=260, drills=True),
            _chart("by_building", "span-4", height=260, drills=True),
            _chart("arrears", "span-4", height=260),
            columns="12",
        ),
        title=t("Payment analytics"),
        choices=BILLING_WORDS,
    )


def _chart(name: str, span: str, *, height: int, drills: bool = False) -> rx.Component:
    return panel(_S, "payments", _TABLES[name], span=span, height=height, drills=drills)


def _arrears() -> rx.Component:
    numbers = {"owed_fen": t("Owed (yuan)"), "oldest_days": t("Oldest (days)"), "bills": t("Bills")}
    more = text_link(t("Arrears"), href="/manage/bills?state=overdue", arrow=True)
    return table_panel(_S, "payments", _TABLES["arrears_rooms"], span="span-4", numbers=numbers, more=more)
