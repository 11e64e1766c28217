"""What can be reported: the tree with its promises, questions and checklists."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.badge import state_badge, tag
from estate_app.ui.components.button import action_bar, button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import check_field, form, number_field, select_field, switch, text_field, textarea_field
from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import grid, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.categories.present import CategoryLine
from estate_app.ui.pages.manager.categories.state import CategoriesState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S, _V = CategoriesState, CategoriesState.values


def categories_page() -> rx.Component:
    """The tree; forms only for those who may change it."""
    add = button(t("Add category"), icon_name="plus", on_click=_S.ask(""), testid="add-category")
    note = callout(t("Categories hold in every estate; only managers of all estates may change them"), tone="indigo", icon_name="info")
    title = page_title(
        t("Repair categories"), context=t("{count} in the tree", count=_S.rows.length()), actions=rx.cond(_S.may_edit, add, rx.fragment())
    )
    shown = stack(rx.cond(_S.may_edit | (_S.stage == LOADING), rx.fragment(), note), _table(), gap="3")
    return rx.fragment(title, unless_failed(_S.stage, shown, on_retry=_S.load), _form())


def _table() -> rx.Component:
    columns = [
        Column(t("Category")),
        Column(t("Urgency")),
        Column(t("Trade")),
        Column(t("Promise in working time")),
        Column(t("Asked and ticked")),
        Column(t("Open orders"), is_number=True),
        Column(t("Offered")),
        Column(t("Action")),
    ]
    table = data_table(
        columns, rx.foreach(_S.rows, _line), label=t("Repair categories"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == LOADING,
        empty_state=empty(t("No categories yet"), body=t("Nothing can be reported without them"), icon_name="clipboard-list"),
        testid="categories",
    )  # fmt: skip
    return card(table, flush=True)


def _line(line: Var[CategoryLine]) -> rx.Component:
    name = rx.el.div(
        icon(line.icon, size=18),
        words(line.name, strong=True),
        rx.cond(line.is_group, tag(t("Group of kinds")), rx.fragment()),
        class_name="row gap-2 tree-" + line.depth,
    )
    offered = switch(
        t("Offer {name}", name=line.name), checked=line.is_active, on_change=_S.switch(line.id, ~line.is_active), testid="offer"
    )
    state = rx.cond(_S.may_edit, offered, rx.cond(line.is_active, words(t("Offered")), words(t("Switched off"), soft=True)))
    edit = button(t("Edit"), kind="ghost", size="small", on_click=_S.ask(line.id), testid="edit-category")
    shown = rx.cond(line.is_group, rx.fragment(), state_badge(line.urgency))
    promise = stack(words(line.promise), words(line.place + " · " + line.pay, size="1", soft=True), gap="1")
    return table_row(
        cell(name, is_main=True),
        cell(shown, label=t("Urgency")),
        cell(rx.cond(line.is_group, "", line.trade), label=t("Trade")),
        cell(rx.cond(line.is_group, rx.fragment(), promise), label=t("Promise in working time")),
        cell(words(line.asks, soft=True), label=t("Asked and ticked")),
        cell(line.open_count, is_number=True, label=t("Open orders"), hide_on_phone=True),
        cell(state, label=t("Offered")),
        cell(rx.cond(_S.may_edit, edit, rx.fragment()), label=t("Action")),
        key=line.id,
        testid="category-row",
    )


def _form() -> rx.Component:
    errors = _S.field_errors
    save = button(t("Save"), submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid="category-save")
    fields = stack(
        grid(
            text_field("name", t("Chinese name"), errors=errors, required=True, value=_V.name, max_length=40),
            text_field("name_en", t("English name"), errors=errors, required=True, value=_V.name_en, max_length=60),
            select_field("parent_id", t("Stands in"), _S.lists.groups, errors=errors, value=_V.parent_id, placeholder=t("Top of the tree")),
            select_field("icon", t("Picture"), _S.lists.icons, errors=errors, value=_V.icon),
            select_field("urgency", t("Urgency"), _S.lists.urgencies, errors=errors, value=_V.urgency),
            number_field("minutes", t("Minutes of work"), errors=errors, required=True, value=_V.minutes, decimal=False),
            select_field("trade", t("Trade"), _S.lists.trades, errors=errors, value=_V.trade),
            number_field("level", t("Level needed, 1 to 5"), errors=errors, required=True, value=_V.level, decimal=False),
            number_field(
                "respond_minutes", t("Answer within minutes"), errors=errors, required=True, value=_V.respond_minutes, decimal=False
            ),
            number_field(
                "complete_minutes", t("Repair within minutes"), errors=errors, required=True, value=_V.complete_minutes, decimal=False
            ),
            columns="2",
        ),
        check_field("is_public", t("Only in public areas"), checked=_V.is_public),
        check_field("is_paid", t("Material is charged to the room"), checked=_V.is_paid),
        check_field("needs_certificate", t("Only for technicians with a valid certificate of the trade"), checked=_V.needs_certificate),
        textarea_field(
            "questions",
            t("Danger questions"),
            errors=errors,
            value=_V.questions,
            rows=3,
            hint=t("One a line; a yes shows the emergency number and makes the order an emergency"),
        ),
        textarea_field(
            "checklist",
            t("Checklist of the technician"),
            errors=errors,
            value=_V.checklist,
            rows=5,
            hint=t("One a line; a line that begins with * must be ticked before the repair ends"),
        ),
        gap="3",
    )
    return sheet(
        form(fields, action_bar(save), on_submit=_S.save, errors=errors, testid="category-form"),
        is_open=_S.dialog == "form",
        title=rx.cond(_V.id != "", t("Edit category"), t("Add category")),
        on_close=_S.keep,
        width="680px",
        testid="category",
    )
