"""What the estate's common ground brought in, and what was spent, by quarter."""

import reflex as rx

from estate_app.ui.components.card import callout, card, link_card
from estate_app.ui.components.empty import empty
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import text_link
from estate_app.ui.components.list_page import pager
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.pages.common.disclosure import QuarterCard, report, totals
from estate_app.ui.pages.common.not_found import not_found_panel
from estate_app.ui.pages.resident.disclosures.state import IncomeReportState, IncomeState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import Text, t

_S = IncomeState
_R = IncomeReportState


def income_page() -> rx.Component:
    """The quarters."""
    nothing = card(
        empty(
            t("Nothing is published yet"),
            body=t("What lifts, walls and parking on common ground bring in stands here, quarter by quarter"),
            icon_name="landmark",
        )
    )
    listing = stack(
        rx.foreach(_S.rows, _quarter), rx.cond(_S.pager.pages > 1, pager(_S.pager), rx.fragment()), gap="3"
    )  # fmt: skip
    shown = rx.cond(_S.rows.length() == 0, nothing, listing)
    return rx.fragment(
        page_title(t("Public income")),
        unless_failed(_S.stage, rx.cond(_S.stage == LOADING, skeleton_cards(), shown), on_retry=_S.load),
    )


def _quarter(one: rx.Var[QuarterCard]) -> rx.Component:
    return link_card(
        stack(
            row(words(one.quarter, size="3", strong=True), words(one.time, size="1", soft=True), extra="between wrap"),
            words(one.estate, soft=True),
            row(
                _figure(t("Income"), one.income),
                _figure(t("Spending"), one.spending),
                _figure(t("Left"), one.left),
                extra="between",
                gap="3",
            ),
            gap="2",
        ),
        href="/income/" + one.id.to_string(),
        testid="quarter",
        key=one.id,
    )  # fmt: skip


def _figure(label: Text, value: rx.Var[str]) -> rx.Component:
    return stack(words(label, size="1", soft=True), words(value, strong=True, extra="nums"), gap="0")


def income_report_page() -> rx.Component:
    """One quarter, item by item."""
    head = _R.shown.head
    replaced = callout(t("These figures were corrected. A later version holds"), tone="orange", data_testid="replaced")
    versions = card(
        stack(rx.foreach(_R.shown.versions, _version), gap="2"), title=t("Other versions"), testid="versions"
    )  # fmt: skip
    shown = stack(
        rx.cond(head.is_replaced, replaced, rx.fragment()),
        totals(_R.shown.totals),
        report(_R.shown),
        rx.cond(_R.shown.versions.length() > 0, versions, rx.fragment()),
        words(t("Published {time}", time=head.time), size="1", soft=True),
        gap="3",
    )
    settled = rx.cond(_R.is_missing, not_found_panel(), shown)
    return rx.fragment(
        page_title(t("Public income"), context=head.estate + " " + head.quarter),
        unless_failed(_R.stage, rx.cond(_R.stage == LOADING, skeleton_cards(), settled), on_retry=_R.load),
    )


def _version(one: rx.Var[QuarterCard]) -> rx.Component:
    return row(
        text_link(one.version, href="/income/" + one.id.to_string()), words(one.time, size="1", soft=True), extra="between", key=one.id
    )  # fmt: skip
