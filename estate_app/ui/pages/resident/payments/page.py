"""Payments, newest first, each with its state and its receipt."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import link_button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import stack, words
from estate_app.ui.components.link import page_link, text_link
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_rows
from estate_app.ui.components.tabs import segments
from estate_app.ui.pages.resident.pay.present import PaymentCard
from estate_app.ui.pages.resident.payments.state import PaymentsState
from estate_app.ui.text import t

_S = PaymentsState


def payments_page() -> rx.Component:
    """The list with its filter in the URL."""
    choices = [("", t("All")), ("paid", t("Paid")), ("pending", t("Processing"))]
    nothing = empty(t("No payments yet"), action=link_button(t("See the bills"), href="/bills", kind="secondary", testid="see-bills"))
    listing = rx.fragment(
        rx.el.ul(rx.foreach(_S.rows, _row), class_name="bill-list", data_testid="payments"),
        rx.cond(_S.pager.pages > 1, pager(_S.pager), rx.fragment()),
    )
    return rx.fragment(
        page_title(
            t("Payments"), actions=segments(choices, value=_S.show, on_select=_S.filter_show, label=t("Which payments"), testid="show")
        ),
        card(rx.cond(_S.is_loading, skeleton_rows(), rx.cond(_S.rows.length() == 0, nothing, listing)), flush=True),
    )


def _row(payment: rx.Var[PaymentCard]) -> rx.Component:
    link = page_link(
        stack(words(payment.title, strong=True), words(payment.about, soft=True), gap="1"),
        rx.el.span(rx.el.span(payment.amount, class_name="money strong"), state_badge(payment.badge), class_name="bill-side"),
        href=payment.href,
        data_testid="payment-link",
    )
    receipt = rx.cond(
        payment.receipt_href != "",
        rx.el.div(
            text_link(payment.receipt_number, href=payment.receipt_href, arrow=True, testid="receipt-link"), class_name="payment-receipt"
        ),
        rx.fragment(),
    )
    return rx.el.li(link, receipt, class_name="bill-row payment-row", key=payment.id)
