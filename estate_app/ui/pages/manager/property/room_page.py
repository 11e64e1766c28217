"""One room: its facts, who belongs to it, and the two dialogs that change that."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.badge import state_badge, tag
from estate_app.ui.components.button import action_bar, button, file_button, link_button
from estate_app.ui.components.card import card, facts
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.common.membership import end_dialog, person_fields
from estate_app.ui.pages.manager.property.household_cards import household_cards
from estate_app.ui.pages.manager.property.present import MemberLine
from estate_app.ui.pages.manager.property.room_state import RoomState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = RoomState


def room_page() -> rx.Component:
    """A room of the register."""
    title = page_title(
        _S.view.title,
        context=_S.view.estate,
        actions=rx.fragment(
            state_badge(_S.view.badge),
            link_button(t("Bills"), href="/manage/bills?room_id=" + _S.view.id, kind="neutral", testid="room-bills"),
            link_button(t("Work orders"), href="/manage/repairs?room_id=" + _S.view.id, kind="neutral", testid="room-repairs"),
            file_button(t("Door label"), href="/labels.pdf?room=" + _S.view.id, kind="neutral", icon_name="qr-code", testid="room-label"),
            rx.el.span(_add_button("add-member"), class_name="desktop-only"),
        ),
        crumbs=((t("Property and residents"), "/manage/property"),),
    )
    register = grid(_people(), card(facts(_S.view.facts), title=t("Room")), columns="main-side")
    content = stack(register, household_cards())
    bar = rx.cond(_S.view.may_edit, rx.el.div(action_bar(_add_button("add-member-phone")), class_name="phone-only"), rx.fragment())
    ready = rx.fragment(title, content, bar, _add(), end_dialog(_S, room=_S.view.title, today=_S.view.today))
    return unless_failed(_S.stage, rx.cond(_S.stage == LOADING, skeleton_cards(), ready), on_retry=_S.load)


def _add_button(testid: str) -> rx.Component:
    add = button(t("Add person"), icon_name="user-plus", on_click=_S.ask_add, testid=testid)
    return rx.cond(_S.view.may_edit, add, rx.fragment())


def _people() -> rx.Component:
    columns = [
        Column(t("Name")),
        Column(t("Relation")),
        Column(t("Phone")),
        Column(t("Account")),
        Column(t("From")),
        Column(t("Last day")),
        Column(t("Action")),
    ]
    nobody = empty(t("Nobody belongs to this room yet"), body=t("Whoever is added sees the room as soon as the phone is registered"))
    return card(
        data_table(
            columns, rx.foreach(_S.view.members, _member), label=t("People of this room"), is_empty=_S.view.members.length() == 0,
            empty_state=nobody, testid="members",
        ),
        title=t("People of this room"),
        flush=True,
    )  # fmt: skip


def _member(member: Var[MemberLine]) -> rx.Component:
    end = button(t("End"), kind="ghost", size="small", on_click=_S.ask_end(member.id), testid="end-member")
    name = rx.cond(member.is_current, words(member.name, strong=True), row(words(member.name, soft=True), tag(t("Not current"))))
    return table_row(
        cell(name, is_main=True),
        cell(member.relation, label=t("Relation")),
        cell(words(member.phone, extra="nums nowrap"), label=t("Phone")),
        cell(words(member.account, soft=True), label=t("Account"), hide_on_phone=True),
        cell(words(member.since, extra="nums nowrap"), label=t("From")),
        cell(words(member.until, extra="nums nowrap"), label=t("Last day")),
        cell(rx.cond(member.can_end, end, rx.fragment())),
        key=member.id,
        testid="member-row",
    )


def _add() -> rx.Component:
    errors = _S.field_errors
    return confirm_dialog(
        *person_fields(_S, relations=_S.relations, today=_S.view.today),
        is_open=_S.dialog == "add",
        title=t("Add somebody to {room}", room=_S.view.title),
        body=t("The person sees bills, and unless only a payer, repairs of this room from the first day on"),
        keep_label=t("Cancel"),
        act_label=t("Add person"),
        on_keep=_S.keep,
        on_act=_S.add,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        errors=errors,
        testid="add-dialog",
    )
