"""One technician: the day, fourteen days of shifts and leave, trades, zones, capacity."""

from typing import Any

import reflex as rx

from estate_app.ui.components.avatar import avatar
from estate_app.ui.components.badge import state_badge, tag
from estate_app.ui.components.button import button, icon_button, link_button
from estate_app.ui.components.card import card
from estate_app.ui.components.form import error_line, form, number_field
from estate_app.ui.components.icon import icon
from estate_app.ui.components.layout import grid, row, stack, words
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.progress import progress
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.pages.manager.technician.certificates import certificates_card
from estate_app.ui.pages.manager.technician.dialogs import dialogs
from estate_app.ui.pages.manager.technician.present import DayLine, SpanLine, TradeLevel, ZoneBox
from estate_app.ui.pages.manager.technician.state import TechnicianState
from estate_app.ui.text import t

_S = TechnicianState


def technician_page() -> rx.Component:
    """The technician; forms only for those who may change something."""
    title = page_title(_S.view.head.name, actions=_actions(), crumbs=((t("Technicians"), "/manage/technicians"),))
    side = stack(_capacity(), certificates_card(may_edit=_S.may_edit), _zones())
    body = grid(stack(_head(), _days(), _trades()), side, columns="main-side")
    return unless_failed(_S.stage, rx.cond(_S.stage == "loading", skeleton_cards(), rx.fragment(title, body, dialogs())), on_retry=_S.load)


def _actions() -> rx.Component:
    word = rx.cond(_S.view.head.is_active, t("Take off the list"), t("Put back onto the list"))
    orders = link_button(
        t("Orders held"),
        href=_S.view.head.orders_href,
        kind="outline",
        icon_name="clipboard-list",
    )
    switch = button(word, kind="outline", on_click=_S.ask("active"), testid="active")
    return rx.fragment(orders, rx.cond(_S.may_edit, switch, rx.fragment()))


def _head() -> rx.Component:
    head = _S.view.head
    return card(
        row(
            avatar(head.name, accent=True, large=True),
            stack(
                row(rx.el.span(head.name, class_name="t3 strong"), state_badge(head.badge), extra="wrap"),
                row(
                    icon("phone", size=14),
                    words(head.phone, extra="nums"),
                    icon("star", size=14),
                    words(head.score),
                    extra="wrap soft-text",
                ),
                gap="1",
                extra="grow",
            ),
            stack(
                row(progress(head.percent, label=t("Load of today"), tone=head.tone, thin=True), words(head.load, extra="nums nowrap")),
                words(t("{count} open orders", count=head.open_count), size="1", soft=True),
                gap="1",
            ),
            gap="3",
            extra="wrap",
        ),
        testid="technician-head",
    )


def _days() -> rx.Component:
    add = rx.cond(
        _S.may_edit,
        row(
            button(t("Add shift"), kind="secondary", size="small", icon_name="plus", on_click=_S.ask("shift"), testid="add-shift"),
            button(t("Add leave"), kind="outline", size="small", icon_name="plus", on_click=_S.ask("leave"), testid="add-leave"),
        ),
        rx.fragment(),
    )
    return card(
        rx.el.ul(rx.foreach(_S.view.days, _day), class_name="span-list"),
        title=t("Shifts and leave"), context=t("14 days"), actions=add, testid="days"
    )  # fmt: skip


def _day(day: rx.Var[DayLine]) -> rx.Component:
    free = words(t("no shift"), soft=True)
    return rx.el.li(
        words(day.label, extra="nums nowrap day-name"),
        rx.cond(day.spans.length() > 0, rx.foreach(day.spans, _span), free),
        key=day.day,
    )


def _span(span: rx.Var[SpanLine]) -> rx.Component:
    remove = icon_button(
        "x", label=t("Take {what} off", what=span.kind + " " + span.text), on_click=_S.remove(span.key), size=14, testid="remove-span"
    )
    return row(
        tag(span.kind, tone=span.tone),
        words(span.text, extra="nums"),
        rx.cond(_S.may_edit, remove, rx.fragment()),
        gap="1",
        key=span.key,
    )


def _trades() -> rx.Component:
    return card(
        form(
            rx.el.div(rx.foreach(_S.view.trades, _trade), class_name="trade-levels"),
            error_line("levels", _S.field_errors),
            _save("trades"),
            on_submit=_S.save_trades,
            testid="trades-form",
        ),
        title=t("Trades and levels"),
        context=t("an order needs a trade at a level"),
    )


def _trade(trade: rx.Var[TradeLevel]) -> rx.Component:
    """The name of a select of this list comes from a var, which `select_field` cannot take."""
    name = "trade-" + trade.trade
    options = rx.foreach(_S.levels, lambda level: rx.el.option(level.label, value=level.value))
    control = rx.el.select(
        options, name=name, id=name, default_value=trade.level, class_name="input", disabled=~_S.may_edit, data_testid=name
    )
    return rx.el.div(rx.el.label(trade.label, html_for=name, class_name="field-label"), control, class_name="field", key=name + trade.level)


def _capacity() -> rx.Component:
    field = number_field(
        "daily_minutes", t("Minutes of work a day"), errors=_S.field_errors, value=_S.view.head.daily_minutes, decimal=False,
        hint=t("Dispatch fills a day only up to this"), after=t("min"), key=_S.view.head.daily_minutes, disabled=~_S.may_edit,
    )  # fmt: skip
    return card(form(field, _save("capacity"), on_submit=_S.save_capacity, testid="capacity-form"), title=t("Capacity"))


def _zones() -> rx.Component:
    leave = button(t("Take out of this estate"), kind="ghost", size="small", on_click=_S.ask("estate"), testid="leave-estate")
    hint = rx.cond(
        _S.view.is_here,
        t("Without a mark the whole estate counts alike"),
        t("The technician does not work in this estate yet; saving adds it"),
    )
    return card(
        form(
            rx.foreach(_S.view.zones, _zone),
            words(hint, size="1", soft=True),
            _save("zones"),
            on_submit=_S.save_zones,
            testid="zones-form",
        ),
        title=t("Main buildings"),
        context=t("of the estate in view"),
        actions=rx.cond(_S.may_edit & _S.view.may_leave, leave, rx.fragment()),
    )


def _zone(zone: rx.Var[ZoneBox]) -> rx.Component:
    name = "zone-" + zone.id
    box = rx.el.input(type="checkbox", name=name, default_checked=zone.is_on, disabled=~_S.may_edit, data_testid=name)
    return rx.el.label(box, rx.el.span(zone.label), class_name="check", key=name + zone.is_on.to_string())


def _save(what: str) -> Any:
    save = button(
        t("Save"), kind="secondary", submit=True, busy=_S.saving == what, busy_label=t("Saving"), testid=f"save-{what}"
    )  # fmt: skip
    return rx.cond(_S.may_edit, save, rx.fragment())
