"""The notice board of a resident's estates."""

import reflex as rx

from estate_app.ui.components.badge import badge_of, tag
from estate_app.ui.components.button import link_button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.icon import icon, tile
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.pages.common.announcement import AnnouncementCard
from estate_app.ui.pages.resident.notices.state import NoticesState
from estate_app.ui.text import t


def notices_page() -> rx.Component:
    """Every announcement, pinned first."""
    nothing = card(
        empty(
            t("No announcements"),
            body=t("What your estate announces stands here"),
            icon_name="megaphone",
            action=link_button(t("Back to the start"), href="/", kind="secondary", testid="home"),
        )
    )
    listing = stack(
        rx.foreach(NoticesState.rows, announcement_card),
        rx.cond(NoticesState.pager.pages > 1, pager(NoticesState.pager), rx.fragment()),
    )
    return rx.fragment(
        page_title(t("Notices")),
        unless_failed(
            NoticesState.stage,
            rx.cond(NoticesState.stage == "loading", skeleton_cards(), rx.cond(NoticesState.rows.length() == 0, nothing, listing)),
            on_retry=NoticesState.load,
        ),
    )


def announcement_card(notice: rx.Var[AnnouncementCard]) -> rx.Component:
    """One announcement in full."""
    when = rx.cond(
        notice.span != "",
        row(icon("calendar-clock", size=14), words(notice.span, extra="nums"), gap="1", extra="soft-text"),
        rx.fragment(),
    )
    pinned = rx.cond(notice.is_pinned, badge_of(t("Pinned"), tone="indigo", icon_name="pin"), rx.fragment())
    head = row(rx.el.h2(notice.title, class_name="card-title"), tag(notice.tag, tone=notice.tone), pinned, extra="wrap")
    body = stack(
        head,
        when,
        rx.el.p(notice.body, class_name="preline break"),
        words(notice.estate + " · " + notice.time, size="1", soft=True),
        gap="2",
        extra="grow",
    )
    return card(row(tile(notice.icon, small=True, size=18), body, gap="3", extra="top"), key=notice.id, testid="announcement")
