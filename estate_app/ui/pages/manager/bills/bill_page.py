"""One bill: its lines explained, its place in the ledger, its payments, and the corrections a manager may make."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import action_bar, button, link_button
from estate_app.ui.components.card import callout, card, facts
from estate_app.ui.components.copy import code
from estate_app.ui.components.empty import empty
from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.link import file_link, text_link
from estate_app.ui.components.money import money_hero
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.common.feedback_beside import feedback_beside
from estate_app.ui.pages.common.money import AuditLine
from estate_app.ui.pages.manager.bills.bill_dialogs import dialogs
from estate_app.ui.pages.manager.bills.bill_present import EntryLine, PaymentLine
from estate_app.ui.pages.manager.bills.bill_state import ManagedBillState
from estate_app.ui.pages.resident.bills.corrections import corrections_part
from estate_app.ui.pages.resident.bills.explained import LineView, MeterView
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = ManagedBillState
_BILL = _S.view.bill


def managed_bill_page() -> rx.Component:
    """The bill in view."""
    return unless_failed(_S.stage, rx.cond(_S.stage == LOADING, skeleton_cards(), _bill()), on_retry=_S.load)


def _bill() -> rx.Component:
    acts = _S.view.acts
    household = link_button(t("Household"), href=acts.room_href, kind="neutral", icon_name="house", testid="bill-household")
    actions = row(
        rx.cond(acts.room_href != "", household, rx.fragment()),
        _act(acts.dispute, t("Note a dispute"), "dispute", "scale"),
        _act(acts.settle, t("Settle the dispute"), "settle", "check"),
        _act(acts.replace, t("Void and replace"), "replace", "refresh-cw"),
        _act(acts.void, t("Void the bill"), "void", "file-x"),
        extra="wrap",
    )
    return rx.fragment(
        page_title(_BILL.title, actions=actions, crumbs=((t("Bills"), "/manage/bills"),)),
        grid(stack(_explained(), _payments(), feedback_beside(), _entries()), _side(), columns="main-side"),
        dialogs(),
    )


def _act(is_offered: rx.Var[bool], label: rx.Var[str], what: str, icon_name: str) -> rx.Component:
    shown = button(label, kind="outline", icon_name=icon_name, on_click=_S.ask(what), testid=f"{what}-bill")
    return rx.cond(is_offered, shown, rx.fragment())


def _explained() -> rx.Component:
    head = stack(row(code(_BILL.number), words(_BILL.about, soft=True), gap="3", extra="wrap"), _notes(), gap="2")
    meters = rx.el.div(rx.foreach(_S.view.meters, _meter), class_name="bill-part stack gap-2")
    return card(
        rx.el.div(head, class_name="bill-part"),
        _lines(),
        rx.cond(_S.view.meters.length() > 0, meters, rx.fragment()),
        corrections_part(_S.view.corrections),
        rx.cond((_S.view.steps.length() > 0) | (_BILL.price != ""), _steps(), rx.fragment()),
        flush=True,
        testid="bill",
    )


def _notes() -> rx.Component:
    successor = rx.cond(_BILL.replaced_href != "", text_link(_BILL.replaced_by, href=_BILL.replaced_href, arrow=True), rx.fragment())
    return rx.fragment(
        rx.cond(_BILL.void != "", callout(_BILL.void, tone="orange", icon_name="file-x", actions=successor), rx.fragment()),
        rx.cond(_BILL.replaces != "", words(_BILL.replaces, soft=True), rx.fragment()),
        rx.cond(_BILL.change != "", words(_BILL.change, tone=_BILL.change_tone), rx.fragment()),
    )


def _lines() -> rx.Component:
    columns = [
        Column(t("Item")),
        Column(t("Period")),
        Column(t("Quantity"), is_number=True),
        Column(t("Unit price (yuan)"), is_number=True),
        Column(t("Amount (yuan)"), is_number=True),
    ]
    total = rx.el.tr(
        rx.el.td(t("Amount of this bill"), col_span=4, custom_attrs={"data-main": "true"}),
        cell(_BILL.total, is_number=True, label=t("Amount (yuan)")),
        custom_attrs={"data-sum": "true", "data-testid": "bill-total"},
    )
    body = rx.fragment(rx.foreach(_S.view.lines, _line), total)
    table = data_table(columns, body, label=t("Lines of the bill"), is_empty=_S.view.lines.length() == 0, empty_state=rx.fragment())
    return rx.el.div(table, class_name="bill-lines")


def _line(line: rx.Var[LineView]) -> rx.Component:
    label = rx.fragment(
        line.label,
        rx.cond(line.formula != "", words(line.formula, size="1", soft=True, extra="nums"), rx.fragment()),
        rx.cond(line.note != "", words(line.note, size="1", soft=True), rx.fragment()),
    )
    return rx.el.tr(
        cell(label, is_main=True),
        cell(line.span, hide_on_phone=True),
        cell(line.quantity, is_number=True, label=t("Quantity")),
        cell(line.price, is_number=True, label=t("Unit price (yuan)")),
        cell(line.amount, is_number=True, label=t("Amount (yuan)")),
        key=line.id,
        custom_attrs={"data-tier": rx.cond(line.is_tier, "true", "false"), "data-testid": "bill-line"},
    )


def _meter(meter: rx.Var[MeterView]) -> rx.Component:
    return stack(
        row(words(meter.name), words(meter.days, size="1", soft=True), extra="wrap between"),
        row(words(meter.span, extra="nums"), words(meter.usage, strong=True, extra="nums"), extra="between"),
        rx.cond(meter.estimated != "", words(meter.estimated, size="1", tone="orange"), rx.fragment()),
        gap="1",
        key=meter.id,
    )


def _steps() -> rx.Component:
    listing = rx.el.ol(rx.foreach(_S.view.steps, lambda step: rx.el.li(step, key=step)), class_name="steps")
    return rx.el.details(
        rx.el.summary(icon("calculator"), t("How it was worked out")),
        stack(listing, rx.cond(_BILL.price != "", words(_BILL.price, soft=True), rx.fragment()), gap="2"),
        open=True,
        class_name="bill-part",
    )


def _payments() -> rx.Component:
    columns = [Column(t("Payment")), Column(t("State")), Column(t("Amount (yuan)"), is_number=True), Column(t("Receipt")), Column("")]
    table = data_table(
        columns, rx.foreach(_S.view.payments, _payment), label=t("Payments"), is_empty=_S.view.payments.length() == 0,
        empty_state=empty(t("No payment yet")), testid="bill-payments",
    )  # fmt: skip
    return card(table, title=t("Payments"), flush=True)


def _payment(payment: rx.Var[PaymentLine]) -> rx.Component:
    receipt = file_link(payment.receipt, href=payment.receipt_href, target="_blank", class_name="link nums")
    refund = text_link(t("Propose a refund"), href=payment.refund_href, testid="refund-payment")
    return table_row(
        cell(stack(words(payment.number, extra="nums"), words(payment.about, size="1", soft=True), gap="1"), is_main=True),
        cell(state_badge(payment.badge), label=t("State")),
        cell(payment.amount, is_number=True, label=t("Amount (yuan)")),
        cell(rx.cond(payment.receipt != "", receipt, "—"), label=t("Receipt")),
        cell(rx.cond(payment.refund_href != "", refund, rx.fragment())),
        key=payment.id,
    )


def _entries() -> rx.Component:
    columns = [
        Column(t("Entry")),
        Column(t("Account")),
        Column(t("Debit (yuan)"), is_number=True),
        Column(t("Credit (yuan)"), is_number=True),
    ]
    table = data_table(
        columns, rx.foreach(_S.view.postings, _entry), label=t("Ledger entries"), is_empty=_S.view.postings.length() == 0,
        empty_state=rx.fragment(), density="compact", testid="bill-entries",
    )  # fmt: skip
    return rx.cond(_S.view.postings.length() > 0, card(table, title=t("Ledger entries"), flush=True), rx.fragment())


def _entry(entry: rx.Var[EntryLine]) -> rx.Component:
    return table_row(
        cell(stack(words(entry.kind), words(entry.memo, size="1", soft=True), gap="1"), is_main=True),
        cell(entry.account, label=t("Account")),
        cell(entry.debit, is_number=True, label=t("Debit (yuan)")),
        cell(entry.credit, is_number=True, label=t("Credit (yuan)")),
        key=entry.id,
    )


def _side() -> rx.Component:
    href = _S.view.acts.collect_href
    collect = action_bar(link_button(t("Take the payment"), href=href, icon_name="banknote", full=True, testid="collect"))
    return stack(
        card(
            row(words(t("Still to pay"), strong=True), state_badge(_BILL.badge, testid="bill-state"), extra="between"),
            money_hero(_BILL.owed, testid="bill-owed"),
            facts(_S.view.facts),
            rx.cond(href != "", collect, rx.fragment()),
            extra="stack gap-3",
            testid="bill-side",
        ),
        rx.cond(_S.view.audit.length() > 0, _audit(), rx.fragment()),
    )


def _audit() -> rx.Component:
    listing = rx.el.ul(rx.foreach(_S.view.audit, _trail), class_name="audit stack gap-2")
    return card(listing, title=t("What was done with the bill"), testid="audit")


def _trail(line: rx.Var[AuditLine]) -> rx.Component:
    return rx.el.li(line.text, key=line.id)
