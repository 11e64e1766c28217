"""The cashier (screen 06) and the results of a payment (06b, 06c, 19). The cashier turns into its result by itself."""

import reflex as rx

from estate_app.ui.components.button import action_bar, button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.channel import channel_mark
from estate_app.ui.components.countdown import countdown
from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import file_link
from estate_app.ui.components.money import money_hero
from estate_app.ui.components.qr import qr_code
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.pages.common.not_found import not_found_panel
from estate_app.ui.pages.resident.pay.outcome import facts_card, outcome
from estate_app.ui.pages.resident.pay.state import PayState
from estate_app.ui.text import t

_S = PayState


def pay_page() -> rx.Component:
    """The cashier while the payment is open, else its result."""
    return _whole(rx.cond(_S.pay.standing == "pending", _cashier(), outcome()))


def result_page() -> rx.Component:
    """What became of the payment, or that nobody knows yet."""
    return _whole(outcome())


def _whole(content: rx.Component) -> rx.Component:
    return rx.cond(_S.is_missing, not_found_panel(), rx.cond(_S.is_loading, skeleton_cards(), content))


def _cashier() -> rx.Component:
    return stack(
        _amount(),
        rx.cond(_S.pay.is_own, rx.cond(_S.pay.is_opened, _way(), _unopened()), _of_another()),
        facts_card(),
        row(icon("shield-check"), words(t("Handled by a licensed payment company; we keep no card data"), soft=True), extra="center"),
        rx.cond(_S.pay.is_own, _actions(), rx.fragment()),
        gap="3",
    )


def _amount() -> rx.Component:
    left = countdown(
        _S.pay.left, on_end=_S.time_is_over, within=t("Please pay within {time}", time="%"), over=t("The time for this payment is over")
    )
    return card(
        rx.el.h1(t("Amount to pay"), class_name="t2 soft-text", tab_index=-1),
        money_hero(_S.pay.amount, testid="amount"),
        row(icon("timer"), left, extra="center soft-text"),
        extra="stack gap-1 cashier",
        testid="cashier",
    )


def _way() -> rx.Component:
    name = _S.pay.channel
    code = qr_code(_S.pay.qr, _S.pay.qr_side, label=t("{channel} code for ¥{amount}", channel=name, amount=_S.pay.amount))
    link = file_link(
        icon("external-link"),
        rx.el.span(t("Pay with {channel}", channel=name)),
        href=_S.pay.link,
        target="_blank",
        class_name="btn btn-primary btn-large btn-full",
        data_testid="open-cashier",
    )
    return card(
        row(channel_mark(_S.pay.mark), words(name, size="3", strong=True), gap="2", extra="center"),
        rx.cond(
            _S.pay.qr != "", rx.fragment(code, words(t("Scan the code with {channel} to pay", channel=name), soft=True)), rx.fragment()
        ),
        rx.cond(_S.pay.link != "", link, rx.fragment()),
        words(t("This page changes by itself once you have paid"), size="1", soft=True),
        extra="stack gap-3 cashier",
    )


def _unopened() -> rx.Component:
    again = button(
        t("Open again"), kind="secondary", icon_name="refresh-cw", busy=_S.busy == "open", busy_label=t("Asking"), on_click=_S.open_again,
        testid="open-again",
    )  # fmt: skip
    said = t("{channel} did not answer. Nothing was charged; the bills are unchanged", channel=_S.pay.channel)
    return callout(said, actions=again, role="status", custom_attrs={"data-testid": "unopened"})


def _of_another() -> rx.Component:
    return callout(t("Somebody else of your home is paying this. Do not pay it a second time"), tone="indigo", icon_name="users")


def _actions() -> rx.Component:
    cancel = button(
        t("Cancel the payment"),
        kind="neutral",
        size="large",
        busy=_S.busy == "cancel",
        busy_label=t("Cancelling"),
        on_click=_S.cancel,
        testid="cancel-payment",
    )
    check = button(
        t("I have paid"), kind="secondary", size="large", busy=_S.busy == "check", busy_label=t("Asking"), on_click=_S.check, testid="check"
    )
    return action_bar(cancel, check)
