"""The Reflex config: reads the settings, nothing else."""

import reflex as rx

from estate_app.settings import settings
from estate_app.ui.theme import Themes, theme

config = rx.Config(
    app_name="estate_app",
    frontend_port=settings().port,
    backend_port=settings().port,
    backend_host=settings().host,
    api_url=settings().public_url,
    deploy_url=settings().public_url,
    trusted_proxy_hops=settings().trusted_proxies,
    redis_url=settings().redis_url,
    cors_allowed_origins=[settings().public_url],
    telemetry_enabled=False,
    show_built_with_reflex=False,
    frontend_lazy_bundled_libraries=True,
    default_color_mode="system",
    plugins=[Themes(theme=theme())],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
