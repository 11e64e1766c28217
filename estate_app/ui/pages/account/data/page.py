"""Own data: take it away as a file, or have the account deleted."""

import reflex as rx

from estate_app.personal.rules import COOLING, FILE_LIFE
from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button, file_button
from estate_app.ui.components.card import callout, card, list_row, rows
from estate_app.ui.components.form import form
from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.progress import progress
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.pages.account.data.present import WayCard
from estate_app.ui.pages.account.data.state import OwnDataState as State
from estate_app.ui.pages.common.code_sender import code_line
from estate_app.ui.stage import LOADING
from estate_app.ui.text import Text, t


def own_data_page() -> rx.Component:
    """The file, then the deletion where the account is one's own to delete."""
    deletion = rx.cond(State.erasure.can_ask, rx.fragment(_erasure(), _question()), rx.fragment())
    return rx.fragment(
        page_title(t("My data")),
        unless_failed(
            State.stage, rx.cond(State.stage == LOADING, skeleton_cards(2), stack(_export(), deletion)), on_retry=State.load
        ),
    )  # fmt: skip


def _export() -> rx.Component:
    last = State.export
    make = button(
        t("Make a file of my data"), kind="secondary", icon_name="archive", on_click=State.make, busy=State.busy == "make",
        busy_label=t("Starting"), testid="make-export",
    )  # fmt: skip
    ready = row(
        file_button(t("Take the file ({size})", size=last.size), href=last.link, testid="take-export"),
        words(t("Until {time}", time=last.until), size="1", soft=True),
        extra="wrap",
    )
    known = stack(
        row(state_badge(last.badge), words(t("Asked for {time}", time=last.asked), size="1", soft=True), extra="wrap"),
        rx.cond(last.is_running, progress(last.percent, label=t("How much of the file is made")), rx.fragment()),
        rx.cond(last.link != "", ready, rx.fragment()),
        gap="2",
    )
    return card(
        stack(
            words(t("Profile, rooms, repairs, bills, payments, feedback and notices, to read and for programs (XLSX and JSON)")),
            rx.cond(last.asked != "", known, rx.fragment()),
            rx.cond(last.is_running, rx.fragment(), row(make)),
            words(t("A file is kept for {days} days; only you can take it", days=str(FILE_LIFE.days)), size="1", soft=True),
            gap="3",
        ),
        title=t("Take my data away"),
        testid="own-export",
    )


def _erasure() -> rx.Component:
    head = State.erasure
    cooling = callout(
        t("Your account will be deleted on {time}", time=head.due),
        tone="orange",
        actions=button(
            t("Keep my account"), size="small", on_click=State.keep, busy=State.busy == "keep", busy_label=t("Saving"),
            testid="keep-account",
        ),
        data_testid="cooling",
    )  # fmt: skip
    return card(
        stack(
            _fate(t("What goes"), t("Your name, phone, WeChat, devices, inbox and the photos of your reports"), "trash-2"),
            _fate(
                t("What stays"),
                t("Bills, payments and receipts, as the law on accounting wants, and feedback, without your name"),
                "archive",
            ),
            rx.cond(head.is_cooling, cooling, _ask()),
            gap="3",
        ),
        title=t("Delete my account"),
        testid="own-erasure",
    )  # fmt: skip


def _fate(title: Text, text: Text, name: str) -> rx.Component:
    return row(icon(name, size=18), stack(words(title, strong=True), words(text, soft=True), gap="0", extra="grow"), gap="3", extra="top")


def _ask() -> rx.Component:
    held = callout(t("Last time something had come in the way. Settle what stands below and ask again"), tone="orange")
    first = stack(
        words(t("Settle these first"), strong=True),
        rx.el.div(rows(rx.foreach(State.ways, _way)), class_name="card card-flush"),
        gap="2",
    )
    ask = button(t("Delete my account"), kind="danger", icon_name="trash-2", on_click=State.open_form(True), testid="ask-erasure")
    return rx.fragment(
        rx.cond(State.erasure.is_held, held, rx.fragment()),
        rx.cond(State.ways.length() > 0, first, row(ask)),
    )


def _way(way: rx.Var[WayCard]) -> rx.Component:
    return list_row(
        rx.el.span(way.text, class_name="grow"), icon("chevron-right", size=16), href=way.href, testid="way", key=way.text
    )  # fmt: skip


def _question() -> rx.Component:
    fields = form(
        code_line(State, errors=State.field_errors),
        button(
            t("Delete after {days} days", days=str(COOLING.days)), kind="danger", submit=True, full=True, busy=State.busy == "erase",
            busy_label=t("Saving"), testid="confirm-erasure",
        ),
        on_submit=State.erase,
        errors=State.field_errors,
        testid="erasure-form",
    )  # fmt: skip
    return sheet(
        fields,
        is_open=State.is_asking,
        title=t("Delete my account"),
        description=t("A code to your phone proves that it is you. For {days} days you can take it back", days=str(COOLING.days)),
        on_close=State.open_form(False),
        testid="erasure-sheet",
    )
