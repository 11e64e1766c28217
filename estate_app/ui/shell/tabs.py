"""The four tabs at the lower edge of phones."""

import reflex as rx

from estate_app.ui.components.badge import count
from estate_app.ui.components.icon import icon
from estate_app.ui.components.link import page_link
from estate_app.ui.nav import Entry
from estate_app.ui.shell.counters import Counters
from estate_app.ui.shell.label import say
from estate_app.ui.text import t


def tab_bar(entries: tuple[Entry, ...], *, current: str) -> rx.Component:
    """Icon and word; a red count only for what the person must do."""
    return rx.el.nav(*[_tab(entry, current) for entry in entries], class_name="tabs no-print", aria_label=t("Main navigation"))


def _tab(entry: Entry, current: str) -> rx.Component:
    here = {"aria_current": "page"} if entry.href == current else {}
    mark = [count(Counters.of[entry.counter])] if entry.counter else []
    return page_link(
        icon(entry.icon, size=22, stroke=2.2 if here else 1.8),
        *mark,
        rx.el.span(say(entry.label)),
        href=entry.href,
        class_name="tab",
        data_testid=f"tab-{entry.icon}",
        **here,
    )


def current_entry(route: str, entries: tuple[Entry, ...]) -> str:
    """The entry a route belongs to: the longest address that begins it."""
    homes = {"/", "/tech", "/manage"}
    fits = [entry.href for entry in entries if route == entry.href or (entry.href not in homes and route.startswith(f"{entry.href}/"))]
    return max(fits, key=len, default="")
