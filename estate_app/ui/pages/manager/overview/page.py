"""The morning page: figures, what waits, what is at risk, what has been collected."""

import reflex as rx

from estate_app.ui.components.avatar import avatar
from estate_app.ui.components.badge import state_badge, tag
from estate_app.ui.components.button import link_button
from estate_app.ui.components.card import card
from estate_app.ui.components.channel import channel_mark
from estate_app.ui.components.empty import empty
from estate_app.ui.components.kpi import kpi_row
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import page_link, text_link
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.progress import bar_list, progress
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.table import Column, cell, data_table, table_row
from estate_app.ui.pages.manager.overview.days import days_card
from estate_app.ui.pages.manager.overview.present import TARGET_PERCENT, ChannelLine, QueueRow, RiskRow
from estate_app.ui.pages.manager.overview.state import OverviewState
from estate_app.ui.text import t

_S = OverviewState


def overview_page() -> rx.Component:
    """Everything at a glance; a card whose permission is not held is absent."""
    new = link_button(t("New order"), href="/manage/repairs/new", icon_name="plus", testid="new-order")
    title = page_title(t("Overview"), context=_S.head.updated, actions=rx.fragment(_backup(), rx.cond(_S.may_report, new, rx.fragment())))
    lower = rx.el.div(
        rx.cond(_S.has_bills, _collection(), rx.fragment()),
        rx.cond(_S.has_repairs, days_card(_S.days), rx.fragment()),
        rx.cond(_S.has_payments, _channels(), rx.fragment()),
        class_name="grid stretch cols-3",
    )
    body = stack(
        kpi_row(_S.kpis),
        rx.cond(_S.has_repairs, rx.el.div(_queue(), _risks(), class_name="grid stretch overview-main"), rx.fragment()),
        lower,
    )
    nothing = rx.cond(_S.has_repairs | _S.has_bills | _S.has_payments, rx.fragment(), _nothing())
    return rx.fragment(
        title, unless_failed(_S.stage, rx.cond(_S.stage == "loading", skeleton_cards(), stack(body, nothing)), on_retry=_S.load)
    )


def _nothing() -> rx.Component:
    text = t("Your appointments show nothing here; the menu leads to your work")
    return card(empty(t("Nothing to look at"), body=text, icon_name="layout-dashboard"))


def _backup() -> rx.Component:
    known = page_link(
        words(_S.head.backup, size="1", tone=_S.head.backup_tone), href="/manage/backups", class_name="nowrap", data_testid="last-backup"
    )
    return rx.cond(_S.head.backup != "", known, rx.fragment())


def _queue() -> rx.Component:
    columns = [
        Column(t("Problem")),
        Column(t("Room")),
        Column(t("Kind")),
        Column(t("Priority"), width="72px"),
        Column(t("Technician"), width="120px"),
        Column(t("Time left"), width="168px"),
        Column(t("State"), width="104px"),
    ]
    nothing = empty(t("Nothing waits"), body=t("New reports are offered to a technician by themselves"), icon_name="check")
    more = text_link(t("All {count} orders", count=_S.head.open_count), href="/manage/repairs?family=open", arrow=True, testid="all-orders")
    return card(
        data_table(
            columns, rx.foreach(_S.queue, _queue_row), label=t("Open orders"), is_empty=_S.queue.length() == 0, empty_state=nothing,
            testid="queue",
        ),
        title=t("Open orders"),
        context=t("by time left"),
        actions=more,
        flush=True,
        extra="desktop-only",
    )  # fmt: skip


def _queue_row(order: rx.Var[QueueRow]) -> rx.Component:
    who = row(avatar(order.technician), words(order.technician, extra="nowrap"))
    return table_row(
        cell(page_link(order.title, href=order.href, class_name="overview-title"), is_main=True),
        cell(order.place, label=t("Room"), class_name="nowrap"),
        cell(words(order.category, soft=True, extra="nowrap"), label=t("Kind")),
        cell(tag(order.priority.label, tone=order.priority.tone), label=t("Priority")),
        cell(rx.cond(order.technician != "", who, words(t("unassigned"), soft=True)), label=t("Technician")),
        cell(_left(order), label=t("Time left")),
        cell(state_badge(order.badge), label=t("State")),
        key=order.id,
        testid="queue-row",
    )


def _left(order: rx.Var[QueueRow]) -> rx.Component:
    return row(
        progress(order.percent, label=t("Time left"), tone=order.tone, thin=True),
        rx.el.span(order.clock, class_name="strong nums nowrap tone-" + order.tone),
    )


def _risks() -> rx.Component:
    safe = empty(t("No promise is at risk"), body=t("Orders appear here when half of their time is spent"), icon_name="check")
    return card(
        rx.cond(_S.risks.length() > 0, rx.el.ul(rx.foreach(_S.risks, _risk), class_name="risks"), safe),
        title=t("At risk"),
        context=t("{count} orders", count=_S.head.risk_count),
        actions=text_link(t("All {count} orders", count=_S.head.open_count), href="/manage/repairs?family=open", arrow=True),
        flush=True,
        testid="risks",
        aria_live="polite",
    )


def _risk(risk: rx.Var[RiskRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(risk.clock, class_name="risk-clock strong nums tone-" + risk.tone),
        rx.el.div(
            row(tag(risk.priority.label, tone=risk.priority.tone), state_badge(risk.badge), extra="phone-only"),
            rx.el.span(risk.title, class_name="overview-title"),
            words(risk.note, size="1", soft=True),
            class_name="stack gap-1 grow risk-text",
        ),
        link_button(risk.act, href=risk.href, kind="secondary", size="small", testid="risk-act"),
        key=risk.id,
    )


def _collection() -> rx.Component:
    collected = _S.collection
    target = words(t("target at the month's end {percent}%", percent=TARGET_PERCENT), size="1", soft=True, extra="nowrap")
    return card(
        row(
            row(
                rx.el.span(collected.rate, class_name="overview-rate nums"), words(t("received {amount}", amount=collected.paid), soft=True)
            ),
            target,
            extra="between wrap",
        ),
        progress(collected.percent, label=collected.title, target=TARGET_PERCENT),
        bar_list(collected.buildings),
        title=collected.title,
        context=t("billed {amount}", amount=collected.billed),
        extra="stack gap-3",
        testid="collection",
    )


def _channels() -> rx.Component:
    nothing = empty(t("No payment yet today"), body=t("Payments appear here as they come in"), icon_name="wallet")
    parts = rx.foreach(_S.channels.lines, lambda c: rx.el.i(class_name="series-" + c.series, style={"flexGrow": c.percent + 1}))
    lines = stack(
        rx.el.div(parts, class_name="channel-bar", aria_hidden="true"),
        rx.el.ul(rx.foreach(_S.channels.lines, _channel), class_name="channel-list"),
        gap="3",
    )  # fmt: skip
    return card(
        rx.cond(_S.channels.lines.length() > 0, lines, nothing),
        title=t("Channels today"),
        context=t("total {amount}", amount=_S.channels.total),
        testid="channels",
    )


def _channel(line: rx.Var[ChannelLine]) -> rx.Component:
    return rx.el.li(
        rx.el.span(class_name="swatch series-" + line.series),
        channel_mark(line.mark),
        rx.el.span(line.name, class_name="grow"),
        words(line.share, soft=True, extra="nums"),
        rx.el.span(line.amount, class_name="nums channel-amount"),
        key=line.mark,
    )
