"""Backups: the last good one, progress of a running one, and what is kept."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.button import button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.kpi import kpi_row
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.progress import progress
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.backups.present import BackupLine
from estate_app.ui.pages.manager.backups.state import BackupsState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = BackupsState


def backups_page() -> rx.Component:
    """What is kept, and making or proving a backup now."""
    is_busy = _S.progress.title != ""
    drill = button(t("Run a drill"), kind="neutral", icon_name="shield-check", on_click=_S.drill, disabled=is_busy, testid="run-drill")
    save = button(t("Back up now"), icon_name="database-backup", on_click=_S.back_up, disabled=is_busy, testid="back-up")
    actions = rx.fragment(rx.cond(_S.rows.length() > 0, drill, rx.fragment()), save)
    title = page_title(t("Backups"), context=t("Every night at 03:00, encrypted"), actions=actions)
    failed = rx.cond(_S.failure != "", callout(_S.failure, tone="red", role="alert"), rx.fragment())
    ready = rx.fragment(failed, _running(), kpi_row(_S.kpis, columns="4"), _kept())
    return rx.fragment(title, unless_failed(_S.stage, rx.cond(_S.stage == LOADING, skeleton_cards(), ready), on_retry=_S.load))


def _running() -> rx.Component:
    now = _S.progress
    shown = card(
        stack(
            row(words(now.title, strong=True), words(now.step, soft=True), extra="between wrap"),
            progress(now.percent, label=now.title),
            gap="2",
            aria_live="polite",
        ),
        testid="backup-progress",
    )
    return rx.cond(now.title != "", shown, rx.fragment())


def _kept() -> rx.Component:
    columns = [
        Column(t("Taken")),
        Column(t("File name")),
        Column(t("Rows"), is_number=True),
        Column(t("Photos"), is_number=True),
        Column(t("Size"), is_number=True),
    ]
    nothing = empty(t("No backup yet"), body=t("The first one is made tonight at 03:00, or now"), icon_name="database-backup")
    return card(
        data_table(
            columns, rx.foreach(_S.rows, _line), label=t("Backups kept"), is_empty=_S.rows.length() == 0, empty_state=nothing,
            testid="kept",
        ),
        words(t("A backup is restored on the server: python -m estate_app restore"), size="1", soft=True, extra="backup-hint"),
        title=t("Backups kept"),
        context=t("Photos are stored once and shared by all backups; sizes are without them"),
        flush=True,
    )  # fmt: skip


def _line(one: Var[BackupLine]) -> rx.Component:
    return table_row(
        cell(rx.el.span(one.taken, title=one.exact, class_name="nums nowrap"), is_main=True),
        cell(words(one.id, soft=True, extra="nums"), label=t("File name")),
        cell(one.rows, label=t("Rows"), is_number=True),
        cell(one.photos, label=t("Photos"), is_number=True),
        cell(words(one.size, extra="nums nowrap"), label=t("Size"), is_number=True),
        key=one.id,
        testid="backup-row",
    )
