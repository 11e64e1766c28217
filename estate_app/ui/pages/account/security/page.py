"""Sign-in and security: the phone, the password, and the devices that are signed in."""

import reflex as rx

from estate_app.access.rules import MIN_PASSWORD
from estate_app.ui.components.badge import badge_of
from estate_app.ui.components.button import button
from estate_app.ui.components.card import card, list_row, rows
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.form import form, password_field, phone_field
from estate_app.ui.components.icon import tile
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.pages.account.security.factor import factor_card
from estate_app.ui.pages.account.security.present import SessionCard
from estate_app.ui.pages.account.security.state import SecurityState
from estate_app.ui.pages.common.code_sender import code_line
from estate_app.ui.text import Text, t


def security_page() -> rx.Component:
    """What one signs in with, then where one is signed in."""
    return rx.fragment(
        page_title(t("Sign-in and security")),
        unless_failed(
            SecurityState.stage,
            rx.cond(SecurityState.stage == "loading", skeleton_cards(3), stack(_ways(), factor_card(), _devices())),
            on_retry=SecurityState.load,
        ),
        _password_sheet(),
        _phone_sheet(),
        _everywhere(),
    )


def _ways() -> rx.Component:
    password = rx.cond(SecurityState.has_password, t("Set. Only you know it"), t("Not set yet; you sign in by code"))
    act = rx.cond(SecurityState.has_password, t("Change password"), t("Set a password"))
    return card(
        rows(
            _way(t("Phone"), SecurityState.own_phone, t("Change phone"), "phone"),
            _way(t("Password"), password, act, "password"),
        ),
        flush=True,
    )


def _way(label: Text, value: Text, act: Text, name: str) -> rx.Component:
    return list_row(
        stack(words(label, strong=True), words(value, soft=True, extra="nums"), gap="0", extra="grow"),
        button(act, kind="secondary", size="small", on_click=SecurityState.open_form(name), testid=f"change-{name}"),
    )


def _devices() -> rx.Component:
    ask = SecurityState.open_form("everywhere")
    out = button(t("Sign out everywhere"), kind="outline", size="small", on_click=ask, testid="everywhere")
    devices = rows(rx.foreach(SecurityState.sessions, _device))
    return card(devices, title=t("Signed-in devices"), actions=out, flush=True, testid="sessions")


def _device(session: rx.Var[SessionCard]) -> rx.Component:
    mark = rx.cond(session.is_this, badge_of(t("This device"), tone="green", icon_name="check"), rx.fragment())
    return list_row(
        tile(session.icon, small=True, size=18),
        stack(
            row(words(session.device, strong=True), mark, extra="wrap"),
            words(session.detail, size="1", soft=True, title=session.exact),
            gap="0",
            extra="grow",
        ),
        button(t("Sign out"), kind="ghost", size="small", on_click=SecurityState.end_session(session.id), testid="end-session"),
        key=session.id,
        testid="session",
    )


def _password_sheet() -> rx.Component:
    errors = SecurityState.field_errors
    old = rx.cond(SecurityState.has_password, password_field("old_password", t("Old password"), errors=errors), rx.fragment())
    fields = form(
        old,
        password_field(
            "password", t("New password"), errors=errors, new=True, hint=t("At least {count} characters, with letters", count=MIN_PASSWORD)
        ),
        _submit(t("Save password"), "password"),
        on_submit=SecurityState.change_password,
        errors=errors,
        testid="password-form",
    )
    return sheet(
        fields,
        is_open=SecurityState.opened == "password",
        title=t("Change password"),
        description=t("Every other device is signed out"),
        on_close=SecurityState.open_form(""),
        testid="password-sheet",
    )


def _phone_sheet() -> rx.Component:
    errors = SecurityState.field_errors
    fields = form(
        phone_field("phone", t("New phone"), errors=errors, on_change=SecurityState.note_phone, required=False),
        code_line(SecurityState, errors=errors),
        _submit(t("Save phone"), "phone"),
        on_submit=SecurityState.change_phone,
        errors=errors,
        testid="phone-form",
    )
    return sheet(
        fields,
        is_open=SecurityState.opened == "phone",
        title=t("Change phone"),
        description=t("A code to the new phone proves that it is yours; the old one is told"),
        on_close=SecurityState.open_form(""),
        testid="phone-sheet",
    )


def _submit(label: Text, name: str) -> rx.Component:
    return button(label, submit=True, full=True, busy=SecurityState.busy == name, busy_label=t("Saving"), testid=f"save-{name}")


def _everywhere() -> rx.Component:
    return confirm_dialog(
        is_open=SecurityState.opened == "everywhere",
        title=t("Sign out on all {count} devices?", count=SecurityState.sessions.length()),
        body=t("This device too. You then sign in again with your phone"),
        keep_label=t("Stay signed in"),
        act_label=t("Sign out everywhere"),
        on_keep=SecurityState.open_form(""),
        on_act=SecurityState.end_everywhere,
        busy=SecurityState.busy == "everywhere",
        busy_label=t("Signing out"),
        testid="everywhere-dialog",
    )
