"""The frame of pages without a login: a quiet side with the product's promise, the form at the right (screen 16)."""

import reflex as rx

from estate_app.settings import settings
from estate_app.ui.components.document import document_attributes
from estate_app.ui.components.link import page_link
from estate_app.ui.shell.connection import offline_band
from estate_app.ui.shell.controls import appearance_button, brand, demo_band, language_button, skip_link
from estate_app.ui.text import Text, t


def public_shell(*content: rx.Component, route: str, title: Text, wide: bool = False) -> rx.Component:
    """Frame a public page; `wide` drops the side, for reports and receipts."""
    del route, title
    bar = rx.el.div(
        page_link(brand(), href="/login", aria_label=t("Home")),
        rx.el.div(language_button(long=True), appearance_button(), class_name="row"),
        class_name="public-bar no-print",
    )
    return rx.el.div(
        document_attributes(),
        skip_link(),
        *([] if wide else [_side()]),
        rx.el.div(
            bar,
            offline_band(),
            demo_band(),
            rx.el.main(*content, id="content", tab_index=-1, class_name="public-form"),
            _foot(),
            class_name="public-main",
        ),
        class_name="app public public-wide" if wide else "app public",
    )


def _side() -> rx.Component:
    return rx.el.aside(
        rx.el.div(
            brand(),
            rx.el.p(t("Repairs you can follow,\nbills you understand"), class_name="public-slogan", margin_top="120px"),
            rx.el.p(t("On duty around the clock: {phone}", phone=settings().support_phone), class_name="soft-text", margin_top="16px"),
        ),
        rx.el.img(src="/brand/skyline.svg", alt="", class_name="skyline"),
        class_name="public-side",
    )


def _foot() -> rx.Component:
    return rx.el.footer(
        t(
            "First time here? Use the phone number registered with the estate. Trouble signing in? Call {phone}",
            phone=settings().support_phone,
        ),
        class_name="public-foot no-print",
    )
