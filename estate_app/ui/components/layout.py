"""The few layout words pages are written with: stack, row, grid, words."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.text import Text
from estate_app.ui.tokens import Gap, TextSize


def _classes(*names: str) -> str:
    return " ".join(name for name in names if name)


def stack(*children: Any, gap: Gap = "4", extra: str = "", **props: Any) -> rx.Component:
    """Children below each other."""
    return rx.el.div(*children, class_name=_classes("stack", f"gap-{gap}", extra), **props)


def row(*children: Any, gap: Gap = "2", extra: str = "", **props: Any) -> rx.Component:
    """Children beside each other; `extra` takes wrap, between, end, center, top, baseline."""
    return rx.el.div(*children, class_name=_classes("row", f"gap-{gap}", extra), **props)


def grid(*children: Any, columns: str = "2", extra: str = "", **props: Any) -> rx.Component:
    """A grid that is one column on phones: columns 2, 3, 4, 5, 12, main-side or list-detail-side."""
    return rx.el.div(*children, class_name=_classes("grid", f"cols-{columns}", extra), **props)


def words(
    text: Text, *, size: TextSize = "2", strong: bool = False, soft: bool = False, tone: Text = "", extra: str = "", **props: Any
) -> rx.Component:
    """A run of text in a step of the type scale."""
    names = _classes(f"t{size}", "strong" if strong else "", "soft-text" if soft else "", extra)
    if isinstance(tone, Var):
        return rx.el.span(text, class_name=names + " tone-" + tone, **props)
    return rx.el.span(text, class_name=_classes(names, f"tone-{tone}" if tone else ""), **props)


def heading(text: Text, *, level: int = 2, size: TextSize = "3") -> rx.Component:
    """A heading inside a page; the page's own h1 is `page_title`."""
    element = {1: rx.el.h1, 2: rx.el.h2, 3: rx.el.h3}[level]
    return element(text, class_name=f"t{size} strong")


def divider() -> rx.Component:
    """A hairline."""
    return rx.el.hr(class_name="divider")
