"""The report at a scanned label, for anybody: the place is filled in; a phone and its code stand for a login."""

import reflex as rx

from estate_app.settings import settings
from estate_app.ui.components.button import action_bar, button, file_button, link_button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.empty import panel_state
from estate_app.ui.components.form import check_field, error_line, form, phone_field, select_field, text_field, textarea_field
from estate_app.ui.components.icon import tile
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.upload import upload_field
from estate_app.ui.pages.common.code_sender import code_line
from estate_app.ui.pages.common.danger import danger_card
from estate_app.ui.pages.public.label.state import LabelState
from estate_app.ui.stage import LOADING, MISSING
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S, _V = LabelState, LabelState.view


def label_page() -> rx.Component:
    """The form, the thanks, or that nobody knows this label."""
    unknown = rx.el.div(
        rx.el.h1(t("Report a fault"), class_name="visually-hidden", tab_index=-1),
        panel_state(
            t("Nobody knows this label"),
            body=t("It may have been replaced. Call {phone}, and we take your report", phone=settings().support_phone),
            icon_name="map-pin",
        ),
        data_testid="unknown-label",
    )
    form_or_not = rx.cond(_V.is_active, stack(_jobs(), _form(), gap="3"), _unused())
    known = rx.cond(_V.is_door, _door(), rx.cond(_S.sent_number != "", _thanks(), form_or_not))
    return unless_failed(_S.stage, rx.match(_S.stage, (LOADING, skeleton_cards()), (MISSING, unknown), known), on_retry=_S.load)


def _door() -> rx.Component:
    """A door's label: the technician's jobs behind it, or what the label is for."""
    nothing = panel_state(
        t("You hold no job at this door"), body=t("Accept the job first; the label proves the arrival of whoever holds it"),
        icon_name="map-pin",
    )  # fmt: skip
    other = panel_state(
        t("This label is for the technician"), body=t("It shows that a technician stood at this door. You report faults of your home here"),
        icon_name="map-pin", actions=link_button(t("Report a fault"), href="/repairs/new"),
    )  # fmt: skip
    empty_handed = rx.cond(_V.is_technician, nothing, other)
    return rx.el.div(
        rx.el.h1(t("Label at the door"), class_name="visually-hidden", tab_index=-1),
        rx.cond(_V.jobs.length() > 0, _jobs(), empty_handed),
        data_testid="door-label",
    )


def _jobs() -> rx.Component:
    """The technician's own jobs here, each with one button."""
    shown = card(rx.foreach(_V.jobs, _job), title=t("Your jobs at this label"), extra="stack gap-3", testid="jobs-here")
    return rx.cond(_V.jobs.length() > 0, shown, rx.fragment())


def _job(job: rx.Var[Option]) -> rx.Component:
    return row(
        stack(words(job.label, strong=True, extra="break"), words(job.hint, size="1", soft=True), gap="1", extra="grow"),
        button(t("I am here"), size="large", icon_name="map-pin", on_click=_S.arrive(job.value), testid="arrive-here"),
        gap="3",
        extra="between",
        key=job.value,
    )


def _unused() -> rx.Component:
    return stack(_head(), callout(t("This facility is no longer in use. Call us about its place"), icon_name="ban"), gap="3")


def _thanks() -> rx.Component:
    return rx.el.div(
        panel_state(
            t("Report {number} received", number=_S.sent_number),
            body=t("A technician has been asked. Thank you for telling us"),
            icon_name="circle-check",
        ),
        data_testid="label-sent",
    )


def _head() -> rx.Component:
    return card(
        row(
            tile("map-pin"),
            stack(rx.el.h1(_V.title, class_name="t5 strong", tab_index=-1), words(_V.place, soft=True), gap="1", extra="grow"),
            gap="3",
        ),
        testid="label-head",
    )


def _form() -> rx.Component:
    goes_on = (_S.leaf.questions.length() == 0) | (_S.danger != "")
    send = button(t("Send report"), submit=True, full=True, size="large", busy=_S.is_saving, busy_label=t("Sending"), testid="send-report")
    return form(
        stack(
            _head(),
            _what(),
            danger_card(_S.leaf.questions, _S.danger, on_answer=_S.answer, errors=_S.field_errors),
            rx.el.div(_words(), _who(), class_name="stack gap-3", hidden=~goes_on),
            gap="3",
        ),
        action_bar(send),
        on_submit=_S.submit,
        errors=_S.field_errors,
        testid="label-form",
        custom_attrs={"data-draft": _V.draft},
    )


def _what() -> rx.Component:
    fault = select_field(
        "category_id", t("Which fault"), _V.faults, errors=_S.field_errors, required=True, value=_S.leaf.id,
        placeholder=t("Choose what is broken"), on_change=_S.choose,
    )  # fmt: skip
    danger = callout(_S.leaf.danger, tone="red", icon_name="siren", role="alert", data_testid="danger")
    return card(
        fault,
        rx.cond(_S.leaf.promise != "", words(_S.leaf.promise, size="1", soft=True), rx.fragment()),
        rx.cond(_S.leaf.danger != "", danger, rx.fragment()),
        title=t("What is broken?"),
        extra="stack gap-2",
    )


def _words() -> rx.Component:
    return card(
        textarea_field(
            "description",
            t("What is wrong"),
            errors=_S.field_errors,
            required=True,
            hint=t("At least 10 characters: where it is and how bad"),
            max_length=1000,
        ),
        rx.cond(_V.is_facility, check_field("is_out_of_service", t("It cannot be used at all")), rx.fragment()),
        extra="stack gap-3",
    )


def _who() -> rx.Component:
    photos = card(
        upload_field("photo_ids", t("Photo or video"), most=9, videos=1, draft=_V.draft),
        error_line("photo_ids", _S.field_errors),
        words(t("You report as {name}", name=_V.who), size="1", soft=True),
        title=t("Photos or video"),
        context=t("up to 9 photos and 1 video"),
        extra="stack gap-2",
    )
    return rx.cond(_V.is_signed_in, photos, _visitor())


def _visitor() -> rx.Component:
    errors = _S.field_errors
    first = button(
        t("Prove the phone and add photos"), kind="ghost", size="small", icon_name="camera", on_click=_S.come_in, testid="photos-first"
    )
    return card(
        words(t("No account is needed: the code proves your phone, and you see what becomes of the report"), soft=True),
        phone_field("phone", t("Phone"), errors=errors, on_change=_S.note_phone, required=False),
        code_line(_S, errors=errors, on_change=_S.note_code),
        text_field("name", t("Your name (optional)"), errors=errors, auto_complete="name", max_length=40),
        row(
            first,
            file_button(t("Sign in instead"), href="/login?next=" + _V.path, kind="ghost", size="small", icon_name="log-in"),
            extra="wrap",
        ),
        title=t("Your phone"),
        extra="stack gap-3",
        testid="visitor",
    )
