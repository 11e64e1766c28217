"""The resident's home: the amount due, the live repair, four quick ways, the notices; in elder mode four large actions."""

import reflex as rx

from estate_app.ui.components.avatar import avatar
from estate_app.ui.components.badge import badge_of, state_badge, tag
from estate_app.ui.components.button import link_button
from estate_app.ui.components.card import card, list_row, rows
from estate_app.ui.components.icon import icon, tile
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.link import page_link, text_link
from estate_app.ui.components.money import money_hero
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.stepper import step_bars
from estate_app.ui.pages.common.announcement import AnnouncementCard
from estate_app.ui.pages.resident.home.elder import call_link, elder_home, no_room
from estate_app.ui.pages.resident.home.state import HomeState
from estate_app.ui.pages.resident.home.tips import tips_card
from estate_app.ui.pages.resident.repairs.page import repair_card
from estate_app.ui.session import Session
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t
from estate_app.ui.view import Fact

_S = HomeState


def home_page() -> rx.Component:
    """Answer one question: what do I owe, what is being repaired."""
    usual = grid(stack(_due(), _repairs(), _quick(), gap="4"), stack(_notices(), tips_card(), gap="4"), columns="main-side")
    shown = rx.cond(
        Session.is_loaded & (Session.rooms.length() == 0), no_room(), rx.cond(Session.is_elder, elder_home(), usual)
    )  # fmt: skip
    return rx.fragment(
        rx.el.h1(rx.cond(_S.greeting != "", _S.greeting, t("Home")), class_name="page-title home-title", tab_index=-1),
        unless_failed(_S.stage, rx.cond(_S.stage == LOADING, skeleton_cards(), shown), on_retry=_S.load),
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
    cards = rx.el.div(
        rx.cond(_S.live.card.id != "", _live(), rx.fragment()),
        rx.foreach(_S.repairs, repair_card),
        class_name="stack gap-3",
        aria_live="polite",
    )
    return rx.cond((_S.live.card.id != "") | (_S.repairs.length() > 0), cards, nothing)


def _live() -> rx.Component:
    """The repair that is going on: where it stands, who is on it, and the phone."""
    order = _S.live.card
    head = row(
        tile(order.icon),
        stack(words(order.title, size="3", strong=True, extra="clamp-2"), words(order.number, size="1", soft=True), gap="1", extra="grow"),
        state_badge(order.badge),
        gap="3",
        extra="top",
    )
    who = row(
        avatar(order.who, large=True),
        stack(words(order.says), words(order.note, size="1", soft=True), gap="1", extra="grow"),
        rx.cond(_S.live.phone != "", call_link(order.who, _S.live.phone, icon("phone", size=20)), rx.fragment()),
        gap="3",
    )
    lead = page_link(head, step_bars(order.bars, label=order.badge.label), href=order.href, class_name="stack gap-3 card-lead")
    return card(lead, who, extra="stack gap-3", testid="repair-card")


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
