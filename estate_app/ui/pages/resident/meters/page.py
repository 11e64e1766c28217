"""My meters: what each showed last, and sending a reading."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import action_bar, button
from estate_app.ui.components.card import callout, card, list_row, rows
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import error_line, form, number_field
from estate_app.ui.components.icon import tile
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.skeleton import skeleton_rows
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.upload import upload_field
from estate_app.ui.pages.resident.meters.present import MeterCard
from estate_app.ui.pages.resident.meters.state import OwnMetersState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = OwnMetersState


def own_meters_page() -> rx.Component:
    """The meters of one's rooms."""
    nothing = empty(t("No meters in your rooms"), body=t("Meters stand here once the estate has entered them"), icon_name="gauge")
    listing = rx.cond(_S.rows.length() == 0, nothing, rows(rx.foreach(_S.rows, _meter)))
    body = card(rx.cond(_S.stage == LOADING, skeleton_rows(2), listing), flush=True, testid="own-meters")
    return rx.fragment(page_title(t("My meters")), unless_failed(_S.stage, body, on_retry=_S.load), _form())


def _meter(meter: rx.Var[MeterCard]) -> rx.Component:
    send = rx.cond(
        meter.can_send,
        button(t("Send a reading"), kind="secondary", size="small", on_click=_S.ask(meter.id), testid="send-reading"),
        rx.fragment(),
    )
    return list_row(
        tile("gauge", small=True, size=18),
        stack(
            row(words(meter.title, strong=True), rx.cond(meter.badge.label != "", state_badge(meter.badge), rx.fragment()), extra="wrap"),
            words(meter.room, size="1", soft=True),
            words(meter.last, size="2", extra="nums"),
            rx.cond(meter.sent != "", words(meter.sent, size="1", soft=True, extra="nums"), rx.fragment()),
            rx.cond(meter.reason != "", words(meter.reason, size="1", tone="orange"), rx.fragment()),
            rx.cond(meter.can_send, rx.fragment(), words(meter.opens, size="1", soft=True)),
            gap="1",
            extra="grow",
        ),
        send,
        key=meter.id,
        testid="own-meter",
    )


def _form() -> rx.Component:
    save = button(t("Send"), submit=True, busy=_S.is_saving, busy_label=t("Sending"), full=True, testid="reading-save")
    photo = stack(
        words(t("Photo of the dial"), strong=True),
        upload_field("photo_ids", t("Take a photo"), most=1, accept="image/*"),
        error_line("photo_ids", _S.field_errors),
        gap="1",
    )
    body = form(
        callout(_S.chosen.last, tone="gray", icon_name="info"),
        number_field(
            "value",
            t("The dial shows"),
            errors=_S.field_errors,
            required=True,
            hint=t("All digits before the point, and those after it if there are any"),
        ),
        photo,
        action_bar(save),
        on_submit=_S.send,
        errors=_S.field_errors,
        testid="reading-form",
    )
    return sheet(body, is_open=_S.chosen.id != "", title=_S.chosen.title, on_close=_S.keep, testid="reading-sheet")
