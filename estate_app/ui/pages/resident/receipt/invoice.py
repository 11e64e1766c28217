"""The electronic invoice beside a receipt: its state and file, or the form by which it is asked for."""

import reflex as rx

from estate_app.payment.invoice_models import TitleKind
from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import action_bar, button, file_button
from estate_app.ui.components.card import card, list_row, rows
from estate_app.ui.components.form import form, text_field
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.sheet import sheet
from estate_app.ui.pages.manager.invoices.present import InvoiceLine
from estate_app.ui.pages.resident.receipt.state import ReceiptState
from estate_app.ui.text import t

_S = ReceiptState


def invoice_card() -> rx.Component:
    """The invoices of the payment, and the button for one while there is something to invoice."""
    ask = row(
        stack(words(t("E-invoice"), strong=True), words(t("¥{amount} can be invoiced", amount=_S.open_amount), soft=True), gap="1"),
        button(t("Ask for an invoice"), kind="secondary", icon_name="file-text", on_click=_S.ask, testid="ask-invoice"),
        extra="between wrap",
    )
    known = card(rows(rx.foreach(_S.invoices, _line)), title=t("E-invoice"), flush=True, testid="invoices")
    return rx.fragment(
        rx.cond(_S.invoices.length() > 0, known, rx.fragment()), rx.cond(_S.open_amount != "", card(ask), rx.fragment()), _form()
    )


def _line(line: rx.Var[InvoiceLine]) -> rx.Component:
    about = stack(
        row(words(line.title, strong=True), words(line.about, size="1", soft=True), extra="wrap"),
        words(line.invoice_number, size="1", soft=True, extra="nums"),
        rx.cond(line.reason != "", words(line.reason, size="1", tone="red"), rx.fragment()),
        gap="1",
        extra="grow",
    )
    file = file_button(t("PDF"), href=line.file_href, target="_blank", size="small", testid="invoice-pdf")
    side = row(words("¥" + line.amount, extra="nums"), state_badge(line.badge), rx.cond(line.file_href != "", file, rx.fragment()))
    return list_row(about, side, key=line.id, testid="invoice")


def _form() -> rx.Component:
    kinds = rx.el.div(
        _kind(TitleKind.person.value, t("A person")),
        _kind(TitleKind.company.value, t("A company")),
        class_name="chips",
        role="radiogroup",
        aria_label=t("Made out to"),
    )
    tax = text_field(
        "tax_number", t("Tax number"), errors=_S.field_errors, required=True, max_length=24, auto_complete="off",
        hint=t("18 characters, as on the business licence"),
    )  # fmt: skip
    send = button(t("Ask for it"), submit=True, full=True, size="large", busy=_S.is_saving, busy_label=t("Sending"), testid="send-invoice")
    kept = t("Optional; the invoice stays here in any case")
    return sheet(
        form(
            kinds,
            text_field("title", t("Name on the invoice"), errors=_S.field_errors, required=True, max_length=100),
            rx.cond(_S.kind == TitleKind.company.value, tax, rx.fragment()),
            text_field("email", t("E-mail"), errors=_S.field_errors, max_length=120, hint=kept),
            action_bar(send),
            on_submit=_S.request,
            errors=_S.field_errors,
            testid="invoice-form",
        ),
        is_open=_S.is_asking,
        title=t("Ask for an invoice"),
        description=t("¥{amount} for what was paid on bills; it cannot be changed once issued", amount=_S.open_amount),
        on_close=_S.keep,
        testid="invoice-sheet",
    )


def _kind(kind: str, label: rx.Var[str]) -> rx.Component:
    choice = rx.el.input(type="radio", name="kind", value=kind, checked=kind == _S.kind, on_change=lambda _value: _S.choose_kind(kind))
    return rx.el.label(choice, rx.el.span(label), class_name="chip", data_testid=f"kind-{kind}")
