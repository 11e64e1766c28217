"""A repair, live: where it stands, who comes, what happened, and the rating sheet."""

import reflex as rx

from estate_app.repair.rules import LOW_NAMES
from estate_app.settings import settings
from estate_app.ui.components.avatar import avatar
from estate_app.ui.components.badge import state_badge, tag
from estate_app.ui.components.button import action_bar, button, file_button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.copy import code
from estate_app.ui.components.form import chips_field, error_line, form, textarea_field
from estate_app.ui.components.icon import icon, tile
from estate_app.ui.components.layout import divider, row, stack, words
from estate_app.ui.components.link import file_link
from estate_app.ui.components.photo import video_player
from estate_app.ui.components.rating import rating, rating_field
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.stepper import stepper
from estate_app.ui.components.timeline import timeline
from estate_app.ui.components.upload import upload_field
from estate_app.ui.pages.common.feedback_beside import feedback_asked
from estate_app.ui.pages.common.not_found import not_found_panel
from estate_app.ui.pages.common.repair import MaterialLine
from estate_app.ui.pages.resident.repair.state import RepairState
from estate_app.ui.shell.label import say as said
from estate_app.ui.stage import LOADING, MISSING
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S, _V = RepairState, RepairState.view


def repair_page() -> rx.Component:
    """The order with its actions at the bottom."""
    shown = rx.fragment(_content(), _actions(), _cancel(), _reopen(), _rating_sheet())
    return unless_failed(
        _S.stage, rx.match(_S.stage, (LOADING, skeleton_cards()), (MISSING, not_found_panel()), shown), on_retry=_S.load
    )  # fmt: skip


def _content() -> rx.Component:
    return stack(
        _head(),
        rx.cond(_V.worker.name != "", _worker(), rx.fragment()),
        rx.cond(_V.rated.quality > 0, _rated(), rx.fragment()),
        rx.cond(_V.materials.length() > 0, _materials(), rx.fragment()),
        card(timeline(_V.timeline), title=t("What happened"), context=t("updates by itself"), testid="timeline", aria_live="polite"),
        rx.cond(_V.videos.length() > 0, _videos(), rx.fragment()),
        feedback_asked(),
        gap="3",
    )


def _head() -> rx.Component:
    ended = callout(_V.head.ended, tone="orange", icon_name="ban")
    text = t("Merged into an incident: {count} homes of the building have reported it; it is repaired together", count=_V.head.incident)
    together = callout(text, tone="indigo", icon_name="users", data_testid="incident")
    return card(
        row(
            tile(_V.head.icon),
            stack(
                rx.el.h1(_V.head.title, class_name="t3 strong break", tab_index=-1),
                words(_V.head.place, size="2", soft=True),
                row(code(_V.head.number), state_badge(_V.head.badge), extra="wrap"),
                gap="1",
                extra="grow",
            ),
            gap="3",
            extra="top",
        ),
        rx.cond(_V.head.ended != "", ended, stepper(_V.steps, label=t("Progress"))),
        rx.cond(
            _V.head.rework_of != "", words(t("Rework of {number}, free of charge", number=_V.head.rework_of), soft=True), rx.fragment()
        ),
        rx.cond(_V.head.incident > 0, together, rx.fragment()),
        row(icon("calendar-clock"), words(_V.head.visit), icon("door-open"), words(_V.head.access), extra="wrap soft-text"),
        extra="stack gap-3",
        testid="repair-head",
    )


def _worker() -> rx.Component:
    call = rx.cond(
        _V.worker.phone != "",
        file_link(
            icon("phone", size=20),
            href="tel:" + _V.worker.phone,
            class_name="btn btn-primary btn-icon btn-round",
            aria_label=t("Call {name}", name=_V.worker.name),
        ),
        rx.fragment(),
    )
    says = rx.cond(
        _V.worker.says != "",
        row(
            row(rx.el.span(class_name="live-dot"), words(_V.worker.says, tone="indigo")),
            words(_V.worker.promise, tone="indigo", size="1"),
            extra="between wrap",
        ),
        rx.fragment(),
    )
    return card(
        row(
            avatar(_V.worker.name, large=True),
            stack(
                row(rx.el.span(_V.worker.name, class_name="t3 strong"), tag(_V.worker.trade), extra="wrap"),
                row(icon("star", size=14), words(_V.worker.score, soft=True)),
                gap="1",
                extra="grow",
            ),
            call,
            gap="3",
        ),
        says,
        rx.cond(_V.head.why != "", words(_V.head.why, size="1", soft=True), rx.fragment()),
        extra="stack gap-3",
        testid="worker",
        aria_live="polite",
    )


def _rated() -> rx.Component:
    reply = rx.cond(
        _V.rated.reply != "",
        callout(t("{name} answered: {text}", name=_V.worker.name, text=_V.rated.reply), tone="indigo", icon_name="message-square"),
        rx.fragment(),
    )
    return card(
        row(words(t("Quality")), rating(_V.rated.quality, word=_V.rated.quality.to_string()), extra="between"),
        row(words(t("Attitude")), rating(_V.rated.attitude, word=_V.rated.attitude.to_string()), extra="between"),
        row(words(t("Timeliness")), rating(_V.rated.timeliness, word=_V.rated.timeliness.to_string()), extra="between"),
        rx.cond(_V.rated.text != "", words(_V.rated.text, extra="preline break"), rx.fragment()),
        reply,
        title=t("Your rating"),
        context=_V.rated.time,
        extra="stack gap-2",
        testid="rated",
    )


