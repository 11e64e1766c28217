"""The home in large type: four actions and nothing else; and the home of somebody without a room."""

import reflex as rx

from estate_app.settings import settings
from estate_app.ui.components.button import link_button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.icon import icon, tile
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import file_link, page_link
from estate_app.ui.components.money import money_hero
from estate_app.ui.pages.resident.home.state import HomeState
from estate_app.ui.text import Text, t

_S = HomeState


def elder_home() -> rx.Component:
    """Pay, follow the repair (or see one's repairs), report, call the office."""
    phone = f"tel:{settings().support_phone}"
    ways = rx.el.nav(
        page_link(tile("wrench"), rx.el.span(t("Report a fault")), href="/repairs/new", class_name="quick", data_testid="quick-report"),
        file_link(tile("headphones"), rx.el.span(t("Call the office")), href=phone, class_name="quick", data_testid="quick-call"),
        class_name="grid phone-cols-2 cols-2 quick-row",
        aria_label=t("Quick actions"),
    )
    return stack(_due(), _repair(), ways, gap="4")


def _due() -> rx.Component:
    owing = stack(
        money_hero(_S.due.total, testid="amount-due"),
        words(_S.due.plain, size="3"),
        link_button(t("Pay now"), href="/bills", size="large", full=True, testid="pay-now"),
        gap="3",
    )
    nothing = row(tile("check", tone="green"), words(t("Everything is paid"), size="3", strong=True), gap="3")
    return card(
        words(t("To pay now"), size="3", soft=True),
        rx.cond(_S.due.is_nothing, nothing, owing),
        hero=True,
        extra="stack gap-3",
        testid="due",
        aria_live="polite",
    )


def _repair() -> rx.Component:
    order = _S.live.card
    called = file_link(
        icon("phone", size=20),
        rx.el.span(t("Call {name}", name=order.who)),
        href="tel:" + _S.live.phone,
        class_name="btn btn-secondary btn-large btn-full",
        data_testid="call",
    )
    going_on = stack(
        page_link(words(order.title, size="5", strong=True, extra="clamp-2"), href=order.href, data_testid="repair-card"),
        row(icon("wrench", size=20), words(order.says, size="3", tone="indigo", strong=True)),
        words(_S.live.note, size="3", soft=True),
        rx.cond(_S.live.phone != "", called, rx.fragment()),
        gap="3",
    )
    all_of_them = link_button(t("My repairs"), href="/repairs", kind="secondary", size="large", full=True, testid="quick-repairs")
    return card(rx.cond(order.id != "", going_on, all_of_them), aria_live="polite")


def no_room() -> rx.Component:
    """What to do for somebody who has no room yet."""
    return card(
        empty(
            t("No room is tied to your account yet"),
            body=t("Ask the office to put your phone on your room's contact list"),
            icon_name="house",
            action=link_button(t("My rooms"), href="/me/rooms", kind="secondary"),
        )
    )


def call_link(name: Text, phone: Text, mark: rx.Component) -> rx.Component:
    """A round button that calls somebody."""
    look = "btn btn-secondary btn-icon btn-round"
    return file_link(mark, href="tel:" + phone, class_name=look, aria_label=t("Call {name}", name=name), data_testid="call")
