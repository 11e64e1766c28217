"""Money as text made by `kit.money.format_yuan`: hero, inline, column."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.text import Text


def money_hero(yuan: Text, *, testid: Text = "", **props: Any) -> rx.Component:
    """The largest amount of a page; `yuan` is text such as 1,073.45, without the sign."""
    text = Var.create(yuan).to(str)
    whole, part = text.split(".")[0], text.split(".")[1]
    mark = {"data_testid": testid} if isinstance(testid, Var) or testid else {}
    return rx.el.span(rx.el.small("¥", class_name="yen"), whole, rx.el.small(".", part), class_name="money-hero", **mark, **props)


def money(yuan: Text, *, tone: str = "", strong: bool = False, **props: Any) -> rx.Component:
    """An amount in a sentence or a line: ¥1,073.45."""
    names = " ".join(part for part in ("money", f"tone-{tone}" if tone else "", "strong" if strong else "") if part)
    return rx.el.span("¥", yuan, class_name=names, **props)


def money_column(yuan: Text, *, tone: str = "", **props: Any) -> rx.Component:
    """An amount in a numeric column, where the head carries the unit."""
    return rx.el.span(yuan, class_name=f"money {'tone-' + tone if tone else ''}".strip(), **props)
