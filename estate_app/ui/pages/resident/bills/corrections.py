"""The part of a bill that tells its corrections, for residents and staff alike."""

import reflex as rx

from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.pages.resident.bills.corrected import CorrectionView
from estate_app.ui.text import t


def corrections_part(views: rx.Var[list[CorrectionView]]) -> rx.Component:
    """The part of a bill's card that tells its corrections; nothing where there are none."""
    part = rx.el.div(rx.foreach(views, _view), class_name="bill-part stack gap-3", data_testid="corrections")
    return rx.cond(views.length() > 0, part, rx.fragment())


def _view(one: rx.Var[CorrectionView]) -> rx.Component:
    figures = rx.foreach(one.figures, lambda line: words(line, size="1", soft=True, extra="nums"))
    way = rx.cond(one.href != "", page_link(one.number, href=one.href, class_name="link nums nowrap"), rx.fragment())
    return stack(
        row(words(one.title, strong=True), way, extra="between wrap"),
        words(one.said),
        figures,
        rx.cond(one.reason != "", words(t("Reason: {reason}", reason=one.reason), size="1", soft=True), rx.fragment()),
        gap="1",
        key=one.id,
    )
