"""The technician's results: the score on top, then the month in five figures and three dimensions."""

import reflex as rx

from estate_app.ui.components.card import card
from estate_app.ui.components.icon import icon
from estate_app.ui.components.kpi import kpi_row
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.progress import bar_list
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.tabs import segments
from estate_app.ui.pages.technician.stats.state import StatsState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = StatsState


def stats_page() -> rx.Component:
    """The score and the chosen month."""
    months = segments(
        [("this", t("This month")), ("last", t("Last month"))],
        value=_S.tab,
        on_select=_S.show,
        label=t("Month of work"),
        full=True,
        testid="month",
    )
    content = stack(_score(), months, kpi_row(_S.month.kpis, columns="2"), _stars(), _meaning(), gap="3")
    return rx.fragment(
        page_title(t("Results")),
        unless_failed(_S.stage, rx.cond(_S.stage == LOADING, skeleton_cards(), content), on_retry=_S.load),
    )


def _score() -> rx.Component:
    return card(
        words(t("Your score"), soft=True),
        row(
            rx.el.span(rx.el.span(icon("star", size=20, fill="currentColor"), class_name="on"), class_name="row rating-static"),
            rx.el.span(_S.view.score, class_name="kpi-value", data_testid="score"),
            words(_S.view.sample, size="1", soft=True),
            gap="2",
            extra="baseline wrap",
        ),
        extra="stack gap-2",
    )


def _stars() -> rx.Component:
    nothing = words(t("No ratings in this month"), soft=True)
    return card(
        rx.cond(_S.month.stars.length() > 0, bar_list(_S.month.stars), nothing),
        title=t("Ratings"),
        context=_S.month.ratings,
        testid="stars",
    )


def _meaning() -> rx.Component:
    return words(
        t("First visit: without a pause and not redone. Came back: redone within 30 days. Recent ratings weigh more"), size="1", soft=True
    )
