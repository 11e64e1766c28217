"""The report form: emergency first, what, where, how bad, photos, when; one button at the thumb."""

import reflex as rx

from estate_app.settings import settings
from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import action_bar, button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import chips_field, error_line, form, select_field, textarea_field
from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import file_link, page_link
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.tabs import segments
from estate_app.ui.components.upload import upload_field
from estate_app.ui.pages.common.danger import danger_card
from estate_app.ui.pages.resident.report import present
from estate_app.ui.pages.resident.report.state import ReportState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = ReportState


def report_page() -> rx.Component:
    """The form, or what to do for somebody who has no room yet."""
    no_room = empty(
        t("No room is tied to your account yet"),
        body=t("Ask the office to put your phone on your room's contact list"),
        icon_name="house",
    )
    return rx.fragment(
        rx.el.h1(t("Report a fault"), class_name="visually-hidden", tab_index=-1),
        unless_failed(
            _S.stage,
            rx.cond(_S.stage == LOADING, skeleton_cards(), rx.cond(_S.choices.rooms.length() > 0, _form(), no_room)),
            on_retry=_S.load,
        ),
    )


def _form() -> rx.Component:
    return form(
        stack(_emergency(), _what(), _danger(), _where(), _description(), _photos(), _when(), gap="3"),
        action_bar(
            rx.cond(
                _S.leaf.id != "",
                stack(words(_S.leaf.promise, size="1", strong=True), words(_S.leaf.paid, size="1", soft=True), gap="1"),
                rx.fragment(),
            ),
            button(
                t("Send report"), submit=True, full=True, size="large", busy=_S.is_saving, busy_label=t("Sending"), testid="send-report"
            ),
        ),
        on_submit=_S.submit,
        errors=_S.field_errors,
        testid="report-form",
        custom_attrs={"data-draft": _S.draft},
    )


def _emergency() -> rx.Component:
    return file_link(
        icon("triangle-alert", size=18),
        rx.el.span(t("Gas leak, fire or trapped in a lift: call now"), class_name="grow"),
        icon("phone-call", size=20),
        href=f"tel:{settings().support_phone}",
        class_name="callout callout-orange",
        data_testid="emergency",
    )


def _what() -> rx.Component:
    leaf_chips = rx.foreach(_S.choices.leaves, _leaf)
    return card(
        rx.el.div(rx.foreach(_S.choices.groups, _group), class_name="grid phone-cols-4 cols-4 kinds", role="group", aria_label=t("Kind")),
        rx.cond(_S.picked != "", rx.el.div(leaf_chips, class_name="chips", role="radiogroup", aria_label=t("Which fault")), rx.fragment()),
        rx.cond(
            _S.leaf.danger != "", callout(_S.leaf.danger, tone="red", icon_name="siren", role="alert", data_testid="danger"), rx.fragment()
        ),
        error_line("category_id", _S.field_errors),
        title=t("What is broken?"),
        extra="stack gap-3",
    )


def _danger() -> rx.Component:
    return danger_card(_S.leaf.questions, _S.danger, on_answer=_S.answer, errors=_S.field_errors)


def _group(group: rx.Var[present.GroupTile]) -> rx.Component:
    return rx.el.button(
        icon(group.icon, size=24),
        rx.el.span(group.name),
        type="button",
        class_name="kind",
        aria_pressed=rx.cond(group.id == _S.picked, "true", "false"),
        on_click=_S.pick(group.id),
        custom_attrs={"data-pick": "group:" + group.id},
        key=group.id,
        data_testid="group",
    )


def _leaf(leaf: rx.Var[present.Leaf]) -> rx.Component:
    chip = rx.el.label(
        rx.el.input(type="radio", name="category_id", value=leaf.id, default_checked=leaf.id == _S.leaf.id, on_change=_S.choose(leaf.id)),
        rx.el.span(leaf.name),
        class_name="chip",
        title=leaf.promise + " · " + leaf.paid,
        data_testid="leaf",
    )
    return rx.cond(leaf.group_id == _S.picked, rx.fragment(chip, key=leaf.id), rx.fragment(key=leaf.id))


def _where() -> rx.Component:
    choice = segments(
        [("room", t("At home")), ("area", t("Public area"))], value=_S.where, on_select=_S.switch_where, label=t("Where"), testid="where"
    )
    home = select_field(
        "room_id", t("Room"), _S.choices.rooms, errors=_S.field_errors, value=_S.room_id, on_change=_S.choose_room, key=_S.room_id
    )
    area = select_field("public_area_id", t("Public area"), _S.choices.areas, errors=_S.field_errors, on_change=_S.choose_area)
    note = rx.cond(_S.located != "", words(_S.located, size="1", tone="green"), rx.fragment())
    return card(
        rx.cond(_S.where == "room", rx.fragment(home, error_line("public_area_id", _S.field_errors)), area),
        row(
            button(t("Use my location"), kind="ghost", icon_name="locate", size="small", on_click=_S.locate, testid="locate"),
            note,
            extra="wrap",
            aria_live="polite",
        ),
        title=t("Where"),
        actions=choice,
        extra="stack gap-2",
    )


def _description() -> rx.Component:
    return card(
        textarea_field(
            "description",
            t("What is wrong"),
            errors=_S.field_errors,
            required=True,
            hint=t("At least 10 characters: where it is and how bad"),
            max_length=1000,
        ),
        rx.cond(_S.similar.length() > 0, rx.el.ul(rx.foreach(_S.similar, _similar), class_name="similar"), rx.fragment()),
        extra="stack gap-3",
    )


def _similar(order: rx.Var[present.Similar]) -> rx.Component:
    picture = rx.cond(order.thumbnail_url != "", rx.el.img(src=order.thumbnail_url, alt=t("Photo")), icon("droplets", size=22))
    own = page_link(t("Open"), href="/repairs/" + order.id, class_name="link strong nowrap")
    follow = button(t("Follow this one"), kind="ghost", size="small", on_click=_S.follow(order.id.to(int)), testid="follow")
    return rx.el.li(
        rx.el.span(picture, class_name="similar-photo"),
        stack(
            words(order.title), row(state_badge(order.badge), words(order.note, size="1", soft=True), extra="wrap"), gap="1", extra="grow"
        ),
        rx.cond(order.is_own, own, follow),
        key=order.id,
        data_testid="similar",
    )


def _photos() -> rx.Component:
    return card(
        upload_field("photo_ids", t("Photo or video"), most=9, videos=1, draft=_S.draft),
        error_line("photo_ids", _S.field_errors),
        title=t("Photos or video"),
        context=t("up to 9 photos and 1 video"),
        extra="stack gap-2",
    )


def _when() -> rx.Component:
    access = [
        Option("call_first", t("Call before coming")),
        Option("may_enter", t("May enter when nobody is home")),
        Option("only_at_home", t("Only when somebody is home")),
    ]
    return card(
        chips_field("visit_day", t("Day (empty: as soon as possible)"), _S.choices.days, errors=_S.field_errors),
        chips_field("visit_hours", t("Time"), [Option(o.value, o.label) for o in present.hours()], errors=_S.field_errors),
        error_line("visit_from_at", _S.field_errors),
        chips_field("access", t("Access"), access, value="call_first", errors=_S.field_errors),
        title=t("Visit"),
        extra="stack gap-3",
    )
