"""Who belongs to one of one's rooms; its owner invites and ends here."""

import reflex as rx

from estate_app.ui.components.badge import tag
from estate_app.ui.components.button import action_bar, button
from estate_app.ui.components.card import callout, card, list_row, rows
from estate_app.ui.components.form import date_field, form
from estate_app.ui.components.icon import tile
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.pages.common.membership import end_dialog, person_fields
from estate_app.ui.pages.resident.household.present import PersonCard
from estate_app.ui.pages.resident.household.state import HouseholdState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = HouseholdState


def household_page() -> rx.Component:
    """The people of a room."""
    people = card(rows(rx.foreach(_S.view.people, _person)), title=t("People of this room"), flush=True, testid="household")
    about = callout(
        t("Only an owner of the room can invite somebody or end it; ask the estate to change an owner"), tone="gray", icon_name="info"
    )
    add = button(t("Invite somebody"), icon_name="user-plus", on_click=_S.ask_invite, full=True, testid="invite")
    content = stack(people, rx.cond(_S.view.may_invite, action_bar(add), about))
    return rx.fragment(
        page_title(_S.view.title, context=_S.view.estate),
        unless_failed(_S.stage, rx.cond(_S.stage == LOADING, skeleton_cards(), content), on_retry=_S.load),
        _invite(),
        end_dialog(_S, room=_S.view.title, today=_S.view.today),
    )


def _person(person: rx.Var[PersonCard]) -> rx.Component:
    end = button(t("End"), kind="ghost", size="small", on_click=_S.ask_end(person.id), testid="end-member")
    marks = row(
        words(person.name, strong=True),
        tag(person.relation),
        rx.cond(person.is_self, tag(t("You")), rx.fragment()),
        rx.cond(person.is_coming, tag(t("Not yet")), rx.fragment()),
        extra="wrap",
    )
    about = stack(marks, words(person.about, size="1", soft=True), words(person.sees, size="1", soft=True), gap="0", extra="grow")
    return list_row(tile("user", small=True, size=18), about, rx.cond(person.can_end, end, rx.fragment()), key=person.id, testid="person")


def _invite() -> rx.Component:
    errors = _S.field_errors
    save = button(t("Invite"), submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid="invite-save")
    fields = form(
        *person_fields(_S, relations=_S.view.relations, today=_S.view.today),
        date_field("to_on", t("Last day"), errors=errors, hint=t("Tenants need one; from the day after nothing is seen")),
        action_bar(save),
        on_submit=_S.invite,
        errors=errors,
        testid="invite-form",
    )
    return sheet(
        fields,
        is_open=_S.dialog == "invite",
        title=t("Invite somebody to {room}", room=_S.view.title),
        description=t("Family and tenants see bills and repairs of this room. Who only pays sees its bills and no repairs"),
        on_close=_S.keep,
        testid="invite-sheet",
    )
