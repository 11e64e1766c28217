"""Filters, sort and page of a list live in the URL: read them when the page loads, write them by going to a new URL."""

from urllib.parse import parse_qsl, urlencode

import reflex as rx

from estate_app.errors import NotFoundError


def read_query(state: rx.State) -> dict[str, str]:
    """The URL's parameters, the last of a name winning, empty ones left out."""
    return {name: value for name, value in parse_qsl(state.router.url.query) if value}


def go(state: rx.State, /, **changes: object) -> rx.event.EventSpec:
    """Go to the same page with changed parameters; None, "" and 0 remove one. Any change but `page` returns to page 1.

    The page's `on_load` then runs with the new URL, so that back, reload and a sent link all show the same list.
    """
    return rx.redirect(address(plain_path(state), read_query(state), **changes))


def plain_path(state: rx.State) -> str:
    """The page's path without the slash that a directly opened page gets at its end."""
    return state.router.url.path.rstrip("/") or "/"


def address(path: str, query: dict[str, str], /, **changes: object) -> str:
    """The address of a list with changed parameters. Pure."""
    kept = {name: value for name, value in query.items() if name not in changes and not ("page" not in changes and name == "page")}
    merged = kept | {name: str(value) for name, value in changes.items() if value}
    if merged.get("page") == "1":
        del merged["page"]
    return f"{path}?{urlencode(merged)}" if merged else path


def page_of(query: dict[str, str]) -> int:
    """The page number of a URL; anything odd is page 1."""
    number = query.get("page", "1")
    return max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 7 else 1


def page_size_of(query: dict[str, str], *, default: int = 20) -> int:
    """The page size of a URL, one of those the pager offers."""
    return int(query["size"]) if query.get("size") in {"10", "20", "50"} else default


def toggled_sort(current: str, key: str) -> str:
    """The next sort when a column's head is pressed: ascending, then descending."""
    return f"-{key}" if current == key else key


def path_text(state: rx.State, index: int = -1) -> str:
    """A part of the page's path: the last one, or the one at an index (`/pay/[id]/result` has its id at 1)."""
    parts = [part for part in state.router.url.path.split("/") if part]
    try:
        return parts[index]
    except IndexError:
        raise NotFoundError from None


def path_number(state: rx.State, index: int = -1) -> int:
    """The same as a row's id; NotFoundError when it is none."""
    text = path_text(state, index)
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFoundError
    return int(text)
