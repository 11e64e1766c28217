"""One version of a quarter: items, remarks and documents; published by a second person."""

import reflex as rx

from estate_app.feedback.disclosure_models import Side
from estate_app.feedback.disclosures import MAX_NAME, MAX_NOTE, MAX_PHOTOS, MAX_REMARK
from estate_app.ui.components.badge import badge_of, state_badge
from estate_app.ui.components.button import button, icon_button
from estate_app.ui.components.card import callout, card, list_row, rows
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import chips_field, error_line, form, money_field, text_field, textarea_field
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import text_link
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.upload import upload_field
from estate_app.ui.pages.common.disclosure import QuarterCard, report, totals
from estate_app.ui.pages.common.not_found import not_found_panel
from estate_app.ui.pages.manager.disclosures.state import DisclosureState, LineCard
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = DisclosureState


def disclosure_page() -> rx.Component:
    """The draft to be written, or the version as residents read it."""
    head = _S.shown.head
    versions = card(stack(rx.foreach(_S.shown.versions, _version), gap="2"), title=t("Other versions"))
    whole = stack(
        rx.cond(head.is_draft, _drafted(), rx.fragment()),
        totals(_S.shown.totals),
        rx.cond(head.is_draft & _S.duties.can_write, _items(), rx.fragment()),
        report(_S.shown),
        rx.cond(_S.shown.versions.length() > 0, versions, rx.fragment()),
    )
    settled = rx.cond(_S.is_missing, not_found_panel(), whole)
    return rx.fragment(
        page_title(
            rx.cond(_S.is_missing, t("Public income"), head.quarter),
            context=head.estate + " · " + head.version,
            actions=_acts(),
            crumbs=((t("Public income"), "/manage/income"),),
        ),
        unless_failed(_S.stage, rx.cond(_S.stage == LOADING, skeleton_cards(), settled), on_retry=_S.load),
        _line_sheet(),
        _note_sheet(),
        _questions(),
    )


def _acts() -> rx.Component:
    head = _S.shown.head
    draft = rx.fragment(
        button(t("Discard"), kind="ghost", on_click=_S.open_form("discard", 0), testid="discard"),
        button(
            t("Publish"), icon_name="send", disabled=~_S.duties.can_publish, on_click=_S.open_form("publish", 0), testid="publish-quarter"
        ),
    )
    corrected = rx.cond(
        head.is_replaced, rx.fragment(), button(t("Correct"), kind="secondary", on_click=_S.correct, testid="correct")
    )  # fmt: skip
    return rx.cond(_S.duties.can_write & ~_S.is_missing, rx.cond(head.is_draft, draft, corrected), rx.fragment())


def _drafted() -> rx.Component:
    own = t("You wrote this draft. Another person has to check and publish it")
    others = t("{name} wrote this draft. Check it and publish it", name=_S.duties.drafter)
    return callout(rx.cond(_S.duties.is_own, own, others), tone="indigo", icon_name="info", data_testid="drafted")


def _items() -> rx.Component:
    acts = rx.el.div(
        button(t("Remarks and documents"), kind="ghost", size="small", on_click=_S.open_form("note", 0), testid="edit-note"),
        button(t("Add an item"), size="small", icon_name="plus", on_click=_S.open_form("line", 0), testid="add-line"),
        class_name="row gap-2 wrap",
    )
    nothing = empty(t("No items yet"), body=t("Lift advertising, parking on common ground, repairs of common parts"), icon_name="landmark")
    listing = rx.cond(_S.lines.length() > 0, rows(rx.foreach(_S.lines, _item)), nothing)
    return stack(card(listing, title=t("Income and spending"), flush=True, testid="items"), acts, gap="2")


def _item(line: rx.Var[LineCard]) -> rx.Component:
    side = rx.cond(
        line.is_income,
        badge_of(t("Income"), tone="green", icon_name="arrow-down"),
        badge_of(t("Spending"), tone="orange", icon_name="arrow-up"),
    )
    return list_row(
        stack(row(words(line.name, strong=True), side, extra="wrap"), words(line.note, size="1", soft=True), gap="0", extra="grow"),
        words(line.yuan, strong=True, extra="nums nowrap"),
        icon_button("pencil", label=t("Change"), on_click=_S.open_form("line", line.position), testid="edit-line"),
        icon_button("trash-2", label=t("Remove"), on_click=_S.remove_line(line.position), testid="remove-line"),
        key=line.position,
        testid="line",
    )


def _line_sheet() -> rx.Component:
    errors, one = _S.field_errors, _S.chosen
    sides = [Option(Side.income.value, t("Income")), Option(Side.spending.value, t("Spending"))]
    fields = form(
        chips_field("side", t("Which side"), sides, errors=errors, required=True, value=one.side),
        text_field("name", t("What"), errors=errors, required=True, value=one.name, max_length=MAX_NAME),
        money_field("amount", t("Amount (yuan)"), errors=errors, required=True, value=one.amount),
        text_field("note", t("Remark"), errors=errors, value=one.note, max_length=MAX_REMARK, hint=t("Such as the contract or the payer")),
        button(t("Save"), submit=True, full=True, busy=_S.busy == "line", busy_label=t("Saving"), testid="save-line"),
        on_submit=_S.save_line,
        errors=errors,
        key=one.position.to_string() + _S.lines.length().to_string(),
        testid="line-form",
    )
    return sheet(fields, is_open=_S.opened == "line", title=t("Line of the report"), on_close=_S.open_form("", 0), testid="line-sheet")


def _note_sheet() -> rx.Component:
    errors = _S.field_errors
    fields = form(
        textarea_field("note", t("Remarks"), errors=errors, value=_S.shown.note, max_length=MAX_NOTE),
        upload_field("photo_ids", t("Add photos"), most=MAX_PHOTOS, accept="image/*"),
        error_line("photo_ids", errors),
        button(t("Save"), submit=True, full=True, busy=_S.busy == "note", busy_label=t("Saving"), testid="save-note"),
        on_submit=_S.save_note,
        errors=errors,
        testid="note-form",
    )
    description = t("Photos of contracts and invoices. Residents see them")
    return sheet(
        fields, is_open=_S.opened == "note", title=t("Remarks and documents"), description=description, on_close=_S.open_form("", 0),
        testid="note-sheet",
    )  # fmt: skip


def _questions() -> rx.Component:
    close = _S.open_form("", 0)
    publish = confirm_dialog(
        is_open=_S.opened == "publish", title=t("Publish this quarter?"),
        body=t("Every resident of the estate is told. What is published is corrected only by a new version"),
        keep_label=t("Do not publish yet"), act_label=t("Publish"), on_keep=close, on_act=_S.publish, busy=_S.busy == "publish",
        busy_label=t("Publishing"), errors=_S.field_errors, testid="publish-dialog",
    )  # fmt: skip
    discard = confirm_dialog(
        is_open=_S.opened == "discard", title=t("Discard this draft?"), body=t("Its items are gone; what is published stays"),
        keep_label=t("Keep"), act_label=t("Discard"), on_keep=close, on_act=_S.discard, busy=_S.busy == "discard",
        busy_label=t("Saving"), destroys=True, testid="discard-dialog",
    )  # fmt: skip
    return rx.fragment(publish, discard)


def _version(one: rx.Var[QuarterCard]) -> rx.Component:
    link = text_link(one.version, href="/manage/income/" + one.id.to_string())
    return row(link, state_badge(one.badge), words(one.time, size="1", soft=True), extra="wrap", key=one.id)
