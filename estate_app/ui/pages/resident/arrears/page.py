"""What is overdue in a resident's room, what it costs and why, and what was agreed about it."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button, file_button
from estate_app.ui.components.card import card, facts, list_row, rows
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import date_field, money_field
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.pages.manager.arrears.household_present import AgreedView
from estate_app.ui.pages.resident.arrears.present import LateView, LetterView
from estate_app.ui.pages.resident.arrears.state import OwnArrearsState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = OwnArrearsState


def own_arrears_page() -> rx.Component:
    """Late fees, agreements, notices."""
    shown = stack(_late(), _agreed_card(), _letters(), gap="4")
    content = rx.cond(_S.stage == LOADING, skeleton_cards(), shown)
    return rx.fragment(page_title(t("Overdue and agreed")), unless_failed(_S.stage, content, on_retry=_S.load), _form())


def _late() -> rx.Component:
    nothing = empty(t("Nothing overdue"), body=t("Late fees begin only after a bill's due date"), icon_name="check")
    help_line = words(t("Need time, or doubt a bill? Speak to the service office; disputed bills bear no late fee"), size="1", soft=True)
    listing = stack(rows(rx.foreach(_S.late, _late_row)), help_line, gap="3")
    return card(rx.cond(_S.late.length() > 0, listing, nothing), title=t("Late fees until today"), testid="own-late")


def _late_row(late: rx.Var[LateView]) -> rx.Component:
    said = stack(
        page_link(late.number, href=late.href, class_name="link nums"),
        words(late.sentence, tone="red", strong=True),
        words(late.formula, size="1", soft=True),
        gap="1",
    )
    return list_row(said, key=late.id, testid="late")


def _agreed_card() -> rx.Component:
    make = button(t("Promise to pay by a day"), kind="secondary", icon_name="calendar-days", on_click=_S.begin, testid="begin-promise")
    nothing = words(t("No promise and no instalments. For instalments please call the service office"), soft=True)
    listing = rx.cond(_S.agreed.length() > 0, rows(rx.foreach(_S.agreed, _agreed)), nothing)
    return card(stack(listing, rx.cond(_S.may_promise, make, rx.fragment()), gap="3"), title=t("Agreed"), testid="own-agreed")


def _agreed(one: rx.Var[AgreedView]) -> rx.Component:
    said = stack(
        row(words(one.title, strong=True), state_badge(one.badge), extra="between wrap"),
        words(one.sub, size="1", soft=True),
        rx.cond(one.parts.length() > 0, facts(one.parts), rx.fragment()),
        gap="1",
        extra="grow",
    )
    return list_row(said, key=one.kind + one.id.to_string(), testid="own-agreement")


def _letters() -> rx.Component:
    def line(letter: rx.Var[LetterView]) -> rx.Component:
        return list_row(words(letter.title, extra="grow"), file_button(t("Open"), href=letter.href, testid="own-letter"), key=letter.id)

    return rx.cond(_S.letters.length() > 0, card(rows(rx.foreach(_S.letters, line)), title=t("Formal notices")), rx.fragment())


def _form() -> rx.Component:
    errors = _S.field_errors
    return confirm_dialog(
        money_field("amount", t("Promised amount"), errors=errors, required=True, value=_S.promised),
        date_field("due_on", t("By when"), errors=errors, required=True),
        is_open=_S.dialog == "promise",
        title=t("Promise to pay"),
        body=t("Until that day you get no reminders; the late fee goes on"),
        keep_label=t("Cancel"),
        act_label=t("Promise it"),
        on_keep=_S.keep,
        on_act=_S.promise,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        errors=errors,
        testid="promise-dialog",
    )
