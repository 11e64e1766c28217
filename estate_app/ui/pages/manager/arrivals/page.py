"""Bank arrivals: what came in, whose it may be and why, and the decision."""

import reflex as rx

from estate_app.access.permission import Permission
from estate_app.ui.components.badge import badge_of, state_badge
from estate_app.ui.components.button import button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import textarea_field
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.list_page import list_toolbar, pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.plain_form import plain_form
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.tabs import segment_links, segments
from estate_app.ui.components.upload import file_choice
from estate_app.ui.pages.manager.arrivals.present import Arrival, Hit
from estate_app.ui.pages.manager.arrivals.state import ArrivalsState
from estate_app.ui.pages.manager.reconciliation.page import MAY_ACT, PLACES
from estate_app.ui.session import Session
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = ArrivalsState
_ACT = Permission.reconcile


def arrivals_page() -> rx.Component:
    """The arrivals of the estate in view."""
    upload = button(t("Import the bank's list"), icon_name="file-up", on_click=_S.ask("upload", 0, ""), testid="upload")
    places = segment_links(PLACES, current=PLACES[1][0], label=t("What is compared"))
    nothing = empty(t("No arrivals here"), body=t("Import the list of online banking, CSV or XLSX"), icon_name="landmark")
    states = [("open", t("To match")), ("confirmed", t("Confirmed")), ("rejected", t("No fee"))]
    found = card(
        list_toolbar(segments(states, value=_S.status, on_select=_S.narrow, label=t("Which arrivals"), testid="status")),
        rx.cond(_S.rows.length() == 0, nothing, rx.el.div(rx.foreach(_S.rows, _arrival), data_testid="arrivals")),
        pager(_S.pager, on_page=_S.go_to),
        flush=True,
        extra="arrivals-card",
    )
    return rx.fragment(
        page_title(t("Bank arrivals"), context=Session.estate_name, actions=rx.fragment(places, rx.cond(MAY_ACT, upload, rx.fragment()))),
        unless_failed(_S.stage, rx.cond(_S.stage == LOADING, skeleton_cards(), found), on_retry=_S.load),
        _upload(),
        _confirm(),
        _reject(),
    )


def _arrival(arrival: rx.Var[Arrival]) -> rx.Component:
    reject = button(t("Not a fee"), kind="ghost", size="small", on_click=_S.ask("reject", arrival.id, ""), testid="reject")
    head = row(
        words(arrival.amount, size="5", strong=True, extra="nums"),
        state_badge(arrival.badge),
        words(arrival.payer),
        words(arrival.time, soft=True, extra="nums"),
        words(arrival.serial, size="1", soft=True, extra="nums grow"),
        rx.cond(MAY_ACT & (arrival.decided == ""), reject, rx.fragment()),
        gap="3",
        extra="wrap",
    )
    none = words(t("No transfer, held money or open bill has this amount"), soft=True)
    hits = rx.cond(
        arrival.hits.length() > 0, rx.el.div(rx.foreach(arrival.hits, lambda hit: _hit(arrival, hit)), class_name="arrival-hits"), none
    )
    return rx.el.article(
        head,
        rx.cond(arrival.remark != "", words(t("Remark: {text}", text=arrival.remark), soft=True), rx.fragment()),
        rx.cond(arrival.decided != "", words(arrival.decided, soft=True), hits),
        class_name="arrival",
        key=arrival.id,
        data_testid="arrival",
    )


def _hit(arrival: rx.Var[Arrival], hit: rx.Var[Hit]) -> rx.Component:
    act = button(hit.act, kind="secondary", size="small", on_click=_S.ask("confirm", arrival.id, hit.key), testid="confirm")
    likely = rx.cond(hit.is_likely, badge_of(t("Likely"), tone="indigo", variant="soft"), rx.fragment())
    return rx.el.div(
        rx.el.div(
            row(words(hit.kind, strong=True), words(hit.what), likely, extra="wrap"),
            words(hit.why, size="1", soft=True),
            class_name="stack gap-1 grow",
        ),
        rx.cond(MAY_ACT, act, rx.fragment()),
        class_name="arrival-hit",
        key=hit.key,
    )


def _upload() -> rx.Component:
    file = file_choice(t("The bank's list"), accept=".csv,.xlsx", testid="upload-file")
    told = t("Needed are the columns serial number, time and amount received; payer and remark help to find whose money it is")
    return sheet(
        plain_form(
            rx.el.input(type="hidden", name="estate", value=Session.estate_id, read_only=True),
            stack(
                file,
                callout(told, tone="indigo", icon_name="info"),
                button(t("Import"), submit=True, full=True, testid="upload-send"),
                gap="3",
            ),
            action="/reconciliation/arrivals",
            custom_attrs={"encType": "multipart/form-data"},
        ),
        is_open=_S.dialog == "upload",
        title=t("Import the bank's list"),
        on_close=_S.keep,
        testid="upload-sheet",
    )


def _confirm() -> rx.Component:
    return confirm_dialog(
        words(_S.hit.what, strong=True),
        words(_S.hit.why, soft=True),
        is_open=_S.dialog == "confirm",
        title=t("{amount} from {payer}: {what}?", amount=_S.asked.amount, payer=_S.asked.payer, what=_S.hit.act),
        body=t("The arrival is settled by this and cannot be matched again"),
        keep_label=t("Cancel"),
        act_label=t("Confirm"),
        on_keep=_S.keep,
        on_act=_S.decide,
        busy=_S.is_saving,
        busy_label=t("Booking"),
        errors=_S.field_errors,
        testid="confirm-dialog",
    )


def _reject() -> rx.Component:
    return confirm_dialog(
        textarea_field("note", t("Reason"), errors=_S.field_errors, required=True, rows=3, max_length=200),
        is_open=_S.dialog == "reject",
        title=t("{amount} from {payer} is no fee?", amount=_S.asked.amount, payer=_S.asked.payer),
        body=t("Nothing is booked; the arrival leaves the list with your reason"),
        keep_label=t("Cancel"),
        act_label=t("Confirm"),
        on_keep=_S.keep,
        on_act=_S.decide,
        busy=_S.is_saving,
        busy_label=t("Booking"),
        errors=_S.field_errors,
        testid="reject-dialog",
    )
