"""What became of a payment: paid with its receipt, not known yet, held, failed or closed; the next step in the bar below."""

import reflex as rx

from estate_app.settings import settings
from estate_app.ui.components.button import action_bar, button, link_button
from estate_app.ui.components.card import callout, card, list_row, rows
from estate_app.ui.components.channel import channel_mark
from estate_app.ui.components.icon import icon, spinner, tile
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import file_link
from estate_app.ui.components.money import money_hero
from estate_app.ui.pages.resident.pay.state import PayState
from estate_app.ui.text import t
from estate_app.ui.view import Fact

_S = PayState


def outcome() -> rx.Component:
    """The whole result with its actions."""
    return stack(
        _head(),
        rx.cond((_S.pay.standing == "pending") | (_S.pay.standing == "held"), _do_not_pay_again(), rx.fragment()),
        rx.cond(_S.pay.refunded != "", callout(_S.pay.refunded, tone="indigo", icon_name="undo-2"), rx.fragment()),
        facts_card(),
        rx.cond(_S.pay.receipt_href != "", _receipt(), rx.fragment()),
        rx.cond(_S.pay.standing == "paid", rx.fragment(), _support()),
        _actions(),
        gap="3",
    )


def _head() -> rx.Component:
    marks = rx.match(
        _S.pay.standing,
        ("paid", icon("check", size=36, stroke=2.2)),
        ("failed", icon("x", size=36, stroke=2.2)),
        ("closed", icon("ban", size=36, stroke=2.2)),
        ("held", icon("scale", size=36, stroke=2.2)),
        spinner(size=36),
    )
    return rx.el.div(
        rx.el.div(marks, class_name="outcome-mark outcome-" + _S.pay.standing),
        rx.el.h1(_S.pay.title, class_name="t6 strong", tab_index=-1),
        rx.cond(_S.pay.standing == "paid", money_hero(_S.pay.amount, testid="paid-amount"), rx.fragment()),
        rx.el.p(_S.pay.sentence, class_name="soft-text"),
        rx.cond(_S.pay.reason != "", rx.el.p(_S.pay.reason, class_name="soft-text"), rx.fragment()),
        class_name="outcome",
        role="status",
        data_testid="outcome-" + _S.pay.standing,
    )


def _do_not_pay_again() -> rx.Component:
    said = t(
        "If {channel} shows the charge, do not pay again. You may close this page; we will book it and tell you", channel=_S.pay.channel
    )
    return callout(said)


def facts_card() -> rx.Component:
    """Room, bills, channel and numbers of the payment."""
    return card(
        rx.el.dl(
            _fact(t("Amount"), "¥" + _S.pay.amount),
            _fact(t("Room"), _S.pay.place),
            rx.foreach(_S.items, _item),
            rx.el.div(
                rx.el.dt(t("Way to pay")), rx.el.dd(row(channel_mark(_S.pay.mark), rx.el.span(_S.pay.channel), extra="end")), key="channel"
            ),
            rx.cond(_S.pay.paid_at != "", _fact(t("Paid at"), _S.pay.paid_at), rx.fragment()),
            rx.cond(_S.pay.transaction != "", _fact(t("Transaction number"), _S.pay.transaction), rx.fragment()),
            _fact(t("Payment number"), _S.pay.number),
            class_name="pay-lines",
        ),
        testid="pay-facts",
    )


def _fact(label: rx.Var[str], value: rx.Var[str]) -> rx.Component:
    return rx.el.div(rx.el.dt(label), rx.el.dd(value))


def _item(item: rx.Var[Fact]) -> rx.Component:
    return rx.el.div(rx.el.dt(item.label), rx.el.dd(item.value), key=item.label)


def _receipt() -> rx.Component:
    line = list_row(
        tile("file-check", tone="green"),
        stack(words(t("The receipt is issued"), size="3", strong=True), words(_S.pay.receipt_number, soft=True), gap="1", extra="grow"),
        icon("chevron-right"),
        href=_S.pay.receipt_href,
        testid="receipt-link",
    )
    return card(rows(line), flush=True)


def _support() -> rx.Component:
    line = file_link(
        icon("headphones"),
        rx.el.span(t("Not booked after 10 minutes? Call {phone}", phone=settings().support_phone), class_name="grow"),
        icon("chevron-right"),
        href=f"tel:{settings().support_phone}",
    )
    return card(rows(line), flush=True)


def _actions() -> rx.Component:
    check = button(
        t("I have paid"), size="large", busy=_S.busy == "check", busy_label=t("Asking"), on_click=_S.check, testid="check"
    )  # fmt: skip
    again = button(
        t("Pay again"),
        size="large",
        busy=_S.busy == "again",
        busy_label=t("Opening the payment"),
        on_click=_S.pay_again,
        testid="pay-again",
    )
    pending = action_bar(link_button(t("Not finished, go on paying"), href=f"/pay/{_S.pay.id}", kind="neutral", size="large"), check)
    return rx.match(
        _S.pay.standing,
        ("paid", _after_paid()),
        ("pending", rx.cond(_S.pay.is_own, pending, _back())),
        ("held", _back()),
        rx.cond(_S.pay.may_retry, action_bar(link_button(t("Pay later"), href="/bills", kind="neutral", size="large"), again), _back()),
    )


def _after_paid() -> rx.Component:
    receipt = link_button(t("See the receipt"), href=_S.pay.receipt_href, size="large", icon_name="receipt-text", testid="see-receipt")
    return action_bar(
        link_button(t("Back to the start"), href="/", kind="neutral", size="large"),
        rx.cond(_S.pay.receipt_href != "", receipt, link_button(t("Back to the bills"), href="/bills", size="large")),
    )


def _back() -> rx.Component:
    return action_bar(link_button(t("Back to the bills"), href="/bills", kind="neutral", size="large", full=True))
