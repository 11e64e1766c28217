"""The sign-in page (screens 16, 16b): one way in for residents, technicians and managers."""

import reflex as rx

from estate_app.ui.components.avatar import avatar
from estate_app.ui.components.button import button
from estate_app.ui.components.card import card, rows
from estate_app.ui.components.form import form, password_field, phone_field
from estate_app.ui.components.icon import icon, spinner
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import text_link
from estate_app.ui.components.tabs import segments
from estate_app.ui.pages.common.code_sender import code_line
from estate_app.ui.pages.public.entry import FactorStep
from estate_app.ui.pages.public.login.factor import factor_step
from estate_app.ui.pages.public.login.present import DemoRow
from estate_app.ui.pages.public.login.state import LoginState
from estate_app.ui.text import t


def login_page() -> rx.Component:
    """The way in, or the second factor of who has one."""
    return rx.fragment(
        rx.el.img(src="/brand/skyline.svg", alt="", class_name="entry-skyline"),
        rx.cond(FactorStep.is_asked, factor_step(), _way_in()),
    )


def _way_in() -> rx.Component:
    """Title, the two ways, the form, what else one may need, and the demo's people."""
    return rx.fragment(
        stack(
            rx.el.h1(t("Welcome back"), class_name="page-title", tab_index=-1),
            rx.el.p(t("One entrance for residents, technicians and managers"), class_name="soft-text"),
            gap="1",
        ),
        segments(
            [("code", t("Sign in by code")), ("password", t("Sign in by password"))],
            value=LoginState.tab,
            on_select=LoginState.choose_tab,
            label=t("Way to sign in"),
            full=True,
            testid="login-tab",
        ),
        _form(),
        row(
            text_link(t("Forgot the password?"), href="/reset", testid="to-reset"),
            text_link(t("New here? Register"), href="/register", testid="to-register"),
            extra="between wrap",
        ),
        _demo(),
    )


def _form() -> rx.Component:
    return form(
        phone_field("phone", t("Phone"), errors=LoginState.field_errors, on_change=LoginState.note_phone, required=False),
        rx.cond(
            LoginState.tab == "code",
            code_line(LoginState, errors=LoginState.field_errors),
            password_field("password", t("Password"), errors=LoginState.field_errors),
        ),
        button(
            t("Sign in"), submit=True, full=True, size="large", busy=LoginState.busy == "form", busy_label=t("Signing in"), testid="sign-in"
        ),
        on_submit=LoginState.sign_in,
        errors=LoginState.field_errors,
        testid="login-form",
    )


def _demo() -> rx.Component:
    people = card(
        rows(rx.foreach(LoginState.demo, _person)),
        title=t("Demo accounts"),
        context=t("One tap signs you in"),
        flush=True,
        testid="demo-accounts",
    )
    return rx.cond(LoginState.demo.length() > 0, people, rx.fragment())


def _person(person: rx.Var[DemoRow]) -> rx.Component:
    return rx.el.button(
        avatar(person.name, accent=True),
        rx.el.span(words(person.name, strong=True), words(person.caption, size="1", soft=True), class_name="stack grow"),
        rx.cond(LoginState.busy == person.key, spinner(), icon("chevron-right", size=16)),
        type="button",
        class_name="row-button",
        disabled=LoginState.busy != "",
        on_click=LoginState.sign_in_demo(person.key),
        data_testid="demo-" + person.key,
    )
