"""My repairs: cards with five bars, and the way to a new report."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import link_button
from estate_app.ui.components.card import link_card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.icon import icon, tile
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.stepper import step_bars
from estate_app.ui.components.tabs import segments
from estate_app.ui.pages.resident.repairs.present import RepairCard
from estate_app.ui.pages.resident.repairs.state import RepairsState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = RepairsState


def repairs_page() -> rx.Component:
    """The list with its three filters."""
    return rx.fragment(
        page_title(t("My repairs"), actions=link_button(t("Report a fault"), href="/repairs/new", icon_name="plus", testid="new-repair")),
        unless_failed(_S.stage, _listing(), on_retry=_S.load),
    )


def _listing() -> rx.Component:
    families = [("open", t("Active")), ("done", t("Finished")), ("all", t("All"))]
    cards = rx.el.div(rx.foreach(_S.cards, repair_card), class_name="stack gap-3", aria_live="polite")
    return stack(
        segments(families, value=_S.family, on_select=_S.show, label=t("Which repairs"), full=True, testid="repairs"),
        rx.cond(_S.stage == LOADING, skeleton_cards(), rx.cond(_S.cards.length() > 0, cards, _nothing())),
        rx.cond(_S.pager.pages > 1, pager(_S.pager), rx.fragment()),
        gap="3",
    )


def _nothing() -> rx.Component:
    """Nothing in the chosen list: an empty start offers the first report, a list without results the whole one."""
    first = link_button(t("Report a fault"), href="/repairs/new", icon_name="plus")
    none_open = empty(t("No active repairs"), body=t("Something broken? A photo is enough to start"), icon_name="wrench", action=first)
    every = link_button(t("Show all"), href="/repairs?show=all", kind="secondary")
    none_done = empty(t("No finished repairs"), body=t("Finished repairs stand here with their rating"), icon_name="wrench", action=every)
    none_ever = empty(t("No repairs yet"), body=t("Something broken? A photo is enough to start"), icon_name="wrench", action=first)
    return rx.match(_S.family, ("done", none_done), ("all", none_ever), none_open)


def repair_card(card: rx.Var[RepairCard]) -> rx.Component:
    """One repair as a card that leads to it."""
    rate = rx.cond(card.asks_rating, row(icon("star", size=14), words(t("Rate this repair"), tone="indigo", strong=True)), rx.fragment())
    return link_card(
        row(
            tile(card.icon),
            stack(
                words(card.title, size="3", strong=True, extra="clamp-2"), words(card.number, size="1", soft=True), gap="1", extra="grow"
            ),
            state_badge(card.badge),
            gap="3",
            extra="top",
        ),
        rx.cond(card.is_over, rx.fragment(), step_bars(card.bars, label=card.badge.label)),
        stack(rx.cond(card.says != "", words(card.says), rx.fragment()), words(card.note, size="1", soft=True), gap="1"),
        rate,
        href=card.href,
        testid="repair-card",
        key=card.id,
    )
