"""Feedback of a resident: tell the estate something, follow what comes of it."""

import reflex as rx

from estate_app.feedback.rules import MAX_PHOTOS, MAX_TEXT
from estate_app.ui.components.badge import badge_of, state_badge, tag
from estate_app.ui.components.button import button
from estate_app.ui.components.card import callout, card, link_card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import check_field, chips_field, error_line, form, textarea_field
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import text_link
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.rating import rating_field
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.upload import upload_field
from estate_app.ui.pages.common.feedback import FeedbackCard, messages, said
from estate_app.ui.pages.common.not_found import not_found_panel
from estate_app.ui.pages.resident.feedback.state import OwnFeedbackState, OwnThreadState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = OwnFeedbackState
_T = OwnThreadState


def own_feedback_page() -> rx.Component:
    """The form, then what was told before."""
    no_room = empty(
        t("No room is tied to your account yet"),
        body=t("Ask the office to put your phone on your room's contact list"),
        icon_name="house",
    )
    shown = stack(rx.cond(_S.has_room, _form(), no_room), _before(), gap="3")
    return rx.fragment(
        page_title(t("Feedback to the estate")),
        unless_failed(_S.stage, rx.cond(_S.stage == LOADING, skeleton_cards(), shown), on_retry=_S.load),
    )


def _form() -> rx.Component:
    link = rx.cond(
        (_S.order != "") | (_S.bill != ""),
        callout(
            rx.cond(_S.order != "", t("Your feedback names the repair order"), t("Your feedback names the bill")),
            tone="indigo",
            icon_name="link",
        ),
        rx.fragment(),
    )
    return card(
        form(
            link,
            chips_field("kind", t("What is it?"), _S.kinds, errors=_S.field_errors),
            textarea_field(
                "text", t("What would you like to say?"), errors=_S.field_errors, required=True, max_length=MAX_TEXT,
                hint=t("We answer complaints within 24 hours and everything else within 3 days"),
            ),
            upload_field("photo_ids", t("Add photos"), most=MAX_PHOTOS, accept="image/*", draft=_S.draft),
            error_line("photo_ids", _S.field_errors),
            check_field("is_anonymous", t("Keep my name and room from the staff"), errors=_S.field_errors),
            button(
                t("Send feedback"), submit=True, full=True, size="large", busy=_S.is_saving, busy_label=t("Sending"), testid="send-feedback"
            ),
            on_submit=_S.give,
            errors=_S.field_errors,
            testid="feedback-form",
            custom_attrs={"data-draft": _S.draft},
        )
    )  # fmt: skip


def _before() -> rx.Component:
    listing = stack(
        rx.el.h2(t("What you told us"), class_name="card-title"),
        rx.foreach(_S.rows, _card),
        rx.cond(_S.pager.pages > 1, pager(_S.pager), rx.fragment()),
        gap="3",
    )
    return rx.cond(_S.rows.length() > 0, listing, rx.fragment())


def _card(one: rx.Var[FeedbackCard]) -> rx.Component:
    unnamed = rx.cond(one.is_unnamed, badge_of(t("Without your name"), tone="gray", icon_name="eye-off"), rx.fragment())
    return link_card(
        stack(
            row(tag(one.kind, tone=one.tone), state_badge(one.badge), unnamed, extra="wrap"),
            rx.el.p(one.text, class_name="break clamp-2"),
            words(one.number + " · " + one.time, size="1", soft=True),
            gap="2",
        ),
        href="/feedback/" + one.id.to_string(),
        testid="own-feedback",
        key=one.id,
    )


def own_thread_page() -> rx.Component:
    """One feedback, the messages, a reply, and the end."""
    thread = stack(said(_T.thread, _links()), messages(_T.thread, t("Messages"), t("The estate has not answered yet")), _acts(), gap="3")
    shown = rx.cond(_T.is_missing, not_found_panel(), thread)
    return rx.fragment(
        page_title(t("Feedback to the estate"), context=_T.thread.head.number),
        unless_failed(_T.stage, rx.cond(_T.stage == LOADING, skeleton_cards(), shown), on_retry=_T.load),
    )


def _links() -> rx.Component:
    head = _T.thread.head
    return rx.fragment(
        rx.cond(head.order_href != "", text_link(t("To the repair order"), href=head.order_href), rx.fragment()),
        rx.cond(head.bill_href != "", text_link(t("To the bill"), href=head.bill_href), rx.fragment()),
        rx.cond(head.is_unnamed, words(t("The staff sees neither your name nor your room"), size="1", soft=True), rx.fragment()),
        rx.cond(head.limit != "", words(t("The estate answers by {time}", time=head.limit), size="1", soft=True), rx.fragment()),
    )


def _acts() -> rx.Component:
    head = _T.thread.head
    write = card(
        form(
            textarea_field("text", t("Write to the estate"), errors=_T.field_errors, required=True, max_length=MAX_TEXT, rows=3),
            button(t("Send message"), kind="secondary", submit=True, busy=_T.busy == "reply", busy_label=t("Sending"), testid="send-reply"),
            on_submit=_T.reply,
            errors=_T.field_errors,
            key=_T.written.to_string(),
            testid="reply-form",
        )
    )
    end = card(
        form(
            rating_field("satisfaction", t("How satisfied are you with the handling?"), errors=_T.field_errors),
            button(
                rx.cond(head.is_closed, t("Give the stars"), t("Close this feedback")), kind="outline", submit=True,
                busy=_T.busy == "close", busy_label=t("Saving"), testid="close-feedback",
            ),
            on_submit=_T.close,
            errors=_T.field_errors,
            testid="close-form",
        )
    )  # fmt: skip
    return rx.fragment(rx.cond(head.is_closed, rx.fragment(), write), rx.cond(head.is_closed & (head.stars > 0), rx.fragment(), end))
