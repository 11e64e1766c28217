"""The message log."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button, link_button
from estate_app.ui.components.card import card, list_row, rows
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.list_page import clear_filters, filter_menu, list_toolbar, pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.list_state import ListState
from estate_app.ui.pages.manager.messages.costs import costs
from estate_app.ui.pages.manager.messages.present import AttemptCard, MessageRow
from estate_app.ui.pages.manager.messages.state import MessagesState
from estate_app.ui.text import t


def messages_page() -> rx.Component:
    """Every message to the outside, newest first."""
    wordings = link_button(t("Wordings"), href="/manage/messages/wordings", kind="neutral", icon_name="file-text", testid="wordings")
    return rx.fragment(
        page_title(t("Message log"), context=MessagesState.pager.summary, actions=wordings),
        _toolbar(),
        unless_failed(MessagesState.stage, _messages(), on_retry=MessagesState.load),
        costs(),
        _attempts(),
    )


def _toolbar() -> rx.Component:
    state, channel = MessagesState.state, MessagesState.channel
    return list_toolbar(
        filter_menu(t("State"), MessagesState.states, value=state, name="state"),
        filter_menu(t("Channel"), MessagesState.channels, value=channel, name="channel"),
        clear_filters(shown=(state != "") | (channel != "")),
    )


def _messages() -> rx.Component:
    columns = [
        Column(t("Written")),
        Column(t("Receiver")),
        Column(t("Channel")),
        Column(t("Event")),
        Column(t("State")),
        Column(t("Tries"), is_number=True),
        Column(t("Sent or next try")),
        Column(t("Action"), width="200px"),
    ]
    nothing = empty(
        t("No messages match"),
        body=t("Messages by SMS and WeChat are listed here with every attempt"),
        icon_name="send",
        action=button(t("Clear filters"), kind="secondary", on_click=ListState.clear, testid="clear-empty"),
    )
    return card(
        data_table(
            columns,
            rx.foreach(MessagesState.rows, _message),
            label=t("Message log"),
            is_empty=MessagesState.rows.length() == 0,
            is_loading=(MessagesState.stage == "loading"),
            empty_state=nothing,
            testid="messages",
        ),
        pager(MessagesState.pager, has_sizes=True),
        flush=True,
    )


def _message(message: rx.Var[MessageRow]) -> rx.Component:
    again = button(
        t("Send again"),
        kind="secondary",
        size="small",
        on_click=MessagesState.retry(message.id),
        busy=MessagesState.retrying == message.id,
        busy_label=t("Sending"),
        testid="retry-message",
    )
    attempts = button(t("Attempts"), kind="ghost", size="small", on_click=MessagesState.open_attempts(message.id), testid="open-attempts")
    return table_row(
        cell(words(message.created, extra="nums"), label=t("Written")),
        cell(words(message.address, extra="nums"), is_main=True),
        cell(message.channel, label=t("Channel")),
        cell(message.event, label=t("Event")),
        cell(state_badge(message.state), label=t("State"), title=message.error),
        cell(message.tries.to_string(), label=t("Tries"), is_number=True),
        cell(words(message.when, extra="nums"), label=t("Sent or next try")),
        cell(row(attempts, rx.cond(message.can_retry, again, rx.fragment()))),
        key=message.id,
        testid="message",
    )


def _attempts() -> rx.Component:
    listing = rx.cond(
        MessagesState.attempts.length() == 0,
        empty(t("Not tried yet"), icon_name="clock"),
        rows(rx.foreach(MessagesState.attempts, _attempt)),
    )
    return sheet(
        listing,
        is_open=MessagesState.opened != 0,
        title=t("Attempts to send"),
        description=t("What the channel answered each time"),
        on_close=MessagesState.open_attempts(0),
        testid="attempts-sheet",
    )


def _attempt(attempt: rx.Var[AttemptCard]) -> rx.Component:
    return list_row(
        stack(words(attempt.time, extra="nums"), words(attempt.detail, size="1", soft=True, extra="break"), gap="0", extra="grow"),
        state_badge(attempt.result),
    )
