"""Today's jobs: what to answer, what is in hand, what is done."""

import reflex as rx

from estate_app.ui.components.badge import state_badge, tag
from estate_app.ui.components.button import button, link_button
from estate_app.ui.components.card import card, link_card
from estate_app.ui.components.countdown import countdown
from estate_app.ui.components.empty import empty
from estate_app.ui.components.icon import icon, tile
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.link import page_link
from estate_app.ui.components.page_title import page_title
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.components.stage import unless_failed
from estate_app.ui.components.tabs import segments
from estate_app.ui.pages.technician.decline import decline_sheet
from estate_app.ui.pages.technician.jobs.present import Card
from estate_app.ui.pages.technician.jobs.route import Pin
from estate_app.ui.pages.technician.jobs.state import JobsState
from estate_app.ui.stage import LOADING
from estate_app.ui.text import t

_S = JobsState


def jobs_page() -> rx.Component:
    """The three lists with the running job on top."""
    tabs = [
        ("offered", t("To answer {count}", count=_S.offered.length())),
        ("active", t("In hand {count}", count=_S.active.length())),
        ("finished", t("Done {count}", count=_S.finished.length())),
    ]
    lists = rx.match(
        _S.tab,
        ("active", stack(_way(), _list(_S.active, t("Nothing in hand"), t("Accepted jobs stand here")), gap="3")),
        ("finished", _list(_S.finished, t("Nothing finished today"), t("Finished jobs stand here until midnight"))),
        _list(_S.offered, t("No new jobs"), t("You are told as soon as one comes")),
    )
    return rx.fragment(
        page_title(t("Today's jobs"), context=_S.today.line),
        unless_failed(
            _S.stage,
            stack(
                segments(tabs, value=_S.tab, on_select=_S.show, label=t("Which jobs"), full=True, testid="jobs"),
                rx.cond(_S.running.id != "", _running(), rx.fragment()),
                rx.cond(_S.open_to_all.length() > 0, _grabs(), rx.fragment()),
                rx.cond(_S.stage == LOADING, skeleton_cards(), lists),
                rx.cond(_S.today.visits != "", _later(), rx.fragment()),
                gap="3",
            ),
            on_retry=_S.load,
        ),
        decline_sheet(
            is_open=_S.declining != "", errors=_S.field_errors, on_close=_S.keep, on_decline=_S.decline, busy=_S.busy != ""
        ),
    )  # fmt: skip


def _running() -> rx.Component:
    return page_link(
        icon("wrench", size=20),
        stack(rx.el.span(_S.running.title, class_name="strong"), rx.el.span(_S.running.note, class_name="t2"), gap="1", extra="grow"),
        rx.el.span(t("Go on"), class_name="strong nowrap"),
        icon("chevron-right"),
        href="/tech/jobs/" + _S.running.id,
        class_name="job-band",
        data_testid="running",
    )


def _grabs() -> rx.Component:
    head = row(
        row(icon("zap", size=18), words(t("Open to all"), size="3", strong=True)),
        words(t("whoever is first takes it"), size="1", soft=True),
        extra="between",
    )  # fmt: skip
    return rx.el.section(head, rx.foreach(_S.open_to_all, _grab), class_name="stack gap-3", aria_live="polite")


def _grab(job: rx.Var[Card]) -> rx.Component:
    left = countdown(job.seconds_left, on_end=_S.load, within="%", over=t("passed on"))
    return card(
        row(
            row(tag(job.priority.label, tone=job.priority.tone), words(job.category, size="1", soft=True)), row(icon("timer"), left),
            extra="between",
        ),
        row(
            tile(job.icon), stack(words(job.place, size="3", strong=True), words(job.title, extra="break"), gap="1", extra="grow"), gap="3"
        ),
        row(icon("calendar-clock", size=14), words(job.visit, size="1", soft=True)),
        button(
            t("Take this order"), size="large", full=True, on_click=_S.grab(job.id), busy=_S.busy == job.id, busy_label=t("Sending"),
            testid="grab",
        ),
        extra="stack gap-3",
        testid="grab-job",
        key=job.id,
    )  # fmt: skip


def _way() -> rx.Component:
    """How the jobs in hand are sorted, and where they are."""
    ways = segments(
        [("promise", t("By promise")), ("way", t("By the way"))], value=_S.route.by, on_select=_S.sort_jobs, label=t("Order of the jobs"),
        testid="sort",
    )  # fmt: skip
    drawn = rx.cond(_S.route.pins.length() > 0, card(_map(), flush=True, testid="job-map"), rx.fragment())
    return rx.cond(_S.active.length() > 1, rx.fragment(ways, drawn), rx.fragment())


