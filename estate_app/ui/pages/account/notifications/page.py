"""Notifications: what comes by WeChat and SMS, and when nothing does."""

import reflex as rx

from estate_app.ui.components.badge import badge_of
from estate_app.ui.components.button import button
from estate_app.ui.components.card import card, list_row, rows
from estate_app.ui.components.form import date_field, form, switch
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.pages.account.notifications.present import FamilyLine
from estate_app.ui.pages.account.notifications.state import NotificationsState as State
from estate_app.ui.stage import LOADING
from estate_app.ui.text import Text, t


def notifications_page() -> rx.Component:
    """Families by channel, then the quiet hours."""
    return rx.fragment(
        page_title(t("Notifications")),
        unless_failed(
            State.stage,
            rx.cond(State.stage == LOADING, skeleton_cards(3), stack(_families(), _always(), _hours())),
            on_retry=State.load,
        ),
    )


def _families() -> rx.Component:
    note = words(t("The inbox in the app keeps every message. SMS comes where WeChat does not carry it"), size="1", soft=True)
    return stack(card(rows(rx.foreach(State.lines, _line)), title=t("What reaches you"), flush=True, testid="families"), note, gap="2")


def _line(line: rx.Var[FamilyLine]) -> rx.Component:
    wechat = _switch(t("WeChat"), t("{name} by WeChat", name=line.label), line.wechat, line.key, "wechat")
    return list_row(
        _text(line.label, line.hint),
        row(
            rx.cond(line.has_wechat, wechat, rx.fragment()),
            _switch(t("SMS"), t("{name} by SMS", name=line.label), line.sms, line.key, "sms"),
            gap="4",
        ),
        key=line.key,
        testid="family",
    )


def _text(label: Text, hint: Text) -> rx.Component:
    return stack(words(label, strong=True), words(hint, size="1", soft=True), gap="0", extra="grow")


def _switch(short: Text, label: Text, is_on: rx.Var[bool], family: rx.Var[str], channel: str) -> rx.Component:
    control = switch(label, checked=is_on, on_change=State.toggle(family, channel), testid=f"by-{channel}")
    return stack(words(short, size="1", soft=True), control, gap="1", extra="center")


def _always() -> rx.Component:
    return card(rows(rx.foreach(State.always, _told)), title=t("Always told"), flush=True, testid="always")


def _told(line: rx.Var[FamilyLine]) -> rx.Component:
    return list_row(_text(line.label, line.hint), badge_of(t("Always"), tone="gray", icon_name="lock"), key=line.key)


def _hours() -> rx.Component:
    errors = State.field_errors
    head = row(
        _text(t("Quiet hours"), t("Messages wait until the quiet hours end; none is lost. Emergencies, payments and security pass")),
        switch(t("Quiet hours"), checked=State.hours.is_on, on_change=State.toggle_quiet, testid="quiet"),
        extra="between",
        gap="3",
    )
    times = form(
        grid(
            date_field("starts_at", t("From"), kind="time", value=State.hours.starts, errors=errors),
            date_field("ends_at", t("Until"), kind="time", value=State.hours.ends, errors=errors),
        ),
        button(t("Save times"), kind="secondary", submit=True, busy=State.is_saving, busy_label=t("Saving"), testid="save-hours"),
        on_submit=State.keep_hours,
        errors=errors,
        testid="hours-form",
    )
    return card(stack(head, rx.cond(State.hours.is_on, times, rx.fragment()), gap="3"), testid="hours")
