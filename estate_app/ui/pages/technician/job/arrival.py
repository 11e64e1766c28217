"""Being at the door: by the place of the phone or by the label there; with and without a network, and never in the way of the work.

The buttons carry what assets/js/field.js needs, so that they work in the kept picture of the page too.
"""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.i18n import msg, translate
from estate_app.repair.arrival import ArrivalCard, Proof, arrival_card, arrive
from estate_app.repair.arrival_rules import Finding, sentence
from estate_app.repair.rules import UNDER_REPAIR
from estate_app.ui.components.button import button
from estate_app.ui.components.card import card
from estate_app.ui.components.form import form, text_field
from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.toast import toast_done, toast_info
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.query import path_number
from estate_app.ui.text import t
from estate_app.ui.when import clock_text

_WORK = Permission.work_orders
_STATES = " ".join(sorted(state.value for state in UNDER_REPAIR))


@dataclass(frozen=True, slots=True)
class ArrivalView:
    """How the arrival stands: asked for, given, proven; and what was found."""

    is_asked: bool = False
    is_given: bool = False
    is_proven: bool = False
    says: str = ""


class ArrivalState(rx.State):
    """The arrival at the job in view."""

    view: ArrivalView = ArrivalView()
    is_scanning: bool = False
    busy: str = ""
    field_errors: dict[str, str] = {}

    @rx.event
    @requires(_WORK)
    async def load(self) -> None:
        """Read how the arrival at the job of the URL stands."""
        await self._refresh(me())

    async def _refresh(self, actor: Actor) -> None:
        found = await in_uow(_read, actor, path_number(self))
        self.view = present(found, locale=await locale_of(self))

    @rx.event
    @requires(_WORK)
    async def locate(self) -> rx.event.EventSpec:
        """Ask the phone where it is; a refusal is written down and blocks nothing."""
        self.busy = "location"
        return rx.call_script("window.estateLocate()", callback=ArrivalState.take_place)

    @rx.event
    @requires(_WORK)
    async def take_place(self, found: dict) -> rx.event.EventSpec | None:
        """Take the phone's place, or its reason for none."""
        return await self._arrive(proof_of(found))

    @rx.event
    @requires(_WORK)
    async def scan(self, is_open: bool) -> None:
        """Open or close the sheet that asks for the label."""
        self.is_scanning, self.field_errors = is_open, {}

    @rx.event
    @requires(_WORK)
    async def take_label(self, given: dict) -> rx.event.EventSpec | None:
        """Take what was scanned or typed of the label at the door."""
        code = str(given.get("label") or "").strip()
        if not code:
            self.field_errors = {"label": await say(self, msg("Scan the label, or type the code below its picture"))}
            return None
        self.busy = "label"
        return await self._arrive(Proof(label=code[:200]))

    async def _arrive(self, proof: Proof) -> rx.event.EventSpec:
        try:
            found: Finding = await in_uow(arrive, me(), order_id=path_number(self), proof=proof)
            self.is_scanning = False
            await self._refresh(me())
        finally:
            self.busy = ""
        if found.is_proven:
            return toast_done(await say(self, msg("Arrival recorded and proven")))
        return toast_info(await say(self, msg("Recorded as not proven. You may go on, or try the other way")))


def proof_of(found: dict[str, Any]) -> Proof:
    """What the browser said of its place; anything that cannot be read is a location that was not found."""
    try:
        return Proof(latitude=float(found["latitude"]), longitude=float(found["longitude"]), accuracy_m=float(found["accuracy"]))
    except (KeyError, TypeError, ValueError):
        return Proof(refusal=str(found.get("error") or "")[:20])


def present(found: ArrivalCard, *, locale: str) -> ArrivalView:
    """The card in words."""
    if found.finding is None or found.at is None:
        return ArrivalView(found.is_asked)
    says = f"{translate(sentence(found.finding), locale)} · {clock_text(found.at)}"
    return ArrivalView(found.is_asked, is_given=True, is_proven=found.finding.is_proven, says=says)


