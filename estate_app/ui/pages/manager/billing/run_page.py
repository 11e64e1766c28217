"""The check of one bill run: what it sums up to, what is left out and why, and the typed confirmation."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button
from estate_app.ui.components.card import callout, card, facts
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import number_field
from estate_app.ui.components.kpi import kpi_row
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.progress import progress
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.components.tabs import segments
from estate_app.ui.pages.manager.billing.present import DraftLine, ItemLine
from estate_app.ui.pages.manager.billing.run_state import BillRunState
from estate_app.ui.text import t


def run_page() -> rx.Component:
    """One run: figures, items, rooms to look at, and the side with what it will do."""
    return unless_failed(BillRunState.stage, rx.cond(BillRunState.stage == "loading", skeleton_cards(), _run()), on_retry=BillRunState.load)


def _run() -> rx.Component:
    is_draft = (BillRunState.head.status == "draft") & BillRunState.head.may_run
    actions = rx.cond(
        is_draft,
        row(
            button(t("Discard draft"), kind="outline", on_click=BillRunState.ask("discard"), testid="discard-run"),
            button(
                t("Compute anew"),
                kind="outline",
                icon_name="refresh-cw",
                on_click=BillRunState.recompute,
                busy=BillRunState.is_saving,
                busy_label=t("Computing"),
                testid="recompute-run",
            ),
        ),
        rx.fragment(),
    )
    title = t("Bill run of {month}", month=BillRunState.head.title)
    return rx.fragment(
        page_title(title, actions=actions, crumbs=((t("Bill runs"), "/manage/billing"),)),
        kpi_row(BillRunState.kpis, columns="4"),
        grid(stack(_items(), _rooms()), _side(is_draft), columns="main-side"),
        _confirm_issue(),
        _confirm_discard(),
    )


def _items() -> rx.Component:
    columns = [
        Column(t("Item")),
        Column(t("Rooms"), is_number=True),
        Column(t("Quantity"), is_number=True),
        Column(t("Amount (yuan)"), is_number=True),
        Column(t("Against last month"), is_number=True),
    ]
    return card(
        data_table(
            columns,
            rx.foreach(BillRunState.items, _item_row),
            label=t("What it is made of"),
            is_empty=BillRunState.items.length() == 0,
            empty_state=empty(t("Nothing to bill")),
        ),
        title=t("What it is made of"),
        flush=True,
    )


def _item_row(item: rx.Var[ItemLine]) -> rx.Component:
    return table_row(
        cell(item.name, is_main=True),
        cell(item.count, label=t("Rooms"), is_number=True),
        cell(item.quantity, label=t("Quantity"), is_number=True),
        cell(item.amount, label=t("Amount (yuan)"), is_number=True),
        cell(item.change, label=t("Against last month"), is_number=True),
        key=item.id,
    )


def _rooms() -> rx.Component:
    kinds = [("all", t("All")), ("skipped", t("Left out")), ("flagged", t("To confirm")), ("billed", t("Ready to bill"))]
    columns = [
        Column(t("Room")),
        Column(t("Item")),
        Column(t("Finding")),
        Column(t("Quantity"), is_number=True),
        Column(t("Amount (yuan)"), is_number=True),
        Column(t("Last period"), is_number=True),
        Column(t("Change on last period"), is_number=True),
    ]
    return card(
        data_table(
            columns,
            rx.foreach(BillRunState.drafts, _draft_row),
            label=t("Room by room"),
            is_empty=BillRunState.drafts.length() == 0,
            empty_state=empty(t("No room here"), body=t("Choose another kind above")),
        ),
        pager(BillRunState.pager),
        title=t("Room by room"),
        context=t("greatest change first"),
        actions=segments(kinds, value=BillRunState.kind, on_select=BillRunState.show, label=t("Which rooms"), testid="drafts"),
        flush=True,
    )


def _draft_row(draft: rx.Var[DraftLine]) -> rx.Component:
    return table_row(
        cell(draft.room, is_main=True),
        cell(draft.item, label=t("Item")),
        cell(rx.el.span(draft.problem, class_name="tone-" + draft.tone), label=t("Finding")),
        cell(draft.quantity, label=t("Quantity"), is_number=True),
        cell(draft.amount, label=t("Amount (yuan)"), is_number=True),
        cell(draft.last, label=t("Last period"), is_number=True),
        cell(draft.change, label=t("Change on last period"), is_number=True),
        key=draft.id,
    )


def _side(is_draft: rx.Var[bool]) -> rx.Component:
    check = rx.cond(
        BillRunState.checks.length() > 0, facts(BillRunState.checks), words(t("Every room is in order"), size="2", tone="green")
    )
    issuing = stack(
        progress(BillRunState.head.percent, label=t("Bills issued")),
        words(BillRunState.head.percent.to_string() + "%", extra="nums"),
        gap="2",
        aria_live="polite",
    )
    act = rx.cond(
        is_draft,
        stack(
            callout(t("Residents see the bills at once and are notified"), tone="indigo", icon_name="info"),
            button(t("Issue bills"), full=True, size="large", on_click=BillRunState.ask("issue"), testid="issue-run"),
            gap="3",
        ),
        rx.cond(BillRunState.head.status == "issuing", issuing, rx.fragment()),
    )
    return card(
        row(words(t("Check"), strong=True), state_badge(BillRunState.head.badge), extra="between"),
        check,
        rx.el.hr(class_name="divider"),
        facts(BillRunState.facts),
        act,
        extra="stack gap-3",
        testid="run-side",
    )


def _confirm_issue() -> rx.Component:
    return confirm_dialog(
        number_field(
            "expected_count", t("Type the number of bills to confirm"), errors=BillRunState.field_errors, required=True, decimal=False
        ),
        is_open=BillRunState.dialog == "issue",
        title=t("Issue the bills of {month}?", month=BillRunState.head.title),
        body=t("Residents see them at once and are notified; a bill is corrected by voiding and replacing it"),
        keep_label=t("Check again"),
        act_label=t("Issue and notify"),
        on_keep=BillRunState.keep,
        on_act=BillRunState.issue,
        busy=BillRunState.is_saving,
        busy_label=t("Issuing"),
        fact_list=BillRunState.facts,
        errors=BillRunState.field_errors,
        testid="confirm-issue",
    )


def _confirm_discard() -> rx.Component:
    return confirm_dialog(
        is_open=BillRunState.dialog == "discard",
        title=t("Discard the draft of {month}?", month=BillRunState.head.title),
        body=t("No resident has seen it; you can compute it again at any time"),
        keep_label=t("Keep draft"),
        act_label=t("Discard draft"),
        on_keep=BillRunState.keep,
        on_act=BillRunState.discard,
        busy=BillRunState.is_saving,
        busy_label=t("Discarding"),
        destroys=True,
        testid="confirm-discard",
    )
