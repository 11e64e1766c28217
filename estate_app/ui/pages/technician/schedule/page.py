"""The technician's week: when on duty, when away, where somebody waits."""

import reflex as rx

from estate_app.ui.components.badge import tag
from estate_app.ui.components.card import card, list_row, rows
from estate_app.ui.components.empty import empty
from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.pages.technician.schedule.present import Day, SpanLine, Visit
from estate_app.ui.pages.technician.schedule.state import ScheduleState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = ScheduleState


def schedule_page() -> rx.Component:
    """Seven cards, one a day."""
    nothing = empty(
        t("Nothing is planned for the next seven days"), body=t("Your shifts are entered by the office"), icon_name="calendar-days"
    )
    days = rx.el.div(rx.foreach(_S.days, _day), class_name="stack gap-3", aria_live="polite")
    return rx.fragment(
        page_title(t("Schedule"), context=t("the next seven days")),
        unless_failed(
            _S.stage, rx.cond(_S.stage == LOADING, skeleton_cards(), rx.cond(_S.is_empty, nothing, days)), on_retry=_S.load
        ),
    )  # fmt: skip


def _day(day: rx.Var[Day]) -> rx.Component:
    return card(
        row(
            row(words(day.weekday, size="3", strong=True, tone=rx.cond(day.is_today, "indigo", "")), words(day.day, soft=True)),
            rx.cond(day.is_free, words(t("Nothing planned"), soft=True), rx.fragment()),
            extra="between",
        ),
        rx.cond(day.spans.length() > 0, stack(rx.foreach(day.spans, _span), gap="2"), rx.fragment()),
        rx.cond(day.visits.length() > 0, rows(rx.foreach(day.visits, _visit)), rx.fragment()),
        extra="stack gap-3",
        testid="day",
        key=day.key,
    )


def _span(span: rx.Var[SpanLine]) -> rx.Component:
    return row(tag(span.label, tone=span.tone), words(span.time, extra="nums"), extra="between", key=span.label + span.time)


def _visit(visit: rx.Var[Visit]) -> rx.Component:
    return list_row(
        icon("calendar-clock", size=16),
        words(visit.time, strong=True, extra="nums nowrap"),
        stack(words(visit.place, strong=True), words(visit.title, size="1", soft=True), gap="1", extra="grow"),
        icon("chevron-right", size=14),
        href=visit.href,
        testid="visit",
        key=visit.href,
    )
