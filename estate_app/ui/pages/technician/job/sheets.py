"""The sheets of a job: each asks for what its step needs, and stays open with everything typed when the step is refused."""

from typing import Any

import reflex as rx

from estate_app.repair.rules import PAUSE_NAMES
from estate_app.ui.components.button import button
from estate_app.ui.components.form import chips_field, error_line, form, number_field, select_field, textarea_field
from estate_app.ui.components.layout import stack, words
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.upload import signature_field, upload_field
from estate_app.ui.pages.technician.decline import decline_sheet
from estate_app.ui.pages.technician.job.state import JobState
from estate_app.ui.shell.label import say as said
from estate_app.ui.text import Text, t
from estate_app.ui.view import Option

_S, _V = JobState, JobState.view


def job_sheets() -> rx.Component:
    """Every sheet; at most one is open."""
    declining = decline_sheet(
        is_open=_S.dialog == "decline", errors=_S.field_errors, on_close=_S.keep, on_decline=_S.decline, busy=_S.is_saving
    )
    return rx.fragment(declining, _transfer(), _pause(), _give_back(), _note(), _complete())


def _send(label: Text, testid: str, **look: Any) -> rx.Component:
    return button(label, submit=True, full=True, size="large", busy=_S.is_saving, busy_label=t("Sending"), testid=testid, **look)


def _transfer() -> rx.Component:
    nobody = words(t("Nobody else works in this estate. Return the order instead"), soft=True)
    asking = form(
        select_field("technician_id", t("Colleague"), _S.colleagues, errors=_S.field_errors, required=True),
        textarea_field("reason", t("Reason"), errors=_S.field_errors, required=True),
        _send(t("Hand over"), "transfer-send"),
        on_submit=_S.transfer,
        errors=_S.field_errors,
        testid="transfer-form",
    )
    return sheet(
        rx.cond(_S.colleagues.length() > 0, asking, nobody),
        is_open=_S.dialog == "transfer",
        title=t("Hand over to a colleague?"),
        description=t("It is no longer yours then; your colleague still has to accept it"),
        on_close=_S.keep,
        testid="transfer-sheet",
    )


def _pause() -> rx.Component:
    reasons = [Option(code.value, said(name)) for code, name in PAUSE_NAMES.items()]
    return sheet(
        form(
            chips_field("reason", t("Reason"), reasons, errors=_S.field_errors, required=True),
            textarea_field("note", t("Note"), errors=_S.field_errors),
            _send(t("Pause"), "pause-send"),
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
            _send(t("Return the order"), "give-back-send", kind="danger"),
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
    key = "job-note-" + _V.head.number
    return sheet(
        form(
            textarea_field("note", t("What was found"), errors=_S.field_errors),
            upload_field("before_ids", t("Photo"), most=9, draft=key, accept="image/*"),
            error_line("photo_ids", _S.field_errors),
            _send(t("Save note"), "note-send"),
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
    key = "job-done-" + _V.head.number
    signature = stack(
        words(t("The resident signs for the material, {amount}", amount=_V.head.material), strong=True),
        signature_field("signature_id", t("Signature")),
        error_line("signature_id", _S.field_errors),
        gap="2",
    )
    return sheet(
        form(
            textarea_field("note", t("What was done"), errors=_S.field_errors, required=True, hint=t("The resident reads it")),
            number_field("labour_minutes", t("Minutes of work"), errors=_S.field_errors, decimal=False),
            upload_field("after_ids", t("Photo of the result"), most=9, videos=1, draft=key),
            error_line("photo_ids", _S.field_errors),
            rx.cond(_V.head.is_charged, signature, rx.fragment()),
            error_line("checklist", _S.field_errors),
            _send(t("Finish repair"), "complete-send"),
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
