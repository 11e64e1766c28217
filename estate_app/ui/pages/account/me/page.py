"""One's own page (我的): the person, the ways to everything personal, and the way out."""

import reflex as rx

from estate_app.ui.components.avatar import avatar
from estate_app.ui.components.badge import count
from estate_app.ui.components.card import card, list_row, rows
from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sign_out import sign_out_button
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.pages.account.me.state import MeState
from estate_app.ui.session import Session
from estate_app.ui.text import Text, t


def resident_me_page() -> rx.Component:
    """A resident's own page."""
    return _page(
        _group(
            _way(t("My rooms"), "/me/rooms", "house", "rooms"),
            _way(t("Payments and receipts"), "/payments", "receipt-text", "payments"),
            _way(t("Prepaid balance"), "/balance", "wallet", "balance"),
        ),
        _group(
            _inbox(),
            _way(t("Notices"), "/notices", "megaphone", "notices"),
            _way(t("Public income"), "/income", "landmark", "income"),
            _way(t("Feedback to the estate"), "/feedback", "message-square", "feedback"),
        ),
    )


def technician_me_page() -> rx.Component:
    """A technician's own page."""
    return _page(_group(_inbox()))


def manager_me_page() -> rx.Component:
    """A manager's own page."""
    return _page(_group(_inbox()))


def _page(*groups: rx.Component) -> rx.Component:
    own = _group(
        _way(t("Sign-in and security"), "/me/security", "shield", "security"),
        _way(t("Notifications"), "/me/notifications", "bell-ring", "notifications"),
        _way(t("Language, appearance, large type"), "/me/preferences", "settings", "preferences"),
        _way(t("My data"), "/me/data", "archive", "data"),
    )
    return rx.fragment(
        page_title(t("Me")),
        unless_failed(MeState.stage, rx.cond(MeState.stage == "loading", skeleton_cards(1), _person()), on_retry=MeState.load),
        *groups,
        own,
        sign_out_button(),
    )


def _person() -> rx.Component:
    name = stack(
        words(MeState.person.name, size="3", strong=True),
        words(MeState.person.phone, soft=True, extra="nums"),
        words(MeState.person.titles, size="1", soft=True),
        gap="0",
        extra="grow",
    )
    return card(row(avatar(MeState.person.name, accent=True, large=True), name, gap="3"), testid="person")


def _group(*entries: rx.Component) -> rx.Component:
    return card(rows(*entries), flush=True)


def _way(label: Text, href: str, icon_name: str, testid: str, *extra: rx.Component) -> rx.Component:
    return list_row(
        icon(icon_name, size=18),
        rx.el.span(label, class_name="grow"),
        *extra,
        icon("chevron-right", size=16),
        href=href,
        testid=f"to-{testid}",
    )


def _inbox() -> rx.Component:
    return _way(t("Inbox"), "/inbox", "bell", "inbox", count(Session.unread, label=t("Unread")))
