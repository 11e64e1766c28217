"""The dispatch board: queue, lanes, suggestion, each scrolling by itself."""

import reflex as rx

from estate_app.ui.components.avatar import avatar
from estate_app.ui.components.badge import tag
from estate_app.ui.components.button import button
from estate_app.ui.components.card import callout, card
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.empty import empty
from estate_app.ui.components.form import error_line, switch, text_field
from estate_app.ui.components.icon import icon, tile
from estate_app.ui.components.layout import divider, row, stack, words
from estate_app.ui.components.link import text_link
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.progress import progress
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.pages.manager.dispatch.by_hand import by_hand
from estate_app.ui.pages.manager.dispatch.links import dispatch_links
from estate_app.ui.pages.manager.dispatch.map import board_map, board_tools
from estate_app.ui.pages.manager.dispatch.map_state import BoardMapState
from estate_app.ui.pages.manager.dispatch.parts import excluded_list, part_bars
from estate_app.ui.pages.manager.dispatch.present import BlockBox, CandidateCard, LaneRow, QueueCard
from estate_app.ui.pages.manager.dispatch.state import DispatchState
from estate_app.ui.text import t


def dispatch_page() -> rx.Component:
    """Queue, lanes and suggestion beside each other; below each other on a phone."""
    context = t("{waiting} waiting · {count} on duty", waiting=DispatchState.queue.length(), count=DispatchState.head.on_duty)
    middle = rx.cond(BoardMapState.filters.view == "map", board_map(), _lanes())
    board = rx.el.div(_queue(), middle, _side(), class_name="board")
    return rx.fragment(
        page_title(t("Dispatch"), context=context, actions=rx.fragment(_auto(), dispatch_links("/manage/dispatch"))),
        unless_failed(
            DispatchState.stage,
            rx.cond(
                DispatchState.stage == "loading",
                skeleton_cards(),
                rx.fragment(_proposals(), rx.el.div(board_tools(), class_name="board-tools"), board, _drop_form()),
            ),
            on_retry=DispatchState.load,
        ),
        _overrule(),
    )


def _auto() -> rx.Component:
    head = DispatchState.head
    name = rx.cond(head.auto_points > 0, t("Automatic dispatch (from {points} points)", points=head.auto_points), t("Automatic dispatch"))
    return row(
        switch(t("Automatic dispatch"), checked=head.is_auto, on_change=DispatchState.switch_auto, testid="auto-dispatch"),
        words(name, extra="nowrap"),
    )


def _proposals() -> rx.Component:
    text = t("{count} incidents: several reports of the same trouble", count=DispatchState.head.incidents)
    look = text_link(t("Look at the incidents"), href="/manage/dispatch/incidents", arrow=True)
    return rx.cond(
        DispatchState.head.incidents > 0,
        rx.el.div(callout(text, tone="orange", icon_name="users", actions=look), class_name="board-callout"),
        rx.fragment(),
    )


def _drop_form() -> rx.Component:
    """What a drop of the mouse fills in and sends; see `assets/js/board.js`."""
    hidden = [rx.el.input(type="hidden", name=name, default_value="") for name in ("order_id", "technician_id")]
    return rx.el.form(*hidden, on_submit=DispatchState.drop, id="board-drop", class_name="visually-hidden", aria_hidden="true")


def _queue() -> rx.Component:
    nothing = rx.cond(
        BoardMapState.filters.is_narrowed,
        empty(t("Nothing waits here"), body=t("Widen the filter"), icon_name="check"),
        empty(t("Nothing waits"), body=t("New reports are offered to a technician by themselves"), icon_name="check"),
    )
    return card(
        rx.cond(
            DispatchState.queue.length() > 0,
            rx.el.ul(rx.foreach(DispatchState.queue, _queue_item), class_name="board-queue"),
            nothing,
        ),
        title=t("Waiting"),
        context=t("{count} orders", count=DispatchState.queue.length()),
        flush=True,
        extra="board-pane",
        testid="queue",
    )


