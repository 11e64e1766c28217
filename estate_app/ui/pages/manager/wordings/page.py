"""The wordings of messages outside the app."""

import reflex as rx

from estate_app.notification.wordings import MAX_TEXT
from estate_app.ui.components.badge import badge_of, tag
from estate_app.ui.components.button import button
from estate_app.ui.components.card import card, list_row, rows
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import form, textarea_field
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.pages.manager.wordings.state import WordingCard, WordingsState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = WordingsState


def wordings_page() -> rx.Component:
    """Each message in both languages."""
    nothing = card(empty(t("Nothing was sent yet"), body=t("Messages stand here once they went out by SMS or WeChat"), icon_name="send"))
    listing = card(rows(rx.foreach(_S.rows, _line)), flush=True, testid="wordings")
    return rx.fragment(
        page_title(t("Wordings of messages"), crumbs=((t("Message log"), "/manage/messages"),)),
        unless_failed(
            _S.stage,
            rx.cond(_S.stage == LOADING, skeleton_cards(), rx.cond(_S.rows.length() > 0, listing, nothing)),
            on_retry=_S.load,
        ),
        _form(),
    )


def _line(one: rx.Var[WordingCard]) -> rx.Component:
    change = button(t("Change"), kind="secondary", size="small", on_click=_S.open_form(one.key), testid="change-wording")
    own = rx.cond(one.is_own, rx.fragment(), badge_of(t("Own wording"), tone="indigo", icon_name="pencil"))
    return list_row(
        stack(
            row(words(one.event, strong=True), tag(one.language), own, extra="wrap"),
            rx.el.p(one.preview, class_name="break", lang=one.locale),
            words(one.version + " · " + one.parts, size="1", soft=True),
            gap="1",
            extra="grow",
        ),
        rx.cond(_S.can_write, change, rx.fragment()),
        key=one.key,
        testid="wording",
    )


def _form() -> rx.Component:
    one = _S.chosen
    fields = form(
        stack(words(t("The house's own words"), size="1", soft=True), rx.el.p(one.own, class_name="break", lang=one.locale), gap="1"),
        textarea_field(
            "text", t("Own wording"), errors=_S.field_errors, value=one.text, max_length=MAX_TEXT, rows=4,
            hint=t("Keep the places in braces. Leave it empty to go back to the house's own words"),
        ),
        button(t("Save"), submit=True, full=True, busy=_S.is_saving, busy_label=t("Saving"), testid="save-wording"),
        on_submit=_S.save,
        errors=_S.field_errors,
        key=one.key,
        testid="wording-form",
    )  # fmt: skip
    return sheet(
        fields, is_open=one.key != "", title=one.event, description=one.language, on_close=_S.open_form(""), testid="wording-sheet"
    )
