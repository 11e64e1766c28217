"""The batch plan: sums, the change list, what stays and why, and one button that applies it."""

import reflex as rx

from estate_app.ui.components.badge import tag
from estate_app.ui.components.button import button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.kpi import kpi_row
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.dispatch.links import dispatch_links
from estate_app.ui.pages.manager.dispatch_plan.present import LeftRow, VisitRow
from estate_app.ui.pages.manager.dispatch_plan.state import PlanState
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = PlanState


def plan_page() -> rx.Component:
    """Make, look, apply."""
    make = button(
        rx.cond(_S.plan.id == "", t("Plan the queue"), t("Plan again")), kind="neutral", icon_name="refresh-cw", on_click=_S.make,
        busy=_S.is_planning, busy_label=t("Planning"), testid="make-plan",
    )  # fmt: skip
    may_apply = (_S.visits.length() > 0) & ~_S.plan.is_applied
    apply = rx.cond(
        may_apply, button(t("Offer {count} orders", count=_S.visits.length()), on_click=_S.ask, testid="apply-plan"), rx.fragment()
    )
    actions = rx.fragment(dispatch_links("/manage/dispatch/plan"), make, apply)
    body = rx.cond(_S.plan.id == "", _nothing(), stack(_outcome(), kpi_row(_S.kpis, columns="4"), _visits(), _left()))
    return rx.fragment(
        page_title(t("Batch plan"), context=_S.plan.made, actions=actions),
        unless_failed(_S.stage, rx.cond(_S.stage == "loading", skeleton_cards(), body), on_retry=_S.load),
        _question(),
    )


def _nothing() -> rx.Component:
    text = t("What waits is planned onto the next twelve hours of shifts, visit windows kept; nothing is assigned before you apply it")
    return card(empty(t("No plan yet"), body=text, icon_name="route"))


def _outcome() -> rx.Component:
    passed = callout(
        stack(words(t("Passed over, because something has changed meanwhile:")), rx.el.ul(rx.foreach(_S.skipped, _skip)), gap="1"),
        tone="orange", icon_name="triangle-alert",
    )  # fmt: skip
    applied = callout(t("Applied: the technicians have been asked"), tone="green", icon_name="check")
    return rx.fragment(rx.cond(_S.plan.is_applied, applied, rx.fragment()), rx.cond(_S.skipped.length() > 0, passed, rx.fragment()))


def _skip(one: rx.Var[Option]) -> rx.Component:
    return rx.el.li(rx.el.span(one.label + " ", class_name="strong"), one.hint, key=one.value)


def _visits() -> rx.Component:
    heads = (t("Technician"), t("Time"), t("Order"), t("Problem"), t("Place"))
    columns = [*(Column(head) for head in heads), Column(t("Points"), is_number=True)]
    table = data_table(
        columns,
        rx.foreach(_S.visits, _visit),
        label=t("Planned visits"),
        is_empty=_S.visits.length() == 0,
        empty_state=empty(t("Nothing can be planned"), body=t("See below why each order stays"), icon_name="route"),
    )
    return card(table, title=t("Planned visits"), context=t("{count} orders", count=_S.visits.length()), flush=True, testid="planned")


def _visit(one: rx.Var[VisitRow]) -> rx.Component:
    return table_row(
        cell(rx.el.span(one.technician, class_name="strong nowrap"), label=t("Technician")),
        cell(rx.el.span(one.span, class_name="nums nowrap"), label=t("Time")),
        cell(page_link(one.number, href=one.href, class_name="link nowrap"), label=t("Order")),
        cell(row(tag(one.priority.label, tone=one.priority.tone), words(one.title, extra="ellipsis")), is_main=True),
        cell(one.place, label=t("Place")),
        cell(one.points, is_number=True, label=t("Points")),
        key=one.id,
    )


def _left() -> rx.Component:
    table = data_table(
        [Column(t("Order")), Column(t("Problem")), Column(t("Place")), Column(t("Reason"))],
        rx.foreach(_S.left, _stays),
        label=t("Stay in the queue"),
        is_empty=_S.left.length() == 0,
        empty_state=empty(t("Every waiting order has its technician"), icon_name="check"),
    )
    return card(table, title=t("Stay in the queue"), context=t("{count} orders", count=_S.left.length()), flush=True)


def _stays(one: rx.Var[LeftRow]) -> rx.Component:
    return table_row(
        cell(page_link(one.number, href=one.href, class_name="link nowrap"), label=t("Order")),
        cell(words(one.title, extra="ellipsis"), is_main=True),
        cell(one.place, label=t("Place")),
        cell(one.reason, label=t("Reason")),
        key=one.id,
    )


def _question() -> rx.Component:
    return confirm_dialog(
        is_open=_S.is_asking,
        title=t("Offer {count} orders to their technicians?", count=_S.visits.length()),
        body=t("Each technician is told at once and answers as usual. Orders that have changed since are passed over and named"),
        keep_label=t("Look once more"),
        act_label=t("Apply the plan"),
        on_keep=_S.keep,
        on_act=_S.apply,
        busy=_S.is_saving,
        busy_label=t("Applying"),
        testid="apply",
    )