def _materials() -> rx.Component:
    total = row(words(t("Material"), strong=True), words(_V.head.material, strong=True, extra="nums"), extra="between")
    return card(
        rx.foreach(_V.materials, _material),
        divider(),
        total,
        words(_V.head.material_note, size="1", soft=True),
        title=t("Materials used"),
        extra="stack gap-2",
        testid="materials",
    )


def _material(line: rx.Var[MaterialLine]) -> rx.Component:
    name = row(rx.el.span(line.name), words(line.quantity, soft=True), extra="wrap")
    return row(name, words("¥" + line.amount, extra="nums nowrap"), extra="between", key=line.id)


def _videos() -> rx.Component:
    return card(rx.foreach(_V.videos, video_player), title=t("Video"), extra="stack gap-2", testid="videos")


def _actions() -> rx.Component:
    def shown(when: rx.Var[bool], *made: rx.Component) -> rx.Component:
        return rx.cond(when, rx.fragment(*made), rx.fragment())

    return action_bar(
        shown(_V.may.cancel, button(t("Withdraw"), kind="neutral", on_click=_S.ask("cancel"), testid="cancel")),
        shown(
            _V.may.urge,
            button(
                t("Urge"), kind="secondary", icon_name="bell", on_click=_S.urge, full=True, size="large", busy=_S.is_saving, testid="urge"
            ),
        ),
        shown(_V.may.reopen, button(t("Not fixed: rework"), kind="neutral", on_click=_S.ask("reopen"), size="large", testid="reopen")),
        shown(_V.may.rate, button(t("Rate"), icon_name="star", on_click=_S.ask("rate"), full=True, size="large", testid="rate")),
        rx.cond(
            _V.may.cancel | _V.may.urge | _V.may.reopen | _V.may.rate,
            rx.fragment(),
            file_button(t("Call the office"), href=f"tel:{settings().support_phone}", icon_name="headphones", kind="neutral"),
        ),
    )


def _cancel() -> rx.Component:
    return confirm_dialog(
        textarea_field("reason", t("Reason (optional)"), errors=_S.field_errors),
        is_open=_S.dialog == "cancel",
        title=t("Withdraw report {number}?", number=_V.head.number),
        body=t("Nobody will come. You can report again at any time"),
        keep_label=t("Keep the report"),
        act_label=t("Withdraw"),
        on_keep=_S.keep,
        on_act=_S.cancel,
        busy=_S.is_saving,
        busy_label=t("Sending"),
        destroys=True,
        errors=_S.field_errors,
        testid="cancel-dialog",
    )


def _reopen() -> rx.Component:
    return confirm_dialog(
        textarea_field("reason", t("What is still wrong?"), errors=_S.field_errors, required=True),
        is_open=_S.dialog == "reopen",
        title=t("Ask for rework of {number}?", number=_V.head.number),
        body=t("Rework within 15 days is free; it becomes an order of its own, linked to this one"),
        keep_label=t("Not now"),
        act_label=t("Ask for rework"),
        on_keep=_S.keep,
        on_act=_S.reopen,
        busy=_S.is_saving,
        busy_label=t("Sending"),
        errors=_S.field_errors,
        testid="reopen-dialog",
    )


def _rating_sheet() -> rx.Component:
    key = "rate-" + _V.head.number
    rework = button(t("Not fixed? Ask for free rework"), kind="ghost", size="small", on_click=_S.ask("reopen"), testid="rework")
    return sheet(
        row(avatar(_V.worker.name), words(_V.worker.name, strong=True), words(_V.worker.took, size="1", soft=True), extra="wrap"),
        form(
            rating_field("quality", t("Quality"), errors=_S.field_errors),
            rating_field("attitude", t("Attitude"), errors=_S.field_errors),
            rating_field("timeliness", t("Timeliness"), errors=_S.field_errors),
            chips_field(
                "reasons",
                t("What went wrong? (needed for two stars or fewer)"),
                [Option(code, said(name)) for code, name in LOW_NAMES.items()],
                errors=_S.field_errors,
                multiple=True,
            ),
            textarea_field("text", t("Anything else? (optional)"), errors=_S.field_errors, rows=3, max_length=500),
            upload_field("photo_ids", t("Add photo"), most=9, accept="image/*", draft=key),
            error_line("photo_ids", _S.field_errors),
            rx.cond(_V.may.reopen, rework, rx.fragment()),
            button(
                t("Send rating"), submit=True, full=True, size="large", busy=_S.is_saving, busy_label=t("Sending"), testid="send-rating"
            ),
            on_submit=_S.rate,
            errors=_S.field_errors,
            testid="rating-form",
            custom_attrs={"data-draft": key},
        ),
        is_open=_S.dialog == "rate",
        title=t("How was it?"),
        on_close=_S.keep,
        testid="rating-sheet",
    )
