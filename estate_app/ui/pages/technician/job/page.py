"""A job on the phone: who, where and by when; the next step at the thumb; materials, photos, note, signature."""

from typing import Any

import reflex as rx

from estate_app.ui.components.badge import state_badge, tag
from estate_app.ui.components.button import action_bar, button, icon_button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.countdown import countdown
from estate_app.ui.components.form import form, number_field, select_field, textarea_field
from estate_app.ui.components.icon import icon, tile
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import file_link
from estate_app.ui.components.photo import photo_grid, video_player
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.stepper import stepper
from estate_app.ui.components.timeline import timeline
from estate_app.ui.pages.common.not_found import not_found_panel
from estate_app.ui.pages.common.repair import MaterialLine
from estate_app.ui.pages.technician.job import offline, sheets
from estate_app.ui.pages.technician.job.arrival import arrival_part
from estate_app.ui.pages.technician.job.checklist import checklist_card
from estate_app.ui.pages.technician.job.state import JobState
from estate_app.ui.stage import LOADING, MISSING
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S, _V = JobState, JobState.view


def job_page() -> rx.Component:
    """The job with its sheets."""
    return unless_failed(
        _S.stage,
        rx.match(
            _S.stage,
            (LOADING, skeleton_cards()),
            (MISSING, not_found_panel()),
            rx.fragment(_content(), rx.el.div(_actions(), class_name="field-live"), offline.offline_actions(), sheets.job_sheets()),
        ),
        on_retry=_S.load,
    )


def _content() -> rx.Component:
    return stack(
        rx.cond(_V.head.offer != "", _offer(), rx.fragment()),
        _head(),
        offline.offline_job(),
        rx.cond(_V.head.offer == "", card(stepper(_V.steps, label=t("Progress"))), rx.fragment()),
        _contact(),
        arrival_part(is_open=_V.may.material),
        checklist_card(is_open=_V.may.complete | _V.may.resume),
        rx.cond(_V.may.material | (_V.materials.length() > 0), _materials(), rx.fragment()),
        rx.cond((_V.photos.length() > 0) | (_V.videos.length() > 0), _photos(), rx.fragment()),
        rx.cond(_V.rated.stars != "", _rated(), rx.fragment()),
        card(timeline(_V.timeline), title=t("What happened"), testid="timeline", aria_live="polite"),
        gap="3",
    )


def _head() -> rx.Component:
    clock = rx.cond(_V.head.clock != "", row(icon("timer"), words(_V.head.clock, strong=True, tone=_V.head.tone)), rx.fragment())
    return card(
        row(
            row(tag(_V.head.priority.label, tone=_V.head.priority.tone), tag(_V.head.category), state_badge(_V.head.badge), extra="wrap"),
            clock,
            extra="between wrap",
        ),
        row(
            tile(_V.head.icon),
            stack(
                rx.el.h1(_V.head.place, class_name="t5 strong", tab_index=-1),
                words(_V.head.title, size="3", extra="break"),
                words(_V.head.number, size="1", soft=True),
                gap="1",
                extra="grow",
            ),
            gap="3",
            extra="top",
        ),
        rx.cond(_V.reported.length() > 0, photo_grid(_V.reported), rx.fragment()),
        words(_V.head.promise, size="1", soft=True),
        extra="stack gap-3",
        testid="job-head",
    )


def _offer() -> rx.Component:
    """Until when the offer stands, counted down."""
    left = countdown(_V.head.seconds_left, on_end=_S.load, within="%", over=t("passed on"))
    return callout(_V.head.offer, icon_name="timer", actions=left, data_testid="offer")


def _photos() -> rx.Component:
    """Pictures from before and after the repair, and every video."""
    return card(photo_grid(_V.photos), rx.foreach(_V.videos, video_player), title=t("Photos"), extra="stack gap-2", testid="photos")


def _contact() -> rx.Component:
    call = file_link(icon("phone"), t("Call"), href="tel:" + _V.head.phone, class_name="btn btn-secondary", data_testid="call")
    return card(
        row(row(icon("user"), words(_V.head.contact, strong=True)), rx.cond(_V.head.phone != "", call, rx.fragment()), extra="between"),
        row(icon("calendar-clock"), words(_V.head.visit), extra="soft-text"),
        row(icon("door-open"), words(_V.head.access), extra="soft-text"),
        rx.cond(_V.links.length() > 0, row(rx.foreach(_V.links, _link), extra="wrap"), rx.fragment()),
        rx.cond(_V.may.transfer, _more(), rx.fragment()),
        extra="stack gap-2",
        testid="contact",
    )


