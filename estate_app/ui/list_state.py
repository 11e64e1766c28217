"""What every list does with its address: search, narrow, sort, turn pages. No data passes here; each page's own `load` checks who asks."""

from typing import Any

import reflex as rx

from estate_app.ui.guard import public
from estate_app.ui.query import address, go, plain_path, read_query, toggled_sort

# What clearing the filters leaves as it is: the order, the length of a page, and the day that a list is about.
_KEPT = frozenset({"sort", "size", "on"})
_LONGEST_NAME = 30


class ListState(rx.State):
    """The address of the list in view; the page's `on_load` runs with the new one."""

    @rx.event
    @public
    async def search(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """Search for what was typed into the toolbar's box, under the box's own name."""
        return go(self, **{name: str(value).strip() for name, value in form.items() if _is_name(name)})

    @rx.event
    @public
    async def narrow(self, name: str, value: str) -> rx.event.EventSpec | None:
        """Choose in one of the filters; empty takes it back."""
        return go(self, **{name: value}) if _is_name(name) else None

    @rx.event
    @public
    async def clear(self) -> rx.event.EventSpec:
        """Show all again, in the same order."""
        kept = {name: value for name, value in read_query(self).items() if name in _KEPT}
        return rx.redirect(address(plain_path(self), kept))

    @rx.event
    @public
    async def sort_by(self, key: str, current: str) -> rx.event.EventSpec:
        """Sort by a column, the other way at the second press."""
        return go(self, sort=toggled_sort(current, key))

    @rx.event
    @public
    async def turn_to(self, page: int) -> rx.event.EventSpec:
        """Another page."""
        return go(self, page=page)

    @rx.event
    @public
    async def resize(self, size: str) -> rx.event.EventSpec:
        """More or fewer rows a page."""
        return go(self, size=size)


def _is_name(name: str) -> bool:
    return name.isascii() and name.isidentifier() and len(name) <= _LONGEST_NAME
