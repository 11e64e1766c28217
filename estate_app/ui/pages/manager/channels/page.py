"""Ways to pay: which channels take payments, and what is stopped where, by whom and why."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button
from estate_app.ui.components.card import card, list_row, rows
from estate_app.ui.components.channel import channel_mark
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import select_field, textarea_field
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.channels.present import ChannelLine, StopLine
from estate_app.ui.pages.manager.channels.state import ChannelsState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = ChannelsState


def channels_page() -> rx.Component:
    """The channels, and the stops in force."""
    new = button(t("Stop payments"), kind="danger", icon_name="ban", on_click=_S.begin, testid="new-stop")
    ready = stack(_channels(), _stops(), gap="4")
    return rx.fragment(
        page_title(t("Ways to pay"), actions=rx.cond(_S.may_act, new, rx.fragment())),
        unless_failed(_S.stage, rx.cond(_S.stage == LOADING, skeleton_cards(), ready), on_retry=_S.load),
        _form(),
    )


def _channels() -> rx.Component:
    return card(rows(rx.foreach(_S.lines, _channel)), title=t("Online channels"), flush=True, testid="channels")


def _channel(line: rx.Var[ChannelLine]) -> rx.Component:
    name = row(channel_mark(line.value), words(line.label, size="3", strong=True), gap="3", extra="grow")
    return list_row(name, state_badge(line.badge), key=line.value)


def _stops() -> rx.Component:
    columns = [Column(t("What is stopped")), Column(t("Reason")), Column(t("Since")), Column(t("Stopped by")), Column("")]
    nothing = empty(t("Nothing is stopped"), body=t("Residents can pay through every channel that is set up"), icon_name="check")
    return card(
        data_table(
            columns, rx.foreach(_S.stops, _stop), label=t("Stops in force"), is_empty=_S.stops.length() == 0, empty_state=nothing,
            testid="stops",
        ),
        title=t("Stops in force"),
        flush=True,
    )  # fmt: skip


def _stop(stop: rx.Var[StopLine]) -> rx.Component:
    again = button(t("Take payments again"), kind="secondary", size="small", on_click=_S.resume(stop.id), testid="resume")
    return table_row(
        cell(stop.what, is_main=True),
        cell(stop.reason, label=t("Reason")),
        cell(words(stop.since, extra="nums nowrap"), label=t("Since")),
        cell(stop.by, label=t("Stopped by")),
        cell(rx.cond(stop.may_end, again, rx.fragment())),
        key=stop.id,
        testid="stop-row",
    )


def _form() -> rx.Component:
    errors = _S.field_errors
    return confirm_dialog(
        select_field("place", t("Estate or fee item"), _S.places, errors=errors),
        select_field("channel", t("Way to pay"), _S.options, errors=errors, placeholder=t("All ways to pay")),
        textarea_field("reason", t("Reason"), errors=errors, required=True, hint=t("Staff see it here and in the audit log")),
        is_open=_S.is_open,
        title=t("Stop payments"),
        body=t("No new payment is started where all of this meets. Payments that are open go on to their end; bills stay as they are"),
        keep_label=t("Keep taking payments"),
        act_label=t("Stop payments"),
        on_keep=_S.keep,
        on_act=_S.stop,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        destroys=True,
        errors=errors,
    )
