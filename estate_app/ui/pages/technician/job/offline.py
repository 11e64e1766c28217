"""What a job offers without a network: the same steps, kept on the phone by assets/js/field.js and uploaded in order later.

Nothing here calls a handler: these buttons and dialogs must also work in the kept picture of the page.
"""

from collections.abc import Iterable
from typing import Any

import reflex as rx

from estate_app.repair.models import OrderStatus
from estate_app.repair.rules import DECLINE_NAMES, MOVES, PAUSE_NAMES, UNDER_REPAIR
from estate_app.ui.components.button import action_bar, button, icon_button
from estate_app.ui.components.card import card
from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.upload import signature_field
from estate_app.ui.pages.technician.job.arrival import offline_ways, scan_button
from estate_app.ui.pages.technician.job.state import JobState
from estate_app.ui.shell.label import say as said
from estate_app.ui.text import Text, t

_V = JobState.view
_S = OrderStatus
_NO_LABEL = t("Scan the label, or type the code below its picture")


def offline_job() -> rx.Component:
    """What waits for this job, and what can be added to it without a network."""
    identity = {
        "data-field-job": "",
        "data-order": _V.head.id,
        "data-status": _V.head.status,
        "data-place": _V.head.place,
        "data-title": _V.head.title,
    }
    extra = row(
        offline_ways(),
        _opener(t("Note"), "note", UNDER_REPAIR, kind="outline"),
        _opener(t("Use of material"), "material", UNDER_REPAIR, kind="outline"),
        extra="wrap",
    )
    waiting = rx.el.div(class_name="card stack gap-2", custom_attrs={"data-field-pending": ""}, data_testid="pending-steps")
    hint = words(t("Without a network your steps are kept here and uploaded in order later"), size="1", soft=True)
    away = rx.el.div(card(hint, extra, extra="stack gap-2"), class_name="field-offline")
    return rx.el.div(waiting, away, _dialogs(), class_name="field-job", custom_attrs=identity, data_testid="offline-job")


def offline_actions() -> rx.Component:
    """The bar at the thumb without a network; which buttons stand there follows from what waits already."""
    bar = action_bar(
        _opener(t("Decline"), "decline", {_S.assigned}, kind="neutral"),
        _step(t("Accept"), "accept", _S.accepted, {_S.assigned}),
        _step(t("Start repair"), "start", _S.working, _from(_S.working) - {_S.paused}, kind="neutral"),
        _step(t("Set out"), "set_out", _S.on_the_way, _from(_S.on_the_way)),
        _step(t("Go on"), "resume", _S.working, {_S.paused}),
        _opener(t("Pause"), "pause", _from(_S.paused), kind="neutral"),
        _opener(t("Finish"), "complete", _from(_S.completed)),
    )
    identity = {"data-order": _V.head.id, "data-place": _V.head.place}
    return rx.el.div(bar, class_name="field-offline", custom_attrs=identity)


def _from(target: OrderStatus) -> frozenset[OrderStatus]:
    return frozenset(status for status, targets in MOVES.items() if target in targets)


def _among(states: Iterable[OrderStatus]) -> dict[str, str]:
    return {"data-from": " ".join(sorted(state.value for state in states))}


def _step(label: Text, action: str, target: OrderStatus, states: Iterable[OrderStatus], **look: Any) -> rx.Component:
    attrs = {"data-field-step": action, "data-to": target.value, **_among(states)}
    return button(label, size="large", full=True, testid=f"offline-{action}", custom_attrs=attrs, **look)


def _opener(label: Text, what: str, states: Iterable[OrderStatus], **look: Any) -> rx.Component:
    attrs = {"data-field-open": f"offline-{what}", **_among(states)}
    return button(label, size="large", testid=f"offline-open-{what}", custom_attrs=attrs, **look)


