"""The manager's frame: sidebar with counts (a rail below 1280 px, a drawer on phones), top bar with estate, search, inbox."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui import nav
from estate_app.ui.components.avatar import avatar
from estate_app.ui.components.document import document_attributes
from estate_app.ui.components.icon import icon
from estate_app.ui.components.link import page_link
from estate_app.ui.session import Session
from estate_app.ui.shell.connection import offline_band
from estate_app.ui.shell.controls import appearance_button, brand, demo_band, estate_switcher, inbox_bell, language_button, skip_link
from estate_app.ui.shell.counters import Counters
from estate_app.ui.shell.factor import factor_dialog
from estate_app.ui.shell.label import say
from estate_app.ui.shell.search import search_form
from estate_app.ui.shell.tabs import current_entry
from estate_app.ui.text import Text, t

_ENTRIES = tuple(entry for group in nav.MANAGER for entry in group.entries)


def manager_shell(*content: rx.Component, route: str, title: Text) -> rx.Component:
    """Frame a manager's page; the page draws its own `page_title`."""
    del title
    current = Var.create(current_entry(route, _ENTRIES))
    return rx.el.div(
        document_attributes(),
        skip_link(),
        manager_sidebar(current=current),
        rx.el.div(
            manager_bar(current=current),
            offline_band(),
            demo_band(),
            rx.el.main(*content, id="content", tab_index=-1, class_name="page page-manager"),
            class_name="main-column",
        ),
        factor_dialog(),
        class_name="app shell-manager",
    )


@rx.memo
def manager_sidebar(current: rx.Var[str]) -> rx.Component:
    """The sidebar of wide screens; one shared piece of code for all pages."""
    return _sidebar(current)


@rx.memo
def manager_bar(current: rx.Var[str]) -> rx.Component:
    """The top bar."""
    trigger = rx.el.button(
        icon("menu", size=20), type="button", class_name="btn btn-icon menu-button", aria_label=t("Menu"), data_testid="menu"
    )
    drawer = rx.dialog.root(
        rx.dialog.trigger(trigger),
        rx.dialog.content(
            rx.dialog.title(t("Menu"), class_name="visually-hidden"),
            rx.dialog.description(t("Main navigation"), class_name="visually-hidden"),
            rx.dialog.close(rx.el.div(_sidebar(current), class_name="app")), class_name="drawer",
        ),
    )  # fmt: skip
    end = rx.el.div(language_button(), appearance_button(), inbox_bell(), class_name="bar-end")
    return rx.el.header(rx.el.div(drawer, estate_switcher(), search_form(), end, class_name="topbar-in"), class_name="topbar no-print")


def _sidebar(current: Var[str]) -> rx.Component:
    return rx.el.aside(
        page_link(brand(), href="/manage", class_name="sidebar-brand"),
        rx.el.nav(*[_group(group, current) for group in nav.MANAGER], class_name="sidebar-nav", aria_label=t("Main navigation")),
        rx.el.div(_person(), class_name="sidebar-foot"),
        class_name="sidebar no-print",
    )


def _group(group: nav.Group, current: Var[str]) -> rx.Component:
    entries = [_entry(entry, current) for entry in group.entries]
    if group.label is None:
        return rx.fragment(*entries)
    allowed = [Session.permissions.contains(entry.permission.value) for entry in group.entries if entry.permission]
    any_allowed = allowed[0]
    for one in allowed[1:]:
        any_allowed = any_allowed | one
    return rx.cond(any_allowed, rx.fragment(rx.el.p(say(group.label), class_name="nav-group"), *entries), rx.fragment())


def _entry(entry: nav.Entry, current: Var[str]) -> rx.Component:
    number = (
        [rx.cond(Counters.of[entry.counter] > 0, rx.el.span(Counters.of[entry.counter].to_string(), class_name="n"), rx.fragment())]
        if entry.counter
        else []
    )
    link = page_link(
        icon(entry.icon, size=18), rx.el.span(say(entry.label), class_name="word"), *number,
        href=entry.href, class_name="nav-entry", title=say(entry.label),
        data_testid=f"nav-{entry.href.removeprefix('/manage').strip('/') or 'overview'}",
        custom_attrs={"aria-current": rx.cond(current == entry.href, "page", "false")},
    )  # fmt: skip
    return link if entry.permission is None else rx.cond(Session.permissions.contains(entry.permission.value), link, rx.fragment())


def _person() -> rx.Component:
    name = rx.el.span(rx.el.span(Session.name), class_name="word grow")
    return page_link(
        avatar(Session.name, accent=True), name, href="/manage/me", class_name="person", aria_label=t("My account"), data_testid="me"
    )
