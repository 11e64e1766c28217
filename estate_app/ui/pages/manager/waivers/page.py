"""Waivers and discounts that wait for a second person, and those that were decided."""

import reflex as rx

from estate_app.billing.discounts import LABELS
from estate_app.ui.components.badge import state_badge
from estate_app.ui.components.button import button
from estate_app.ui.components.card import card
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import date_field, field, number_field, select_field, text_field, textarea_field, wiring
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.list_page import filter_menu, list_toolbar, pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.components.tabs import segments
from estate_app.ui.pages.manager.waivers.present import LOOKS, RequestLine
from estate_app.ui.pages.manager.waivers.state import WaiversState
from estate_app.ui.shell.label import say
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t
from estate_app.ui.view import Option

_S = WaiversState


def waivers_page() -> rx.Component:
    """The requests of the manager's estates."""
    new = button(t("Request a discount"), icon_name="plus", on_click=_S.begin, testid="new-discount")
    return rx.fragment(
        page_title(t("Waivers and discounts"), context=_S.pager.summary, actions=new),
        _toolbar(),
        unless_failed(_S.stage, _requests(), on_retry=_S.load),
        _form(),
        _decide("approve"),
        _decide("reject"),
        _end(),
    )


def _toolbar() -> rx.Component:
    shown = [("waivers", t("Waivers")), ("discounts", t("Discounts"))]
    tabs = segments(shown, value=_S.show, on_select=_S.turn, label=t("Which requests"), testid="show")
    menu = filter_menu(t("State"), [Option(status.value, say(look[0])) for status, look in LOOKS.items()], value=_S.status, name="status")
    return list_toolbar(tabs, menu)


def _requests() -> rx.Component:
    columns = [
        Column(t("Room")),
        Column(t("For what")),
        Column(t("Amount")),
        Column(t("Reason")),
        Column(t("Requested by")),
        Column(t("State")),
        Column(t("Decided by")),
        Column(""),
    ]
    nothing = empty(t("No requests"), body=t("What is requested waits here for a second person"), icon_name="file-check")
    table = data_table(
        columns, rx.foreach(_S.rows, _line), label=t("Waivers and discounts"), is_empty=_S.rows.length() == 0,
        is_loading=_S.stage == LOADING, empty_state=nothing, testid="requests",
    )  # fmt: skip
    return card(table, pager(_S.pager), flush=True)


def _line(line: rx.Var[RequestLine]) -> rx.Component:
    acts = row(
        button(t("Approve"), size="small", on_click=_S.ask("approve", line.kind, line.id), testid="approve"),
        button(t("Reject"), kind="outline", size="small", on_click=_S.ask("reject", line.kind, line.id), testid="reject"),
    )
    end = button(t("End"), kind="ghost", size="small", on_click=_S.ask("end", line.kind, line.id), testid="end-discount")
    waits = rx.cond(line.is_waiting, words(t("Another person must approve it"), size="1", soft=True), rx.fragment())
    what = rx.cond(line.href != "", page_link(line.what, href=line.href, class_name="link"), words(line.what))
    span = rx.cond(line.span != "", words(line.span, size="1", soft=True, extra="nums nowrap"), rx.fragment())
    return table_row(
        cell(words(line.place, extra="nowrap"), is_main=True),
        cell(what, label=t("For what")),
        cell(stack(words(line.amount, strong=True, extra="nums nowrap"), span, gap="1"), label=t("Amount")),
        cell(line.reason, label=t("Reason")),
        cell(stack(words(line.requester), words(line.time, size="1", soft=True, extra="nums nowrap"), gap="1"), label=t("Requested by")),
        cell(state_badge(line.badge), label=t("State")),
        cell(rx.cond(line.decided != "", line.decided, "—"), label=t("Decided by")),
        cell(rx.cond(line.may_decide, acts, rx.cond(line.may_end, end, waits))),
        key=line.kind + line.id.to_string(),
        testid="request-row",
    )


def _form() -> rx.Component:
    errors = _S.field_errors
    kinds = [rx.el.option(say(label), value=kind.value) for kind, label in LABELS.items()]
    return confirm_dialog(
        text_field("room", t("Room"), errors=errors, required=True, hint=t("Code or place, such as 3-2-1501")),
        field(
            "kind",
            t("Kind of discount"),
            rx.el.select(*kinds, **wiring("kind", errors=errors, hint="", required=True)),
            errors=errors,
            required=True,
        ),
        select_field("item", t("Fee item"), _S.items, errors=errors, placeholder=t("All items without a meter")),
        number_field("percent", t("Percent off"), errors=errors, required=True, value="30", after="%"),
        date_field("starts_on", t("From day"), errors=errors, required=True, value=_S.today),
        date_field("ends_on", t("To day"), errors=errors, required=True),
        textarea_field("reason", t("Reason"), errors=errors, required=True, rows=2, max_length=200),
        is_open=_S.dialog == "request",
        title=t("Request a discount"),
        body=t("Bill runs apply it once another person has approved it"),
        keep_label=t("Cancel"),
        act_label=t("Request it"),
        on_keep=_S.keep,
        on_act=_S.propose,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        errors=errors,
        testid="request-dialog",
    )


def _decide(what: str) -> rx.Component:
    is_yes = what == "approve"
    answer = textarea_field("answer", t("Reason"), errors=_S.field_errors, required=True, rows=2, max_length=200)
    return confirm_dialog(
        *([] if is_yes else [answer]),
        is_open=_S.dialog == what,
        title=t("Approve this request?") if is_yes else t("Reject this request?"),
        body=t("A waived bill is replaced by a smaller one and the household is told; a discount holds from the next bill run on")
        if is_yes
        else t("Nothing moves; a new one can be requested"),
        keep_label=t("Cancel"),
        act_label=t("Approve it") if is_yes else t("Reject it"),
        on_keep=_S.keep,
        on_act=_S.decide,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        fact_list=_S.facts,
        errors=_S.field_errors,
        testid=f"{what}-dialog",
    )


def _end() -> rx.Component:
    return confirm_dialog(
        is_open=_S.dialog == "end",
        title=t("End this discount today?"),
        body=t("Today is the last day that it covers. Issued bills keep theirs; the next bill run counts the days"),
        keep_label=t("Cancel"),
        act_label=t("End it"),
        on_keep=_S.keep,
        on_act=_S.end,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        fact_list=_S.facts,
        errors=_S.field_errors,
        testid="end-dialog",
    )
