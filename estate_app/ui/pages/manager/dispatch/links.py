"""The pages around the board: plan, incidents, rules."""

import reflex as rx

from estate_app.ui.components.tabs import segment_links
from estate_app.ui.text import t


def dispatch_links(current: str) -> rx.Component:
    """The four views of dispatch, the current one pressed."""
    choices = [
        ("/manage/dispatch", t("Board")),
        ("/manage/dispatch/plan", t("Batch plan")),
        ("/manage/dispatch/incidents", t("Incidents")),
        ("/manage/dispatch/rules", t("Dispatch rules")),
    ]
    return segment_links(choices, current=current, label=t("Views of dispatch"))
