"""What every top bar holds: language, appearance, inbox, the switchers and the person's menu."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.avatar import avatar
from estate_app.ui.components.icon import icon
from estate_app.ui.components.link import page_link
from estate_app.ui.components.plain_form import plain_form
from estate_app.ui.locale import Locale
from estate_app.ui.session import Session
from estate_app.ui.text import Text, t
from estate_app.ui.view import Option


def brand() -> rx.Component:
    """The product's mark and name."""
    return rx.el.span(
        rx.el.img(src="/brand/logo.svg", alt="", width="28", height="28"),
        rx.el.span(t("Smart Estate"), class_name="word"),
        class_name="brand",
    )


def language_button(*, long: bool = False) -> rx.Component:
    """Switch between the two languages; each is offered in its own name."""
    is_english = Locale.code == "en"
    word = rx.cond(is_english, "中文", "English" if long else "EN")
    return rx.el.button(
        icon("languages", size=18), word, type="button", class_name="btn lang", lang=rx.cond(is_english, "zh-Hans", "en"),
        data_testid="language",
        aria_label=rx.cond(is_english, "切换到中文", "Switch to English"), on_click=Locale.switch(rx.cond(is_english, "zh", "en")),
    )  # fmt: skip


def appearance_button() -> rx.Component:
    """Switch between light and dark; until then the system decides."""
    mark = rx.color_mode_cond(light=icon("moon", size=18), dark=icon("sun", size=18))
    return rx.el.button(
        mark,
        type="button",
        class_name="btn btn-icon",
        aria_label=t("Switch between light and dark"),
        on_click=rx.toggle_color_mode,
        data_testid="appearance",
    )


def inbox_bell() -> rx.Component:
    """The way to the inbox, with a dot while something is unread."""
    label = rx.cond(Session.unread > 0, t("Inbox, {count} unread", count=Session.unread), t("Inbox"))
    dot = rx.cond(Session.unread > 0, rx.el.span(class_name="dot"), rx.fragment())
    return page_link(icon("bell", size=18), dot, href="/inbox", class_name="btn btn-icon", aria_label=label, data_testid="inbox")


def switcher(icon_name: str, label: Var[str], options: Var[list[Option]], *, on_choose: object, name: Text, testid: str) -> rx.Component:
    """Choose among one's rooms or estates; plain words when there is only one."""
    words = rx.fragment(icon(icon_name, size=16), rx.el.span(label))
    trigger = rx.el.button(words, icon("chevron-down", size=16), type="button", class_name="switcher", aria_label=name, data_testid=testid)
    items = rx.foreach(options, lambda option: rx.dropdown_menu.item(option.label, on_select=on_choose(option.value)))  # type: ignore[operator]  # an event handler
    menu = rx.dropdown_menu.root(rx.dropdown_menu.trigger(trigger), rx.dropdown_menu.content(items, class_name="app-menu"))
    return rx.cond(options.length() > 1, menu, rx.cond(label != "", rx.el.span(words, class_name="row gap-1 t2"), rx.fragment()))


def room_switcher() -> rx.Component:
    """The rooms of a resident."""
    return switcher("map-pin", Session.room_name, Session.rooms, on_choose=Session.choose_room, name=t("Choose a room"), testid="rooms")


def estate_switcher() -> rx.Component:
    """The estates of a manager's scope."""
    return switcher(
        "building-2", Session.estate_name, Session.estates, on_choose=Session.choose_estate, name=t("Choose an estate"), testid="estates"
    )


def person_link(href: str) -> rx.Component:
    """The avatar that leads to one's own page."""
    return page_link(avatar(Session.name, accent=True), href=href, class_name="btn btn-icon", aria_label=t("My account"), data_testid="me")


def sign_out_button(*, full: bool = False) -> rx.Component:
    """End the session: a real form post, because only HTTP can take the cookie away."""
    words = rx.fragment(icon("log-out", size=16), rx.el.span(t("Sign out")))
    return plain_form(
        rx.el.button(words, type="submit", class_name="btn btn-neutral btn-full" if full else "btn btn-ghost", data_testid="sign-out"),
        action="/session/end",
    )


def demo_band() -> rx.Component:
    """Says on every page of the demo that no real money moves."""
    return rx.cond(Session.is_demo, rx.el.p(t("Demo: sample data, no real money"), class_name="demo-band no-print"), rx.fragment())


def skip_link() -> rx.Component:
    """Lets the keyboard jump over the navigation."""
    return rx.el.a(t("Skip to the content"), href="#content", class_name="skip-link")
