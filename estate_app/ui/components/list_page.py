"""The toolbar and pager of list pages. Filters, sort and page live in the URL: see `estate_app.ui.list_state`."""

from collections.abc import Callable
from typing import Any, Literal

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.icon import icon
from estate_app.ui.components.link import marked
from estate_app.ui.list_state import ListState
from estate_app.ui.text import Text, t
from estate_app.ui.view import Option, Pager


def list_toolbar(*children: Any) -> rx.Component:
    """Search first, then filters, then what clears them."""
    return rx.el.div(*children, class_name="list-toolbar no-print", role="search")


def search_box(
    *, value: Var[str], placeholder: Text, name: str = "q", on_search: Any = ListState.search, testid: str = "search"
) -> rx.Component:
    """Search on Enter: the text goes into the address under `name`. Remounts when the address's own search changes."""
    box = rx.el.input(
        type="search",
        name=name,
        default_value=value,
        placeholder=placeholder,
        aria_label=placeholder,
        class_name="input",
        key=value,
        data_testid=testid,
    )
    return rx.el.form(
        rx.el.div(rx.el.span(icon("search"), class_name="before"), box, class_name="affix affix-before"),
        on_submit=on_search,
        class_name="search",
    )


def filter_menu(
    label: Text, options: Var[list[Option]] | list[Option], *, value: Var[str], name: str = "", on_change: Any = None, testid: str = ""
) -> rx.Component:
    """`状态：全部 ⌄`: a filter as a button. The choice goes into the address under `name`, or to `on_change`; empty is all.

    Options that never change are a plain list, whose labels may be the page's own words.
    """
    on_change = on_change or narrow(name)
    choice = rx.el.select(
        rx.el.option(t("All"), value=""), *_options(options),
        value=value, on_change=on_change, aria_label=label, class_name="filter-select", **marked(testid or f"filter-{name}"),
    )  # fmt: skip
    clear = rx.el.button(
        icon("x", size=14),
        type="button",
        class_name="filter-clear",
        aria_label=t("Clear filter {name}", name=label),
        on_click=on_change(""),
    )
    return filter_box(label, choice, rx.cond(value != "", clear, icon("chevron-down", size=14)), is_set=value != "")


def filter_box(label: Text, *controls: Any, is_set: Var[bool] | bool = False) -> rx.Component:
    """The frame of a filter: its name with a colon, then what is chosen; one that is set stands out."""
    active = rx.cond(is_set, "true", "false")
    return rx.el.div(rx.el.span(t("{name}:", name=label)), *controls, class_name="filter", custom_attrs={"data-active": active})


def _options(options: Var[list[Option]] | list[Option]) -> list[Any]:
    if isinstance(options, list):
        return [rx.el.option(option.label, value=option.value) for option in options]
    return [rx.foreach(options, lambda option: rx.el.option(option.label, value=option.value))]


def narrow(name: str) -> Callable[[Any], Any]:
    """What puts a filter's choice into the address under a name."""
    return lambda value: ListState.narrow(name, value)


def day_filter(
    label: Text,
    *,
    value: Var[str],
    name: str,
    kind: Literal["date", "month"] = "date",
    on_change: Any = None,
    is_set: Var[bool] | bool | None = None,
    **props: Any,
) -> rx.Component:
    """A day or a month as a filter; `name` marks it and, without `on_change`, is what it is called in the address."""
    field = rx.el.input(
        type=kind,
        value=value,
        on_change=on_change or narrow(name),
        aria_label=label,
        class_name="filter-select",
        **marked(name),
        **props,
    )
    return filter_box(label, field, is_set=value != "" if is_set is None else is_set)


def clear_filters(*, shown: Var[bool], on_click: Any = ListState.clear) -> rx.Component:
    """清除筛选, when any filter is set."""
    return rx.cond(
        shown,
        rx.el.button(t("Clear filters"), type="button", class_name="btn btn-ghost", on_click=on_click, data_testid="clear-filters"),
        rx.fragment(),
    )


def pager(state: Var[Pager], *, on_page: Any = ListState.turn_to, has_sizes: bool = False) -> rx.Component:
    """Where the list stands and how to move; with sizes, how many rows a page has."""
    sizes = rx.fragment()
    if has_sizes:
        options = [rx.el.option(t("{count} a page", count=size), value=str(size)) for size in (10, 20, 50)]
        sizes = rx.el.select(
            *options,
            value=state.page_size.to_string(),
            on_change=ListState.resize,
            class_name="input",
            aria_label=t("Rows a page"),
            data_testid="page-size",
        )
    return rx.el.nav(
        rx.el.span(state.summary, aria_live="polite", data_testid="summary"),
        rx.el.div(
            _step(state, -1, on_page),
            rx.foreach(state.numbers, lambda number: _number(state, number, on_page)),
            _step(state, 1, on_page),
            sizes,
            class_name="row gap-1",
        ),
        class_name="pager no-print",
        aria_label=t("Pages"),
    )


def _step(state: Var[Pager], by: int, on_page: Any) -> rx.Component:
    ends, name, word = (
        (state.page <= 1, "chevron-left", t("Previous page")) if by < 0 else (state.page >= state.pages, "chevron-right", t("Next page"))
    )
    return rx.el.button(
        icon(name),
        type="button",
        class_name="page-button",
        disabled=ends,
        aria_label=word,
        on_click=on_page(state.page + by),
        data_testid="previous-page" if by < 0 else "next-page",
    )


def _number(state: Var[Pager], number: Var[int], on_page: Any) -> rx.Component:
    current = rx.cond(number == state.page, "page", "false")
    page = rx.el.button(
        number.to_string(),
        type="button",
        class_name="page-button wide-only",
        on_click=on_page(number),
        custom_attrs={"aria-current": current},
    )
    return rx.cond(number == 0, rx.el.span("…", class_name="wide-only", aria_hidden="true"), page)


def bulk_bar(selected: Var[int], *actions: Any, on_clear: Any) -> rx.Component:
    """The dark bar with the count and the verbs while rows are selected."""
    close = rx.el.button(
        icon("x"), type="button", class_name="btn btn-icon", aria_label=t("Clear selection"), on_click=on_clear, data_testid="bulk-clear"
    )
    bar = rx.el.div(
        rx.el.span(t("{count} selected", count=selected), class_name="nowrap"),
        *actions,
        close,
        class_name="bulk-bar",
        role="toolbar",
        aria_label=t("Selected rows"),
    )
    return rx.cond(selected > 0, bar, rx.fragment())
