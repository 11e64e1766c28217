"""The cashier before a payment is started (screen 06): the amount, the bills, the channels that take payments now."""

import reflex as rx

from estate_app.ui.components.button import action_bar, button, link_button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.channel import channel_mark
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import money_field
from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import heading, row, stack, words
from estate_app.ui.components.money import money_hero
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.pages.resident.pay.choose_present import ChannelChoice
from estate_app.ui.pages.resident.pay.choose_state import ChooseState
from estate_app.ui.text import t
from estate_app.ui.view import Fact

_S = ChooseState


def choose_page() -> rx.Component:
    """Amount, bills, channels and one button."""
    return rx.cond(_S.is_loading, skeleton_cards(), rx.cond(_S.bill_ids.length() == 0, _nothing(), _cashier()))


def _nothing() -> rx.Component:
    return card(
        rx.el.h1(t("There is nothing to pay here"), class_name="visually-hidden", tab_index=-1),
        empty(
            t("There is nothing to pay here"),
            body=t("These bills are paid already, or a payment for them is under way"),
            action=link_button(t("Back to the bills"), href="/bills", kind="secondary"),
        ),
    )


def _cashier() -> rx.Component:
    none = callout(t("No payments are taken online at the moment. Nothing is lost; please come back later"), testid="no-channel")
    channels = stack(heading(t("Choose how to pay"), level=2), _channels(), gap="2")
    receipt = card(row(icon("receipt-text"), words(t("The electronic receipt is issued as soon as the money is booked")), gap="3"))
    return stack(
        card(
            rx.el.h1(t("Amount to pay"), class_name="t2 soft-text", tab_index=-1),
            money_hero(_S.part.amount, testid="amount"),
            extra="stack gap-1 cashier",
        ),
        _facts(),
        _part(),
        rx.cond(_S.channels.length() == 0, none, channels),
        receipt,
        row(icon("shield-check"), words(t("Handled by a licensed payment company; we keep no card data"), soft=True), extra="center"),
        action_bar(_pay()),
        gap="3",
    )


def _pay() -> rx.Component:
    return button(
        t("{channel} ¥{amount}", channel=_S.channel_name, amount=_S.part.amount),
        size="large",
        full=True,
        busy=_S.is_paying,
        busy_label=t("Opening the payment"),
        disabled=_S.channels.length() == 0,
        on_click=_S.pay,
        testid="confirm-pay",
    )


def _part() -> rx.Component:
    """A part of the bills, in the estate's written order."""
    write = button(t("Pay a part only"), kind="ghost", icon_name="scissors", on_click=_S.toggle_part, testid="pay-part")
    back = button(t("Pay all of it"), kind="ghost", size="small", on_click=_S.toggle_part, testid="pay-all")
    field = money_field(
        "amount", t("Amount to pay now"), errors=_S.field_errors, required=True, auto_focus=True, on_change=_S.write_part,
        hint=t("At most ¥{amount}. {policy}", amount=_S.total, policy=_S.part.policy),
    )  # fmt: skip
    return rx.cond(_S.part.is_open, card(stack(field, row(back, extra="end"), gap="2"), testid="part"), row(write, extra="end"))


def _facts() -> rx.Component:
    place = rx.el.div(rx.el.dt(t("Room")), rx.el.dd(_S.place), key="place")
    return card(rx.el.dl(place, rx.foreach(_S.lines, _line), class_name="pay-lines"), testid="pay-facts")


def _line(line: rx.Var[Fact]) -> rx.Component:
    return rx.el.div(rx.el.dt(line.label), rx.el.dd(line.value), key=line.label)


def _channels() -> rx.Component:
    group = rx.el.fieldset(
        rx.el.legend(t("Choose how to pay"), class_name="visually-hidden"),
        rx.foreach(_S.channels, _channel),
        class_name="channels channel-list",
    )
    return card(group, flush=True)


def _channel(choice: rx.Var[ChannelChoice]) -> rx.Component:
    chosen = rx.el.input(
        type="radio", name="channel", checked=_S.channel == choice.value, on_change=lambda _value: _S.choose(choice.value),
        data_testid="channel-" + choice.value,
    )  # fmt: skip
    name = stack(words(choice.label, size="3", strong=True), words(choice.hint, soft=True), gap="1", extra="grow")
    purse = rx.el.span(icon("wallet"), class_name="channel")
    return rx.el.label(
        rx.cond(choice.value == "balance", purse, channel_mark(choice.value)), name, chosen, class_name="channel-choice", key=choice.value
    )
