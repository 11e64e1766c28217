"""The register of facilities."""

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import action_bar, button, file_button
from estate_app.ui.components.card import card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import chips_field, form
from estate_app.ui.components.layout import row, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import bulk_bar, clear_filters, filter_menu, list_toolbar, pager, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.sheet import sheet
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, select_cell, table_row
from estate_app.ui.pages.manager.facilities.fields import facility_fields
from estate_app.ui.pages.manager.facilities.present import FacilityLine
from estate_app.ui.pages.manager.facilities.state import FacilitiesState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = FacilitiesState


def facilities_page() -> rx.Component:
    """The facilities of the estate in view."""
    acts = row(
        button(t("Labels of public areas"), kind="outline", icon_name="qr-code", on_click=_S.ask("areas"), testid="area-labels"),
        rx.cond(_S.may_edit, button(t("Add facility"), icon_name="plus", on_click=_S.ask("add"), testid="add-facility"), rx.fragment()),
        extra="wrap",
    )
    tools = list_toolbar(
        search_box(value=_S.filters.text, placeholder=t("Number, name, place, maker")),
        filter_menu(t("Kind"), _S.lists.kinds, value=_S.filters.kind, name="kind"),
        filter_menu(t("Show"), _S.lists.shows, value=_S.filters.show, name="show"),
        clear_filters(shown=_S.filters.is_narrowed),
    )
    title = page_title(t("Facilities"), context=_S.pager.summary, actions=acts)
    return rx.fragment(title, tools, unless_failed(_S.stage, _table(), on_retry=_S.load), _bulk(), _add(), _areas())


def _table() -> rx.Component:
    columns = [
        Column("", width="40px"),
        Column(t("Facility number"), sort="number"),
        Column(t("Facility name"), sort="name"),
        Column(t("Kind")),
        Column(t("Where it stands")),
        Column(t("Warranty"), sort="warranty"),
        Column(t("Next upkeep")),
        Column(t("Open orders"), is_number=True),
        Column(t("Orders in a year"), is_number=True),
    ]
    nothing = rx.cond(
        _S.filters.is_narrowed,
        empty(t("No facilities match"), body=t("Widen the filter"), icon_name="settings"),
        empty(t("No facilities yet"), body=t("Add lifts, pumps and fire equipment to print their labels"), icon_name="settings"),
    )
    table = data_table(
        columns, rx.foreach(_S.rows, _line), label=t("Facilities"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == LOADING,
        empty_state=nothing, sort=_S.filters.sort, testid="facilities",
    )  # fmt: skip
    return card(table, pager(_S.pager, has_sizes=True), flush=True)


def _line(line: Var[FacilityLine]) -> rx.Component:
    return table_row(
        select_cell(checked=_S.selected.contains(line.id), on_change=_S.tick(line.id), label=t("Select {name}", name=line.number)),
        cell(page_link(line.number, href=line.href, class_name="link nowrap"), label=t("Facility number")),
        cell(words(line.name, strong=True), is_main=True),
        cell(line.kind, label=t("Kind")),
        cell(line.place, label=t("Where it stands")),
        cell(state_badge(line.warranty), label=t("Warranty")),
        cell(words(line.due, tone=rx.cond(line.is_overdue, "red", "gray"), extra="nums nowrap"), label=t("Next upkeep")),
        cell(line.open_count, is_number=True, label=t("Open orders")),
        cell(line.repairs, is_number=True, label=t("Orders in a year"), hide_on_phone=True),
        key=line.id,
        testid="facility-row",
    )


def _bulk() -> rx.Component:
    print_labels = file_button(t("Print labels"), href=_S.labels_href, icon_name="qr-code", testid="print-labels")
    return bulk_bar(_S.selected.length(), print_labels, on_clear=_S.untick)


def _add() -> rx.Component:
    save = button(t("Add"), submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid="facility-save")
    fields = facility_fields(_S.lists, _S.values, _S.field_errors)
    return sheet(
        form(fields, action_bar(save), on_submit=_S.add, errors=_S.field_errors, testid="facility-form"),
        is_open=_S.dialog == "add",
        title=t("Add a facility"),
        on_close=_S.keep,
        width="640px",
        testid="add",
    )


def _areas() -> rx.Component:
    chips = chips_field("areas", t("Public areas"), _S.lists.areas, errors=_S.field_errors, multiple=True)
    hint = words(t("Whoever scans one reports a fault of this place, without signing in"), soft=True)
    return sheet(
        form(chips, hint, action_bar(button(t("Print labels"), submit=True, testid="areas-print")), on_submit=_S.print_areas),
        is_open=_S.dialog == "areas",
        title=t("Labels of public areas"),
        on_close=_S.keep,
        testid="areas",
    )
