"""The form that enrols a technician: who, what, where, and the first weeks of the roster."""

import reflex as rx

from estate_app.ui.components.button import action_bar, button, link_button
from estate_app.ui.components.card import card
from estate_app.ui.components.form import chips_field, date_field, error_line, form, number_field, phone_field, text_field
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.pages.manager.technician_new.state import EnrolState
from estate_app.ui.session import Session
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = EnrolState


def enrol_page() -> rx.Component:
    """One form in four cards."""
    title = page_title(t("Enrol a technician"), context=Session.estate_name, crumbs=((t("Technicians"), "/manage/technicians"),))
    return rx.fragment(title, unless_failed(_S.stage, rx.cond(_S.stage == LOADING, skeleton_cards(), _form()), on_retry=_S.load))


def _form() -> rx.Component:
    save = button(t("Enrol"), submit=True, size="large", busy=_S.is_saving, busy_label=t("Saving"), testid="enrol")
    leave = link_button(t("Cancel"), href="/manage/technicians", kind="neutral", size="large")
    return form(
        grid(stack(_who(), _zones()), stack(_trades(), _week()), columns="2"),
        action_bar(leave, save),
        on_submit=_S.submit,
        errors=_S.field_errors,
        required_note=True,
        testid="enrol-form",
    )


def _who() -> rx.Component:
    errors = _S.field_errors
    return card(
        phone_field("phone", t("Phone"), errors=errors, required=True, hint=t("Used to sign in by code; an account is opened when needed")),
        text_field("name", t("Name"), errors=errors, required=True, max_length=40, auto_complete="off"),
        number_field(
            "daily_minutes", t("Minutes of work a day"), errors=errors, required=True, value="420", decimal=False,
            hint=t("Dispatch fills a day only up to this"), after=t("min"),
        ),
        title=t("Person"),
        extra="stack gap-3",
    )  # fmt: skip


def _zones() -> rx.Component:
    return card(
        chips_field("buildings", t("Main buildings"), _S.buildings, errors=_S.field_errors, multiple=True),
        words(t("Without a mark the whole estate counts alike"), size="1", soft=True),
        title=t("Zone"),
        context=Session.estate_name,
        extra="stack gap-2",
    )


def _trades() -> rx.Component:
    return card(
        rx.el.div(rx.foreach(_S.trades, _trade), class_name="trade-levels"),
        error_line("levels", _S.field_errors),
        title=t("Trades and levels"),
        context=t("an order needs a trade at a level"),
    )


def _trade(trade: rx.Var[Option]) -> rx.Component:
    """The name of a select of this list comes from a var, which `select_field` cannot take."""
    name = "trade-" + trade.value
    options = rx.foreach(_S.levels, lambda level: rx.el.option(level.label, value=level.value))
    control = rx.el.select(options, name=name, id=name, default_value="0", class_name="input", data_testid=name)
    return rx.el.div(rx.el.label(trade.label, html_for=name, class_name="field-label"), control, class_name="field", key=name)


def _week() -> rx.Component:
    errors = _S.field_errors
    kinds = [Option("duty", t("On duty")), Option("on_call", t("On call"))]
    return card(
        chips_field("weekdays", t("Every week on (optional)"), _S.weekdays, errors=errors, multiple=True),
        row(
            date_field("starts", t("From"), kind="time", errors=errors, value="08:30"),
            date_field("ends", t("To"), kind="time", errors=errors, value="17:30"),
            gap="3",
        ),
        row(
            date_field("day", t("First day"), errors=errors, value=_S.today),
            date_field(
                "last_on", t("Last day (optional)"), errors=errors, hint=t("Left empty, the chosen weekdays are filled for four weeks")
            ),
            gap="3",
            extra="top",
        ),
        error_line("ends_at", errors),
        chips_field("kind", t("Kind of shift"), kinds, value="duty"),
        title=t("First shifts"),
        context=t("more on the technician's page"),
        extra="stack gap-3",
    )
