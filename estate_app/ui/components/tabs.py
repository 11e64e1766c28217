"""Segmented choices: a few views of one page."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.link import marked, page_link
from estate_app.ui.text import Text


def segments(
    choices: list[tuple[str, Text]], *, value: Var[str], on_select: Any, label: Text, full: bool = False, testid: str = "segment"
) -> rx.Component:
    """Buttons of which one is pressed; `on_select` takes the chosen value."""
    buttons = [
        rx.el.button(
            word,
            type="button",
            class_name="segment",
            aria_pressed=rx.cond(value == key, "true", "false"),
            on_click=on_select(key),
            custom_attrs={"data-pick": f"{testid}:{key}"},
            **marked(f"{testid}-{key}"),
        )
        for key, word in choices
    ]
    return rx.el.div(*buttons, class_name="segments segments-full" if full else "segments", role="group", aria_label=label)


def segment_links(choices: list[tuple[str, Text]], *, current: str, label: Text) -> rx.Component:
    """The same look for sub-pages of one place; choices are addresses with words."""
    links = [
        page_link(word, href=href, class_name="segment", **({"aria_current": "page"} if href == current else {})) for href, word in choices
    ]
    return rx.el.nav(*links, class_name="segments", aria_label=label)
