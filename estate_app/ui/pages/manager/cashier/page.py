"""The counter: find a room with the keyboard, see what it owes, take the money, hand over the receipt."""

from typing import Any

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import action_bar, button, file_button, link_button
from estate_app.ui.components.card import callout, card, list_row, rows
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import error_line, form, money_field, text_field
from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.money import money_hero
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.pages.manager.cashier.present import BALANCE, WAYS, OpenBill
from estate_app.ui.pages.manager.cashier.state import CashierState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = CashierState


def cashier_page() -> rx.Component:
    """The counter."""
    content = rx.cond(_S.stage == LOADING, skeleton_cards(), rx.cond(_S.room.id > 0, _room(), _results()))
    day = link_button(t("Day close"), href="/manage/cashier/day", kind="secondary", icon_name="lock", testid="to-day")
    return rx.fragment(page_title(t("Cashier"), actions=day), _search(), unless_failed(_S.stage, content, on_retry=_S.load))


def _search() -> rx.Component:
    box = rx.el.input(
        type="search", name="q", id="next-room", default_value=_S.q, placeholder=t("Room, name or phone, then Enter"),
        aria_label=t("Find a room"), auto_focus=True, auto_complete="off", class_name="input", key=_S.q, data_testid="find-room",
    )  # fmt: skip
    field = rx.el.div(rx.el.span(icon("search"), class_name="before"), box, class_name="affix affix-before grow")
    return rx.el.form(
        row(field, button(t("Find"), kind="secondary", submit=True, testid="find"), gap="2"), on_submit=_S.search, role="search"
    )


def _results() -> rx.Component:
    nothing = rx.cond(
        _S.q != "",
        empty(t("No room matches"), body=t("Try a room such as 3-2-1501, a name, or a whole phone number"), icon_name="door-open"),
        empty(t("Which room pays?"), body=t("Find it above; its open bills appear here"), icon_name="banknote"),
    )
    listing = card(rows(rx.foreach(_S.found, _hit)), title=t("Choose a room"), flush=True, testid="rooms")
    return rx.cond(_S.found.length() > 0, listing, card(nothing))


def _hit(room: rx.Var[Option]) -> rx.Component:
    return list_row(
        words(room.label, strong=True), words(room.hint, soft=True), href="/manage/cashier?room_id=" + room.value,
        testid="room-hit", key=room.value,
    )  # fmt: skip


def _room() -> rx.Component:
    return rx.fragment(
        rx.cond(_S.taken.number != "", _taken(), rx.fragment()),
        grid(_bills(), _pay(), columns="main-side"),
    )


def _bills() -> rx.Component:
    everything = rx.el.label(
        rx.el.input(
            type="checkbox", checked=(_S.chosen.length() > 0), on_change=lambda _value: _S.toggle_all, data_testid="choose-all"
        ),
        rx.el.span(t("{count} chosen", count=_S.chosen.length())),
        class_name="check",
    )  # fmt: skip
    cut = callout(t("Only the first 100 bills are shown; take the rest afterwards"), tone="indigo", icon_name="info")
    listing = rx.fragment(
        rx.el.div(everything, class_name="bill-part"),
        rx.el.ul(rx.foreach(_S.bills, _bill), class_name="bill-list"),
        rx.cond(_S.room.is_cut, cut, rx.fragment()),
    )
    clean = empty(t("Nothing to pay"), body=t("All bills of this room are paid"), icon_name="circle-check")
    prepaid = rx.cond(_S.room.has_prepaid, t("Prepaid balance ¥{amount}", amount=_S.room.prepaid), "")
    return card(rx.cond(_S.bills.length() > 0, listing, clean), title=_S.room.label, context=prepaid, flush=True, testid="room-bills")


def _bill(bill: rx.Var[OpenBill]) -> rx.Component:
    tick = rx.el.label(
        rx.el.input(
            type="checkbox",
            checked=_S.chosen.contains(bill.id),
            on_change=lambda _value: _S.toggle(bill.id),
            disabled=~bill.is_payable,
            aria_label=bill.title,
            data_testid="choose-bill",
        ),
        class_name="bill-tick",
    )
    about = stack(
        page_link(bill.title, href=bill.href, class_name="link strong"),
        row(words(bill.number, size="1", soft=True, extra="nums"), words(bill.due, size="1", tone=bill.tone), extra="wrap"),
        gap="1",
        extra="grow",
    )
    amount = rx.el.div(words("¥" + bill.owed, strong=True, extra="nums"), state_badge(bill.badge), class_name="bill-side")
    return rx.el.li(
        tick, row(about, amount, extra="grow between bill-part", gap="3"), key=bill.id, class_name="bill-row", data_testid="open-bill"
    )


