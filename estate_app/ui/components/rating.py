"""Stars: five radio buttons to give them, one word or number beside them to read them."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.icon import icon
from estate_app.ui.text import Text, t


def rating_field(name: str, label: Text, *, value: int = 0, errors: Var[dict[str, str]] | None = None) -> rx.Component:
    """One rated dimension, 1–5, by mouse, touch or arrow keys; posts `name` as text."""
    from estate_app.ui.components.form import error_line

    stars = [
        rx.el.label(
            rx.el.input(
                type="radio",
                name=name,
                value=str(points),
                default_checked=points == value,
                aria_label=t("{points} of 5 stars", points=points),
            ),
            icon("star", size=26),
            data_testid=f"{name}-{points}",
        )
        for points in range(1, 6)
    ]
    return rx.el.fieldset(
        rx.el.legend(label, class_name="field-label"), rx.el.div(*stars, class_name="rating"), error_line(name, errors), class_name="field"
    )


def rating(points: Var[int] | int, *, word: Text) -> rx.Component:
    """Stars that were given; `word` is the number or word beside them."""
    stars = [icon("star", size=14, fill="currentColor") for _ in range(5)]
    marks = [rx.el.span(star, class_name=rx.cond(Var.create(points).to(int) > index, "on", "off")) for index, star in enumerate(stars)]
    return rx.el.span(rx.el.span(*marks, class_name="row rating-static", aria_hidden="true"), word, class_name="row gap-1")