def _map() -> rx.Component:
    """Outlines and numbered pins; it is drawn here, so that no map service and no network is needed."""
    return rx.el.svg(
        rx.foreach(_S.route.shapes, lambda shape: rx.el.polygon(points=shape.points, class_name="map-house", key=shape.id)),
        rx.foreach(_S.route.pins, _pin),
        view_box=_S.route.view_box,
        role="img",
        aria_label=t("Map of the jobs in hand"),
        class_name="job-map",
    )


def _pin(pin: rx.Var[Pin]) -> rx.Component:
    return rx.el.svg.g(
        rx.el.svg.circle(cx="0", cy="0", r="13", class_name="map-pin"),
        rx.el.svg.text(pin.text, x="0", y="0", class_name="map-number"),
        transform="translate(" + pin.x + " " + pin.y + ") scale(" + _S.route.scale + ")",
        key=pin.text,
    )


def _later() -> rx.Component:
    return link_card(
        row(
            icon("calendar-days", size=20),
            stack(words(_S.today.visits, size="3"), words(_S.today.next_visit, size="1", soft=True), gap="1", extra="grow"),
            icon("chevron-right", size=16),
            gap="3",
        ),
        href="/tech/schedule",
        testid="later",
    )


def _list(jobs: rx.Var[list[Card]], nothing: rx.Var[str], body: rx.Var[str]) -> rx.Component:
    return rx.cond(
        jobs.length() > 0,
        rx.el.div(rx.foreach(jobs, _job), class_name="stack gap-3", aria_live="polite"),
        empty(nothing, body=body, icon_name="clipboard-list"),
    )


def _job(job: rx.Var[Card]) -> rx.Component:
    left = words(job.clock, strong=True, tone=job.tone, extra="nums nowrap")
    answering = countdown(job.seconds_left, on_end=_S.load, within="%", over=t("passed on"))
    clock = rx.cond(job.clock != "", row(icon("timer"), rx.cond(job.seconds_left > 0, answering, left)), rx.fragment())
    urgent = rx.cond(job.is_urgent, tag(job.priority.label, tone=job.priority.tone), rx.fragment())
    numbered = (job.stop != "") & (_S.route.pins.length() > 0)
    stop = rx.cond(numbered, rx.el.span(job.stop, class_name="stop-number"), rx.fragment())
    head = row(
        row(stop, urgent, words(job.number, size="1", soft=True), words(job.category, size="1", soft=True), extra="wrap"),
        clock,
        extra="between",
    )
    number = rx.cond(job.leg != "", row(icon("route", size=14), words(job.leg, size="1", soft=True)), rx.fragment())
    facts = row(
        number,
        row(icon("calendar-clock", size=14), words(job.visit, size="1", soft=True)),
        row(icon("image", size=14), words(job.photos.to_string(), size="1", soft=True)),
        rx.cond(job.answer_by != "", words(job.answer_by, size="1", tone="orange"), rx.fragment()),
        gap="3",
        extra="wrap",
    )
    return card(
        head,
        row(
            tile(job.icon), stack(words(job.place, size="3", strong=True), words(job.title, extra="break"), gap="1", extra="grow"), gap="3"
        ),
        facts,
        rx.cond(_S.tab == "offered", _answer(job), _open(job)),
        extra="stack gap-3",
        testid="job",
        key=job.id,
    )


def _answer(job: rx.Var[Card]) -> rx.Component:
    return row(
        button(t("Decline"), kind="neutral", size="large", on_click=_S.ask_decline(job.id), testid="decline"),
        link_button(t("View"), href="/tech/jobs/" + job.id, kind="neutral", size="large", testid="view"),
        button(
            t("Accept"),
            size="large",
            full=True,
            on_click=_S.accept(job.id),
            busy=_S.busy == job.id,
            busy_label=t("Sending"),
            testid="accept",
            custom_attrs={"data-field-step": "accept", "data-to": "accepted"},
        ),
        gap="2",
        custom_attrs={"data-order": job.id, "data-place": job.place},
    )


def _open(job: rx.Var[Card]) -> rx.Component:
    return row(
        state_badge(job.badge), link_button(t("Open"), href="/tech/jobs/" + job.id, kind="secondary", testid="view"), extra="between"
    )
