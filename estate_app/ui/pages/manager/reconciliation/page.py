"""Reconciliation: the channels' sums, the differences, and the one that is being resolved, in one view."""

import reflex as rx

from estate_app.access.permission import Permission
from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button, file_button, icon_button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.channel import channel_mark
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.list_page import clear_filters, filter_menu, list_toolbar, pager, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.plain_form import plain_form
from estate_app.ui.components.progress import progress
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.components.tabs import segment_links
from estate_app.ui.components.upload import file_choice
from estate_app.ui.pages.manager.reconciliation.case import case_card
from estate_app.ui.pages.manager.reconciliation.present import ChannelCard, Line, RecentDay
from estate_app.ui.pages.manager.reconciliation.state import ReconciliationState
from estate_app.ui.session import Session
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = ReconciliationState
MAY_ACT = Session.permissions.contains(Permission.reconcile.value)
PLACES = [("/manage/reconciliation", t("Statements of channels")), ("/manage/reconciliation/bank", t("Bank arrivals"))]


def reconciliation_page() -> rx.Component:
    """A business day of all channels."""
    work = rx.el.div(stack(_list(), _recent()), case_card(), class_name="recon-work")
    content = rx.cond(_S.stage == LOADING, skeleton_cards(), stack(_sums(), work))
    return rx.fragment(
        page_title(t("Reconciliation"), context=_S.day.context, actions=_actions()),
        unless_failed(_S.stage, content, on_retry=_S.load),
        _upload(),
        _close(),
    )


def _actions() -> rx.Component:
    day = rx.el.input(
        type="date", value=_S.day.on, on_change=_S.show_day, aria_label=t("Business day"), class_name="input recon-day", data_testid="day"
    )
    upload = button(t("Import a statement"), kind="outline", icon_name="file-up", on_click=_S.open_dialog("upload"), testid="upload")
    close = rx.cond(
        _S.day.is_closed,
        button(t("Day closed"), kind="neutral", icon_name="lock", disabled=True, testid="close-day"),
        button(t("Close the day"), icon_name="lock", on_click=_S.open_dialog("close"), disabled=~_S.day.is_closable, testid="close-day"),
    )
    places = segment_links(PLACES, current=PLACES[0][0], label=t("What is compared"))
    return rx.fragment(places, day, rx.cond(MAY_ACT, rx.fragment(upload, close), rx.fragment()))


def _sums() -> rx.Component:
    whole = rx.el.div(
        words(t("Channels less books"), soft=True),
        rx.el.span(_S.day.off, class_name="recon-off tone-" + _S.day.off_tone, data_testid="off"),
        words(_S.day.sums, size="1", soft=True, extra="nums"),
        words(_S.day.fee, size="1", soft=True, extra="nums"),
        row(
            progress(_S.day.percent, label=_S.day.matched_text, tone="green", thin=True),
            words(_S.day.matched_text, size="1", extra="nums nowrap"),
        ),
        class_name="recon-sum",
    )
    return rx.el.section(whole, rx.foreach(_S.day.channels, _channel), class_name="card recon-sums", data_testid="sums")


def _channel(channel: rx.Var[ChannelCard]) -> rx.Component:
    again = icon_button(
        "refresh-cw",
        label=t("Fetch the statement of {channel} again", channel=channel.name),
        on_click=_S.fetch(channel.key),
        testid="fetch",
        size=14,
        disabled=_S.is_saving | _S.day.is_closed,
    )
    head = row(
        channel_mark(channel.key),
        words(channel.name, extra="grow ellipsis"),
        state_badge(channel.badge),
        rx.cond(MAY_ACT, again, rx.fragment()),
    )
    sides = rx.el.div(
        words(t("Books"), soft=True),
        words(channel.local_count, soft=True),
        words(channel.local, extra="nums end"),
        words(t("Statement"), soft=True),
        words(channel.channel_count, soft=True),
        words(channel.channel, extra="nums end"),
        words(t("Fee"), soft=True),
        rx.el.span(),
        words(channel.fee, extra="nums end"),
        class_name="recon-sides",
    )
    problem = rx.cond(channel.problem != "", words(channel.problem, size="1", soft=True, data_testid="problem"), rx.fragment())
    return rx.el.div(
        head,
        rx.cond(channel.is_done, sides, rx.fragment()),
        problem,
        class_name="recon-sum",
        key=channel.key,
        custom_attrs={"data-testid": "channel-" + channel.key},
    )


def _list() -> rx.Component:
    columns = [
        Column(t("Number / time")),
        Column(t("Room / payer")),
        Column(t("Channel")),
        Column(t("Kind")),
        Column(t("Books (yuan)"), is_number=True),
        Column(t("Statement (yuan)"), is_number=True),
        Column(t("Difference (yuan)"), is_number=True),
    ]
    nothing = empty(t("Nothing here"), body=t("Both sides agree, or the filter is too narrow"), icon_name="circle-check")
    table = data_table(
        columns,
        rx.foreach(_S.rows, _line),
        label=t("Lines of the day"),
        is_empty=_S.rows.length() == 0,
        empty_state=nothing,
        density="two-line",
        testid="lines",
    )
    return card(_toolbar(), table, pager(_S.pager, on_page=_S.go_to), flush=True)