def _pay() -> rx.Component:
    refused = callout(t("You may look, but not take payments at this counter"), tone="indigo", icon_name="info")
    return card(
        row(words(t("To take"), strong=True), words(t("{count} bills", count=_S.total.count), soft=True), extra="between"),
        money_hero(_S.total.taken, testid="total"),
        rx.cond(_S.total.note != "", words(_S.total.note, soft=True), rx.fragment()),
        rx.cond(_S.room.may_collect, _form(), refused),
        extra="stack gap-3 pay-card",
        testid="pay",
    )


def _form() -> rx.Component:
    names = {"cash": t("Cash"), "transfer": t("Bank transfer"), "card": t("Bank card"), BALANCE: t("Prepaid balance")}
    ways: list[Any] = [_way(way, names[way]) for way in WAYS if way != BALANCE]
    balance = rx.cond(_S.room.has_prepaid, _way(BALANCE, names[BALANCE]), rx.fragment())
    return form(
        rx.el.div(*ways, balance, class_name="chips", role="radiogroup", aria_label=t("How it is paid")),
        _amount(),
        rx.match(_S.way, ("cash", _cash()), (BALANCE, _balance()), _slip()),
        rx.cond(_S.way != BALANCE, _payer(), rx.fragment()),
        error_line("bill_ids", _S.field_errors),
        action_bar(_submit()),
        on_submit=_S.collect,
        errors=_S.field_errors,
        testid="collect-form",
        key=_S.room.id.to_string() + _S.taken.number,
    )


def _way(way: str, label: rx.Var[str]) -> rx.Component:
    choice = rx.el.input(type="radio", name="way", value=way, checked=way == _S.way, on_change=lambda _value: _S.choose_way(way))
    return rx.el.label(choice, rx.el.span(label), class_name="chip", data_testid=f"way-{way}")


def _cash() -> rx.Component:
    typed = money_field("tendered", t("Cash given"), errors=_S.field_errors, required=True, auto_focus=True, on_change=_S.count_change)
    look = "t5 strong tone-" + _S.change.tone
    return rx.fragment(typed, rx.el.p(_S.change.text, class_name=look, aria_live="polite", data_testid="change"))


def _amount() -> rx.Component:
    asked = t("Empty: all of ¥{amount}. Less is a part payment; more goes to the room's balance", amount=_S.total.text)
    hint = rx.cond(_S.chosen.length() > 0, asked, t("No bill is chosen: the amount goes to the room's balance"))
    return money_field("amount", t("Amount to take"), errors=_S.field_errors, hint=hint, on_change=_S.count_amount)


def _slip() -> rx.Component:
    return text_field(
        "voucher", t("Voucher number"), errors=_S.field_errors, required=True, auto_focus=True, max_length=60, auto_complete="off",
        hint=t("Of the transfer or the card slip; each number counts once"),
    )  # fmt: skip


def _balance() -> rx.Component:
    enough = words(t("The balance of ¥{amount} covers it", amount=_S.room.prepaid), tone="green")
    short = words(t("The balance of ¥{amount} does not cover it; choose fewer bills", amount=_S.room.prepaid), tone="red")
    return rx.cond(_S.total.is_covered, enough, short)


def _payer() -> rx.Component:
    return text_field("payer_name", t("Name on the receipt"), max_length=40, auto_complete="off", hint=t("Empty: your own name"))


def _submit() -> rx.Component:
    return button(
        t("Take ¥{amount}", amount=_S.total.taken), submit=True, full=True, size="large", busy=_S.is_saving, busy_label=t("Booking"),
        disabled=(_S.total.taken_fen == 0) | ((_S.way == BALANCE) & ~_S.total.is_covered), testid="collect",
    )  # fmt: skip


def _taken() -> rx.Component:
    receipt = file_button(
        t("Receipt {number}", number=_S.taken.receipt), href=_S.taken.receipt_href, target="_blank", icon_name="printer", testid="receipt"
    )
    change = rx.cond(_S.taken.change != "", words(t("Change: ¥{amount}", amount=_S.taken.change), size="5", strong=True), rx.fragment())
    return card(
        row(
            icon("circle-check", size=24),
            stack(
                words(t("¥{amount} taken", amount=_S.taken.amount), size="5", strong=True),
                words(_S.taken.number, soft=True),
                rx.cond(_S.taken.kept != "", words(t("¥{amount} went to the room's balance", amount=_S.taken.kept)), rx.fragment()),
                gap="1",
            ),
            change,
            row(receipt, link_button(t("Next room"), href="/manage/cashier", kind="secondary", testid="next")),
            gap="4",
            extra="wrap between",
        ),
        role="status",
        testid="taken",
    )
