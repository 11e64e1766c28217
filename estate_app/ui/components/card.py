"""Cards: white, a hairline, a title with its context, actions at the right."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import row
from estate_app.ui.components.link import marked, page_link
from estate_app.ui.text import Text
from estate_app.ui.view import Fact


def card(
    *children: Any,
    title: Text = "",
    context: Text = "",
    actions: Any = None,
    hero: bool = False,
    flush: bool = False,
    testid: Text = "",
    extra: str = "",
    **props: Any,
) -> rx.Component:
    """A card; `flush` lets a table or rows reach its edges."""
    names = " ".join(part for part in ("card", "card-hero" if hero else "", "card-flush" if flush else "", extra) if part)
    head = [card_head(title, context=context, actions=actions)] if isinstance(title, Var) or title else []
    return rx.el.section(*head, *children, class_name=names, **marked(testid), **props)


def card_head(title: Text, *, context: Text = "", actions: Any = None) -> rx.Component:
    """The title row of a card."""
    side = [rx.el.span(context, class_name="card-context")] if isinstance(context, Var) or context else []
    tail = [] if actions is None else [rx.el.div(actions, class_name="card-actions")]
    return rx.el.div(rx.el.h2(title, class_name="card-title"), *side, *tail, class_name="card-head")


def link_card(*children: Any, href: Text, testid: Text = "", **props: Any) -> rx.Component:
    """A card that is one link as a whole."""
    return page_link(*children, href=href, class_name="card card-link", **marked(testid), **props)


def rows(*children: Any, **props: Any) -> rx.Component:
    """Lines with hairlines between, inside a flush card; children are `list_row`s."""
    return rx.el.div(*children, class_name="rows", **props)


def list_row(*children: Any, href: Text = "", testid: Text = "", **props: Any) -> rx.Component:
    """One line of `rows`, a link when it has an address."""
    if isinstance(href, Var) or href:
        return page_link(*children, href=href, **marked(testid), **props)
    return rx.el.div(*children, **marked(testid), **props)


def facts(items: Var[list[Fact]] | list[Fact]) -> rx.Component:
    """Names and values in two columns."""
    return rx.el.dl(rx.foreach(items, _fact), class_name="facts")


def _fact(fact: Var[Fact]) -> rx.Component:
    return rx.fragment(rx.el.dt(fact.label), rx.el.dd(fact.value, class_name="tone-" + fact.tone))


def callout(text: Text, *, tone: str = "orange", icon_name: str = "triangle-alert", actions: Any = None, **props: Any) -> rx.Component:
    """A sentence that matters, on a soft ground."""
    tail = [] if actions is None else [actions]
    return rx.el.div(
        icon(icon_name, size=16),
        row(rx.el.span(text, class_name="grow"), *tail, extra="grow between wrap"),
        class_name=f"callout callout-{tone}",
        **props,
    )
