"""Incidents: each with its reports, and what a manager decides."""

import reflex as rx

from estate_app.ui.components.badge import state_badge, tag
from estate_app.ui.components.button import button
from estate_app.ui.components.card import card
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import text_field
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.pages.manager.dispatch.links import dispatch_links
from estate_app.ui.pages.manager.incidents.present import Card, ReportLine
from estate_app.ui.pages.manager.incidents.state import IncidentsState
from estate_app.ui.text import t

_S = IncidentsState


def incidents_page() -> rx.Component:
    """Proposals first asked about, then what is repaired together."""
    nothing = card(
        empty(
            t("No incidents"),
            body=t("Several reports of one kind from one building in a short time stand here"),
            icon_name="users",
        )
    )
    body = rx.cond(_S.cards.length() > 0, rx.el.div(rx.foreach(_S.cards, _card), class_name="stack gap-4"), nothing)
    return rx.fragment(
        page_title(t("Incidents"), actions=dispatch_links("/manage/dispatch/incidents")),
        unless_failed(_S.stage, rx.cond(_S.stage == "loading", skeleton_cards(), body), on_retry=_S.load),
        _question(),
    )


def _card(one: rx.Var[Card]) -> rx.Component:
    merge = rx.cond(one.is_proposed, t("Merge into one repair"), t("Let the new reports follow"))
    decline = button(t("Several faults"), kind="neutral", on_click=_S.ask("decline:" + one.id), testid="decline")
    acts = row(
        rx.cond(one.is_proposed, decline, rx.fragment()),
        rx.cond(
            one.may_merge,
            button(merge, on_click=_S.merge(one.id), busy=_S.busy == one.id, busy_label=t("Merging"), testid="merge"),
            rx.fragment(),
        ),
    )
    head = row(
        row(words(one.title, size="3", strong=True), state_badge(one.badge), words(one.note, size="1", soft=True), extra="wrap"),
        acts,
        extra="between wrap",
    )
    return card(head, rx.el.ul(rx.foreach(one.lines, _line), class_name="board-others"), extra="stack gap-3", testid="incident", key=one.id)


def _line(line: rx.Var[ReportLine]) -> rx.Component:
    split = button(t("Take out"), kind="ghost", size="small", on_click=_S.ask("split:" + line.id), testid="split")
    return rx.el.li(
        stack(
            row(
                page_link(line.number, href=line.href, class_name="link nowrap"),
                rx.el.span(line.place, class_name="strong"),
                tag(line.role, tone=rx.cond(line.is_lead, "indigo", "gray")),
                words(line.time, size="1", soft=True),
                extra="wrap",
            ),
            words(line.words, soft=True, extra="break"),
            gap="1",
            extra="grow",
        ),
        state_badge(line.badge),
        rx.cond(line.is_merged, split, rx.fragment()),
        class_name="row gap-2",
        key=line.id,
    )


def _question() -> rx.Component:
    is_split = _S.asking.startswith("split")
    return confirm_dialog(
        text_field("reason", t("Reason"), errors=_S.field_errors, required=True),
        is_open=_S.asking != "",
        title=rx.cond(is_split, t("Take this report out of the incident?"), t("Are these several faults?")),
        body=rx.cond(
            is_split,
            t("It is dispatched by itself at once; the reporter sees a technician of its own"),
            t("Each report stays an order of its own and is not proposed again"),
        ),
        keep_label=t("Cancel"),
        act_label=rx.cond(is_split, t("Take out"), t("Several faults")),
        on_keep=_S.keep,
        on_act=_S.decide,
        busy=_S.busy != "",
        busy_label=t("Saving"),
        errors=_S.field_errors,
        testid="decide",
    )
