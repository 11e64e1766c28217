"""Preferences: each is in force at once."""

import reflex as rx
from reflex_base.style import set_color_mode

from estate_app.ui.components.button import link_button
from estate_app.ui.components.card import card
from estate_app.ui.components.form import switch
from estate_app.ui.components.layout import row, stack
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.tabs import segments
from estate_app.ui.locale import Locale
from estate_app.ui.pages.account.preferences.state import PreferencesState
from estate_app.ui.pages.account.preferences.tips import tips_switch
from estate_app.ui.session import Session
from estate_app.ui.text import Text, t


def preferences_page() -> rx.Component:
    """Language, appearance, large type, messages, statistics."""
    return rx.fragment(
        page_title(t("Preferences")),
        unless_failed(
            PreferencesState.stage,
            rx.cond(
                PreferencesState.stage == "loading",
                skeleton_cards(3),
                stack(_language(), _appearance(), _elder(), _quiet(), _tips(), _statistics()),
            ),
            on_retry=PreferencesState.load,
        ),
    )


def _language() -> rx.Component:
    choice = segments(
        [("zh", "中文"), ("en", "English")],
        value=Locale.code,
        on_select=PreferencesState.choose_language,
        label=t("Language"),
        testid="language",
    )
    return _line(t("Language"), t("Of the pages and of the messages you receive"), choice)


def _appearance() -> rx.Component:
    buttons = [
        rx.el.button(
            word,
            type="button",
            class_name="segment",
            aria_pressed=rx.cond(rx.color_mode == mode, "true", "false"),
            on_click=set_color_mode(mode),
            data_testid=f"appearance-{mode}",
        )
        for mode, word in (("system", t("As the system")), ("light", t("Light")), ("dark", t("Dark")))
    ]
    choice = rx.el.div(*buttons, class_name="segments", role="group", aria_label=t("Appearance"))
    return _line(t("Appearance"), t("Kept in this browser"), choice)


def _elder() -> rx.Component:
    control = switch(t("Large type"), checked=PreferencesState.is_elder, on_change=PreferencesState.toggle_elder, testid="elder")
    return _line(t("Large type"), t("Larger words and buttons, fewer things at once"), control)


def _quiet() -> rx.Component:
    way = link_button(t("Notifications"), href="/me/notifications", kind="secondary", size="small", testid="to-notifications")
    return _line(t("Notifications and quiet hours"), t("What reaches you by WeChat and SMS, and when nothing does"), way)


def _tips() -> rx.Component:
    """For whoever has a home here."""
    hint = t("From your repairs, the age and use of your home and the season; each says why")
    return rx.cond(Session.rooms.length() > 0, _line(t("Tips for your home"), hint, tips_switch()), rx.fragment())


def _statistics() -> rx.Component:
    control = switch(
        t("Count my visits"),
        checked=PreferencesState.allows_statistics,
        on_change=PreferencesState.toggle_statistics,
        testid="statistics",
    )
    return _line(
        t("Count my visits"),
        t("Helps the estate to see when people sign in, pay and report. Only groups of at least 20 households are shown"),
        control,
    )


def _line(title: Text, hint: Text, control: rx.Component) -> rx.Component:
    text = rx.el.div(
        rx.el.h2(title, class_name="card-title"),
        rx.el.p(hint, class_name="field-hint"),
        class_name="stack grow",
    )
    return card(row(text, control, gap="3", extra="between wrap"))
