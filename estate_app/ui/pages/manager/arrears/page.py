"""Households that owe: the ages of their debts, the list, and reminding the chosen ones."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button, file_button, link_button
from estate_app.ui.components.card import card
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.kpi import kpi_row
from estate_app.ui.components.layout import stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import bulk_bar, clear_filters, filter_menu, list_toolbar, pager, search_box
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, select_cell, table_row
from estate_app.ui.list_state import ListState
from estate_app.ui.pages.manager.arrears.present import DebtLine
from estate_app.ui.pages.manager.arrears.state import ArrearsState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import Text, t

_S = ArrearsState


def arrears_page() -> rx.Component:
    """Every household within the manager's scope that has an overdue bill."""
    actions = rx.fragment(
        link_button(t("Late fees and ladder"), href="/manage/late-fees", kind="neutral", icon_name="settings"),
        file_button(t("Export CSV"), href="/export/arrears.csv?" + _S.filters.export, testid="export-csv"),
        file_button(t("Export Excel"), href="/export/arrears.xlsx?" + _S.filters.export, testid="export-xlsx"),
    )
    return rx.fragment(
        page_title(t("Arrears"), context=_S.pager.summary, actions=actions),
        unless_failed(_S.stage, kpi_row(_S.kpis), _toolbar(), _households(), on_retry=_S.load),
        _bulk(),
        *(_dialog(stage, title, body) for stage, title, body in _steps()),
    )


def _toolbar() -> rx.Component:
    filters, choices = _S.filters, _S.choices
    return list_toolbar(
        search_box(value=filters.text, name="text", placeholder=t("Room or name")),
        filter_menu(t("Age of the debt"), choices.bands, value=filters.band, name="band"),
        filter_menu(t("Stage of the ladder"), choices.stages, value=filters.stage, name="stage"),
        filter_menu(t("Held back by"), choices.holds, value=filters.hold, name="hold"),
        filter_menu(t("Owed at least"), choices.least, value=filters.least_fen, name="least_fen"),
        filter_menu(t("Building"), choices.buildings, value=filters.building_id, name="building_id"),
        clear_filters(shown=filters.is_narrowed),
    )


def _households() -> rx.Component:
    columns = [
        Column(""),
        Column(t("Household"), sort="room"),
        Column(t("Owed (yuan)"), sort="owed", is_number=True, width="120px"),
        Column(t("0–30 days"), is_number=True, width="104px"),
        Column(t("31–60 days"), is_number=True, width="104px"),
        Column(t("61–90 days"), is_number=True, width="104px"),
        Column(t("Over 90 days"), is_number=True, width="104px"),
        Column(t("Days late"), sort="days", is_number=True, width="88px"),
        Column(t("Stage of the ladder"), width="176px"),
        Column(t("Held back by"), width="128px"),
    ]
    clear = button(t("Clear filters"), kind="secondary", on_click=ListState.clear, testid="clear-empty")
    nothing = rx.cond(
        _S.filters.is_narrowed,
        empty(t("No households match"), body=t("Widen the filter"), icon_name="house", action=clear),
        empty(t("Nobody owes anything"), body=t("Bills that are not paid by their due date appear here"), icon_name="check"),
    )
    return card(
        data_table(
            columns, rx.foreach(_S.rows, _line), label=t("Arrears"), is_empty=_S.rows.length() == 0, is_loading=_S.stage == LOADING,
            empty_state=nothing, sort=_S.filters.sort, testid="arrears",
        ),
        pager(_S.pager, has_sizes=True),
        flush=True,
    )  # fmt: skip


def _line(debt: rx.Var[DebtLine]) -> rx.Component:
    who = stack(page_link(debt.place, href=debt.href, class_name="link nowrap"), words(debt.owner, size="1", soft=True), gap="1")
    ages = (t("0–30 days"), t("31–60 days"), t("61–90 days"), t("Over 90 days"))
    pick = select_cell(
        checked=_S.chosen_ids.contains(debt.id), on_change=_S.toggle(debt.id), label=t("Choose {place}", place=debt.place)
    )  # fmt: skip
    return table_row(
        rx.cond(_S.may_chase, pick, rx.el.td()),
        cell(who, is_main=True),
        cell(words(debt.owed, strong=True, extra="nums"), is_number=True, label=t("Owed (yuan)")),
        *(cell(debt.bands[index], is_number=True, label=age, hide_on_phone=True) for index, age in enumerate(ages)),
        cell(rx.el.span(debt.days, class_name="nums tone-" + debt.tone), is_number=True, label=t("Days late")),
        cell(state_badge(debt.badge), label=t("Stage of the ladder")),
        cell(rx.cond(debt.holds != "", words(debt.holds, size="1", tone="indigo"), "—"), label=t("Held back by")),
        key=debt.id,
        testid="debt-row",
    )


def _bulk() -> rx.Component:
    ways = (("reminder", t("Remind in the app"), "bell"), ("sms", t("Remind by SMS"), "send"), ("letter", t("Formal notice"), "file-text"))
    return bulk_bar(
        _S.chosen_ids.length(),
        button(t("Choose the page"), kind="ghost", size="small", on_click=_S.toggle_all, testid="choose-page"),
        *(
            button(label, kind="secondary", size="small", icon_name=icon, on_click=_S.ask(stage), testid=f"bulk-{stage}")
            for stage, label, icon in ways
        ),
        on_clear=_S.load,
    )


def _steps() -> list[tuple[str, Text, Text]]:
    count = _S.chosen_ids.length()
    return [
        (
            "reminder",
            t("Remind {count} households in the app?", count=count),
            t("Everybody of the household gets a notice without amounts. Who is held back or was reminded today is passed over"),
        ),
        (
            "sms",
            t("Remind {count} households by SMS?", count=count),
            t("Between 22 and 8 o'clock the SMS waits for the morning. Who is held back or was reminded today is passed over"),
        ),
        (
            "letter",
            t("Write a formal notice to {count} households?", count=count),
            t("A numbered notice is made for each, to be printed and delivered; it stands on the household's page"),
        ),
    ]


def _dialog(stage: str, title: Text, body: Text) -> rx.Component:
    return confirm_dialog(
        is_open=_S.asked == stage,
        title=title,
        body=body,
        keep_label=t("Cancel"),
        act_label=t("Go ahead"),
        on_keep=_S.keep,
        on_act=_S.chase,
        busy=_S.is_saving,
        busy_label=t("Sending"),
        errors=_S.field_errors,
        testid=f"{stage}-dialog",
    )
