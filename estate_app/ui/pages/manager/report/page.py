"""The form for a caller's report: the room is found first, then what is wrong and who called."""

import reflex as rx

from estate_app.ui.components.button import action_bar, button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.form import chips_field, error_line, form, phone_field, select_field, text_field, textarea_field
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.list_page import search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.tabs import segments
from estate_app.ui.components.upload import upload_field
from estate_app.ui.pages.common.danger import danger_card
from estate_app.ui.pages.manager.report import present
from estate_app.ui.pages.manager.report.state import CallerReportState
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = CallerReportState


def caller_report_page() -> rx.Component:
    """Place at the top, the form below it."""
    title = page_title(t("New order"), context=t("for somebody who called"), crumbs=((t("Work orders"), "/manage/repairs"),))
    return rx.fragment(
        title, unless_failed(_S.stage, rx.cond(_S.stage == "loading", skeleton_cards(), stack(_where(), _form())), on_retry=_S.load)
    )


def _where() -> rx.Component:
    choice = segments(
        [("room", t("At home")), ("area", t("Public area"))], value=_S.where, on_select=_S.switch_where, label=t("Where"), testid="where"
    )
    none = rx.cond(
        (_S.q != "") & (_S.hits.length() == 0), words(t("No room matches; try the number or the owner's name"), soft=True), rx.fragment()
    )
    found = rx.cond(_S.room.value != "", callout(_S.room.label, tone="green", icon_name="house", data_testid="chosen-room"), rx.fragment())
    home = stack(
        search_box(value=_S.q, on_search=_S.find, placeholder=t("Room, owner or phone, then Enter"), testid="find-room"),
        row(rx.foreach(_S.hits, _hit), extra="wrap", role="group", aria_label=t("Rooms found")),
        none,
        found,
        error_line("room_id", _S.field_errors),
        gap="2",
        aria_live="polite",
    )
    area = words(t("Choose the public area in the form below"), soft=True)
    return card(rx.cond(_S.where == "room", home, area), title=t("Where"), actions=choice)


def _hit(hit: rx.Var[Option]) -> rx.Component:
    return rx.el.button(
        hit.label,
        type="button",
        class_name="btn btn-outline btn-small place-hit",
        aria_pressed=rx.cond(hit.value == _S.room.value, "true", "false"),
        on_click=_S.choose(hit.value),
        title=hit.hint,
        key=hit.value,
        data_testid="room-hit",
    )


def _form() -> rx.Component:
    return form(
        grid(_what(), _who(), columns="2"),
        action_bar(
            button(t("Take the report"), submit=True, size="large", busy=_S.is_saving, busy_label=t("Sending"), testid="send-report")
        ),
        on_submit=_S.submit,
        errors=_S.field_errors,
        required_note=True,
        testid="report-form",
        custom_attrs={"data-draft": "caller-report-" + _S.account_id.to_string()},
    )


def _what() -> rx.Component:
    area = select_field("public_area_id", t("Public area"), _S.areas, errors=_S.field_errors, required=True, placeholder=t("Choose"))
    first = callout(_S.asked.first, tone="red", icon_name="siren", role="alert", data_testid="danger")
    levels = [
        Option("", t("As the kind has it")),
        Option("emergency", t("Urgent")),
        Option("high", t("High")),
        Option("normal", t("Normal")),
    ]
    return card(
        rx.cond(_S.where == "area", area, rx.fragment()),
        select_field(
            "category_id", t("Kind"), _S.categories, errors=_S.field_errors, required=True, placeholder=t("Choose"),
            value=_S.asked.category_id, on_change=_S.choose_kind,
        ),
        rx.cond(_S.asked.first != "", first, rx.fragment()),
        danger_card(_S.asked.questions, _S.asked.answer, on_answer=_S.answer, errors=_S.field_errors),
        textarea_field(
            "description", t("What is wrong"), errors=_S.field_errors, required=True, hint=t("At least ten characters: where and how bad")
        ),
        chips_field("urgency", t("Urgency"), levels, errors=_S.field_errors),
        upload_field("photo_ids", t("Photo or video"), most=9, videos=1, draft="caller-report-" + _S.account_id.to_string()),
        error_line("photo_ids", _S.field_errors),
        title=t("What is broken?"),
        extra="stack gap-3",
    )  # fmt: skip


def _who() -> rx.Component:
    sources = {"phone": t("Telephone"), "counter": t("Front desk"), "patrol": t("Patrol")}
    access = [
        Option("call_first", t("Call before coming")),
        Option("may_enter", t("May enter when nobody is home")),
        Option("only_at_home", t("Only when somebody is home")),
    ]
    return card(
        text_field("contact_name", t("Caller's name"), errors=_S.field_errors, required=True, auto_complete="off"),
        phone_field(
            "contact_phone", t("Caller's phone"), errors=_S.field_errors, required=True, hint=t("The technician calls this number")
        ),
        chips_field("source", t("Reported through"), [Option(s.value, sources[s.value]) for s in present.SOURCES], value="phone"),
        row(
            select_field("visit_day", t("Visit on"), _S.days, placeholder=t("As soon as possible")),
            select_field("visit_hours", t("Hours"), present.hours(), placeholder=t("At any time")),
            extra="wrap top",
        ),
        error_line("visit_from_at", _S.field_errors),
        chips_field("access", t("Entering"), access, value="call_first"),
        title=t("Who called"),
        extra="stack gap-3",
    )
