"""The bill in view: what it asks for and how each line was worked out."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.copy import code
from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import text_link
from estate_app.ui.components.table import Column, cell, data_table
from estate_app.ui.pages.resident.bills.bill_state import BillState
from estate_app.ui.pages.resident.bills.corrections import corrections_part
from estate_app.ui.pages.resident.bills.explained import LineView, MeterView, PastView
from estate_app.ui.text import t
from estate_app.ui.view import Bar

_S = BillState


def bill_card(*, level: int) -> rx.Component:
    """The whole bill in one card; `level` is that of its heading."""
    return card(
        rx.el.div(_head(level), _notes(), class_name="bill-part"),
        _lines(),
        rx.cond(_S.tiers.length() > 0, _tiers(), rx.fragment()),
        rx.cond(_S.meters.length() > 0, rx.el.div(rx.foreach(_S.meters, _meter), class_name="bill-part stack gap-2"), rx.fragment()),
        corrections_part(_S.corrections),
        rx.cond((_S.steps.length() > 0) | (_S.bill.price != ""), _steps(), rx.fragment()),
        rx.cond(_S.past.length() > 0, _past(), rx.fragment()),
        flush=True,
        testid="bill",
    )


def _head(level: int) -> rx.Component:
    title = (rx.el.h1 if level == 1 else rx.el.h2)(_S.bill.title, class_name="t5 strong", tab_index=-1)
    return stack(
        rx.el.div(title, state_badge(_S.bill.badge, testid="bill-state"), class_name="bill-title"),
        row(code(_S.bill.number), words(_S.bill.about, soft=True), gap="3", extra="wrap soft-text"),
        rx.cond(_S.bill.room_code != "", words(_S.bill.room_code, size="1", soft=True, extra="nums"), rx.fragment()),
        gap="1",
    )


def _notes() -> rx.Component:
    replaced = rx.cond(_S.bill.replaced_href != "", text_link(_S.bill.replaced_by, href=_S.bill.replaced_href, arrow=True), rx.fragment())
    void = callout(_S.bill.void, tone="orange", icon_name="file-x", actions=replaced, custom_attrs={"data-testid": "void"})
    paying = callout(
        t("A payment of this bill is under way. Do not pay it a second time"),
        tone="indigo",
        icon_name="loader-circle",
        actions=text_link(t("Continue the payment"), href=_S.bill.pay_href, arrow=True),
    )
    late = callout(
        rx.fragment(words(_S.bill.late, strong=True), rx.el.br(), words(_S.bill.late_formula, size="1", extra="nums")),
        tone="red",
        icon_name="alarm-clock",
        actions=text_link(t("Late fees and agreements"), href="/arrears", arrow=True),
        custom_attrs={"data-testid": "late-fee"},
    )
    return rx.fragment(
        rx.cond(_S.bill.late != "", late, rx.fragment()),
        rx.cond(_S.bill.void != "", void, rx.fragment()),
        rx.cond(_S.bill.replaces != "", words(_S.bill.replaces, soft=True), rx.fragment()),
        rx.cond(_S.bill.pay_href != "", paying, rx.fragment()),
    )


def _lines() -> rx.Component:
    columns = [
        Column(t("Item")),
        Column(t("Period")),
        Column(t("Quantity"), is_number=True),
        Column(t("Unit price (yuan)"), is_number=True),
        Column(t("Amount (yuan)"), is_number=True),
    ]
    body = rx.fragment(
        rx.foreach(_S.lines, _line),
        _sum(t("Amount of this bill"), _S.bill.total, "bill-total"),
        rx.cond(
            _S.bill.paid != "",
            rx.fragment(_sum(t("Paid already"), _S.bill.paid, "bill-paid"), _sum(t("Still to pay"), _S.bill.owed, "bill-owed")),
        ),
    )
    table = data_table(
        columns, body, label=t("Lines of the bill"), is_empty=_S.lines.length() == 0, empty_state=rx.fragment(), testid="bill-lines"
    )
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


def _sum(label: rx.Var[str], amount: rx.Var[str], testid: str) -> rx.Component:
    return rx.el.tr(
        rx.el.td(label, col_span=4, custom_attrs={"data-main": "true"}),
        cell(amount, is_number=True, label=t("Amount (yuan)")),
        custom_attrs={"data-sum": "true", "data-testid": testid},
    )


def _tiers() -> rx.Component:
    bar = rx.el.div(
        rx.foreach(_S.tiers, lambda tier: rx.el.span(class_name="tier-" + tier.tone, width=tier.percent.to_string() + "%", key=tier.label)),
        class_name="tier-bar",
        aria_hidden="true",
    )
    return rx.el.div(bar, row(rx.foreach(_S.tiers, _tier), gap="3", extra="wrap"), class_name="bill-part stack gap-2")


def _tier(tier: rx.Var[Bar]) -> rx.Component:
    return rx.el.span(tier.label, " ", rx.el.span(tier.value, class_name="nums"), class_name="t1 soft-text", key=tier.label)


def _meter(meter: rx.Var[MeterView]) -> rx.Component:
    return stack(
        row(words(meter.name), words(meter.days, size="1", soft=True), extra="wrap between"),
        row(words(meter.span, extra="nums"), words(meter.usage, strong=True, extra="nums"), extra="between"),
        rx.cond(meter.estimated != "", words(meter.estimated, size="1", tone="orange"), rx.fragment()),
        gap="1",
        key=meter.id,
        custom_attrs={"data-testid": "meter"},
    )


def _steps() -> rx.Component:
    listing = rx.el.ol(rx.foreach(_S.steps, lambda step: rx.el.li(step, key=step)), class_name="steps")
    return rx.el.details(
        rx.el.summary(icon("calculator"), t("How it was worked out"), custom_attrs={"data-testid": "steps"}),
        stack(listing, rx.cond(_S.bill.price != "", words(_S.bill.price, soft=True), rx.fragment()), gap="2"),
        open=True,
        class_name="bill-part",
    )


def _past() -> rx.Component:
    change = rx.cond(_S.bill.change != "", words(_S.bill.change, tone=_S.bill.change_tone), rx.fragment())
    head = row(words(t("Last twelve months"), soft=True), words(_S.bill.usage, strong=True), extra="between")
    bars = rx.el.ul(rx.foreach(_S.past, _month), class_name="past")
    return rx.el.div(head, bars, change, class_name="bill-part stack gap-2", custom_attrs={"data-testid": "past"})


def _month(month: rx.Var[PastView]) -> rx.Component:
    return rx.el.li(
        rx.el.i(height=month.percent.to_string() + "%"),
        rx.el.span(month.month, class_name="month", aria_hidden="true"),
        rx.el.span(month.said, class_name="visually-hidden"),
        title=month.said,
        key=month.id,
        custom_attrs={"data-current": rx.cond(month.is_current, "true", "false")},
    )
