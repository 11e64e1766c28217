"""The calculator beside a price: it follows what is typed and charges by the bills' own rules."""

import reflex as rx

from estate_app.ui.components.card import card
from estate_app.ui.components.form import number_field
from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import divider, row, stack, words
from estate_app.ui.components.money import money_hero
from estate_app.ui.pages.manager.tariffs.present import CalcLine
from estate_app.ui.pages.manager.tariffs.state import TariffsState
from estate_app.ui.text import Text, t

_S = TariffsState


def calculator() -> rx.Component:
    """Try a use under the price being typed, else under the one in force."""
    which = rx.cond(_S.dialog == "price", t("with the price you type"), t("with the price in force"))
    mark = icon("circle-alert", size=14)
    sums = rx.cond(
        _S.result.error != "",
        rx.el.p(mark, rx.el.span(_S.result.error), class_name="field-error", role="status", data_testid="calc-error"),
        rx.cond(_S.result.total != "", _result(), words(t("No price in force"), soft=True)),
    )
    return card(
        _uses(), divider(), sums, title=t("Calculator"), context=which, extra="stack gap-3", testid="calculator", key=_S.item.id.to_string()
    )


def _uses() -> rx.Component:
    metered = rx.fragment(
        _use("quantity", t("Used"), "30"),
        _use("prior", t("Used this year before"), "0"),
        _use("persons", t("Persons"), "3"),
        rx.cond(_S.item.is_seasonal, _use("month", t("Month (1–12)"), ""), rx.fragment()),
    )
    return rx.match(_S.item.kind, ("area", _use("quantity", t("Area (m²)"), "89")), ("fixed", _use("quantity", t("Months"), "1")), metered)


def _use(name: str, label: Text, first: str) -> rx.Component:
    return number_field(f"try-{name}", label, value=first, on_change=lambda value: _S.type_in(name, value))


def _result() -> rx.Component:
    steps = rx.el.details(
        rx.el.summary(t("How it was worked out")),
        rx.el.ol(rx.foreach(_S.result.steps, lambda step: rx.el.li(step, key=step)), class_name="steps"),
    )
    return stack(
        rx.foreach(_S.result.lines, _line),
        row(words(t("Together"), strong=True), money_hero(_S.result.total, testid="calc-total"), extra="between"),
        rx.cond(_S.result.steps.length() > 0, steps, rx.fragment()),
        gap="2",
        aria_live="polite",
    )


def _line(line: rx.Var[CalcLine]) -> rx.Component:
    about = stack(words(line.label), words(line.formula, size="1", soft=True, extra="nums"), gap="1")
    return row(about, words("¥" + line.amount, extra="nums"), extra="between", key=line.id)