def _more() -> rx.Component:
    """What is needed now and then: a note, a colleague, the way back to the office."""

    def small(label: rx.Var[str], what: str, icon_name: str) -> rx.Component:
        return button(label, kind="ghost", size="small", icon_name=icon_name, on_click=_S.ask(what), testid=what)

    return row(
        rx.cond(_V.may.material, small(t("Note"), "note", "message-square"), rx.fragment()),
        small(t("Hand over"), "transfer", "users"),
        rx.cond(_V.may.give_back, small(t("Return"), "give_back", "corner-up-left"), rx.fragment()),
        extra="wrap field-live",
    )


def _link(link: rx.Var[Option]) -> rx.Component:
    return rx.el.a(
        icon("navigation", size=14),
        link.label,
        href=link.value,
        target="_blank",
        rel="noopener noreferrer",
        class_name="btn btn-outline btn-small",
        key=link.label,
    )


def _materials() -> rx.Component:
    adding = form(
        rx.el.div(
            select_field("stock_item_id", t("Material"), _V.stock, errors=_S.field_errors),
            number_field("quantity_milli", t("Number used"), value="1", errors=_S.field_errors),
            button(
                t("Add"), kind="secondary", submit=True, icon_name="plus", busy=_S.is_saving, busy_label=t("Add"), testid="add-material"
            ),
            class_name="stock",
        ),
        on_submit=_S.use_material,
        testid="material-form",
    )
    adding = rx.el.div(adding, class_name="field-live")
    return card(
        rx.foreach(_V.materials, _material),
        rx.cond(_V.may.material, adding, rx.fragment()),
        title=t("Materials used"),
        context=t("Total {amount}", amount=_V.head.material),
        extra="stack gap-3",
        testid="materials",
    )


def _material(line: rx.Var[MaterialLine]) -> rx.Component:
    back = icon_button("x", label=t("Put back {name}", name=line.name), on_click=_S.put_back(line.id), testid="put-back")
    return row(
        stack(rx.el.span(line.name), words(line.quantity, size="1", soft=True), gap="1", extra="grow"),
        words("¥" + line.amount, extra="nums nowrap"),
        rx.cond(_V.may.material, back, rx.fragment()),
        extra="between",
        key=line.id,
    )


def _rated() -> rx.Component:
    answer = form(
        textarea_field("text", t("Answer to the resident"), errors=_S.field_errors, required=True),
        button(t("Send answer"), submit=True, busy=_S.is_saving, busy_label=t("Sending"), testid="send-reply"),
        on_submit=_S.reply,
        errors=_S.field_errors,
        testid="reply-form",
    )
    said = rx.cond(_V.rated.reply != "", callout(_V.rated.reply, tone="indigo", icon_name="message-square"), rx.fragment())
    return card(
        words(_V.rated.stars, strong=True),
        rx.cond(_V.rated.text != "", words(_V.rated.text, extra="preline break"), rx.fragment()),
        rx.cond(_V.may.reply, answer, said),
        rx.cond(_V.rated.appeal != "", callout(_V.rated.appeal, tone=_V.rated.tone, icon_name="scale"), rx.fragment()),
        rx.cond(_V.rated.may_appeal, _appeal(), rx.fragment()),
        title=t("Rating"),
        extra="stack gap-3",
        testid="rated",
    )


def _appeal() -> rx.Component:
    hint = t("Within seven days, once; the office decides")
    return form(
        textarea_field("appeal", t("Appeal against the rating"), rows=2, errors=_S.field_errors, hint=hint),
        button(t("Send appeal"), kind="outline", submit=True, busy=_S.is_saving, busy_label=t("Sending"), testid="send-appeal"),
        on_submit=_S.appeal,
        testid="appeal-form",
    )


def _actions() -> rx.Component:
    def when(allowed: rx.Var[bool], *made: rx.Component) -> rx.Component:
        return rx.cond(allowed, rx.fragment(*made), rx.fragment())

    def big(label: rx.Var[str], event: object, testid: str, icon_name: str) -> rx.Component:
        return button(
            label, size="large", full=True, icon_name=icon_name, on_click=event, busy=_S.is_saving, busy_label=t("Sending"), testid=testid
        )

    def side(label: rx.Var[str], what: str) -> rx.Component:
        return button(label, kind="neutral", size="large", on_click=_S.ask(what), testid=what)

    def start(**look: Any) -> rx.Component:
        return button(
            t("Start repair"), size="large", on_click=_S.do("start"), busy=_S.is_saving, busy_label=t("Sending"), testid="start", **look
        )

    return action_bar(
        when(_V.may.accept, side(t("Decline"), "decline"), big(t("Accept"), _S.do("accept"), "accept", "check")),
        when(_V.may.set_out, start(kind="neutral"), big(t("Set out"), _S.do("set_out"), "set-out", "footprints")),
        when(_V.may.start & ~_V.may.set_out, start(full=True)),
        when(_V.may.resume, big(t("Go on"), _S.do("resume"), "resume", "wrench")),
        when(_V.may.pause, side(t("Pause"), "pause")),
        when(_V.may.complete, big(t("Finish"), _S.ask("complete"), "complete", "check")),
    )
