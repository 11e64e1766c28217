"""The prepaid balance (预存): what is on it, topping it up, paying bills by itself, and every movement."""

import reflex as rx

from estate_app.ui.components.button import button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.channel import channel_mark
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import form, money_field, switch
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.money import money_hero
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.pages.common.not_found import not_found_panel
from estate_app.ui.pages.resident.balance.present import MoveLine
from estate_app.ui.pages.resident.balance.state import BalanceState
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = BalanceState


def balance_page() -> rx.Component:
    """The balance of the room in view."""
    content = stack(_purse(), _top_up(), _moves(), gap="3")
    shown = rx.cond(_S.is_missing, not_found_panel(), rx.cond(_S.is_loading, skeleton_cards(), content))
    return rx.fragment(page_title(t("Prepaid balance"), context=_S.place), shown)


def _purse() -> rx.Component:
    wish = row(
        stack(
            words(t("Pay bills from the balance by itself"), strong=True),
            words(t("New bills are paid as soon as they are issued, the oldest first, as far as the balance goes"), soft=True),
            rx.cond(_S.purse.by != "", words(_S.purse.by, size="1", soft=True), rx.fragment()),
            gap="1",
            extra="grow",
        ),
        switch(t("Pay by itself"), checked=_S.purse.is_automatic, on_change=_S.switch, testid="automatic"),
        extra="between",
        gap="4",
    )
    return card(stack(words(t("On the balance"), soft=True), money_hero(_S.purse.amount, testid="balance"), wish, gap="3"))


def _top_up() -> rx.Component:
    limits = t("Between ¥1.00 and ¥50,000.00; what is not used can be given back")
    fields = form(
        money_field("amount", t("Amount to pay in advance"), errors=_S.field_errors, required=True, hint=limits),
        rx.el.fieldset(
            rx.el.legend(t("Way to pay"), class_name="field-label"), rx.foreach(_S.channels, _channel), class_name="channels"
        ),
        button(
            t("Pay in advance"), submit=True, full=True, size="large", busy=_S.is_saving, busy_label=t("Opening the payment"),
            testid="top-up",
        ),
        on_submit=_S.top_up,
        errors=_S.field_errors,
        testid="top-up-form",
    )  # fmt: skip
    none = callout(t("No payments are taken online at the moment. Nothing is lost; please come back later"))
    return card(rx.cond(_S.channels.length() > 0, fields, none), title=t("Top up"))


def _channel(option: rx.Var[Option]) -> rx.Component:
    return rx.el.label(
        channel_mark(option.value),
        rx.el.span(option.label),
        rx.el.input(
            type="radio", name="channel", checked=_S.channel == option.value, on_change=lambda _value: _S.choose_channel(option.value),
            data_testid="channel-" + option.value,
        ),
        class_name="channel-choice",
        key=option.value,
    )  # fmt: skip


def _moves() -> rx.Component:
    nothing = empty(t("Nothing has moved yet"), icon_name="wallet")
    listing = rx.fragment(
        rx.el.ul(rx.foreach(_S.moves, _move), class_name="bill-list", data_testid="moves"),
        rx.cond(_S.pager.pages > 1, pager(_S.pager), rx.fragment()),
    )
    return card(rx.cond(_S.moves.length() > 0, listing, nothing), title=t("Movements"), flush=True)


def _move(line: rx.Var[MoveLine]) -> rx.Component:
    told = rx.fragment(
        stack(words(line.title, strong=True), words(line.about, size="1", soft=True), gap="1", extra="grow"),
        rx.el.span(
            words(line.amount, strong=True, tone=line.tone, extra="nums"),
            words(line.after, size="1", soft=True, extra="nums"),
            class_name="bill-side",
        ),
    )
    link = page_link(told, href=line.href)
    return rx.el.li(rx.cond(line.href != "", link, row(told, extra="grow between bill-part")), class_name="bill-row", key=line.id)
