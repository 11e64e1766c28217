"""The page on which residents register."""

import reflex as rx

from estate_app.access.rules import MIN_PASSWORD
from estate_app.ui.components.button import button
from estate_app.ui.components.form import form, password_field, phone_field, text_field
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import text_link
from estate_app.ui.pages.common.code_sender import code_line
from estate_app.ui.pages.public.register.state import RegisterState
from estate_app.ui.text import t


def register_page() -> rx.Component:
    """Title, form, and the way back to those who have an account."""
    return rx.fragment(
        stack(
            rx.el.h1(t("Register"), class_name="page-title", tab_index=-1),
            rx.el.p(t("With the phone number that the estate has on file, your rooms appear at once"), class_name="soft-text"),
            gap="1",
        ),
        _form(),
        row(
            words(t("Already registered?"), soft=True),
            text_link(t("Sign in"), href="/login", testid="to-login"),
            extra="center",
        ),
    )


def _form() -> rx.Component:
    errors = RegisterState.field_errors
    return form(
        phone_field("phone", t("Phone"), errors=errors, on_change=RegisterState.note_phone, required=False),
        code_line(RegisterState, errors=errors),
        text_field("name", t("Name"), errors=errors, auto_complete="name", max_length=40),
        password_field(
            "password",
            t("Password"),
            errors=errors,
            new=True,
            hint=t("At least {count} characters, with letters", count=MIN_PASSWORD),
        ),
        button(
            t("Register and sign in"),
            submit=True,
            full=True,
            size="large",
            busy=RegisterState.is_busy,
            busy_label=t("Registering"),
            testid="register",
        ),
        on_submit=RegisterState.register,
        errors=errors,
        testid="register-form",
    )
