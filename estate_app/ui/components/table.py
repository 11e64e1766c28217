"""Tables: sticky head, rows of 44 px, numbers right; below 768 px every row becomes a card of labelled lines."""

from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.icon import icon
from estate_app.ui.components.link import marked
from estate_app.ui.components.skeleton import skeleton_rows
from estate_app.ui.list_state import ListState
from estate_app.ui.text import Text


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head; `sort` is the key that the list sorts by, `width` a CSS width that keeps live rows still."""

    label: Text
    sort: str = ""
    is_number: bool = False
    width: str = ""


def data_table(
    columns: list[Column],
    body: Any,
    *,
    label: Text,
    is_empty: Var[bool],
    empty_state: rx.Component,
    is_loading: Var[bool] | None = None,
    sort: Var[str] | None = None,
    on_sort: Any = None,
    density: Literal["", "compact", "two-line", "many"] = "",
    testid: str = "table",
) -> rx.Component:
    """A table over `rx.foreach(State.rows, row)`. `sort` is "created" or "-created"; pressing a column's head puts it into the address.

    Of `many` columns the heads and figures may wrap, so that all of them stand beside each other on a desk.
    """
    head = rx.el.thead(rx.el.tr(*[_head(column, sort, on_sort) for column in columns]))
    names = f"table table-{density}" if density else "table"
    table = rx.el.div(
        rx.el.table(rx.el.caption(label, class_name="visually-hidden"), head, rx.el.tbody(body), class_name=names),
        class_name="table-scroll",
        data_testid=testid,
    )
    settled = rx.cond(is_empty, empty_state, table)
    return settled if is_loading is None else rx.cond(is_loading & is_empty, skeleton_rows(), settled)


def _head(column: Column, sort: Var[str] | None, on_sort: Any) -> rx.Component:
    props: dict[str, Any] = (
        {"scope": "col"} | ({"class_name": "num"} if column.is_number else {}) | ({"width": column.width} if column.width else {})
    )
    if not column.sort or sort is None:
        return rx.el.th(column.label, **props)
    down, up = sort == f"-{column.sort}", sort == column.sort
    arrow = rx.cond(down, icon("arrow-down", size=12), rx.cond(up, icon("arrow-up", size=12), rx.fragment()))
    click = rx.el.button(
        column.label,
        arrow,
        type="button",
        class_name="sort",
        on_click=ListState.sort_by(column.sort, sort) if on_sort is None else on_sort(column.sort),
        custom_attrs={"data-active": rx.cond(down | up, "true", "false")},
        **marked(f"sort-{column.sort}"),
    )
    return rx.el.th(click, custom_attrs={"aria-sort": rx.cond(down, "descending", rx.cond(up, "ascending", "none"))}, **props)


def table_row(
    *cells: Any, key: Var, on_click: Any = None, is_selected: Var[bool] | None = None, testid: Text = "", **props: Any
) -> rx.Component:
    """A row. Put the link to the detail in its first cell; `on_click` may open the same for the mouse."""
    attributes: dict[str, Any] = {}
    if on_click is not None:
        props["on_click"] = on_click
        attributes["data-href"] = "true"
    if is_selected is not None:
        attributes["data-selected"] = rx.cond(is_selected, "true", "false")
    return rx.el.tr(*cells, key=key, custom_attrs=attributes, **marked(testid), **props)


def cell(
    *content: Any, label: Text = "", is_number: bool = False, is_main: bool = False, hide_on_phone: bool = False, **props: Any
) -> rx.Component:
    """A cell; `label` names it on phones, `is_main` makes it the card's title there."""
    attributes: dict[str, Any] = {"data-main": "true"} if is_main else {}
    if isinstance(label, Var) or label:
        attributes["data-label"] = label
    if hide_on_phone:
        attributes["data-hide-phone"] = "true"
    return rx.el.td(*content, custom_attrs=attributes, **({"class_name": "num"} if is_number else {}), **props)


def select_cell(*, checked: Var[bool], on_change: Any, label: Text) -> rx.Component:
    """The check box at the head of a row."""
    return rx.el.td(
        rx.el.input(type="checkbox", checked=checked, on_change=lambda _value: on_change, aria_label=label, data_testid="select-row"),
        width="40px",
    )
