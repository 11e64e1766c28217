"""The cards of one room beside its people: money, meters, orders."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import link_button
from estate_app.ui.components.card import card, list_row, rows
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.money import money
from estate_app.ui.pages.manager.property.household import ThingLine
from estate_app.ui.pages.manager.property.room_state import RoomState
from estate_app.ui.text import Text, t

_S = RoomState


def household_cards() -> rx.Component:
    """Bills with what is owed and paid in advance, meters, and work orders; each as far as one may see it."""
    bills = rx.cond(_S.household.sees_bills, _bills(), rx.fragment())
    meters = rx.cond(_S.household.sees_bills, _meters(), rx.fragment())
    orders = rx.cond(_S.household.sees_orders, _orders(), rx.fragment())
    return grid(bills, meters, orders, columns="3")


def _bills() -> rx.Component:
    owed = row(
        words(t("Owed"), size="1", soft=True),
        rx.cond(_S.household.has_debt, money(_S.household.owed, tone="orange", strong=True), money(_S.household.owed)),
        rx.cond(
            _S.household.balance != "",
            row(words(t("Paid in advance"), size="1", soft=True), money(_S.household.balance), extra="nowrap"),
            rx.fragment(),
        ),
        extra="wrap between",
    )
    arrears = rx.cond(
        _S.household.has_debt,
        link_button(t("Arrears"), href="/manage/arrears/" + _S.view.id, kind="neutral", size="small", testid="room-arrears"),
        rx.fragment(),
    )
    nothing = empty(t("No bills yet"), icon_name="receipt-text")
    return card(owed, _things(_S.household.bills, nothing), title=t("Bills"), actions=arrears, testid="household-bills")


def _meters() -> rx.Component:
    nothing = empty(t("No meters in this room"), icon_name="gauge")
    return card(_things(_S.household.meters, nothing), title=t("Meters"), testid="household-meters")


def _orders() -> rx.Component:
    nothing = empty(t("No work orders yet"), icon_name="clipboard-list")
    return card(_things(_S.household.orders, nothing), title=t("Work orders"), testid="household-orders")


def _things(things: Var[list[ThingLine]], nothing: rx.Component) -> rx.Component:
    return rx.cond(things.length() == 0, nothing, rows(rx.foreach(things, _thing)))


def _thing(thing: Var[ThingLine]) -> rx.Component:
    about = stack(words(thing.title, strong=True), words(thing.about, size="1", soft=True, extra="nums"), gap="0", extra="grow")
    figure = rx.cond(thing.figure != "", words(thing.figure, extra="nums nowrap"), rx.fragment())
    badge: Text | rx.Component = rx.cond(thing.badge.label != "", state_badge(thing.badge), rx.fragment())
    return list_row(about, figure, badge, href=thing.href, key=thing.href)
