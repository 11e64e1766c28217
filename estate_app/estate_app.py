"""The Reflex app: pages, theme and the HTTP side on one port. No logic lives here."""

import reflex as rx

import estate_app.schema  # noqa: F401 -- tables refer to each other: all of them are known before the first statement
from estate_app.jobs.scheduler import scheduling
from estate_app.ui import routes
from estate_app.ui.components.upload import SCRIPTS
from estate_app.ui.live import hearers, listening
from estate_app.ui.shell.connection import error_boundary
from estate_app.ui.theme import STYLESHEETS
from estate_app.web.app import create_http
from estate_app.web.lifespan import serving
from miniprogram_api import live

app = rx.App(
    stylesheets=STYLESHEETS,
    head_components=[
        *[rx.el.script(src=path, defer=True) for path in SCRIPTS],
        rx.el.link(rel="manifest", href="/manifest.webmanifest"),
        rx.el.link(rel="icon", href="/brand/logo.svg", type="image/svg+xml"),
        rx.el.link(rel="apple-touch-icon", href="/brand/apple-touch-icon.png"),
        rx.el.link(
            rel="preload", href="/fonts/inter-latin.woff2", custom_attrs={"as": "font", "type": "font/woff2", "crossOrigin": "anonymous"}
        ),
        rx.el.meta(name="theme-color", content="#3e63dd"),
    ],
    html_lang="zh-Hans",
    app_wraps={(55, "ErrorBoundary"): lambda stateful: error_boundary(is_stateful=stateful)},
    toaster=rx.toast.provider(position="bottom-right", visible_toasts=3, rich_colors=False),
    api_transformer=create_http(),
)
hearers.append(live.changed)
app.register_lifespan_task(serving)
app.register_lifespan_task(listening)
app.register_lifespan_task(scheduling)
routes.register(app)
