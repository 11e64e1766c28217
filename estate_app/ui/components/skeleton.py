"""Grey shapes of the real layout, shown after 300 ms; no spinner on whole pages."""

import reflex as rx

from estate_app.ui.text import t


def bar(width: str = "100%", *, height: str = "12px", pill: bool = False) -> rx.Component:
    """One grey bar."""
    return rx.el.span(class_name="skeleton skeleton-pill" if pill else "skeleton", width=width, height=height)


def skeleton_rows(count: int = 6) -> rx.Component:
    """The shape of a list."""
    lines = [
        rx.el.div(
            bar("16px", height="16px"),
            bar("22%", pill=True),
            bar("30%", pill=True),
            rx.el.span(class_name="grow"),
            bar("56px", height="20px", pill=True),
        )
        for _ in range(count)
    ]
    return rx.el.div(rx.el.div(*lines, class_name="rows", aria_hidden="true"), _spoken(), role="status")


def skeleton_cards(count: int = 3) -> rx.Component:
    """The shape of cards below each other."""
    cards = [
        rx.el.div(rx.el.div(bar("40%", height="16px"), bar("100%"), bar("72%"), class_name="stack gap-3"), class_name="card")
        for _ in range(count)
    ]
    return rx.el.div(rx.el.div(*cards, class_name="stack gap-4", aria_hidden="true"), _spoken(), role="status")


def _spoken() -> rx.Component:
    return rx.el.span(t("Loading"), class_name="visually-hidden")
