"""The resident's bills (screen 05): list, bill and payment beside each other from 1280 px; on a phone the list with a bar to pay."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import action_bar, button, link_button
from estate_app.ui.components.card import card
from estate_app.ui.components.channel import channel_mark
from estate_app.ui.components.empty import empty
from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import divider, row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.money import money_hero
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards, skeleton_rows
from estate_app.ui.components.tabs import segments
from estate_app.ui.pages.common.feedback_beside import feedback_asked
from estate_app.ui.pages.common.not_found import not_found_panel
from estate_app.ui.pages.resident.bills.bill_state import BillState
from estate_app.ui.pages.resident.bills.explained_page import bill_card
from estate_app.ui.pages.resident.bills.present import BillCard
from estate_app.ui.pages.resident.bills.state import BillsState
from estate_app.ui.text import t
from estate_app.ui.view import Fact, Option

_S = BillsState


def bills_page() -> rx.Component:
    """The list; beside it, on a wide screen, its first bill."""
    return rx.fragment(
        page_title(t("Bills"), actions=_filters()),
        rx.el.div(_list(), rx.el.div(_opened(level=2), class_name="bills-detail"), _pay_card(), class_name="bills bills-index"),
        _pay_bar(),
    )


def bill_page() -> rx.Component:
    """One bill; beside it, on a wide screen, the list and the payment."""
    head = rx.el.div(
        rx.el.div(t("Bills"), class_name="page-title"), rx.el.div(_filters(), class_name="page-actions"), class_name="page-head wide-only"
    )
    content = rx.fragment(
        head,
        rx.el.div(_list(), rx.el.div(_opened(level=1), class_name="bills-detail"), _pay_card(), class_name="bills bills-open"),
        rx.el.div(_bill_actions(), class_name="bill-actions"),
    )
    return rx.cond(BillState.is_missing, not_found_panel(), content)


def _filters() -> rx.Component:
    choices = [("", rx.cond(_S.unpaid > 0, t("To pay {count}", count=_S.unpaid), t("To pay"))), ("paid", t("Paid")), ("all", t("All"))]
    return segments(choices, value=_S.show, on_select=_S.filter_show, label=t("Which bills"), testid="show")


def _opened(*, level: int) -> rx.Component:
    nothing = card(empty(t("Choose a bill to see how it was worked out")))
    shown = stack(bill_card(level=level), feedback_asked(), gap="3")
    return rx.cond(BillState.is_loading, skeleton_cards(), rx.cond(BillState.bill.id == 0, nothing, shown))


def _list() -> rx.Component:
    all_chosen = (_S.chosen_ids.length() > 0) & (_S.chosen_ids.length() >= _S.unpaid)
    every = rx.el.label(
        rx.el.input(
            type="checkbox", checked=all_chosen, on_change=lambda _value: _S.toggle_all(), aria_label=t("Choose all unpaid bills"),
            data_testid="choose-all",
        ),
        class_name="bill-tick",
    )  # fmt: skip
    head = rx.el.div(every, t("{count} chosen", count=_S.chosen_ids.length()), class_name="bill-head", aria_live="polite")
    listing = rx.fragment(
        rx.cond(_S.unpaid > 0, head, rx.fragment()),
        rx.el.ul(rx.foreach(_S.rows, _row), class_name="bill-list", data_testid="bills"),
        rx.cond(_S.pager.pages > 1, pager(_S.pager), rx.fragment()),
    )
    shown = rx.cond(_S.rows.length() == 0, _nothing(), listing)
    return card(rx.cond(_S.is_loading, skeleton_rows(), shown), flush=True, extra="bills-list")


def _nothing() -> rx.Component:
    paid = empty(
        t("Everything is paid"),
        icon_name="check",
        action=link_button(t("See past bills"), href="/bills?show=paid", kind="secondary", testid="see-paid"),
    )
    other = empty(
        t("No bills here yet"), action=link_button(t("Back to the start"), href="/", kind="secondary"), body=t("They appear when issued")
    )
    return rx.cond(_S.show == "", paid, other)


def _row(bill: rx.Var[BillCard]) -> rx.Component:
    tick = rx.el.label(
        rx.el.input(
            type="checkbox", checked=_S.chosen_ids.contains(bill.id), on_change=lambda _value: _S.toggle(bill.id),
            aria_label=t("Choose {title}", title=bill.title), data_testid="choose-bill",
        ),
        class_name="bill-tick",
    )  # fmt: skip
    link = page_link(
        stack(words(bill.title, strong=True), words(bill.sub, soft=True, tone=bill.tone), gap="1"),
        rx.el.span(rx.el.span(bill.amount, class_name="money strong"), state_badge(bill.badge), class_name="bill-side"),
        href=rx.cond(bill.pay_href != "", bill.pay_href, bill.href),
        data_testid="bill-link",
    )
    current = {"data-current": rx.cond(bill.id == BillState.bill.id, "true", "false")}
    gap = rx.el.span(class_name="bill-tick", aria_hidden="true")
    return rx.el.li(rx.cond(bill.is_payable, tick, gap), link, class_name="bill-row", key=bill.id, custom_attrs=current)


def _pay_card() -> rx.Component:
    chosen = stack(
        rx.el.dl(rx.foreach(_S.chosen, _chosen_line), class_name="pay-lines"),
        divider(),
        row(words(t("Total to pay")), money_hero(_S.total, testid="total"), extra="between baseline wrap"),
        _channels(),
        _pay_button(),
        button(t("Pay a part, or from the balance"), kind="ghost", full=True, on_click=_S.check_out, testid="pay-otherwise"),
        row(icon("shield-check"), words(t("Handled by a licensed payment company; we keep no card data"), size="1", soft=True)),
        gap="3",
    )
    nothing = words(t("Tick the bills that you want to pay"), soft=True)
    return card(rx.cond(_S.chosen_ids.length() > 0, chosen, nothing), title=t("Payment"), testid="pay-card", extra="pay-card")


def _chosen_line(line: rx.Var[Fact]) -> rx.Component:
    return rx.el.div(rx.el.dt(line.label), rx.el.dd(line.value), key=line.label)


def _channels() -> rx.Component:
    return rx.el.fieldset(rx.el.legend(t("Way to pay"), class_name="field-label"), rx.foreach(_S.channels, _channel), class_name="channels")


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


def _pay_button() -> rx.Component:
    return button(
        t("Pay ¥{amount}", amount=_S.total),
        size="large", full=True, busy=_S.is_paying, busy_label=t("Opening the payment"), on_click=_S.pay, testid="pay",
    )  # fmt: skip


def _pay_bar() -> rx.Component:
    total = stack(
        words(t("{count} chosen", count=_S.chosen_ids.length()), size="1", soft=True),
        rx.el.span("¥", _S.total, class_name="money-sum nums", data_testid="total-phone"),
        rx.cond(_S.late != "", words(_S.late, size="1", soft=True), rx.fragment()),
        gap="1",
        extra="grow",
        aria_live="polite",
    )
    pay = button(t("Go to pay"), size="large", on_click=_S.check_out, testid="pay-phone")
    bar = rx.el.div(total, pay, class_name="pay-bar no-print")
    return rx.cond(_S.chosen_ids.length() > 0, bar, rx.fragment())


def _bill_actions() -> rx.Component:
    bill = BillState.bill
    pay = link_button(
        t("Pay ¥{amount}", amount=bill.owed), href="/pay/new?bills=" + bill.id.to_string(), full=True, size="large", testid="pay-this"
    )
    going_on = link_button(t("Continue the payment"), href=bill.pay_href, full=True, size="large", testid="continue-payment")
    back = link_button(t("Back to the bills"), href="/bills", kind="neutral", full=True, size="large")
    return action_bar(rx.cond(bill.is_payable, pay, rx.cond(bill.pay_href != "", going_on, back)))
