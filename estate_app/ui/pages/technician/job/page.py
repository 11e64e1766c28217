"""A job on the phone: who, where and by when; the next step at the thumb; materials, photos, note, signature."""

import reflex as rx

from estate_app.repair.rules import PAUSE_NAMES
from estate_app.ui.components.badge import state_badge, tag
from estate_app.ui.components.button import action_bar, button, icon_button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.form import chips_field, error_line, form, number_field, select_field, textarea_field
from estate_app.ui.components.icon import icon, tile
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import file_link
from estate_app.ui.components.photo import photo_grid
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stepper import stepper
from estate_app.ui.components.timeline import timeline
from estate_app.ui.components.upload import signature_field, upload_field
from estate_app.ui.pages.common.repair import MaterialLine
from estate_app.ui.pages.technician.decline import decline_sheet
from estate_app.ui.pages.technician.job.state import JobState
from estate_app.ui.shell.label import say as said
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = JobState


def job_page() -> rx.Component:
    """The job with its sheets."""
    sheets = rx.fragment(
        decline_sheet(is_open=_S.dialog == "decline", errors=_S.field_errors, on_close=_S.keep, on_decline=_S.decline),
        _pause(),
        _give_back(),
        _note(),
        _complete(),
    )
    return rx.cond(_S.is_loading, skeleton_cards(), rx.fragment(_content(), _actions(), sheets))


def _content() -> rx.Component:
    return stack(
        _head(),
        rx.cond(_S.head.offer != "", callout(_S.head.offer, icon_name="timer"), card(stepper(_S.steps, label=t("Progress")))),
        _contact(),
        rx.cond(_S.may.material | (_S.materials.length() > 0), _materials(), rx.fragment()),
        rx.cond(_S.photos.length() > 0, card(photo_grid(_S.photos), title=t("Photos"), testid="photos"), rx.fragment()),
        rx.cond(_S.rated.stars != "", _rated(), rx.fragment()),
        card(timeline(_S.timeline), title=t("What happened"), testid="timeline", aria_live="polite"),
        gap="3",
    )


def _head() -> rx.Component:
    clock = rx.cond(_S.head.clock != "", row(icon("timer"), words(_S.head.clock, strong=True, tone=_S.head.tone)), rx.fragment())
    return card(
        row(row(tag(_S.head.priority.label, tone=_S.head.priority.tone), state_badge(_S.head.badge)), clock, extra="between wrap"),
        row(
            tile(_S.head.icon),
            stack(
                rx.el.h1(_S.head.place, class_name="t5 strong", tab_index=-1),
                words(_S.head.title, size="3", extra="break"),
                words(_S.head.number, size="1", soft=True),
                gap="1",
                extra="grow",
            ),
            gap="3",
            extra="top",
        ),
        words(_S.head.promise, size="1", soft=True),
        extra="stack gap-3",
        testid="job-head",
    )


def _contact() -> rx.Component:
    call = file_link(icon("phone"), t("Call"), href="tel:" + _S.head.phone, class_name="btn btn-secondary", data_testid="call")
    return card(
        row(row(icon("user"), words(_S.head.contact, strong=True)), rx.cond(_S.head.phone != "", call, rx.fragment()), extra="between"),
        row(icon("calendar-clock"), words(_S.head.visit), extra="soft-text"),
        row(icon("door-open"), words(_S.head.access), extra="soft-text"),
        rx.cond(_S.links.length() > 0, row(rx.foreach(_S.links, _link), extra="wrap"), rx.fragment()),
        extra="stack gap-2",
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
            select_field("stock_item_id", t("Material"), _S.stock, errors=_S.field_errors),
            number_field("quantity", t("Number used"), value="1", errors=_S.field_errors),
            button(t("Add"), kind="secondary", submit=True, icon_name="plus", testid="add-material"),
            class_name="stock",
        ),
        on_submit=_S.use_material,
        testid="material-form",
    )
    return card(
        rx.foreach(_S.materials, _material),
        rx.cond(_S.may.material, adding, rx.fragment()),
        title=t("Materials used"),
        context=t("Total {amount}", amount=_S.head.material),
        extra="stack gap-3",
        testid="materials",
    )


def _material(line: rx.Var[MaterialLine]) -> rx.Component:
    back = icon_button("x", label=t("Put back {name}", name=line.name), on_click=_S.put_back(line.id), testid="put-back")
    return row(
        stack(rx.el.span(line.name), words(line.quantity, size="1", soft=True), gap="1", extra="grow"),
        words("¥" + line.amount, extra="nums nowrap"),
        rx.cond(_S.may.material, back, rx.fragment()),
        extra="between",
        key=line.id,
    )