def _queue_item(order: rx.Var[QueueCard]) -> rx.Component:
    is_open = order.id == DispatchState.order.order_id
    return rx.el.li(
        rx.el.button(
            row(
                row(tag(order.priority.label, tone=order.priority.tone), words(order.category, size="1", soft=True)),
                rx.el.span(order.clock, class_name="strong nums tone-" + order.tone),
                extra="between",
            ),
            rx.el.span(order.title, class_name="strong board-title"),
            row(words(order.place, size="1", soft=True), row(icon("image", size=14), rx.el.span(order.photos)), extra="between"),
            rx.cond(order.reason != "", words(order.reason, size="1", tone="orange"), rx.fragment()),
            rx.cond(order.waited != "", words(order.waited, size="1", soft=True), rx.fragment()),
            type="button",
            class_name="board-item",
            draggable=True,
            custom_attrs={"data-order": order.id},
            on_click=DispatchState.open_order(order.id),
            aria_pressed=rx.cond(is_open, "true", "false"),
            data_testid="queue-item",
        ),
        key=order.id,
    )


def _lanes() -> rx.Component:
    legend = row(
        rx.el.span(t("In progress"), class_name="board-key board-running"),
        rx.el.span(t("Planned"), class_name="board-key board-planned"),
        rx.el.span(t("Done"), class_name="board-key board-done"),
        gap="3",
    )
    hours = rx.foreach(DispatchState.axis.hours, lambda hour: rx.el.span(hour.label, style={"left": hour.value + "%"}))
    return card(
        rx.el.div(
            rx.el.div(
                rx.el.span(t("Technician"), class_name="t1 soft-text"),
                rx.el.div(hours, _now_mark(), class_name="board-hours nums"),
                class_name="board-axis",
            ),
            rx.foreach(DispatchState.lanes, _lane),
            class_name="board-lanes",
            tab_index=0,
            role="region",
            aria_label=t("Technicians' load"),
        ),
        title=t("Technicians' load"),
        context=t("minutes / capacity of the day; drag to reassign"),
        actions=legend,
        flush=True,
        extra="board-pane",
    )


def _now_mark() -> rx.Component:
    place = {"left": DispatchState.axis.now.to_string() + "%"}
    return rx.el.b(DispatchState.axis.now_text, class_name="board-now", style=place)


def _lane(lane: rx.Var[LaneRow]) -> rx.Component:
    who = rx.el.div(
        avatar(lane.name),
        stack(
            rx.el.span(lane.name, class_name="strong nowrap"),
            words(rx.cond(lane.note != "", lane.note + " · " + lane.trades, lane.trades), size="1", soft=True, extra="ellipsis"),
            row(
                progress(lane.percent, label=lane.name, tone=lane.tone, thin=True),
                rx.el.span(lane.load, class_name="t1 nums nowrap tone-" + rx.cond(lane.tone == "red", "red", "gray")),
            ),
            gap="1",
            extra="grow",
        ),
        class_name="board-who",
    )
    line = rx.el.div(
        rx.el.i(class_name="board-line", style={"left": DispatchState.axis.now.to_string() + "%"}),
        rx.foreach(lane.rests, _rest),
        rx.foreach(lane.blocks, _block),
        class_name="board-track",
        style={"--rows": lane.rows},
    )
    looks = rx.cond(lane.is_best, "board-lane board-lane-best", "board-lane")
    return rx.el.div(who, line, class_name=looks, key=lane.id, data_testid="lane", custom_attrs={"data-lane": lane.id})


def _rest(span: rx.Var[BlockBox]) -> rx.Component:
    return rx.el.i(class_name="board-rest", style={"left": span.left.to_string() + "%", "width": span.width.to_string() + "%"}, key=span.id)


def _block(block: rx.Var[BlockBox]) -> rx.Component:
    return rx.el.button(
        block.label,
        type="button",
        on_click=DispatchState.open_order(block.id),
        title=block.title,
        class_name="board-block board-" + block.look,
        style={"left": block.left.to_string() + "%", "width": block.width.to_string() + "%", "top": block.middle.to_string() + "%"},
        draggable=(block.look != "done") & (block.look != "ghost"),
        custom_attrs={"data-order": block.id},
        key=block.id,
        data_testid="block",
    )


