"""Imports: upload a file, and follow one through check and writing."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import action_bar, button, file_button
from estate_app.ui.components.card import callout, card, facts
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import check_field, field, form
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.plain_form import plain_form
from estate_app.ui.components.progress import progress
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.components.upload import file_choice
from estate_app.ui.pages.manager.imports.job_state import ImportState
from estate_app.ui.pages.manager.imports.list_state import ImportsState
from estate_app.ui.pages.manager.imports.present import ColumnLine, JobLine, ProblemLine
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_L, _J = ImportsState, ImportState


def imports_page() -> rx.Component:
    """What was imported, and the form for another file."""
    title = page_title(t("Imports"), context=t("XLSX or CSV; nothing is written before you have seen the check"))
    return rx.fragment(title, unless_failed(_L.stage, stack(_upload(), _jobs()), on_retry=_L.load))


def _upload() -> rx.Component:
    kinds = rx.el.select(
        rx.foreach(_L.kinds, lambda option: rx.el.option(option.label, value=option.value)),
        name="kind", id="field_kind", class_name="input", data_testid="kind-field",
    )  # fmt: skip
    file = file_choice(t("File"), accept=".xlsx,.csv,.txt")
    fields = grid(
        field("kind", t("What the file holds"), kinds),
        field("file", t("File"), file, hint=t("At most 20 MB; a downloaded template of another system will do")),
        columns="2",
    )
    send = button(t("Upload and check"), submit=True, icon_name="upload", testid="upload")
    estate = rx.el.input(type="hidden", name="estate", value=_L.estate)
    body = plain_form(fields, estate, row(send, extra="end"), action="/imports/upload", enc_type="multipart/form-data", class_name="form")
    return card(body, title=t("Bring a list in"))


def _jobs() -> rx.Component:
    columns = [
        Column(t("File")),
        Column(t("What it holds")),
        Column(t("Day")),
        Column(t("Rows"), is_number=True),
        Column(t("Rows with errors"), is_number=True),
        Column(t("State")),
    ]
    table = data_table(
        columns, rx.foreach(_L.rows, _job), label=t("Imports"), is_empty=_L.rows.length() == 0, is_loading=_L.stage == LOADING,
        empty_state=empty(t("Nothing was imported yet"), body=t("Choose a file above"), icon_name="file-up"), testid="imports",
    )  # fmt: skip
    return card(table, pager(_L.pager), flush=True)


def _job(line: Var[JobLine]) -> rx.Component:
    return table_row(
        cell(page_link(line.file, href=line.href, class_name="link"), is_main=True),
        cell(line.kind, label=t("What it holds")),
        cell(words(line.day, extra="nums nowrap"), label=t("Day")),
        cell(line.rows, label=t("Rows"), is_number=True),
        cell(line.bad, label=t("Rows with errors"), is_number=True),
        cell(state_badge(line.badge), label=t("State")),
        key=line.id,
        testid="import-row",
    )


def import_page() -> rx.Component:
    """One import."""
    acts = row(
        button(t("Put aside"), kind="ghost", on_click=_J.discard, testid="discard"),
        button(t("Columns"), kind="neutral", icon_name="columns-3", on_click=_J.ask("columns"), testid="columns"),
        button(t("Import"), icon_name="check", on_click=_J.ask("write"), testid="write"),
        extra="wrap",
    )
    title = page_title(
        _J.view.file,
        context=_J.view.kind,
        actions=rx.cond(_J.view.is_checked, acts, rx.fragment()),
        crumbs=((t("Imports"), "/manage/imports"),),
    )
    body = grid(stack(_state(), _problems()), card(facts(_J.view.facts), title=t("What was found")), columns="main-side")
    return rx.fragment(title, unless_failed(_J.stage, body, on_retry=_J.load), _columns(), _write())


def _state() -> rx.Component:
    bar = stack(progress(_J.view.percent, label=t("Progress")), words(_J.view.progress, soft=True, extra="nums"), gap="2")
    known = callout(t("This very file was imported before; rows that are there stay as they are"), tone="indigo", icon_name="info")
    failed = callout(_J.view.failure, tone="red", icon_name="triangle-alert")
    return card(
        row(state_badge(_J.view.badge, testid="import-state")),
        rx.cond(_J.view.is_busy, bar, rx.fragment()),
        rx.cond(_J.view.is_known, known, rx.fragment()),
        rx.cond(_J.view.failure != "", failed, rx.fragment()),
        extra="stack gap-3",
    )


def _problems() -> rx.Component:
    columns = [Column(t("Cell"), width="128px"), Column(t("What is wrong, and what to do"))]
    marked = file_button(t("Download with marks"), href="/imports/" + _J.view.id + ".xlsx", testid="marked")
    table = data_table(
        columns, rx.foreach(_J.problems, _problem), label=t("Errors"), is_empty=_J.problems.length() == 0,
        empty_state=empty(t("No errors"), icon_name="check"), testid="problems",
    )  # fmt: skip
    more = rx.cond(
        _J.view.more > 0,
        rx.el.div(words(t("{count} more in the marked file", count=_J.view.more), soft=True), class_name="bill-part"),
        rx.fragment(),
    )
    listing = card(table, more, title=t("Errors"), actions=rx.cond(_J.view.has_marked, marked, rx.fragment()), flush=True)
    return rx.cond(_J.view.is_checked | (_J.problems.length() > 0), listing, rx.fragment())


def _problem(line: Var[ProblemLine]) -> rx.Component:
    return table_row(
        cell(words(line.cell, extra="nums nowrap"), is_main=True), cell(line.text, label=t("What is wrong, and what to do")), key=line.id
    )


def _columns() -> rx.Component:
    save = button(t("Keep and check anew"), submit=True, busy=_J.is_saving, busy_label=t("Saving"), testid="columns-save")
    return sheet(
        form(
            grid(rx.foreach(_J.columns, _column), columns="2"),
            action_bar(save),
            on_submit=_J.choose,
            errors=_J.field_errors,
            testid="columns-form",
        ),
        is_open=_J.dialog == "columns",
        title=t("Which column holds what"),
        description=t("Remembered for the next file with the same titles"),
        on_close=_J.keep,
        width="720px",
        testid="columns-sheet",
    )


def _column(line: Var[ColumnLine]) -> rx.Component:
    choice = rx.el.select(
        rx.el.option(t("Not in the file"), value=""), rx.foreach(_J.titles, lambda option: rx.el.option(option.label, value=option.value)),
        name=line.name, default_value=line.chosen, class_name="input", aria_label=line.title,
    )  # fmt: skip
    label = row(rx.el.span(line.title, class_name="field-label"), words(line.hint, size="1", soft=True))
    return rx.el.div(label, choice, class_name="field", key=line.name)


def _write() -> rx.Component:
    save = button(t("Import now"), submit=True, busy=_J.is_saving, busy_label=t("Importing"), testid="write-save")
    bad = stack(
        callout(t("{count} rows have errors", count=_J.view.bad), icon_name="triangle-alert"),
        check_field("skip_bad", t("Import the {count} good rows and leave out the others", count=_J.view.good), errors=_J.field_errors),
    )
    return sheet(
        form(
            rx.cond(_J.view.bad > 0, bad, words(t("Every row is good"))),
            action_bar(save),
            on_submit=_J.write,
            errors=_J.field_errors,
            testid="write-form",
        ),
        is_open=_J.dialog == "write",
        title=t("Import {file}", file=_J.view.file),
        on_close=_J.keep,
        testid="write-sheet",
    )
