"""Add a room to one's account."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button
from estate_app.ui.components.card import card, list_row, rows
from estate_app.ui.components.form import chips_field, date_field, form, select_field, text_field
from estate_app.ui.components.layout import stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.tabs import segments
from estate_app.ui.pages.resident.claim.state import ClaimCard, ClaimState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = ClaimState


def claim_page() -> rx.Component:
    """By the code on a bill, or by a request."""
    ways = segments(
        [("code", t("Code on the bill")), ("request", t("Ask the estate"))],
        value=_S.way,
        on_select=_S.choose_way,
        label=t("How"),
        full=True,
    )
    chosen = rx.cond(_S.way == "code", _code(), _request())
    body = rx.cond(_S.stage == LOADING, skeleton_cards(), stack(ways, card(chosen), rx.cond(_S.rows.length() > 0, _sent(), rx.fragment())))
    return rx.fragment(page_title(t("Add a room")), unless_failed(_S.stage, body, on_retry=_S.load))


def _relation() -> rx.Component:
    return chips_field("relation", t("What you are to the room"), _S.relations, errors=_S.field_errors, required=True, value="family")


def _last() -> rx.Component:
    return date_field(
        "to_on", t("Last day"), errors=_S.field_errors, hint=t("Tenants: the last day of the tenancy; from the day after nothing is seen")
    )


def _code() -> rx.Component:
    errors = _S.field_errors
    return form(
        text_field(
            "bill_number", t("Bill number"), errors=errors, required=True, hint=t("Such as ZD202611-00001, on top of a bill of the room")
        ),
        text_field("code", t("Code on the bill"), errors=errors, required=True, hint=t("Eight letters and digits beside the bill number")),
        _relation(),
        _last(),
        button(t("Add the room"), submit=True, busy=_S.is_saving, busy_label=t("Saving"), full=True, testid="claim-code"),
        on_submit=_S.by_code,
        errors=errors,
        testid="code-form",
    )


def _request() -> rx.Component:
    errors = _S.field_errors
    return form(
        select_field("estate", t("Estate"), _S.estates, errors=errors, required=True),
        text_field("room", t("Room code"), errors=errors, required=True, hint=t("Such as 3-2-1501")),
        _relation(),
        date_field("from_on", t("First day"), errors=errors, required=True, value=_S.today),
        _last(),
        text_field(
            "note", t("Note"), errors=errors, max_length=200, hint=t("What helps the estate to know you, such as the contract's number")
        ),
        button(t("Send the request"), submit=True, busy=_S.is_saving, busy_label=t("Sending"), full=True, testid="claim-request"),
        on_submit=_S.ask_estate,
        errors=errors,
        testid="request-form",
    )


def _sent() -> rx.Component:
    return card(rows(rx.foreach(_S.rows, _claim)), title=t("My requests"), flush=True, testid="own-claims")


def _claim(claim: rx.Var[ClaimCard]) -> rx.Component:
    about = stack(
        words(claim.room, strong=True),
        words(claim.about, size="1", soft=True),
        rx.cond(claim.reason != "", words(claim.reason, size="1", tone="orange"), rx.fragment()),
        gap="0",
        extra="grow",
    )
    return list_row(about, state_badge(claim.badge), key=claim.id, testid="own-claim")