def _rated() -> rx.Component:
    answer = form(
        textarea_field("text", t("Answer to the resident"), errors=_S.field_errors, required=True),
        button(t("Send answer"), submit=True, testid="send-reply"),
        on_submit=_S.reply,
        errors=_S.field_errors,
        testid="reply-form",
    )
    said = rx.cond(_S.rated.reply != "", callout(_S.rated.reply, tone="indigo", icon_name="message-square"), rx.fragment())
    return card(
        words(_S.rated.stars, strong=True),
        rx.cond(_S.rated.text != "", words(_S.rated.text, extra="preline break"), rx.fragment()),
        rx.cond(_S.may.reply, answer, said),
        title=t("Rating"),
        extra="stack gap-3",
        testid="rated",
    )


def _actions() -> rx.Component:
    def when(allowed: rx.Var[bool], *made: rx.Component) -> rx.Component:
        return rx.cond(allowed, rx.fragment(*made), rx.fragment())

    def big(label: rx.Var[str], event: object, testid: str, icon_name: str) -> rx.Component:
        return button(label, size="large", full=True, icon_name=icon_name, on_click=event, testid=testid)

    def side(label: rx.Var[str], what: str) -> rx.Component:
        return button(label, kind="neutral", size="large", on_click=_S.ask(what), testid=what)

    return action_bar(
        when(_S.may.accept, side(t("Decline"), "decline"), big(t("Accept"), _S.do("accept"), "accept", "check")),
        when(_S.may.give_back & ~_S.may.complete & ~_S.may.resume, side(t("Return"), "give_back")),
        when(_S.may.set_out, big(t("Set out"), _S.do("set_out"), "set-out", "footprints")),
        when(_S.may.start & ~_S.may.set_out, big(t("Start repair"), _S.do("start"), "start", "wrench")),
        when(_S.may.resume, side(t("Return"), "give_back"), big(t("Go on"), _S.do("resume"), "resume", "wrench")),
        when(_S.may.pause, side(t("Pause"), "pause"), side(t("Note"), "note")),
        when(_S.may.complete, big(t("Finish"), _S.ask("complete"), "complete", "check")),
    )


def _pause() -> rx.Component:
    reasons = [Option(code.value, said(name)) for code, name in PAUSE_NAMES.items()]
    return sheet(
        form(
            chips_field("reason", t("Reason"), reasons, errors=_S.field_errors, required=True),
            textarea_field("note", t("Note"), errors=_S.field_errors),
            button(t("Pause"), submit=True, full=True, size="large", testid="pause-send"),
            on_submit=_S.pause,
            errors=_S.field_errors,
            testid="pause-form",
        ),
        is_open=_S.dialog == "pause",
        title=t("Pause the repair?"),
        description=t("The clock of the promise stops; the resident reads the reason"),
        on_close=_S.keep,
        testid="pause-sheet",
    )


def _give_back() -> rx.Component:
    return sheet(
        form(
            textarea_field("reason", t("Reason"), errors=_S.field_errors, required=True),
            button(t("Return the order"), kind="danger", submit=True, full=True, size="large", testid="give-back-send"),
            on_submit=_S.give_back,
            errors=_S.field_errors,
            testid="give-back-form",
        ),
        is_open=_S.dialog == "give_back",
        title=t("Return the order?"),
        description=t("Another technician is looked for at once"),
        on_close=_S.keep,
        testid="give-back-sheet",
    )


def _note() -> rx.Component:
    key = "job-note-" + JobState.head.number
    return sheet(
        form(
            textarea_field("note", t("What was found"), errors=_S.field_errors),
            upload_field("before_ids", t("Photo"), most=9, draft=key, accept="image/*"),
            button(t("Save note"), submit=True, full=True, size="large", testid="note-send"),
            on_submit=_S.add_note,
            errors=_S.field_errors,
            testid="note-form",
            custom_attrs={"data-draft": key},
        ),
        is_open=_S.dialog == "note",
        title=t("Note"),
        on_close=_S.keep,
        testid="note-sheet",
    )


def _complete() -> rx.Component:
    key = "job-done-" + JobState.head.number
    signature = stack(
        words(t("The resident signs for the material, {amount}", amount=_S.head.material), strong=True),
        signature_field("signature_id", t("Signature")),
        error_line("signature_id", _S.field_errors),
        gap="2",
    )
    return sheet(
        form(
            textarea_field("note", t("What was done"), errors=_S.field_errors, required=True, hint=t("The resident reads it")),
            number_field("labour_minutes", t("Minutes of work"), errors=_S.field_errors, decimal=False),
            upload_field("after_ids", t("Photo of the result"), most=9, draft=key),
            rx.cond(_S.head.is_charged, signature, rx.fragment()),
            button(
                t("Finish repair"), submit=True, full=True, size="large", busy=_S.is_saving, busy_label=t("Sending"), testid="complete-send"
            ),
            on_submit=_S.complete,
            errors=_S.field_errors,
            testid="complete-form",
            custom_attrs={"data-draft": key},
        ),
        is_open=_S.dialog == "complete",
        title=t("Finish the repair"),
        on_close=_S.keep,
        testid="complete-sheet",
    )
