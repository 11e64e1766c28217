"""A person's first character on a round ground."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.text import Text


def avatar(name: Text, *, accent: bool = False, large: bool = False) -> rx.Component:
    """The avatar beside a name; silent for screen readers, because the name stands beside it."""
    classes = "avatar" + (" avatar-accent" if accent else "") + (" avatar-large" if large else "")
    return rx.el.span(Var.create(name).to(str)[0:1], class_name=classes, aria_hidden="true")
