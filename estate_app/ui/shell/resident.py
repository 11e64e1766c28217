"""The resident's frame: top bar and four tabs on phones, top navigation from 1280 px."""

import reflex as rx

from estate_app.ui import nav
from estate_app.ui.components.badge import count
from estate_app.ui.components.document import document_attributes
from estate_app.ui.components.icon import icon
from estate_app.ui.components.link import page_link
from estate_app.ui.shell.connection import offline_band
from estate_app.ui.shell.controls import (
    appearance_button,
    brand,
    demo_band,
    inbox_bell,
    language_button,
    person_link,
    room_switcher,
    skip_link,
)
from estate_app.ui.shell.counters import Counters
from estate_app.ui.shell.label import say
from estate_app.ui.shell.tabs import current_entry, tab_bar
from estate_app.ui.text import Text, t


def resident_shell(
    *content: rx.Component, route: str, title: Text, narrow: bool = False, has_tabs: bool = True, back: str = ""
) -> rx.Component:
    """Frame a resident's page. `back` puts a way back (and the title) into the phone's bar; without tabs the page brings its action bar."""
    names = "page page-resident page-narrow" if narrow else "page page-resident"
    tabs = [tab_bar(nav.RESIDENT, current=current_entry(route, nav.RESIDENT))] if has_tabs else []
    return rx.el.div(
        document_attributes(),
        skip_link(),
        _bar(route, title, back),
        offline_band(),
        demo_band(),
        rx.el.main(*content, id="content", tab_index=-1, class_name=names),
        *tabs,
        class_name=f"app shell-resident {'with-tabs' if has_tabs else 'with-action'}",
    )


def _bar(route: str, title: Text, back: str) -> rx.Component:
    current = current_entry(route, nav.RESIDENT_DESKTOP)
    links = rx.el.nav(*[_link(entry, current) for entry in nav.RESIDENT_DESKTOP], class_name="navlinks", aria_label=t("Main navigation"))
    start = rx.fragment(
        rx.el.div(back_link(back), rx.el.span(title, class_name="strong"), class_name="row phone-only")
        if back
        else rx.el.div(room_switcher(), class_name="phone-only"),
        page_link(brand(), href="/", class_name="desktop-only", aria_label=t("Home")),
    )
    end = rx.el.div(
        rx.el.div(room_switcher(), class_name="desktop-only"),
        language_button(),
        appearance_button(),
        inbox_bell(),
        rx.el.div(person_link("/me"), class_name="desktop-only"),
        class_name="bar-end",
    )
    return rx.el.header(rx.el.div(start, links, end, class_name="topbar-in"), class_name="topbar navbar no-print")


def _link(entry: nav.Entry, current: str) -> rx.Component:
    here = {"aria_current": "page"} if entry.href == current else {}
    mark = [count(Counters.of[entry.counter])] if entry.counter else []
    return page_link(say(entry.label), *mark, href=entry.href, class_name="navlink", **here)


def back_link(href: str) -> rx.Component:
    """The way back at the upper left of a phone."""
    return page_link(icon("chevron-left", size=22), href=href, class_name="btn btn-icon", aria_label=t("Back"), data_testid="back")


def close_link(href: str) -> rx.Component:
    """The × of a result page, which never leads back into the cashier."""
    return page_link(icon("x", size=22), href=href, class_name="btn btn-icon", aria_label=t("Close"), data_testid="close")
