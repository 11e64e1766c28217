"""Reassigning by menu: the same as dragging, without a mouse."""

import reflex as rx

from estate_app.ui.components.button import button
from estate_app.ui.components.form import error_line, form
from estate_app.ui.components.layout import stack, words
from estate_app.ui.pages.manager.dispatch.present import LaneRow
from estate_app.ui.pages.manager.dispatch.state import DispatchState
from estate_app.ui.text import Text, t

REASONS = (
    lambda: t("The resident asked for this technician"),
    lambda: t("Is nearest to the place"),
    lambda: t("Knows this installation"),
    lambda: t("Evens out the load"),
    lambda: t("The present technician is held up"),
)


def by_hand() -> rx.Component:
    """Technician and reason, each from a list; the reason is logged."""
    return form(
        rx.el.h3(t("Reassign by hand"), class_name="t2 strong"),
        rx.el.div(
            _select("technician_id", t("Technician"), rx.foreach(DispatchState.lanes, _lane)),
            _select("why", t("Reason"), *[rx.el.option(words_of(), value=words_of()) for words_of in REASONS]),
            class_name="grid cols-2 board-by-hand",
        ),
        error_line("technician_id", DispatchState.field_errors),
        error_line("reason", DispatchState.field_errors),
        button(t("Reassign"), kind="outline", submit=True, full=True, busy=DispatchState.is_saving, testid="reassign"),
        words(t("A choice against the suggestion needs a reason, which is logged"), size="1", soft=True),
        on_submit=DispatchState.reassign,
        testid="by-hand",
        key=DispatchState.order.order_id,
    )


def _select(name: str, label: Text, *options: rx.Component) -> rx.Component:
    return stack(
        words(label, size="1", soft=True),
        rx.el.select(
            rx.el.option(t("Choose…"), value=""), *options, name=name, aria_label=label, class_name="input", data_testid=f"{name}-field"
        ),
        gap="1",
    )  # fmt: skip


def _lane(lane: rx.Var[LaneRow]) -> rx.Component:
    return rx.el.option(lane.name + " " + lane.load, value=lane.id, key=lane.id)
