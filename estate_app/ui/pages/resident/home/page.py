"""The resident's home: the amount due, the live repair, four quick ways, the notices; in elder mode four large actions."""

import reflex as rx

from estate_app.ui.components.badge import badge_of, tag
from estate_app.ui.components.button import link_button
from estate_app.ui.components.card import card, list_row, rows
from estate_app.ui.components.icon import icon, tile
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.link import page_link, text_link
from estate_app.ui.components.money import money_hero
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.pages.common.announcement import AnnouncementCard
from estate_app.ui.pages.resident.home.state import HomeState
from estate_app.ui.pages.resident.repairs.page import repair_card
from estate_app.ui.text import t
from estate_app.ui.view import Fact

_S = HomeState


def home_page() -> rx.Component:
    """Answer one question: what do I owe, what is being repaired."""
    main = stack(_due(), _repairs(), _quick(), gap="4")
    return rx.fragment(
        rx.el.h1(rx.cond(_S.greeting != "", _S.greeting, t("Home")), class_name="page-title home-title", tab_index=-1),
        rx.cond(_S.is_loading, skeleton_cards(), grid(main, _notices(), columns="main-side")),
    )


def _due() -> rx.Component:
    late = rx.cond(_S.due.overdue != "", badge_of(_S.due.overdue, tone="red", icon_name="alarm-clock"), rx.fragment())
    owing = rx.fragment(
        row(money_hero(_S.due.total, testid="amount-due"), late, gap="3", extra="wrap baseline"),
        rx.el.dl(rx.foreach(_S.due.parts, _item), class_name="due-items"),
        row(
            link_button(t("Pay now"), href="/bills", size="large", full=True, testid="pay-now"),
            link_button(t("Details"), href="/bills", kind="neutral", size="large"),
        ),
    )
    nothing = row(
        tile("check", tone="green"),
        stack(words(t("Everything is paid"), size="3", strong=True), text_link(t("See past bills"), href="/bills?show=paid"), gap="1"),
        gap="3",
    )
    return card(
        row(words(t("Amount due"), soft=True), words(_S.due.when, soft=True), extra="between"),
        rx.cond(_S.due.is_nothing, nothing, owing),
        hero=True,
        extra="stack gap-3",
        testid="due",
        aria_live="polite",
    )


def _item(item: rx.Var[Fact]) -> rx.Component:
    return rx.el.div(rx.el.dt(item.label), rx.el.dd(item.value, class_name="nums"), key=item.label)


def _repairs() -> rx.Component:
    nothing = card(
        row(
            tile("wrench"),
            stack(
                words(t("No active repairs"), size="3", strong=True),
                words(t("Something broken? A photo is enough to start"), soft=True),
                gap="1",
                extra="grow",
            ),
            gap="3",
        )
    )
    return rx.cond(
        _S.repairs.length() > 0, rx.el.div(rx.foreach(_S.repairs, repair_card), class_name="stack gap-3", aria_live="polite"), nothing
    )


def _quick() -> rx.Component:
    ways = [
        ("wrench", t("Report a fault"), "/repairs/new", "quick-report"),
        ("clipboard-list", t("My repairs"), "/repairs", "quick-repairs"),
        ("history", t("Payments"), "/payments", "quick-payments"),
        ("receipt-text", t("Receipts"), "/payments", "quick-receipts"),
    ]
    links = [page_link(tile(mark), rx.el.span(label), href=href, class_name="quick", data_testid=key) for mark, label, href, key in ways]
    return rx.el.nav(*links, class_name="grid phone-cols-4 cols-4 quick-row", aria_label=t("Quick actions"))


def _notices() -> rx.Component:
    nothing = words(t("No notices at present"), soft=True)
    return card(
        rx.cond(_S.notices.length() > 0, rows(rx.foreach(_S.notices, _notice)), rx.el.div(nothing, class_name="card-body")),
        title=t("Notices of the estate"),
        actions=text_link(t("All"), href="/notices", arrow=True),
        flush=True,
        testid="notices",
    )


def _notice(notice: rx.Var[AnnouncementCard]) -> rx.Component:
    time = rx.cond(notice.span != "", notice.span, notice.time)
    return list_row(
        tag(notice.tag, tone=notice.tone),
        rx.el.span(notice.title, class_name="grow ellipsis"),
        words(time, size="1", soft=True, extra="nowrap"),
        icon("chevron-right", size=14),
        href="/notices",
        key=notice.id,
    )
