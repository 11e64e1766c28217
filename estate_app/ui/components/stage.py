"""The three stages of a page's data: the skeleton, what went wrong with a way to try again, and the content."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.card import card
from estate_app.ui.components.error import load_error
from estate_app.ui.stage import FAILED
from estate_app.ui.text import t


def unless_failed(stage: Var[str], *content: Any, on_retry: Any) -> rx.Component:
    """Draw the content, or, when the first load failed, say so and offer another try."""
    failed = card(load_error(t("This page did not load"), on_retry=on_retry))
    return rx.cond(stage == FAILED, failed, rx.fragment(*content))
