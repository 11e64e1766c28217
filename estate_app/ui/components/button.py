"""Buttons: at most one solid one per card. A busy button says its verb and cannot be pressed twice."""

from typing import Any, Literal

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.icon import icon, spinner
from estate_app.ui.components.link import file_link, marked, page_link
from estate_app.ui.text import Text

Kind = Literal["primary", "secondary", "neutral", "outline", "ghost", "danger"]
Size = Literal["", "small", "large"]


def button(
    label: Text,
    *,
    kind: Kind = "primary",
    on_click: Any = None,
    icon_name: str = "",
    busy: Var[bool] | None = None,
    busy_label: Text = "",
    disabled: Var[bool] | bool = False,
    size: Size = "",
    full: bool = False,
    submit: bool = False,
    testid: Text = "",
    **props: Any,
) -> rx.Component:
    """A button with words; with `busy` it shows a spinner and `busy_label` while the var is true."""
    rest = rx.fragment(icon(icon_name, size=16) if icon_name else rx.fragment(), rx.el.span(label))
    content = (
        rest
        if busy is None
        else rx.cond(busy, rx.fragment(spinner(), rx.el.span(busy_label if isinstance(busy_label, Var) or busy_label else label)), rest)
    )
    if on_click is not None:
        props["on_click"] = on_click
    if busy is not None:
        props |= {"disabled": busy | disabled, "aria_busy": rx.cond(busy, "true", "false")}
    elif disabled is not False:
        props["disabled"] = disabled
    return rx.el.button(
        content, type="submit" if submit else "button", class_name=button_class(kind, size, full), **marked(testid), **props
    )


def button_class(kind: Kind, size: Size = "", full: bool = False) -> str:
    """The classes that make an element look like a button."""
    return " ".join(part for part in ("btn", f"btn-{kind}", f"btn-{size}" if size else "", "btn-full" if full else "") if part)


def link_button(
    label: Text,
    *,
    href: Text,
    kind: Kind = "primary",
    icon_name: str = "",
    size: Size = "",
    full: bool = False,
    testid: Text = "",
    **props: Any,
) -> rx.Component:
    """A link to a page that looks like a button."""
    mark = [icon(icon_name, size=16)] if icon_name else []
    return page_link(*mark, rx.el.span(label), href=href, class_name=button_class(kind, size, full), **marked(testid), **props)


def file_button(
    label: Text, *, href: Text, kind: Kind = "outline", icon_name: str = "download", size: Size = "", testid: Text = "", **props: Any
) -> rx.Component:
    """A link to a download or a phone number that looks like a button."""
    mark = [icon(icon_name, size=16)] if icon_name else []
    return file_link(*mark, rx.el.span(label), href=href, class_name=button_class(kind, size), **marked(testid), **props)


def icon_button(
    icon_name: str,
    *,
    label: Text,
    on_click: Any = None,
    testid: Text = "",
    dot: Var[bool] | None = None,
    size: int = 18,
    extra: str = "",
    **props: Any,
) -> rx.Component:
    """A square button with a picture only; `label` is its accessible name and tooltip."""
    if on_click is not None:
        props["on_click"] = on_click
    mark = [] if dot is None else [rx.cond(dot, rx.el.span(class_name="dot"), rx.fragment())]
    return rx.el.button(
        icon(icon_name, size=size),
        *mark,
        type="button",
        class_name=f"btn btn-icon {extra}".strip(),
        aria_label=label,
        title=label,
        **marked(testid),
        **props,
    )


def action_bar(*children: Any) -> rx.Component:
    """The primary actions of a page: fixed above the thumb on phones, in the flow on desktops."""
    return rx.el.div(*children, class_name="action-bar no-print")
