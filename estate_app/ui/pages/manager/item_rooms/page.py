"""The rooms of one fee item."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import action_bar, button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import date_field, form, money_field, select_field, text_field, textarea_field
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import list_toolbar, pager, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.item_rooms.present import PoolLine, RoomLine
from estate_app.ui.pages.manager.item_rooms.state import ItemRoomsState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import Text, t

_S = ItemRoomsState


def item_rooms_page() -> rx.Component:
    """Where the item is charged, since when and until when."""
    change = row(
        button(t("End in rooms"), kind="neutral", icon_name="unlink", on_click=_S.ask("detach"), testid="detach"),
        button(t("Attach to rooms"), icon_name="plus", on_click=_S.ask("attach"), testid="attach"),
    )
    title = page_title(
        t("Rooms of {name}", name=_S.head.name),
        context=_S.pager.summary,
        actions=rx.cond(_S.may_edit & ~_S.head.is_parking, change, rx.fragment()),
        crumbs=((t("Tariffs"), "/manage/tariffs"),),
    )
    parking = callout(
        t("A parking item is charged to whoever holds a space in the month; spaces are given out under Parking"),
        tone="indigo",
        icon_name="info",
    )
    content = stack(rx.cond(_S.head.is_parking, parking, rx.fragment()), rx.cond(_S.head.is_shared, _pools(), rx.fragment()), _rooms())
    return rx.fragment(title, unless_failed(_S.stage, content, on_retry=_S.load), _attach_sheet(), _detach_sheet(), _pool_sheet())


def _rooms() -> rx.Component:
    columns = [Column(t("Room")), Column(t("From")), Column(t("Last day")), Column(t("State"))]
    nothing = empty(
        t("No room has this item"), body=t("Attach it to a building, to the whole estate or to rooms by code"), icon_name="building-2"
    )
    table = data_table(
        columns, rx.foreach(_S.rows, _line), label=t("Rooms"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == LOADING,
        empty_state=nothing, testid="item-rooms",
    )  # fmt: skip
    return stack(
        list_toolbar(search_box(value=_S.text, on_search=_S.search, placeholder=t("Room code"))), card(table, pager(_S.pager), flush=True)
    )


def _line(line: Var[RoomLine]) -> rx.Component:
    return table_row(
        cell(page_link(line.room, href=line.href, class_name="link nowrap"), is_main=True),
        cell(words(line.starts, extra="nums nowrap"), label=t("From")),
        cell(words(line.ends, extra="nums nowrap"), label=t("Last day")),
        cell(state_badge(line.badge), label=t("State")),
        key=line.id,
        testid="item-room",
    )


def _pools() -> rx.Component:
    columns = [Column(t("Month")), Column(t("Amount (yuan)"), is_number=True), Column(t("Note"))]
    new = button(t("Enter an amount"), kind="secondary", icon_name="plus", on_click=_S.ask("pool"), testid="new-pool")
    table = data_table(
        columns, rx.foreach(_S.pools, _pool), label=t("Amounts of the months"), is_empty=_S.pools.length() == 0,
        empty_state=empty(t("No amount yet"), body=t("Without it the bill run leaves this item out"), icon_name="receipt-text"),
        testid="pools",
    )  # fmt: skip
    return card(table, title=t("Amounts of the months"), actions=rx.cond(_S.may_edit, new, rx.fragment()), flush=True)


def _pool(line: Var[PoolLine]) -> rx.Component:
    return table_row(
        cell(line.month, is_main=True),
        cell(words(line.amount, extra="nums"), is_number=True, label=t("Amount (yuan)")),
        cell(rx.cond(line.note != "", line.note, "—"), label=t("Note")),
        key=line.id,
    )


def _which() -> list[rx.Component]:
    return [
        select_field("building", t("Building"), _S.buildings, errors=_S.field_errors, placeholder=t("The whole estate")),
        textarea_field(
            "codes", t("Only these rooms"), errors=_S.field_errors, rows=3,
            hint=t("Room codes apart by spaces or commas, such as 3-2-1501; empty: every room of the building"),
        ),
    ]  # fmt: skip


def _attach_sheet() -> rx.Component:
    return _sheet(
        "attach",
        t("Attach {name} to rooms", name=_S.head.name),
        _S.attach,
        t("Attach"),
        *_which(),
        date_field("starts_on", t("First day"), errors=_S.field_errors, required=True, value=_S.today),
        date_field("ends_on", t("Last day"), errors=_S.field_errors, hint=t("Empty: without an end")),
    )


def _detach_sheet() -> rx.Component:
    last = date_field("ends_on", t("Last day"), errors=_S.field_errors, required=True, value=_S.today, hint=t("That day is still charged"))
    return _sheet("detach", t("End {name} in rooms", name=_S.head.name), _S.detach, t("End"), *_which(), last)


def _pool_sheet() -> rx.Component:
    return _sheet(
        "pool",
        t("What {name} cost in a month", name=_S.head.name),
        _S.enter_pool,
        t("Keep the amount"),
        date_field("month", t("Month"), kind="month", errors=_S.field_errors, required=True, value=_S.head.month),
        money_field("amount", t("Amount (yuan)"), errors=_S.field_errors, required=True),
        text_field("note", t("Note"), max_length=200, hint=t("Such as the supplier's bill; residents read it")),
    )


def _sheet(name: str, title: Text, on_submit: rx.EventHandler, act: Text, *fields: rx.Component) -> rx.Component:
    save = button(act, submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid=f"{name}-save")
    return sheet(
        form(*fields, action_bar(save), on_submit=on_submit, errors=_S.field_errors, testid=f"{name}-form"),
        is_open=_S.dialog == name,
        title=title,
        on_close=_S.keep,
        testid=name,
    )
