"""The technician's frame: one column of at most 560 px, four tabs, actions within the thumb's reach."""

import reflex as rx

from estate_app.ui import nav
from estate_app.ui.components.document import document_attributes
from estate_app.ui.components.link import page_link
from estate_app.ui.components.offline import upload_band
from estate_app.ui.shell.controls import appearance_button, brand, demo_band, inbox_bell, language_button, skip_link
from estate_app.ui.shell.resident import back_link
from estate_app.ui.shell.tabs import current_entry, tab_bar
from estate_app.ui.text import Text, t


def technician_shell(*content: rx.Component, route: str, title: Text, has_tabs: bool = True, back: str = "") -> rx.Component:
    """Frame a technician's page. `back` puts a way back (and the title) into the bar; without tabs the page brings its action bar."""
    start = (
        rx.el.div(back_link(back), rx.el.span(title, class_name="strong"), class_name="row")
        if back
        else page_link(brand(), href="/tech", aria_label=t("Jobs"))
    )
    end = rx.el.div(language_button(), appearance_button(), inbox_bell(), class_name="bar-end")
    tabs = [tab_bar(nav.TECHNICIAN, current=current_entry(route, nav.TECHNICIAN))] if has_tabs else []
    return rx.el.div(
        document_attributes(),
        skip_link(),
        rx.el.header(rx.el.div(start, end, class_name="topbar-in"), class_name="topbar no-print"),
        upload_band(),
        demo_band(),
        rx.el.main(*content, id="content", tab_index=-1, class_name="page page-technician"),
        *tabs,
        class_name=f"app shell-technician {'with-tabs' if has_tabs else 'with-action'}",
    )