def arrival_part(*, is_open: Var[bool]) -> rx.Component:
    """The card, where the estate asks for proof or one was given; the ways to prove stand there until it is proven."""
    state, view = ArrivalState, ArrivalState.view
    done = row(icon("circle-check", size=18), words(view.says, tone="green", extra="grow"), data_testid="arrival-proven")
    doubt = rx.cond(view.is_given, words(view.says, tone="orange", data_testid="arrival-doubt"), rx.fragment())
    said = t("Your place is compared with the building and not kept. Without proof you may go on; the office sees why")
    hint = words(said, size="1", soft=True)
    ask = stack(doubt, _ways(), hint, gap="3")
    shown = card(rx.cond(view.is_proven, done, ask), title=t("Arrival at the door"), testid="arrival", aria_live="polite")
    return rx.fragment(
        rx.cond(is_open & (view.is_asked | view.is_given), shown, rx.fragment()),
        sheet(
            _label_form(),
            is_open=state.is_scanning,
            title=t("Scan the label at the door"),
            description=t("Or open the camera of your phone, scan it and press “I am here”"),
            on_close=state.scan(False),
            testid="scan",
        ),
    )


def _ways() -> rx.Component:
    """By place and by label."""
    state = ArrivalState
    located = button(
        t("I am here (location)"), kind="secondary", size="large", icon_name="locate", full=True, on_click=state.locate,
        busy=state.busy == "location", busy_label=t("Finding your place"), testid="arrive-location",
    )  # fmt: skip
    scanned = button(
        t("Scan the label"), kind="outline", size="large", icon_name="qr-code", full=True, on_click=state.scan(True), testid="arrive-label"
    )
    return rx.el.div(located, scanned, class_name="stack gap-2 field-live")


def offline_ways() -> rx.Component:
    """The same two without a network: they fill the queue of the phone."""
    located = button(
        t("I am here (location)"), kind="secondary", icon_name="locate", size="large", testid="offline-arrive",
        custom_attrs={"data-field-step": "arrive", "data-field-place": "", "data-from": _STATES},
    )  # fmt: skip
    scanned = button(
        t("Scan the label"), kind="outline", icon_name="qr-code", size="large", testid="offline-open-arrive",
        custom_attrs={"data-field-open": "offline-arrive", "data-from": _STATES},
    )  # fmt: skip
    return rx.cond(ArrivalState.view.is_asked & ~ArrivalState.view.is_proven, rx.fragment(located, scanned), rx.fragment())


def _label_form() -> rx.Component:
    return form(
        scan_button(),
        text_field(
            "label", t("Code of the label"), errors=ArrivalState.field_errors, auto_complete="off", hint=t("It stands below the picture")
        ),
        button(
            t("I am here"), submit=True, full=True, size="large", busy=ArrivalState.busy == "label", busy_label=t("Sending"),
            testid="label-send",
        ),
        on_submit=ArrivalState.take_label,
        errors=ArrivalState.field_errors,
        testid="label-form",
    )  # fmt: skip


def scan_button() -> rx.Component:
    """Photograph a label; its code goes into the form's field `label`. Hidden where the browser cannot read one (assets/js/scan.js)."""
    chooser = rx.el.input(type="file", accept="image/*", class_name="visually-hidden", custom_attrs={"capture": "environment"})
    attrs = {"data-scan": "label", "data-scan-none": t("No label was found in the picture; try again or type its code")}
    return rx.el.label(
        chooser, icon("camera", size=16), t("Photograph the label"), class_name="btn btn-outline btn-large btn-full", custom_attrs=attrs,
        data_testid="scan-photo",
    )  # fmt: skip


def _read(uow: UnitOfWork, actor: Actor, order_id: int) -> ArrivalCard:
    return arrival_card(uow.session, actor, order_id, now=uow.now)