def _side() -> rx.Component:
    order = DispatchState.order
    nobody = empty(
        t("Nobody can take this order now"), body=t("See below why; it is tried again as soon as the roster changes"), icon_name="users"
    )
    head = row(
        tile(order.icon),
        stack(rx.el.h2(order.title, class_name="t3 strong board-title"), words(order.place, size="1", soft=True), gap="1", extra="grow"),
        gap="3",
        extra="top",
    )
    count = t("{count} candidates", count=DispatchState.candidates.length())
    suggested = stack(
        row(row(icon("sparkles"), words(t("Suggested"), strong=True)), words(count, size="1", soft=True), extra="between"),
        rx.cond(DispatchState.candidates.length() > 0, stack(_best(), _others(), gap="3"), nobody),
        excluded_list(DispatchState.excluded),
        gap="3",
    )
    held = row(avatar(order.holder), words(t("With {name} now", name=order.holder)), gap="2")
    chosen = stack(
        head,
        text_link(order.number, href=order.href),
        rx.cond(order.holder != "", held, rx.fragment()),
        divider(),
        rx.cond(order.holder == "", suggested, rx.fragment()),
        by_hand(),
        gap="3",
    )
    pick = empty(t("No order chosen"), body=t("Choose a waiting order at the left"), icon_name="mouse-pointer-click")
    return card(rx.cond(order.order_id != "", chosen, pick), extra="board-pane board-side", testid="suggestion")


def _best() -> rx.Component:
    best = DispatchState.candidates[0]
    return rx.el.div(
        row(
            row(
                avatar(best.name, accent=True),
                stack(rx.el.span(best.name, class_name="strong t3"), words(best.arrival, size="1", soft=True), gap="1"),
            ),
            rx.el.span(best.total, rx.el.small(t(" points")), class_name="board-score nums"),
            extra="between",
        ),
        part_bars(best.parts),
        button(
            t("Assign to {name}", name=best.name),
            full=True,
            on_click=DispatchState.assign(best.id),
            busy=DispatchState.is_saving,
            testid="assign-best",
        ),
        class_name="board-best",
    )


def _others() -> rx.Component:
    return rx.el.ul(rx.foreach(DispatchState.candidates, _other), class_name="board-others")


def _other(candidate: rx.Var[CandidateCard], index: rx.Var[int]) -> rx.Component:
    line = rx.el.li(
        avatar(candidate.name),
        stack(rx.el.span(candidate.name), words(candidate.fact, size="1", soft=True), gap="1", extra="grow"),
        rx.el.span(candidate.total, class_name="strong nums"),
        button(
            t("Assign"),
            kind="neutral",
            size="small",
            on_click=DispatchState.assign(candidate.id),
            aria_label=t("Assign to {name}", name=candidate.name),
            testid="assign-other",
        ),
        class_name="row gap-2",
        key=candidate.id,
    )
    return rx.cond(index > 0, line, rx.fragment())


def _overrule() -> rx.Component:
    return confirm_dialog(
        text_field(
            "reason",
            t("Reason"),
            errors=DispatchState.field_errors,
            required=True,
            hint=t("For instance: the resident asked for this technician"),
        ),
        error_line("technician_id", DispatchState.field_errors),
        is_open=DispatchState.move.order_id != "",
        title=t("Give {number} to {name}?", number=DispatchState.move.number, name=DispatchState.move.name),
        body=t("Give a reason for overruling; it is logged"),
        keep_label=t("Cancel"),
        act_label=t("Assign"),
        on_keep=DispatchState.keep,
        on_act=DispatchState.overrule,
        busy=DispatchState.is_saving,
        busy_label=t("Assigning"),
        errors=DispatchState.field_errors,
        testid="overrule",
    )
