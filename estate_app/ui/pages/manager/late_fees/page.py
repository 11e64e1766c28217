"""Late fee policies by date, and the ladder of each estate."""

import reflex as rx

from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import check_field, date_field, number_field, select_field, text_field
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.late_fees.present import LadderLine, PolicyLine
from estate_app.ui.pages.manager.late_fees.state import LateFeesState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = LateFeesState


def late_fees_page() -> rx.Component:
    """What is charged for paying late, and when who is reminded."""
    rule = t("Late fee = unpaid principal × daily rate × days. It is charged monthly and before a payment, as a bill of its own")
    return rx.fragment(
        page_title(t("Late fees and ladder"), crumbs=((t("Arrears"), "/manage/arrears"),)),
        unless_failed(
            _S.stage,
            stack(callout(rule, tone="indigo", icon_name="info"), _ladders(), _policies(), gap="4"),
            on_retry=_S.load,
        ),
        _policy_form(),
        _ladder_form(),
    )


def _policies() -> rx.Component:
    columns = [
        Column(t("Estate")),
        Column(t("Item")),
        Column(t("From")),
        Column(t("Rate a day"), is_number=True),
        Column(t("Grace days"), is_number=True),
        Column(t("At most of the principal"), is_number=True),
        Column(t("During instalments")),
        Column(t("State")),
    ]
    nothing = empty(
        t("No late fee anywhere"), body=t("Until an estate has one, nothing is charged for paying late"), icon_name="calculator"
    )
    table = data_table(
        columns, rx.foreach(_S.policies, _policy), label=t("Late fees"), is_empty=_S.policies.length() == 0,
        is_loading=_S.stage == LOADING, empty_state=nothing, testid="late-fee-policies",
    )  # fmt: skip
    return card(table, title=t("Late fees by date"), flush=True)


def _policy(policy: rx.Var[PolicyLine]) -> rx.Component:
    return table_row(
        cell(policy.estate, is_main=True),
        cell(policy.item, label=t("Item")),
        cell(words(policy.since, extra="nums nowrap"), label=t("From")),
        cell(policy.rate, is_number=True, label=t("Rate a day")),
        cell(policy.grace, is_number=True, label=t("Grace days")),
        cell(policy.cap, is_number=True, label=t("At most of the principal")),
        cell(policy.plans, label=t("During instalments")),
        cell(state_badge(policy.badge), label=t("State")),
        key=policy.id,
        testid="policy-row",
    )


def _ladders() -> rx.Component:
    rungs = (t("Reminder in the app"), t("Reminder by SMS"), t("Formal notice"), t("Case"))
    columns = [Column(t("Estate")), *(Column(rung) for rung in rungs), Column("")]

    def line(ladder: rx.Var[LadderLine]) -> rx.Component:
        edit = row(
            button(t("Ladder"), kind="secondary", size="small", on_click=_S.ask("ladder", ladder.estate_id), testid="edit-ladder"),
            button(t("New late fee"), kind="secondary", size="small", on_click=_S.ask("policy", ladder.estate_id), testid="new-policy"),
        )
        return table_row(
            cell(ladder.estate, is_main=True),
            *(cell(ladder.said[index], label=rung) for index, rung in enumerate(rungs)),
            cell(rx.cond(_S.may_edit, edit, rx.fragment())),
            key=ladder.estate_id,
            testid="ladder-row",
        )

    table = data_table(
        columns, rx.foreach(_S.ladders, line), label=t("Ladder by estate"), is_empty=_S.ladders.length() == 0,
        is_loading=_S.stage == LOADING, empty_state=rx.fragment(), testid="ladders",
    )  # fmt: skip
    return card(table, title=t("Ladder by estate"), context=t("Days overdue until each step; never between 22 and 8 o'clock"), flush=True)


def _policy_form() -> rx.Component:
    errors = _S.field_errors
    return confirm_dialog(
        date_field("starts_on", t("Holds from"), errors=errors, required=True, value=_S.today),
        select_field("fee_item_id", t("Item"), _S.fee_items, errors=errors, placeholder=t("All items")),
        number_field(
            "rate", t("Rate in percent a day"), errors=errors, required=True, value="0.05", hint=t("0 charges nothing from that day on")
        ),
        number_field("grace_days", t("Grace days after the due date"), errors=errors, value="0", decimal=False),
        number_field("cap", t("At most, in percent of the principal"), errors=errors, hint=t("Empty: no cap")),
        check_field("pauses_for_plans", t("No late fee while instalments are kept"), checked=True),
        text_field("note", t("Note"), errors=errors, max_length=200),
        is_open=_S.dialog == "policy",
        title=t("New late fee for {estate}", estate=_S.ladder.estate),
        body=t("It holds from its day on; days before keep the policy of their time"),
        keep_label=t("Cancel"),
        act_label=t("Let it hold"),
        on_keep=_S.keep,
        on_act=_S.save_policy,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        errors=errors,
        testid="policy-dialog",
    )


def _ladder_form() -> rx.Component:
    errors = _S.field_errors
    rungs = (
        ("reminder", t("Reminder in the app")),
        ("sms", t("Reminder by SMS")),
        ("letter", t("Formal notice")),
        ("case", t("Case")),
    )
    fields = [
        number_field(name, label, errors=errors, value=_S.ladder.days[index], decimal=False, after=t("days"))
        for index, (name, label) in enumerate(rungs)
    ]
    return confirm_dialog(
        *fields,
        is_open=_S.dialog == "ladder",
        title=t("Ladder of {estate}", estate=_S.ladder.estate),
        body=t("Days overdue until each step by itself; 0 leaves it to people"),
        keep_label=t("Cancel"),
        act_label=t("Keep the ladder"),
        on_keep=_S.keep,
        on_act=_S.save_ladder,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        errors=errors,
        testid="ladder-dialog",
    )
