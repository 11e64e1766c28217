"""What people see when the connection is lost, and when a page fails to draw."""

import reflex as rx
from reflex.vars.base import Var
from reflex_components_core.base.error_boundary import ErrorBoundary
from reflex_components_core.core.banner import has_connection_errors

from estate_app.ui.components.icon import icon
from estate_app.ui.text import t


def offline_band() -> rx.Component:
    """The black band under the top edge while the server cannot be reached."""
    band = rx.el.p(
        rx.el.span(
            icon("wifi-off", size=14), t("Offline. We are trying to reconnect; what you typed is kept"), class_name="row gap-2 center"
        ),
        class_name="offline-band",
        role="status",
    )
    return rx.cond(has_connection_errors, band, rx.fragment())


def error_boundary(*, is_stateful: bool) -> rx.Component:
    """What stands in the place of a page that failed to draw, in both languages: no state can be relied on here."""
    reload_link = rx.el.a("重新加载 · Reload", href="", reload_document=True, class_name="btn btn-secondary")
    fallback = rx.el.main(
        rx.el.p("页面没有显示出来，已填写的内容都还在 · The page could not be shown; what you typed is kept", class_name="title"),
        rx.el.div(reload_link, class_name="actions"),
        class_name="app panel-state",
        role="alert",
    )
    return ErrorBoundary.create(fallback_render=Var.create(fallback), **({} if is_stateful else {"on_error": rx.event.noop()}))
