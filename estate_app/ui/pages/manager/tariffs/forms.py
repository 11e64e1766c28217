"""The forms of fee items and prices."""

from typing import Any

import reflex as rx

from estate_app.billing.models import FeeKind, MeterKind
from estate_app.ui.components.button import action_bar, button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.form import (
    check_field,
    date_field,
    field,
    form,
    money_field,
    number_field,
    select_field,
    text_field,
    textarea_field,
    wiring,
)
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.sheet import sheet
from estate_app.ui.pages.manager.tariffs.present import KINDS, METERS, SHARED_BY, SPACES
from estate_app.ui.pages.manager.tariffs.pricing import MAX_TIERS
from estate_app.ui.pages.manager.tariffs.state import TariffsState
from estate_app.ui.shell.label import say
from estate_app.ui.text import Text, t

_S = TariffsState


def add_sheet() -> rx.Component:
    """A new fee item."""
    kinds = [(kind.value, say(word)) for kind, word in KINDS.items() if kind is not FeeKind.late_fee]
    meters = [("", t("No meter")), *((kind.value, say(METERS[kind])) for kind in MeterKind)]
    hint = t("Such as property or water; it stays")
    return sheet(
        form(
            text_field("code", t("Code of the item"), errors=_S.field_errors, required=True, max_length=30, hint=hint),
            _names(),
            _choice("kind", t("How it is charged"), kinds, FeeKind.area.value),
            _choice("meter_kind", t("What its meters measure"), meters, ""),
            _due("30"),
            check_field("is_automatic", t("Bill it by itself on the first of each month")),
            _save(t("Make the item")),
            on_submit=_S.add,
            errors=_S.field_errors,
            testid="add-item-form",
        ),
        is_open=_S.dialog == "add",
        title=t("New item"),
        on_close=_S.keep,
    )


def edit_sheet() -> rx.Component:
    """What of an item can change: its code and kind stay."""
    return sheet(
        form(
            _names(_S.item.name, _S.item.name_en),
            _due(_S.item.due_days),
            check_field("is_active", t("In use"), checked=_S.item.is_active),
            check_field("is_automatic", t("Bill it by itself on the first of each month"), checked=_S.item.is_automatic),
            _save(t("Save")),
            on_submit=_S.edit,
            errors=_S.field_errors,
            testid="edit-item-form",
        ),
        is_open=_S.dialog == "edit",
        title=t("Edit {name}", name=_S.item.title),
        on_close=_S.keep,
    )


def price_form() -> rx.Component:
    """A price from a day on; the calculator beside it follows."""
    return card(
        form(
            grid(
                date_field(
                    "starts_on", t("First day"), value=_S.starts_on, errors=_S.field_errors, required=True,
                    hint=t("Months whose bills went out keep their price"),
                ),
                text_field("note", t("Note"), max_length=200, hint=t("Such as the document that sets the price")),
                columns="2",
            ),
            rx.match(
                _S.item.kind, ("area", _area()), ("fixed", _fixed()), ("parking", _parking()), ("shared", _shared()),
                rx.cond(_S.item.is_plain, _metered(), _rule()),
            ),
            row(
                button(t("Cancel"), kind="neutral", on_click=_S.keep, testid="price-keep"),
                action_bar(_save(t("Keep the price"), testid="price-save")),
                extra="end",
            ),
            on_submit=_S.price,
            errors=_S.field_errors,
            testid="price-form",
        ),
        title=t("New price of {name}", name=_S.item.title),
    )  # fmt: skip


def _area() -> rx.Component:
    bases = [("gross", t("Gross area")), ("interior", t("Interior area"))]
    return grid(
        _price("price", t("Price per m² and month"), _S.draft.price),
        _choice("area", t("Which area"), bases, _S.draft.area, on_change=lambda value: _S.type_in("area", value)),
        columns="2",
    )


def _fixed() -> rx.Component:
    return _price("price", t("Price a month"), _S.draft.price)


def _parking() -> rx.Component:
    scopes = [(scope.value, say(word)) for scope, word in SPACES.items()]
    return grid(
        _price("price", t("Price per space and month"), _S.draft.price),
        _choice("spaces", t("Which spaces"), scopes, _S.draft.spaces, on_change=_typed("spaces")),
        columns="2",
    )


