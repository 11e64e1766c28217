"""A repair, live: where it stands, who comes, what happened, and the rating sheet."""

import reflex as rx

from estate_app.settings import settings
from estate_app.ui.components.avatar import avatar
from estate_app.ui.components.badge import state_badge, tag
from estate_app.ui.components.button import action_bar, button, file_button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.copy import code
from estate_app.ui.components.form import chips_field, form, textarea_field
from estate_app.ui.components.icon import icon, tile
from estate_app.ui.components.layout import divider, row, stack, words
from estate_app.ui.components.link import file_link
from estate_app.ui.components.photo import photo_grid
from estate_app.ui.components.rating import rating, rating_field
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stepper import stepper
from estate_app.ui.components.timeline import timeline
from estate_app.ui.components.upload import upload_field
from estate_app.ui.pages.common.repair import MaterialLine
from estate_app.ui.pages.resident.repair.state import RepairState
from estate_app.ui.text import t
from estate_app.ui.view import Option, Photo

_S = RepairState


def repair_page() -> rx.Component:
    """The order with its actions at the bottom."""
    return rx.cond(_S.is_loading, skeleton_cards(), rx.fragment(_content(), _actions(), _cancel(), _reopen(), _rating_sheet()))


def _content() -> rx.Component:
    return stack(
        _head(),
        rx.cond(_S.worker.name != "", _worker(), rx.fragment()),
        rx.cond(_S.rated.quality > 0, _rated(), rx.fragment()),
        rx.cond(_S.materials.length() > 0, _materials(), rx.fragment()),
        card(timeline(_S.timeline), title=t("What happened"), context=t("updates by itself"), testid="timeline", aria_live="polite"),
        rx.cond((_S.photos.length() > 0) | (_S.videos.length() > 0), _photos(), rx.fragment()),
        gap="3",
    )


def _head() -> rx.Component:
    ended = callout(_S.head.ended, tone="orange", icon_name="ban")
    return card(
        row(
            tile(_S.head.icon),
            stack(
                rx.el.h1(_S.head.title, class_name="t3 strong break", tab_index=-1),
                words(_S.head.place, size="2", soft=True),
                row(code(_S.head.number), state_badge(_S.head.badge), extra="wrap"),
                gap="1",
                extra="grow",
            ),
            gap="3",
            extra="top",
        ),
        rx.cond(_S.head.ended != "", ended, stepper(_S.steps, label=t("Progress"))),
        rx.cond(
            _S.head.rework_of != "", words(t("Rework of {number}, free of charge", number=_S.head.rework_of), soft=True), rx.fragment()
        ),
        row(icon("calendar-clock"), words(_S.head.visit), icon("door-open"), words(_S.head.access), extra="wrap soft-text"),
        extra="stack gap-3",
        testid="repair-head",
    )


def _worker() -> rx.Component:
    call = rx.cond(
        _S.worker.phone != "",
        file_link(
            icon("phone", size=20),
            href="tel:" + _S.worker.phone,
            class_name="btn btn-primary btn-icon btn-round",
            aria_label=t("Call {name}", name=_S.worker.name),
        ),
        rx.fragment(),
    )
    says = rx.cond(
        _S.worker.says != "",
        row(
            row(rx.el.span(class_name="live-dot"), words(_S.worker.says, tone="indigo")),
            words(_S.worker.promise, tone="indigo", size="1"),
            extra="between wrap",
        ),
        rx.fragment(),
    )
    return card(
        row(
            avatar(_S.worker.name, large=True),
            stack(
                row(rx.el.span(_S.worker.name, class_name="t3 strong"), tag(_S.worker.trade), extra="wrap"),
                row(icon("star", size=14), words(_S.worker.score, soft=True)),
                gap="1",
                extra="grow",
            ),
            call,
            gap="3",
        ),
        says,
        rx.cond(_S.head.why != "", words(_S.head.why, size="1", soft=True), rx.fragment()),
        extra="stack gap-3",
        testid="worker",
        aria_live="polite",
    )


