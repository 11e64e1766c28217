"""The page for a forgotten password."""

import reflex as rx

from estate_app.access.rules import MIN_PASSWORD
from estate_app.ui.components.button import button
from estate_app.ui.components.form import form, password_field, phone_field
from estate_app.ui.components.layout import row, stack
from estate_app.ui.components.link import text_link
from estate_app.ui.pages.common.code_sender import code_line
from estate_app.ui.pages.public.reset.state import ResetState
from estate_app.ui.text import t


def reset_page() -> rx.Component:
    """Title, form, and the way back."""
    return rx.fragment(
        stack(
            rx.el.h1(t("Set a new password"), class_name="page-title", tab_index=-1),
            rx.el.p(t("A code to your phone proves that it is you. You are then signed out on every other device"), class_name="soft-text"),
            gap="1",
        ),
        _form(),
        row(text_link(t("Back to sign-in"), href="/login", testid="to-login"), extra="center"),
    )


def _form() -> rx.Component:
    errors = ResetState.field_errors
    return form(
        phone_field("phone", t("Phone"), errors=errors, on_change=ResetState.note_phone, required=False),
        code_line(ResetState, errors=errors),
        password_field(
            "password",
            t("New password"),
            errors=errors,
            new=True,
            hint=t("At least {count} characters, with letters", count=MIN_PASSWORD),
        ),
        button(
            t("Set password and sign in"),
            submit=True,
            full=True,
            size="large",
            busy=ResetState.is_busy,
            busy_label=t("Saving"),
            testid="reset",
        ),
        on_submit=ResetState.reset_password,
        errors=errors,
        testid="reset-form",
    )
