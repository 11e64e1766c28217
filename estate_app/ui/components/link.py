"""Links: inside the product without a page load, outside (tel:, files) as plain anchors."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var
from reflex_components_core.react_router.dom import ReactRouterLink

from estate_app.ui.components.icon import icon
from estate_app.ui.text import Text


def page_link(*children: Any, href: Text, **props: Any) -> rx.Component:
    """Link to a page of the product."""
    return ReactRouterLink.create(*children, to=href, **props)


def file_link(*children: Any, href: Text, **props: Any) -> rx.Component:
    """Link to what is no page: a file, an export, a phone number. The browser goes there by itself, not the router of the pages."""
    return ReactRouterLink.create(*children, to=href, reload_document=True, **props)


def text_link(label: Text, *, href: Text, arrow: bool = False, testid: Text = "", **props: Any) -> rx.Component:
    """Words that lead to another page; with `arrow` they end in one, as at the head of a card."""
    tail = [icon("chevron-right", size=14)] if arrow else []
    return page_link(rx.el.span(label), *tail, href=href, class_name="link", **marked(testid), **props)


def marked(testid: Text) -> dict[str, Any]:
    """The data-testid prop, absent when there is none."""
    return {"data_testid": testid} if isinstance(testid, Var) or testid else {}
