"""A receipt as it will be printed, with the PDF and the code by which anybody can check it."""

from typing import Any

import reflex as rx

from estate_app.ui.components.button import action_bar, button_class, link_button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.copy import code
from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import divider, row, stack, words
from estate_app.ui.components.link import file_link
from estate_app.ui.components.money import money_hero
from estate_app.ui.components.qr import qr_code
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.pages.common.not_found import not_found_panel
from estate_app.ui.pages.resident.receipt.invoice import invoice_card
from estate_app.ui.pages.resident.receipt.present import Paper, PaperLine
from estate_app.ui.pages.resident.receipt.state import ReceiptState
from estate_app.ui.text import t

_S = ReceiptState


def receipt_page() -> rx.Component:
    """The receipt and its file."""
    back = callout(_S.paper.taken_back, tone="orange", icon_name="undo-2", data_testid="taken-back")
    content = stack(
        rx.cond(_S.paper.taken_back != "", back, rx.fragment()),
        paper_card(_S.paper, _S.lines, foot=_foot()),
        invoice_card(),
        _actions(),
        gap="3",
    )
    return rx.cond(_S.is_missing, not_found_panel(), rx.cond(_S.is_loading, skeleton_cards(), content))


def paper_card(paper: rx.Var[Paper], lines: Any, *, foot: rx.Component) -> rx.Component:
    """The face of a receipt, the same for its owner and for a checker."""
    head = rx.el.div(
        words(paper.company, soft=True),
        rx.el.h1(rx.cond(paper.reverses != "", t("Reversing receipt"), t("Receipt")), class_name="t6 strong", tab_index=-1),
        code(paper.number, testid="receipt-number"),
        class_name="receipt-head",
    )
    total = row(
        stack(words(t("Total in words: {amount}", amount=paper.words), soft=True), gap="1", extra="grow"),
        money_hero(paper.total, testid="receipt-total"),
        extra="between wrap baseline",
    )
    return card(
        head,
        _facts(paper),
        divider(),
        rx.el.dl(rx.foreach(lines, _line), class_name="pay-lines", data_testid="receipt-lines"),
        divider(),
        total,
        foot,
        extra="receipt",
        testid="receipt",
    )


def _facts(paper: rx.Var[Paper]) -> rx.Component:
    known = [
        (t("Reverses receipt"), paper.reverses),
        (t("Payer"), paper.payer),
        (t("Room"), paper.place),
        (t("Paid by"), paper.channel),
        (t("Paid at"), paper.paid_at),
        (t("Transaction number"), paper.transaction),
        (t("Issued at"), paper.issued_at),
        (t("Issued by"), paper.issuer),
    ]
    return rx.el.dl(*[rx.cond(value != "", _fact(label, value), rx.fragment()) for label, value in known], class_name="pay-lines")


def _fact(label: rx.Var[str], value: rx.Var[str]) -> rx.Component:
    return rx.el.div(rx.el.dt(label), rx.el.dd(value))


def _line(line: rx.Var[PaperLine]) -> rx.Component:
    return rx.el.div(rx.el.dt(line.item, " ", line.period), rx.el.dd("¥", line.amount), key=line.id)


def _foot() -> rx.Component:
    check = stack(
        words(t("Scan to check this receipt"), soft=True),
        row(words(t("Check code"), soft=True), code(_S.paper.code, testid="check-code"), extra="wrap"),
        words(t("This receipt proves the payment and is not a tax invoice"), size="1", soft=True),
        gap="1",
        extra="grow",
    )
    return rx.el.div(
        rx.el.div(qr_code(_S.paper.qr, _S.paper.qr_side, label=t("Code to check this receipt")), class_name="qr-small"),
        check,
        class_name="receipt-foot",
    )


def _actions() -> rx.Component:
    pdf = file_link(
        icon("download"),
        rx.el.span(t("Download PDF")),
        href=_S.paper.pdf_href,
        download=_S.paper.number + ".pdf",
        class_name=button_class("primary", "large"),
        data_testid="download-pdf",
    )
    return action_bar(link_button(t("The payment"), href=_S.paper.payment_href, kind="neutral", size="large", testid="to-payment"), pdf)
