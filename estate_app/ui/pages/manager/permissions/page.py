"""Permissions: who is appointed to what, and the one table that says what an appointment allows."""

import reflex as rx

from estate_app.ui.components.badge import badge_of
from estate_app.ui.components.button import button
from estate_app.ui.components.card import card
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import form, phone_field, select_field, text_field
from estate_app.ui.components.layout import row
from estate_app.ui.components.list_page import clear_filters, filter_menu, list_toolbar, pager, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.list_state import ListState
from estate_app.ui.pages.manager.permissions.matrix import matrix
from estate_app.ui.pages.manager.permissions.present import GrantCard
from estate_app.ui.pages.manager.permissions.state import PermissionsState
from estate_app.ui.text import t


def permissions_page() -> rx.Component:
    """The appointments, then the matrix."""
    new = button(t("Appoint"), icon_name="plus", on_click=PermissionsState.show_form(True), testid="appoint")
    return rx.fragment(
        page_title(t("Permissions"), context=PermissionsState.pager.summary, actions=new),
        _toolbar(),
        unless_failed(PermissionsState.stage, _appointments(), on_retry=PermissionsState.load),
        matrix(),
        _form(),
        _question(),
    )


def _toolbar() -> rx.Component:
    return list_toolbar(
        search_box(value=PermissionsState.q, placeholder=t("Name or phone")),
        filter_menu(
            t("Appointed as"),
            PermissionsState.sets,
            value=PermissionsState.chosen_set,
            name="set",
        ),
        clear_filters(shown=(PermissionsState.q != "") | (PermissionsState.chosen_set != "")),
    )


def _appointments() -> rx.Component:
    columns = [
        Column(t("Person")),
        Column(t("Phone")),
        Column(t("Appointed as")),
        Column(t("Holds in")),
        Column(t("Action"), width="120px"),
    ]
    nobody = empty(
        t("Nobody matches"),
        body=t("Widen the filter, or appoint somebody"),
        icon_name="users",
        action=button(t("Clear filters"), kind="secondary", on_click=ListState.clear, testid="clear-empty"),
    )
    return card(
        data_table(
            columns,
            rx.foreach(PermissionsState.rows, _grant),
            label=t("Appointments"),
            is_empty=PermissionsState.rows.length() == 0,
            is_loading=(PermissionsState.stage == "loading"),
            empty_state=nobody,
            testid="grants",
        ),
        pager(PermissionsState.pager),
        flush=True,
    )


def _grant(grant: rx.Var[GrantCard]) -> rx.Component:
    name = row(grant.name, rx.cond(grant.is_active, rx.fragment(), badge_of(t("Switched off"), variant="surface", icon_name="ban")))
    return table_row(
        cell(name, is_main=True),
        cell(grant.phone, label=t("Phone")),
        cell(grant.title, label=t("Appointed as")),
        cell(grant.place, label=t("Holds in")),
        cell(button(t("Take back"), kind="ghost", size="small", on_click=PermissionsState.ask_revoke(grant.id), testid="revoke")),
        key=grant.id,
        testid="grant",
    )


def _form() -> rx.Component:
    errors = PermissionsState.field_errors
    fields = form(
        phone_field("phone", t("Phone"), errors=errors),
        text_field("name", t("Name"), errors=errors, hint=t("Needed only for who has no account yet"), max_length=40),
        select_field(
            "permission_set", t("Appointed as"), PermissionsState.sets, errors=errors, required=True, placeholder=t("Please choose")
        ),
        _place_field(),
        button(t("Appoint"), submit=True, full=True, busy=PermissionsState.is_saving, busy_label=t("Saving"), testid="appoint-save"),
        on_submit=PermissionsState.appoint,
        errors=errors,
        required_note=True,
        testid="appoint-form",
    )
    return sheet(
        fields,
        is_open=PermissionsState.is_open,
        title=t("Appoint a manager"),
        description=t("Who has no account yet signs in with the phone and a code"),
        on_close=PermissionsState.show_form(False),
        testid="appoint-sheet",
    )


def _place_field() -> rx.Component:
    return select_field(
        "place",
        t("Holds in"),
        PermissionsState.places,
        errors=PermissionsState.field_errors,
        required=True,
        placeholder=t("Please choose"),
    )


def _question() -> rx.Component:
    return confirm_dialog(
        is_open=PermissionsState.asked != 0,
        title=t("Take this appointment back?"),
        body=t("It ends at once, in every window that is open. It can be given again"),
        keep_label=t("Keep"),
        act_label=t("Take back"),
        on_keep=PermissionsState.ask_revoke(0),
        on_act=PermissionsState.revoke,
        busy=PermissionsState.is_saving,
        busy_label=t("Saving"),
        destroys=True,
        fact_list=PermissionsState.facts,
        testid="revoke-dialog",
    )
