"""One work order: where it stands, why it went where it went, what was done, and the dispatcher's verbs."""

import reflex as rx

from estate_app.ui.components.avatar import avatar
from estate_app.ui.components.badge import state_badge, tag
from estate_app.ui.components.button import button
from estate_app.ui.components.card import callout, card, facts
from estate_app.ui.components.copy import code
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import chips_field, form, textarea_field
from estate_app.ui.components.icon import tile
from estate_app.ui.components.layout import divider, grid, row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.photo import photo_grid
from estate_app.ui.components.rating import rating
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.stepper import stepper
from estate_app.ui.components.timeline import timeline
from estate_app.ui.pages.common.feedback_beside import feedback_beside
from estate_app.ui.pages.common.repair import MaterialLine
from estate_app.ui.pages.manager.dispatch.parts import excluded_list, part_bars
from estate_app.ui.pages.manager.repair.calling import calling
from estate_app.ui.pages.manager.repair.dialogs import dialogs
from estate_app.ui.pages.manager.repair.present import DecisionRow
from estate_app.ui.pages.manager.repair.state import ManagedRepairState
from estate_app.ui.text import t
from estate_app.ui.view import Fact, Option, Photo

_S = ManagedRepairState


def managed_repair_page() -> rx.Component:
    """The order with its actions at the head."""
    title = page_title(_S.view.head.number, actions=_actions(), crumbs=((t("Work orders"), "/manage/repairs"),))
    return unless_failed(
        _S.stage,
        rx.cond(_S.stage == "loading", skeleton_cards(), rx.fragment(title, grid(_main(), _side(), columns="main-side"), dialogs())),
        on_retry=_S.load,
    )


def _actions() -> rx.Component:
    may = _S.view.may
    word = rx.cond(may.is_taken, t("Reassign"), t("Assign"))
    return rx.fragment(
        rx.cond(may.reject, button(t("Reject"), kind="outline", on_click=_S.ask("reject"), testid="reject"), rx.fragment()),
        rx.cond(may.assign, button(t("Change urgency"), kind="outline", on_click=_S.ask("urgency"), testid="urgency"), rx.fragment()),
        rx.cond(may.assign, button(word, icon_name="user-check", on_click=_S.ask("assign"), testid="assign"), rx.fragment()),
    )


def _main() -> rx.Component:
    view = _S.view
    return stack(
        _head(),
        card(timeline(view.timeline), title=t("What happened"), context=t("updates by itself"), testid="timeline", aria_live="polite"),
        rx.cond((view.photos.length() > 0) | (view.videos.length() > 0), _photos(), rx.fragment()),
        rx.cond(view.materials.length() > 0, _materials(), rx.fragment()),
        rx.cond(view.rated.quality > 0, _rated(), rx.fragment()),
        feedback_beside(),
    )


def _head() -> rx.Component:
    head = _S.view.head
    clock = rx.cond(head.clock != "", rx.el.span(head.clock, class_name="strong nums nowrap tone-" + head.tone), rx.fragment())
    return card(
        row(
            tile(head.icon),
            stack(
                rx.el.h2(head.title, class_name="t3 strong break"),
                words(head.place, soft=True),
                row(
                    code(head.number),
                    tag(head.priority.label, tone=head.priority.tone),
                    state_badge(head.badge),
                    rx.cond(head.late.label != "", state_badge(head.late), rx.fragment()),
                    extra="wrap",
                ),
                gap="1",
                extra="grow",
            ),
            clock,
            gap="3",
            extra="top",
        ),
        rx.cond(head.ended != "", callout(head.ended, icon_name="ban"), rx.fragment()),
        rx.cond(_S.view.steps.length() > 0, stepper(_S.view.steps, label=t("Progress")), rx.fragment()),
        rx.cond(head.incident != "", callout(head.incident, tone="indigo", icon_name="users"), rx.fragment()),
        rx.cond(head.rework_of != "", words(t("Rework of {number}, free of charge", number=head.rework_of), soft=True), rx.fragment()),
        extra="stack gap-3",
        testid="order-head",
    )


def _photos() -> rx.Component:
    videos = rx.foreach(_S.view.videos, _video)
    return card(photo_grid(_S.view.photos), videos, title=t("Photos and video"), extra="stack gap-2", testid="photos")


def _video(video: rx.Var[Photo]) -> rx.Component:
    return rx.el.video(src=video.url, controls=True, preload="metadata", aria_label=video.alt, class_name="video", key=video.id)