def _rated() -> rx.Component:
    reply = rx.cond(
        _S.rated.reply != "",
        callout(t("{name} answered: {text}", name=_S.worker.name, text=_S.rated.reply), tone="indigo", icon_name="message-square"),
        rx.fragment(),
    )
    return card(
        row(words(t("Quality")), rating(_S.rated.quality, word=_S.rated.quality.to_string()), extra="between"),
        row(words(t("Attitude")), rating(_S.rated.attitude, word=_S.rated.attitude.to_string()), extra="between"),
        row(words(t("Timeliness")), rating(_S.rated.timeliness, word=_S.rated.timeliness.to_string()), extra="between"),
        rx.cond(_S.rated.text != "", words(_S.rated.text, extra="preline break"), rx.fragment()),
        reply,
        title=t("Your rating"),
        context=_S.rated.time,
        extra="stack gap-2",
        testid="rated",
    )


def _materials() -> rx.Component:
    total = row(words(t("Material"), strong=True), words(_S.head.material, strong=True, extra="nums"), extra="between")
    return card(
        rx.foreach(_S.materials, _material),
        divider(),
        total,
        words(_S.head.material_note, size="1", soft=True),
        title=t("Materials used"),
        extra="stack gap-2",
        testid="materials",
    )


def _material(line: rx.Var[MaterialLine]) -> rx.Component:
    name = row(rx.el.span(line.name), words(line.quantity, soft=True), extra="wrap")
    return row(name, words("¥" + line.amount, extra="nums nowrap"), extra="between", key=line.id)


def _photos() -> rx.Component:
    return card(photo_grid(_S.photos), rx.foreach(_S.videos, _video), title=t("Photos and video"), extra="stack gap-2", testid="photos")


def _video(video: rx.Var[Photo]) -> rx.Component:
    return rx.el.video(src=video.url, controls=True, preload="metadata", aria_label=video.alt, class_name="video", key=video.id)


def _actions() -> rx.Component:
    def shown(when: rx.Var[bool], *made: rx.Component) -> rx.Component:
        return rx.cond(when, rx.fragment(*made), rx.fragment())

    return action_bar(
        shown(_S.may.cancel, button(t("Withdraw"), kind="neutral", on_click=_S.ask("cancel"), testid="cancel")),
        shown(_S.may.urge, button(t("Urge"), kind="secondary", icon_name="bell", on_click=_S.urge, full=True, size="large", testid="urge")),
        shown(_S.may.reopen, button(t("Not fixed: rework"), kind="neutral", on_click=_S.ask("reopen"), size="large", testid="reopen")),
        shown(_S.may.rate, button(t("Rate"), icon_name="star", on_click=_S.ask("rate"), full=True, size="large", testid="rate")),
        rx.cond(
            _S.may.cancel | _S.may.urge | _S.may.reopen | _S.may.rate,
            rx.fragment(),
            file_button(t("Call the office"), href=f"tel:{settings().support_phone}", icon_name="headphones", kind="neutral"),
        ),
    )


def _cancel() -> rx.Component:
    return confirm_dialog(
        textarea_field("reason", t("Reason (optional)"), errors=_S.field_errors),
        is_open=_S.dialog == "cancel",
        title=t("Withdraw report {number}?", number=_S.head.number),
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
        title=t("Ask for rework of {number}?", number=_S.head.number),
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
    return sheet(
        form(
            rating_field("quality", t("Quality"), errors=_S.field_errors),
            rating_field("attitude", t("Attitude"), errors=_S.field_errors),
            rating_field("timeliness", t("Timeliness"), errors=_S.field_errors),
            chips_field(
                "reasons",
                t("What went wrong? (needed for two stars or fewer)"),
                [
                    Option("late", t("Came late")),
                    Option("not_fixed", t("Not fixed")),
                    Option("rude", t("Unfriendly")),
                    Option("messy", t("Left a mess")),
                    Option("overcharged", t("Too expensive")),
                    Option("other", t("Something else")),
                ],
                errors=_S.field_errors,
                multiple=True,
            ),
            textarea_field("text", t("Anything else? (optional)"), errors=_S.field_errors),
            upload_field("photo_ids", t("Add photo"), most=9, accept="image/*"),
            button(
                t("Send rating"), submit=True, full=True, size="large", busy=_S.is_saving, busy_label=t("Sending"), testid="send-rating"
            ),
            on_submit=_S.rate,
            errors=_S.field_errors,
            testid="rating-form",
        ),
        is_open=_S.dialog == "rate",
        title=t("How was it?"),
        on_close=_S.keep,
        testid="rating-sheet",
    )