def _dialogs() -> rx.Component:
    needs_reason = t("Choose a reason from the list")
    return rx.fragment(
        _dialog("arrive", t("Scan the label at the door"), "", scan_button(), _line("label", t("Code of the label"), needed=_NO_LABEL)),
        _dialog("note", t("Note"), "", _area("note", t("What was found"), t("Write what was found")), _pictures()),
        _dialog("material", t("Use of material"), "", _stock(), _line("quantity_milli", t("Number used"), value="1")),
        _dialog("decline", t("Decline this job?"), "gone", _choice("reason", DECLINE_NAMES, needs_reason), _area("note", t("Note"))),
        _dialog("pause", t("Pause the repair?"), "paused", _choice("reason", PAUSE_NAMES, needs_reason), _area("note", t("Note"))),
        _dialog(
            "complete",
            t("Finish the repair"),
            "completed",
            _area("note", t("What was done"), t("Write what was done; the resident reads it")),
            _line("labour_minutes", t("Minutes of work")),
            _pictures(),
            stack(
                words(t("Signature of the resident, where material is charged"), size="2"),
                signature_field("signature_id", t("Signature"), is_sent_later=True),
                gap="2",
            ),
        ),
    )


def _dialog(action: str, title: Text, target: str, *fields: rx.Component) -> rx.Component:
    attrs = {"data-field-step": action, "data-to": target, "data-signed": rx.cond(_V.head.is_charged, "true", "false")}
    close = icon_button("x", label=t("Close"), testid=f"offline-{action}-close", custom_attrs={"data-field-close": ""})
    sender = button(t("Keep on this phone"), submit=True, full=True, size="large", testid=f"offline-{action}-send")
    error = rx.el.p(class_name="field-error", role="alert")
    asking = rx.el.form(*fields, error, sender, class_name="form", custom_attrs=attrs, data_testid=f"offline-{action}-form")
    head = row(rx.el.h2(title, class_name="t3 strong"), close, extra="between")
    return rx.el.dialog(head, asking, id=f"offline-{action}", class_name="sheet", data_testid=f"offline-{action}-sheet")


def _labelled(label: Text, control: rx.Component) -> rx.Component:
    return rx.el.label(rx.el.span(label, class_name="field-label"), control, class_name="field")


def _area(name: str, label: Text, needed: Text = "") -> rx.Component:
    attrs = {"data-needed": needed} if not isinstance(needed, str) else {}
    return _labelled(label, rx.el.textarea(name=name, rows="4", class_name="input", custom_attrs=attrs, data_testid=f"offline-{name}"))


def _line(name: str, label: Text, value: str = "", needed: Text = "") -> rx.Component:
    attrs = {"data-needed": needed} if not isinstance(needed, str) else {}
    mode = "text" if attrs else "decimal"
    control = rx.el.input(
        name=name, type="text", input_mode=mode, default_value=value, class_name="input", custom_attrs=attrs, data_testid=f"offline-{name}"
    )  # fmt: skip
    return _labelled(label, control)


def _choice(name: str, names: Any, needed: Text) -> rx.Component:
    options = [rx.el.option(said(text), value=str(getattr(code, "value", code))) for code, text in names.items()]
    nothing = rx.el.option(t("Choose"), value="")
    control = rx.el.select(nothing, *options, name=name, class_name="input", custom_attrs={"data-needed": needed})
    return _labelled(t("Reason"), control)


def _stock() -> rx.Component:
    options = rx.foreach(_V.stock, lambda option: rx.el.option(option.label, value=option.value))
    return _labelled(t("Use of material"), rx.el.select(options, name="stock_item_id", class_name="input"))


def _pictures() -> rx.Component:
    chooser = rx.el.input(type="file", multiple=True, accept="image/*", class_name="visually-hidden")
    chosen = words("", extra="nums", custom_attrs={"data-field-count": ""})
    return rx.el.label(chooser, icon("camera", size=16), t("Add photos"), chosen, class_name="btn btn-outline btn-large btn-full")