def _toolbar() -> rx.Component:
    day, filters = _S.day, _S.filters
    tabs = rx.el.div(
        *[
            rx.el.button(
                words_of,
                rx.el.span(" ", number.to_string(), class_name="nums"),
                type="button",
                class_name="segment",
                aria_pressed=rx.cond(filters.tab == key, "true", "false"),
                on_click=_S.narrow("tab", key),
                data_testid=f"tab-{key}",
            )
            for key, words_of, number in (
                ("open", t("To resolve"), day.open),
                ("resolved", t("Worked off"), day.resolved),
                ("matched", t("Matched"), day.matched),
            )
        ],
        class_name="segments",
        role="group",
        aria_label=t("Which lines"),
    )
    is_narrowed = (filters.kind != "") | (filters.channel != "") | (filters.q != "")
    return list_toolbar(
        tabs,
        search_box(value=filters.q, on_search=_S.search, placeholder=t("Payment number, transaction or room")),
        filter_menu(t("Kind"), _S.kinds, value=filters.kind, on_change=lambda value: _S.narrow("kind", value), testid="filter-kind"),
        clear_filters(on_click=_S.clear, shown=is_narrowed),
        row(
            file_button(t("CSV"), href="/export/reconciliation.csv?" + filters.export, testid="export-csv"),
            file_button(t("XLSX"), href="/export/reconciliation.xlsx?" + filters.export, testid="export-xlsx"),
            extra="recon-export",
        ),
    )


def _line(line: rx.Var[Line]) -> rx.Component:
    choose = _S.choose(line.id)
    number = rx.el.button(
        line.number, type="button", class_name="link nums nowrap", on_click=choose, title=line.full_number, data_testid="line"
    )
    return table_row(
        cell(stack(number, words(line.time, size="1", soft=True, extra="nums"), gap="1"), is_main=True),
        cell(stack(words(line.place), words(line.payer, size="1", soft=True), gap="1"), label=t("Room / payer")),
        cell(channel_mark(line.mark), label=t("Channel")),
        cell(state_badge(line.badge), label=t("Kind")),
        cell(line.local, is_number=True, label=t("Books (yuan)")),
        cell(line.channel, is_number=True, label=t("Statement (yuan)")),
        cell(words(line.off, strong=True, tone=line.off_tone, extra="nums nowrap"), is_number=True, label=t("Difference (yuan)")),
        key=line.id,
        on_click=choose,
        is_selected=line.id == _S.chosen.id,
    )


def _recent() -> rx.Component:
    columns = [
        Column(t("Business day")),
        Column(t("Lines"), is_number=True),
        Column(t("Books (yuan)"), is_number=True),
        Column(t("Statement (yuan)"), is_number=True),
        Column(t("Difference (yuan)"), is_number=True),
        Column(t("Closed by")),
        Column(t("State")),
    ]
    table = data_table(
        columns,
        rx.foreach(_S.recent, _day),
        label=t("The days before"),
        is_empty=_S.recent.length() == 0,
        empty_state=empty(t("No day is compared yet"), body=t("The first comparison runs at 10:00"), icon_name="scale"),
        testid="recent",
    )
    return card(table, title=t("The last days"), flush=True)


def _day(day: rx.Var[RecentDay]) -> rx.Component:
    show = _S.show_day(day.on)
    return table_row(
        cell(rx.el.button(day.day, type="button", class_name="link nums nowrap", on_click=show, data_testid="recent-day"), is_main=True),
        cell(day.count, is_number=True, label=t("Lines")),
        cell(day.local, is_number=True, label=t("Books (yuan)")),
        cell(day.channel, is_number=True, label=t("Statement (yuan)")),
        cell(words(day.off, tone=day.off_tone, extra="nums"), is_number=True, label=t("Difference (yuan)")),
        cell(words(day.closer, extra="nums"), label=t("Closed by")),
        cell(state_badge(day.badge), label=t("State")),
        key=day.on,
        on_click=show,
        is_selected=day.on == _S.day.on,
    )


def _upload() -> rx.Component:
    channels = rx.el.select(
        rx.foreach(_S.day.channels, lambda channel: rx.el.option(channel.name, value=channel.key)),
        name="channel",
        class_name="input",
        aria_label=t("Channel"),
        data_testid="upload-channel",
    )
    file = file_choice(t("Statement file"), accept=".csv,.zip,.gz,.txt", testid="upload-file")
    return sheet(
        plain_form(
            rx.el.input(type="hidden", name="day", value=_S.day.on, read_only=True),
            stack(
                channels,
                file,
                callout(
                    t("Upload the file as the channel gives it: CSV, ZIP, GZ or TXT. A file that is not whole is refused"),
                    tone="indigo",
                    icon_name="info",
                ),
                button(t("Compare"), submit=True, full=True, testid="upload-send"),
                gap="3",
            ),
            action="/reconciliation/statement",
            custom_attrs={"encType": "multipart/form-data"},
        ),
        is_open=_S.dialog == "upload",
        title=t("Import a statement of {day}", day=_S.day.on),
        on_close=_S.open_dialog(""),
        testid="upload-sheet",
    )


def _close() -> rx.Component:
    return confirm_dialog(
        is_open=_S.dialog == "close",
        title=t("Close {day}?", day=_S.day.on),
        body=t("Its comparison can no longer be run again, and its differences stay as they were resolved"),
        keep_label=t("Cancel"),
        act_label=t("Close the day"),
        on_keep=_S.open_dialog(""),
        on_act=_S.close,
        busy=_S.is_saving,
        busy_label=t("Closing"),
        errors=_S.field_errors,
        testid="close-dialog",
    )