def _materials() -> rx.Component:
    head = _S.view.head
    return card(
        rx.foreach(_S.view.materials, _material),
        divider(),
        row(words(t("Material"), strong=True), words(head.material, strong=True, extra="nums"), extra="between"),
        words(head.material_note, size="1", soft=True),
        title=t("Materials used"),
        extra="stack gap-2",
        testid="materials",
    )


def _material(line: rx.Var[MaterialLine]) -> rx.Component:
    name = row(rx.el.span(line.name), words(line.quantity, soft=True), extra="wrap")
    return row(name, words("¥" + line.amount, extra="nums nowrap"), extra="between", key=line.id)


def _rated() -> rx.Component:
    rated = _S.view.rated
    answer = callout(t("The technician answered: {text}", text=rated.reply), tone="indigo", icon_name="message-square")
    return card(
        row(words(t("Quality")), rating(rated.quality, word=rated.quality.to_string()), extra="between"),
        row(words(t("Attitude")), rating(rated.attitude, word=rated.attitude.to_string()), extra="between"),
        row(words(t("Timeliness")), rating(rated.timeliness, word=rated.timeliness.to_string()), extra="between"),
        rx.cond(rated.text != "", words(rated.text, extra="preline break"), rx.fragment()),
        rx.cond(rated.reply != "", answer, rx.fragment()),
        calling(),
        rx.cond(rated.appeal != "", callout(rated.appeal, tone=rated.tone, icon_name="scale"), rx.fragment()),
        rx.cond(rated.may_judge, _judging(), rx.fragment()),
        title=t("Rating"),
        context=rated.time,
        extra="stack gap-2",
        testid="rated",
    )


def _judging() -> rx.Component:
    verdicts = [Option("granted", t("Grant the appeal")), Option("refused", t("Refuse the appeal"))]
    hint = t("The technician reads it; a rating that falls leaves the score at once")
    return form(
        chips_field("verdict", t("Decision on the appeal"), verdicts, errors=_S.field_errors, required=True),
        textarea_field("answer", t("Reason for the technician"), rows=2, errors=_S.field_errors, required=True, hint=hint),
        button(t("Decide the appeal"), submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid="judge"),
        on_submit=_S.judge,
        testid="judge-form",
    )


def _side() -> rx.Component:
    return stack(card(facts(_S.view.facts), title=t("Order"), testid="facts"), _decisions(), _audit())


def _decisions() -> rx.Component:
    nothing = empty(t("No decision yet"), body=t("Why a technician was chosen is kept here"), icon_name="route")
    return card(
        rx.cond(_S.view.decisions.length() > 0, rx.foreach(_S.view.decisions, _decision), nothing),
        title=t("Why this technician"),
        testid="decisions",
    )


def _decision(decision: rx.Var[DecisionRow]) -> rx.Component:
    who = row(
        row(avatar(decision.name, accent=True), rx.el.span(decision.name, class_name="strong")),
        rx.cond(decision.total != "", rx.el.span(decision.total, rx.el.small(t(" points")), class_name="strong nums"), rx.fragment()),
        extra="between",
    )
    others = rx.el.details(
        rx.el.summary(t("{count} others could have taken it", count=decision.others.length()), class_name="link"),
        rx.el.ul(rx.foreach(decision.others, _other), class_name="board-others"),
    )
    return rx.el.div(
        row(words(decision.mode, strong=True), words(decision.time, size="1", soft=True, extra="nums"), extra="between wrap"),
        rx.cond(decision.name != "", who, rx.fragment()),
        rx.cond(decision.reason != "", words(decision.reason, tone="orange"), rx.fragment()),
        part_bars(decision.parts),
        rx.cond(decision.others.length() > 0, others, rx.fragment()),
        excluded_list(decision.excluded),
        class_name="stack gap-2 decision",
        key=decision.id,
        data_testid="decision",
    )


def _other(other: rx.Var[Option]) -> rx.Component:
    return rx.el.li(
        rx.el.span(other.label, class_name="nowrap"), words(other.hint, size="1", soft=True), class_name="row gap-2", key=other.value
    )


def _audit() -> rx.Component:
    return card(rx.el.div(rx.foreach(_S.view.audit, _entry), class_name="lines audit"), title=t("Last changes"), testid="audit-strip")


def _entry(entry: rx.Var[Fact]) -> rx.Component:
    return rx.el.div(rx.el.span(entry.value), rx.el.span(entry.label, class_name="nums nowrap"))