def _shared() -> rx.Component:
    ways = [(way.value, say(word)) for way, word in SHARED_BY.items()]
    none = t("The amount is entered each month")
    return stack(
        grid(
            _choice("by", t("How it is split"), ways, _S.draft.by, on_change=_typed("by")),
            select_field("meter", t("Common meter"), _S.item.meters, value=_S.draft.meter, placeholder=none, errors=_S.field_errors),
            columns="2",
        ),
        money_field("price", t("Price of a unit"), value=_S.draft.price, errors=_S.field_errors, hint=t("Only with a common meter")),
        check_field("less_units", t("Take off what the rooms' own meters counted"), checked=_S.draft.less_units),
        gap="3",
    )


def _metered() -> rx.Component:
    cycles = [("month", t("By the month")), ("year", t("By the year"))]
    head = grid(
        text_field("unit", t("Unit"), value=_S.draft.unit, errors=_S.field_errors, required=True, max_length=10, on_change=_typed("unit")),
        _choice("cycle", t("Tiers are counted"), cycles, _S.draft.cycle, on_change=_typed("cycle")),
        money_field("minimum", t("Least charge a month"), value=_S.draft.minimum, errors=_S.field_errors, on_change=_typed("minimum")),
        columns="3",
    )
    kept = rx.cond(_S.item.kept != "", callout(_S.item.kept, tone="indigo", icon_name="info"), rx.fragment())
    is_most, is_least = _S.tier_count >= MAX_TIERS, _S.tier_count <= 1
    buttons = row(
        button(t("One more tier"), kind="outline", size="small", on_click=_S.change_tiers(1), disabled=is_most, testid="more-tiers"),
        button(t("One tier less"), kind="ghost", size="small", on_click=_S.change_tiers(-1), disabled=is_least, testid="fewer-tiers"),
    )
    tiers = [rx.cond(_S.tier_count >= number, _tier(number), rx.fragment()) for number in range(1, MAX_TIERS + 1)]
    return stack(head, kept, *tiers, buttons, gap="3")


def _tier(number: int) -> rx.Component:
    tier = _S.draft.tiers[number - 1]
    upto, price = f"tiers.{number}.upto", f"tiers.{number}.price"
    return grid(
        number_field(
            upto, t("Tier {tier}, up to", tier=number), value=tier.upto, errors=_S.field_errors,
            hint=t("Empty: without an upper end"), on_change=_typed(upto),
        ),
        _price(price, t("Price of tier {tier}", tier=number), tier.price),
        columns="2",
    )  # fmt: skip


def _rule() -> rx.Component:
    return stack(
        words(t("This price has seasons, hours of the day or separate parts, and is typed as its rule"), soft=True),
        textarea_field("rule", t("Rule (JSON)"), value=_S.draft.rule, errors=_S.field_errors, rows=16, on_change=_typed("rule")),
        gap="2",
    )


def _typed(name: str) -> Any:
    return lambda value: _S.type_in(name, value)


def _price(name: str, label: Text, value: Text) -> rx.Component:
    return money_field(name, label, value=value, errors=_S.field_errors, required=True, on_change=_typed(name))


def _names(name: Text = "", name_en: Text = "") -> rx.Component:
    return grid(
        text_field("name", t("Name of the item"), value=name, errors=_S.field_errors, required=True, max_length=40),
        text_field("name_en", t("English name"), value=name_en, errors=_S.field_errors, required=True, max_length=60),
        columns="2",
    )


def _due(value: Text) -> rx.Component:
    return number_field("due_days", t("Days to pay"), value=value, errors=_S.field_errors, required=True, decimal=False)


def _choice(name: str, label: Text, options: list[tuple[str, Text]], value: Text, on_change: Any = None) -> rx.Component:
    """A choice whose words are the page's own."""
    props = wiring(name, errors=_S.field_errors, hint="", required=False)
    events = {} if on_change is None else {"on_change": on_change}
    control = rx.el.select(*[rx.el.option(word, value=key) for key, word in options], default_value=value, **props, **events)
    return field(name, label, control, errors=_S.field_errors)


def _save(label: Text, testid: str = "save") -> rx.Component:
    return button(label, submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid=testid)
