"""Turns the page tables of the four roles into the routes of the app; a page is listed in `pages/<role>/table.py`, nowhere else."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from estate_app.kit.i18n import Message, msg
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.gate import Gate
from estate_app.ui.locale import Locale
from estate_app.ui.page import Page, Role
from estate_app.ui.pages.account import table as account
from estate_app.ui.pages.common.not_found import not_found_panel
from estate_app.ui.pages.manager import table as manager
from estate_app.ui.pages.public import table as public
from estate_app.ui.pages.resident import table as resident
from estate_app.ui.pages.technician import table as technician
from estate_app.ui.session import Session
from estate_app.ui.shell.counters import Counters
from estate_app.ui.shell.everybody import everybody_shell
from estate_app.ui.shell.label import say
from estate_app.ui.shell.manager import manager_shell
from estate_app.ui.shell.public import public_shell
from estate_app.ui.shell.resident import resident_shell
from estate_app.ui.shell.technician import technician_shell

SHELLS: dict[Role, Callable[..., rx.Component]] = {
    "public": public_shell,
    "resident": resident_shell,
    "technician": technician_shell,
    "manager": manager_shell,
    "everybody": everybody_shell,
}


PAGES: tuple[Page, ...] = (*public.PAGES, *account.PAGES, *resident.PAGES, *technician.PAGES, *manager.PAGES)


def register(app: rx.App) -> None:
    """Add every page of the table, and the 404 page."""
    for page in PAGES:
        app.add_page(_framed(page), route=page.route, title=_title(page.title), on_load=_loading(page))
    app.add_page(_lost, route="404", title=_title(msg("Page not found")), on_load=[Locale.load, Session.load])


def _loading(page: Page) -> list[Any]:
    shared: list[Any] = [Locale.load, Session.load]
    return [*shared, *page.on_load] if page.role == "public" else [*shared, Gate.enter(page.role), Counters.load, *page.on_load]


def _framed(page: Page) -> Callable[[], rx.Component]:
    def build() -> rx.Component:
        return SHELLS[page.role](_allowed(page), route=page.route, title=say(page.title), **page.frame)

    build.__name__ = f"page_{page.component.__module__.rsplit('.', 2)[-2]}_{page.component.__name__}"
    return build


def _allowed(page: Page) -> rx.Component:
    if page.role == "public":
        return page.component()
    may = Session.role != "" if page.role == "everybody" else Session.role == page.role
    if page.permission is not None:
        may = may & Session.permissions.contains(page.permission.value)
    return rx.cond(Session.is_loaded, rx.cond(may, page.component(), not_found_panel()), skeleton_cards())


def _lost() -> rx.Component:
    return public_shell(not_found_panel(), route="404", title=say(msg("Page not found")), wide=True)


def _title(title: Message) -> Any:
    return say(title) + " · " + say(msg("Smart Estate"))
