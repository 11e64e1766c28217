"""One meter with its readings."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import action_bar, button
from estate_app.ui.components.card import card, facts
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import date_field, form, number_field, text_field
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.link import file_link
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.meter.present import ReadingRow
from estate_app.ui.pages.manager.meter.state import MeterState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import Text, t

_S = MeterState


def meter_page() -> rx.Component:
    """A meter, what it showed, and what can be done with it."""
    acts = row(
        button(t("Estimate"), kind="neutral", icon_name="wand-sparkles", on_click=_S.ask("estimate"), testid="estimate"),
        button(t("Remove the meter"), kind="neutral", icon_name="unplug", on_click=_S.ask("remove"), testid="remove"),
        button(t("Replace"), icon_name="replace", on_click=_S.ask("replace"), testid="replace"),
        extra="wrap",
    )
    title = page_title(
        _S.view.title, context=_S.view.place, actions=rx.cond(_S.may_edit & ~_S.view.is_removed, acts, rx.fragment()),
        crumbs=((t("Meters"), "/manage/meters"),),
    )  # fmt: skip
    about = card(facts(_S.view.facts), title=t("Meter"))
    content = grid(_readings(), about, columns="main-side")
    return rx.fragment(title, unless_failed(_S.stage, content, on_retry=_S.load), _correct(), _estimate(), _replace(), _remove())


def _readings() -> rx.Component:
    columns = [
        Column(t("Read on")),
        Column(t("Reading"), is_number=True),
        Column(t("Use since"), is_number=True),
        Column(t("How")),
        Column(t("Action")),
    ]
    table = data_table(
        columns, rx.foreach(_S.rows, _line), label=t("Readings"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == LOADING,
        empty_state=empty(t("No readings yet"), icon_name="gauge"), testid="readings",
    )  # fmt: skip
    return card(table, pager(_S.pager), title=t("Readings"), flush=True)


def _line(line: Var[ReadingRow]) -> rx.Component:
    fix = button(t("Correct"), kind="ghost", size="small", on_click=_S.ask_correct(line.id), testid="correct")
    photo = rx.cond(line.photo != "", file_link(t("Photo"), href=line.photo, class_name="link", target="_blank"), rx.fragment())
    return table_row(
        cell(words(line.day, extra="nums nowrap"), is_main=True),
        cell(words(line.value, extra="nums"), label=t("Reading"), is_number=True),
        cell(words(line.usage, extra="nums"), label=t("Use since"), is_number=True),
        cell(row(state_badge(line.how), photo), label=t("How")),
        cell(rx.cond(_S.may_edit, fix, rx.fragment()), label=t("Action")),
        key=line.id,
        testid="reading-row",
    )


def _correct() -> rx.Component:
    note = rx.cond(
        _S.chosen.is_billed,
        words(t("A bill rests on this reading: the difference is billed or credited by lines of its own"), soft=True),
        rx.fragment(),
    )
    return _sheet(
        "correct",
        t("Correct the reading of {day}", day=_S.chosen.day),
        _S.correct,
        t("Put it right"),
        note,
        number_field("value", t("Right reading"), value=_S.chosen.value, errors=_S.field_errors, required=True),
        text_field("reason", t("Reason"), errors=_S.field_errors, required=True, max_length=200),
    )


def _estimate() -> rx.Component:
    hint = t("By the daily use of the last readings; the next actual reading settles the difference by days")
    day = date_field("read_on", t("Day of the estimate"), value=_S.today, errors=_S.field_errors, required=True, hint=hint)
    return _sheet("estimate", t("Estimate a reading"), _S.estimate, t("Keep the estimate"), day)


def _replace() -> rx.Component:
    return _sheet(
        "replace",
        t("Replace meter {code}", code=_S.view.code),
        _S.replace,
        t("Replace"),
        grid(
            date_field("on", t("Day of the change"), value=_S.today, errors=_S.field_errors, required=True),
            number_field("value", t("Last reading of the old meter"), value=_S.view.last, errors=_S.field_errors, required=True),
            text_field("code", t("Number of the new meter"), errors=_S.field_errors, required=True, max_length=40),
            number_field("digits", t("Digits of the dial"), value=_S.view.digits, errors=_S.field_errors, required=True, decimal=False),
            number_field("first", t("First reading of the new meter"), value="0", errors=_S.field_errors, required=True),
            columns="2",
        ),
    )


def _remove() -> rx.Component:
    return _sheet(
        "remove",
        t("Remove meter {code}", code=_S.view.code),
        _S.remove,
        t("Remove the meter"),
        date_field("on", t("Day of the removal"), value=_S.today, errors=_S.field_errors, required=True),
        number_field("value", t("Last reading"), value=_S.view.last, errors=_S.field_errors, required=True),
    )


def _sheet(name: str, title: Text, on_submit: rx.EventHandler, act: Text, *fields: rx.Component) -> rx.Component:
    save = button(act, submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid=f"{name}-save")
    return sheet(
        form(stack(*fields, gap="3"), action_bar(save), on_submit=on_submit, errors=_S.field_errors, testid=f"{name}-form"),
        is_open=_S.dialog == name,
        title=title,
        on_close=_S.keep,
        testid=name,
    )
