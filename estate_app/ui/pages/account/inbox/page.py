"""The inbox."""

from typing import Any

import reflex as rx

from estate_app.ui.components.button import button
from estate_app.ui.components.card import card, rows
from estate_app.ui.components.empty import empty
from estate_app.ui.components.icon import tile
from estate_app.ui.components.layout import row, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_rows
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.tabs import segments
from estate_app.ui.pages.account.inbox.present import NoticeCard
from estate_app.ui.pages.account.inbox.state import InboxState
from estate_app.ui.text import t


def inbox_page() -> rx.Component:
    """Every notice, newest first."""
    all_read = rx.cond(
        InboxState.has_unread,
        button(t("Mark all as read"), kind="secondary", icon_name="check-check", on_click=InboxState.read_all, testid="read-all"),
        rx.fragment(),
    )
    return rx.fragment(
        page_title(t("Inbox"), actions=all_read),
        segments(
            [("all", t("All")), ("unread", t("Unread"))],
            value=InboxState.view,
            on_select=InboxState.choose_view,
            label=t("Which notices"),
            testid="inbox-view",
        ),
        unless_failed(
            InboxState.stage,
            card(rx.cond(InboxState.stage == "loading", skeleton_rows(), _settled()), flush=True),
            on_retry=InboxState.load,
        ),
    )


def _settled() -> rx.Component:
    nothing = rx.cond(
        InboxState.view == "unread",
        empty(
            t("Everything is read"),
            icon_name="check-check",
            action=button(t("Show all"), kind="secondary", on_click=InboxState.choose_view("all"), testid="show-all"),
        ),
        empty(t("No notices yet"), body=t("What happens to your repairs and bills is told here"), icon_name="bell"),
    )
    listing = rx.fragment(
        rows(rx.foreach(InboxState.rows, _notice), data_testid="notices", aria_live="polite"),
        pager(InboxState.pager),
    )
    return rx.cond(InboxState.rows.length() == 0, nothing, listing)


def _notice(notice: rx.Var[NoticeCard]) -> rx.Component:
    props: dict[str, Any] = {
        "on_click": InboxState.read(notice.id),
        "data_testid": "notice",
        "class_name": rx.cond(notice.is_read, "row-button", "row-button unread"),
        "key": notice.id,
    }
    link = page_link(*_words(notice), href=notice.link, **props)
    return rx.cond(notice.link != "", link, rx.el.button(*_words(notice), type="button", **props))


def _words(notice: rx.Var[NoticeCard]) -> list[rx.Component]:
    dot = rx.cond(
        notice.is_read,
        rx.fragment(),
        rx.el.span(rx.el.span(t("Unread"), class_name="visually-hidden"), class_name="unread-dot"),
    )
    return [
        tile(notice.icon, small=True, size=18),
        rx.el.span(
            row(words(notice.title, strong=True, extra="grow"), dot),
            words(notice.body, soft=True, extra="break"),
            words(notice.time, size="1", soft=True, title=notice.exact),
            class_name="stack grow",
        ),
    ]
